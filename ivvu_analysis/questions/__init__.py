"""The questions of the evaluation, one module a topic: evidence in, tidy frames of codes out.

A frame has the same columns whether anything was found or not. They are written as for a named tuple, in one
text: ``"theme n estimate"``.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

INTERVAL = "estimate conf_low conf_high"
RESULT = f"{INTERVAL} n p_value method"

Statistic = Callable[..., pd.DataFrame]  # of counts, with options of its own


def nothing(columns: str) -> pd.DataFrame:
    """Return an answer without rows.

    Examples
    --------
    >>> from ivvu_analysis import questions
    >>> list(questions.nothing("wave estimate"))
    ['wave', 'estimate']
    """
    return pd.DataFrame(columns=columns.split())


def stacked(found: Mapping[Any, pd.DataFrame], keys: str, columns: str) -> pd.DataFrame:
    """Return answers below each other, with what they are about in the columns `keys`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import questions
    >>> found = {"agreements": pd.DataFrame({"n": [34]}), "vision": pd.DataFrame({"n": [33]})}
    >>> questions.stacked(found, "dimension", "dimension n").to_numpy().tolist()
    [['agreements', 34], ['vision', 33]]
    >>> len(questions.stacked({}, "dimension", "dimension n"))
    0
    """
    if not found:
        return nothing(columns)
    together = pd.concat(found, names=keys.split())
    return together.reset_index(keys.split())[columns.split()].reset_index(drop=True)
