"""What the ambitions of the agenda for Utrecht ask for, and what they rest on: frames to show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis import programme as utrecht
from ivvu_analysis.analyses.utrecht import origin
from ivvu_analysis.codebook import Language
from ivvu_analysis.programme import Programme

ADMINISTRATION_SHARES = np.linspace(0.1, 0.6, 11)


def changes_asked(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the ambitions that ask for a change or set no figure, with the yearly change they need.

    Returns
    -------
    DataFrame
        `ambition_text, target_year, target_change, estimate, current_value, baseline`: the target as a share,
        the change a year as a share in `estimate`, the rest as published; what is not published is NaN.
    """
    needed = utrecht.required_change(programme.ambitions)
    chosen = needed[(needed["kind"] == "ambition") & (needed["basis"] != "absolute")]
    unit = chosen["current_unit"].map(utrecht.labels(programme, "unit", language))
    measured = (" (" + unit + ", " + chosen["current_date"] + ")").fillna("")
    return pd.DataFrame(
        {
            "ambition_text": chosen[f"label_{language}"],
            "target_year": chosen["target_year"].astype(str),
            "target_change": chosen["target"] / 100,
            "estimate": chosen["percent_a_year"] / 100,
            "current_value": chosen["current_value"],
            "baseline": chosen["baseline"].map(utrecht.labels(programme, "baseline", language)) + measured,
        }
    ).reset_index(drop=True)


def levels_asked(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the ambitions and intended shifts that name a level, with the yearly steps they need.

    Returns
    -------
    DataFrame
        `ambition_text, target_year, current_value, target_value, target_unit, estimate, baseline`, the yearly
        step in `estimate`, in the unit of the target.
    """
    needed = utrecht.required_change(programme.ambitions)
    chosen = needed[(needed["basis"] == "absolute") | (needed["kind"] == "intended_shift")]
    units = utrecht.labels(programme, "unit", language)
    reached_in = chosen["unit"].where(chosen["basis"] == "absolute", chosen["current_unit"])
    return pd.DataFrame(
        {
            "ambition_text": chosen[f"label_{language}"],
            "target_year": chosen["target_year"].astype(str),
            "current_value": chosen["current_value"],
            "target_value": chosen["target_value"],
            "target_unit": reached_in.map(units),
            "estimate": chosen["units_a_year"],
            "baseline": chosen["baseline"].map(utrecht.labels(programme, "baseline", language)),
        }
    ).reset_index(drop=True)


def origin_of_ambitions(programme: Programme) -> dict[str, str]:
    """Return the documents of the ambitions and of the values to start from: `{document: headings}`."""
    current = programme.ambitions[["current_document", "current_section"]].set_axis(
        ["document", "section"], axis=1
    )
    return origin(programme.ambitions, current[current["document"] != ""])


def without_baseline(programme: Programme) -> tuple[int, int]:
    """Return how many of the agenda's ambitions have no published baseline, and how many there are."""
    ambitions = programme.ambitions[programme.ambitions["kind"] == "ambition"]
    return int((ambitions["baseline"] == "not_published").sum()), len(ambitions)


def path_to_2030(programme: Programme, language: Language) -> pd.DataFrame:
    """Return what a steady path to 2040 asks for by the year of the ambitions, beside those ambitions.

    Returns
    -------
    DataFrame
        `form, change_2040, compound, linear, ambition_2030`, changes since 2024 as shares.
    """
    path = utrecht.ambitions_on_the_path(programme)
    numbers = path[["change_2040", "compound", "linear", "ambition"]] / 100
    form = path["form"].map(utrecht.labels(programme, "care_form", language))
    return numbers.rename(columns={"ambition": "ambition_2030"}).assign(form=form)[
        ["form", "change_2040", "compound", "linear", "ambition_2030"]
    ]


def time_use(programme: Programme, language: Language) -> pd.DataFrame:
    """Return how time is divided before and after the cut: `time_use, time_before, time_after`, shares."""
    split = utrecht.implied_time(programme)
    split = split[split["activity"] != "other"]
    return pd.DataFrame(
        {
            "time_use": split["activity"].map(utrecht.labels(programme, "time_use", language)),
            "time_before": split["before"] / 100,
            "time_after": split["after"] / 100,
        }
    )


def cut_and_gain(programme: Programme) -> tuple[float, float]:
    """Return the agenda's cut in administration and the gain in care hours it names, as shares."""
    burden = programme.administrative_burden
    cut, gain = (utrecht.number(burden, "quantity", name, "percent") for name in ("reduction", "care_gain"))
    return cut / 100, gain / 100


def gain_by_administration(programme: Programme) -> pd.DataFrame:
    """Return the gain in care hours from the agenda's cut, by the share of time administration takes.

    Returns
    -------
    DataFrame
        `administration, estimate, conf_low, conf_high`, shares; there is no interval.
    """
    cut, _ = cut_and_gain(programme)
    gains = [utrecht.care_gain(cut, share) for share in ADMINISTRATION_SHARES]
    points = {"administration": ADMINISTRATION_SHARES, "estimate": gains}
    return pd.DataFrame(points).assign(conf_low=np.nan, conf_high=np.nan)


def stay_for_ambition(programme: Programme) -> float:
    """Return the change in length of stay by which the same beds serve the clients of the 2030 ambition."""
    growth = utrecht.number(programme.ambitions, "ambition", "residential_clients", "target") / 100
    return utrecht.stay_change_for(growth)
