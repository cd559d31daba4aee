"""The ambitions of the multi-year agenda: the yearly change they need, and what one implies about time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.programme.tables import Programme, number

AGENDA_YEAR = 2024


def required_change(ambitions: pd.DataFrame, start_year: int = AGENDA_YEAR) -> pd.DataFrame:
    """Return the yearly change that each ambition needs from the start year to its target year.

    A relative ambition of r percent in T years needs 100 ((1 + r/100)^(1/T) - 1) percent a year, whatever its
    baseline. In units it needs (target - current) / T a year, which only a baseline can give. A near measure
    stands in for the baseline where nothing else is published, and is taken to have stayed the same until the
    start year.

    Parameters
    ----------
    ambitions
        The frame of `Programme`.
    start_year
        The year in which the change begins.

    Returns
    -------
    DataFrame
        `ambition, kind, label_en, label_nl, metric_en, metric_nl, basis, unit, target, target_year, baseline,
        current_value, current_unit, current_date, current_document, years, target_value, units_a_year,
        percent_a_year`; NaN where no figure is set or `baseline` is `not_published`.

    Raises
    ------
    ParameterError
        If an ambition's target year is not after the start year.
    """
    years = ambitions["target_year"] - start_year
    if (years <= 0).any():
        raise ParameterError(
            f"Start year {start_year} is not before the target year of every ambition.",
            f"Choose a year before {ambitions['target_year'].min():.0f}.",
        )
    relative = ambitions["basis"] == "relative"
    current = ambitions["current_value"]
    target_value = ambitions["target"].where(~relative, current * (1 + ambitions["target"] / 100))
    factor = (1 + ambitions["target"] / 100).where(relative, target_value / current.where(current > 0))
    return ambitions.assign(
        years=years,
        target_value=target_value,
        units_a_year=(target_value - current) / years,
        percent_a_year=100 * (factor ** (1 / years) - 1),
    )[REQUIRED_COLUMNS]


REQUIRED_COLUMNS = [
    "ambition",
    "kind",
    "label_en",
    "label_nl",
    "metric_en",
    "metric_nl",
    "basis",
    "unit",
    "target",
    "target_year",
    "baseline",
    "current_value",
    "current_unit",
    "current_date",
    "current_document",
    "years",
    "target_value",
    "units_a_year",
    "percent_a_year",
]


def administration_share(reduction: float, care_gain: float, kept_for_care: float = 1.0) -> float:
    """Return the share of time that goes to administration, if a cut in it yields a gain in care hours.

    Of the hours spent on administration (a) and care (c) the cut frees `reduction` a, of which
    `kept_for_care` goes to care: reduction kept_for_care a = care_gain c, so a / (a + c) = care_gain /
    (care_gain + reduction kept_for_care).

    Parameters
    ----------
    reduction, care_gain
        Shares (0.3 for 30 %), of administration and of care hours.
    kept_for_care
        Share of the freed hours that goes to care.

    Raises
    ------
    ParameterError
        If the reduction or the share kept is not in (0, 1], or the gain is negative.
    """
    if not (0 < reduction <= 1 and 0 < kept_for_care <= 1 and care_gain >= 0):
        raise ParameterError(
            f"No split of time follows from reduction {reduction}, gain {care_gain}, kept {kept_for_care}.",
            "Give the reduction and the share kept between 0 and 1, and a gain of 0 or more.",
        )
    return care_gain / (care_gain + reduction * kept_for_care)


def care_gain(reduction: float, administration: float, kept_for_care: float = 1.0) -> float:
    """Return the gain in care hours from a cut in administration: the inverse of `administration_share`.

    Parameters
    ----------
    reduction
        Share of administration that is cut.
    administration
        Share of the time of administration and care together that goes to administration.
    kept_for_care
        Share of the freed hours that goes to care.

    Raises
    ------
    ParameterError
        If no time is left for care.
    """
    if not 0 <= administration < 1:
        raise ParameterError(
            f"Administration cannot take a share of {administration} of the time.",
            "Give a share from 0 up to, but not including, 1.",
        )
    return reduction * kept_for_care * administration / (1 - administration)


def implied_time(programme: Programme, kept_for_care: float = 1.0) -> pd.DataFrame:
    """Return how time is divided before and after the cut that the agenda speaks of.

    Parameters
    ----------
    programme
        The tables.
    kept_for_care
        Share of the freed hours that goes to care; the agenda's sentence reads as 1.

    Returns
    -------
    DataFrame
        `activity, before, after, change` in percent of the time for administration and care together;
        activities `administration`, `care`, `other`.
    """
    burden = programme.administrative_burden
    reduction, gain = (number(burden, "quantity", q, "percent") / 100 for q in ("reduction", "care_gain"))
    share = administration_share(reduction, gain, kept_for_care)
    before = np.array([share, 1 - share, 0.0])
    freed = reduction * share
    change = np.array([-freed, freed * kept_for_care, freed * (1 - kept_for_care)])
    return pd.DataFrame(
        {
            "activity": ["administration", "care", "other"],
            "before": 100 * before,
            "after": 100 * (before + change),
            "change": 100 * change,
        }
    )
