"""What was measured, as a page: medians, ratios, which targets hold, and on what."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

import psutil

from benchmarks.measure import Cost

PACKAGES = (
    "ivvu-analysis", "ipykernel", "matplotlib", "nbclient", "nbconvert", "numpy", "pandas", "papermill",
    "ploomber-engine", "scipy", "seaborn", "statsmodels",
)  # fmt: skip


Round = Mapping[str, Cost]
"""What each contender took in one round, ours first."""


@dataclass(frozen=True)
class Target:
    """What `ivvu run` is held to, against another contender."""

    against: str
    says: str
    least: float

    def ratios(self, rounds: Sequence[Round], ours: str) -> list[float]:
        return [one[self.against].seconds / one[ours].seconds for one in rounds]


@dataclass(frozen=True)
class Scale:
    """One run of so many reports."""

    reports: int
    seconds: float
    memory: int


def page(
    rounds: Sequence[Round],
    targets: Sequence[Target],
    scaling: Sequence[Scale],
    intake: str,
    how: Sequence[str],
    loads: Sequence[float],
) -> str:
    """Return the results as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. " + " ".join(how),
        "",
        *_machine(loads),
        "",
        *_contenders(rounds),
        "",
        *_targets(rounds, targets),
        "",
        *_scaling(scaling),
        "",
        *_intake(intake),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _machine(loads: Sequence[float]) -> Iterator[str]:
    memory = psutil.virtual_memory().total / 2**30
    installed = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}."
    yield f"Python {platform.python_version()}, {installed}."
    yield (
        f"Load average over a minute as each round, and then the scaling, began: "
        f"{', '.join(f'{load:.1f}' for load in loads)}; on an idle machine the first is near 0, and what "
        f"the benchmark itself adds is at most the number of cores."
    )


def _contenders(rounds: Sequence[Round]) -> Iterator[str]:
    ours = next(iter(rounds[0]))
    yield "| 37 reports | seconds, median | fastest to slowest | times `ivvu run` |"
    yield "|---|---:|---:|---:|"
    for name in rounds[0]:
        seconds = [one[name].seconds for one in rounds]
        ratio = median(one[name].seconds / one[ours].seconds for one in rounds)
        spread = f"{min(seconds):.1f} to {max(seconds):.1f}"
        yield f"| {name} | {median(seconds):.1f} | {spread} | {ratio:.2f} |"


def _targets(rounds: Sequence[Round], targets: Sequence[Target]) -> Iterator[str]:
    ours = next(iter(rounds[0]))
    yield "| target | ratio needed | ratio measured, median of the rounds | all rounds | holds |"
    yield "|---|---:|---:|---|---|"
    for target in targets:
        ratios = target.ratios(rounds, ours)
        holds = "yes" if median(ratios) >= target.least else "no"
        every = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        yield f"| {target.says} | {target.least:.2f} | {median(ratios):.2f} | {every} | {holds} |"


def _scaling(scaling: Sequence[Scale]) -> Iterator[str]:
    if not scaling:
        return
    yield "Memory is that of the whole tree of processes at its peak; pages that processes share count once."
    yield ""
    yield "| region profiles | seconds | seconds a report | peak memory, MiB |"
    yield "|---:|---:|---:|---:|"
    for one in scaling:
        each, memory = one.seconds / one.reports, one.memory / 2**20
        yield f"| {one.reports} | {one.seconds:.1f} | {each:.3f} | {memory:.0f} |"


def _intake(printed: str) -> Iterator[str]:
    if printed:
        yield "Reading, cleaning, validating and tabulating a register (`python -m benchmarks.register`):"
        yield ""
        yield from ("```", printed.rstrip(), "```")
