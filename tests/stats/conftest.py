from __future__ import annotations

import os

import pytest


@pytest.fixture
def seed() -> int:
    """The seed of every random number in these tests; any other must do as well: IVVU_TEST_SEED=7 pytest."""
    return int(os.environ.get("IVVU_TEST_SEED", "2020"))
