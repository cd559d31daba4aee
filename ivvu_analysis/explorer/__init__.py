"""The interactive notebook: the figures of the reports, with choices and sliders of ipywidgets."""

from __future__ import annotations

from typing import Any

__all__ = ["explore"]


def __getattr__(name: str) -> Any:
    # The widgets need pandas and matplotlib; the command that serves them should not wait for those.
    if name == "explore":
        from ivvu_analysis.explorer.app import explore

        return explore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
