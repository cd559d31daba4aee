"""The verdict on each claim: its readings are recomputed and held against the figure, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, ulp

from ivvu_analysis.claims.needs import Need
from ivvu_analysis.claims.registry import Reading, Rederivation
from ivvu_analysis.claims.sources import Sources
from ivvu_analysis.claims.vocabulary import QUALIFIERS, Fit, Verdict, decimals
from ivvu_analysis.codebook import Language

CUT_OFF: Mapping[Language, str] = {
    "en": "the same, cut off after the last printed place instead of rounded",
    "nl": "hetzelfde, afgekapt na de laatste afgedrukte plaats in plaats van afgerond",
}


@dataclass(frozen=True)
class Claim:
    """One statement of `claims.csv`."""

    claim: str
    document: str
    section: str
    statement_en: str
    statement_nl: str
    qualifier: str
    claimed: str
    unit: str

    @property
    def figure(self) -> Decimal:
        """The claimed figure with its printed decimals."""
        return Decimal(self.claimed)

    def fit(self, value: float) -> Fit:
        """Return whether `value` is what the claim allows."""
        return QUALIFIERS[self.qualifier].fit(self.figure, value)


@dataclass(frozen=True)
class Outcome:
    """What one reading of a claim gives."""

    reading: Reading
    source: str
    definition: Mapping[Language, str]
    value: float
    unit: str
    fit: Fit


@dataclass(frozen=True)
class Finding:
    """The verdict on one claim.

    Parameters
    ----------
    claim
        The statement.
    verdict
        What came out.
    stated
        What the words give; None where the claim cannot be checked.
    otherwise
        The reading or calculation that gives the claimed figure where the words do not, if there is one.
    need
        What it would take to check the claim, where it cannot be checked.
    """

    claim: Claim
    verdict: Verdict
    stated: Outcome | None = None
    otherwise: Outcome | None = None
    need: Need | None = None


def judge(claim: Claim, readings: Sequence[Rederivation], sources: Sources) -> Finding:
    """Recompute a claim by each of its readings and return the verdict.

    Parameters
    ----------
    claim
        The statement.
    readings
        Its rederivations, the stated one first.
    sources
        The published tables.

    Raises
    ------
    MissingFigureError
        If a figure that any reading needs is not in the tables.
    """
    stated, *others = [_outcome(claim, reading, sources) for reading in readings]
    if stated.fit == "exactly":
        return Finding(claim, "reproduces", stated)
    if stated.fit == "rounded":
        return Finding(claim, "reproduces_rounded", stated)
    fitting = [other for other in (*others, *_cut_off(claim, stated)) if other.fit != "not"]
    for other in fitting:
        if other.reading == "alternative":
            return Finding(claim, "reproduces_otherwise", stated, other)
    nearest = min(fitting, key=lambda other: abs(other.value - float(claim.figure)), default=None)
    return Finding(claim, "does_not_reproduce", stated, nearest)


def _outcome(claim: Claim, reading: Rederivation, sources: Sources) -> Outcome:
    value = reading.value(sources)
    unit = reading.unit or claim.unit
    return Outcome(reading.reading, reading.source, reading.definition, value, unit, claim.fit(value))


def _cut_off(claim: Claim, stated: Outcome) -> list[Outcome]:
    """Return what is printed if a share is cut off instead of rounded, for a share that is put exactly."""
    if claim.unit != "percent" or not QUALIFIERS[claim.qualifier].rounds:
        return []
    places = 10.0 ** decimals(claim.figure)
    value = floor(stated.value * places + ulp(stated.value * places)) / places
    return [Outcome("alternative", stated.source, CUT_OFF, value, claim.unit, claim.fit(value))]
