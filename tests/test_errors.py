from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis.errors import OutputError, ParameterError, UserError, did_you_mean, refuse_foreign


def test_an_error_is_a_problem_and_a_remedy() -> None:
    error = ParameterError("There is no wave '2018-01'.", "Choose one of: 2020-03, 2020-10.")
    assert str(error) == "There is no wave '2018-01'. Choose one of: 2020-03, 2020-10."
    assert isinstance(error, UserError)


def test_the_closest_word_is_suggested() -> None:
    assert did_you_mean("impct", ["impact", "scalability"]) == "Did you mean 'impact'?"


def test_without_a_close_word_all_are_named_if_they_are_few() -> None:
    assert did_you_mean("xyz", ["en", "nl"]) == "Choose one of: en, nl."


def test_without_a_close_word_some_are_named_if_they_are_many() -> None:
    remedy = did_you_mean("???", [f"name{i:02}" for i in range(34)])
    assert remedy.startswith("Choose one of the 34 known names, such as name00")


@pytest.mark.parametrize("content", ["row,column\n1,region\n", "\ufeffrow,column\n", "rij,kolom\n", ""])
def test_an_earlier_output_may_go(tmp_path: Path, content: str) -> None:
    path = tmp_path / "issues.csv"
    path.write_text(content, encoding="utf-8")
    refuse_foreign(path, "row,column\n", "rij,kolom\n")


def test_where_nothing_is_nothing_is_refused(tmp_path: Path) -> None:
    refuse_foreign(tmp_path / "issues.csv", "row,column\n")


@pytest.mark.parametrize(
    "content", [b"id;region\n1;twente\n", b"PK\x03\x04\xff\xfe", b"row,columns\n", b"row"]
)
def test_anything_else_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    with pytest.raises(OutputError, match=r"register\.csv exists, and is not an earlier output"):
        refuse_foreign(path, "row,column\n")
    assert path.read_bytes() == content
