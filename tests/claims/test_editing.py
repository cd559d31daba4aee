"""What an evaluator corrects or adds in the two files, and what a slip in them says."""

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
ONE = NEW.format(value="1")
TABLES = claims.tables()


def judged(folder: Path, entries: str) -> pd.Series:
    """Return what is said of one statement, that technology has 46 projects, with these entries."""
    path = folder / "claims.yaml"
    path.write_text(entries, encoding="utf-8")
    row = TABLES["claims"].iloc[[0]].assign(claim="example.technology", claimed="46", unit="projects")
    return claims.judge({**TABLES, "claims": row}, "nl", path=path).iloc[0]


def test_a_statement_is_added_by_a_row_and_an_entry(tmp_path: Path) -> None:
    row = judged(tmp_path, NEW.format(value='theme_by_holder(theme="technology")'))
    assert (row["recomputed"], row["verdict"]) == (46, "reproduces")
    assert row["explanation"] == "Tabel 4, het aantal projecten over technologie: 46 projecten."


def test_a_corrected_statement_changes_its_verdict() -> None:
    corrected = TABLES["claims"].copy()
    corrected.loc[corrected["claim"] == "status.running.2020-10.share.letter", "claimed"] = "77"
    after = claims.judge({**TABLES, "claims": corrected}).set_index("claim")
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
def test_a_slip_in_an_entry_is_named_with_its_line(tmp_path: Path, value: str, problem: str) -> None:
    place = r"claims\.yaml, line 2, entry 'example\.technology': "
    with pytest.raises(DataError, match=f"{place}.*{problem}"):
        judged(tmp_path, NEW.format(value=value))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "'example.technology' has no way to a verdict"),
        (ONE * 2, "or more than one"),
        (ONE.replace("stated", "states"), "no 'states' in an entry. Did you mean"),
        (ONE.replace("technology]", "tech]"), "There is no statement 'example.tech'"),
        ("- claims: [", "claims.yaml, line"),
    ],
)
def test_a_statement_without_a_way_to_a_verdict_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        judged(tmp_path, text)
