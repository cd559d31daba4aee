"""What the sliders mean: scenarios of the ladders and of care capacity, as frames."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivvu_analysis import programme
from ivvu_analysis.analyses import ladders
from ivvu_analysis.analyses.capacity import STAY_YEARS
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.programme import CareSystem, Programme, Scenario
from ivvu_analysis.stats import forecast, generator

STEP = 3  # months between the points of a forecast
HOME_SHARES = np.linspace(0.0, 1.0, 21)
SHOWN = (
    *("demand", "home_clients", "residential_demand", "places", "places_needed", "places_short"),
    *("admissions", "staff", "staff_needed"),
)


@dataclass(frozen=True)
class PhaseScenario:
    """How regions climb on, on one ladder.

    Parameters
    ----------
    dimension
        The ladder.
    horizon
        The month to look ahead to, as YYYY-MM.
    speed
        What the rates of the past are multiplied with; 1 goes on as before.
    stalling
        Share of the regions below the top that never move again.
    """

    dimension: str = "dynamics"
    horizon: str = "2021-12"
    speed: float = 1.0
    stalling: float = 0.0

    @property
    def differs(self) -> bool:
        """Whether the regions do anything else than go on as before."""
        return (self.speed, self.stalling) != (1.0, 0.0)


def outlook(evidence: Evidence, scenario: PhaseScenario, seed: int) -> pd.DataFrame:
    """Predict the number of regions at the top, as before and under a scenario.

    Returns
    -------
    DataFrame
        The rows of `forecast.forecast_top`, with `course`: ``"as_before"``, and ``"scenario"`` where that
        differs.

    Raises
    ------
    ValueError
        If the ladder was recorded at fewer than two waves, or some region must have fallen back.
    """
    fitted = generator.fit_generator(counts(evidence, scenario.dimension), seed)
    dates = _dates(fitted.wave, scenario.horizon)
    courses = {"as_before": forecast.forecast_top(fitted, dates)}
    if scenario.differs:
        faster = replace(fitted, rates=fitted.rates * scenario.speed)
        courses["scenario"] = forecast.forecast_top(faster, dates, (scenario.stalling,))
    return pd.concat([frame.assign(course=name) for name, frame in courses.items()], ignore_index=True)


def counts(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the regions of one ladder at every wave: one row a wave, one column a phase."""
    return ladders.matrix(evidence, dimension, evidence.waves(dimension)[-1])


def horizons(evidence: Evidence, dimension: str, years: int = 8) -> list[str]:
    """Return the months that a forecast can run to: every December after the last wave, then each half year.

    Parameters
    ----------
    evidence, dimension
        Whose last wave.
    years
        How far ahead.
    """
    last = pd.Period(evidence.waves(dimension)[-1], freq="M")
    months = (last + ahead for ahead in range(1, 12 * years + 1))
    return [str(month) for month in months if month.month in (6, 12)]


def _dates(wave: str, horizon: str) -> list[str]:
    ahead = generator.months_between(wave, horizon)
    start = pd.Period(wave, freq="M")
    return [str(start + months) for months in sorted({*range(STEP, ahead, STEP), ahead})]


@dataclass(frozen=True)
class CareScenario:
    """The levers of care capacity against the members' care in 2021, and the one thing to assume.

    Parameters
    ----------
    home_share
        Share of clients cared for at home.
    demand_growth, beds_change, stay_change, staff_change
        Changes as shares, 0.1 for 10 % more.
    occupancy
        Share of the places in use; no source gives it.
    """

    home_share: float
    demand_growth: float
    beds_change: float = 0.0
    stay_change: float = 0.0
    staff_change: float = 0.0
    occupancy: float = 1.0

    def system(self, tables: Programme) -> CareSystem:
        """Return care as it was."""
        return programme.published_system(tables, self.occupancy, STAY_YEARS)

    @property
    def levers(self) -> Scenario:
        """What becomes of it."""
        changes = (self.demand_growth, self.beds_change, self.stay_change, self.staff_change)
        return Scenario(self.home_share, *changes)


def published_scenario(tables: Programme) -> CareScenario:
    """Return the scenario to start from: the published growth in demand, and all else as it was."""
    system = programme.published_system(tables, 1.0, STAY_YEARS)
    return CareScenario(system.home_share, programme.published_growth(tables))


def balance(tables: Programme, care: CareScenario) -> pd.DataFrame:
    """Return clients, places, admissions and staff before and after.

    Returns
    -------
    DataFrame
        `quantity, start, end, share`, the last being the change as a share. Admissions have no numbers of
        their own, because no source gives the length of stay that they follow from; their change is known.
    """
    frame = programme.project(care.system(tables), care.levers).set_index("quantity").loc[list(SHOWN)]
    shown = frame[["start", "end"]].assign(share=frame["change_percent"] / 100)
    shown.loc["admissions", ["start", "end"]] = np.nan
    return shown.reset_index()


def places_short(tables: Programme, care: CareScenario) -> pd.DataFrame:
    """Return the places short by the share of clients cared for at home, all other levers as they are.

    Returns
    -------
    DataFrame
        `home_share, estimate, conf_low, conf_high`; below zero places are left over; there is no interval.
    """
    swept = programme.sweep(care.system(tables), care.levers, "home_share", HOME_SHARES)
    short = swept[swept["quantity"] == "places_short"]
    points = {"home_share": short["value"], "estimate": short["end"]}
    return pd.DataFrame(points).assign(conf_low=np.nan, conf_high=np.nan).reset_index(drop=True)


def fitting_home_share(tables: Programme, care: CareScenario) -> float:
    """Return the share at home at which no place is short and none is left over."""
    return programme.home_share_that_fits(care.system(tables), care.levers)
