"""The ratings of one project taken together: those on three measures, and those of two raters.

The publication rates impact, sharing and scalability apart; only the rows of a register tell which project
has it all, and how far two raters of the same projects agree.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.questions.tidy import RESULT, nothing
from ivvu_analysis.stats import proportions

OTHERS = ["sharing", "scalability", "completed"]  # what else a project of large impact may have reached


def marks(evidence: Evidence) -> pd.DataFrame:
    """Return the projects that are rated on impact, sharing and scalability, in the order of the regions.

    The publication rates the three apart; only the rows of a register tell which project has it all.

    Returns
    -------
    DataFrame
        `region, theme, title`, and whether each project has a `large` impact, results to share (`sharing`),
        can be scaled up (`scalability`) and is `completed`. Without rows where there are none of a register.

    Examples
    --------
    >>> from ivvu_analysis import jointly, load
    >>> len(jointly.marks(load()))  # published tables have no projects
    0
    """
    projects = rows.real(evidence)
    sharing, scalability, completed = (
        rows.reached(evidence, projects, measure) for measure in ("sharing", "scalability", "status")
    )
    large = rows.rated(evidence, projects, "impact").astype("string").str.startswith("large")
    marks = {"large": large, "sharing": sharing, "scalability": scalability}
    found = projects[["region", "theme", "title"]].assign(**marks, completed=completed.fillna(False))
    kinds = dict.fromkeys(["large", *OTHERS], bool)
    kinds["region"] = pd.CategoricalDtype(evidence.codebook.scale("region").codes)
    known = found.dropna(subset=list(marks)).astype(kinds)
    return known.sort_values("region", kind="stable", ignore_index=True)


def compared(marks: pd.DataFrame) -> pd.DataFrame:
    """Compare projects of large impact with the others in what else they have reached.

    Returns
    -------
    DataFrame
        `reached, share_large, share_other, estimate, conf_low, conf_high, n`: sharing, scalability and
        completion, with the Newcombe interval of the difference. Without rows where no project has a large
        impact or all have.

    Examples
    --------
    >>> from ivvu_analysis import jointly, load
    >>> jointly.compared(jointly.marks(load())).empty  # published tables have no projects
    True
    """
    large, other = marks.loc[marks["large"], OTHERS], marks.loc[~marks["large"], OTHERS]
    if large.empty or other.empty:
        return nothing(f"reached share_large share_other {RESULT}")
    result = proportions.newcombe(large.sum(), len(large), other.sum(), len(other))
    result.insert(0, "reached", OTHERS)
    return result.rename(columns={"share_1": "share_large", "share_2": "share_other"})


def rated_twice(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the projects that two raters rated, one row each: their ratings, `<measure>` and `<measure>_2`.

    Examples
    --------
    >>> from ivvu_analysis import jointly, load
    >>> list(jointly.rated_twice(load(), "impact"))
    ['impact', 'impact_2']
    """
    projects = rows.real(evidence)
    both = [rows.rated(evidence, projects, name) for name in (measure, f"{measure}_2")]
    return pd.concat(both, axis=1).dropna()
