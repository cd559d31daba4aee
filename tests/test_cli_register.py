from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner

from ivvu_analysis.cli import main

REGISTERS = Path(__file__).parent / "data" / "registers"


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


def test_a_clean_register() -> None:
    status, output = ivvu("register", "check", REGISTERS / "clean.csv")
    assert status == 0
    assert "3 rows read, 3 projects" in output
    assert "3 of 3 projects are complete (100%)" in output


def test_a_register_with_issues(tmp_path: Path) -> None:
    found = tmp_path / "found.csv"
    status, output = ivvu("register", "check", REGISTERS / "hostile_regions.csv", "-l", "nl", "-o", found)
    assert status == 1
    assert "Fout, rij 2, Regio '<script>alert(1)</script>': Dit is geen bekende schrijfwijze." in output
    with found.open(encoding="utf-8-sig", newline="") as file:
        values = [row["value"] for row in csv.DictReader(file)]
    assert values[1] == '\'=HYPERLINK("http://example.org")'


def test_notes_alone_are_clean() -> None:
    assert ivvu("register", "check", REGISTERS / "column_of_no_use.csv")[0] == 0


def test_a_register_of_another_programme() -> None:
    provinces = REGISTERS.parent / "provinces"
    known = ivvu("register", "check", provinces / "register.csv", "--codebook", provinces / "codebook.yaml")
    assert known[0] == 0
    assert "196 of 196 projects are complete (100%)" in known[1]
    assert ivvu("register", "check", provinces / "register.csv")[0] == 1


def test_an_unreadable_register() -> None:
    status, output = ivvu("register", "check", REGISTERS / "bomb.xlsx")
    assert status == 2
    assert "bomb.xlsx is damaged, cut off, or larger than a register can be." in output
    assert "Traceback" not in output
    assert ivvu("register", "check", "none.xlsx")[0] == 2


def test_a_chosen_sheet_and_accepted_corrections(tmp_path: Path) -> None:
    assert ivvu("register", "check", REGISTERS / "sheets_alike.xlsx", "--sheet", "2020")[0] == 0
    accepted = tmp_path / "corrections.csv"
    accepted.write_text("column,value,replacement\ntheme,Technolgie,technology\n", encoding="utf-8")
    assert ivvu("register", "check", REGISTERS / "theme_misspelt.csv", "--corrections", accepted)[0] == 0


def test_a_template_and_a_reconstruction(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert ivvu("register", "template", path) == (0, f"{path}\n")
    assert ivvu("register", "check", path)[0] == 1  # it has no rows yet, which is said
    path = tmp_path / "rebuilt.csv"
    assert ivvu("reconstruct", "--seed", 4, "--draws", 2, "--output", path)[0] == 0
    assert ivvu("register", "check", tmp_path / "rebuilt-2.csv")[0] == 0


def test_no_output_goes_over_a_register(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_bytes((REGISTERS / "clean.csv").read_bytes())
    before = mine.read_bytes()
    for words in (["register", "check", mine, "-o", mine], ["reconstruct", "-o", mine]):
        status, output = ivvu(*words)
        assert (status, "not an earlier output" in output) == (2, True), output
    assert mine.read_bytes() == before


def test_an_output_goes_over_an_earlier_one(tmp_path: Path) -> None:
    issues, rebuilt = tmp_path / "issues.csv", tmp_path / "rebuilt.csv"
    for _ in range(2):
        assert ivvu("register", "check", REGISTERS / "clean.csv", "-o", issues)[0] == 0
        assert ivvu("reconstruct", "-o", rebuilt)[0] == 0


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


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
    register.write_text(
        CONTRADICTING.replace("3,", "3,Utrech,,Technologie,2020,Lopend,nee,2020-10\n4,"), "utf-8"
    )
    mine = ["Regio", "'=twnte", "onbekend", "", "accepted"]
    ours.write_text("value,column,replacement\nTECHNOLGIE,Hoofdrubriek,Anders werken\n", encoding="utf-8")
    draft.write_text(f"column,value,replacement,reason,status\n{','.join(mine)}\n", encoding="utf-8")
    kept = ["Hoofdrubriek", "TECHNOLGIE", "Anders werken", "", "accepted"]
    new = ["region", "Utrech", "utrecht", "not_recognised", "open"]
    ivvu("register", "check", register, "--draft", draft)
    assert written(draft) == [mine, ["theme", "Technolgie", "technology", "not_recognised", "open"], new]
    draft.write_text(f"column,value,replacement,reason,status\n{','.join(mine)}\n", encoding="utf-8")
    ivvu("register", "check", register, "--corrections", ours, "--draft", draft)
    assert written(draft) == [kept, mine, new]
    for _ in range(2):
        output = ivvu("register", "check", register, "--corrections", draft, "--draft", draft)[1]
        assert written(draft) == [kept, mine, new]
    assert "Twnte'" not in output  # an apostrophe before a formula is no part of the value


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


def test_a_column_to_fill_down_is_called_by_its_code_or_heading_and_no_other(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text(GAPS, encoding="utf-8")
    output = ivvu("register", "check", register)[1]
    assert "the line 'region,,fill down', or 'register check' the option --fill-down region." in output
    for name in ("region", "ZORGKANTOORREGIO", "Regio"):
        output = ivvu("register", "check", register, "--fill-down", name)[1]
        assert "Note, rows 4, 5, Region: The empty cell is read as the filled one above it." in output
    for name in ("foo", "Projectnummer"):
        status, output = ivvu("register", "check", register, "--fill-down", name)
        assert (status, f"'{name}' is no column whose cells can be filled down.\nGive its" in output) == (
            2,
            True,
        )
        assert "one of: region, holder, theme," in output


def test_every_finding_that_is_counted_is_listed_by_its_severity(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text(GAPS, encoding="utf-8")
    lines = ivvu("register", "check", register, "--fill-down", "region", "--language", "nl")[1].splitlines()
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
    head, project = (
        "Projectnummer,Regio,Hoofdrubriek,Projectstatus,Peildatum",
        "Twente,Technologie,Lopend,2020-10",
    )
    rows = [
        head,
        "0,Twente,,Lopend,2020-10",
        *(f"{n},{project.replace('Lopend', '')}" for n in range(1, 300)),
    ]
    register.write_text("\n".join(rows), encoding="utf-8")
    output = ivvu("register", "check", register)[1]
    assert "Region 100%, Theme 99%, Start 0%, Project status 1%," in output


def test_a_wave_that_is_none_is_refused_in_one_sentence() -> None:
    status, output = ivvu("register", "check", REGISTERS / "clean.csv", "--wave", "maart")
    assert (status, output) == (2, "'maart' is no wave.\nWrite year and month, such as 2020-10.\n")
