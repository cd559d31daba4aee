"""The live explorer: the same evidence, figures and models as the reports, with choices and sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivvu_analysis.report.explorer.app import explore

__all__ = ["explore"]


def __getattr__(name: str) -> Any:
    # The widgets need pandas and matplotlib; the command that serves them should not wait for those.
    if name == "explore":
        from ivvu_analysis.report.explorer.app import explore

        return explore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
