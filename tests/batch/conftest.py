from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Job, Result
from ivvu_analysis.batch.plan import make_plans
from ivvu_analysis.batch.pool import LocalPool
from ivvu_analysis.batch.run import run


class Silent:
    def begin(self, due: int, kept: int, workers: int) -> None: ...

    def making(self, jobs: Sequence[Job]) -> None: ...

    def done(self, job: Job, result: Result) -> None: ...


@pytest.fixture
def run_suites() -> Callable[..., list[Ledger]]:
    """Run suites as the command does, on this machine or with an executor of one's own."""

    def go(
        suites: Sequence[Path], options: Options, executor: Any = None, watcher: Any = None
    ) -> list[Ledger]:
        executor = executor or LocalPool(options.workers)
        with closing(executor):
            plans = make_plans(suites, options)
            return run(plans, options, executor, lambda: None, watcher or Silent())

    return go
