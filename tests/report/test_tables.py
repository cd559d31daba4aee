from __future__ import annotations

from math import nan

import pandas as pd

from ivvu_analysis.report.tables import Table, alternative
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.words import Words

EN, NL = Words("en"), Words("nl")


def page(table: Table) -> str:
    """Return a table as it stands on a page."""
    values = {"key": "t", "label": "Table 1", "text": "Caption", "table": table}
    return render("block.html.j2", table.words.language, **values)


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
    html = page(Table(shares(), NL, level="impact"))
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
    html = page(Table(shares(), EN, level="impact"))
    assert "<caption><strong>Table 1.</strong> Caption</caption>" in html
    assert html.count('scope="col"') == 6
    assert html.count('scope="row"') == 1


def test_text_from_data_is_escaped() -> None:
    frame = pd.DataFrame({"title": ["<script>alert(1)</script>"], "projects": [1]})
    html = page(Table(frame, EN))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_heads_given_are_escaped_too() -> None:
    frame = pd.DataFrame({"odd": [1]})
    assert "<b>" not in page(Table(frame, EN, heads={"odd": "<b>"}))


def test_what_is_not_known_is_a_dash_and_not_nan() -> None:
    unknown = shares().assign(estimate=nan, conf_low=nan, conf_high=nan)
    frame = pd.concat([shares(), unknown], ignore_index=True)
    html = page(Table(frame, EN, level="impact"))
    assert "nan" not in html.lower()
    assert html.count("–") == 2


def test_a_row_without_a_name_is_headed_by_a_dash() -> None:
    html = page(Table(pd.DataFrame({"table": ["table 1", ""], "count": [2, 3]}), EN))
    assert '<th scope="row">–</th>' in html
    assert '<th scope="row"></th>' not in html


def test_a_phase_is_labelled_by_its_own_ladder() -> None:
    frame = pd.DataFrame({"dimension": ["vision", "agreements"], "phase": [4, 4], "regions": [14, 32]})
    html = page(Table(frame, EN, "count"))
    assert "4 Dialogue sessions" in html
    assert "4 Implementation" in html


def test_showing_does_not_change_the_frame() -> None:
    frame = shares()
    page(Table(frame, EN, level="impact"))
    pd.testing.assert_frame_equal(frame, shares())


def test_an_interval_that_no_row_has_gets_no_column() -> None:
    points = pd.DataFrame({"estimate": [0.5], "conf_low": [float("nan")], "conf_high": [float("nan")]})
    names = [column.name for column in Table(points, Words("en")).columns]
    assert names == ["estimate"]
    assert "interval" in [c.name for c in Table(points.fillna(0.1), Words("en")).columns]


def test_both_ends_of_a_difference_share_their_unit() -> None:
    frame = shares().assign(estimate=0.1, conf_low=-0.042, conf_high=0.242)
    assert "−4.2 to +24.2 percentage points" in page(Table(frame, EN, "+%1", "impact"))


def test_a_chance_too_small_to_tell_apart_is_written_once() -> None:
    chances = pd.DataFrame(
        {"dimension": ["vision"], "estimate": [1e-5], "conf_low": [1e-9], "conf_high": [1e-4]}
    )
    html = page(Table(chances, EN, unit="chance"))
    assert html.count("less than 0.1%") == 2
    assert "0.1% to" not in html


def test_long_texts_bring_the_heads_of_their_columns_along() -> None:
    short = page(Table(pd.DataFrame({"name": ["a"], "statement": ["b"]}), EN))
    long = page(Table(pd.DataFrame({"name": ["a"], "statement": ["b" * 100]}), EN))
    assert "stacked" not in short
    assert "data-head" not in short
    assert '<table id="t-numbers" class="prose stacked">' in long
    assert '<td data-head="Statement">' in long


def test_columns_that_a_phone_has_no_room_for_stand_one_below_the_other() -> None:
    many = pd.DataFrame({f"holder_{letter}": [1000] for letter in "abcdefgh"})
    assert '<table id="t-numbers" class="stacked">' in page(Table(many, EN))
    assert "stacked" not in page(Table(many.iloc[:, :3], EN))


def test_a_row_of_totals_is_set_apart() -> None:
    frame = pd.DataFrame({"level": ["national", "total_row"], "projects": [43, 318]})
    html = page(Table(frame, EN, level="scalability"))
    assert html.count('<tr class="total">') == 1
    assert '<tr class="total"><th scope="row">Total</th>' in html


def test_the_workbook_gets_numbers_as_numbers_and_codes_as_labels() -> None:
    columns = Table(shares(), EN, level="impact").content("figure-1", "Shares.", "")["columns"]
    assert [column["head"] for column in columns[-3:]] == [
        "95% interval, lower end",
        "95% interval, upper end",
        "Total",
    ]
    cells = [column["values"] for column in columns]
    assert cells == [
        ["October 2020"],
        ["Large scale, much meaning"],
        [74],
        [0.2327],
        [0.1896],
        [0.2822],
        [318],
    ]


def test_the_largest_share_of_each_group_is_told_whatever_the_order_of_rows() -> None:
    frame = pd.DataFrame(
        {"who": ["a", "b"] * 2, "grade": ["low", "low", "high", "high"], "estimate": [0.2, 0.9, 0.8, 0.1]}
    )
    assert alternative(Table(frame, EN)) == "a: most often ‘high’ (80.0%); b: most often ‘low’ (90.0%)"


def test_any_frame_of_ones_own_is_shown() -> None:
    frame = pd.DataFrame([[["x", "y"], 1, 2.5, None]], columns=["tags", "a", "a", "theme"])
    html = page(Table(frame, EN))
    assert "[&#39;x&#39;, &#39;y&#39;]" in html
    assert '<td class="number">1</td><td class="number">2.500</td><td>–</td>' in html
