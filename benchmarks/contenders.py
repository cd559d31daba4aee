"""The ways to make the 37 reports, and what each costs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import work
from benchmarks.measure import NOTHING, Cost, Measured, now, run
from ivvu_analysis.batch import processes

BIN = Path(sys.executable).parent

# The notebooks import the package, from wherever the benchmarks are run.
PLAIN = {**os.environ, "PYTHONPATH": os.pathsep.join([str(work.ROOT), os.environ.get("PYTHONPATH", "")])}
ONE_THREAD = {**PLAIN, **processes.ENVIRONMENT}


@dataclass(frozen=True)
class Contender:
    """A way to make the reports: the cost of all of them, in a folder, from the reports it is given."""

    name: str
    make: Callable[[Sequence[work.Report], Path], Cost]
    sampled: bool = False


def ours(_: Sequence[work.Report], folder: Path) -> Cost:
    return ivvu(work.suite_of_all(folder), folder).cost


def ivvu(suites: Sequence[Path], folder: Path, *, memory: bool = False) -> Measured:
    """Run the command of this package, from its start to its end."""
    command = [sys.executable, "-m", "ivvu_analysis", "run", "--force", "--notebooks", str(work.NOTEBOOKS)]
    return run(
        [*command, "--output", str(folder / "output"), *map(str, suites)],
        folder=folder,
        environment=PLAIN,
        memory=memory,
    )


def commands(chosen: Sequence[work.Report], folder: Path) -> Cost:
    """Run papermill and nbconvert as commands, for one report after the other."""
    total = NOTHING
    for report in chosen:
        given = [word for name, value in report.parameters.items() for word in ("-p", name, str(value))]
        done = f"{report.name}.ipynb"
        started = now()
        for command in (
            [str(BIN / "papermill"), str(report.path), done, *given],
            [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", done],
        ):
            run(command, folder=folder, environment=PLAIN)
        total += report.weight * (now() - started)
    return total


def in_process(name: str, *, warm: bool = False) -> Callable[[Sequence[work.Report], Path], Cost]:
    """Return a contender of `benchmarks.in_process`; of a warm one the start is not counted."""

    def make(chosen: Sequence[work.Report], folder: Path) -> Cost:
        listed = work.write(chosen, folder / "work.json")
        command = [sys.executable, "-m", "benchmarks.in_process", name, str(listed), str(folder)]
        measured = run(command, folder=folder, environment=ONE_THREAD if warm else PLAIN)
        last: dict[str, dict[str, float]] = json.loads(measured.output.splitlines()[-1])
        each = {name: Cost(**cost) for name, cost in last.items()}
        start = NOTHING if warm else measured.cost - sum(each.values(), NOTHING)
        return start + sum((report.weight * each[report.name] for report in chosen), NOTHING)

    return make


def forked(chosen: Sequence[work.Report], folder: Path) -> Cost:
    """Run the floor's functions in a new process for each report, from start to end of the command."""
    listed = work.write(chosen, folder / "work.json")
    command = [sys.executable, "-m", "benchmarks.forked", str(listed), str(folder)]
    return run(command, folder=folder, environment=ONE_THREAD).cost


CONTENDERS = (
    Contender("ivvu run", ours),
    Contender("papermill and nbconvert commands", commands, sampled=True),
    Contender("papermill's Python API", in_process("papermill"), sampled=True),
    Contender("ploomber-engine", in_process("ploomber")),
    Contender("the floor: plain functions", in_process("floor", warm=True)),
    Contender("plain functions, warmed up and forked", forked),
)
