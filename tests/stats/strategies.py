"""Data that several tests of the statistics are drawn from."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

tables = hnp.arrays(int, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(0, 20)).filter(
    lambda table: min((table.sum(0) > 0).sum(), (table.sum(1) > 0).sum()) >= 2
)


@st.composite
def counts_in_totals(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(0, 400))
    return draw(st.integers(0, n)), n
