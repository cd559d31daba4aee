"""How far two raters of the same projects agree."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.analyses import rows
from ivvu_analysis.codebook import scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import agreement


def agreement_of(evidence: Evidence, measures: Sequence[str], wave: str, seed: int) -> pd.DataFrame:
    """Return weighted kappa and Krippendorff's alpha of each measure that a second rater has rated.

    Returns
    -------
    DataFrame
        `measure, coefficient, estimate, conf_low, conf_high, n, method`, two rows a measure, where `n` counts
        the projects that both have rated. Without rows where nobody has rated twice.
    """
    found = [pd.DataFrame(columns=["measure", "coefficient", "estimate", "conf_low", "conf_high", "n"])]
    projects = rows.real(evidence, wave)
    for measure in measures if projects is not None else ():
        assert projects is not None
        if f"{measure}_2" not in projects:
            continue
        ratings = [rows.rated(projects, name) for name in (measure, f"{measure}_2")]
        one, other = (series.cat.codes.where(series.notna()).astype(float) for series in ratings)
        if not (one.notna() & other.notna()).any():
            continue
        kappa = agreement.weighted_kappa(one, other, len(scale(measure).rated))
        alpha = agreement.krippendorff_alpha([one, other], "ordinal", seed)
        found += [
            result.assign(measure=measure, coefficient=name)
            for name, result in (("kappa", kappa), ("alpha", alpha))
        ]
    columns = ["measure", "coefficient", "estimate", "conf_low", "conf_high", "n"]
    return pd.concat(found[1:] or found, ignore_index=True)[columns]
