"""Examples in docstrings are run as they stand, and what an evaluator calls has one."""

import doctest
import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ivvu_analysis import Report, claims, data, questions, report, statements
from ivvu_analysis.report import sentences

QUESTIONS, *OTHERS = [
    [f"{room.__name__}.{module.name}" for module in pkgutil.iter_modules(room.__path__)]
    for room in (questions, report, data, claims)
]
SINGLE = [f"ivvu_analysis.{name}" for name in ("codebook", "overlay", "places", "scales")]


@pytest.mark.parametrize("name", [*QUESTIONS, *sum(OTHERS, SINGLE)])
def test_examples_of_a_module_give_what_they_show(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2] / "notebooks")  # where an evaluator runs them
    monkeypatch.setattr(statements, "checked", cache(statements.checked))  # takes seconds, and has eight
    shown: list[Any] = []  # below the cell, and not by the example itself
    monkeypatch.setattr(sentences, "display", lambda bundle, raw: shown.append(bundle))
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_public_function_of_the_questions_has_an_example(name: str) -> None:
    module = importlib.import_module(name)
    functions = inspect.getmembers(module, inspect.isfunction)
    public = [f for called, f in functions if f.__module__ == name and not called.startswith("_")]
    assert [function.__name__ for function in public if ">>>" not in (function.__doc__ or "")] == []


@pytest.mark.parametrize("name", [name for name in dir(Report) if not name.startswith("_")])
def test_every_method_of_a_report_has_an_example(name: str) -> None:
    assert ">>> " in (getattr(Report, name).__doc__ or "")
