from __future__ import annotations

import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.neutral import EXCEL_CELL_LIMIT, neutralise, quote

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates and control characters too


def test_formulas_become_text_and_plain_text_stays() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1+1", '"=1', "＝1+1", "|calc"):
        assert neutralise(text) == f"'{text}"
    for text in ("", "Twente", "'t Gooi", "a=b", "<script>alert(1)</script>", "../../x", "😀", "مرحبا"):
        assert neutralise(text) == text


def test_the_limit_of_a_cell_is_kept_and_said() -> None:
    assert neutralise("x" * EXCEL_CELL_LIMIT) == "x" * EXCEL_CELL_LIMIT
    assert neutralise("x" * (EXCEL_CELL_LIMIT + 1)) == "x" * (EXCEL_CELL_LIMIT - 1) + "…"
    assert len(neutralise("=" * 40_000)) == EXCEL_CELL_LIMIT


@given(ANY_TEXT)
def test_neutral_text_stays_neutral_and_runs_nowhere(text: str) -> None:
    neutral = neutralise(text)
    assert neutralise(neutral) == neutral
    assert not neutral.lstrip().startswith(("=", "+", "-", "@"))
    assert not any(c < " " and c not in "\t\n\r" for c in neutral)
    neutral.encode("utf-8")


@given(ANY_TEXT)
def test_excel_takes_any_neutral_text_as_text(text: str) -> None:
    book = openpyxl.Workbook()
    cell = book.worksheets[0]["A1"]
    cell.value = neutralise(text)
    assert cell.data_type in ("s", "n") if not text else cell.data_type == "s"
    book.save(io.BytesIO())


@given(ANY_TEXT)
def test_a_quotation_is_one_short_line_without_commands(text: str) -> None:
    shown = quote(text, 20)
    assert len(shown) <= 20
    assert shown.isprintable() or not any(c < " " or "\x7f" <= c <= "\x9f" for c in shown)
    assert not any("‪" <= c <= "‮" for c in shown)
