"""Two runs on registers that differ in one project: the comparison names exactly what that project moves."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ivvu_analysis.batch.compare import compare
from ivvu_analysis.codebook import scale
from tests.e2e.command import ivvu

pytestmark = pytest.mark.e2e

RATED = ("region", "theme", "participation", "impact", "sharing", "scalability")


def register(path: Path, changed: dict[str, str]) -> None:
    """Write a register of ninety projects at two waves, the last of them not on technology."""
    rows = []
    for wave in ("2020-03", "2020-10"):
        for i in range(90):
            row = {
                "id": f"P{i}",
                "title": f"Project {i}",
                "wave": wave,
                "status": "running",
                "start": "2018-2019",
            }
            for k, name in enumerate(RATED):
                codes = scale(name).rated
                row[name] = codes[(i * (k + 3) + i // 7 + k) % len(codes)]
            rows.append(row)
    rows[-1] |= {"theme": "person_centred_care", "scalability": "national", **changed}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def run(folder: Path, changed: dict[str, str]) -> Path:
    folder.mkdir()
    register(folder / "register.csv", changed)
    suite = folder / "suite.yaml"
    suite.write_text(
        "title: {en: One register, nl: Een register}\n"
        f'parameters: {{wave: "2020-10", language: en, register: "{folder / "register.csv"}", seed: 1}}\n'
        "reports:\n  - notebook: impact\n  - notebook: scalability\n  - notebook: models\n",
        encoding="utf-8",
    )
    ivvu("run", suite, "--output", folder / "output")
    return folder / "output"


def test_a_project_that_is_rated_otherwise_moves_its_own_figures_and_no_other(tmp_path: Path) -> None:
    old = run(tmp_path / "old", {})
    new = run(tmp_path / "new", {"scalability": "not_yet"})
    (found,), page = compare(old, new, tmp_path, "en")
    assert set(found.moved["name"]) == {
        "scalability.2020-10.any",
        "scalability.2020-10.national.rest",
        "scalability.2020-10.national.difference",
        "scalability.2020-10.technology_vs_rest.theta",
        "scalability.2020-10.technology_vs_rest.odds_ratio",
        "scalability.2020-10.model.technology",
        "scalability.2020-10.model.participation",
    }
    assert set(found.figures["kind"]) == {"moved", "same"}
    assert set(found.cells["report"]) == {"scalability", "models"}
    assert set(found.grounds["ground"]) == {"data"}  # the parameter names a file of the same name
    assert "register.csv" in set(found.grounds["name"])
    for shown in [page, *new.rglob("*.html")]:
        assert str(tmp_path) not in shown.read_text(), "a page tells where the machine keeps the register"
