"""What an evaluator corrects or adds in the two files, and what a slip in them says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis import claims
from ivvu_analysis.errors import DataError

NEW = """# Entries.
- claims: [example.technology]
  source: table 4
  stated:
    value: {value}
    en: the number of projects on technology
    nl: het aantal projecten over technologie
"""


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return claims.tables()


def with_statement(tables: dict[str, pd.DataFrame], claimed: str) -> dict[str, pd.DataFrame]:
    row = tables["claims"].iloc[[0]].assign(claim="example.technology", claimed=claimed, unit="projects")
    return {**tables, "claims": row}


def judged(tables: dict[str, pd.DataFrame], folder: Path, text: str) -> pd.DataFrame:
    path = folder / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    return claims.judge(tables, "nl", path=path).set_index("claim")


def test_a_statement_is_added_by_a_row_and_an_entry(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    entry = NEW.format(value='theme_by_holder(theme="technology")')
    row = judged(with_statement(tables, "46"), tmp_path, entry).loc["example.technology"]
    assert (row["recomputed"], row["verdict"]) == (46, "reproduces")
    assert row["explanation"] == "Tabel 4, het aantal projecten over technologie: 46 projecten."


def test_a_corrected_statement_changes_its_verdict(tables: dict[str, pd.DataFrame]) -> None:
    corrected = tables["claims"].copy()
    corrected.loc[corrected["claim"] == "status.running.2020-10.share.letter", "claimed"] = "77"
    after = claims.judge({**tables, "claims": corrected}).set_index("claim")
    assert after.loc["status.running.2020-10.share.letter", "verdict"] == "reproduces_rounded"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('theme_by_holder(thema="technology")', "has no column 'thema'. Did you mean 'theme'"),
        ('theme_by_holder(theme="techonology")', "holds no 'techonology'. Did you mean 'technology'"),
        ('share(project_counts, measure="status", wave="2020-10", level="runing")', "holds no 'runing'"),
        ('count(regions, holder="xyz")', "holds no 'xyz'"),
        ("theme_by_houlder()", "no table or function 'theme_by_houlder'. Did you mean 'theme_by_holder'"),
        ("theme_by_holder(", "is no expression"),
        ('open("/etc/passwd")', "no table or function 'open'"),
        ("theme_by_holder", "'theme_by_holder' is no expression"),
        ("percent(1)", "is no expression: .* missing 1 required"),
        ('phase_counts(wave="2020-10", phase=1)', "has an empty figure, or two for one place"),
        ('claimed("no.such")', "no statement 'no.such'"),
    ],
)
def test_a_slip_in_an_entry_is_named_with_its_line(
    tables: dict[str, pd.DataFrame], tmp_path: Path, value: str, problem: str
) -> None:
    place = r"claims\.yaml, line 2, entry 'example\.technology': "
    with pytest.raises(DataError, match=f"{place}.*{problem}"):
        judged(with_statement(tables, "46"), tmp_path, NEW.format(value=value))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "'example.technology' has no way to a verdict"),
        (NEW.format(value="1") * 2, "or more than one"),
        (
            NEW.format(value="1").replace("stated", "states"),
            "no 'states' in an entry. Did you mean",
        ),
        (
            NEW.format(value="1").replace("technology]", "tech]"),
            "There is no statement 'example.tech'",
        ),
        ("- claims: [", "claims.yaml, line"),
    ],
)
def test_a_statement_without_a_way_to_a_verdict_is_refused(
    tables: dict[str, pd.DataFrame], tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(DataError, match=problem):
        judged(with_statement(tables, "46"), tmp_path, text)
