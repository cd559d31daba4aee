"""Every broken register of tests/data/registers must give exactly the findings written down beside it."""

import json
from pathlib import Path

import pytest

from ivvu_analysis.codebook import load
from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register import check
from ivvu_analysis.register.table import ISSUE_COLUMNS

FOLDER = Path(__file__).parent.parent / "data" / "registers"
EXPECTED = {
    path.name.removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")
}
READABLE = sorted(name for name, expected in EXPECTED.items() if "error" not in expected)
UNREADABLE = sorted(name for name, expected in EXPECTED.items() if "error" in expected)


def test_there_are_registers_with_each_kind_of_trouble() -> None:
    assert len(READABLE) >= 25
    assert len(UNREADABLE) >= 10


@pytest.mark.parametrize("name", READABLE)
def test_findings_are_exactly_those_written_down(name: str) -> None:
    intake = check(FOLDER / name)
    assert intake.issues[list(ISSUE_COLUMNS)].to_numpy().tolist() == EXPECTED[name]["issues"]
    assert intake.excluded[["row", "reason"]].to_numpy().tolist() == EXPECTED[name]["excluded"]
    assert intake.projects["row"].tolist() == EXPECTED[name]["rows"]
    assert intake.rows_read == len(intake.projects) + len(intake.excluded)


@pytest.mark.parametrize(
    "name",
    # The reader of ods needs some seconds to find that there are more than ten million cells.
    [pytest.param(name, marks=[pytest.mark.slow] * (name == "far_cell.ods")) for name in UNREADABLE],
)
def test_unreadable_files_give_one_clear_message(name: str) -> None:
    with pytest.raises(RegisterError, match=EXPECTED[name]["error"]) as found:
        check(FOLDER / name)
    assert name in found.value.problem
    assert found.value.remedy


def test_a_cell_that_is_very_long_is_no_open_quotation_mark(tmp_path: Path) -> None:
    rows = [f"{number};lopend;Twente" for number in range(200)] + [f"200;{'x' * 200_000};Twente;more"]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["Projectnummer;Projectstatus;Regio", *rows]), encoding="utf-8")
    issues = check(path).issues
    assert issues.loc[issues["row"] == 202, "problem"].tolist() == ["not_recognised", "row_too_long"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac-roman"])
def test_the_letters_of_a_text_tell_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes("Titel;Regio;Status\nCafé met foto's;Twente;loopt\n".encode(encoding))
    assert check(path).projects["title"].tolist() == ["Café met foto's"]


def test_an_apostrophe_of_windows_is_no_letter_of_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "apostrophe.csv"
    path.write_bytes("Titel;Regio;Status\nFoto’s en video’s;Twente;loopt\n".encode("cp1252"))
    intake = check(path)
    assert intake.projects["title"].tolist() == ["Foto’s en video’s"]
    assert "encoding" not in set(intake.issues["problem"])


@pytest.mark.parametrize(
    ("first", "others"),
    [
        ("clean.csv", ["comma.csv", "csv_called.xlsx", "blank_columns.xlsx", "sheet_of_lists.xlsx"]),
        ("windows_1252.csv", ["utf8_with_mark.csv", "utf16_tabs.csv", "calc.ods", "excel_97.xls"]),
    ],
)
def test_the_same_projects_come_out_of_every_layout_and_format(first: str, others: list[str]) -> None:
    plain = check(FOLDER / first).projects.drop(columns="sheet")  # a workbook names its sheet, a csv has none
    for name in others:
        assert check(FOLDER / name).projects.drop(columns="sheet").equals(plain), name


def test_letters_with_accents_are_read() -> None:
    project = check(FOLDER / "windows_1252.csv").projects.loc[0, ["theme", "region", "holder"]]
    assert project.tolist() == ["efficient_working", "friesland", "zk_friesland"]


def test_merged_cells_count_for_every_row() -> None:
    assert check(FOLDER / "regions_merged.xlsx").projects["region"].tolist() == ["twente"] * 3


def test_numbers_and_dates_fall_in_their_classes() -> None:
    organisations = check(FOLDER / "number_of_organisations.csv").projects["participation"]
    assert organisations.tolist() == ["4-6", "10+", "7-9"]
    for name in ("dates_of_all_kinds.csv", "dates_of_excel.xlsx"):
        assert check(FOLDER / name).projects["start"].tolist()[:2] == ["2018-2019", "2020"]
    assert check(FOLDER / "dates_of_excel.xlsx").projects["wave"].tolist() == ["2020-10"] * 3


@pytest.mark.parametrize(
    ("title", "read", "told"),
    [
        ('"Zorg" thuis', '"Zorg" thuis', True),  # a mark closes before its cell ends
        ('"Zorg; ""thuis"""', 'Zorg; "thuis"', False),  # marks in pairs, also after a separator
    ],
)
def test_only_quotation_marks_that_do_not_pair_are_read_as_they_stand(
    tmp_path: Path, title: str, read: str, told: bool
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"Nr;Titel;Regio;Thema\n1;{title};Twente;Technologie\n2;B;Zeeland;Technologie\n", "utf-8")
    intake = check(path)
    assert intake.projects["title"].tolist() == [read, "B"]
    assert ("row_quotes" in set(intake.issues["problem"])) is told


def test_a_region_that_has_ceased_to_be_is_told_row_by_row(tmp_path: Path) -> None:
    book = tmp_path / "codebook.yaml"
    merged = 'until: "2020-10", into: [oost]'
    book.write_text(
        f"region:\n  levels:\n    - {{code: twente, {merged}}}\n    - {{code: achterhoek, {merged}}}\n"
        '    - {code: oost, en: Oost, since: "2021-03", within: menzis, tile: [4, 6]}\n'
    )
    path = tmp_path / "register.csv"
    rows = ["1;2021-03;Twente", "2;2021-03;Oost", "3;2020-10;Twente", "4;2020-10;Oost", "5;2021-03;Utrecht"]
    path.write_text("\n".join(["Nummer;Peildatum;Regio", *rows]))
    found = check(path, codebook=load(book)).issues.query("problem == 'region_absent'")
    assert found[["row", "value", "severity"]].values.tolist() == [
        [2, "Twente", "error"],
        [5, "Oost", "error"],
    ]


def test_an_edition_after_the_published_ones_is_no_warning_though_a_later_one_is_larger(
    tmp_path: Path,
) -> None:
    path = tmp_path / "register.csv"
    editions = (("2021-03", 8), ("2021-10", 9), ("2012-10", 1))
    rows = [f"{number};{wave};Twente" for wave, size in editions for number in range(size)]
    path.write_text("\n".join(["Nummer;Peildatum;Regio", *rows]))
    found = check(path).issues.query("column == 'wave'")[["value", "severity"]].values.tolist()
    assert found == [["2021-03", "note"], ["2021-10", "note"], ["2012-10", "warning"]]
