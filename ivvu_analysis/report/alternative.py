"""What a figure shows, in a sentence for those who cannot see it, made from the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import pandas as pd

from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.tables import NUMERIC, Table

FEW = 6  # parts of a figure that are told one by one; of more the first three and the last


def alternative(table: Table) -> str:
    """Return what the figure of a table shows: of shares the largest in each group, else each value.

    Examples
    --------
    >>> from ivvu_analysis.report.words import Words
    >>> frame = pd.DataFrame({"who": ["a", "a"], "grade": ["low", "high"], "estimate": [0.2, 0.8]})
    >>> alternative(Table(frame, Words("en")))
    'a: most often ‘high’ (80.0%)'
    """
    rows = table.frame.to_dict("records")
    labels = [c for c in table.columns if c.kind not in NUMERIC]
    values = [c for c in table.columns if c.kind in NUMERIC and c.name in table.frame]
    value = next((c for c in values if c.name in ("estimate", "residual")), values[0] if values else None)
    interval = [c for c in table.columns if c.name in ("interval", "bounds")]

    def name(row: dict[Any, Any], upto: int | None = None) -> str:
        return ", ".join(table.written(row, column) for column in labels[:upto])

    if (
        value is not None
        and len(labels) > 1
        and value.name == "estimate"
        and _whole(table.frame, labels[:-1])
    ):
        most = translate("{row}: most often ‘{level}’ ({share})", table.words.language)
        said = []
        for row, parts in groupby(rows, lambda row: name(row, -1)):
            top = max(parts, key=lambda part: part["estimate"] if pd.notna(part["estimate"]) else -1)
            level, share = table.written(top, labels[-1]), table.written(top, value)
            said.append(most.format(row=row, level=level, share=share))
        return _shortened(said)
    shown = [value] if value is not None else []
    said = [": ".join(filter(None, (name(row), _with_interval(table, row, shown, interval)))) for row in rows]
    return _shortened(said)


def _with_interval(table: Table, row: dict[Any, Any], shown: list[Any], interval: list[Any]) -> str:
    value = ", ".join(table.written(row, column) for column in shown)
    if not interval or pd.isna(row["conf_low"]):
        return value
    ends = table.written(row, interval[0])
    return f"{value} ({ends})" if shown and pd.notna(row.get("estimate", 0)) else ends


def _whole(frame: pd.DataFrame, groups: Iterable[Any]) -> bool:
    """Return whether the estimates of each group are shares of one whole."""
    sums = frame.groupby([column.name for column in groups], observed=True, sort=False)["estimate"].sum()
    return bool(((sums - 1).abs() < 1e-6).all())


def _shortened(said: list[str]) -> str:
    return "; ".join(said if len(said) <= FEW else [*said[:3], "…", said[-1]])
