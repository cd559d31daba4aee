"""How far two raters of the same projects agree."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.stats import agreement

COLUMNS = ["measure", "coefficient", "estimate", "conf_low", "conf_high", "n"]


def pairs(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Count the projects by the ratings of both raters, of the first in rows and of the second in columns.

    Without rows where nobody has rated twice.
    """
    projects = rows.real(evidence)
    if projects is None or f"{measure}_2" not in projects:
        return pd.DataFrame()
    first, second = (rows.rated(evidence, projects, name) for name in (measure, f"{measure}_2"))
    both = first.notna() & second.notna()
    return pd.crosstab(first[both], second[both], dropna=False) if both.any() else pd.DataFrame()


def agreement_of(evidence: Evidence, measure: str, seed: int) -> pd.DataFrame:
    """Return weighted kappa and Krippendorff's alpha of a measure that a second rater has rated.

    Returns
    -------
    DataFrame
        `measure, coefficient, estimate, conf_low, conf_high, n`, two rows, where `n` counts the projects that
        both have rated. Without rows where nobody has rated twice.
    """
    projects, table = rows.real(evidence), pairs(evidence, measure)
    if projects is None or table.empty:
        return pd.DataFrame(columns=COLUMNS)
    ratings = [rows.rated(evidence, projects, name) for name in (measure, f"{measure}_2")]
    both = [series.cat.codes.where(series.notna()).astype(float) for series in ratings]
    found = {
        "kappa": agreement.weighted_kappa(table),
        "alpha": agreement.krippendorff_alpha(both, seed),
    }
    named = [row.assign(measure=measure, coefficient=name) for name, row in found.items()]
    return pd.concat(named, ignore_index=True)[COLUMNS]
