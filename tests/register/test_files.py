from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register import check, files
from ivvu_analysis.register.spelling import Speller

FOLDER = Path(__file__).parent.parent / "data" / "registers"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("calc.ods", "workbook"),
        ("excel_97.xls", "workbook"),
        ("titles_above.xlsx", "workbook"),
        ("csv_called.xlsx", "csv"),
    ],
)
def test_the_content_tells_the_kind_and_the_name_does_not(name: str, kind: str) -> None:
    assert {sheet.kind for sheet in files.read(FOLDER / name, Speller())} == {kind}


def test_a_file_too_large_to_be_a_register_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(files.MAX_FILE + 1)
    with pytest.raises(RegisterError, match="larger than 512 MB"):
        check(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device that never ends is needed")
def test_what_never_ends_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE", 2**20)
    with pytest.raises(RegisterError, match="larger than 1 MB"):
        check("/dev/zero")


@pytest.mark.parametrize("name", ["none.csv", "nul\0.csv", "."])
def test_no_file_of_that_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(RegisterError, match="cannot be opened"):
        check(tmp_path / name)
