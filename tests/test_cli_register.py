from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from ivvu_analysis.cli import main

REGISTERS = Path(__file__).parent / "data" / "registers"
PROVINCES = REGISTERS.parent / "provinces"


# A theme and a region are misspelt; region and holder, status and sharing, status and start contradict.
CONTRADICTING = """\
Projectnummer,Regio,Concessiehouder,Hoofdrubriek,Aanvang,Projectstatus,Delen van resultaten,Peildatum
1,Amsterdam,Zilveren Kruis,Technolgie,2020,Lopend,nee,2020-10
2,Twente,Zilveren Kruis,Technologie,2020,Nog niet gestart,ja,2020-10
3,=Twnte,,Technologie,2021,Lopend,nee,2020-10
"""


def ivvu(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["clean.csv"], 0, "3 rows read, 3 projects"),
        (["clean.csv"], 0, "3 of 3 projects are complete (100%)"),
        (["column_of_no_use.csv"], 0, "Note"),  # notes alone are clean
        (["sheets_alike.xlsx", "--sheet", "2020"], 0, "complete"),
        ([PROVINCES / "register.csv"], 1, "Error"),
        (
            [PROVINCES / "register.csv", "--codebook", PROVINCES / "codebook.yaml"],
            0,
            "196 of 196 projects are complete (100%)",
        ),
        (["bomb.xlsx"], 2, "bomb.xlsx is damaged, cut off, or larger than a register can be."),
        (["none.xlsx"], 2, "none.xlsx"),
        (
            ["clean.csv", "--wave", "maart"],
            2,
            "'maart' is no wave.\nWrite year and month, such as 2020-10.\n",
        ),
    ],
)
def test_a_register_is_clean_or_has_issues_or_cannot_be_read(
    words: list[object], status: int, said: str
) -> None:
    found = ivvu("register", "check", REGISTERS / str(words[0]), *words[1:])
    assert (found[0], said in found[1], "Traceback" in found[1]) == (status, True, False), found[1]


def test_issues_are_printed_and_written_as_text_in_the_language_asked_for(tmp_path: Path) -> None:
    found = tmp_path / "found.csv"
    status, output = ivvu("register", "check", REGISTERS / "hostile_regions.csv", "-l", "nl", "-o", found)
    assert status == 1
    assert "Fout, rij 2, Regio '<script>alert(1)</script>': Dit is geen bekende schrijfwijze." in output
    assert '\'=HYPERLINK("http://example.org")' in written(found)[1]


def test_accepted_corrections_make_a_register_clean(tmp_path: Path) -> None:
    accepted = tmp_path / "corrections.csv"
    accepted.write_text("column,value,replacement\ntheme,Technolgie,technology\n", encoding="utf-8")
    assert ivvu("register", "check", REGISTERS / "theme_misspelt.csv")[0] == 1
    assert ivvu("register", "check", REGISTERS / "theme_misspelt.csv", "--corrections", accepted)[0] == 0


def test_a_template_and_a_reconstruction(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert ivvu("register", "template", path) == (0, f"{path}\n")
    assert ivvu("register", "check", path)[0] == 1  # it has no rows yet, which is said
    path = tmp_path / "rebuilt.csv"
    assert ivvu("reconstruct", "--seed", 4, "--draws", 2, "--output", path)[0] == 0
    assert ivvu("register", "check", tmp_path / "rebuilt-2.csv")[0] == 0


def test_in_a_folder_a_reconstruction_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert ivvu("reconstruct", "--output", "") == (0, "reconstructed.csv\n")
    assert ivvu("reconstruct", "--draws", 2, "--output", tmp_path)[0] == 0
    assert (tmp_path / "reconstructed-2.csv").is_file()


def test_an_output_goes_over_an_earlier_one_and_over_nothing_else(tmp_path: Path) -> None:
    clean, mine = REGISTERS / "clean.csv", tmp_path / "mine"
    for words in (["register", "check", clean, "-o"], ["reconstruct", "-o"]):
        assert [ivvu(*words, tmp_path / words[0])[0] for _ in range(2)] == [0, 0]
        for other in (clean, REGISTERS / "sheets_alike.xlsx"):
            mine.write_bytes(other.read_bytes())
            status, said = ivvu(*words, mine)
            assert (status, "mine exists, and is not an earlier output" in said) == (2, True), said
            assert mine.read_bytes() == other.read_bytes()


def test_no_text_goes_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    clean = ("register", "check", REGISTERS / "clean.csv", "--cleaned")
    for words in (("reconstruct", "-o", tmp_path / "x.xlsx"), (*clean, tmp_path / "x.ods")):
        status, said = ivvu(*words)
        assert (status, "would be text, and no workbook" in said, [*tmp_path.iterdir()]) == (2, True, [])


def test_a_workbook_goes_over_ours_until_somebody_has_saved_it(tmp_path: Path) -> None:
    clean, cleaned = REGISTERS / "clean.csv", tmp_path / "cleaned.xlsx"
    assert [ivvu("register", "check", clean, "--cleaned", cleaned)[0] for _ in range(2)] == [0, 0]
    openpyxl.load_workbook(cleaned).save(cleaned)
    saved = cleaned.read_bytes()
    status, said = ivvu("register", "check", clean, "--cleaned", cleaned)
    assert (status, "is not an earlier output" in said, cleaned.read_bytes()) == (2, True, saved)


def test_what_two_cells_of_a_row_contradict_is_no_correction_of_a_value(tmp_path: Path) -> None:
    register, draft = tmp_path / "register.csv", tmp_path / "draft.csv"
    register.write_text(CONTRADICTING, encoding="utf-8")
    assert ivvu("register", "check", register, "--draft", draft)[0] == 1
    assert written(draft) == [
        ["theme", "Technolgie", "technology", "not_recognised", "open"],
        ["region", "'=Twnte", "twente", "not_recognised", "open"],
    ]


def test_a_draft_keeps_what_a_person_wrote_in_the_corrections_and_in_the_draft(tmp_path: Path) -> None:
    register, ours, draft = (tmp_path / name for name in ("register.csv", "ours.csv", "draft.csv"))
    further = CONTRADICTING.replace("3,", "3,Utrech,,Technologie,2020,Lopend,nee,2020-10\n4,")
    register.write_text(further, encoding="utf-8")
    mine = ["Regio", "'=twnte", "onbekend", "", "accepted"]
    ours.write_text("value,column,replacement\nTECHNOLGIE,Hoofdrubriek,Anders werken\n", encoding="utf-8")
    kept = ["Hoofdrubriek", "TECHNOLGIE", "Anders werken", "", "accepted"]
    theme = ["theme", "Technolgie", "technology", "not_recognised", "open"]
    new = ["region", "Utrech", "utrecht", "not_recognised", "open"]
    for words, expected in (([], [mine, theme, new]), (["--corrections", ours], [kept, mine, new])):
        draft.write_text(f"column,value,replacement,reason,status\n{','.join(mine)}\n", encoding="utf-8")
        ivvu("register", "check", register, *words, "--draft", draft)
        assert written(draft) == expected
    for _ in range(2):
        output = ivvu("register", "check", register, "--corrections", draft, "--draft", draft)[1]
        assert written(draft) == [kept, mine, new]
    assert "Twnte'" not in output  # an apostrophe before a formula is no part of the value


def test_a_draft_is_taken_up_as_a_spreadsheet_program_saves_it(tmp_path: Path) -> None:
    register, path, draft = tmp_path / "register.csv", tmp_path / "draft.xlsx", tmp_path / "draft.csv"
    register.write_text(CONTRADICTING, encoding="utf-8")
    assert [ivvu("register", "check", register, "--draft", path)[0] for _ in range(2)] == [1, 1]
    book = openpyxl.load_workbook(path)
    book.active["C2"], book.active["E2"] = "Anders werken", "accepted"
    book.save(path)
    theme = ["theme", "Technolgie", "Anders werken", "not_recognised", "accepted"]
    region = ["region", "'=Twnte", "twente", "not_recognised", "open"]
    lines = [["column", "value", "replacement", "reason", "status"], theme, region]
    ivvu("register", "check", register, "--draft", path)
    assert [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active] == lines
    draft.write_bytes("\r\n".join(map(";".join, lines)).encode("cp1252"))
    ivvu("register", "check", register, "--draft", draft)
    assert written(draft) == lines[1:]
    book.create_sheet("Mine").append(["a note"])
    book.save(path)
    assert "not an earlier output" in ivvu("register", "check", register, "--draft", path)[1]


def test_a_draft_in_which_a_person_has_made_a_column_is_not_written_over(tmp_path: Path) -> None:
    draft = tmp_path / "draft.csv"
    draft.write_text("column,value,replacement,reason,status,who\ntheme,a,Technologie,,open,Jan\n", "utf-8")
    status, output = ivvu("register", "check", REGISTERS / "theme_misspelt.csv", "--draft", draft)
    assert (status, "not an earlier output" in output) == (2, True), output
    assert written(draft) == [["theme", "a", "Technologie", "", "open", "Jan"]]


GAPS = """\
Projectnummer,Zorgkantoorregio,Hoofdrubriek,Aanvang,Projectstatus,Peildatum
Projecten in uitvoering,,,,,
1,Twente,Technologie,2020,Lopend,2020-10
2,,Technologie,2020,Lopend,2020-10
3,,Technologie,2020,Lopend,2020-10
Totaal,,,,,
"""


@pytest.fixture
def gaps(tmp_path: Path) -> Path:
    register = tmp_path / "register.csv"
    register.write_text(GAPS, encoding="utf-8")
    return register


def test_a_column_to_fill_down_is_called_by_its_code_or_heading_and_no_other(gaps: Path) -> None:
    output = ivvu("register", "check", gaps)[1]
    assert "the line 'region,,fill down', or 'register check' the option --fill-down region." in output
    for name in ("region", "ZORGKANTOORREGIO", "Regio"):
        output = ivvu("register", "check", gaps, "--fill-down", name)[1]
        assert "Note, rows 4, 5, Region: The empty cell is read as the filled one above it." in output
    for name in ("foo", "Projectnummer"):
        status, output = ivvu("register", "check", gaps, "--fill-down", name)
        said = f"'{name}' is no column whose cells can be filled down.\nGive its"
        assert (status, said in output) == (2, True), output
        assert "one of: region, holder, theme," in output


def test_every_finding_that_is_counted_is_listed_by_its_severity(gaps: Path) -> None:
    lines = ivvu("register", "check", gaps, "--fill-down", "region", "--language", "nl")[1].splitlines()
    notes = [line for line in lines if line.startswith("Opmerking, ")]
    assert notes[:2] == [
        "Opmerking, uitgesloten, rij 2: Een opmerking of tussenkop: tekst, en geen project.",
        "Opmerking, uitgesloten, rij 6: Een rij met totalen.",
    ]
    assert [line.split(":")[0] for line in notes[2:]] == [
        "Opmerking, rij 1, Concessiehouder",
        "Opmerking, rijen 4, 5, Regio",
    ]
    assert lines[-1].endswith("5 × opmerking.")


def test_nearly_all_is_not_all_and_hardly_any_not_none(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    head = "Projectnummer,Regio,Hoofdrubriek,Projectstatus,Peildatum"
    rows = [f"{number},Twente,Technologie,,2020-10" for number in range(1, 300)]
    register.write_text("\n".join([head, "0,Twente,,Lopend,2020-10", *rows]), encoding="utf-8")
    output = ivvu("register", "check", register)[1]
    assert "Region 100%, Theme 99%, Start 0%, Project status 1%," in output
