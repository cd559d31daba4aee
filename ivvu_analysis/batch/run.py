"""A run: from suites to published reports, making only what is not there as it should be."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from ivvu_analysis.batch.display import Display
from ivvu_analysis.batch.interruption import Interrupted, Interruption
from ivvu_analysis.batch.ledger import Ledger, how
from ivvu_analysis.batch.manifest import Run
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.pages import keep_up
from ivvu_analysis.batch.plan import Plan, look_through, make_plans
from ivvu_analysis.batch.pool import Executor
from ivvu_analysis.batch.store import COVER, Store
from ivvu_analysis.errors import OutputError

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
    plans: Sequence[Plan], options: Options, executor: Executor, interruption: Interruption, display: Display
) -> list[Outcome]:
    """Make the reports of suites that are not there as they should be.

    Returns
    -------
    list of Outcome
        One a suite, in their order. A report that failed does not keep the others from being made.

    Raises
    ------
    OutputError
        If the output folder cannot be written or is in use.
    Interrupted
        If the run was asked to stop. What was made until then is published.
    """
    with ExitStack() as held:
        stores = [held.enter_context(Store(options.output / plan.name)) for plan in plans]
        ledgers = [Ledger(*both, force=options.force) for both in zip(plans, stores, strict=True)]
        if any(ledger.due for ledger in ledgers):
            try:
                _make(ledgers, executor, interruption, display)
            except Interrupted:
                with suppress(OutputError):
                    keep_up(options.output)  # leads to what was made until then
                raise
        for ledger in ledgers:
            if not ledger.complete:
                ledger.finish()
        keep_up(options.output)
        return [
            Outcome(
                suite=ledger.plan.name,
                cover=ledger.store.folder / COVER,
                made=len(ledger.due) - len(ledger.failed),
                kept=len(ledger.plan.jobs) - len(ledger.due),
                failed=ledger.failed,
                warnings=(*ledger.plan.notes, *([str(ledger.warning)] if ledger.warning else [])),
            )
            for ledger in ledgers
        ]


def _make(
    ledgers: Sequence[Ledger], executor: Executor, interruption: Interruption, display: Display
) -> None:
    owners = {job: ledger for ledger in ledgers for job in ledger.plan.jobs if job.name in ledger.due}
    kept = sum(len(ledger.plan.jobs) for ledger in ledgers) - len(owners)
    # No long one is left for the end.
    ordered = sorted(owners, key=lambda job: owners[job].expected_seconds(job.name), reverse=True)
    started = time.monotonic()
    with ExitStack() as afterwards, executor:
        look_through(ledger.plan for ledger in ledgers if ledger.due)
        said = how(executor.workers)  # a cluster knows its workers only now
        for ledger in ledgers:
            if ledger.due:
                ledger.begin(said)
                afterwards.callback(_finish, ledger, said, started)
        display.begin(len(owners), kept, executor.workers)
        waiting = {executor.submit(job): job for job in ordered}
        while waiting:
            display.making([job for future, job in waiting.items() if future.running()])
            done, _ = wait(waiting, GLANCE, FIRST_COMPLETED)
            interruption.check()
            executor.check()
            for future in [future for future in waiting if future in done]:
                job, result = waiting.pop(future), future.result()
                owners[job].take(job, result)
                display.done(result)


def _finish(ledger: Ledger, said: Run, started: float) -> None:
    said.seconds = round(time.monotonic() - started, 3)
    # A folder that can no longer be written has already been complained about.
    with suppress(OutputError):
        ledger.finish()


def foresee(suites: Sequence[Path], options: Options) -> Iterator[str]:
    """Yield a line for each report of `suites`: whether a run would make it, and why.

    Raises
    ------
    UserError
        If a run would refuse the suites.
    """
    for plan in make_plans(suites, options):
        due = Ledger(plan, Store(options.output / plan.name), force=options.force).due
        yield f"{plan.name}: {plan.title}, {len(due)} of {len(plan.jobs)} to make"
        for job in plan.jobs:
            why = f"make ({due[job.name]})" if job.name in due else "current"
            parameters = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items())
            yield f"  {job.name}  {why}  {parameters}"
