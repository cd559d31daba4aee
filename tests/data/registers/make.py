"""Write the broken registers beside this file, and what the intake must say of each.

Run it from anywhere: ``python tests/data/registers/make.py``. Every case has one trouble; what must be
found is written down here by hand, not taken from the program.
"""

# ruff: noqa: E501
from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from formats import compound, ods, xls

HERE = Path(__file__).parent
MOMENT = datetime(2020, 10, 1)

HEADINGS = [
    "Projectnummer",
    "Projectnaam",
    "Regio",
    "Concessiehouder",
    "Hoofdrubriek",
    "Aanvang",
    "Status",
    "Betrokken organisaties",
    "Impact",
    "Delen van resultaten",
    "Opschaalbaarheid",
    "Peildatum",
]
AT = {heading: position for position, heading in enumerate(HEADINGS)}
PROJECTS = [
    ["P1", "Leerlijn", "Twente", "Menzis", "Leren en verbeteren", "2018-2019", "Lopend", "4 tot 6",
     "Kleine schaal, veel betekenis", "Ja", "Landelijk", "2020-10"],
    ["P2", "Slimme sensor", "Zeeland", "CZ", "Technologie", "2020", "Lopend", "10 of meer",
     "Grote schaal, veel betekenis", "Nee", "Nog niet", "2020-10"],
    ["P3", "Thuisrevalidatie", "Utrecht", "Zilveren Kruis", "Samenwerking in de keten", "2018-2019",
     "Afgerond, succesvol", "7 tot 9", "Gemiddelde schaal, beperkte betekenis", "Ja", "Alleen in deze regio",
     "2020-10"],
]  # fmt: skip


@dataclass
class Case:
    """One file, and what must be found in it."""

    file: str
    content: bytes
    issues: list[tuple[Any, ...]] = field(default_factory=list)
    excluded: list[tuple[int, str]] = field(default_factory=list)
    rows: tuple[int, ...] = (2, 3, 4)
    error: str = ""


def table(*changes: tuple[int, str, Any], extra: tuple[list[Any], ...] = ()) -> list[list[Any]]:
    """Return the three projects under their headings, with cells changed: (project, heading, value)."""
    rows = [list(HEADINGS), *(list(project) for project in PROJECTS), *extra]
    for project, heading, value in changes:
        rows[project][AT[heading]] = value
    return rows


def text(rows: list[list[Any]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode(encoding)


def workbook(
    *sheets: list[list[Any]], names: tuple[str, ...] = ("Projecten", "Lijsten"), merge: str = ""
) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = MOMENT
    for name, rows in zip(names, sheets, strict=False):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if merge:
        book.worksheets[0].merge_cells(merge)
    packed = io.BytesIO()
    book.save(packed)
    return repacked(packed.getvalue())


def repacked(data: bytes) -> bytes:
    """Return a zip archive with the same entries and without the moment at which it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "docProps/core.xml":
                start, end = content.index(b"<dcterms:modified"), content.index(b"</dcterms:modified>")
                content = content[:start] + content[end + len(b"</dcterms:modified>") :]
            new.writestr(zipfile.ZipInfo(entry, (2020, 10, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for name, content in entries.items():
            new.writestr(zipfile.ZipInfo(name, (2020, 10, 1, 0, 0, 0)), content, method)
    return packed.getvalue()


def far_cell() -> bytes:
    rows = table()
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    book.active["XFD1048576"] = "x"
    packed = io.BytesIO()
    book.save(packed)
    return repacked(packed.getvalue())


def one(
    row: int, column: str, value: str, problem: str, suggestion: str = "", severity: str = "error"
) -> list[Any]:
    return [(row, column, value, problem, suggestion, severity)]


NO_PROJECT = [""] * len(HEADINGS)
HOSTILE = ["<script>alert(1)</script>", '=HYPERLINK("http://example.org")', "../../x", "😀", "‮مرحبا", "a\0b"]


def cases() -> list[Case]:
    """Return every case."""
    return [*spellings(), *rules(), *layouts(), *formats(), *unreadable()]


def spellings() -> list[Case]:
    """Return cells that are not what they should be, and cells that are after all."""
    return [
        Case("clean.csv", text(table())),
        Case("theme_misspelt.csv", text(table((2, "Hoofdrubriek", "Technolgie"))),
             one(3, "theme", "Technolgie", "not_recognised", "technology")),
        Case("region_misspelt.csv", text(table((1, "Regio", "Twnte"), (1, "Concessiehouder", "Menzis"))),
             one(2, "region", "Twnte", "not_recognised", "twente")),
        Case("status_ambiguous.csv", text(table((3, "Status", "Afgerond"))),
             one(4, "status", "Afgerond", "not_recognised")),
        Case("impact_half_given.csv", text(table((3, "Impact", "groot"))),
             one(4, "impact", "groot", "not_recognised")),
        Case("variants_untidy.csv", text(table(
            (1, "Regio", "  zorgkantoorregio  TWENTE "), (1, "Hoofdrubriek", "leren  en VERBETEREN"),
            (2, "Hoofdrubriek", "THEMA technologie"), (2, "Concessiehouder", "Zorgkantoor CZ"),
            (3, "Impact", "op gemiddelde schaal met beperkte betekenis")))),
        Case("regions_renamed.csv", text(table(
            (1, "Regio", "’t Gooi / Almere"), (1, "Concessiehouder", ""),
            (2, "Regio", "zuid‐hollandse eilanden"), (3, "Regio", "Regio Utrecht")))),
        Case("not_answered.csv", text(table(
            (1, "Impact", "n.v.t."), (1, "Opschaalbaarheid", "?"), (2, "Hoofdrubriek", "-"),
            (2, "Betrokken organisaties", "Nog onbekend"), (3, "Delen van resultaten", " ")))),
        Case("number_of_organisations.csv", text(table(
            (1, "Betrokken organisaties", "5"), (2, "Betrokken organisaties", "12 organisaties"),
            (3, "Betrokken organisaties", "7,0")))),
        Case("no_organisations.csv", text(table((1, "Betrokken organisaties", "0"))),
             one(2, "participation", "0", "out_of_range")),
        Case("figures_without_mark.csv", text(table((1, "Betrokken organisaties", "4.6"))),
             one(2, "participation", "4.6", "not_recognised")),
        Case("class_made_a_date.xlsx", workbook(table((1, "Betrokken organisaties", datetime(2020, 6, 4)))),
             one(2, "participation", "2020-06-04", "made_a_date", "4-6")),
        Case("dates_of_all_kinds.csv", text(table(
            (1, "Aanvang", "1-11-2019"), (2, "Aanvang", "nov-20"), (3, "Aanvang", "43466")))),
        Case("dates_of_excel.xlsx", workbook(table(
            (1, "Aanvang", datetime(2019, 11, 1)), (2, "Aanvang", 2020), (3, "Peildatum", datetime(2020, 10, 1))))),
        Case("start_too_early.csv", text(table((1, "Aanvang", "1-1-2016"))),
             one(2, "start", "1-1-2016", "out_of_range")),
        Case("date_impossible.csv", text(table((1, "Aanvang", "31-2-2019"))),
             one(2, "start", "31-2-2019", "not_recognised")),
        Case("wave_missing.csv", text(table((2, "Peildatum", ""))), one(3, "wave", "", "wave_missing")),
        Case("wave_without_month.csv", text(table((2, "Peildatum", "2020"))),
             one(3, "wave", "2020", "not_recognised")),
        Case("hostile_regions.csv", text(table(*((n, "Regio", HOSTILE[n - 1]) for n in (1, 2, 3)))),
             [i for n in (1, 2, 3) for i in one(n + 1, "region", HOSTILE[n - 1], "not_recognised")]),
        Case("hostile_themes.csv", text(table(*((n, "Hoofdrubriek", HOSTILE[n + 2]) for n in (1, 2, 3)))),
             [i for n in (1, 2, 3) for i in one(n + 1, "theme", HOSTILE[n + 2], "not_recognised")]),
        Case("cell_of_40000_characters.csv", text(table((1, "Status", "z" * 40_000))),
             one(2, "status", "z" * 40_000, "not_recognised")),
    ]  # fmt: skip


def rules() -> list[Case]:
    """Return projects whose columns contradict each other."""
    second = [["P1", *PROJECTS[0][1:-1], "2020-03"]]
    return [
        Case("number_repeated.csv", text(table((2, "Projectnummer", "P1"))),
             [*one(2, "id", "P1", "id_repeated"), *one(3, "id", "P1", "id_repeated")]),
        Case("number_missing.csv", text(table((2, "Projectnummer", ""))),
             one(3, "id", "", "id_missing", "", "warning")),
        Case("holder_of_another_region.csv", text(table((1, "Concessiehouder", "VGZ"))),
             one(2, "holder", "VGZ", "holder_disagrees", "menzis")),
        Case("result_before_start.csv", text(table(
            (1, "Status", "Nog niet gestart"), (1, "Aanvang", "2021"))),
             one(2, "sharing", "Ja", "not_started_with_result")),
        Case("completed_without_start.csv", text(table((3, "Aanvang", ""))),
             one(4, "start", "", "completed_without_start", "", "warning")),
        Case("running_before_start.csv", text(table((1, "Aanvang", "2021"))),
             one(2, "start", "2021", "begun_before_start")),
        Case("row_copied.csv", text(table(extra=(PROJECTS[1],))), excluded=[(5, "copy")]),
        Case("two_editions.csv", text(table(extra=tuple(second))), rows=(2, 3, 4, 5)),
    ]  # fmt: skip


def layouts() -> list[Case]:
    """Return sheets in which the table is not where or how it should be."""
    total = ["Totaal", "3", *[""] * 5, "21", *[""] * 4]
    remark = ["Bron: opgave van de zorgkantoren", *[""] * 11]
    typed = table()
    titles = [["Projectenregister"], [], ["Peildatum 1 oktober 2020", "", "concept"]]
    shuffled = [[row[(position * 5) % 12] for position in range(12)] for row in typed]
    english = {"Projectnummer": "Project number", "Projectnaam": "Title", "Regio": "Region", "Impact": "IMPACT",
               "Concessiehouder": "Holder", "Hoofdrubriek": "Theme", "Aanvang": "Start date", "Status": "Status:",
               "Betrokken organisaties": "Number of organisations", "Delen van resultaten": "Results to share",
               "Opschaalbaarheid": "Scalability", "Peildatum": "Wave"}  # fmt: skip
    shuffled[0] = [english[heading] for heading in shuffled[0]]
    renamed = table()
    renamed[0][AT["Hoofdrubriek"]] = "Hoofdrubriken"
    twice = [[*row, extra] for row, extra in zip(typed, ("Thema", "Technologie", "", ""), strict=True)]
    unnamed = [[*row, extra] for row, extra in zip(typed, ("", "", "zie mail", ""), strict=True)]
    budget = [[*row, extra] for row, extra in zip(typed, ("Budget", "1000", "", "5"), strict=True)]
    raters = [[*row, extra] for row, extra in
              zip(typed, ("Impact (tweede beoordelaar)", "onbekend", "Grote schaal", ""), strict=True)]  # fmt: skip
    merged = table(
        (2, "Regio", None), (2, "Concessiehouder", None), (3, "Regio", None), (3, "Concessiehouder", "Menzis")
    )
    headless = [row[1:] for row in typed]
    stray, swallowing = stray_marks()
    return [
        Case("total_below.xlsx", workbook(table(extra=([None] * 12, total))), excluded=[(6, "total")]),
        Case("subtotal_of_region.csv", text(table(extra=(["Subtotaal", "", "Twente", *[""] * 9],))), excluded=[(5, "total")]),
        Case("subheading_of_region.csv", text([*table()[:2], ["", "", "Zeeland", *[""] * 9], *table()[2:]]), excluded=[(3, "remark")], rows=(2, 4, 5)),
        Case("remark_below.csv", text(table(extra=(remark,))), excluded=[(5, "remark")]),
        Case("headings_on_every_page.csv", text(table(extra=(HEADINGS, ["P4", *PROJECTS[0][1:]]))),
             excluded=[(5, "heading")], rows=(2, 3, 4, 6)),
        Case("titles_above.xlsx", workbook([*titles, *typed]), rows=(5, 6, 7)),
        Case("blank_columns.xlsx", workbook([["", None, *row[:4], None, *row[4:]] for row in typed])),
        Case("blank_rows.csv", text([typed[0], NO_PROJECT, *typed[1:3], [" "], typed[3]]), rows=(3, 4, 6)),
        Case("regions_merged.xlsx", workbook(merged, merge="C2:C4")),
        Case("headings_english_any_order.csv", text(shuffled)),
        Case("heading_misspelt.csv", text(renamed),
             [*one(1, "theme", "", "column_missing", "", "warning"),
              *one(1, "", "Hoofdrubriken", "column_unknown", "theme", "warning")]),
        Case("heading_repeated.csv", text(twice), one(1, "theme", "Thema", "column_repeated")),
        Case("heading_absent.csv", text(unnamed), one(1, "", "zie mail", "column_unnamed", "", "warning")),
        Case("column_of_no_use.csv", text(budget), one(1, "", "Budget", "column_unknown", "", "note")),
        Case("column_of_numbers_missing.csv", text(headless), one(1, "id", "", "column_missing", "", "warning")),
        Case("second_rater.csv", text(raters), one(3, "impact_2", "Grote schaal", "not_recognised")),
        Case("row_too_long.csv", text(table(extra=(["P4", *PROJECTS[0][1:], "te veel"],))),
             one(1, "", "te veel", "column_unnamed", "", "warning"), rows=(2, 3, 4, 5)),
        Case("row_too_short.csv", text(table(extra=(["P4", "Kort", "Twente"],))), one(5, "wave", "", "wave_missing"),
             rows=(2, 3, 4, 5)),
        Case("quotation_open.csv", stray, one(2, "", '"', "row_quotes", "", "warning")),
        Case("quotation_swallows.csv", swallowing, [*one(2, "", '"', "row_quotes", "", "warning"), *one(3, "", '"', "row_quotes", "", "warning")]),
        Case("sheet_of_lists.xlsx", workbook(typed, [["Twente"], ["Zeeland"]])),
    ]  # fmt: skip


def formats() -> list[Case]:
    """Return the same register in every format and encoding."""
    accents = table(
        (1, "Hoofdrubriek", "Efficiënt werken"), (1, "Regio", "Fryslân"), (1, "Concessiehouder", "")
    )
    return [
        Case("comma.csv", text(table(), ",")),
        Case("windows_1252.csv", text(accents, ";", "cp1252")),
        Case("utf8_with_mark.csv", text(accents, ";", "utf-8-sig")),
        Case("utf16_tabs.csv", text(accents, "\t", "utf-16")),
        Case("calc.ods", ods(accents)),
        Case("excel_97.xls", xls(accents)),
        Case("csv_called.xlsx", text(table())),
    ]


def stray_marks() -> tuple[bytes, bytes]:
    """Return a register with a quotation mark that stays open, and with one that the next row closes."""
    lines = text(table()).split(b"\r\n")
    stray = b"\r\n".join([lines[0], lines[1].replace(b"Leerlijn", b'"Leerlijn'), *lines[2:]])
    swallowing = b"\r\n".join([lines[0], lines[1].replace(b"Leerlijn", b'"Leerlijn'),
                               lines[2].replace(b"Slimme sensor", b'Slimme" sensor'), *lines[3:]])  # fmt: skip
    return stray, swallowing


def unreadable() -> list[Case]:
    """Return files of which nothing can be made."""
    whole = workbook(table())
    stray, _ = stray_marks()
    uneven = stray.replace(b"Slimme sensor", b"Slimme; sensor")
    space = b"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        b'<manifest:manifest xmlns:manifest="'
        + space
        + b'"><manifest:file-entry manifest:full-path="content.xml">'
        b"<manifest:encryption-data></manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    protected = compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": bytes(5000)})
    bomb = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": bytes(257 * 2**20)}

    def broken(file: str, content: bytes, error: str) -> Case:
        return Case(file, content, error=error, rows=())

    return [
        broken("nothing.csv", b"", "is empty"),
        broken("nothing.xlsx", b"", "is empty"),
        broken("no_headings.csv", text([["Aantal", "Bedrag"], ["3", "5"]]), "has the headings of a register"),
        broken("no_headings.xlsx", workbook([["Aantal", "Bedrag"], [3, 5]]), "has the headings of a register"),
        broken("sheets_alike.xlsx", workbook(table(), table(), names=("2019", "2020")), "Several sheets"),
        broken("cut_off.xlsx", whole[: len(whole) // 2], "damaged, cut off"),
        broken("garbled.xlsx", whole[:900] + bytes(300) + whole[1200:], "damaged, cut off"),
        broken("garbled.xls", xls(table())[:3000], "damaged, cut off"),
        broken("password.xlsx", protected, "protected by a password"),
        broken("password.ods", archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"x", "META-INF/manifest.xml": manifest}), "by a password"),
        broken("bomb.xlsx", archive(bomb, zipfile.ZIP_LZMA), "larger than a register"),
        broken("far_cell.xlsx", far_cell(), "larger than a register"),
        broken("far_cell.ods", ods(table(), repeated_rows=1_048_000), "larger than a register"),
        broken("archive.xlsx", archive({"readme.txt": b"hello"}), "no xlsx or ods"),
        broken("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 8, "not a text or spreadsheet"),
        broken("web_page.xls", b"<html><body><table><tr><td>Regio</td></tr></table></body></html>", "web page"),
        broken("quotation_uneven.csv", uneven, "in row 2 .*never closed"),
    ]  # fmt: skip


def expected(case: Case) -> dict[str, Any]:
    if case.error:
        return {"error": case.error}
    return {"issues": case.issues, "excluded": case.excluded, "rows": case.rows}


def main() -> None:
    for case in cases():
        (HERE / case.file).write_bytes(case.content)
        found = json.dumps(expected(case), ensure_ascii=False, indent=1)
        (HERE / f"{case.file}.json").write_text(f"{found}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
