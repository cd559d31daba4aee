from __future__ import annotations

import pytest


@pytest.fixture
def hostile() -> str:
    """A text that would do harm if it were not escaped, or shown as a formula."""
    return "<script>alert(1)</script> & \"$x^2$\" 'quoted' -->"
