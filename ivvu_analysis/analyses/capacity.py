"""How demand, delivery forms, time and places in Utrecht hang together: frames to show, from the tables.

Labels of the codes of Utrecht are in the language asked for: they stand in the published tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis import programme as utrecht
from ivvu_analysis.codebook import Language
from ivvu_analysis.programme import CareSystem, Programme, Scenario

HOME_SHARES = np.linspace(0.2, 0.8, 13)
STAY_YEARS = 1.0  # no source gives the length of stay; nothing shown here depends on it
SHOWN = ["demand", "home_clients", "residential_demand", "places", "places_short", "staff", "staff_needed"]


def delivery_shares(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the shares of the forms of delivery: in 2024, in 2040 as printed, and as they would follow.

    Returns
    -------
    DataFrame
        `form, care_moment, estimate, conf_low, conf_high`: labels and shares, which have no interval. The
        last moment has the growth that the agenda states, and as many residential clients and budget holders
        as in 2024.
    """
    follow = utrecht.constant_capacity_shares(
        utrecht.printed_shares(programme), utrecht.published_growth(programme)
    )
    long = follow.melt("form", ["start", "printed", "expected"], var_name="care_moment", value_name="share")
    return pd.DataFrame(
        {
            "form": long["form"].map(utrecht.labels(programme, "care_form", language)),
            "care_moment": long["care_moment"].map(utrecht.labels(programme, "care_moment", language)),
            "estimate": long["share"] / 100,
            "conf_low": np.nan,
            "conf_high": np.nan,
        }
    )


def implied_growth(programme: Programme) -> pd.Series:
    """Return the growth in demand behind the printed residential shares: `estimate, conf_low, conf_high`.

    The range is that of shares rounded to whole percents.
    """
    growth = utrecht.growth_behind_shares(utrecht.printed_shares(programme)).set_index("form")
    row = growth.loc["residential"] / 100
    return row.set_axis(["estimate", "conf_low", "conf_high"])


def gaps(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the two figures for 2040 with the range before rounding.

    Returns
    -------
    DataFrame
        `gap_text, estimate, conf_low, conf_high`, places.
    """
    compared = utrecht.compare_gaps(programme)
    return pd.DataFrame(
        {
            "gap_text": compared["measure"].map(utrecht.labels(programme, "gap_measure", language)),
            "estimate": compared["places"].astype(float),
            "conf_low": compared["places_low"],
            "conf_high": compared["places_high"],
        }
    )


def common_range(gaps: pd.DataFrame) -> tuple[float, float]:
    """Return the range in which both figures lie before rounding; it is empty where low is above high."""
    return float(gaps["conf_low"].max()), float(gaps["conf_high"].min())


def gap_parts(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the gap of the annual report in its parts: `gap_part, share, places`."""
    parts = utrecht.split_gap(programme).query("gap == 'annual_report'")
    return pd.DataFrame(
        {
            "gap_part": parts[f"label_{language}"],
            "share": parts["share"] / 100,
            "places": parts["places"],
        }
    ).reset_index(drop=True)


def scenarios(programme: Programme, occupancy: float, language: Language) -> pd.DataFrame:
    """Return what the agenda's growth makes of the members' care, one column a scenario.

    Parameters
    ----------
    programme
        The tables.
    occupancy
        Share of the places in use; no source gives it.
    language
        Of the labels.

    Returns
    -------
    DataFrame
        `scenario_quantity, as_published, same_share, fits`: how it was, and what growth makes of it with the
        same share at home and with the share at which no places are short. `scenario_quantity` is a label.
    """
    system = _members(programme, occupancy)
    grown = _grown(programme, system)
    fitting = Scenario(fitting_home_share(programme, occupancy), grown.demand_growth)
    cases = {"as_published": Scenario(system.home_share), "same_share": grown, "fits": fitting}
    ends = {name: utrecht.project(system, case).set_index("quantity")["end"] for name, case in cases.items()}
    names = utrecht.labels(programme, "scenario_quantity", language)
    frame = pd.DataFrame(ends).loc[SHOWN].round().astype(int)
    return frame.rename(index=names).reset_index(names="scenario_quantity")


def places_short(programme: Programme, occupancy: float) -> pd.DataFrame:
    """Return the places short at the agenda's growth, by the share of clients cared for at home.

    Returns
    -------
    DataFrame
        `home_share, estimate, conf_low, conf_high`; below zero places are left over; there is no interval.
    """
    system = _members(programme, occupancy)
    swept = utrecht.sweep(system, _grown(programme, system), "home_share", HOME_SHARES).query(
        "quantity == 'places_short'"
    )
    return _line("home_share", swept["value"], swept["end"])


def fitting_home_share(programme: Programme, occupancy: float) -> float:
    """Return the share at home at which the agenda's growth leaves no places short."""
    system = _members(programme, occupancy)
    return utrecht.home_share_that_fits(system, _grown(programme, system))


def home_share(programme: Programme, occupancy: float) -> float:
    """Return the share of the members' clients who were cared for at home."""
    return _members(programme, occupancy).home_share


def _grown(programme: Programme, system: CareSystem) -> Scenario:
    return Scenario(system.home_share, utrecht.published_growth(programme))


def _members(programme: Programme, occupancy: float) -> CareSystem:
    return utrecht.published_system(programme, occupancy, STAY_YEARS)


def _line(name: str, at: np.ndarray | pd.Series, estimate: list[float] | pd.Series) -> pd.DataFrame:
    points = {name: np.asarray(at), "estimate": np.asarray(estimate)}
    return pd.DataFrame(points).assign(conf_low=np.nan, conf_high=np.nan)
