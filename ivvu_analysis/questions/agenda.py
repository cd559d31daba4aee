"""What do the ambitions of the Utrecht agenda ask for, and what do they imply?

Let the clients of 2024 be 100 and demand grow by g. If residential clients and budget holders stay as many as
they are, their shares fall to s / (1 + g) and all growth goes to the packages at home.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.questions.utrecht import Tables, labels, number, source

FIRST_YEAR, LAST_YEAR = 2024, 2040
PACKAGES = {"mpt": "mpt_vpt", "vpt": "mpt_vpt"}  # printed together for 2040


def required_change(tables: Tables, start_year: int = FIRST_YEAR) -> pd.DataFrame:
    """Return the yearly change that each ambition needs from the start year to its target year.

    A relative ambition of r percent in T years needs (1 + r/100)^(1/T) - 1 a year, whatever its baseline. In
    units it needs (target - current) / T a year, which only a baseline can give. A near measure stands in for
    the baseline where nothing else is published, and is taken to have stayed the same until the start year.

    Returns
    -------
    DataFrame
        The ambitions, with `target_value, units_a_year, change_a_year` (a share); NaN where no figure is set
        or no baseline is published.
    """
    ambitions = tables["ambitions"]
    years = ambitions["target_year"] - start_year
    relative, current = ambitions["basis"] == "relative", ambitions["current_value"]
    target = ambitions["target"].where(~relative, current * (1 + ambitions["target"] / 100))
    factor = (1 + ambitions["target"] / 100).where(relative, target / current.where(current > 0))
    return ambitions.assign(
        target_value=target, units_a_year=(target - current) / years, change_a_year=factor ** (1 / years) - 1
    )


def changes_asked(tables: Tables, language: str) -> pd.DataFrame:
    """Return the ambitions that ask for a change or set no figure, with the yearly change they need.

    Returns
    -------
    DataFrame
        `ambition_text, target_year, target_change, estimate, current_value, baseline`: the target and the
        change a year as shares, the rest as published; what is not published is NaN.
    """
    needed = required_change(tables)
    chosen = needed[(needed["kind"] == "ambition") & (needed["basis"] != "absolute")]
    unit = chosen["current_unit"].map(labels(tables, "unit", language))
    measured = (" (" + unit + ", " + chosen["current_date"] + ")").fillna("")
    return pd.DataFrame(
        {
            "ambition_text": chosen[f"label_{language}"],
            "target_year": chosen["target_year"].astype(str),
            "target_change": chosen["target"] / 100,
            "estimate": chosen["change_a_year"],
            "current_value": chosen["current_value"],
            "baseline": chosen["baseline"].map(labels(tables, "baseline", language)) + measured,
        }
    ).reset_index(drop=True)


def levels_asked(tables: Tables, language: str) -> pd.DataFrame:
    """Return the ambitions and intended shifts that name a level, with the yearly steps they need.

    Returns
    -------
    DataFrame
        `ambition_text, target_year, current_value, target_value, target_unit, estimate, baseline`, the yearly
        step in `estimate`, in the unit of the target.
    """
    needed = required_change(tables)
    chosen = needed[(needed["basis"] == "absolute") | (needed["kind"] == "intended_shift")]
    reached_in = chosen["unit"].where(chosen["basis"] == "absolute", chosen["current_unit"])
    return pd.DataFrame(
        {
            "ambition_text": chosen[f"label_{language}"],
            "target_year": chosen["target_year"].astype(str),
            "current_value": chosen["current_value"],
            "target_value": chosen["target_value"],
            "target_unit": reached_in.map(labels(tables, "unit", language)),
            "estimate": chosen["units_a_year"],
            "baseline": chosen["baseline"].map(labels(tables, "baseline", language)),
        }
    ).reset_index(drop=True)


def source_of_ambitions(tables: Tables) -> dict[str, str]:
    """Return the documents of the ambitions and of the values to start from: `{document: headings}`."""
    ambitions = tables["ambitions"]
    current = ambitions[["current_document", "current_section"]].set_axis(["document", "section"], axis=1)
    return source(ambitions, current[current["document"] != ""])


def without_baseline(tables: Tables) -> tuple[int, int]:
    """Return how many of the agenda's ambitions have no published baseline, and how many there are."""
    ambitions = tables["ambitions"][tables["ambitions"]["kind"] == "ambition"]
    return int((ambitions["baseline"] == "not_published").sum()), len(ambitions)


def growth(tables: Tables) -> float:
    """Return the growth in care and support that the agenda states, as a share (0.78 for 78%)."""
    return number(tables["demand_growth"], {"statement": "care_and_support"}, "value_low") / 100


def delivery_shares(tables: Tables) -> pd.DataFrame:
    """Return the share of each form of delivery, in 2024 and in 2040 as printed and as it would follow.

    Returns
    -------
    DataFrame
        `form, start, printed, expected`, shares of all clients, and `clients`: those of 2040 for each client
        of 2024, with the growth that the agenda states and as many residential clients and budget holders.
    """
    forms = tables["delivery_forms"].replace({"form": PACKAGES})
    wide = forms.pivot_table(index="form", columns="year", values="share", aggfunc="sum", sort=False) / 100
    start = wide[FIRST_YEAR]
    demand = start.sum() * (1 + growth(tables))
    constant = start.index != "mpt_vpt"
    clients = start.where(constant, demand - start[constant].sum())
    columns = {"start": start, "printed": wide[LAST_YEAR], "expected": clients / demand, "clients": clients}
    return pd.DataFrame(columns).reset_index()


def implied_growth(tables: Tables) -> pd.Series:
    """Return the growth in demand behind the printed residential shares: `estimate, conf_low, conf_high`.

    The printed shares are whole percents, so each stands for half a percent on either side.
    """
    row = delivery_shares(tables).set_index("form").loc["residential"]
    start, end, half = row["start"], row["printed"], 0.005
    low, high = (start - half) / (end + half) - 1, (start + half) / (end - half) - 1
    return pd.Series({"estimate": start / end - 1, "conf_low": low, "conf_high": high})


def path_to_2030(tables: Tables, language: str) -> pd.DataFrame:
    """Return what a steady path to 2040 asks for by the year of the ambitions, beside those ambitions.

    The path goes from the clients of 2024 to those of 2040 under constant residential capacity, in equal
    steps (`linear`) or at an equal rate (`compound`).

    Returns
    -------
    DataFrame
        `care_form` (home or residential), `form` (its label), `change_2040, compound, linear, ambition_2030`,
        changes since 2024 as shares; care at home takes packages and budgets together.
    """
    shares = delivery_shares(tables).set_index("form")[["start", "clients"]]
    parts = {
        "home": ("wlz_at_home", ["mpt_vpt", "pgb"]),
        "residential": ("residential_clients", ["residential"]),
    }
    rows = []
    for form, (ambition, forms) in parts.items():
        row = {"ambition": ambition}
        factor = shares.loc[forms, "clients"].sum() / shares.loc[forms, "start"].sum()
        passed = (number(tables["ambitions"], row, "target_year") - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
        target = number(tables["ambitions"], row, "target") / 100
        rows.append((form, factor - 1, factor**passed - 1, passed * (factor - 1), target))
    frame = pd.DataFrame(rows, columns=["care_form", "change_2040", "compound", "linear", "ambition_2030"])
    frame.insert(1, "form", frame["care_form"].map(labels(tables, "care_form", language)))
    return frame


def cut_and_gain(tables: Tables) -> tuple[float, float]:
    """Return the agenda's cut in administration and the gain in care hours it names, as shares."""
    burden = tables["administrative_burden"]
    cut, gain = (number(burden, {"quantity": name}, "percent") for name in ("reduction", "care_gain"))
    return cut / 100, gain / 100


def time_use(tables: Tables, language: str) -> pd.DataFrame:
    """Return how time is divided before and after the cut: `activity, time_use, time_before, time_after`.

    Of the hours spent on administration (a) and care (c) the cut r frees r a, all of which goes to care:
    r a = gain c, so a / (a + c) = gain / (gain + r).
    """
    cut, gain = cut_and_gain(tables)
    share = gain / (gain + cut)
    frame = pd.DataFrame(
        {
            "activity": ["administration", "care"],
            "time_before": [share, 1 - share],
            "time_after": [share * (1 - cut), 1 - share * (1 - cut)],
        }
    )
    frame.insert(1, "time_use", frame["activity"].map(labels(tables, "time_use", language)))
    return frame


def gain_by_administration(tables: Tables, shares: pd.Series) -> pd.DataFrame:
    """Return the gain in care hours from the agenda's cut, by the share of time that administration takes.

    Returns
    -------
    DataFrame
        `administration, estimate`, shares.
    """
    cut, _ = cut_and_gain(tables)
    return pd.DataFrame({"administration": shares, "estimate": cut * shares / (1 - shares)})


def stay_for_ambition(tables: Tables) -> float:
    """Return the change in length of stay by which the same beds serve the clients of the 2030 ambition.

    By Little's law clients a year = clients present / stay.
    """
    more = number(tables["ambitions"], {"ambition": "residential_clients"}, "target") / 100
    return 1 / (1 + more) - 1


def gaps(tables: Tables, language: str) -> pd.DataFrame:
    """Return the two figures for 2040 with the range that each stands for before rounding.

    Returns
    -------
    DataFrame
        `gap, gap_text, estimate, conf_low, conf_high`, places.
    """
    gap = tables["gap"]
    half = gap["rounded_to"] / 2
    return pd.DataFrame(
        {
            "gap": gap["gap"],
            "gap_text": gap["measure"].map(labels(tables, "gap_measure", language)),
            "estimate": gap["places"].astype(float),
            "conf_low": gap["places"] - half,
            "conf_high": gap["places"] + half,
        }
    )


def gap_parts(tables: Tables, language: str) -> pd.DataFrame:
    """Return the gap of the annual report in its parts: `part, gap_part` (a label), `share, places`."""
    split = tables["gap_split"]
    places = number(tables["gap"], {"gap": "annual_report"}, "places")
    share = split["share"] / 100
    return pd.DataFrame(
        {
            "part": split["part"],
            "gap_part": split[f"label_{language}"],
            "share": share,
            "places": places * share,
        }
    )
