"""The rows of a register, as far as they may be taken apart by region, holder or project.

Tables hold for published figures too; what stands here holds only for projects that somebody really entered.
"""

import pandas as pd

from ivvu_analysis.data import Evidence

RATINGS = ("impact", "sharing", "scalability")
NAMED = ("region", "title", "theme")  # what a project is known by
RATED = [name for measure in RATINGS for name in (measure, f"{measure}_2")]  # by one rater and by another
COLUMNS = ["id", "wave", *NAMED, "holder", "status", "start", "participation", *RATED]


def entered(evidence: Evidence) -> pd.DataFrame:
    """Return the projects of all editions as they were entered; published and reconstructed ones have none.

    Examples
    --------
    >>> from ivvu_analysis import load
    >>> from ivvu_analysis.questions import rows
    >>> evidence = load(register="../params/example_edition/register.csv")
    >>> rows.entered(evidence)["wave"].value_counts().to_dict()
    {'2021-10': 360, '2021-03': 338, '2020-10': 318}
    """
    projects = None if evidence.origin == "reconstructed" else evidence.projects
    return pd.DataFrame(projects, columns=COLUMNS).astype(object)


def real(evidence: Evidence, wave: str | None = "") -> pd.DataFrame:
    """Return the projects of a wave as they were entered, by default those of the edition.

    Examples
    --------
    >>> from ivvu_analysis import load
    >>> from ivvu_analysis.questions import rows
    >>> len(rows.real(load(register="../params/example_edition/register.csv")))
    360
    >>> len(rows.real(load()))  # published tables have no rows
    0
    """
    projects = entered(evidence)
    return projects[projects["wave"] == (evidence.wave if wave == "" else wave)].reset_index(drop=True)


def rated(evidence: Evidence, projects: pd.DataFrame, measure: str) -> pd.Series:
    """Return the ratings on a measure as an ordered categorical; an unknown rating is missing.

    Parameters
    ----------
    evidence
        Whose codebook has the levels.
    projects
        One row a project.
    measure
        The column, a measure or a second rating such as ``"impact_2"``.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import load
    >>> from ivvu_analysis.questions import rows
    >>> rows.rated(load(), pd.DataFrame({"sharing": ["yes", "unknown", "no"]}), "sharing").tolist()
    ['yes', nan, 'no']
    """
    levels, ratings = evidence.codebook.scale(measure.removesuffix("_2")).rated, projects[measure]
    known = pd.Categorical(ratings.where(ratings.isin(levels)), levels, ordered=True)
    return pd.Series(known, index=projects.index, name=measure)


def reached(evidence: Evidence, projects: pd.DataFrame, measure: str) -> pd.Series:
    """Return whether each project has got somewhere, missing where it is not rated.

    Which levels count is the subset `reached` of the measure in the codebook.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import load
    >>> from ivvu_analysis.questions import rows
    >>> rows.reached(load(), pd.DataFrame({"sharing": ["yes", "unknown", "no"]}), "sharing").tolist()
    [True, <NA>, False]
    """
    scale, ratings = evidence.codebook.scale(measure), projects[measure]
    return ratings.isin(scale.subset("reached")).astype("boolean").where(ratings.isin(scale.rated))
