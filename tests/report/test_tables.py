from math import nan
from typing import Any

import pandas as pd
import pytest

from ivvu_analysis.report.tables import Table, alternative
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.words import Words

EN, NL = Words("en"), Words("nl")


def page(frame: pd.DataFrame, words: Words = EN, *how: Any, **named: Any) -> str:
    """Return a table as it stands on a page."""
    values = {"key": "t", "label": "Table 1", "text": "Caption", "table": Table(frame, words, *how, **named)}
    return render("block.html.j2", words.language, **values)


def one(**row: Any) -> pd.DataFrame:
    return pd.DataFrame([row])


def shares() -> pd.DataFrame:
    interval = {"estimate": 0.2327, "conf_low": 0.1896, "conf_high": 0.2822}
    return one(wave="2020-10", level="large_much", projects=74, **interval, n=318, method="Wilson")


def test_heads_and_cells_are_in_the_language_and_the_frame_stays_as_it_is() -> None:
    frame = shares()
    html = page(frame, NL, level="impact")
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
    pd.testing.assert_frame_equal(frame, shares())


def test_it_has_a_caption_and_scopes() -> None:
    html = page(shares(), level="impact")
    assert "<caption><strong>Table 1.</strong> Caption</caption>" in html
    assert html.count('scope="col"') == 6
    assert html.count('scope="row"') == 1


@pytest.mark.parametrize(
    ("ends", "bounds", "named"),
    [
        ((0.1, 0.9), False, ["estimate", "interval", "n"]),
        ((0.1, 0.9), True, ["estimate", "bounds", "n"]),
        ((nan, nan), False, ["estimate", "n"]),
    ],
)
def test_the_interval_follows_the_estimate_where_a_row_has_one(
    ends: tuple[float, float], bounds: bool, named: list[str]
) -> None:
    frame = one(n=9, estimate=0.5, conf_low=ends[0], conf_high=ends[1])[
        ["estimate", "conf_low", "conf_high", "n"]
    ]
    columns = Table(frame, EN, bounds=bounds).columns
    assert [column.name for column in columns] == named
    assert ("Possible range" in [column.head for column in columns]) is bounds


def test_text_from_data_and_heads_are_escaped() -> None:
    html = page(one(title="<script>alert(1)</script>", odd=1), heads={"odd": "<b>"})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<b>" not in html


def test_what_is_not_known_is_a_dash_and_not_nan() -> None:
    unknown = shares().assign(estimate=nan, conf_low=nan, conf_high=nan)
    html = page(pd.concat([shares(), unknown], ignore_index=True), level="impact")
    assert "nan" not in html.lower()
    assert html.count("–") == 2
    assert '<th scope="row">–</th>' in page(pd.DataFrame({"table": ["table 1", ""], "count": [2, 3]}))


def test_a_phase_is_labelled_by_its_own_ladder() -> None:
    html = page(pd.DataFrame({"dimension": ["vision", "agreements"], "phase": 4, "regions": 14}))
    assert "4 Dialogue sessions" in html
    assert "4 Implementation" in html


def test_both_ends_of_a_difference_share_their_unit() -> None:
    frame = shares().assign(estimate=0.1, conf_low=-0.042, conf_high=0.242)
    assert "−4.2 to +24.2 percentage points" in page(frame, EN, "+%1", "impact")


def test_a_chance_too_small_to_tell_apart_is_written_once() -> None:
    html = page(one(dimension="vision", estimate=1e-5, conf_low=1e-9, conf_high=1e-4), unit="chance")
    assert html.count("less than 0.1%") == 2
    assert "0.1% to" not in html


def test_what_a_phone_has_no_room_for_stands_one_below_the_other_under_its_head() -> None:
    short, long = page(one(name="a", statement="b")), page(one(name="a", statement="b" * 100))
    assert "stacked" not in short
    assert "data-head" not in short
    assert '<table id="t-numbers" class="prose stacked">' in long
    assert '<td data-head="Statement">' in long
    many = one(**{f"holder_{letter}": 1000 for letter in "abcdefgh"})
    assert '<table id="t-numbers" class="stacked">' in page(many)
    assert "stacked" not in page(many.iloc[:, :3])


def test_a_row_of_totals_is_set_apart() -> None:
    html = page(
        pd.DataFrame({"level": ["national", "total_row"], "projects": [43, 318]}), level="scalability"
    )
    assert html.count('<tr class="total">') == 1
    assert '<tr class="total"><th scope="row">Total</th>' in html


def test_the_workbook_gets_numbers_as_numbers_and_codes_as_labels() -> None:
    columns = Table(shares(), EN, level="impact").content("figure-1", "Shares.", "")["columns"]
    heads = [column["head"] for column in columns[-3:]]
    assert heads == ["95% interval, lower end", "95% interval, upper end", "Total"]
    (row,) = zip(*(column["values"] for column in columns), strict=True)
    assert row == ("October 2020", "Large scale, much meaning", 74, 0.2327, 0.1896, 0.2822, 318)


def test_the_largest_share_of_each_group_is_told_whatever_the_order_of_rows() -> None:
    frame = pd.DataFrame({"who": ["a", "b"] * 2, "grade": ["low", "low", "high", "high"]})
    told = alternative(Table(frame.assign(estimate=[0.2, 0.9, 0.8, 0.1]), EN))
    assert told == "a: most often ‘high’ (80.0%); b: most often ‘low’ (90.0%)"


def test_any_frame_of_ones_own_is_shown() -> None:
    html = page(pd.DataFrame([[["x", "y"], 1, 2.5, None]], columns=["tags", "a", "a", "theme"]))
    assert "[&#39;x&#39;, &#39;y&#39;]" in html
    assert '<td class="number">1</td><td class="number">2.500</td><td>–</td>' in html


OWN: list[tuple[pd.DataFrame, dict[str, str], list[list[str]]]] = [
    # What the codebook knows under this name is something else.
    (one(change=0.05, before=1.25, after=3.0), {}, [["0.050", "1.250", "3"]]),
    (one(share=45, target=12, q=0.25), {}, [["45", "12", "25%"]]),
    (one(p_value=5, projects=2.5, value=0.123456), {}, [["5", "2.500", "0.123"]]),
    (pd.DataFrame({"n": ["12", "x"]}), {}, [["12"], ["x"]]),
    (
        pd.DataFrame({"phase": [1, 2, None]}),
        {"level": "vision"},
        [["1 No agreement yet"], ["2 Only agreed as an action"], ["–"]],
    ),
    (
        one(level="no", **{"2020-03": 0.25, "2020-10": 0.5}),
        {"level": "sharing"},
        [["No results to share", "0.250", "0.500"]],
    ),
    # Columns and indexes of one's own.
    (one(method="survey", origin="Ede", conf_low=0.5), {}, [["survey", "Ede", "0.500"]]),
    (one(method="Wilson", origin="published", estimate=0.5), {}, [["50.0%"]]),
    (pd.DataFrame({"n": [3, 4]}, index=[2019, 2020]), {}, [["2019", "3"], ["2020", "4"]]),
    (pd.DataFrame({"n": [3, 4]}, index=["x", "y"]), {}, [["x", "3"], ["y", "4"]]),
    (pd.DataFrame({"mine": [3, 4]}, index=[1, 2]), {}, [["1", "3"], ["2", "4"]]),
    (pd.DataFrame({"mine": [3, 4]}, index=[1, 0]), {}, [["3"], ["4"]]),
    (pd.DataFrame({"n": [3, 4]}, index=[1, 2]), {}, [["3"], ["4"]]),
    (pd.DataFrame({"a": [1]}, index=pd.Index([2], name="a")), {}, [["2", "1"]]),
    # Numbers that are names, and days.
    (one(year=2019, postcode=1234.0, client_id=1234567), {}, [["2019", "1234", "1234567"]]),
    (one(opened=2019, beds=12345, cost_per_year=12345), {}, [["2019", "12,345", "12,345"]]),
    (one(on=pd.Timestamp("2020-01-15"), date=pd.Timestamp("2020-10-01")), {}, [["2020-01-15", "2020-10-01"]]),
]


@pytest.mark.parametrize(("frame", "how", "rows"), OWN)
def test_a_frame_of_ones_own_keeps_its_values(
    frame: pd.DataFrame, how: dict[str, str], rows: list[list[str]]
) -> None:
    assert [list(texts) for _, texts in Table(frame, EN, **how).rows] == rows  # type: ignore[arg-type]


def test_days_as_heads_have_no_hours_and_years_stay_numbers_in_the_workbook() -> None:
    frame = pd.DataFrame({"year": [2019, None], pd.Timestamp("2020-01-15"): [1, 2]})
    columns = Table(frame, EN).content("t", "", "")["columns"]
    assert [column["head"] for column in columns] == ["year", "2020-01-15"]
    assert columns[0]["values"] == [2019, None]
