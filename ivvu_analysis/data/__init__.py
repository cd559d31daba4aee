"""The figures: published tables, and their history joined with registers and phases, as `Evidence`."""

from ivvu_analysis.data.evidence import REPORT, Evidence, Origin
from ivvu_analysis.data.history import TABLES, from_published, regions_of, sha256
from ivvu_analysis.data.loading import load
from ivvu_analysis.data.proof import prove
from ivvu_analysis.data.published import data_folder, describe, folder, read, utrecht

__all__ = [
    "REPORT",
    "TABLES",
    "Evidence",
    "Origin",
    "data_folder",
    "describe",
    "folder",
    "from_published",
    "load",
    "prove",
    "read",
    "regions_of",
    "sha256",
    "utrecht",
]
