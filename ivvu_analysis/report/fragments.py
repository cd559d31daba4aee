"""What a report hands over besides what it shows: data in its outputs, collected when it is published."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from ivvu_analysis.neutral import neutralise

MIME = "application/vnd.ivvu+json"
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")  # a text that is a number is no formula, whatever its sign


def collected(notebook: NotebookNode) -> dict[str, Any]:
    """Return everything that the report of an executed notebook recorded.

    Returns
    -------
    dict
        `report` (facts on language, wave, region and origin; empty without a Report), `title, findings,
        headlines, key_figures, tables, data`.
    """
    record: dict[str, Any] = {"report": {}, "title": "", "data": "", "key_figures": {}}
    record |= {"findings": [], "headlines": [], "tables": []}
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    for output in outputs:
        for kind, value in output.get("data", {}).get(MIME, {}).items():
            if kind == "key":
                if twice := value.keys() & record["key_figures"].keys():
                    raise ValueError(f"The key figure '{min(twice)}' was recorded twice.")
                record["key_figures"].update(value)
            elif kind in record:
                record[kind] = value
            else:
                record[f"{kind}s"].append(value)
    return record


def plain(html: str) -> str:
    """Return the text of a sentence that was made ready for a page."""
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def key_figure(estimate: Any, conf_low: Any, conf_high: Any) -> dict[str, float | None]:
    """Return a key figure from its parts, or from a row that has them; JSON has no NaN, and takes null."""
    parts = {"estimate": estimate, "conf_low": conf_low, "conf_high": conf_high}
    if isinstance(estimate, pd.Series):
        parts = {part: estimate.get(part) for part in parts}
    return {part: None if pd.isna(value) else float(value) for part, value in parts.items()}


def plain_csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV for other programs: codes as codes, numbers as numbers, and no text that runs."""

    def harmless(value: Any) -> Any:
        return neutralise(value) if isinstance(value, str) and not NUMBER.fullmatch(value) else value

    quiet = frame.rename(columns=lambda name: harmless(str(name))).map(harmless)
    return str(quiet.to_csv(index=False, lineterminator="\n", float_format="%.12g"))
