"""Every number that was published is published still, save where an issue says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import compare

pytestmark = pytest.mark.e2e


def test_no_number_is_lost(output: Path, language: str) -> None:
    outcome = compare.compare(output, language, suites=["national", "regions"])
    assert not outcome.missing, compare.printed(outcome)
