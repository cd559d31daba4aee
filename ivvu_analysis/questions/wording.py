"""Which word a number earns, so that no sentence claims more than its range.

The words themselves stand in the codebook, in both languages; here are the limits between them.
"""

import pandas as pd

ALPHA = 0.05


def verdict(row: pd.Series, null: float) -> str:
    """Return ``"higher"``, ``"lower"`` or ``"unclear"``: what a comparison says against `null`.

    Its p-value decides, where there is one; otherwise whether the whole interval lies on one side.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import wording
    >>> wording.verdict(pd.Series({"estimate": 0.64, "conf_low": 0.55, "conf_high": 0.72}), 0.5)
    'higher'
    """
    p_value = row.get("p_value", float("nan"))
    if p_value >= ALPHA:
        return "unclear"
    if p_value < ALPHA:
        return "higher" if row["estimate"] > null else "lower"
    return "higher" if row["conf_low"] > null else "lower" if row["conf_high"] < null else "unclear"


def trend(row: pd.Series) -> str:
    """Return ``"up"``, ``"down"`` or ``"open"``: what the interval of a change says about its sign.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import wording
    >>> wording.trend(pd.Series({"estimate": 0.03, "conf_low": -0.02, "conf_high": 0.08}))
    'open'
    """
    return {"higher": "up", "lower": "down", "unclear": "open"}[verdict(row, 0.0)]
