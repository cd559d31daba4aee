"""A frame as plain CSV for other programs: codes as codes, numbers as numbers, and no text that runs."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from ivvu_analysis.neutral import neutralise

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")  # a text that is a number is no formula, whatever its sign


def csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV with one header line, the same text for the same frame.

    Parameters
    ----------
    frame
        Its index is left out; what is not known becomes an empty cell.
    """
    harmless = frame.rename(columns=lambda name: _harmless(str(name))).map(_harmless)
    return str(harmless.to_csv(index=False, lineterminator="\n", float_format="%.12g"))


def _harmless(value: Any) -> Any:
    return neutralise(value) if isinstance(value, str) and not NUMBER.fullmatch(value) else value
