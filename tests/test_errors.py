from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis.errors import OutputError, ParameterError, UserError, did_you_mean, refuse_foreign


def test_an_error_is_a_problem_and_a_remedy() -> None:
    error = ParameterError("There is no wave '2018-01'.", "Choose one of: 2020-03, 2020-10.")
    assert str(error) == "There is no wave '2018-01'. Choose one of: 2020-03, 2020-10."
    assert isinstance(error, UserError)


@pytest.mark.parametrize(
    ("word", "known", "remedy"),
    [
        ("impct", ["impact", "scalability"], "Did you mean 'impact'?"),
        ("xyz", ["nl", "en"], "Choose one of: en, nl."),
        (
            "???",
            [f"name{i:02}" for i in range(34)],
            "Choose one of the 34 known names, such as name00, name01, name02, name03, name04.",
        ),
        ("x", [], "Nothing of the kind is known here."),
    ],
)
def test_the_closest_word_is_suggested_or_else_all_or_some(word: str, known: list[str], remedy: str) -> None:
    assert did_you_mean(word, known) == remedy


@pytest.mark.parametrize("content", [None, "row,column\n1,region\n", "\ufeffrow,column\n", "rij,kolom\n", ""])
def test_an_earlier_output_may_go(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "issues.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    refuse_foreign(path, "row,column\n", "rij,kolom\n")


@pytest.mark.parametrize(
    "content", [b"id;region\n1;twente\n", b"PK\x03\x04\xff\xfe", b"row,columns\n", b"row"]
)
def test_anything_else_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    with pytest.raises(OutputError, match=r"register\.csv exists, and is not an earlier output"):
        refuse_foreign(path, "row,column\n")
    assert path.read_bytes() == content
