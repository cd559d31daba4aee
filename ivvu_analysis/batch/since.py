"""What changed since the previous edition of a suite, where its file names one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.output import output_of, read_output
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.codebook import Language
from ivvu_analysis.errors import OutputError, SuiteError

COMPARISON = "comparison.html"


@dataclass(frozen=True)
class Since:
    """The comparison with the previous edition: its page, and the key figures that moved."""

    page: str
    moved: tuple[Mapping[str, str], ...]
    same: int


def refuse_missing(plan: Plan) -> None:
    """Refuse a suite whose previous edition is not there, before anything runs.

    Raises
    ------
    SuiteError
        If the folder that it names holds no reports, or damaged ones.
    """
    folder = previous(plan)
    if folder is None:
        return
    try:
        read_output(folder)
    except OutputError as error:
        raise SuiteError(
            f"{plan.suite.at('previous')}: there is no previous edition in {folder} ({error.problem})",
            "Name an output folder of this suite, relative to the suite file, or leave 'previous' out.",
        ) from None


def previous(plan: Plan) -> Path | None:
    """Return the output folder of the previous edition, or None where the suite names none."""
    named = plan.suite.contents.previous
    return plan.suite.path.parent / named if named else None


def since(plan: Plan, folder: Path, key_figures: Any, manifest: Mapping[str, Any]) -> Since | None:
    """Compare what was just made with the previous edition, where there is one.

    Parameters
    ----------
    plan
        The suite.
    folder
        Its output folder, with the tables of the reports.
    key_figures, manifest
        What that folder is about to say of itself.
    """
    before = previous(plan)
    if before is None:
        return None
    # pandas is slow to import, and most suites have no previous edition.
    from ivvu_analysis.batch.compare import compare_outputs
    from ivvu_analysis.report.comparison import lines, page
    from ivvu_analysis.report.text import Words

    language: Language = "nl" if plan.language == "nl" else "en"
    compared = compare_outputs(plan.name, read_output(before), output_of(folder, key_figures, manifest))
    moved = tuple(lines(compared.moved, Words(language)))
    return Since(page([compared], language), moved, compared.counts["same"])
