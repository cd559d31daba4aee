"""One history: published waves, and what a register and phases add."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ivvu_analysis import load
from ivvu_analysis.codebook import scale
from ivvu_analysis.data import Evidence, from_published
from ivvu_analysis.data.history import TABLES
from ivvu_analysis.errors import DataError, ParameterError
from ivvu_analysis.places import digest_of

REGISTERS = Path(__file__).parents[1] / "data" / "registers"
EDITIONS = REGISTERS / "two_editions.csv"
CLEAN = (REGISTERS / "clean.csv").read_text("utf-8").splitlines()
LATER = """id;regio;status;thema;opschaalbaarheid;peildatum
1;Twente;Lopend;Technologie;Landelijk;2021-03
2;Zeeland;Lopend;Anders werken;Nog niet zinvol;2021-03
"""


@pytest.fixture(scope="module")
def editions() -> Evidence:
    return load(register=EDITIONS)


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A register of one wave after the publication."""
    return written(tmp_path, LATER, "later.csv")


def written(folder: Path, text: str, name: str = "ours.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def phases_file(folder: Path, wave: str, zeeland: int | None = None, without: tuple[str, ...] = ()) -> Path:
    """Write the published phases as those of a wave, with another vision of Zeeland or without regions."""
    panel = from_published().region_phases.drop(columns="origin").assign(wave=wave)
    if zeeland:
        panel.loc[panel["region"].eq("zeeland") & panel["dimension"].eq("vision"), "phase"] = zeeland
    return written(folder, panel[~panel["region"].isin(without)].to_csv(index=False), "phases.csv")


def test_tables_have_the_columns_of_the_published_ones(editions: Evidence) -> None:
    for name in TABLES:
        published, counted = getattr(from_published(), name), getattr(editions, name)
        assert counted.columns.tolist() == published.columns.tolist(), name


def test_themes_are_those_of_the_edition_on_the_whole_grid(editions: Evidence) -> None:
    for table, by in (("theme_by_holder", "holder"), ("theme_by_start", "start")):
        counted = getattr(editions, table)
        assert counted[["theme", by]].equals(getattr(from_published(), table)[["theme", by]])
        assert counted["projects"].sum() == 3


def test_every_wave_and_level_is_counted(editions: Evidence) -> None:
    counts = editions.table("impact").loc["2020-10"]
    assert counts.to_dict() == dict.fromkeys(scale("impact").codes, 0) | {
        "small_much": 1, "medium_limited": 1, "large_much": 1
    }  # fmt: skip
    assert editions.table("impact", "rest").loc["2020-10"].sum() == 2


@pytest.mark.parametrize("ask", [Evidence.rows, Evidence.waves, Evidence.table, Evidence.wave_before])
def test_a_measure_that_is_not_there_is_refused(ask: Callable[..., object]) -> None:
    with pytest.raises(ParameterError, match=r"'scalabilty'\. Did you mean 'scalability'"):
        ask(load(), "scalabilty")


@pytest.mark.parametrize(
    ("name", "group"), [("impact", "tech"), ("vision", "rest"), ("vision", "technology")]
)
def test_a_group_that_is_not_counted_is_refused(name: str, group: str) -> None:
    with pytest.raises(ParameterError, match=f"There is no group '{group}'"):
        load().table(name, group)


def test_no_figure_of_a_later_wave_remains() -> None:
    earlier = load(register=EDITIONS, wave="2020-03")
    assert earlier.projects is not None
    assert set(earlier.projects["wave"]) == {"2020-03"}
    assert earlier.waves("impact") == ("2020-03",)
    assert earlier.theme_by_holder["projects"].sum() == 1
    assert load(wave="2019-10").waves() == ("2019-03", "2019-10")
    assert load(wave="2020-03").theme_by_holder.empty


def test_published_waves_stay_before_those_of_a_register(later: Path) -> None:
    found = load(register=later)
    assert found.wave == "2021-03"
    assert found.waves("scalability") == ("2020-03", "2020-10", "2021-03")
    origin = found.project_counts.groupby("wave")["origin"].unique().str.join(" ")
    assert origin.to_dict() == {"2020-03": "published", "2020-10": "published", "2021-03": "register"}
    assert found.waves("participation") == ("2020-03", "2020-10")  # the register has no such column
    assert found.wave_before("scalability") == "2020-10"
    assert found.source("table 11", "en").endswith(
        "table 11 (March 2020 and October 2020); recomputed from the rows of later.csv, in the manner of "
        "table 11 (March 2021)"
    )
    assert found.source("table 11", "en", "2021-03").startswith("recomputed from the rows of later.csv")
    assert found.source("table 3", "en").endswith("January 2021, table 3")


def test_a_wave_in_both_is_the_registers_and_every_cell_that_differs_is_named(editions: Evidence) -> None:
    assert set(editions.project_counts.query("measure == 'impact'")["origin"]) == {"register"}
    differing = editions.checks.query("not holds")
    named = differing[differing["check"].str.contains("Large scale, much meaning")]
    assert named["table"].tolist() == ["table 8", "table 8", "table 12", "table 12"]
    assert "2020-10: Impact, Large scale, much meaning" in named["check"].iloc[1]
    assert named["check_nl"].iloc[1].endswith("2020-10: Impact, Grote schaal, veel betekenis")


def test_phases_join_the_published_ladders(tmp_path: Path, later: Path) -> None:
    found = load(register=later, phases=phases_file(tmp_path, "2021-03"))
    assert found.waves("vision") == ("2019-03", "2019-10", "2020-03", "2020-10", "2021-03")
    assert found.waves("regions") == ("2020-10", "2021-03")
    assert len(found.standing()) == 34
    assert "recomputed from the rows of phases.csv" in found.source(["table 1", "table 2"], "en")


def test_where_regions_stand_is_refused_with_the_waves_at_which_it_is_known(later: Path) -> None:
    for found, known in ((load(register=later), "2020-10"), (load(wave="2019-10"), "a later wave")):
        with pytest.raises(ParameterError, match=f"Give 'phases' that have it, or report on {known}"):
            found.standing()


def test_phases_that_differ_from_the_publication_are_findings(tmp_path: Path) -> None:
    found = load(phases=phases_file(tmp_path, "2020-10", zeeland=1))
    differing = found.checks.query("not holds and table == 'appendix 1'").iloc[1]
    told = ["as published, 2020-10: Zeeland, Regional vision", 5, 1]
    assert differing[["check", "expected", "found"]].tolist() == told


def test_rows_issues_and_files_go_along(editions: Evidence) -> None:
    assert editions.origin == "register"
    assert editions.projects is not None
    assert editions.intake is not None
    assert len(editions.projects) == editions.intake.rows_read == 4
    assert editions.files["two_editions.csv"] == digest_of(EDITIONS)


def test_corrections_are_applied(tmp_path: Path) -> None:
    path = written(tmp_path, "column,value,replacement\ntheme,Technolgie,Technologie\n", "corrections.csv")
    found = load(register=REGISTERS / "theme_misspelt.csv", corrections=path)
    assert found.theme_by_holder.query("theme == 'technology'")["projects"].sum() == 1


def test_a_file_that_changed_is_read_again(later: Path) -> None:
    assert len(load(register=later).projects) == 2  # type: ignore[arg-type]
    later.write_text(f"{LATER}3;Twente;Lopend;;;2021-03\n", encoding="utf-8")
    assert len(load(register=later).projects) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"wave": "2021-03"}, "The published tables have nothing on wave '2021-03'"),
        ({"wave": "2020"}, "'2020' is no wave"),
        ({"wave": 2020}, "'wave' is 2020 and no text"),
        ({"register": pd.DataFrame()}, "'register' is a DataFrame and no text. Write a name"),
        ({"register": "none.csv"}, "register none.csv cannot be read: No such file"),
        ({"corrections": __file__}, "'corrections' goes with a register"),
        ({"register": EDITIONS, "wave": "2021-03"}, "The register two_editions.csv has nothing on wave"),
        ({"codebook": __file__}, "this codebook cannot be read"),
    ],
)
def test_what_cannot_be_loaded_is_told_in_one_sentence(given: dict[str, Any], message: str) -> None:
    with pytest.raises((ParameterError, DataError), match=message):
        load(**given)


def test_a_register_of_headings_alone_has_no_projects(tmp_path: Path) -> None:
    path = written(tmp_path, LATER.partition("\n")[0], "register.csv")
    with pytest.raises(ParameterError, match=r"The register register\.csv has no projects of any wave"):
        load(register=path, wave="2021-03")


def test_a_file_that_is_not_there_may_be_meant_as_one_of_its_kind_with_a_name_like_it(tmp_path: Path) -> None:
    for name in ("register.yaml", "register.csv.bak", "other.csv"):
        (tmp_path / name).touch()
    with pytest.raises(ParameterError, match=r"No such file or directory\. Look whether the path is right"):
        load(register=tmp_path / "register.csv")
    (tmp_path / "registers.csv").touch()
    with pytest.raises(ParameterError, match=r"Did you mean 'registers\.csv'"):
        load(register=tmp_path / "register.csv")


def test_phases_without_regions_are_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"have no phase on every ladder at 2021-03 for Zeeland, Twente\."):
        load(phases=phases_file(tmp_path, "2021-03", without=("twente", "zeeland")))
    path = written(tmp_path, "region,wave,dimension,phase\nzeeland,2021-03,vision,2\n", "phases.csv")
    with pytest.raises(DataError, match=r"at 2021-03 for Zeeland, West.* and 28 more"):
        load(phases=path)


def test_two_regions_of_one_time_have_two_tiles(tmp_path: Path) -> None:
    text = "region:\n  levels:\n    - {code: oost, nl: Oost, within: cz, tile: [8, 1], since: 2021-03}\n"
    with pytest.raises(
        DataError, match=r"ours.yaml: the regions 'zeeland' and 'oost' .* same tile, \[8, 1\]"
    ):
        load(codebook=written(tmp_path, text))
    merged = text + "    - {code: zeeland, until: 2020-10, into: [oost]}\n"
    assert load(codebook=written(tmp_path, merged)).wave == "2020-10"


def test_a_codebook_adds_a_region_with_its_tile(tmp_path: Path) -> None:
    text = "region:\n  levels: [{code: wadden, nl: Wadden, within: vgz, tile: [0, 3]}]\n"
    region = load(codebook=written(tmp_path, text)).regions.set_index("region").loc["wadden"]
    assert region.to_dict() == {"name": "Wadden", "parent": "", "holder": "vgz", "tile_row": 0, "tile_col": 3}


def test_another_programme_begins_without_our_figures(tmp_path: Path, later: Path) -> None:
    levels = "[{code: twente, en: Twente, within: menzis}, {code: zeeland, en: Zeeland, within: cz}]"
    path = written(tmp_path, f"region:\n  replace: true\n  levels: {levels}\n")
    with pytest.raises(ParameterError, match="another programme"):
        load(codebook=path)
    found = load(codebook=path, register=later)
    assert found.waves() == ("2021-03",)
    assert found.source("table 11", "en") == "computed from later.csv"


def test_what_evidence_displays_is_a_short_table() -> None:
    shown = load(wave="2020-10")._repr_html_()
    assert shown.count("<tr") < 12
    assert "project_counts" in shown
    assert "2020-03, 2020-10" in repr(load())


def test_the_holders_of_regions_are_the_published_ones() -> None:
    within = {level.code: level.within for level in scale("region")}
    regions = from_published().regions
    assert dict(zip(regions["region"], regions["holder"], strict=True)) == within


def test_a_register_without_a_wave_is_that_of_the_wave_reported(tmp_path: Path) -> None:
    text = "\n".join(line.rpartition(";")[0] for line in CLEAN)
    path = written(tmp_path, text, "projecten.csv")
    reported = load(wave="2021-03", register=path)
    assert set(reported.projects["wave"]) == {"2021-03"}
    assert "column_assumed" in set(reported.issues["problem"])
    assert load(register=path).wave == "2020-10"


def test_a_project_whose_wave_is_not_known_stops_nobody(tmp_path: Path, editions: Evidence) -> None:
    head, first, *others = EDITIONS.read_text("utf-8").splitlines()
    lines = [head, f"{first.rpartition(';')[0]};", *others]
    path = written(tmp_path, "\n".join(lines), "gap.csv")
    found = load(register=path)
    assert len(found.projects) == len(editions.projects) - 1
    assert "wave_missing" in set(found.issues["problem"])
    with pytest.raises(ParameterError, match="has nothing on wave '2019-03'"):
        load(register=path, wave="2019-03")
