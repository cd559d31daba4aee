"""The key figures on Utrecht, by name: what other programs and other editions compare."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis import programme as utrecht
from ivvu_analysis.analyses import ambitions, capacity
from ivvu_analysis.analyses.utrecht import budget_shares, completion
from ivvu_analysis.programme import Programme


def key_figures(programme: Programme, occupancy: float) -> pd.DataFrame:
    """Return the key figures of the report on Utrecht.

    Parameters
    ----------
    programme
        The tables.
    occupancy
        Share of the places in use, for the scenarios.

    Returns
    -------
    DataFrame
        `name, estimate, conf_low, conf_high`. Intervals belong to shares of projects; for the growth behind
        the shares of 2040 and for the gap the last two are the range before rounding; otherwise they are NaN.
    """
    completed = completion(programme, "en").assign(
        name=lambda lines: "completed." + lines["action_line"].astype(str)
    )
    gaps = capacity.gaps(programme, "en").assign(name="gap." + programme.gap["gap"])
    growth = capacity.implied_growth(programme).to_frame().T.assign(name="growth_behind_shares")
    frames = [completed, gaps, growth, _points(programme, occupancy)]
    columns = ["name", "estimate", "conf_low", "conf_high"]
    return pd.concat([frame.reindex(columns=columns) for frame in frames], ignore_index=True)


def _points(programme: Programme, occupancy: float) -> pd.DataFrame:
    needed = utrecht.required_change(programme.ambitions).dropna(subset="percent_a_year")
    follow = utrecht.constant_capacity_shares(
        utrecht.printed_shares(programme), utrecht.published_growth(programme)
    )
    path = utrecht.ambitions_on_the_path(programme).set_index("form")
    mentions = utrecht.factor_counts(programme).groupby(["kind", "category"])["mentions"].sum()
    lacking, _ = ambitions.without_baseline(programme)
    unsolved = utrecht.split_gap(programme).query("gap == 'annual_report' and part == 'unsolved'")
    values = {
        **{f"mentions.{kind}.{category}": count for (kind, category), count in mentions.items()},
        "ambitions.without_baseline": lacking,
        **dict(zip("a_year." + needed["ambition"], needed["percent_a_year"] / 100, strict=True)),
        **dict(zip("shares_2040.printed." + follow["form"], follow["printed"] / 100, strict=True)),
        **dict(zip("shares_2040.expected." + follow["form"], follow["expected"] / 100, strict=True)),
        "home.change_2040": path.loc["home", "change_2040"] / 100,
        "home.change_2030.equal_rate": path.loc["home", "compound"] / 100,
        "home.change_2030.equal_steps": path.loc["home", "linear"] / 100,
        "administration.share": utrecht.implied_time(programme).set_index("activity")["before"].iloc[0] / 100,
        "stay.change": ambitions.stay_for_ambition(programme),
        "gap.unsolved": unsolved["places"].item(),
        "scenario.home_share_that_fits": capacity.fitting_home_share(programme, occupancy),
        **budget_shares(programme).rename(lambda law: f"budget.{law}").to_dict(),
        **{
            f"ibs.{row.measure}.{row.source}": row.share for row in utrecht.ibs_shares(programme).itertuples()
        },
    }
    return pd.DataFrame({"name": list(values), "estimate": [float(value) for value in values.values()]})
