"""Every example in a docstring of the questions is run as it stands, and every public function has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from ivvu_analysis import questions

MODULES = [module.name for module in pkgutil.iter_modules(questions.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_give_what_they_show(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2] / "notebooks")  # where an evaluator runs them
    module = importlib.import_module(f"{questions.__name__}.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_has_an_example(name: str) -> None:
    module = importlib.import_module(f"{questions.__name__}.{name}")
    public = [
        function
        for function in vars(module).values()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not function.__name__.startswith("_")
    ]
    assert [function.__name__ for function in public if ">>>" not in (function.__doc__ or "")] == []
