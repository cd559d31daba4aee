from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.batch.compare import compare as compare_to
from ivvu_analysis.batch.compare import compare_outputs, figure_changes, find_outputs
from ivvu_analysis.batch.output import Manifest, read_output
from ivvu_analysis.cli import main
from ivvu_analysis.errors import OutputError
from ivvu_analysis.report.workbook import workbook

Figures = dict[str, tuple[float | None, float | None, float | None]]


def output_of(folder: Path, figures: Any, manifest: Any) -> Manifest:
    """Return what is known of an output whose reports are published if they have key figures."""
    reports = {
        name: {**entry, "status": "published" if name in figures else "failed"}
        | {"key_figures": figures.get(name, {})}
        for name, entry in manifest["reports"].items()
    }
    return Manifest.model_validate({**manifest, "folder": folder, "reports": reports})


def compare(old: Path, new: Path) -> list[Any]:
    return compare_to(old, new, new.parent / "comparison.html", "en")[0]


THEN: Figures = {
    "impact.2020-10.much_meaning": (0.75, 0.70, 0.80),
    "impact.2020-10.odds_ratio": (1.2, 0.6, 2.4),
    "themes.chi2": (103.5, None, None),
}


def figures(given: Figures) -> dict[str, dict[str, float | None]]:
    return {
        name: dict(zip(("estimate", "conf_low", "conf_high"), parts, strict=True))
        for name, parts in given.items()
    }


def output(given: Figures, wave: str = "2020-10", inputs: Any = None, **made: Any) -> Manifest:
    report = {"wave": wave, "language": "en", "parameters": {"wave": wave}, "inputs": inputs or {}}
    return output_of(Path("national"), {"impact": figures(given)}, {"reports": {"impact": report}, **made})


def publish(folder: Path, given: Figures, rows: list[list[Any]], data: str = "", **manifest: Any) -> Path:
    """Write what a run would leave of a suite with one report and one table."""
    (folder / "tables").mkdir(parents=True)
    cells = zip(*rows, strict=True) if rows else [[], [], []]
    columns = [
        {"head": head, "how": how, "values": list(values)}
        for (head, how), values in zip(
            {"Theme": "", "Projects": "count", "Share": "%"}.items(), cells, strict=True
        )
    ]
    table = {"name": "table-1", "title": "Table 1. Projects by theme.", "source": "table 4"}
    content = {"title": "Impact", "language": "en", "tables": [table | {"columns": columns}]}
    (folder / "tables" / "impact.xlsx").write_bytes(workbook(content))
    if data:
        (folder / "tables" / "impact.csv").write_text(data, encoding="utf-8")
    (folder / "key_figures.json").write_text(json.dumps({"impact": figures(given)}), encoding="utf-8")
    known = {"title": "National", "reports": {"impact": {"wave": "2020-10", "language": "en"}}} | manifest
    (folder / "manifest.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def test_exactly_the_figures_that_moved_are_named(tmp_path: Path) -> None:
    moved = THEN | {"impact.2020-10.much_meaning": (0.752, 0.702, 0.802)}
    old = publish(tmp_path / "old", THEN, [["Technology", 46, 0.25], ["Learning", 16, 0.05]])
    new = publish(tmp_path / "new", moved, [["Technology", 47, 0.25], ["Learning", 16, 0.05]])
    (found,) = compare(old, new)
    assert list(found.moved["name"]) == ["impact.2020-10.much_meaning"]
    assert found.moved["change"].iloc[0] == pytest.approx(0.002)
    assert found.cells.to_numpy().tolist() == [
        ["impact", "Projects by theme.", "Technology", "Projects", 46.0, 47.0]
    ]
    assert found.counts == {"moved": 1, "same": 2, "appeared": 0, "vanished": 0, "apart": 0, "cells": 1}


def test_a_figure_whose_interval_alone_moved_has_moved() -> None:
    wider = THEN | {"impact.2020-10.odds_ratio": (1.2, 0.5, 2.4)}
    moved = figure_changes(output(THEN), output(wider)).query("kind == 'moved'")
    assert list(moved["name"]) == ["impact.2020-10.odds_ratio"]
    assert moved["change"].iloc[0] == 0


def test_the_last_bits_of_a_number_are_no_change() -> None:
    noise = THEN | {"themes.chi2": (103.5 * (1 + 1e-15), None, None)}
    assert set(figure_changes(output(THEN), output(noise))["kind"]) == {"same"}


@pytest.mark.parametrize(
    ("now", "overlap"),
    [((0.85, 0.80, 0.90), "yes"), ((0.85, 0.801, 0.90), "no"), ((0.85, None, None), "unknown")],
)
def test_intervals_that_touch_overlap(now: tuple[float, float | None, float | None], overlap: str) -> None:
    name = "impact.2020-10.much_meaning"
    found = figure_changes(output({name: (0.75, 0.70, 0.80)}), output({name: now}))
    assert found["overlap"].tolist() == [overlap]


def test_two_counts_that_differ_have_no_intervals_that_could_overlap() -> None:
    name = "phases.vision.2020-10.at_top"
    found = figure_changes(output({name: (18.0, 18.0, 18.0)}), output({name: (20.0, 20.0, 20.0)}))
    assert found["kind"].item() == "moved"
    assert found["overlap"].item() == "unknown"


def test_figures_that_appear_vanish_or_are_not_known_are_told_apart() -> None:
    old = output({"a": (1.0, None, None), "b": (None, None, None), "c": (None, None, None)})
    new = output({"b": (2.0, None, None), "c": (None, None, None), "d": (3.0, None, None)})
    found = figure_changes(old, new).set_index("name")
    assert found["kind"].to_dict() == {"b": "moved", "c": "same", "d": "appeared", "a": "vanished"}
    assert found["change"].isna().all()


INFINITE: Figures = {"x": (inf, 0.0, inf)}


@pytest.mark.parametrize(
    ("then", "now", "kind", "change"),
    [
        (INFINITE, INFINITE, "same", 0.0),
        (INFINITE, {"x": (inf, 1.0, inf)}, "moved", 0.0),
        (INFINITE, {"x": (2.0, 0.0, inf)}, "moved", None),
        (INFINITE, {"x": (-inf, 0.0, inf)}, "moved", None),
    ],
)
def test_infinity_is_no_change_of_itself_and_an_uncounted_one_of_others(
    then: Figures, now: Figures, kind: str, change: float | None
) -> None:
    found = figure_changes(output(then), output(now)).astype(object)
    assert found["kind"].tolist() == [kind]
    assert found["change"].astype(object).where(found["change"].notna(), None).tolist() == [change]


def test_infinity_is_read_as_a_run_writes_it(tmp_path: Path) -> None:
    folder = publish(tmp_path / "national", {}, [])
    written = {"estimate": "inf", "conf_low": "-inf", "conf_high": None}
    (folder / "key_figures.json").write_text(json.dumps({"impact": {"x": written}}), encoding="utf-8")
    figure = read_output(folder).reports["impact"].key_figures["x"]
    assert (figure.estimate, figure.conf_low, figure.conf_high) == (inf, -inf, None)


def test_two_waves_are_compared_under_one_name_and_across_the_wave() -> None:
    old = output(
        {
            "x.2020-03.share": (0.5, None, None),
            "x.2019-10..2020-03.steps": (3.0, None, None),
            "x.2021-12.top": (0.9, None, None),
            "x.2020-03.gone": (0.2, None, None),
        },
        wave="2020-03",
    )
    new = output(
        {
            "x.2020-03.share": (0.5, None, None),
            "x.2020-10.share": (0.7, None, None),
            "x.2020-03..2020-10.steps": (4.0, None, None),
            "x.2021-12.top": (0.8, None, None),
            "x.2020-10.come": (0.1, None, None),
        },
        wave="2020-10",
    )
    found = figure_changes(old, new)
    pairs = list(zip(found["name_then"], found["name"], found["kind"], strict=True))
    assert pairs == [
        ("x.2020-03.share", "x.2020-03.share", "same"),
        ("x.2020-03.share", "x.2020-10.share", "moved"),
        ("x.2019-10..2020-03.steps", "x.2020-03..2020-10.steps", "moved"),
        ("x.2021-12.top", "x.2021-12.top", "moved"),
        ("", "x.2020-10.come", "appeared"),
        ("x.2020-03.gone", "x.2020-03.gone", "vanished"),
    ]


def test_a_half_year_is_held_against_a_half_year_and_the_whole_against_the_whole() -> None:
    old = output(
        {"2020-03..2020-10.steps": (8.0, None, None), "2019-03..2020-10.steps": (25.0, None, None)},
        wave="2020-10",
    )
    new = output(
        {"2020-10..2021-03.steps": (0.0, None, None), "2019-03..2021-03.steps": (26.0, None, None)},
        wave="2021-03",
    )
    found = figure_changes(old, new)
    assert found[["then", "now"]].dropna().to_numpy().tolist() == [[8.0, 0.0], [25.0, 26.0]]


def test_with_one_wave_nothing_is_paired_across_waves() -> None:
    old, new = output({"x.2020-03.share": (0.5, None, None)}), output({"x.2020-10.share": (0.7, None, None)})
    assert list(figure_changes(old, new)["kind"]) == ["appeared", "vanished"]


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6))
sets = st.dictionaries(st.sampled_from("abcdef"), st.tuples(numbers, numbers, numbers))


@given(sets, sets)
def test_every_figure_is_named_once_and_the_other_way_round_mirrors(one: Figures, other: Figures) -> None:
    there, back = figure_changes(output(one), output(other)), figure_changes(output(other), output(one))
    assert sorted(there["name"]) == sorted({**one, **other})
    mirror = {"appeared": "vanished", "vanished": "appeared", "moved": "moved", "same": "same"}
    assert there.set_index("name")["kind"].map(mirror).to_dict() == back.set_index("name")["kind"].to_dict()


def test_what_differed_in_the_making_is_told() -> None:
    old = output(
        THEN,
        inputs={"register.xlsx": "a" * 64, "impact.ipynb": "b" * 64},
        ground={"package": "1" * 64},
        run={"versions": {"numpy": "2.3", "pandas": "3.0"}},
    )
    new = output(
        THEN,
        wave="2020-03",
        inputs={"register.xlsx": "c" * 64, "impact.ipynb": "b" * 64},
        ground={"package": "2" * 64},
        run={"versions": {"numpy": "2.4", "pandas": "3.0"}},
    )
    assert compare_outputs("national", old, new).grounds.to_numpy().tolist() == [
        ["", "package", "ivvu_analysis", "1" * 12, "2" * 12],
        ["", "version", "numpy", "2.3", "2.4"],
        ["impact", "parameter", "wave", "2020-10", "2020-03"],
        ["impact", "data", "register.xlsx", "a" * 12, "c" * 12],
    ]


def test_a_report_that_failed_or_is_new_is_told_apart_from_its_figures() -> None:
    old = output_of(Path("x"), {"impact": {}}, {"reports": {"impact": {}}})
    new = output_of(Path("x"), {"portfolio": {}}, {"reports": {"impact": {}, "portfolio": {}}})
    found = compare_outputs("national", old, new).grounds
    states = found.set_index("name")[["then", "now"]].to_numpy().tolist()
    assert dict(zip(found["name"], states, strict=True)) == {
        "impact": ["published", "failed"],
        "portfolio": ["absent", "published"],
    }


def test_rows_are_matched_by_their_texts_and_not_by_their_order(tmp_path: Path) -> None:
    old = publish(tmp_path / "old", {}, [["Technology", 46, 0.25], ["Learning", 16, 0.05]])
    new = publish(
        tmp_path / "new", {}, [["Learning", 16, 0.06], ["Technology", 46, 0.25], ["Other", 1, None]]
    )
    (found,) = compare(old, new)
    cells = found.cells[["row", "column", "then", "now"]].to_numpy().tolist()
    assert cells == [
        ["Learning", "Share", 0.05, 0.06],
        ["Other", "Projects", None, 1.0],
    ]


def test_the_data_of_a_report_is_compared_row_by_row(tmp_path: Path) -> None:
    head = "claim,claimed,verdict\n"
    old = publish(tmp_path / "old", {}, [], head + "a,75,reproduces\nb,1,reproduces\n")
    new = publish(tmp_path / "new", {}, [], head + "a,75,does_not_reproduce\nb,1,reproduces\n")
    (found,) = compare(old, new)
    assert found.cells[["table", "row", "column", "then", "now"]].to_numpy().tolist() == [
        ["impact.csv", "a", "verdict", "reproduces", "does_not_reproduce"]
    ]


def test_suites_are_paired_by_name_unless_there_is_one_each(tmp_path: Path) -> None:
    for run in ("old", "new"):
        for suite in ("national", "regions"):
            publish(tmp_path / run / suite, THEN, [])
    publish(tmp_path / "new" / "own", THEN, [])
    assert [c.suite for c in compare(tmp_path / "old", tmp_path / "new")] == ["national", "regions"]
    assert [c.suite for c in compare(tmp_path / "old" / "national", tmp_path / "new" / "own")] == ["own"]
    with pytest.raises(OutputError, match="none is in both"):
        compare(tmp_path / "old", tmp_path / "new" / "own")


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("key_figures.json", "{", "cannot be read"),
        ("key_figures.json", "[]", "usual form"),
        ("key_figures.json", '{"impact": {"x": {"estimate": "much"}}}', "impact.x.estimate"),
        ("key_figures.json", "[" * 100_000, "recursion"),
        ("manifest.json", "[" * 100_000, "recursion"),
        ("manifest.json", '{"reports": []}', "reports: "),
        ("manifest.json", '{"ground": "x"}', "ground: "),
        ("manifest.json", '{"run": {"versions": []}}', "run.versions: "),
        ("manifest.json", '{"reports": {"impact": {"parameters": [1]}}}', "reports.impact.parameters: "),
        ("manifest.json", '{"reports": {"impact": {"wave": "then"}}}', "reports.impact.wave: "),
        ("tables/impact.xlsx", "no workbook", "tables of 'impact'"),
    ],
)
def test_what_is_damaged_is_said_with_its_name(tmp_path: Path, file: str, text: str, problem: str) -> None:
    old, new = publish(tmp_path / "old", THEN, []), publish(tmp_path / "new", THEN, [])
    (new / file).write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match=problem):
        compare(old, new)


def test_an_output_without_a_manifest_can_be_compared(tmp_path: Path) -> None:
    folder = publish(tmp_path / "national", THEN, [])
    (folder / "manifest.json").unlink()
    assert read_output(folder).title == "national"
    assert list(find_outputs(tmp_path)) == ["national"]


def test_the_command_prints_what_moved_and_writes_the_page(tmp_path: Path) -> None:
    moved = THEN | {"themes.chi2": (110.25, None, None)}
    old, new = publish(tmp_path / "old", THEN, []), publish(tmp_path / "new", moved, [])
    page = tmp_path / "page.html"
    done = CliRunner().invoke(main, ["compare", str(old), str(new), "-o", str(page), "-l", "nl"])
    assert done.exit_code == 0, done.output
    assert "key figures moved: 1, the same: 2, new: 0, gone: 0" in done.output
    assert "themes.chi2" in done.output
    assert "much_meaning" not in done.output
    assert "+6,750" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [["nowhere", "nowhere"], ["nowhere", "nowhere", "-l", "fr"], ["nowhere"]]
)
def test_bad_input_is_one_message_and_status_2(arguments: list[str]) -> None:
    done = CliRunner().invoke(main, ["compare", *arguments])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_a_page_that_cannot_be_written_is_status_2(tmp_path: Path) -> None:
    old = publish(tmp_path / "old", THEN, [])
    (tmp_path / "no").touch()
    done = CliRunner().invoke(main, ["compare", str(old), str(old), "-o", str(tmp_path / "no" / "page.html")])
    assert done.exit_code == 2
    assert "cannot be written" in done.output
