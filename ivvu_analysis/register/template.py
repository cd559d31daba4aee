"""An empty register to fill in, with drop-down lists for every column of codes."""

import io
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from ivvu_analysis.codebook import Codebook, Language, scale
from ivvu_analysis.errors import OutputError, refuse_foreign
from ivvu_analysis.neutral import quote
from ivvu_analysis.places import write
from ivvu_analysis.register import spelling

ROWS = 2000  # rows below the headings that get drop-down lists
COLUMNS = tuple(
    code for code in scale("column").codes if code not in (*spelling.SECOND_RATER, *spelling.HALVES, "origin")
)
SHEETS = {"en": ("Projects", "Lists"), "nl": ("Projecten", "Lijsten")}
# A number of organisations is as welcome as its class; waves and years go on after the last published ones.
OPEN = ("participation", "wave", "start")


def template(path: str | Path, language: Language = "nl", codebook: Codebook | None = None) -> None:
    """Write an empty register as an xlsx workbook.

    Parameters
    ----------
    path
        The file to write; its name ends in ``.xlsx``.
    language
        The language of the headings and of the lists.
    codebook
        Whose codes can be chosen, by default ours.

    Raises
    ------
    OutputError
        If the file exists, has another ending, or cannot be written.
    """
    if Path(path).suffix.casefold() != ".xlsx":
        shown = quote(str(path), 200)
        raise OutputError(f"The template {shown} is no xlsx file.", "Give a name that ends in .xlsx.")
    refuse_foreign(Path(path))
    write(Path(path), _workbook(language, codebook))


def _workbook(language: Language, codebook: Codebook | None) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})  # or 4-6 becomes the fourth of June
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        projects, lists = (book.add_worksheet(name) for name in SHEETS[language])
        for number, code in enumerate(COLUMNS):
            projects.set_column(number, number, 36 if code in ("title", "theme") else 22, text)
            projects.write_string(0, number, scale("column").label(code, language), head)
            if code in spelling.CODED:
                options, letter = choices(code, language, codebook), xl_col_to_name(number)
                lists.write_column(0, number, options, text)
                source = f"='{lists.name}'!${letter}$1:${letter}${len(options)}"
                rule = {"validate": "list", "source": source, "show_error": code not in OPEN}
                projects.data_validation(1, number, ROWS, number, rule)
        projects.freeze_panes(1, 0)
    return buffer.getvalue()


def choices(column: str, language: Language, codebook: Codebook | None = None) -> list[str]:
    """Return what can be chosen in a column of codes, in the order of the codebook."""
    if column == "wave":
        return list(scale("published_wave").codes)
    known = spelling.Speller(codebook).scale_of(column)
    return [known.label(code, language) for code in known.codes]
