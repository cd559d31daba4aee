from __future__ import annotations

from pathlib import Path

from ivvu_analysis.batch.job import Result
from ivvu_analysis.batch.store import Store, data_file


def test_what_a_report_recorded_for_programs_stands_beside_its_workbook(tmp_path: Path) -> None:
    result = Result(
        "national", "claims_check", "{}", "<html>", b"xlsx", {"data": "claim,verdict\na,reproduces\n"}
    )
    with Store(tmp_path) as store:
        written = store.publish(result)
    assert data_file("claims_check") in written
    file = tmp_path / "tables" / "claims_check.csv"
    assert file.read_text(encoding="utf-8") == "claim,verdict\na,reproduces\n"


def test_a_report_that_recorded_none_has_no_such_file(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.publish(Result("national", "impact", "{}", "<html>", b"xlsx", {"data": ""}))
        store.publish(Result("national", "old", "{}", "<html>", b"xlsx", {}))
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == ["impact.xlsx", "old.xlsx"]
