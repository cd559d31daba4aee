"""The audit of the published statements: each figure is recomputed, and the verdict follows from the result.

`data/published/claims.csv` holds the statements, `claims.yaml` how each is recomputed, `words.yaml` the words of
the sentences and what each firmness of putting a figure allows. A statement is corrected or added there.
"""

from __future__ import annotations

from ivvu_analysis.claims.verdicts import judge, tables
from ivvu_analysis.claims.statements import FIRMNESS, Statement, expectations, statements

__all__ = ["FIRMNESS", "Statement", "expectations", "judge", "statements", "tables"]
