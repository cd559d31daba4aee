"""How reports are made: what all commands on suites have in common."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivvu_analysis.batch.job import EXPORTER

if TYPE_CHECKING:
    from ivvu_analysis.batch.plan import Plan


@dataclass(frozen=True)
class Options:
    """How to make reports.

    Parameters
    ----------
    output
        The folder that each suite gets a folder in.
    notebooks
        The folder that the notebooks are in.
    data
        The folder of the data.
    workers
        How many reports to make at a time.
    force
        Whether to make what is current again.
    cold
        Whether to start ordinary kernels rather than to fork warm ones.
    language
        The language of all reports; empty for what the suites say.
    timeout
        Seconds that one report may take.
    exporter
        The module that exports executed notebooks.
    """

    output: Path
    notebooks: Path
    data: Path
    workers: int = os.cpu_count() or 1
    force: bool = False
    cold: bool = False
    language: str = ""
    timeout: float = 300.0
    exporter: str = EXPORTER

    @property
    def certain_to_make(self) -> bool:
        """Whether there is something to make, whatever the suites say: so much can be seen at once."""
        return self.force or not any(self.output.glob("*/*"))

    def plans(self, suites: Sequence[Path]) -> list[Plan]:
        """Return the checked jobs of `suites`."""
        from ivvu_analysis.batch.plan import make_plans  # slow to import, and reports warm up meanwhile
        from ivvu_analysis.batch.since import refuse_missing

        plans = make_plans(
            suites, self.notebooks, language=self.language, timeout=self.timeout, exporter=self.exporter
        )
        for plan in plans:
            refuse_missing(plan)
        return plans
