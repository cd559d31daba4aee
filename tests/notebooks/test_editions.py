"""What the notebooks say of an edition in which little, everything or nothing happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from ivvu_analysis import load
from ivvu_analysis.codebook import scale
from tests.notebooks.test_small_registers import COLUMNS, REGIONS, THEMES, rows, run, written

TOPS = {"agreements": 4, "dynamics": 4, "vision": 5}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A function that returns what a notebook says with these parameters."""

    def read(notebook: str, **parameters: str) -> str:
        shown = run(notebook, monkeypatch, **parameters)
        html = " ".join(str(data.get("text/html", "")) for data in shown)
        text = unescape(re.sub(r"<svg.*?</svg>|</?strong>", "", html, flags=re.DOTALL))
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))

    return read


def panel(
    folder: Path, phase: Callable[[str, str, str, int], int], waves: tuple[str, ...] = ("2021-03", "2021-10")
) -> str:
    """Write phases of all regions: what `phase` makes of region, ladder, wave and that of October 2020."""
    lines = ["region,wave,dimension,phase"]
    for row in load(wave="2020-10").standing().to_dict("records"):
        lines += [
            f"{row['region']},{wave},{name},{phase(row['region'], name, wave, row[name])}"
            for wave in waves
            for name in TOPS
        ]
    path = folder / "phases.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def top(region: str, name: str, wave: str, before: int) -> int:
    return TOPS[name]


def same(region: str, name: str, wave: str, before: int) -> int:
    return before


def back(region: str, name: str, wave: str, before: int) -> int:
    return before - (region == "zeeland" and name == "agreements" and wave == "2021-10")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phase", "waves", "language", "sentences"),
    [
        (
            top,
            ("2021-03", "2021-10"),
            "nl",
            ["alle 34 regio's op elke ladder bovenaan", "niets meer vooruit te zien"],
        ),
        (top, ("2021-03", "2021-10"), "en", ["all 34 regions stand at the top", "nothing to look ahead to"]),
        (same, ("2021-03", "2021-10"), "en", ["no region rose on any ladder"]),
        (back, ("2021-03", "2021-10"), "nl", ["Zeeland viel terug op de ladder"]),
        (back, ("2021-10",), "en", ["Zeeland fell back on the ladder", "Since October 2020"]),
    ],
)
def test_phases_in_every_course_of_events(
    told: Callable[..., str],
    tmp_path: Path,
    phase: Callable[[str, str, str, int], int],
    waves: tuple[str, ...],
    language: str,
    sentences: list[str],
) -> None:
    phases = panel(tmp_path, phase, waves)
    words = told("collaboration_phases", wave="2021-10", phases=phases, language=language)
    for sentence in sentences:
        assert sentence in words
    assert phase is not top or not re.search(r"99[.,]9", words)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("region", "language", "sentence"),
    [("drenthe", "nl", "geen project in Drenthe"), ("twente", "en", "one project in Twente")],
)
def test_a_region_with_hardly_a_project(
    told: Callable[..., str], tmp_path: Path, region: str, language: str, sentence: str
) -> None:
    others = [name for name in REGIONS if name not in ("drenthe", "twente")]
    register = written([*rows(others, THEMES, 40), *rows(["twente"], THEMES, 1)], tmp_path)
    assert sentence in told("region_profile", region=region, register=str(register), language=language)


@pytest.mark.slow
def test_a_measure_that_was_not_rated(told: Callable[..., str], tmp_path: Path) -> None:
    register = str(written(rows(REGIONS, THEMES, 40, sharing=""), tmp_path, wave="2021-03"))
    assert "is niet vastgelegd of" in told("impact", register=register, wave="2021-03", language="nl")


def two_editions(folder: Path, fallen: str) -> str:
    """Write 20 projects a region at two waves; at the second those of `fallen` are not useful."""
    projects = [row | {"id": str(number)} for number, row in enumerate(rows(REGIONS, THEMES, 680))]
    later = [row | ({"scalability": "not_useful"} if row["region"] == fallen else {}) for row in projects]
    lines = [
        ",".join([wave, *(row[name] for name in COLUMNS), row["scalability"]])
        for wave, edition in (("2020-10", projects), ("2021-03", later))
        for row in edition
    ]
    path = folder / "register.csv"
    path.write_text("\n".join([",".join(["wave", *COLUMNS, "scalability_2"]), *lines]), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("report", "language", "sentence"),
    [
        ("funnels", "en", "Since October 2020 these regions crossed a limit: Zeeland."),
        ("models", "nl", "Oddsratio's van een hogere beoordeling in oktober 2020 en in maart 2021"),
        ("raters", "en", "In October 2020 the weighted kappa was 1.00"),
    ],
)
def test_what_came_since_the_edition_before(
    told: Callable[..., str], tmp_path: Path, report: str, language: str, sentence: str
) -> None:
    register = two_editions(tmp_path, REGIONS[0])
    assert sentence in told(report, register=register, wave="2021-03", language=language)


EVEN, CHECKERED = (4, 4), (1, 7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("few_and_many", "more", "sentence"),
    [
        (EVEN, 0, "cannot be told"),
        (CHECKERED, 0, "none of the 77 combinations of theme and holder stands out"),
        (CHECKERED, 10, "one of the 77 combinations of theme and holder stands out"),
        ((0, 16), 0, "combinations of theme and holder stand out by themselves"),
    ],
    ids=["alike", "different all over", "different in one", "different in several"],
)
def test_how_holders_differ_in_theme(
    told: Callable[..., str], tmp_path: Path, few_and_many: tuple[int, int], more: int, sentence: str
) -> None:
    regions = {region.within: region.code for region in scale("region")}
    projects = [
        project
        for i, theme in enumerate(THEMES)
        for j, holder in enumerate(scale("holder").codes)
        for project in rows([regions[holder]], [theme], few_and_many[(i + j + 1) % 2] + more * (i == j == 0))
    ]
    assert sentence in told("portfolio", register=str(written(projects, tmp_path)))
