"""A run: from suites to published reports, making only what is not there as it should be."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ivvu_analysis.batch.display import Display
from ivvu_analysis.batch.job import Result, failed
from ivvu_analysis.batch.ledger import Ledger, how
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.pages import keep_up
from ivvu_analysis.batch.plan import Plan, look_through, make_plans
from ivvu_analysis.batch.pool import Executor
from ivvu_analysis.batch.store import COVER, hold
from ivvu_analysis.errors import UserError

GLANCE = 0.1  # seconds between two looks whether the run is to stop


@dataclass(frozen=True)
class Outcome:
    """What became of one suite: its cover, how many reports were made or kept, which failed, warnings."""

    suite: str
    cover: Path
    made: int
    kept: int
    failed: tuple[str, ...]
    warnings: tuple[str, ...]


def run(
    plans: Sequence[Plan], options: Options, executor: Executor, check: Callable[[], None], display: Display
) -> list[Outcome]:
    """Make the reports of suites that are not there as they should be.

    Parameters
    ----------
    plans, options
        What to make.
    executor
        What makes it.
    check
        Raises if the run was asked to stop. What was made until then is published.
    display
        Where to tell how it goes.

    Returns
    -------
    list of Outcome
        One a suite, in their order. A report that failed does not keep the others from being made.

    Raises
    ------
    OutputError
        If the output folder cannot be written or is in use.
    """
    with ExitStack() as held:
        for plan in plans:
            held.enter_context(hold(options.output / plan.name))
        ledgers = [Ledger(plan, options.output, force=options.force) for plan in plans]
        try:
            if any(ledger.due for ledger in ledgers):
                _make(ledgers, executor, check, display)
            for ledger in ledgers:
                if not ledger.complete:
                    ledger.finish()
        finally:
            keep_up(options.output)  # leads to what was made until then
        return [
            Outcome(
                suite=ledger.plan.name,
                cover=ledger.folder / COVER,
                made=len(ledger.due) - len(ledger.failed),
                kept=len(ledger.plan.jobs) - len(ledger.due),
                failed=ledger.failed,
                warnings=ledger.plan.notes,
            )
            for ledger in ledgers
        ]


def _make(ledgers: Sequence[Ledger], executor: Executor, check: Callable[[], None], display: Display) -> None:
    executor.start()
    due = [ledger for ledger in ledgers if ledger.due]
    look_through(ledger.plan for ledger in due)
    owners = {job: ledger for ledger in due for job in ledger.plan.jobs if job.name in ledger.due}
    kept = sum(len(ledger.plan.jobs) for ledger in ledgers) - len(owners)
    display.begin(len(owners), kept, executor.workers)
    said, started = how(executor.workers), time.monotonic()
    for ledger in due:
        ledger.known.run = said
    # No long one is left for the end.
    ordered = sorted(owners, key=lambda job: owners[job].expected_seconds(job.name), reverse=True)
    waiting = {executor.submit(job): job for job in ordered}
    importlib.import_module("ivvu_analysis.report.cover")  # slow, and everyone waits anyway
    try:
        while waiting:
            display.making([job for future, job in waiting.items() if future.running()])
            done, _ = wait(waiting, GLANCE, FIRST_COMPLETED)
            check()
            executor.check()
            for future in [future for future in waiting if future in done]:
                job, result = waiting.pop(future), _result(future)
                owners[job].take(job, result)
                display.done(job, result)
    finally:
        said.seconds = round(time.monotonic() - started, 3)
        for ledger in due:
            ledger.finish()


def _result(future: Future[Result]) -> Result:
    """Return what became of a job; that its worker could not make it says nothing of the others."""
    try:
        return future.result()
    except UserError:
        raise
    except Exception as error:
        return failed("worker", f"The worker could not make the report: {error!r}.")


def foresee(suites: Sequence[Path], options: Options) -> Iterator[str]:
    """Yield a line for each report of `suites`: whether a run would make it, and why.

    Raises
    ------
    UserError
        If a run would refuse the suites.
    """
    for plan in make_plans(suites, options):
        due = Ledger(plan, options.output, force=options.force).due
        yield f"{plan.name}: {plan.title}, {len(due)} of {len(plan.jobs)} to make"
        for job in plan.jobs:
            why = f"make ({due[job.name]})" if job.name in due else "current"
            parameters = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items())
            yield f"  {job.name}  {why}  {parameters}"
