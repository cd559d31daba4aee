"""Every number that was published is published still, in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.published import SUITES, differences, golden, published

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("suite", SUITES)
def test_key_figures_and_tables_are_as_recorded(output: Path, language: str, suite: str) -> None:
    found = list(differences(golden(suite, language), list(published(output / suite))))
    assert found == []
