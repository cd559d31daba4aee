"""Time `ivvu run` and its alternatives on the same reports, and keep what came out in `results.md`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks import work
from benchmarks.contenders import CONTENDERS, Contender, ivvu
from benchmarks.measure import Cost
from benchmarks.results import Scale, Target, page

RESULTS = Path(__file__).parent / "results.md"

OURS, COMMANDS, API, PLOOMBER, _, FORKED = (contender.name for contender in CONTENDERS)

TARGETS = (
    Target(COMMANDS, "at least 20 times as fast as the loop of commands", 20.0),
    Target(API, "at least 7 times as fast as the loop of papermill's Python API", 7.0),
    Target(PLOOMBER, "ahead of ploomber-engine", 1.0),
    Target(FORKED, "at most 1.3 times plain functions, warmed up and forked", 1 / 1.3),
)

TIMES = (1, 4, 16)  # how many times 34 profiles the scaling goes over


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option(
    "--sample",
    type=click.IntRange(1, 34),
    default=3,
    show_default=True,
    help="Of the 34 profiles, how many the slow contenders make each round; the rest is reckoned from them.",
)
@click.option("--scaling/--no-scaling", default=True, show_default=True, help="Time 34, 136 and 544 reports.")
@click.option(
    "--register/--no-register", default=True, show_default=True, help="Time the intake of registers."
)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="Where to write them.")
def main(rounds: int, sample: int, scaling: bool, register: bool, results: Path) -> None:
    """Time `ivvu run` and its alternatives on the same 37 reports."""
    loads, measured = [], []
    for turn in range(rounds):
        loads.append(os.getloadavg()[0])
        measured.append(_round(turn, sample))
    loads.append(os.getloadavg()[0])
    scales = [_scale(times) for times in TIMES] if scaling else []
    intake = _intake() if register else ""
    text = page(measured, TARGETS, scales, intake, _how(rounds, sample), loads)
    results.write_text(text, encoding="utf-8")
    click.echo(f"\n{text}")


def _round(turn: int, sample: int) -> dict[str, Cost]:
    """Let each contender make the reports once, beginning with another one each turn."""
    first = turn % len(CONTENDERS)
    order = [*CONTENDERS[first:], *CONTENDERS[:first]]
    costs = {contender.name: _time(contender, turn, sample) for contender in order}
    return {contender.name: costs[contender.name] for contender in CONTENDERS}


def _time(contender: Contender, turn: int, sample: int) -> Cost:
    chosen: Sequence[work.Report] = work.sample(sample, turn) if contender.sampled else work.reports()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cost = contender.make(chosen, Path(folder))
    click.echo(
        f"round {turn + 1}  {contender.name}  {cost.seconds:.1f} s for 37 reports ({len(chosen)} made)"
    )
    return cost


def _scale(times: int) -> Scale:
    """Make 34 profiles so many times over, in one run."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        suites = work.suites_of_profiles(Path(folder), times)
        measured = ivvu(suites, Path(folder), memory=True)
    reports = 34 * times
    click.echo(f"{reports} profiles  {measured.cost.seconds:.1f} s  {measured.memory / 2**20:.0f} MiB")
    return Scale(reports, measured.cost.seconds, measured.memory)


def _intake() -> str:
    """Return what `benchmarks.register` prints."""
    command = [sys.executable, "-m", "benchmarks.register"]
    return subprocess.run(command, cwd=work.ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def _how(rounds: int, sample: int) -> list[str]:
    names = ", ".join(f"`{name}`" for name in work.NATIONAL)
    sampled = (
        "Everyone makes all of them."
        if sample == 34
        else f"The {COMMANDS} and {API} are slow: each round they make these three and {sample} other "
        "profiles, and the time of all 34 is reckoned from those; everyone else makes all reports "
        "(`--sample 34` lets all do so)."
    )
    return [
        f"The same 37 reports, {names} and the 34 region profiles, in {rounds} interleaved rounds.",
        sampled,
        "Every time is from the start of the command to its end, but for the floor, whose clock starts when "
        "everything is imported and has been used once.",
        f"Between the two: {FORKED}, on all cores, a new process for each report but no notebook, page or "
        "workbook. What that costs beyond the floor is the price of a new process and of warming up.",
    ]


if __name__ == "__main__":
    main()
