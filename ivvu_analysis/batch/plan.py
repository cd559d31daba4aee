"""Suites and notebooks to jobs: everything that can be wrong is said before anything runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivvu_analysis.batch.expand import Given, expand
from ivvu_analysis.batch.job import EXPORTER, FILE_PARAMETERS, Job
from ivvu_analysis.batch.notebook import Notebook, Value, read_notebook
from ivvu_analysis.batch.suite import Suite, read_suite
from ivvu_analysis.codebook import LANGUAGES, scale, scale_names
from ivvu_analysis.errors import ParameterError, SuiteError, UserError, did_you_mean


@dataclass(frozen=True)
class Planned:
    """A job with where it was asked for.

    Parameters
    ----------
    job
        What is to be made.
    place
        File and line, for messages.
    figures_on
        The measures and ladders whose waves its `wave` must be one of.
    """

    job: Job
    place: str
    figures_on: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A suite as the jobs that it asks for."""

    suite: Suite
    language: str
    jobs: tuple[Planned, ...]

    @property
    def name(self) -> str:
        """What the suite's output folder is called."""
        return self.suite.name

    @property
    def title(self) -> str:
        """The suite's title in the language of its reports."""
        return self.suite.title(self.language)


def make_plans(
    paths: Sequence[Path],
    notebooks: Path,
    *,
    language: str = "",
    timeout: float = 300.0,
    exporter: str = EXPORTER,
) -> list[Plan]:
    """Read suites and the notebooks they name, and return their jobs.

    Parameters
    ----------
    paths
        The suite files.
    notebooks
        The folder that the notebooks are in.
    language
        The language of all reports; empty for what the suites say.
    timeout
        Seconds that one report may take.
    exporter
        The module that exports executed notebooks.

    Raises
    ------
    SuiteError, ParameterError
        If anything is asked for that cannot be made.
    """
    if language and language not in LANGUAGES:
        raise ParameterError(f"There is no language '{language}'.", did_you_mean(language, LANGUAGES))
    shelf = _Shelf(notebooks)
    plans: list[Plan] = []
    for path in paths:
        suite = read_suite(path)
        if any(plan.name == suite.name for plan in plans):
            raise SuiteError(
                f"Two suites are called '{suite.name}', and would write to the same folder.",
                "Rename one of the files.",
            )
        jobs = tuple(_jobs(suite, shelf, language, timeout, exporter))
        _refuse_twins(jobs)
        said = suite.contents.parameters.get("language", "en")
        plans.append(Plan(suite, language or (said if said in LANGUAGES else "en"), jobs))
    return plans


class _Shelf:
    """The notebooks of a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Notebook] = {}

    def find(self, name: str, at: str) -> Notebook:
        if name not in self._read:
            known = {path.stem: path for path in self.folder.glob("*.ipynb") if path.is_file()}
            if name not in known:
                raise SuiteError(f"{at}: there is no notebook '{name}'.", did_you_mean(name, known))
            self._read[name] = read_notebook(known[name])
        return self._read[name]


def _jobs(suite: Suite, shelf: _Shelf, language: str, timeout: float, exporter: str) -> Iterator[Planned]:
    entries = suite.contents.reports
    notebooks = [shelf.find(e.notebook, suite.at("reports", i, "notebook")) for i, e in enumerate(entries)]
    _refuse_unknown_to_all(suite, notebooks)
    for index, (entry, notebook) in enumerate(zip(entries, notebooks, strict=True)):
        given = {
            name: (value, suite.at("parameters", name))
            for name, value in suite.contents.parameters.items()
            if name in notebook.parameters
        }
        for name, value in entry.parameters.items():
            given[name] = (value, suite.at("reports", index, "parameters", name))
        if language and "language" in notebook.parameters:
            given["language"] = (language, str(suite.path))
        place = suite.at("reports", index)
        for suffix, chosen in expand(entry.for_each, suite.at("reports", index, "for_each")):
            yield Planned(
                Job(
                    suite=suite.name,
                    name=notebook.name + suffix,
                    notebook=notebook.name,
                    text=notebook.text,
                    parameters=_parameters(notebook, {**given, **chosen}, suite.path.parent),
                    timeout=timeout,
                    folder=str(suite.path.parent.absolute()),
                    exporter=exporter,
                ),
                place,
                notebook.figures_on,
            )


def _parameters(notebook: Notebook, given: Given, folder: Path) -> dict[str, Value]:
    """Return a value for each declared parameter: what was given, or else its default."""
    values = {name: parameter.default for name, parameter in notebook.parameters.items()}
    for name, (value, at) in given.items():
        try:
            if name not in notebook.parameters:
                raise ParameterError(
                    f"the notebook '{notebook.name}' has no parameter '{name}'.",
                    did_you_mean(name, notebook.parameters),
                )
            values[name] = notebook.parameters[name].accept(value)
            _refuse_impossible(name, values[name])
            if name in FILE_PARAMETERS and values[name]:
                _refuse_missing_file(name, str(values[name]), folder)
        except UserError as error:
            raise ParameterError(f"{at}: {error.problem}", error.remedy) from None
    return values


def _refuse_impossible(name: str, value: Value) -> None:
    """Refuse a value of the right type that no notebook can do anything with."""
    if name == "language" and value not in LANGUAGES:
        raise ParameterError(f"There is no language '{value}'.", did_you_mean(str(value), LANGUAGES))
    if name in scale_names() and value and value not in scale(name).codes:
        raise ParameterError(f"There is no {name} '{value}'.", did_you_mean(str(value), scale(name).codes))
    if name == "seed" and isinstance(value, int) and value < 0:
        raise ParameterError(f"There is no seed {value}.", "A seed is a whole number of zero or more.")


def _refuse_missing_file(name: str, file: str, folder: Path) -> None:
    """Refuse a file that is not there, seen from the folder of the suite."""
    # Unlike a Path, os.path takes a name that no file can have for one that is not there.
    if os.path.isfile(folder / file):
        return
    remedy = "Give its path from the folder of the suite, or an empty text to do without."
    if os.path.isfile(file):
        seen_from_there = Path(os.path.relpath(file, folder)).as_posix()
        remedy = f"A path starts at the folder of the suite: write '{seen_from_there}'."
    raise ParameterError(f"There is no file '{file}' for the parameter '{name}'.", remedy)


def _refuse_unknown_to_all(suite: Suite, notebooks: Sequence[Notebook]) -> None:
    """Refuse a parameter of the suite that not one of its notebooks declares."""
    known = {name for notebook in notebooks for name in notebook.parameters}
    for name in suite.contents.parameters:
        if name not in known:
            raise ParameterError(
                f"{suite.at('parameters', name)}: no notebook of this suite has a parameter '{name}'.",
                did_you_mean(name, known),
            )


def _refuse_twins(jobs: Sequence[Planned]) -> None:
    places: dict[str, str] = {}
    for planned in jobs:
        # Some file systems take names that differ only in case for the same.
        name = planned.job.name.casefold()
        if name in places:
            raise SuiteError(
                f"{planned.place}: the report '{planned.job.name}' is already made by {places[name]}.",
                "Leave one of the two out, or use for_each to tell them apart.",
            )
        places[name] = planned.place


def refuse_unknown_waves(jobs: Sequence[Planned]) -> None:
    """Refuse a wave at which what a report is about was not recorded.

    Only for reports on the published figures: a register is known when it is read.

    Raises
    ------
    ParameterError
        If a wave is not one of those of the notebook's figures.
    """
    from ivvu_analysis.evidence import from_published, known_waves  # heavy, and not needed to plan

    for planned in jobs:
        parameters = planned.job.parameters
        if "wave" not in parameters or any(parameters.get(name) for name in FILE_PARAMETERS):
            continue
        wave, figures = str(parameters["wave"]), from_published()
        try:
            if wave not in known_waves(figures):
                raise ParameterError(f"There is no wave '{wave}'.", did_you_mean(wave, known_waves(figures)))
            for name in planned.figures_on:
                figures.require_wave(name, wave)
        except ParameterError as error:
            raise ParameterError(f"{planned.place}: {error.problem}", error.remedy) from None
