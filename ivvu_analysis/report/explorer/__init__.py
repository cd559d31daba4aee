"""The live explorer: the same evidence, figures and models as the reports, with choices and sliders."""

from __future__ import annotations

from ivvu_analysis.report.explorer.app import explore

__all__ = ["explore"]
