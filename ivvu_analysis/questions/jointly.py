"""Which projects of large impact can be scaled up and have results to share: the ratings taken together.

The publication rates impact, sharing and scalability apart; only the rows of a register tell which project
has it all.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.questions.portfolio import COMPLETED
from ivvu_analysis.stats.proportions import newcombe

OTHERS = ("sharing", "scalability", "completed")


def marks(evidence: Evidence) -> pd.DataFrame:
    """Return the projects of the edition that are rated on impact, sharing and scalability.

    Returns
    -------
    DataFrame
        `region, theme, title`, and whether each project has a `large` impact, results to share (`sharing`),
        can be scaled up (`scalability`) and is `completed`. Without rows where there are none of a register.
    """
    columns = ["region", "theme", "title"]
    projects = rows.real(evidence)
    if projects is None or projects.empty:
        return pd.DataFrame(columns=[*columns, "large", *OTHERS])
    impact = rows.rated(evidence, projects, "impact")
    found = projects.reindex(columns=columns).assign(
        large=impact.astype(object).astype(str).str.startswith("large"),
        completed=projects["status"].isin(COMPLETED),
    )
    reached = {name: rows.reached(evidence, projects, name) for name in ("sharing", "scalability")}
    rated = impact.notna() & reached["sharing"].notna() & reached["scalability"].notna()
    found = found.assign(**{name: marked == "yes" for name, marked in reached.items()})
    return found.loc[rated, [*columns, "large", *OTHERS]].reset_index(drop=True)


def compared(evidence: Evidence) -> pd.DataFrame:
    """Compare projects of large impact with the others in what else they have reached.

    Returns
    -------
    DataFrame
        `reached, share_large, share_other, estimate, conf_low, conf_high, n`: sharing, scalability and
        completion, with the Newcombe interval of the difference. Without rows where no project has a large
        impact or all have.
    """
    found = marks(evidence)
    large, other = found[found["large"].astype(bool)], found[~found["large"].astype(bool)]
    if large.empty or other.empty:
        return pd.DataFrame(columns=["reached", "share_large", "share_other", "estimate"])
    counts = [group[list(OTHERS)].sum().to_numpy(dtype=int) for group in (large, other)]
    result = newcombe(counts[0], len(large), counts[1], len(other))
    result.insert(0, "reached", OTHERS)
    return result.rename(columns={"share_1": "share_large", "share_2": "share_other"})


def ready(evidence: Evidence) -> pd.DataFrame:
    """Return by name the projects of large impact that can be scaled up and have results to share.

    Returns
    -------
    DataFrame
        `region, theme, title`, in the order of the regions in the codebook.
    """
    found = marks(evidence)
    chosen = found[found[["large", "sharing", "scalability"]].astype(bool).all(axis=1)]
    place = {code: number for number, code in enumerate(evidence.codebook.scale("region").codes)}
    order = chosen["region"].astype(object).map(place).argsort(kind="stable")
    return chosen[["region", "theme", "title"]].iloc[order].reset_index(drop=True)
