"""Every example in a docstring of the statistics is run as it stands."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from ivvu_analysis import stats

MODULES = [module.name for module in pkgutil.iter_modules(stats.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_give_what_they_show(name: str) -> None:
    module = importlib.import_module(f"{stats.__name__}.{name}")
    assert doctest.testmod(module).failed == 0
