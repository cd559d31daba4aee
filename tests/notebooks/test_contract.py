"""The contract of a notebook: prose with figures, one parameters cell, nothing stored, both languages."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
REPORTS = [path for path in NOTEBOOKS if path.stem != "explore"]
MOST_CELLS, MOST_LINES = 14, 8
PARAMETER = re.compile(r'^\w+: (str|int|float|bool) = (".*?"|-?[\d.]+|True|False)  # \S.*$')
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.With)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_report = pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def test_there_are_notebooks() -> None:
    assert {"impact", "scalability", "collaboration_phases", "region_profile"} <= {p.stem for p in REPORTS}


@every_notebook
def test_nothing_is_stored_of_a_run(path: Path) -> None:
    for cell in code_cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None
    nbformat.validate(read(path))


@every_notebook
def test_the_first_code_cell_holds_the_parameters_one_a_line(path: Path) -> None:
    tagged = [cell for cell in read(path).cells if "parameters" in tags(cell)]
    assert len(tagged) == 1
    assert tagged[0] is not None
    assert code_cells(path)[0].source == tagged[0].source
    for line in tagged[0].source.splitlines():
        assert PARAMETER.match(line), line


@every_report
def test_it_opens_a_report_and_closes_it(path: Path) -> None:
    cells = code_cells(path)
    assert "Report(" in cells[1].source
    assert cells[-1].source.splitlines()[-1] == "report.close()"
    assert read(path).cells[-1].cell_type == "code"


@every_report
def test_cells_are_few_and_short(path: Path) -> None:
    cells = code_cells(path)
    assert len(cells) <= MOST_CELLS
    for cell in cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES, cell.source


@every_report
def test_cells_define_nothing_loop_over_nothing_and_name_no_path(path: Path) -> None:
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, FORBIDDEN), cell.source
            if isinstance(node, ast.Call | ast.Name | ast.Attribute):
                name = getattr(node, "id", getattr(node, "attr", ""))
                assert name not in {"open", "Path", "read_csv", "read_excel", "exec", "eval"}, cell.source
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
                assert not re.search(r"(^|\w)/\w|\\", node.value), node.value


@every_report
def test_prose_stands_in_both_languages_side_by_side(path: Path) -> None:
    prose = [cell for cell in read(path).cells if cell.cell_type == "markdown"]
    english, dutch = prose[0::2], prose[1::2]
    assert len(english) == len(dutch)
    for one, other in zip(english, dutch, strict=True):
        assert tags(one) == {"en"}
        assert tags(other) == {"nl"}
        assert heads(one) == heads(other), one.source
        assert bool(body(one)) == bool(body(other)), one.source


def heads(cell: nbformat.NotebookNode) -> list[int]:
    return [len(m[1]) for m in re.finditer(r"^(#+) ", cell.source, flags=re.MULTILINE)]


def body(cell: nbformat.NotebookNode) -> str:
    return re.sub(r"^#+ .*$", "", cell.source, flags=re.MULTILINE).strip()


@every_report
def test_every_sentence_of_the_code_has_both_languages_with_the_same_fields(path: Path) -> None:
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call):
                texts = {k.arg: k.value for k in node.keywords if k.arg in ("en", "nl")}
                assert len(texts) in (0, 2), ast.unparse(node)
                if len(texts) == 2 and all(isinstance(t, ast.Constant) for t in texts.values()):
                    fields = [
                        sorted(set(re.findall(r"{([^{}:]+)", texts[language].value)))
                        for language in ("en", "nl")
                    ]
                    assert fields[0] == fields[1], ast.unparse(node)


@every_report
def test_headings_nest(path: Path) -> None:
    levels = [level for cell in read(path).cells if "en" in tags(cell) for level in heads(cell)]
    assert levels[0] == 2
    for before, after in itertools.pairwise(levels):
        assert 2 <= after <= before + 1


@every_notebook
def test_it_declares_its_title_and_what_its_wave_must_offer(path: Path) -> None:
    declared = read(path).metadata["ivvu"]
    assert set(declared["title"]) == {"en", "nl"}
    assert isinstance(declared["figures_on"], list)
    assert read(path).metadata["kernelspec"]["name"] == "python3"
