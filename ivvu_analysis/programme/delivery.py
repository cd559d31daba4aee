"""Delivery forms from 2024 to 2040, the growth in demand behind them, and the gap of 2040.

Let the clients of 2024 be 100 and demand grow by g. If residential clients and budget holders stay as many as
they are, their shares fall to s / (1 + g) and all growth goes to the packages at home.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.programme.tables import Programme, number

PACKAGES = {"mpt": "mpt_vpt", "vpt": "mpt_vpt"}
FIRST_YEAR, LAST_YEAR = 2024, 2040


def published_growth(programme: Programme) -> float:
    """Return the growth in care and support that the agenda states, as a share (0.78 for 78 %)."""
    return number(programme.demand_growth, "statement", "care_and_support", "value_low") / 100


def printed_shares(programme: Programme) -> pd.DataFrame:
    """Return the printed shares of residential care, packages at home and personal budgets.

    Returns
    -------
    DataFrame
        `form, start, end`, percent of clients in 2024 and 2040; MPT and VPT together, as the source prints
        2040.
    """
    forms = programme.delivery_forms.assign(form=programme.delivery_forms["form"].replace(PACKAGES))
    wide = forms.pivot_table(index="form", columns="year", values="share", aggfunc="sum", sort=False)
    return wide[[FIRST_YEAR, LAST_YEAR]].set_axis(["start", "end"], axis=1).reset_index()


def constant_capacity_shares(shares: pd.DataFrame, growth: float) -> pd.DataFrame:
    """Return the shares that follow when all growth goes to the packages at home.

    Parameters
    ----------
    shares
        `form, start, end` in percent, with the forms `residential`, `mpt_vpt` and `pgb`.
    growth
        Growth in demand, as a share above -1.

    Returns
    -------
    DataFrame
        `form, start, clients, expected, printed, difference, reproduces`: clients of the last year for each
        100 of the first; expected and printed shares in percent; whether they agree after rounding to whole
        percents.

    Raises
    ------
    ParameterError
        If the growth leaves nobody in care, or fewer than the forms that stay constant.
    """
    constant = shares["form"] != "mpt_vpt"
    demand = shares["start"].sum() * (1 + growth)
    rest = demand - shares.loc[constant, "start"].sum()
    if rest < 0 or demand <= 0:
        raise ParameterError(
            f"A growth of {growth:.0%} leaves fewer clients than the forms that stay constant.",
            "Choose a higher growth.",
        )
    clients = shares["start"].where(constant, rest)
    expected = 100 * clients / demand
    difference = shares["end"] - expected
    return pd.DataFrame(
        {
            "form": shares["form"],
            "start": shares["start"],
            "clients": clients,
            "expected": expected,
            "printed": shares["end"],
            "difference": difference,
            "reproduces": difference.abs() <= 0.5,
        }
    )


def growth_behind_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Return the growth in demand that a form's shares imply if its number of clients stays the same.

    The printed shares are whole percents, so each stands for half a percent on either side.

    Returns
    -------
    DataFrame
        `form, growth, growth_low, growth_high` in percent, for residential care and personal budgets.
    """
    constant = shares[shares["form"] != "mpt_vpt"]
    start, end = constant["start"], constant["end"]
    return pd.DataFrame(
        {
            "form": constant["form"],
            "growth": 100 * (start / end - 1),
            "growth_low": 100 * ((start - 0.5) / (end + 0.5) - 1),
            "growth_high": 100 * ((start + 0.5) / (end - 0.5) - 1),
        }
    ).reset_index(drop=True)


def ambitions_on_the_path(programme: Programme) -> pd.DataFrame:
    """Compare the agenda's 2030 ambitions for clients with a steady path to the shift of 2040.

    The path goes from the clients of 2024 to those of 2040 under constant residential capacity, in equal
    steps (`linear`) or at an equal rate (`compound`).

    Returns
    -------
    DataFrame
        `form, change_2040, linear, compound, ambition`, changes in percent since 2024, for care at home
        (packages and budgets) and residential care; the last three at the ambitions' target year.
    """
    expected = constant_capacity_shares(printed_shares(programme), published_growth(programme)).set_index(
        "form"
    )
    home = expected.loc[["mpt_vpt", "pgb"], ["start", "clients"]].sum()
    residential = expected.loc["residential", ["start", "clients"]]
    rows = []
    for form, clients, ambition in (
        ("home", home, "wlz_at_home"),
        ("residential", residential, "residential_clients"),
    ):
        year = number(programme.ambitions, "ambition", ambition, "target_year")
        passed = (year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
        factor = clients["clients"] / clients["start"]
        rows.append(
            {
                "form": form,
                "change_2040": 100 * (factor - 1),
                "linear": 100 * passed * (factor - 1),
                "compound": 100 * (factor**passed - 1),
                "ambition": number(programme.ambitions, "ambition", ambition, "target"),
            }
        )
    return pd.DataFrame(rows)


def demand_bases(programme: Programme) -> pd.DataFrame:
    """Return the group that each published increase starts from, at the agenda's growth.

    Returns
    -------
    DataFrame
        `statement, increase, unit, base`, one row for each increase published in persons or places.
    """
    absolute = programme.demand_growth[programme.demand_growth["unit"].isin(["persons", "places"])]
    return pd.DataFrame(
        {
            "statement": absolute["statement"],
            "increase": absolute["value_low"],
            "unit": absolute["unit"],
            "base": absolute["value_low"] / published_growth(programme),
        }
    ).reset_index(drop=True)


def split_gap(programme: Programme) -> pd.DataFrame:
    """Divide each published gap of 2040 in the parts that the annual report gives.

    Returns
    -------
    DataFrame
        `gap, part, label_en, label_nl, share, places`; the source gives the split for its own gap,
        `annual_report`.
    """
    split = programme.gap_split[["part", "label_en", "label_nl", "share"]]
    both = programme.gap[["gap", "places"]].merge(split, how="cross")
    both["places"] = both["places"] * both["share"] / 100
    return both[["gap", "part", "label_en", "label_nl", "share", "places"]]


def compare_gaps(programme: Programme) -> pd.DataFrame:
    """Return the two figures for 2040 with the range that each stands for before rounding.

    Returns
    -------
    DataFrame
        `gap, measure, label_en, label_nl, places, places_low, places_high, excess, excess_percent`: the range
        if the figure was rounded to `rounded_to`; the excess over the smallest figure.
    """
    gap = programme.gap
    smallest = gap["places"].min()
    return gap.assign(
        places_low=gap["places"] - gap["rounded_to"] / 2,
        places_high=gap["places"] + gap["rounded_to"] / 2,
        excess=gap["places"] - smallest,
        excess_percent=100 * (gap["places"] / smallest - 1),
    )[
        [
            "gap",
            "measure",
            "label_en",
            "label_nl",
            "places",
            "places_low",
            "places_high",
            "excess",
            "excess_percent",
        ]
    ]
