"""What a report hands over besides its page: findings, headlines, key figures, tables and data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import unescape
from typing import Any

import pandas as pd

from ivvu_analysis.report.tables import Table


@dataclass
class Record:
    """What has been recorded so far, in plain text and plain numbers, ready for JSON."""

    title: str = ""
    findings: list[str] = field(default_factory=list)
    headlines: list[dict[str, str]] = field(default_factory=list)
    key_figures: dict[str, dict[str, float | None]] = field(default_factory=dict)
    tables: list[dict[str, Any]] = field(default_factory=list)
    data: str = ""

    def table(self, name: str, title: str, table: Table, source: str) -> None:
        """Record a table for the workbook, with numbers as numbers."""
        self.tables.append(
            {
                "name": name,
                "title": plain(title),
                "columns": [asdict(column) for column in table.workbook_columns()],
                "rows": table.rows(),
                "unit": table.unit,
                "source": source,
            }
        )

    def key(
        self,
        name: str,
        estimate: float | pd.Series,
        conf_low: float | None = None,
        conf_high: float | None = None,
    ) -> None:
        """Record a key figure, from its parts or from a row with `estimate`, `conf_low` and `conf_high`.

        Raises
        ------
        ValueError
            If the name was recorded before: two figures would hide behind one name.
        """
        if name in self.key_figures:
            raise ValueError(f"The key figure '{name}' was recorded twice.")
        if isinstance(estimate, pd.Series):
            conf_low, conf_high = estimate.get("conf_low"), estimate.get("conf_high")
            estimate = estimate["estimate"]
        self.key_figures[name] = {
            "estimate": _json_number(estimate),
            "conf_low": _json_number(conf_low),
            "conf_high": _json_number(conf_high),
        }

    def content(self) -> Mapping[str, Any]:
        """Return everything recorded, by name."""
        return asdict(self)


def plain(html: str) -> str:
    """Return the text of a sentence that was made ready for a page."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def _json_number(value: float | None) -> float | None:
    """Return a plain number; a figure that is not known is null, because JSON has no NaN."""
    return None if value is None or pd.isna(value) else float(value)
