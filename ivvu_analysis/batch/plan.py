"""Suites and notebooks to jobs: everything that can be wrong is said before anything runs."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short
from typing import Any

from ivvu_analysis import codebook, parameters
from ivvu_analysis.batch.job import Job
from ivvu_analysis.batch.notebook import Notebook, read_notebook
from ivvu_analysis.batch.observe import name_from
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.store import read_output
from ivvu_analysis.batch.suite import FILE_NAME, Choice, Entry, Suite, read_suite
from ivvu_analysis.errors import OutputError, ParameterError, SuiteError, UserError, did_you_mean

FILES = ("register", "phases", "corrections", "codebook")  # with us these hold the name of a file, or nothing
LANGUAGES = ("en", "nl")

Given = Mapping[str, tuple[Any, str]]
"""Values by parameter, each with where it was given."""


@dataclass(frozen=True)
class Plan:
    """A suite as the jobs that it asks for."""

    suite: Suite
    language: str
    jobs: tuple[Job, ...]
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the suite's output folder is called."""
        return self.suite.name

    @property
    def title(self) -> str:
        """The suite's title in the language of its reports."""
        return self.suite.title(self.language)

    @property
    def previous(self) -> Path | None:
        """The output folder of the previous run, where the suite names one."""
        named = self.suite.contents.previous
        return self.suite.path.parent / named if named else None


def make_plans(suites: Sequence[Path], options: Options) -> list[Plan]:
    """Read suites and the notebooks they name, and return their jobs.

    Raises
    ------
    SuiteError, ParameterError
        If anything is asked for that cannot be made.
    """
    if options.language and options.language not in LANGUAGES:
        remedy = did_you_mean(options.language, LANGUAGES)
        raise ParameterError(f"There is no language '{options.language}'.", remedy)
    plans: list[Plan] = []
    for path in suites:
        plan = _Reader(read_suite(path), options).plan()
        if any(other.name == plan.name for other in plans):
            raise SuiteError(
                f"Two suites are called '{plan.name}', and would write to the same folder.",
                "Rename one of the files.",
            )
        plans.append(plan)
    return plans


class _Reader:
    """Turns the entries of one suite into jobs."""

    def __init__(self, suite: Suite, options: Options) -> None:
        self.suite, self.options = suite, options
        self.folder = suite.path.parent.absolute()
        said = suite.contents.parameters.get("language")
        self.language = options.language or (said if said in LANGUAGES else "en")
        self._read: dict[str, Notebook] = {}

    def plan(self) -> Plan:
        self._refuse_missing_previous()
        entries = self.suite.contents.reports
        notebooks = [self._find(e.notebook, ("reports", i, "notebook")) for i, e in enumerate(entries)]
        self._refuse_unknown_to_all(notebooks)
        jobs: dict[str, tuple[Job, str]] = {}
        for number, (entry, notebook) in enumerate(zip(entries, notebooks, strict=True)):
            at = self.suite.at("reports", number)
            for job in self._jobs(number, entry, notebook):
                # Some file systems take names that differ only in case for the same.
                if (other := jobs.setdefault(job.name.casefold(), (job, at)))[0] is not job:
                    raise SuiteError(
                        f"{at}: the report '{job.name}' is already made by {other[1]}.",
                        "Leave one of the two out, or use for_each to tell them apart.",
                    )
        deaf = [n.name for n in dict.fromkeys(notebooks_by_name(notebooks)) if "language" not in n.parameters]
        notes = [
            f"{self.suite.name}: the notebook {name} has no parameter 'language', so only what is around it is "
            f"in the language '{self.options.language}'."
            for name in deaf
            if self.options.language
        ]
        return Plan(self.suite, self.language, tuple(job for job, _ in jobs.values()), tuple(notes))
