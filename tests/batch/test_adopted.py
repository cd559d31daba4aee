"""A notebook that was executed elsewhere: published beside it or elsewhere, over nothing of anybody's."""

from __future__ import annotations

from pathlib import Path

import nbformat
import openpyxl
import pytest
from click.testing import CliRunner
from nbformat import v4

from ivvu_analysis.cli import main
from ivvu_analysis.report.outputs import MIME

TABLE = {"name": "Table 1", "title": "Table 1.", "source": "", "columns": []}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """An executed notebook with a table, and with data."""
    parts = [{"table": TABLE}, {"data": "a,b\n1,2\n"}]
    shown = [v4.new_output("display_data", data={MIME: part, "text/html": ""}) for part in parts]
    cell = v4.new_code_cell("report", execution_count=1, outputs=shown)
    nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / "v1.2.ipynb")
    return tmp_path / "v1.2.ipynb"


def published(notebook: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["publish", str(notebook), *words])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("asked", "page"),
    [("", "v1.2.html"), ("mine.html", "mine.html"), (".", "v1.2.html"), ("new", "new/v1.2.html")],
)
def test_it_goes_beside_the_notebook_or_to_a_page_or_folder_and_over_an_earlier_one(
    notebook: Path, asked: str, page: str
) -> None:
    files = [(notebook.parent / page).with_suffix(suffix) for suffix in (".html", ".xlsx", ".csv")]
    words = ["-o", str(notebook.parent / asked)] * bool(asked)
    for _ in range(2):
        assert published(notebook, *words) == (0, "".join(f"{path}\n" for path in files))
    assert all(path.is_file() for path in files)


@pytest.mark.parametrize(
    ("name", "again"), [("v1.2.html", True), ("v1.2.xlsx", False), ("v1.2.xlsx", True), ("v1.2.csv", True)]
)
def test_nothing_that_is_somebodys_own_is_written_over(notebook: Path, name: str, again: bool) -> None:
    if again:
        assert published(notebook)[0] == 0
    mine = notebook.with_name(name)
    mine.write_text("a,b,c\n")
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        book.properties.creator = "ivvu-analysis"
        book.save(mine)
    before = {path: path.read_bytes() for path in notebook.parent.iterdir()}
    status, said = published(notebook)
    assert (status, f"{mine} exists, and is not an earlier output of this command." in said) == (2, True), (
        said
    )
    assert {path: path.read_bytes() for path in notebook.parent.iterdir()} == before


def test_a_csv_with_the_same_headings_is_somebodys_own_where_there_is_no_page_of_ours(notebook: Path) -> None:
    notebook.with_suffix(".csv").write_text("a,b\n3,4\n")
    assert "is not an earlier output" in published(notebook)[1]
    assert not notebook.with_suffix(".html").exists()
