"""What a reader sees: the report that a notebook opens, its figures, tables, texts and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivvu_analysis.report.document import Report

__all__ = ["Report"]


def __getattr__(name: str) -> Any:
    # A report needs pandas and matplotlib; those who only publish one should not wait for them.
    if name == "Report":
        from ivvu_analysis.report.document import Report

        return Report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
