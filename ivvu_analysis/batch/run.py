"""A run: from suites to published reports, making only what is not there as it should be."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.contents import keep_up
from ivvu_analysis.batch.edition import Due, Edition
from ivvu_analysis.batch.fingerprint import PACKAGE, Ground
from ivvu_analysis.batch.interruption import Interrupted, Interruption
from ivvu_analysis.batch.manifest import git_state, versions
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import refuse_unknown_waves
from ivvu_analysis.batch.pool import Executor, LocalPool
from ivvu_analysis.batch.progress import Silent, Watcher
from ivvu_analysis.batch.store import COVER, Store
from ivvu_analysis.errors import OutputError


@dataclass(frozen=True)
class Outcome:
    """What became of one suite.

    Parameters
    ----------
    suite
        Its name.
    cover
        Its cover page.
    made, kept
        How many reports were made, and how many were current.
    failed
        Those that there are no current reports of.
    warnings
        What the operator should know.
    """

    suite: str
    cover: Path
    made: int
    kept: int
    failed: tuple[str, ...]
    warnings: tuple[str, ...]


def run(
    suites: Sequence[Path],
    options: Options,
    *,
    watcher: Watcher | None = None,
    executor: Executor | None = None,
    interruption: Interruption | None = None,
) -> list[Outcome]:
    """Make the reports of `suites` that are not there as they should be.

    Parameters
    ----------
    suites
        The suite files.
    options
        How.
    watcher
        Who wants to know how it goes.
    executor
        What makes the reports; by default the cores of this machine.
    interruption
        What notes that the run is asked to stop, where that was set up before.

    Returns
    -------
    list of Outcome
        One a suite, in their order. A report that failed does not keep the others from being made.

    Raises
    ------
    UserError
        If something is asked for that cannot be made, before anything runs; or if the output folder
        cannot be written or is in use.
    Interrupted
        If the run was asked to stop. What was made until then is published.
    """
    with ExitStack() as held:
        interruption = interruption or held.enter_context(Interruption())
        plans = options.plans(suites)
        ground = Ground(options.data)
        editions = [
            Edition(plan, held.enter_context(Store(options.output / plan.name)), ground) for plan in plans
        ]
        due = {edition.plan.name: edition.due(force=options.force) for edition in editions}
        jobs = [one for edition in editions for one in due[edition.plan.name]]
        if jobs:
            pool = executor or LocalPool(options.workers, cold=options.cold)
            try:
                _make(editions, jobs, pool, interruption, options, watcher or Silent())
            except Interrupted:
                with suppress(OutputError):
                    keep_up(options.output, ground.package)  # leads to what was made until then
                raise
        for edition in editions:
            if not edition.complete:
                edition.finish()
        keep_up(options.output, ground.package)
        return [_outcome(edition, len(due[edition.plan.name])) for edition in editions]


def _make(
    editions: Sequence[Edition],
    due: Sequence[Due],
    executor: Executor,
    interruption: Interruption,
    options: Options,
    watcher: Watcher,
) -> None:
    by_suite = {edition.plan.name: edition for edition in editions}
    by_key = {one.planned.job.key: one for one in due}
    kept = sum(len(edition.plan.jobs) for edition in editions) - len(due)
    ordered = [one.planned.job for one in _longest_first(due, by_suite)]
    started = time.monotonic()
    with ExitStack() as afterwards, executor:
        how = _how(options, executor.workers)  # a cluster knows its workers only now
        with interruption.at_once():
            refuse_unknown_waves([one.planned for one in due])
        for edition in editions:
            edition.begin(how)
            afterwards.callback(_finish, edition, how, started)
        watcher.begin(len(due), kept, executor.workers)
        for result in executor.run(ordered, interruption, watcher.start):
            by_suite[result.suite].take(by_key[result.key], result)
            watcher.done(result)


def _finish(edition: Edition, how: dict[str, Any], started: float) -> None:
    how["seconds"] = round(time.monotonic() - started, 3)
    # A folder that can no longer be written has already been complained about.
    with suppress(OutputError):
        edition.finish()


def _longest_first(due: Sequence[Due], editions: dict[str, Edition]) -> list[Due]:
    """Return the reports in an order in which no long one is left for the end."""

    def expected(one: Due) -> float:
        job = one.planned.job
        known = editions[job.suite].expected_seconds(job.name)
        return float("inf") if known is None else known

    return sorted(due, key=expected, reverse=True)


def _how(options: Options, workers: int) -> dict[str, Any]:
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": 0.0,
        "workers": workers,
        "kernels": "cold" if options.cold else "warm",
        "host": platform.node(),
        "platform": platform.platform(),
        "git": git_state(PACKAGE.parent),
        "versions": versions(),
    }


def _outcome(edition: Edition, due: int) -> Outcome:
    failed = tuple(edition.failed)
    return Outcome(
        suite=edition.plan.name,
        cover=edition.store.folder / COVER,
        made=due - len(failed),
        kept=len(edition.plan.jobs) - due,
        failed=failed,
        warnings=(str(edition.warning),) if edition.warning else (),
    )
