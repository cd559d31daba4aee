"""Every example in a docstring of the figures, the codebook and the statements is run as it stands."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from ivvu_analysis import claims, data

MODULES = [
    f"{room.__name__}.{m.name}" for room in (data, claims) for m in pkgutil.iter_modules(room.__path__)
]


@pytest.mark.parametrize(
    "name", [*MODULES, *(f"ivvu_analysis.{name}" for name in ("codebook", "overlay", "places", "scales"))]
)
def test_examples_of_a_module_give_what_they_show(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
