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

WAVES = ("2021-03", "2021-10")
TOPS = {"agreements": 4, "dynamics": 4, "vision": 5}


def panel(folder: Path, phase: Callable[[str, str, str, int], int], waves: tuple[str, ...] = WAVES) -> str:
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


def said(shown: list[dict[str, object]]) -> str:
    html = " ".join(str(data.get("text/html", "")) for data in shown)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)))


ALL = {"en": "all 34 regions stand at the top", "nl": "alle 34 regio's op elke ladder bovenaan"}
NOTHING = {"en": "nothing to look ahead to", "nl": "niets meer vooruit te zien"}
NONE_ROSE = {"en": "no region rose on any ladder", "nl": "geen enkele regio op een ladder vooruit"}
FELL = {"en": "Zeeland fell back on the ladder", "nl": "Zeeland viel terug op de ladder"}
SINCE = {"en": "Since October 2020", "nl": "Sinds oktober 2020"}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_phases_in_every_course_of_events(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(phases: str) -> str:
        words = said(
            run("collaboration_phases", monkeypatch, wave="2021-10", phases=phases, language=language)
        )
        return words.replace("  ", " ")

    at_top = told(panel(tmp_path, lambda region, name, wave, before: TOPS[name]))
    for sentence in (ALL, NOTHING, NONE_ROSE):
        assert re.sub(r"\W", "", sentence[language]) in re.sub(r"\W", "", at_top)
    assert "99.9" not in at_top
    assert "99,9" not in at_top
    stayed = told(panel(tmp_path, lambda region, name, wave, before: before))
    assert re.sub(r"\W", "", NONE_ROSE[language]) in re.sub(r"\W", "", stayed)

    def back(region: str, name: str, wave: str, before: int) -> int:
        return before - (region == "zeeland" and name == "agreements" and wave == "2021-10")

    fell = told(panel(tmp_path, back))
    assert re.sub(r"\W", "", FELL[language]) in re.sub(r"\W", "", fell)
    skipped = told(panel(tmp_path, back, ("2021-10",)))
    assert re.sub(r"\W", "", SINCE[language]) in re.sub(r"\W", "", skipped)


PROJECTS = {
    "drenthe": {"en": "no project in Drenthe", "nl": "geen project in Drenthe"},
    "twente": {"en": "one project in Twente", "nl": "één project in Twente"},
}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("region", PROJECTS)
def test_a_region_with_hardly_a_project(
    region: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [name for name in REGIONS if name not in PROJECTS]
    projects = [*rows(others, THEMES, 40), *rows(["twente"], THEMES, 1)]
    for number, project in enumerate(projects):
        project["id"] = str(number)
    register = str(written(projects, tmp_path))
    words = said(run("region_profile", monkeypatch, region=region, register=register, language=language))
    assert re.sub(r"\W", "", PROJECTS[region][language]) in re.sub(r"\W", "", words)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_measure_that_was_not_rated(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(rows(REGIONS, THEMES, 40, sharing=""), tmp_path)
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{head};wave", *(f"{line};2021-03" for line in lines)]), encoding="utf-8")
    words = said(run("impact", monkeypatch, register=str(path), wave="2021-03", language=language))
    assert {"en": "it was not recorded whether", "nl": "is niet vastgelegd of"}[language] in words


def two_editions(folder: Path, fallen: str) -> str:
    """Write 20 projects a region at two waves; at the second those of `fallen` are not useful."""
    projects = rows(REGIONS, THEMES, 680)
    later = [row | ({"scalability": "not_useful"} if row["region"] == fallen else {}) for row in projects]
    editions = {"2020-10": projects, "2021-03": later}
    lines = [
        ",".join([wave, *(row[name] for name in COLUMNS), row["scalability"]])
        for wave, edition in editions.items()
        for row in edition
    ]
    path = folder / "register.csv"
    path.write_text("\n".join([",".join(["wave", *COLUMNS, "scalability_2"]), *lines]), encoding="utf-8")
    return str(path)


CAME_SINCE = {
    "funnels": {
        "en": "Since October 2020 these regions crossed a limit: Zeeland.",
        "nl": "Sinds oktober 2020 gingen deze regio's een grens over: Zeeland.",
    },
    "models": {
        "en": "Odds ratios of a higher rating in October 2020 and in March 2021",
        "nl": "Oddsratio's van een hogere beoordeling in oktober 2020 en in maart 2021",
    },
    "raters": {
        "en": "In October 2020 the weighted kappa was 1.00",
        "nl": "In oktober 2020 was de gewogen kappa 1,00",
    },
}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("report", CAME_SINCE)
def test_what_came_since_the_edition_before(
    report: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = two_editions(tmp_path, REGIONS[0])
    words = said(run(report, monkeypatch, register=register, wave="2021-03", language=language))
    assert CAME_SINCE[report][language] in words


HOLDERS, EVEN, CHECKERED = scale("holder").codes, (4, 4), (1, 7)
HOLDERS_AND_THEMES = {
    "alike": (EVEN, 0, "cannot be told"),
    "different all over": (CHECKERED, 0, "none of the 77 combinations of theme and holder stands out"),
    "different in one": (CHECKERED, 10, "one of the 77 combinations of theme and holder stands out"),
    "different in several": ((0, 16), 0, "combinations of theme and holder stand out by themselves"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HOLDERS_AND_THEMES)
def test_how_holders_differ_in_theme(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (few, many), more, sentence = HOLDERS_AND_THEMES[case]
    regions = {region.within: region.code for region in scale("region")}
    projects = []
    for i, theme in enumerate(THEMES):
        for j, holder in enumerate(HOLDERS):
            number = (many if (i + j) % 2 == 0 else few) + more * (i == j == 0)
            projects += rows([regions[holder]], [theme], number)
    for number, project in enumerate(projects):
        project["id"] = str(number)
    words = said(run("portfolio", monkeypatch, register=str(written(projects, tmp_path))))
    assert sentence in words
