"""Suites and notebooks to jobs: everything that can be wrong is said before anything runs."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ivvu_analysis import codebook, parameters
from ivvu_analysis.batch.for_each import Given, expand
from ivvu_analysis.batch.manifest import Job, read_output
from ivvu_analysis.batch.notebook import Notebook, read_notebook
from ivvu_analysis.batch.options import Options, data_folder
from ivvu_analysis.batch.store import name_from
from ivvu_analysis.batch.suite import Entry, Suite, placed, read_suite
from ivvu_analysis.errors import DataError, OutputError, ParameterError, SuiteError, did_you_mean

FILES = ("register", "phases", "corrections", "codebook")  # with us these hold the name of a file, or nothing
LANGUAGES = ("en", "nl")

EVIDENCE = ("wave", "sheet", *FILES)  # what evidence is read by


@dataclass(frozen=True)
class Plan:
    """A suite as its jobs, and the files that evidence is read from, each with where the suite says so."""

    suite: Suite
    language: str
    jobs: tuple[Job, ...]
    notes: tuple[str, ...] = ()
    rests_on: tuple[tuple[Mapping[str, str], str], ...] = ()
    book: codebook.Codebook = field(default_factory=codebook.standard)

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


def look_through(plans: Iterable[Plan]) -> None:
    """Read what reports rest on, so that what is wrong with it is said once, before anything runs.

    Raises
    ------
    ParameterError
        If a file cannot be read, or does not know the wave that is reported.
    """
    for plan in plans:
        for given, at in plan.rests_on:
            from ivvu_analysis.data import load  # pandas; published figures alone do without

            with placed(at):
                load(**given)


class _Reader:
    """Turns the entries of one suite into jobs."""

    def __init__(self, suite: Suite, options: Options) -> None:
        self.suite, self.options = suite, options
        self.folder = suite.path.parent.absolute()
        said = suite.contents.parameters.get("language")
        self.language = options.language or (said if said in LANGUAGES else "en")
        self._read: dict[str, Notebook] = {}
        self._rests_on: dict[tuple[tuple[str, str], ...], str] = {}

    def plan(self) -> Plan:
        _refuse_missing_previous(self.suite)
        entries = self.suite.contents.reports
        notebooks = [self._find(e.notebook, self.suite.at("reports", i)) for i, e in enumerate(entries)]
        self._refuse_unknown_to_all(notebooks)
        jobs: dict[str, tuple[Job, str]] = {}
        for number, (entry, notebook) in enumerate(zip(entries, notebooks, strict=True)):
            at = self.suite.at("reports", number)
            for job in self._jobs(number, entry, notebook):
                # Some file systems take names that differ only in case for the same.
                first, there = jobs.setdefault(job.name.casefold(), (job, at))
                if first is not job:
                    raise SuiteError(
                        f"{at}: the report '{job.name}' is already made by {there}.",
                        "Leave one of the two out, or use for_each to tell them apart.",
                    )
        deaf = {notebook.name for notebook in notebooks if "language" not in notebook.parameters}
        notes = [
            f"{self.suite.name}: the notebook {name} has no parameter 'language'; only what stands around it "
            f"is in '{self.options.language}'."
            for name in sorted(deaf)
            if self.options.language
        ]
        rests_on = tuple((dict(given), at) for given, at in self._rests_on.items())
        named = self.suite.contents.parameters.get("codebook", "")
        book = self._codebook({"codebook": (named, self.suite.at("parameters", "codebook"))})
        made = tuple(job for job, _ in jobs.values())
        return Plan(self.suite, self.language, made, tuple(notes), rests_on, book)

    def _find(self, name: str, at: str) -> Notebook:
        """Return a notebook from the folder of the suite, or else from that of all notebooks."""
        if name not in self._read:
            shelves = (self.folder.parent / "notebooks", self.options.notebooks, self.folder)
            known = {path.stem: path for shelf in shelves for path in shelf.glob("*.ipynb") if path.is_file()}
            if name not in known:
                raise SuiteError(f"{at}: there is no notebook '{name}'.", did_you_mean(name, known))
            self._read[name] = read_notebook(known[name])
        return self._read[name]

    def _refuse_unknown_to_all(self, notebooks: Sequence[Notebook]) -> None:
        known = {name for notebook in notebooks for name in notebook.parameters}
        for name in self.suite.contents.parameters:
            if name not in known:
                raise ParameterError(
                    f"{self.suite.at('parameters', name)}: no notebook of this suite has a parameter "
                    f"'{name}'.",
                    did_you_mean(name, known),
                )

    def _jobs(self, number: int, entry: Entry, notebook: Notebook) -> Iterator[Job]:
        own = {
            name: (value, self.suite.at("reports", number, "parameters", name))
            for name, value in entry.parameters.items()
        }
        shared = {
            name: (value, self.suite.at("parameters", name))
            for name, value in self.suite.contents.parameters.items()
            if name in notebook.parameters
        }
        given: dict[str, tuple[Any, str]] = {**shared, **own}
        if self.options.language and "language" in notebook.parameters:
            given["language"] = (self.options.language, str(self.suite.path))
        book = self._codebook(given)
        at = self.suite.at("reports", number, "for_each")
        wave = str(given["wave"][0]) if "wave" in given else ""
        for suffix, chosen in expand(entry.for_each, at, book, wave):
            values, files = self._values(notebook, {**given, **chosen}, book)
            yield Job(
                suite=self.suite.name,
                name=notebook.name + suffix,
                notebook=notebook.path,
                text=notebook.text,
                parameters=values,
                language=str(values.get("language") or self.language),
                timeout=self.options.timeout,
                files=files,
            )

    def _codebook(self, given: Given) -> codebook.Codebook:
        named, at = given.get("codebook", ("", ""))
        if not isinstance(named, str) or not (self.folder / named).is_file():
            return codebook.standard()
        with placed(at):
            return codebook.load(self.folder / named)

    def _values(
        self, notebook: Notebook, given: Given, book: codebook.Codebook
    ) -> tuple[dict[str, Any], tuple[Path, ...]]:
        """Return a value for each parameter, and the files that they name from the folder of the suite."""
        values = parameters.check({}, notebook.parameters)
        files = {}
        for name, (value, at) in given.items():
            with placed(at):
                values[name] = parameters.check({name: value}, notebook.parameters, notebook.name)[name]
                if notebook.ours:
                    values[name] = _meant(name, values[name], book)
            if isinstance(value, str) and value:
                # Unlike a Path, os.path takes a name that no file can have for one that is not there.
                if os.path.isfile(self.folder / value):
                    files[name] = self.folder / value
                elif notebook.ours and name in FILES:
                    raise _missing(name, value, self.folder, at)
        for name, path in files.items():
            if not os.path.isabs(values[name]):
                values[name] = name_from(path, notebook.path.parent)
        if notebook.ours and not any(values.get(name) for name in FILES):
            at = given.get("wave", (None, str(self.suite.path)))[1]
            with placed(at):
                _refuse_unknown_wave(str(values.get("wave") or ""))
        elif notebook.ours and "wave" in values:
            named = {name: str(files.get(name, values.get(name, ""))) for name in EVIDENCE}
            self._rests_on.setdefault(tuple(named.items()), self.suite.at("parameters"))
        return values, tuple(files.values())


def _meant(name: str, value: Any, book: codebook.Codebook) -> Any:
    """Return the value of a parameter that means something to us, and refuse one that cannot be."""
    if name == "language" and value not in LANGUAGES:
        raise ParameterError(f"There is no language '{value}'.", did_you_mean(str(value), LANGUAGES))
    if name in ("region", "holder") and isinstance(value, str) and value:
        return book.require(name, value)
    if name == "seed" and isinstance(value, int) and value < 0:
        raise ParameterError(f"There is no seed {value}.", "A seed is a whole number of zero or more.")
    return value


def _refuse_unknown_wave(wave: str) -> None:
    """Refuse a wave of which nothing was published; what a register has is known when that is read."""
    if wave and wave not in (known := published_waves(data_folder())):
        raise ParameterError(f"There is no wave '{wave}'.", did_you_mean(wave, known))


@cache
def published_waves(data: Path) -> tuple[str, ...]:
    """Return the waves of the published tables, without what it takes to read them whole."""
    try:
        with (data / "published" / "phase_counts.csv").open(encoding="utf-8", newline="") as file:
            return tuple(sorted({row["wave"] for row in csv.DictReader(file)}))
    except (OSError, KeyError) as error:
        raise DataError(
            f"The published tables are not in {data / 'published'}: {error}.",
            "Set IVVU_DATA to the folder that holds published/, such as the data folder of the repository.",
        ) from None


def _missing(name: str, file: str, folder: Path, at: str) -> ParameterError:
    remedy = "Give its path from the folder of the suite, or an empty text to do without."
    if os.path.isfile(file):
        remedy = f"A path starts at the folder of the suite: write '{name_from(file, folder)}'."
    return ParameterError(f"{at}: there is no file '{file}' for the parameter '{name}'.", remedy)


def _refuse_missing_previous(suite: Suite) -> None:
    """Refuse a suite whose previous run is not there, before anything runs."""
    if not (named := suite.contents.previous):
        return
    folder = suite.path.parent / named
    if not folder.is_dir():
        problem = f"there is no folder {folder}, which is to hold the previous run"
    else:
        try:
            read_output(folder)
            return
        except OutputError as error:
            problem = f"there is no previous run in {folder} ({error.problem.rstrip('.')})"
    raise SuiteError(
        f"{suite.at('previous')}: {problem}.",
        "Name an output folder of this suite, relative to the suite file, or leave 'previous' out.",
    )
