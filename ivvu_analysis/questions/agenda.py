"""What do the ambitions of the Utrecht agenda ask for, and what do they imply?

Let the clients of 2024 be 100 and demand grow by g. If residential clients and budget holders stay as many as
they are, their shares fall to s / (1 + g) and all growth goes to the packages at home.
"""

import pandas as pd

from ivvu_analysis.codebook import Language, standard
from ivvu_analysis.questions.utrecht import Tables, number

FIRST_YEAR, LAST_YEAR = 2024, 2040
PACKAGES = {"mpt": "mpt_vpt", "vpt": "mpt_vpt"}  # printed together for 2040


def ambitions(tables: Tables, language: Language) -> pd.DataFrame:
    """Return the ambitions with the yearly change that each needs from 2024 to its target year.

    A relative ambition of r percent in T years needs (1 + r/100)^(1/T) - 1 a year, whatever its baseline. In
    units it needs (target - current) / T a year, which only a baseline can give. A near measure stands in for
    the baseline where nothing else is published, and is taken to have stayed the same until 2024.

    Returns
    -------
    DataFrame
        The ambitions, with `target_change` (a share), `target_value, units_a_year, change_a_year` (a share)
        and `measured`, the baseline in words; NaN where no figure is set or no baseline is published.

    Examples
    --------
    >>> from ivvu_analysis import agenda, data
    >>> needed = agenda.ambitions(data.utrecht(), "en").set_index("ambition")
    >>> round(needed.loc["wlz_at_home", "change_a_year"], 4)
    np.float64(0.0236)
    """
    found, book = tables["ambitions"], standard()
    years, current = found["target_year"] - FIRST_YEAR, found["current_value"]
    change, relative = found["target"] / 100, found["basis"] == "relative"
    target = found["target"].where(~relative, current * (1 + change))
    factor = (1 + change).where(relative, target / current.where(current > 0))
    baseline, unit = (book.scale(name).labels(language) for name in ("baseline", "unit"))
    dated = " (" + found["current_unit"].map(unit) + ", " + found["current_date"] + ")"
    return found.assign(
        target_year=found["target_year"].astype(str),
        target_change=change,
        target_value=target,
        units_a_year=(target - current) / years,
        change_a_year=factor ** (1 / years) - 1,
        measured=found["baseline"].map(baseline) + dated.fillna(""),
    )


def growth(tables: Tables) -> float:
    """Return the growth in care and support that the agenda states, as a share.

    Examples
    --------
    >>> from ivvu_analysis import agenda, data
    >>> agenda.growth(data.utrecht())
    0.78
    """
    return number(tables["demand_growth"], {"statement": "care_and_support"}, "value_low") / 100


def delivery_shares(tables: Tables) -> pd.DataFrame:
    """Return the share of each form of delivery, in 2024 and in 2040 as printed and as it would follow.

    Returns
    -------
    DataFrame
        `care_form, start, printed, expected`, shares of all clients, and `clients`: those of 2040 for each
        client of 2024, with the growth that the agenda states and as many residential clients and budget
        holders.

    Examples
    --------
    >>> from ivvu_analysis import agenda, data
    >>> agenda.delivery_shares(data.utrecht()).set_index("care_form")["expected"].round(2).to_dict()
    {'residential': 0.32, 'mpt_vpt': 0.63, 'pgb': 0.04}
    """
    forms = tables["delivery_forms"].replace({"form": PACKAGES}).rename(columns={"form": "care_form"})
    cells = {"index": "care_form", "columns": "year", "values": "share"}
    wide = forms.pivot_table(**cells, aggfunc="sum", sort=False) / 100
    start = wide[FIRST_YEAR]
    demand = start.sum() * (1 + growth(tables))
    constant = start.index != "mpt_vpt"
    clients = start.where(constant, demand - start[constant].sum())
    columns = {"start": start, "printed": wide[LAST_YEAR], "expected": clients / demand, "clients": clients}
    return pd.DataFrame(columns).reset_index()


def implied_growth(tables: Tables) -> pd.Series:
    """Return the growth in demand behind the printed residential shares: `estimate, conf_low, conf_high`.

    The printed shares are whole percents, so each stands for half a percent on either side.

    Examples
    --------
    >>> from ivvu_analysis import agenda, data
    >>> agenda.implied_growth(data.utrecht()).round(2).to_dict()
    {'estimate': 0.78, 'conf_low': 0.74, 'conf_high': 0.83}
    """
    row = delivery_shares(tables).set_index("care_form").loc["residential"]
    start, end, half = row["start"], row["printed"], 0.005
    low, high = (start - half) / (end + half) - 1, (start + half) / (end - half) - 1
    return pd.Series({"estimate": start / end - 1, "conf_low": low, "conf_high": high})


def path_to_2030(tables: Tables) -> pd.DataFrame:
    """Return what a steady path to 2040 asks for by the year of the ambitions, beside those ambitions.

    The path goes from the clients of 2024 to those of 2040 under constant residential capacity, in equal
    steps (`linear`) or at an equal rate (`compound`).

    Returns
    -------
    DataFrame
        `care_form` (home or residential), `change_2040, compound, linear, ambition_2030`, changes since 2024
        as shares; care at home takes packages and budgets together.

    Examples
    --------
    >>> from ivvu_analysis import agenda, data
    >>> agenda.path_to_2030(data.utrecht()).set_index("care_form").loc["home", "ambition_2030"]
    np.float64(0.15)
    """
    shares = delivery_shares(tables).set_index("care_form")[["start", "clients"]]
    forms = shares.groupby(shares.index.where(shares.index == "residential", "home")).sum()
    named = {"home": "wlz_at_home", "residential": "residential_clients"}
    asked = tables["ambitions"].set_index("ambition").loc[list(named.values())].set_axis(list(named))
    factor = forms["clients"] / forms["start"]
    passed = (asked["target_year"] - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
    path = {"change_2040": factor - 1, "compound": factor**passed - 1, "linear": passed * (factor - 1)}
    return pd.DataFrame({**path, "ambition_2030": asked["target"] / 100}).reset_index(names="care_form")


def time_use(tables: Tables) -> pd.DataFrame:
    """Return how time is divided before and after the cut: `time_use, time_before, time_after`.

    Of the hours spent on administration (a) and care (c) the cut r frees r a, all of which goes to care:
    r a = gain c, so a / (a + c) = gain / (gain + r).

    Examples
    --------
    >>> from ivvu_analysis import agenda, data
    >>> agenda.time_use(data.utrecht())["time_before"].tolist()
    [0.4, 0.6]
    """
    burden = tables["administrative_burden"]
    cut, gain = (number(burden, {"quantity": name}, "percent") / 100 for name in ("reduction", "care_gain"))
    before = gain / (gain + cut)
    after = before * (1 - cut)
    times = [("administration", before, after), ("care", 1 - before, 1 - after)]
    return pd.DataFrame(times, columns=["time_use", "time_before", "time_after"])
