"""Evidence: the same tidy tables from either source, the published figures or a project register.

Everything that follows reads these tables and never asks where they came from; `origin` tells the reader.
"""

from ivvu_analysis.evidence.origins import TABLES, from_published, from_register, gather, sha256
from ivvu_analysis.evidence.references import in_language
from ivvu_analysis.evidence.tables import REPORT, Evidence, Origin, known_waves

__all__ = [
    "REPORT",
    "TABLES",
    "Evidence",
    "Origin",
    "from_published",
    "from_register",
    "gather",
    "in_language",
    "known_waves",
    "sha256",
]
