from __future__ import annotations

import json
from itertools import zip_longest
from math import inf
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ivvu_analysis.batch.compare import compare as compare_to
from ivvu_analysis.batch.compare import compare_outputs, figure_changes, find_outputs
from ivvu_analysis.batch.output import Manifest, read_output
from ivvu_analysis.cli import main
from ivvu_analysis.errors import OutputError
from ivvu_analysis.report.workbook import workbook

Figures = dict[str, tuple[float | None, ...]]

THEN: Figures = {
    "impact.2020-10.much_meaning": (0.75, 0.70, 0.80),
    "impact.2020-10.odds_ratio": (1.2, 0.6, 2.4),
    "themes.chi2": (103.5,),
}


def compare(old: Path, new: Path) -> list[Any]:
    return compare_to(old, new, new.parent / "comparison.html", "en")[0]


def figures(given: Figures) -> dict[str, dict[str, float | None]]:
    """Return key figures as they are recorded: an estimate, which may have a lower and an upper bound."""
    return {name: dict(zip_longest(("estimate", "conf_low", "conf_high"), given[name])) for name in given}


def output(given: Figures, wave: str = "2020-10", inputs: Any = None, **made: Any) -> Manifest:
    """Return what is known of an output with one report."""
    report = {"status": "published", "wave": wave, "language": "en", "parameters": {"wave": wave}}
    report |= {"inputs": inputs or {}, "key_figures": figures(given)}
    return Manifest.model_validate({"reports": {"impact": report}, **made})


def publish(folder: Path, given: Figures, *rows: tuple[Any, Any, Any], data: str = "") -> Path:
    """Write what a run would leave of a suite with one report and one table."""
    (folder / "tables").mkdir(parents=True)
    heads = {"Theme": "", "Projects": "count", "Share": "%"}
    columns = [
        {"head": head, "how": heads[head], "values": [row[number] for row in rows]}
        for number, head in enumerate(heads)
    ]
    table = {"name": "table-1", "title": "Table 1. Projects by theme.", "source": "table 4"}
    content = {"title": "Impact", "language": "en", "tables": [table | {"columns": columns}]}
    (folder / "tables" / "impact.xlsx").write_bytes(workbook(content))
    if data:
        (folder / "tables" / "impact.csv").write_text(data, encoding="utf-8")
    (folder / "key_figures.json").write_text(json.dumps({"impact": figures(given)}), encoding="utf-8")
    known = {"title": "National", "reports": {"impact": {"wave": "2020-10", "language": "en"}}}
    (folder / "manifest.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def test_exactly_what_moved_is_named_printed_and_written_to_the_page(tmp_path: Path) -> None:
    moved = THEN | {"themes.chi2": (110.25,)}
    head = "claim,claimed,verdict\n"
    old = publish(
        *(tmp_path / "old", THEN, ("Technology", 46, 0.25), ("Learning", 16, 0.05)),
        data=head + "a,75,reproduces\nb,1,reproduces\n",
    )
    new = publish(
        *(tmp_path / "new", moved, ("Learning", 16, 0.06), ("Technology", 46, 0.25), ("Other", 1, None)),
        data=head + "a,75,does_not_reproduce\nb,1,reproduces\n",
    )
    (found,) = compare(old, new)
    assert found.moved[["name", "change"]].to_numpy().tolist() == [["themes.chi2", 6.75]]
    assert found.cells.to_numpy().tolist() == [  # rows are matched by their texts and not by their order
        ["impact", "Projects by theme.", "Learning", "Share", 0.05, 0.06],
        ["impact", "Projects by theme.", "Other", "Projects", None, 1.0],
        ["impact", "impact.csv", "a", "verdict", "reproduces", "does_not_reproduce"],
    ]
    assert found.counts == {"moved": 1, "same": 2, "appeared": 0, "vanished": 0, "apart": 0, "cells": 3}
    page = tmp_path / "page.html"
    done = CliRunner().invoke(main, ["compare", str(old), str(new), "-o", str(page), "-l", "nl"])
    assert done.exit_code == 0, done.output
    assert "key figures moved: 1, the same: 2, new: 0, gone: 0" in done.output
    assert "themes.chi2" in done.output
    assert "much_meaning" not in done.output
    assert "+6,750" in page.read_text(encoding="utf-8")


INFINITE = (inf, 0.0, inf)


@pytest.mark.parametrize(
    ("then", "now", "kind", "change", "overlap"),
    [
        ((1.2, 0.6, 2.4), (1.2, 0.5, 2.4), "moved", 0.0, "yes"),  # its interval alone
        ((103.5,), (103.5 * (1 + 1e-15),), "same", 0.0, "unknown"),  # the last bits of a number
        ((0.75, 0.70, 0.80), (0.85, 0.80, 0.90), "moved", 0.1, "yes"),  # intervals that touch
        ((0.75, 0.70, 0.80), (0.85, 0.801, 0.90), "moved", 0.1, "no"),
        ((0.75, 0.70, 0.80), (0.85,), "moved", 0.1, "unknown"),
        ((18.0, 18.0, 18.0), (20.0, 20.0, 20.0), "moved", 2.0, "unknown"),  # counts have no interval
        ((), (2.0,), "moved", None, "unknown"),
        ((), (), "same", None, "unknown"),
        (None, (3.0,), "appeared", None, "unknown"),
        ((1.0,), None, "vanished", None, "unknown"),
        (INFINITE, INFINITE, "same", 0.0, "yes"),
        (INFINITE, (inf, 1.0, inf), "moved", 0.0, "yes"),
        (INFINITE, (2.0, 0.0, inf), "moved", None, "yes"),
        (INFINITE, (-inf, 0.0, inf), "moved", None, "yes"),
        (INFINITE, ("inf", 0.0, "inf"), "same", 0.0, "yes"),  # as JSON has it
    ],
)
def test_a_figure_is_held_against_what_it_was(
    then: Any, now: Any, kind: str, change: float | None, overlap: str
) -> None:
    old, new = (output({} if one is None else {"x": one}) for one in (then, now))
    found = figure_changes(old, new)
    found["change"] = found["change"].astype(object).where(found["change"].notna(), None)
    told = {"name": "x", "kind": kind, "change": pytest.approx(change), "overlap": overlap}
    assert found[[*told]].to_dict("records") == [told]


def test_two_waves_are_compared_under_one_name_and_across_the_wave() -> None:
    old: Figures = {
        "x.2020-03.share": (0.5,),
        "x.2019-10..2020-03.steps": (3.0,),
        "x.2021-12.top": (0.9,),
        "x.2020-03.gone": (0.2,),
    }
    new: Figures = {
        "x.2020-03.share": (0.5,),
        "x.2020-10.share": (0.7,),
        "x.2020-03..2020-10.steps": (4.0,),
        "x.2021-12.top": (0.8,),
        "x.2020-10.come": (0.1,),
    }
    found = figure_changes(output(old, "2020-03"), output(new, "2020-10"))
    assert found[["name_then", "name", "kind"]].to_numpy().tolist() == [
        ["x.2020-03.share", "x.2020-03.share", "same"],
        ["x.2020-03.share", "x.2020-10.share", "moved"],
        ["x.2019-10..2020-03.steps", "x.2020-03..2020-10.steps", "moved"],
        ["x.2021-12.top", "x.2021-12.top", "moved"],
        ["", "x.2020-10.come", "appeared"],
        ["x.2020-03.gone", "x.2020-03.gone", "vanished"],
    ]


def test_a_half_year_is_held_against_a_half_year_and_the_whole_against_the_whole() -> None:
    old = output({"2020-03..2020-10.steps": (8.0,), "2019-03..2020-10.steps": (25.0,)}, "2020-10")
    new = output({"2020-10..2021-03.steps": (0.0,), "2019-03..2021-03.steps": (26.0,)}, "2021-03")
    found = figure_changes(old, new)
    assert found[["then", "now"]].dropna().to_numpy().tolist() == [[8.0, 0.0], [25.0, 26.0]]


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6))
sets = st.dictionaries(st.sampled_from("abcdef"), st.tuples(numbers, numbers, numbers))


@settings(max_examples=40)
@given(sets, sets)
def test_every_figure_is_named_once_and_the_other_way_round_mirrors(one: Figures, other: Figures) -> None:
    there, back = figure_changes(output(one), output(other)), figure_changes(output(other), output(one))
    assert sorted(there["name"]) == sorted({**one, **other})
    mirror = {"appeared": "vanished", "vanished": "appeared", "moved": "moved", "same": "same"}
    assert there.set_index("name")["kind"].map(mirror).to_dict() == back.set_index("name")["kind"].to_dict()


def test_what_differed_in_the_making_is_told() -> None:
    def made(sign: str, wave: str, numpy: str, **reports: Any) -> Manifest:
        inputs = {"register.xlsx": sign * 64, "impact.ipynb": "b" * 64}
        run = {"versions": {"numpy": numpy, "pandas": "3.0"}}
        known = output(THEN, wave, inputs, ground={"package": sign * 64}, run=run)
        others = Manifest.model_validate({"reports": reports}).reports
        return known.model_copy(update={"reports": {**known.reports, **others}})

    old = made("a", "2020-10", "2.3", models={"status": "published"})
    new = made("c", "2020-03", "2.4", models={"status": "failed"}, portfolio={"status": "published"})
    assert compare_outputs("national", old, new).grounds.to_numpy().tolist() == [
        ["", "package", "ivvu_analysis", "a" * 12, "c" * 12],
        ["", "version", "numpy", "2.3", "2.4"],
        ["impact", "parameter", "wave", "2020-10", "2020-03"],
        ["impact", "data", "register.xlsx", "a" * 12, "c" * 12],
        ["models", "report", "models", "published", "failed"],
        ["portfolio", "report", "portfolio", "absent", "published"],
    ]


def test_suites_are_paired_by_name_unless_there_is_one_each(tmp_path: Path) -> None:
    for run in ("old", "new"):
        for suite in ("national", "regions"):
            publish(tmp_path / run / suite, THEN)
    publish(tmp_path / "new" / "own", THEN)
    assert [c.suite for c in compare(tmp_path / "old", tmp_path / "new")] == ["national", "regions"]
    assert [c.suite for c in compare(tmp_path / "old" / "national", tmp_path / "new" / "own")] == ["own"]
    with pytest.raises(OutputError, match="none is in both"):
        compare(tmp_path / "old", tmp_path / "new" / "own")


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("key_figures.json", '{"impact": {"x": {"estimate": "much"}}}', "impact.x.estimate"),
        ("manifest.json", '{"run": {"versions": []}}', "run.versions: "),
        ("tables/impact.xlsx", "no workbook", "tables of 'impact'"),
    ],
)
def test_what_is_damaged_is_said_with_its_name(tmp_path: Path, file: str, text: str, problem: str) -> None:
    old, new = publish(tmp_path / "old", THEN), publish(tmp_path / "new", THEN)
    (new / file).write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match=problem):
        compare(old, new)


def test_an_output_without_a_manifest_can_be_compared(tmp_path: Path) -> None:
    folder = publish(tmp_path / "national", THEN)
    (folder / "manifest.json").unlink()
    assert read_output(folder).title == "national"
    assert list(find_outputs(tmp_path)) == ["national"]


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", "comparison.html"),
        ("folder", "folder/comparison.html"),
        ("v1.2/", "v1.2/comparison.html"),
        ("page.HTML", "page.HTML"),
    ],
)
def test_what_is_not_called_like_a_page_is_a_folder_for_it(tmp_path: Path, asked: str, page: str) -> None:
    old = publish(tmp_path / "old", THEN)
    for _ in range(2):
        done = CliRunner().invoke(main, ["compare", str(old), str(old), "-o", f"{tmp_path}/{asked}"])
        assert done.output.splitlines()[-1] == str(tmp_path / page)
    assert (tmp_path / page).is_file()


@pytest.mark.parametrize(
    ("new", "page", "said"),
    [
        ("nowhere", "page.html", "nor a folder in it has a key_figures.json"),
        ("old", "mine.csv/page.html", "cannot be written"),
        ("old", "mine.csv", "not an earlier output"),
    ],
)
def test_what_cannot_be_compared_or_written_is_one_message_and_goes_over_no_file_of_the_users(
    tmp_path: Path, new: str, page: str, said: str
) -> None:
    old, mine = publish(tmp_path / "old", THEN), tmp_path / "mine.csv"
    mine.write_text("id;region")
    done = CliRunner().invoke(main, ["compare", str(old), str(tmp_path / new), "-o", str(tmp_path / page)])
    assert (done.exit_code, said in done.output, "Traceback" in done.output) == (2, True, False)
    assert mine.read_text() == "id;region"
