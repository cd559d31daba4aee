"""What a run would do, said without doing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ivvu_analysis.batch.edition import Edition
from ivvu_analysis.batch.fingerprint import Ground
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import refuse_unknown_waves
from ivvu_analysis.batch.store import Store


def foresee(suites: Sequence[Path], options: Options) -> Iterator[str]:
    """Yield a line for each report of `suites`: whether a run would make it, and why.

    Raises
    ------
    UserError
        If a run would refuse the suites.
    """
    ground = Ground(options.data)
    for plan in options.plans(suites):
        edition = Edition(plan, Store(options.output / plan.name), ground)
        due = {one.planned.job.name: one for one in edition.due(force=options.force)}
        refuse_unknown_waves([one.planned for one in due.values()])
        yield f"{plan.name}: {plan.title}, {len(due)} of {len(plan.jobs)} to make"
        for planned in plan.jobs:
            job = planned.job
            why = f"make ({due[job.name].why})" if job.name in due else "current"
            parameters = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items())
            yield f"  {job.name}  {why}  {parameters}"


def check(suites: Sequence[Path], options: Options) -> Iterator[str]:
    """Yield a line for each suite that can be run.

    Raises
    ------
    UserError
        If one cannot.
    """
    for plan in options.plans(suites):
        refuse_unknown_waves(plan.jobs)
        yield f"{plan.suite.path}: {len(plan.jobs)} reports, nothing wrong"
