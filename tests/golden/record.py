"""Record outputs in both languages as the golden files: `python -m tests.golden.record OUTPUT_EN OUTPUT_NL`.

Both must hold the same numbers, which are stored once. Record anew only when numbers change on purpose;
verdicts (verdicts.csv) are corrected by hand.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from tests.golden.tables import (
    HERE,
    INTERVAL,
    as_json,
    in_both,
    read_key_figures,
    read_suite,
)


def record(english: Path, dutch: Path) -> None:
    """Write the golden files from the outputs of every suite in two folders.

    Raises
    ------
    ValueError
        If the two languages differ in a number.
    """
    suites = sorted(path.parent.name for path in english.glob("*/key_figures.json"))
    (HERE / "tables").mkdir(exist_ok=True)
    for suite in suites:
        tables, others = read_suite(english / suite), read_suite(dutch / suite)
        if {name: len(found) for name, found in tables.items()} != {n: len(f) for n, f in others.items()}:
            raise ValueError(f"{suite}: the languages differ in reports or in their number of tables.")
        both = {name: list(map(in_both, tables[name], others[name])) for name in tables}
        (HERE / "tables" / f"{suite}.json").write_text(as_json(both), encoding="utf-8")

    with (HERE / "key_figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["suite", "report", "name", *INTERVAL])
        for suite in suites:
            figures = read_key_figures(english / suite)
            if figures != read_key_figures(dutch / suite):
                raise ValueError(f"{suite}: the languages differ in their key figures.")
            writer.writerows([suite, *key, *values] for key, values in sorted(figures.items()))


if __name__ == "__main__":
    record(Path(sys.argv[1]), Path(sys.argv[2]))
