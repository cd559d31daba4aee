"""The audit of the published statements: each figure is recomputed, and the verdict follows from the result.

`claims.csv` holds the statements, `vocabulary` what each qualifier allows, the modules by subject how each
claim is recomputed, `needs` what the others would take, and `check` the verdict. Nothing is judged by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ivvu_analysis.claims import (
    association,
    holders,
    phases,
    printed,
    projects,
    ratings,
    regions,
    status,
    themes,
    utrecht,
)
from ivvu_analysis.claims.check import Claim, Finding, judge
from ivvu_analysis.claims.explanations import explain
from ivvu_analysis.claims.needs import need_for
from ivvu_analysis.claims.registry import Rederivation, by_claim
from ivvu_analysis.claims.sources import MissingFigureError, Sources, read_sources
from ivvu_analysis.claims.statements import read_claims
from ivvu_analysis.claims.vocabulary import QUALIFIERS, UNITS, VERDICTS, Verdict
from ivvu_analysis.errors import DataError
from ivvu_analysis.evidence import Evidence

__all__ = [
    "QUALIFIERS",
    "READINGS",
    "UNITS",
    "VERDICTS",
    "Finding",
    "MissingFigureError",
    "Rederivation",
    "Sources",
    "Verdict",
    "check_claims",
    "count_verdicts",
    "judge_all",
    "read_claims",
    "read_sources",
]

READINGS: Mapping[str, list[Rederivation]] = by_claim(
    subject.rederives
    for subject in (
        *(phases, themes, holders, projects, status, ratings, regions, printed),
        *(utrecht, association),
    )
)


def judge_all(sources: Sources) -> list[Finding]:
    """Return the verdict on every claim, in the order of the documents.

    Raises
    ------
    MissingFigureError
        If a figure that a claim is recomputed from is not in the tables.
    DataError
        If a claim has neither a way to recompute it nor a note of what that would take, or has both.
    """
    return [_judge(Claim(**row), sources) for row in sources.rows("claims").to_dict("records")]


def _judge(claim: Claim, sources: Sources) -> Finding:
    readings, need = READINGS.get(claim.claim), need_for(claim.claim)
    if readings and not need:
        return judge(claim, readings, sources)
    if need and not readings:
        return Finding(claim, "cannot_be_checked", need=need)
    problem = "is recomputed, and said to be uncheckable" if need else "is not recomputed"
    raise DataError(
        f"The claim '{claim.claim}' {problem}.",
        "Give it a rederivation, or a note in claims/needs.py of what it would take; one of the two.",
    )


def check_claims(evidence: Evidence, seed: int, folder: Path | None = None) -> pd.DataFrame:
    """Check every collected statement against the published tables.

    Parameters
    ----------
    evidence
        The published evidence.
    seed
        Seed of the forecast, for statements about the future.
    folder
        The folder of the published tables, by default `data/published`.

    Returns
    -------
    DataFrame
        One row a claim, in the order of the documents: `claim, document, section, statement_en,
        statement_nl, qualifier, claimed, unit, recomputed, verdict, definition, explanation_en,
        explanation_nl`. `claimed` is text with its printed decimals; `recomputed` is what the words give,
        missing where a claim cannot be checked; `definition` is the one that the verdict rests on.

    Raises
    ------
    MissingFigureError
        If a figure that a claim is recomputed from is not in the tables.
    DataError
        If a file is missing or unreadable, or a claim has no way to a verdict.
    """
    findings = judge_all(read_sources(evidence, seed, folder))
    claims = {finding.claim.claim: finding.claim for finding in findings}
    return pd.DataFrame([_row(finding, _elsewhere(finding.claim, claims)) for finding in findings])


def _elsewhere(claim: Claim, claims: Mapping[str, Claim]) -> Claim | None:
    """Return the chapter's version of a statement of the letter, where it gives another figure."""
    chapter = claims.get(claim.claim.removesuffix(".letter"))
    differs = chapter and (chapter.claimed, chapter.qualifier) != (claim.claimed, claim.qualifier)
    return chapter if differs else None


def _row(finding: Finding, elsewhere: Claim | None) -> dict[str, object]:
    rests_on = finding.otherwise if finding.verdict == "reproduces_otherwise" else finding.stated
    return {
        **vars(finding.claim),
        "recomputed": finding.stated.value if finding.stated else float("nan"),
        "verdict": finding.verdict,
        "definition": rests_on.definition["en"] if rests_on else "",
        "explanation_en": explain(finding, elsewhere, "en"),
        "explanation_nl": explain(finding, elsewhere, "nl"),
    }


def count_verdicts(checked: pd.DataFrame) -> pd.Series:
    """Return the number of claims by verdict, every verdict included, and `total`.

    Parameters
    ----------
    checked
        The frame of `check_claims`.
    """
    counts = checked["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
    counts["total"] = len(checked)
    return counts
