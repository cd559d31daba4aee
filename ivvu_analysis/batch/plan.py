"""Suites and notebooks to jobs: everything that can be wrong is said before anything runs."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivvu_analysis import parameters
from ivvu_analysis.batch.meaning import STANDING, chosen, is_file, refuse_unknown_wave, rests_on, settled
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Job, Manifest, read_output
from ivvu_analysis.batch.suite import Notebook, read_notebook, read_suite
from ivvu_analysis.codebook import Codebook, load, standard
from ivvu_analysis.errors import (
    ParameterError,
    SuiteError,
    UserError,
    did_you_mean,
    placed,
)
from ivvu_analysis.scales import LANGUAGES, Language
from ivvu_analysis.strict_yaml import Written


@dataclass(frozen=True)
class Plan:
    """A suite as its jobs.

    Parameters
    ----------
    suite
        The suite as its file says it.
    name, title, language
        What its output folder is called, and what its cover says in which language.
    jobs
        One a report.
    notes
        What a user should know, and is no fault.
    previous
        What is known of the previous run, where the suite names one.
    book
        The codebook of its reports.
    """

    suite: Written
    name: str
    title: str
    language: Language
    jobs: tuple[Job, ...]
    notes: tuple[str, ...]
    previous: Manifest | None
    book: Codebook


def make_plans(suites: Sequence[Path], options: Options) -> list[Plan]:
    """Read suites and the notebooks they name, and return their jobs.

    Raises
    ------
    UserError
        If anything is asked for that cannot be made.
    """
    plans: dict[str, Plan] = {}
    for path in suites:
        plan = _plan(read_suite(path), options)
        if plans.setdefault(plan.name.casefold(), plan) is not plan:  # as with reports
            problem = f"Two suites are called '{plan.name}', capitals aside, as their folders would be."
            raise SuiteError(problem, "Rename one.")
    return list(plans.values())


def look_through(plans: Iterable[Plan]) -> None:
    """Read what reports rest on, so that what is wrong with it is said once, before anything runs.

    Raises
    ------
    UserError
        If a file cannot be read, or does not know the wave or region that is reported.
    """
    resting: dict[tuple[tuple[str, str], ...], list[tuple[str, Job]]] = {}
    for plan in plans:
        for job in plan.jobs:
            resting.setdefault(rests_on(job), []).append((plan.suite.at("parameters"), job))
    resting.pop((), None)
    for files, reports in resting.items():
        from ivvu_analysis.data import load as evidence  # pandas; published figures alone do without

        at, suites = reports[0][0], Counter(job.suite for _, job in reports)
        stopped = ", ".join(f"{n} report{'s' * (n > 1)} of {suite}" for suite, n in suites.items())
        try:
            found = evidence(**dict(files))
        except UserError as error:
            problem = f"{at}: {error.problem} This stops {stopped}."
            raise type(error)(problem, error.remedy) from None
        for at, job in reports:
            with placed(at):
                if STANDING in job.text:
                    found.standing()
                _refuse_absent(str(job.parameters.get("region", "")), found)


def _refuse_absent(region: str, evidence: Any) -> None:
    """Refuse a report on a region that there is not at a wave, or of which there are no phases."""
    book, wave = evidence.codebook, evidence.wave
    if region in book.regions_at(wave):
        standing = {*evidence.region_phases.query("wave == @wave")["region"]}
        if standing and region not in standing:
            problem = f"There are no phases of the region '{region}' in {wave}."
            raise ParameterError(problem, "Give 'phases' that have it, or its first wave as 'since:'.")
    elif region in book.scale("region").codes:
        level = book.scale("region").level(region)
        if wave < level.since:
            problem = f"There is no region '{region}' before {level.since}."
            raise ParameterError(problem, "Leave it out, or report on a later wave.")
        became = " and ".join(f"'{code}'" for code in book.became(region, wave)) or "nothing"
        problem = f"The region '{region}' is there until {level.until}, and became {became}."
        raise ParameterError(problem, f"Report on that for {wave}, or on an earlier wave.")


def _plan(suite: Written, options: Options) -> Plan:
    contents, name = suite.contents, suite.path.stem
    notebooks = [_find(suite, number, options) for number in range(len(contents.reports))]
    known = {parameter for notebook in notebooks for parameter in notebook.parameters}
    for unknown in contents.parameters.keys() - known:
        at, remedy = suite.at("parameters", unknown), did_you_mean(unknown, known)
        raise ParameterError(f"{at}: no notebook of this suite has a parameter '{unknown}'.", remedy)
    said = [one for one in LANGUAGES if one == contents.parameters.get("language")]
    language = options.language or (said or LANGUAGES)[0]
    jobs: dict[str, tuple[Job, str]] = {}
    book = standard()
    for number, notebook in enumerate(notebooks):
        at = suite.at("reports", number)
        own, asked = _jobs(suite, number, notebook, options, language)
        book = book if own is standard() else own
        for job in asked:
            # Some file systems take names that differ only in case for the same.
            first, there = jobs.setdefault(job.name.casefold(), (job, at))
            if first is not job:
                problem = f"{at}: the report '{job.name}' is already made by {there}."
                raise SuiteError(problem, "Leave one of the two out, or use for_each to tell them apart.")
    deaf = {one.path.stem for one in notebooks if options.language and "language" not in one.parameters}
    note = f"has no parameter 'language'; only what stands around it is in '{options.language}'."
    with placed(suite.at("previous")):
        previous = read_output(suite.path.parent / contents.previous) if contents.previous else None
    return Plan(
        suite=suite,
        name=name,
        title=contents.title.get(language) or next(iter(contents.title.values()), name),
        language=language,
        jobs=tuple(job for job, _ in jobs.values()),
        notes=tuple(f"{name}: the notebook {one} {note}" for one in sorted(deaf)),
        previous=previous,
        book=book,
    )


def _find(suite: Written, number: int, options: Options) -> Notebook:
    """Return a notebook from the folder of the suite, or else from that of all notebooks."""
    name, folder = suite.contents.reports[number].notebook, suite.path.parent.absolute()
    shelves = (folder.parent / "notebooks", options.notebooks, folder)
    known = {path.stem: path for shelf in shelves for path in shelf.glob("*.ipynb") if path.is_file()}
    if name not in known:
        at = suite.at("reports", number)
        raise SuiteError(f"{at}: there is no notebook '{name}'.", did_you_mean(name, known))
    return read_notebook(known[name])


def _jobs(
    suite: Written, number: int, notebook: Notebook, options: Options, language: Language
) -> tuple[Codebook, list[Job]]:
    """Return the codebook of one entry of a suite, and the reports that it asks for."""
    entry, folder = suite.contents.reports[number], suite.path.parent.absolute()
    given = {name: value for name, value in suite.contents.parameters.items() if name in notebook.parameters}
    given |= entry.parameters
    if options.language and "language" in notebook.parameters:
        given["language"] = options.language

    def at(name: str) -> str:
        own = "for_each" if name in entry.for_each else "parameters" if name in entry.parameters else ""
        return suite.at("reports", number, own, name) if own else suite.at("parameters", name)

    path = folder / str(given.get("codebook") or "")
    with placed(at("codebook")):
        book = load(path) if os.path.isfile(path) else standard()
    several: list[tuple[str, dict[str, Any]]] = [("", {})]
    for name, choice in entry.for_each.items():
        with placed(at(name)):
            if name not in notebook.parameters:
                parameters.check({name: choice}, notebook.parameters, notebook.path.stem)
            found = chosen(name, choice, notebook, book, str(given.get("wave", "")))
            several = [(f"-{part}", {name: value}) for part, value in found]
    jobs = []
    for ending, one in several:
        values, asked = parameters.check({}, notebook.parameters), {**given, **one}
        for name, value in asked.items():
            with placed(at(name)):
                values[name] = settled(name, value, notebook, book, folder)
        job = Job(
            suite=suite.path.stem,
            name=notebook.path.stem + ending,
            notebook=notebook.path,
            text=notebook.text,
            parameters=values,
            language=str(values.get("language") or language),
            timeout=options.timeout,
            files=tuple(folder / value for value in asked.values() if is_file(value, folder)),
        )
        with placed(at("wave")):
            refuse_unknown_wave(job)
        jobs.append(job)
    return book, jobs
