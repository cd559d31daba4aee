"""Registers read, cleaned, validated and tabulated: ``python -m benchmarks.register``.

Beside it stand what a user would do instead, a function applied row by row, and the least that anyone can
do, reading the same file with pandas. The goal is 318 projects within a second, as an edition has, and larger
registers, up to 100,000 projects, sooner than row by row and in 1 GB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import measure
from ivvu_analysis.codebook import scale

SIZES = (318, 10_000, 100_000)
MISSPELT = 0.002  # share of the cells; in a real register a person still has to look at every one
MEMORY, SECONDS = 2**30, 1.0  # bytes; seconds for 318 projects
ROOT = Path(__file__).parent.parent


def messy(projects: int, path: Path) -> None:
    """Write a register in which every spelling of the codebook occurs, and some that do not."""
    rng = np.random.default_rng(projects)
    holders = {level.code: level.within for level in scale("region")}
    regions = rng.choice(list(holders), projects)
    columns = {
        "Projectnummer": [f"P{number:07d}" for number in range(projects)],
        "Projectnaam": [f"Project nummer {number}" for number in range(projects)],
        "Regio": regions,
        "Concessiehouder": pd.Series(regions).map(holders),
        "Hoofdrubriek": _spellings("theme", projects, rng),
        "Aanvang": rng.choice(["2018", "1-11-2019", "nov-20", "44136", "2020"], projects),
        "Status": _spellings("status", projects, rng, without=("not_started",)),
        "Betrokken organisaties": rng.choice(["3", "12", "4-6", "7 t/m 9", "onbekend", ""], projects),
        "Impact": _spellings("impact", projects, rng),
        "Delen van resultaten": _spellings("sharing", projects, rng),
        "Opschaalbaarheid": _spellings("scalability", projects, rng),
        "Peildatum": "2020-10",
    }
    pd.DataFrame(columns).to_csv(path, index=False, sep=";")


def _spellings(
    name: str, projects: int, rng: np.random.Generator, without: tuple[str, ...] = ()
) -> np.ndarray:
    known = [text for level in scale(name) if level.code not in without for text in level.spellings]
    texts = rng.choice(np.array(known, dtype=object), projects)
    wrong = rng.random(projects) < MISSPELT
    texts[wrong] = [f"{text[:-2]}x" for text in texts[wrong]]
    return texts


def take_in(path: Path) -> int:
    from ivvu_analysis import load

    projects = load(register=str(path)).projects
    return 0 if projects is None else len(projects)


def row_by_row(path: Path) -> int:
    """Clean each row with a function, and count; no dates, no rules, no rows of totals, no suggestions."""
    frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    columns = {"Regio": "region", "Hoofdrubriek": "theme", "Status": "status", "Impact": "impact"}

    def clean(row: pd.Series) -> list[str | None]:
        return [scale(name).recognise(row[column]) for column, name in columns.items()]

    cleaned = frame.apply(clean, axis=1, result_type="expand")
    return int(cleaned.groupby([1, 3]).size().sum())


def only_read(path: Path) -> int:
    return len(pd.read_csv(path, sep=";", dtype=str, keep_default_na=False))


CONTENDERS: dict[str, Callable[[Path], int]] = {
    "ivvu: read, clean, validate, tabulate": take_in,
    "pandas, row by row": row_by_row,
    "pandas, only read": only_read,
}


def one(contender: str, path: str) -> None:
    """Run one contender and print its seconds beyond the imports and its peak of memory in bytes."""
    import ivvu_analysis.register  # noqa: F401
    from ivvu_analysis.data import from_published

    from_published()
    started = time.perf_counter()
    CONTENDERS[contender](Path(path))
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))


def main() -> None:
    """Run every contender on every size, each in a process of its own, and print a table."""
    reached = True
    print(f"{'projects':>9}  {'contender':38} {'seconds':>8} {'MB':>6} {'of only reading':>16}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        for projects in SIZES:
            messy(projects, path)
            found = {name: _measured(name, path) for name in CONTENDERS}
            (seconds, memory), (by_row, _), (floor, _) = found.values()
            for name, (took, held) in found.items():
                print(f"{projects:9,}  {name:38} {took:8.2f} {held / 2**20:6.0f} {took / floor:15.1f}x")
            reached &= memory <= MEMORY and seconds <= (SECONDS if projects == SIZES[0] else by_row)
    print("The goal is reached." if reached else "The goal is missed.")


def _measured(contender: str, path: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.register", contender, str(path)]
    seconds, memory = json.loads(measure.run(command, folder=ROOT, environment=os.environ).output)
    return seconds, memory


if __name__ == "__main__":
    one(*sys.argv[1:]) if len(sys.argv) == 3 else main()
