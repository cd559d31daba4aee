"""What the notebooks say of an edition in which little, everything or nothing happened."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis import load
from ivvu_analysis.codebook import scale
from tests.notebooks.test_small_registers import REGIONS, THEMES, rows, run, written

Told = Callable[..., str]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """A function that returns what a notebook says with these parameters."""

    def read(notebook: str, **parameters: str) -> str:
        shown = run(notebook, monkeypatch, **parameters)
        html = " ".join(str(data.get("text/html", "")) for data in shown)
        text = unescape(re.sub(r"<svg.*?</svg>|</?strong>", "", html, flags=re.DOTALL))
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))

    return read


COURSES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {  # what becomes of the phases of October 2020
    "top": lambda was: was["dimension"].map({"agreements": 4, "dynamics": 4, "vision": 5}),
    "same": lambda was: was["before"],
    "back": lambda was: was["before"] - was["place"].eq("zeeland agreements 2021-10"),
}
BOTH = ["2021-03", "2021-10"]


def panel(folder: Path, course: str, waves: list[str]) -> str:
    """Write the phases of all regions at waves that are still to come."""
    ladders = (
        load(wave="2020-10")
        .standing()
        .melt("region", ["agreements", "dynamics", "vision"], "dimension", "before")
    )
    rows = ladders.merge(pd.Series(waves, name="wave"), how="cross")
    rows["place"] = rows["region"] + " " + rows["dimension"] + " " + rows["wave"]
    path = folder / "phases.csv"
    rows.assign(phase=COURSES[course]).drop(columns=["before", "place"]).to_csv(path, index=False)
    return str(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("course", "waves", "language", "sentences"),
    [
        ("top", BOTH, "nl", ["alle 34 regio's op elke ladder bovenaan", "niets meer vooruit te zien"]),
        ("top", BOTH, "en", ["all 34 regions stand at the top", "nothing to look ahead to"]),
        ("same", BOTH, "en", ["no region rose on any ladder"]),
        ("back", BOTH, "nl", ["Zeeland viel terug op de ladder"]),
        ("back", BOTH[1:], "en", ["Zeeland fell back on the ladder", "Since October 2020"]),
    ],
)
def test_phases_in_every_course_of_events(
    told: Told, tmp_path: Path, course: str, waves: list[str], language: str, sentences: list[str]
) -> None:
    phases = panel(tmp_path, course, waves)
    words = told("collaboration_phases", wave="2021-10", phases=phases, language=language)
    assert [sentence for sentence in sentences if sentence not in words] == []
    assert course != "top" or not re.search(r"99[.,]9", words)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("region", "language", "sentence"),
    [("drenthe", "nl", "geen project in Drenthe"), ("twente", "en", "one project in Twente")],
)
def test_a_region_with_hardly_a_project(
    told: Told, tmp_path: Path, region: str, language: str, sentence: str
) -> None:
    others = [name for name in REGIONS if name not in ("drenthe", "twente")]
    register = written([*rows(others, THEMES, 40), *rows(["twente"], THEMES, 1)], tmp_path)
    assert sentence in told("region_profile", region=region, register=str(register), language=language)


@pytest.mark.slow
def test_a_measure_that_was_not_rated(told: Told, tmp_path: Path) -> None:
    register = str(written(rows(REGIONS, THEMES, 40, sharing=""), tmp_path, wave="2021-03"))
    assert "is niet vastgelegd of" in told("impact", register=register, wave="2021-03", language="nl")


def two_editions(folder: Path, fallen: str) -> str:
    """Write 20 projects a region at two waves; at the second those of `fallen` are not useful."""
    first = pd.DataFrame(rows(REGIONS, THEMES, 680)).rename_axis("id").reset_index()
    later = first.assign(scalability=first["scalability"].mask(first["region"] == fallen, "not_useful"))
    both = pd.concat([first.assign(wave="2020-10"), later.assign(wave="2021-03")])
    path = folder / "register.csv"
    both.assign(scalability_2=both["scalability"]).to_csv(path, index=False)
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
    told: Told, tmp_path: Path, report: str, language: str, sentence: str
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
    told: Told, tmp_path: Path, few_and_many: tuple[int, int], more: int, sentence: str
) -> None:
    regions = {region.within: region.code for region in scale("region")}
    projects = [
        project
        for i, theme in enumerate(THEMES)
        for j, holder in enumerate(scale("holder").codes)
        for project in rows([regions[holder]], [theme], few_and_many[(i + j + 1) % 2] + more * (i == j == 0))
    ]
    assert sentence in told("portfolio", register=str(written(projects, tmp_path)))


OWN = """
dimension: {replace: true, levels: [{code: partnership, en: Partnership}]}
partnership: {levels: [{code: 1, en: none}, {code: 2, en: firm}]}
scalability:
  replace: true
  subsets: {reached: [everywhere]}
  levels: [{code: nowhere, en: Nowhere}, {code: everywhere, en: Everywhere}]
"""


@pytest.mark.parametrize(
    ("report", "sentence", "absent"),
    [
        ("scalability", "reach the highest level, ‘Everywhere’", "WIR"),
        ("collaboration_phases", "stand at the top of every ladder", "chance alone can explain"),
    ],
)
def test_a_programme_with_one_ladder_and_levels_of_its_own(
    told: Told, tmp_path: Path, report: str, sentence: str, absent: str
) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    half = [{"scalability": level} for level in ("nowhere", "everywhere")]
    projects = [{**row, **half[n % 2]} for n, row in enumerate(rows(REGIONS, THEMES, 80))]
    register = str(written(projects, tmp_path, wave="2027-03"))
    lines = [f"{region},2027-03,partnership,{1 + n % 2}" for n, region in enumerate(REGIONS)]
    (tmp_path / "own.csv").write_text("\n".join(["region,wave,dimension,phase", *lines]), encoding="utf-8")
    own = {"phases": str(tmp_path / "own.csv"), "codebook": str(tmp_path / "own.yaml")}
    words = told(report, wave="2027-03", register=register, **own)
    assert sentence in words
    assert absent not in words


@pytest.mark.parametrize(
    ("report", "lacking", "sentence"),
    [
        ("portfolio", {"theme": ""}, "does not say which themes and holders"),
        ("region_profile", {"region": ""}, "does not say in which regions the projects run"),
    ],
)
def test_what_a_register_does_not_record_is_no_absence_of_projects(
    told: Told, tmp_path: Path, report: str, lacking: dict[str, str], sentence: str
) -> None:
    projects = [{**row, **lacking} for row in rows(REGIONS, THEMES, 40)]
    register = str(written(projects, tmp_path, wave="2021-03"))
    parameters = {"phases": panel(tmp_path, "same", ["2021-03"])}
    parameters |= {"region": "twente"} if report == "region_profile" else {}
    assert sentence in told(report, wave="2021-03", register=register, **parameters)
