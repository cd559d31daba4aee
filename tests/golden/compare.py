"""Hold an output folder against the golden files: `python -m tests.golden.compare OUTPUT_EN [OUTPUT_NL]`.

Key figures are matched by name, verdicts by statement, tables by their numbers (see `matching`). What is
missing and not listed in intended.yaml makes the command end with 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from tests.golden.intended import KINDS, Intended, key_as_meant, table_as_meant, verdict_as_meant
from tests.golden.matching import Match, best_match, equal, same
from tests.golden.tables import (
    LANGUAGES,
    Table,
    golden_key_figures,
    golden_suites,
    golden_tables,
    golden_verdicts,
    numbers,
    read_key_figures,
    read_suite,
    read_verdicts,
)

ROUNDED = 1e-9  # the data of the claims check is written with 12 digits


@dataclass
class Outcome:
    """What a comparison found: what is missing, missing on purpose or new, and how much is kept."""

    missing: list[str] = field(default_factory=list)
    intended: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=lambda: {"key figures": 0, "verdicts": 0, "tables": 0})

    def note(self, problem: str, reason: str) -> None:
        if reason:
            self.intended.append(f"{problem}\n      intended: {reason}")
        else:
            self.missing.append(problem)


def compare(
    output: Path,
    language: str,
    *,
    suites: Iterable[str] | None = None,
    reports: str = "*",
    intended: Intended | None = None,
) -> Outcome:
    """Hold an output folder in one language against the golden files.

    Parameters
    ----------
    output
        The folder with a folder for each suite.
    language
        `en` or `nl`.
    suites
        Names of the suites to compare, by default all that are golden.
    reports
        A pattern (as of file names) of the golden reports to compare.
    intended
        The changes that are meant, by default those of intended.yaml.

    Raises
    ------
    FileNotFoundError
        If the output has no folder with key figures for one of the suites.
    """
    intended = Intended.read() if intended is None else intended
    outcome = Outcome()
    for suite in golden_suites() if suites is None else suites:
        _key_figures(output / suite, suite, reports, intended, outcome)
        _tables(output / suite, suite, language, reports, intended, outcome)
        if suite == "national" and fnmatchcase("claims_check", reports):
            _verdicts(output / suite, suite, intended, outcome)
    return outcome


def _key_figures(folder: Path, suite: str, reports: str, intended: Intended, outcome: Outcome) -> None:
    found = read_key_figures(folder)
    expected = {key: v for key, v in golden_key_figures(suite).items() if fnmatchcase(key[0], reports)}
    made = {report for report, _ in found}
    absent = {report for report, _ in expected if made.isdisjoint(intended.of(report))}
    outcome.missing += [f"{suite}/{report}: all key figures are gone" for report in sorted(absent)]
    seen = set()
    for (report, name), values in expected.items():
        if report in absent:
            continue
        place = next(((r, name) for r in intended.of(report) if (r, name) in found), None)
        now = found[place] if place else None
        seen.add(place)
        if now and all(map(equal, values, now)):
            outcome.kept["key figures"] += 1
        else:
            problem = f"{suite}/{report}: key figure {name} {f'is {now}' if now else 'is gone'}, was {values}"
            meant = partial(key_as_meant, values, now)
            outcome.note(problem, intended.reason("key", name, (suite, report), meant))
    outcome.new += [
        f"{suite}/{report}: key figure {name}"
        for report, name in sorted(set(found) - seen)
        if fnmatchcase(report, reports)
    ]


def _verdicts(folder: Path, suite: str, intended: Intended, outcome: Outcome) -> None:
    report = "claims_check"
    try:
        found = read_verdicts(folder)
    except FileNotFoundError:
        outcome.missing.append(f"{suite}/{report}: its data (claims_check.csv) is gone")
        return
    expected = golden_verdicts()
    for claim, (verdict, value) in expected.items():
        now, recomputed = found.get(claim, ("gone", None))
        if now == verdict and equal(value, recomputed, ROUNDED):
            outcome.kept["verdicts"] += 1
        else:
            problem = f"{suite}/{report}: {claim} is {now} ({recomputed}), was {verdict} ({value})"
            meant = partial(verdict_as_meant, now)
            outcome.note(problem, intended.reason("claim", claim, (suite, report), meant))
    outcome.new += [f"{suite}/{report}: statement {claim}" for claim in sorted(set(found) - set(expected))]


def _tables(
    folder: Path, suite: str, language: str, reports: str, intended: Intended, outcome: Outcome
) -> None:
    made = read_suite(folder)
    english = golden_tables(suite, "en")
    for report, tables in golden_tables(suite, language).items():
        if not fnmatchcase(report, reports):
            continue
        places = {name: made[name] for name in intended.of(report) if name in made}
        if not places:
            outcome.missing.append(f"{suite}/{report} ({language}): the report has no tables at all")
            continue
        for table, title_en, heads_en in (
            (t, e.title, e.heads) for t, e in zip(tables, english[report], strict=True)
        ):
            found = best_match(table, places)
            where = f"{suite}/{report} ({language}): {table.title}"
            if found.status == "kept":
                outcome.kept["tables"] += 1
                if found.reworded:
                    outcome.reworded.append(f"{where} Other words: {', '.join(found.reworded)}")
                continue
            now = [new for place in places.values() for new in place]
            lost = {heads_en[c] for c, head in enumerate(table.heads) if head in found.lost}
            meant = partial(table_as_meant, table, found, lost, now)
            problem = f"{where}\n      {_story(table, found, now)}"
            outcome.note(problem, intended.reason("table", title_en, (suite, report), meant))
    golden = {name for report in english for name in intended.of(report)}
    outcome.new += [f"{suite}/{name}: report" for name in sorted(set(made) - golden) if reports == "*"]


def _story(table: Table, found: Match, now: Sequence[Table]) -> str:
    """Return what became of a table in words, with the nearest that there is."""
    told = {
        "gone": "gone",
        "partly": f"partly: without {', '.join(found.lost)}",
        "moved": f"its numbers stand beside other texts: {', '.join(found.moved)}",
    }[found.status]
    there = [number for new in now for number in numbers(new)]
    expected = numbers(table)
    apart = [number for number in expected if not any(same(number, other) for other in there)]
    rest = f"; nowhere in the report: {len(apart)} of {len(expected)} numbers" if expected else ""
    some = f" ({', '.join(f'{number:.12g}' for number in apart[:4])})" if apart else ""
    return f"{told}; nearest is {found.report}: {found.title} ({found.found:.0%} of the cells){rest}{some}"


def printed(outcome: Outcome, *, verbose: bool = False) -> str:
    """Return the outcome as lines to read."""
    lines = ["kept: " + ", ".join(f"{number} {what}" for what, number in outcome.kept.items())]
    for title, items in (
        ("intended changes", outcome.intended),
        ("kept in other words", outcome.reworded if verbose else []),
        ("new", outcome.new),
        ("MISSING", outcome.missing),
    ):
        lines += [f"{title} ({len(items)}):", *(f"  - {item}" for item in items)] if items else []
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare one or two output folders and return the exit status: 1 where something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.compare", description=__doc__)
    parser.add_argument("english", type=Path)
    parser.add_argument("dutch", type=Path, nargs="?")
    parser.add_argument(
        "--suite", action="append", choices=golden_suites(), help="only this suite; may be repeated"
    )
    parser.add_argument("--report", default="*", help="only this golden report; a pattern such as 'region_*'")
    parser.add_argument(
        "--verbose", action="store_true", help="also tell which tables put their labels otherwise"
    )
    chosen = parser.parse_args(arguments)
    intended = Intended.read()
    missing = False
    for language, folder in zip(LANGUAGES, (chosen.english, chosen.dutch), strict=True):
        if folder is not None:
            outcome = compare(folder, language, suites=chosen.suite, reports=chosen.report, intended=intended)
            print(f"== {folder} ({language})", printed(outcome, verbose=chosen.verbose), sep="\n")
            missing = missing or bool(outcome.missing)
    if chosen.suite is None and chosen.report == "*":
        for n, entry in enumerate(intended.entries):
            if n not in intended.used:
                about = next(f"{kind} {entry[kind]}" for kind in KINDS if kind in entry)
                print(f"intended.yaml: not found in this output: {about}")
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
