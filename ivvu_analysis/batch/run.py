"""A run: from suites to published reports, making only what is not there; and the proof of it: once more."""

import importlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from ivvu_analysis.batch import output as store
from ivvu_analysis.batch.contents import keep_up
from ivvu_analysis.batch.display import Display
from ivvu_analysis.batch.ledger import Ledger, how
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Result
from ivvu_analysis.batch.plan import Plan, look_through, make_plans
from ivvu_analysis.errors import OutputError, UserError
from ivvu_analysis.places import digest_of

Executor = Any
"""A `LocalPool` or a `ClusterPool`; these are imported where one is wanted."""

CONTEXT = 40  # characters shown on each side of the first difference
GLANCE = 0.1  # seconds between two looks whether the run is to stop


def run(
    plans: Sequence[Plan], options: Options, executor: Executor, check: Callable[[], None], display: Display
) -> list[Ledger]:
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
    list of Ledger
        One a suite, in their order. A report that failed does not keep the others from being made.

    Raises
    ------
    OutputError
        If the output folder cannot be written or is in use, or a page cannot be printed.
    """
    with ExitStack() as held:
        for plan in plans:
            held.enter_context(store.hold(options.output / plan.name))
        ledgers = [Ledger(plan, options.output, force=options.force) for plan in plans]
        for ledger in ledgers:
            ledger.refuse_foreign()
        held.callback(keep_up, options.output)  # leads to what was made, also if it was stopped
        if any(ledger.due for ledger in ledgers):
            _make(ledgers, executor, check, display)
        for ledger in ledgers:
            if not ledger.complete:
                ledger.finish()
        if options.pdf:
            from ivvu_analysis.batch.pdf import print_suites  # of use to few

            display.printed(print_suites(plans, options.output, check))
        return ledgers


def _make(ledgers: Sequence[Ledger], executor: Executor, check: Callable[[], None], display: Display) -> None:
    due = [ledger for ledger in ledgers if ledger.due]
    executor.start()
    look_through(ledger.plan for ledger in due)
    owners = {job: ledger for ledger in due for job in ledger.due}
    display.begin(len(owners), sum(ledger.kept for ledger in ledgers), executor.workers)
    said, started = how(executor.workers), time.monotonic()
    for ledger in due:
        ledger.known.run = said
    # No long one is left for the end.
    ordered = sorted(owners, key=lambda job: owners[job].expected_seconds(job), reverse=True)
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
        executor.close()  # nothing is in the way of what is left to write
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
        return store.failed("worker", f"The worker could not make the report: {error!r}.")


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
            why = f"make ({due[job]})" if job in due else "current"
            parameters = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items())
            yield f"  {job.name}  {why}  {parameters}"


def verify(
    plans: Sequence[Plan], options: Options, executor: Executor, check: Callable[[], None], display: Display
) -> dict[str, str]:
    """Make reports again in a temporary folder, and compare them with the output folder.

    Returns
    -------
    dict of str to str
        How pages, workbooks, data and key figures differ, by file; nothing for those that are the same.

    Raises
    ------
    OutputError
        If there are reports in the output folder that are missing or not current: a difference would
        prove nothing.
    KeyboardInterrupt
        If it was asked to stop.
    """
    ledgers = [Ledger(plan, options.output) for plan in plans]
    for ledger in ledgers:
        for job, why in ledger.due.items():
            said = f"{len(ledger.due)} of its {len(ledger.plan.jobs)} reports, for one {job.name} ({why})"
            problem = f"In {ledger.folder} not all is as it would be made now: {said}."
            raise OutputError(problem, "Run `ivvu run` first, with the same options.")
    with tempfile.TemporaryDirectory(prefix="ivvu-verify-") as again:
        run(plans, replace(options, output=Path(again), force=True), executor, check, display)
        findings = {}
        for ledger in ledgers:
            made = [name for job in ledger.plan.jobs for name in ledger.known.reports[job.name].outputs]
            for name in [f"{ledger.plan.name}/{name}" for name in (*made, store.KEY_FIGURES)]:
                if not name.endswith(".ipynb"):
                    findings[name] = difference(options.output / name, Path(again) / name)
        check()
        return findings


def published_as(page: Path, output: Path) -> str:
    """Return the published page that a file is, byte for byte; nothing if it is none of `output`.

    Raises
    ------
    OutputError
        If the file or a manifest cannot be read.
    """
    if not (found := digest_of(page)):
        raise OutputError(f"{page} cannot be read.", "Give another file.")
    for manifest in sorted(output.glob(f"*/{store.MANIFEST}")):
        for name, kept in store.read_manifest(manifest.parent).files.items():
            if kept == found:
                return f"{manifest.parent.name}/{name}"
    return ""


def difference(before: Path, after: Path) -> str:
    """Return where two files first differ, and what stands there; nothing if they do not."""
    if not after.is_file():
        return "it could not be made again"
    old, new = before.read_bytes(), after.read_bytes()
    if old == new:
        return ""
    place = next((i for i, pair in enumerate(zip(old, new, strict=False)) if len({*pair}) > 1), len(old))
    part = slice(max(0, place - CONTEXT), place + CONTEXT)
    was, now = (text[part].decode("utf-8", "replace").replace("\n", " ") for text in (old, new))
    return f"from line {old[:place].count(10) + 1}, '{was}' has become '{now}'"
