"""Every report that takes a register also runs with the smallest and the poorest of them.

The code of a notebook is run here as it stands, without a kernel, which takes a tenth of the time.
"""

import itertools
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from ivvu_analysis.codebook import LANGUAGES, scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report import sentences
from ivvu_analysis.report.outputs import MIME

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PROVINCES = Path(__file__).parents[1] / "data" / "provinces"
REPORTS = (
    "impact", "scalability", "portfolio", "progress_report", "collaboration_phases", "region_profile",
    "data_quality", "funnels", "models", "raters", "followed",
)  # fmt: skip
LEVELS = ("start", "participation", "impact", "sharing", "scalability")
COLUMNS = ("id", "region", "theme", "start", "status", "participation", "impact", "sharing", "scalability")
HOSTILE = "<script>alert(1)</script>"


def rows(regions: Iterable[str], themes: Iterable[str], n: int, **fixed: str) -> list[dict[str, str]]:
    """Return projects that take the regions, the themes and the levels of every scale in turn."""
    turns = {"region": regions, "theme": themes} | {name: scale(name).rated for name in LEVELS}
    cycles = {name: itertools.cycle(values) for name, values in turns.items()}
    return [{**{name: next(c) for name, c in cycles.items()}, "status": "running", **fixed} for _ in range(n)]


REGIONS, THEMES = scale("region").codes, scale("theme").codes
OF_VGZ = [region.code for region in scale("region") if region.within == "vgz"]
WITHOUT = {"impact": "", "sharing": "", "scalability": ""}
REGISTERS: Mapping[str, list[dict[str, str]]] = {
    "five rows": rows(REGIONS, THEMES, 5),
    "one row": rows(REGIONS, THEMES, 1),
    "one holder": rows(OF_VGZ, THEMES, 60),
    "one region": rows(["twente"], THEMES, 60),
    "no technology": rows(REGIONS, [theme for theme in THEMES if theme != "technology"], 60),
    "only technology": rows(REGIONS, ["technology"], 60),
    "no ratings": rows(REGIONS, THEMES, 60, **WITHOUT),
    "hardly anything": rows(REGIONS, THEMES, 8, **WITHOUT, start="", status="", participation=""),
    "hostile": rows(REGIONS, [*THEMES[:3], HOSTILE], 40),
}


def written(projects: list[dict[str, str]], folder: Path, **more: str) -> Path:
    """Write a register of projects that are numbered, with more columns that are the same for each."""
    path = folder / "register.csv"
    numbered = [{**more, **project, "id": str(number)} for number, project in enumerate(projects)]
    lines = [";".join(row[name] for name in (*COLUMNS, *more)) for row in numbered]
    path.write_text("\n".join([";".join((*COLUMNS, *more)), *lines]) + "\n", encoding="utf-8")
    return path


def run(name: str, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> list[dict[str, Any]]:
    """Run the code of a notebook with these parameters and return what it showed."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(sentences, "display", lambda data, raw: shown.append(data))
    names: dict[str, Any] = {}
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names.update({key: value for key, value in parameters.items() if key in names})
    return shown


CASES = [
    (register, report, LANGUAGES[(i + j) % 2])  # each register and each report in both languages, by turns
    for i, register in enumerate(REGISTERS)
    for j, report in enumerate(REPORTS)
    if report != "collaboration_phases" or i < 2  # which shows nothing of the projects
]


@pytest.mark.slow
@pytest.mark.parametrize(("register", "report", "language"), CASES)
def test_it_runs_and_says_what_there_is(
    register: str, report: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(REGISTERS[register], tmp_path)
    shown = run(report, monkeypatch, register=str(path), language=language)
    facts = next(data[MIME]["report"] for data in shown if "report" in data[MIME])
    assert facts["origin"] == "register"
    assert any(data.get("text/html", "").strip() for data in shown)
    html = " ".join(data.get("text/html", "") for data in shown)
    assert "<script" not in html
    for word in (" nan", "NaN", "None", "inf%"):
        assert word not in unescape(html).replace("None of", "")


def test_hostile_text_is_shown_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("data_quality", monkeypatch, register=str(written(REGISTERS["hostile"], tmp_path)))
    html = " ".join(data.get("text/html", "") for data in shown)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


START = """start: {replace: true, levels: [{code: 2024, nl: "2024"}, {code: 2025, nl: "2025"}]}
impact:
  replace: true
  subsets: {reached: [much]}
  levels:
    - {code: some, en: Some, nl: Enige, variants: ["Gemiddelde schaal, veel betekenis"]}
    - {code: much, en: Much, nl: Veel, variants: ["Kleine schaal, veel betekenis"]}
"""


@pytest.mark.parametrize("report", ["portfolio", "impact", "progress_report", "collaboration_phases"])
def test_another_programme_has_levels_and_years_of_its_own(
    report: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours.yaml").write_text((PROVINCES / "codebook.yaml").read_text("utf-8") + START, "utf-8")
    given = {"register": str(PROVINCES / "register.csv"), "codebook": str(tmp_path / "ours.yaml"), "wave": ""}
    shown = run(report, monkeypatch, **given, phases=str(PROVINCES / "phases.csv"))
    html = " ".join(data.get("text/html", "") for data in shown)
    assert "Extra B" not in html
    assert "Mobility" in html or report != "portfolio"
    if report == "collaboration_phases":
        with pytest.raises(ParameterError, match="phases of the separate regions are not known"):
            run(report, monkeypatch, **given)


def test_a_register_that_carries_a_model_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    projects = rows(REGIONS[:10], THEMES, 300)
    shown = run("models", monkeypatch, register=str(written(projects, tmp_path)), measure="scalability")
    keys = {key for data in shown for key in data[MIME].get("key", {})}
    assert "scalability.2020-10.model.technology" in keys
