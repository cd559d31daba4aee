"""What reports need, imported once, in the process that all of them are forked from."""

from __future__ import annotations

import gc
import importlib
import sys

# jsonschema builds a grammar of internationalised addresses on import, which takes longer than all of pandas
# and which nothing here checks. It does without where the module is not there.
UNUSED = ("rfc3987_syntax",)

HEAVY = (
    "pandas",
    "seaborn",
    "statsmodels.api",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "papermill",
    "nbconvert.exporters",
    "ivvu_analysis.report",
    "ivvu_analysis.report.export",
    "ivvu_analysis.batch.execute",
    "ivvu_analysis.batch.kernel",
)


def preload() -> None:
    """Import everything heavy, and keep the collector from copying it into every fork."""
    for name in UNUSED:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
