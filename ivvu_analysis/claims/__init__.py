"""The audit of the published statements: each figure is recomputed, and the verdict follows from the result.

`data/published/claims.csv` holds the statements, `claims.yaml` how each is recomputed, `words.yaml` the words
and what each firmness of a figure allows. A statement is corrected or added there, without a line of Python.
"""

from ivvu_analysis.claims.amounts import claimed, fit, words
from ivvu_analysis.claims.collected import expectations, statements, tables
from ivvu_analysis.claims.verdicts import judge

__all__ = ["claimed", "expectations", "fit", "judge", "statements", "tables", "words"]
