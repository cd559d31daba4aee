"""The figures: published tables, and their history joined with registers and phases, as `Evidence`."""

from ivvu_analysis.data.evidence import Evidence
from ivvu_analysis.data.history import from_published, themes
from ivvu_analysis.data.loading import load
from ivvu_analysis.data.published import describe, folder, read, utrecht
from ivvu_analysis.data.references import REPORT

__all__ = ["REPORT", "Evidence", "describe", "folder", "from_published", "load", "read", "themes", "utrecht"]
