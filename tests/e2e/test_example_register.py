"""The suite of the example register: marked on every page, and with the published tables come back."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from tests.e2e.command import ROOT, ivvu

pytestmark = pytest.mark.e2e

REPORTS = ("impact", "scalability", "portfolio", "progress_report", "collaboration_phases", "data_quality")
MARK = {"en": "Reconstructed data:", "nl": "Gereconstrueerde gegevens:"}


@pytest.fixture
def example(output: Path) -> Path:
    return output / "example_register"


def test_from_another_folder_it_is_the_same_suite(example: Path, language: str, tmp_path: Path) -> None:
    suite = ROOT / "params" / "example_register.yaml"
    done = ivvu("plan", suite, "-l", language, "-o", example.parent, cwd=tmp_path)
    assert ", 0 of 8 to make" in done.stdout, done.stdout


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the cells of every sheet of a workbook but the notes, which come first."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[1:]}


def test_every_page_is_marked_reconstructed(example: Path, language: str) -> None:
    for name in REPORTS:
        html = (example / "reports" / f"{name}.html").read_text()
        assert unescape(html).count(MARK[language]) == 1, name


def test_the_source_of_each_figure_says_so_unless_it_is_published(example: Path, language: str) -> None:
    word = {"en": "RECONSTRUCTED", "nl": "GERECONSTRUEERD"}[language]
    for name in ("impact", "scalability", "data_quality"):
        html = (example / "reports" / f"{name}.html").read_text()
        sources = re.findall(r'<p class="source">(.*?)</p>', html)
        assert sources, name
        assert all(word in source for source in sources), name


def test_invented_rows_give_bounds_and_no_funnel(example: Path, language: str) -> None:
    bounds = {"en": "Possible range", "nl": "Mogelijk bereik"}[language]
    reason = {"en": "there is no funnel for", "nl": "er is geen trechter voor"}[language]
    for name in ("funnels-impact", "funnels-scalability"):
        html = (example / "reports" / f"{name}.html").read_text()
        assert bounds in html
        assert reason in html


def test_the_progress_report_is_that_of_the_published_tables_cell_for_cell(
    example: Path, output: Path
) -> None:
    rebuilt = sheets(example / "tables" / "progress_report.xlsx")
    published = sheets(output / "national" / "tables" / "progress_report.xlsx")
    assert set(published) <= set(rebuilt)
    assert len(published) >= 12
    different = [name for name, cells in published.items() if rebuilt[name] != cells]
    assert different == []
