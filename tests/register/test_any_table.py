"""Whatever a spreadsheet holds: a clear message or an intake in which no row and no doubt is lost."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivvu_analysis import register
from ivvu_analysis.codebook import LANGUAGES, scale
from ivvu_analysis.errors import RegisterError, UserError
from ivvu_analysis.register import Intake

FOLDER = Path(__file__).parent.parent / "data" / "registers"
HOSTILE = (
    "<script>alert(1)</script>", '=HYPERLINK("http://example.org")', "../../x", "x" * 40_000, "😀", "‮مرحبا",
    "a\0b", "{{7*7}}", "%s", "\x1b[31m", "NaN", "None", "-1", "1e309",
)  # fmt: skip
SPELLINGS = tuple(
    text
    for name in ("region", "theme", "status", "impact", "start")
    for level in scale(name)
    for text in level.spellings
)
HEADINGS = tuple(text for level in scale("column") for text in level.spellings)

cells = st.one_of(
    st.just(""),
    st.sampled_from(SPELLINGS),
    st.sampled_from((*HOSTILE, "Totaal", "2020-10", "44136", "P1", "P2", "onbekend", " ", "\n")),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
headings = st.one_of(st.sampled_from(HEADINGS), st.sampled_from(("", "Budget")), cells)
in_a_folder = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 14))
    titles = draw(st.lists(st.lists(cells, max_size=3), max_size=2))
    known = draw(st.lists(headings, min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(cells, max_size=width + 1), max_size=8))
    return [*titles, known, *rows]


def nothing_is_lost(path: Path) -> Intake | None:
    """Take a register in; check what must hold for every one that can be read."""
    try:
        intake = register.check(path)
    except UserError:
        return None
    assert intake.rows_read == len(intake.projects) + len(intake.excluded)
    places = [*zip(intake.projects["sheet"], intake.projects["row"], intake.projects["wave"], strict=True)]
    assert len(set(map(str, places))) == len(places)
    assert set(intake.issues["problem"]) <= set(scale("problem").codes)
    assert set(intake.excluded["reason"]) <= set(scale("exclusion").codes)
    for language in LANGUAGES:
        lines = list(register.describe(intake, language))
        assert all(lines)
        assert not any(letter < " " or letter == "‮" for letter in "".join(lines))
    counted = register.project_counts(intake.projects)
    assert counted["projects"].sum() <= 2 * 5 * len(intake.projects)
    return intake


@in_a_folder
@given(tables(), st.sampled_from((";", ",", "\t")), st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
def test_any_table_in_csv(tmp_path: Path, table: list[list[str]], separator: str, encoding: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(table)
    path = tmp_path / "any.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    intake = nothing_is_lost(path)
    if intake is not None:
        assert intake.rows_read < max(len(table), 1) * 3  # a heading with two waves makes two of a row


@settings(in_a_folder, max_examples=15)
@given(tables(), st.sampled_from([text for text in HOSTILE if len(text) < 31]))
def test_any_table_in_xlsx(tmp_path: Path, table: list[list[str]], name: str) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "".join(c for c in name if c not in "\\/*?:[]\0\x1b")
    for row in table:
        book.worksheets[0].append([register.neutralise(cell) for cell in row])
    path = tmp_path / "any.xlsx"
    book.save(path)
    intake = nothing_is_lost(path)
    assert intake is None or intake.sheet == book.worksheets[0].title


@in_a_folder
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(data)
    nothing_is_lost(path)


@settings(in_a_folder, max_examples=20)
@given(st.sampled_from(("calc.ods", "excel_97.xls", "titles_above.xlsx", "utf16_tabs.csv")), st.data())
def test_any_damage_to_a_file(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray((FOLDER / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    nothing_is_lost(path)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_in_every_column_and_heading(tmp_path: Path, hostile: str) -> None:
    columns = [scale("column").label(code, "nl") for code in scale("column").codes[:15]]
    rows = [[*columns, hostile], [hostile] * (len(columns) + 1), ["x", hostile, "Twente"]]
    path = tmp_path / "hostile.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    intake = nothing_is_lost(path)
    assert intake is not None
    assert intake.rows_read == 2


def test_a_sheet_that_there_is_not_is_told_without_what_does_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Projectnummer", "Regio", "Thema", "Status"])
    book.save(tmp_path / "register.xlsx")
    with pytest.raises(RegisterError, match="has no sheet") as found:
        register.check(tmp_path / "register.xlsx", sheet="‮مرحبا")
    assert "‮" not in str(found.value)
