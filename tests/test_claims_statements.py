"""Reading the collected statements."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivvu_analysis import published
from ivvu_analysis.claims.statements import read_claims
from ivvu_analysis.errors import DataError

HEADER = "claim,document,section,statement_en,statement_nl,qualifier,claimed,unit"
GOOD = "a.b,some_report,4.2,Six projects stopped.,Zes projecten zijn gestopt.,exact,6,projects"


def write(folder: Path, *lines: str) -> Path:
    shutil.copy(published.folder() / "datapackage.json", folder)
    (folder / "claims.csv").write_text("\n".join((*lines, "")), encoding="utf-8")
    return folder


def test_printed_decimals_are_kept(tmp_path: Path) -> None:
    claims = read_claims(write(tmp_path, HEADER, GOOD.replace(",6,", ",8.0,")))
    assert list(claims["claimed"]) == ["8.0"]
    assert ",".join(claims.columns) == HEADER


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (GOOD.replace("exact", "exactt"), "line 2: 'exactt' is no qualifier. Did you mean 'exact'"),
        (GOOD.replace("6,projects", "6,project"), "line 2: 'project' is no unit. Did you mean 'projects'"),
        (GOOD.replace(",6,", ",six,"), "line 2: 'six' is not a number"),
        (GOOD.replace(",6,", ",nan,"), "line 2: 'nan' is not a number"),
        (GOOD.replace(",6,", ",,"), "line 2: '' is not a number"),
        (GOOD.replace(",4.2,", ",,"), "line 2: 'section' is empty"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_claims(write(tmp_path, HEADER, line))


def test_a_claim_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 3: the claim 'a\.b' is there twice"):
        read_claims(write(tmp_path, HEADER, GOOD, GOOD))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="It needs exactly: claim, document"):
        read_claims(write(tmp_path, HEADER.replace("claimed", "figure"), GOOD))


def test_a_missing_file_is_a_user_error(tmp_path: Path) -> None:
    shutil.copy(published.folder() / "datapackage.json", tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        read_claims(tmp_path)


def test_no_statement_is_there_twice_in_one_section() -> None:
    claims = read_claims()
    for column in ("statement_en", "statement_nl"):
        twice = claims[claims.duplicated(["document", "section", column])]
        assert twice.empty, list(twice["claim"])
