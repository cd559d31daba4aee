from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis.errors import OutputError, refuse_foreign


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
