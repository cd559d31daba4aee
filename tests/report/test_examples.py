"""Every example in a docstring of the report is run as it stands, and every method of a Report has one."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest

from ivvu_analysis import Report, report
from ivvu_analysis.report import sentences

MODULES = [module.name for module in pkgutil.iter_modules(report.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_give_what_they_show(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2] / "notebooks")  # where an evaluator runs them
    shown: list[Any] = []  # below the cell, and not by the example itself
    monkeypatch.setattr(sentences, "display", lambda bundle, raw: shown.append(bundle))
    module = importlib.import_module(f"{report.__name__}.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", [name for name in dir(Report) if not name.startswith("_")])
def test_every_method_of_a_report_has_an_example(name: str) -> None:
    assert ">>> " in (getattr(Report, name).__doc__ or "")
