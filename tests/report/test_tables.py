from __future__ import annotations

from math import nan

import pandas as pd

from ivvu_analysis.report.tables import Table
from ivvu_analysis.report.words import Words

EN, NL = Words("en"), Words("nl")


def shares() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "wave": ["2020-10"],
            "level": ["large_much"],
            "projects": [74],
            "estimate": [0.2327],
            "conf_low": [0.1896],
            "conf_high": [0.2822],
            "n": [318],
            "method": ["Wilson"],
        }
    )


def test_heads_and_cells_are_in_the_language() -> None:
    html = Table(shares(), NL, level="impact").html("Bijschrift", key="t")
    for text in (
        "Peildatum",
        "oktober 2020",
        "Grote schaal, veel betekenis",
        "23,3%",
        "95%-interval",
        "Totaal",
    ):
        assert text in html
    assert "Wilson" not in html


def test_the_interval_follows_the_estimate() -> None:
    names = [column.name for column in Table(shares(), EN, level="impact").columns]
    assert names == ["wave", "level", "projects", "estimate", "interval", "n"]


def test_bounds_are_not_called_an_interval() -> None:
    heads = [column.head for column in Table(shares(), EN, level="impact", bounds=True).columns]
    assert "Possible range" in heads
    assert "95% interval" not in heads


def test_it_has_a_caption_and_scopes() -> None:
    html = Table(shares(), EN, level="impact").html("Caption", key="t")
    assert "<caption>Caption</caption>" in html
    assert html.count('scope="col"') == 6
    assert html.count('scope="row"') == 1


def test_text_from_data_is_escaped() -> None:
    frame = pd.DataFrame({"title": ["<script>alert(1)</script>"], "projects": [1]})
    html = Table(frame, EN).html("x", key="t")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_heads_given_are_escaped_too() -> None:
    frame = pd.DataFrame({"odd": [1]})
    assert "<b>" not in Table(frame, EN, heads={"odd": "<b>"}).html("x", key="t")


def test_what_is_not_known_is_a_dash_and_not_nan() -> None:
    unknown = shares().assign(estimate=nan, conf_low=nan, conf_high=nan)
    frame = pd.concat([shares(), unknown], ignore_index=True)
    html = Table(frame, EN, level="impact").html("x", key="t")
    assert "nan" not in html.lower()
    assert html.count("–") == 2


def test_a_row_without_a_name_is_headed_by_a_dash() -> None:
    html = Table(pd.DataFrame({"table": ["table 1", ""], "count": [2, 3]}), EN).html("Checks.", key="t")
    assert '<th scope="row">–</th>' in html
    assert '<th scope="row"></th>' not in html


def test_a_phase_is_labelled_by_its_own_ladder() -> None:
    frame = pd.DataFrame({"dimension": ["vision", "agreements"], "phase": [4, 4], "regions": [14, 32]})
    html = Table(frame, EN, "count").html("x", key="t")
    assert "4 Dialogue sessions" in html
    assert "4 Implementation" in html


def test_showing_does_not_change_the_frame() -> None:
    frame = shares()
    Table(frame, EN, level="impact").html("x", key="t")
    pd.testing.assert_frame_equal(frame, shares())


def test_an_interval_that_no_row_has_gets_no_column() -> None:
    points = pd.DataFrame({"estimate": [0.5], "conf_low": [float("nan")], "conf_high": [float("nan")]})
    names = [column.name for column in Table(points, Words("en")).columns]
    assert names == ["estimate"]
    assert "interval" in [c.name for c in Table(points.fillna(0.1), Words("en")).columns]


def test_both_ends_of_a_difference_share_their_unit() -> None:
    frame = shares().assign(estimate=0.1, conf_low=-0.042, conf_high=0.242)
    assert "−4.2 to +24.2 percentage points" in Table(frame, EN, "+%1", "impact").html("x", key="t")


def test_a_chance_too_small_to_tell_apart_is_written_once() -> None:
    chances = pd.DataFrame(
        {"dimension": ["vision"], "estimate": [1e-5], "conf_low": [1e-9], "conf_high": [1e-4]}
    )
    html = Table(chances, EN, unit="chance").html("Caption", key="t")
    assert html.count("less than 0.1%") == 2
    assert "0.1% to" not in html


def test_long_texts_bring_the_heads_of_their_columns_along() -> None:
    short = Table(pd.DataFrame({"name": ["a"], "statement": ["b"]}), EN).html("x", key="t")
    long = Table(pd.DataFrame({"name": ["a"], "statement": ["b" * 100]}), EN).html("x", key="t")
    assert 'class="prose"' not in short
    assert "data-head" not in short
    assert '<table id="t" class="prose">' in long
    assert '<td data-head="Statement">' in long


def test_a_row_of_totals_is_set_apart() -> None:
    frame = pd.DataFrame({"level": ["national", "total_row"], "projects": [43, 318]})
    html = Table(frame, EN, level="scalability").html("x", key="t")
    assert html.count('<tr class="total">') == 1
    assert '<tr class="total"><th scope="row">Total</th>' in html


def test_the_workbook_gets_numbers_as_numbers_and_codes_as_labels() -> None:
    content = Table(shares(), EN, level="impact").content()
    heads = [column["head"] for column in content["columns"]]
    assert heads[-3:] == ["95% interval, lower end", "95% interval, upper end", "Total"]
    assert content["rows"] == [["October 2020", "Large scale, much meaning", 74, 0.2327, 0.1896, 0.2822, 318]]
