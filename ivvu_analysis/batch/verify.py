"""The proof that reports can be made again: all of them once more, elsewhere, compared byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from ivvu_analysis.batch.edition import Edition
from ivvu_analysis.batch.fingerprint import Ground
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.pool import Executor
from ivvu_analysis.batch.progress import Watcher
from ivvu_analysis.batch.run import run
from ivvu_analysis.batch.store import KEY_FIGURES, Store, data_file, report_files
from ivvu_analysis.errors import OutputError

PUBLISHED = ("html", "workbook")  # the parts of a report that are compared, beside the key figures

CONTEXT = 40  # characters shown on each side of the first difference


@dataclass(frozen=True)
class Finding:
    """One file that was made again.

    Parameters
    ----------
    file
        Where it is within the output folder.
    difference
        How the two differ; empty if they do not.
    """

    file: str
    difference: str

    @property
    def same(self) -> bool:
        """Whether both are the same, byte for byte."""
        return not self.difference

    def __str__(self) -> str:
        return f"same       {self.file}" if self.same else f"DIFFERENT  {self.file}: {self.difference}"


def verify(
    suites: Sequence[Path],
    options: Options,
    *,
    watcher: Watcher | None = None,
    executor: Executor | None = None,
    interruption: Interruption | None = None,
) -> list[Finding]:
    """Make the reports of `suites` again in a temporary folder, and compare them with the output folder.

    Parameters
    ----------
    suites, options, watcher, executor, interruption
        As for `ivvu_analysis.batch.run.run`; how many workers there are and what kernels they start
        may be other than when the reports were made.

    Returns
    -------
    list of Finding
        One a page, a workbook, the data of a report that has any, and a file of key figures.

    Raises
    ------
    OutputError
        If there are reports in the output folder that are missing or not current: a difference would
        prove nothing.
    Interrupted
        If it was asked to stop.
    """
    with ExitStack() as held:
        interruption = interruption or held.enter_context(Interruption())
        plans = options.plans(suites)
        _refuse_outdated(plans, options)
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="ivvu-verify-")))
        again = replace(options, output=folder, force=True)
        run(suites, again, watcher=watcher, executor=executor, interruption=interruption)
        findings = [finding for plan in plans for finding in _compare(plan, options.output, folder)]
        interruption.check()
        return findings


def _refuse_outdated(plans: Sequence[Plan], options: Options) -> None:
    ground = Ground(options.data)
    for plan in plans:
        due = Edition(plan, Store(options.output / plan.name), ground).due(force=False)
        if due:
            first = due[0]
            raise OutputError(
                f"{len(due)} of the {len(plan.jobs)} reports in {options.output / plan.name} are not as they "
                f"would be made now: {first.planned.job.name} ({first.why}), for one.",
                "Run `ivvu run` first, with the same options.",
            )


def _compare(plan: Plan, before: Path, after: Path) -> Iterator[Finding]:
    for planned in plan.jobs:
        files = report_files(planned.job.name)
        for part in PUBLISHED:
            yield _compared(f"{plan.name}/{files[part]}", before, after)
        data = f"{plan.name}/{data_file(planned.job.name)}"
        if (before / data).is_file():
            yield _compared(data, before, after)
    yield _compared(f"{plan.name}/{KEY_FIGURES}", before, after)


def _compared(file: str, before: Path, after: Path) -> Finding:
    if not (after / file).is_file():
        return Finding(file, "it could not be made again")
    old, new = (before / file).read_bytes(), (after / file).read_bytes()
    return Finding(file, "" if old == new else difference(old, new))


def difference(old: bytes, new: bytes) -> str:
    """Return where two files first differ, and what stands there."""
    pairs = enumerate(zip(old, new, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(old), len(new)))
    line = old[:place].count(b"\n") + 1
    start = max(0, place - CONTEXT)
    was, now = (
        text[start : place + CONTEXT].decode("utf-8", "replace").replace("\n", " ") for text in (old, new)
    )
    return f"from line {line}, '{was}' has become '{now}'"
