from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.batch.notebook import declared, read_notebook
from ivvu_analysis.errors import ParameterError, SuiteError

if TYPE_CHECKING:
    from tests.conftest import Project


def test_declarations_are_read_with_type_default_and_help() -> None:
    found = declared(
        'wave: str = "2020-10"  # YYYY-MM\n\n# a comment\nseed: int = 1\n'
        "share: float = 0.5\ndry: bool = False",
        "x",
    )
    assert [(p.name, p.type, p.default, p.help) for p in found.values()] == [
        ("wave", "str", "2020-10", "YYYY-MM"),
        ("seed", "int", 1, ""),
        ("share", "float", 0.5, ""),
        ("dry", "bool", False, ""),
    ]


def test_a_hash_in_a_string_opens_no_comment() -> None:
    parameter = declared('name: str = "a # b"  # c # d', "x")["name"]
    assert (parameter.default, parameter.help) == ("a # b", "c # d")


@pytest.mark.parametrize(
    "line",
    [
        "wave = '2020-10'",
        "wave: str",
        "wave: text = 'x'",
        "wave: str = 3",
        "seed: int = True",
        "n: int = 1 + x",
        "import os",
    ],
)
def test_any_other_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(SuiteError, match="nb, parameters cell, line 2"):
        declared(f"# first\n{line}", "nb")


def test_a_parameter_declared_twice_is_refused() -> None:
    with pytest.raises(SuiteError, match="declared twice"):
        declared("a: int = 1\na: int = 2", "nb")


@given(st.one_of(st.text(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.booleans()))
def test_a_value_is_taken_as_it_is_or_refused_and_never_converted(value: str | int | float | bool) -> None:
    kinds = declared('s: str = ""\ni: int = 0\nf: float = 0.0\nb: bool = True', "x")
    accepted = []
    for name, parameter in kinds.items():
        try:
            assert parameter.accept(value) == value
            accepted.append(name)
        except ParameterError:
            pass
    assert accepted == {str: ["s"], int: ["i", "f"], float: ["f"], bool: ["b"]}[type(value)]


def test_a_number_for_a_text_is_told_to_be_quoted() -> None:
    with pytest.raises(ParameterError, match='Put it in quotes: wave: "2020"'):
        declared('wave: str = ""', "x")["wave"].accept(2020)


@pytest.mark.parametrize(("value", "shown"), [(None, "null"), (True, "true"), (["x"], r'\["x"\]')])
def test_a_value_of_the_wrong_kind_is_shown_as_in_a_suite(value: object, shown: str) -> None:
    with pytest.raises(ParameterError, match=f"'n' must be a whole number, and {shown} is not"):
        declared("n: int = 1", "x")["n"].accept(value)


def test_a_notebook_is_read(project: Project) -> None:
    path = project.notebook("demo", "1 + 1", figures_on=("impact",))
    notebook = read_notebook(path)
    assert (notebook.name, notebook.figures_on) == ("demo", ("impact",))
    assert list(notebook.parameters) == ["region", "wave", "language"]


@pytest.mark.parametrize("tagged", [0, 2])
def test_a_notebook_without_exactly_one_parameters_cell_is_refused(project: Project, tagged: int) -> None:
    path = project.notebook("demo", "x = 1")
    raw = json.loads(path.read_text())
    for number, cell in enumerate(raw["cells"]):
        cell["metadata"]["tags"] = ["parameters"] if number < tagged else []
    path.write_text(json.dumps(raw))
    with pytest.raises(SuiteError, match=f"has {tagged} cells tagged 'parameters'"):
        read_notebook(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [{}], "metadata": {}}'])
def test_what_is_no_notebook_is_refused(project: Project, text: str) -> None:
    path = project.notebook("demo")
    path.write_text(text)
    with pytest.raises(SuiteError, match="cannot be read"):
        read_notebook(path)
