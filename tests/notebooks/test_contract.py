"""The contract of a notebook: an evaluator's own page, readable, stored without outputs."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from ivvu_analysis.parameters import declared

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
OF_ONE_SOURCE = ("claims_check", "stories", "utrecht_programme")  # whatever the edition
READ_EVIDENCE = [path for path in NOTEBOOKS if path.stem not in OF_ONE_SOURCE]
ALIKE = {"wave", "register", "phases", "corrections", "sheet", "codebook", "language", "seed"}
LONGEST_LINE, LONGEST_CELL = 100, 25

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert {"impact", "scalability", "collaboration_phases", "region_profile"} <= {p.stem for p in NOTEBOOKS}


@every_notebook
def test_it_opens_with_a_title_and_a_paragraph_then_parameters_then_imports(path: Path) -> None:
    first, second = read(path).cells[:2]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S.*\n\n\S", first.source)
    assert "parameters" in second.metadata.get("tags", [])
    assert "import" in code_cells(path)[1].source


@every_notebook
def test_lines_and_cells_can_be_read_in_jupyterlab(path: Path) -> None:
    for cell in code_cells(path):
        lines = cell.source.splitlines()
        assert max(map(len, lines), default=0) <= LONGEST_LINE, lines
        assert len(lines) <= LONGEST_CELL, cell.source


@every_notebook
def test_it_is_stored_as_jupyterlab_saves_it_without_outputs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    stored = json.loads(text)
    assert text == json.dumps(stored, indent=1, ensure_ascii=False) + "\n"
    for cell in stored["cells"]:
        assert isinstance(cell["source"], list)
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert (stored["nbformat"], stored["nbformat_minor"]) == (4, 5)
    nbformat.validate(read(path))


@pytest.mark.parametrize("path", READ_EVIDENCE, ids=lambda path: path.stem)
def test_what_reads_evidence_takes_all_of_its_parameters(path: Path) -> None:
    names = set(declared(code_cells(path)[0].source))
    assert names >= ALIKE, ALIKE - names


@every_notebook
def test_a_figure_is_shown_by_the_cell_that_draws_it_and_so_once(path: Path) -> None:
    drawing = re.compile(r"(?<!_)figures\.(?!headline|palette|svg)\w+\(")
    for source in (cell.source for cell in code_cells(path)):
        if "def " not in source:  # what a function draws is shown where it is called
            assert len(drawing.findall(source)) <= source.count("report.figure("), source
