from __future__ import annotations

import pytest

from ivvu_analysis.stats import ordinal


def test_three_by_two_has_exactly_five_linear_orders() -> None:
    orders = ordinal.linear_extensions(["small", "medium", "large"], ["limited", "much"])
    assert len(orders) == len(set(orders)) == 5
    for order in orders:
        place = {pair: i for i, pair in enumerate(order)}
        assert len(place) == 6
        assert all(place[scale, "limited"] < place[scale, "much"] for scale in ("small", "medium", "large"))
        for meaning in ("limited", "much"):
            assert place["small", meaning] < place["medium", meaning] < place["large", meaning]


@pytest.mark.parametrize(("rows", "columns", "number"), [(1, 4, 1), (2, 2, 2), (2, 3, 5), (2, 4, 14)])
def test_number_of_linear_extensions_follows_the_hook_lengths(rows: int, columns: int, number: int) -> None:
    assert len(ordinal.linear_extensions(range(rows), range(columns))) == number
