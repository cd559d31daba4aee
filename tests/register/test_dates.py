from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.register.dates import EXCEL_EPOCH, Moment, moment, wave


@pytest.mark.parametrize(
    "text",
    ["1-11-2020", "01/11/2020", "1.11.20", "nov-20", "Nov 2020", "1 november 2020", "november '20", "11-2020",
     "2020-11", "2020.11", "2020.11.1", "2020-11-01", "2020-11-01 00:00:00", "2020-11-01T08:30", "44136",
     "44136.5"],
)  # fmt: skip
def test_november_2020_in_every_form(text: str) -> None:
    assert moment(text) == Moment(2020, 11)
    assert wave(text) == "2020-11"


@pytest.mark.parametrize(
    "text", ["2020", "Q3 2020", "2020-Q3", "3e kwartaal 2020", "najaar 2020", "eind 2020"]
)
def test_a_year_is_enough_for_a_moment_but_not_for_a_wave(text: str) -> None:
    assert moment(text) == Moment(2020, None)
    assert wave(text) is None


HALF_A_DATE = ["", "20", "20-20", "2020.1", "2020.3", "foo-20", "12345", "99999", "-1"]


@pytest.mark.parametrize("text", [*HALF_A_DATE, "1-13-2020", "31-2-2020", "2020-11-01x", "٢٠٢٠"])
def test_no_date_is_guessed(text: str) -> None:
    assert moment(text) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_means_the_same_in_every_notation(day: date) -> None:
    expected = Moment(day.year, day.month)
    assert moment(day.isoformat()) == expected
    assert moment(f"{day.day}-{day.month}-{day.year}") == expected
    assert moment(str((day - EXCEL_EPOCH) // timedelta(days=1))) == expected


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or 2000 <= found.year <= 2099
