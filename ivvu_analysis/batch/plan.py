"""Suites and notebooks to jobs: everything that can be wrong is said before anything runs."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ivvu_analysis import parameters
from ivvu_analysis.batch.meaning import FILES, chosen_by, meant, refuse_unknown_wave
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Job, Manifest, name_from, read_output
from ivvu_analysis.batch.suite import Notebook, Suite, read_notebook, read_suite
from ivvu_analysis.codebook import Codebook, load, standard
from ivvu_analysis.errors import ParameterError, SuiteError, UserError, did_you_mean, placed
from ivvu_analysis.scales import LANGUAGES, Language

Wrong = dict[tuple[str, str], list[tuple[str, str, str]]]
"""By a problem and its remedy: where it was asked for, and suite and notebook of each report it stops."""


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

    suite: Suite
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
    wrong: Wrong = {}
    for path in suites:
        plan = _plan(read_suite(path), options, wrong)
        if plans.setdefault(plan.name, plan) is not plan:
            raise SuiteError(
                f"Two suites are called '{plan.name}', as their folders would be.", "Rename one."
            )
    _refuse(wrong)
    return list(plans.values())


def look_through(plans: Iterable[Plan]) -> None:
    """Read what reports rest on, so that what is wrong with it is said once, before anything runs.

    Raises
    ------
    ParameterError
        If a file cannot be read, or does not know the wave or region that is reported; it names the reports
        that this stops, of all suites.
    """
    wrong: Wrong = {}
    edition = cache(_edition)
    for plan in plans:
        for job in plan.jobs:
            found = edition(job.rests_on) if job.rests_on else None
            fault = _absent(job, *found) if isinstance(found, tuple) else found
            if fault:
                stopped = (plan.suite.at("parameters"), plan.name, job.notebook.stem)
                wrong.setdefault((fault.problem, fault.remedy), []).append(stopped)
    _refuse(wrong)


def _edition(rests_on: tuple[tuple[str, str], ...]) -> tuple[Codebook, str, set[str]] | UserError:
    """Return codebook, wave and regions with phases of what reports rest on, or what is wrong with it."""
    from ivvu_analysis.data import load as evidence  # pandas; published figures alone do without

    try:
        found = evidence(**dict(rests_on))
    except UserError as error:
        return error
    phases = found.region_phases
    return found.codebook, found.wave, set(phases.loc[phases["wave"] == found.wave, "region"])


def _absent(job: Job, book: Codebook, wave: str, standing: set[str]) -> UserError | None:
    """Return what to say of a report on a region that there is not at a wave, or without its phases."""
    region, regions = str(job.parameters.get("region", "")), book.scale("region")
    there = region in book.regions_at(wave)
    if region not in regions.codes or (there and (region in standing or not standing)):
        return None
    if there:
        problem = f"There are no phases of the region '{region}' in {wave}."
        return ParameterError(problem, "Give 'phases' that have it, or its first wave as 'since:'.")
    level = regions.level(region)
    if wave < level.since:
        problem = f"There is no region '{region}' before {level.since}."
        return ParameterError(problem, "Leave it out, or report on a later wave.")
    became = " and ".join(f"'{code}'" for code in book.became(region, wave)) or "nothing"
    problem = f"The region '{region}' is there until {level.until}, and became {became}."
    return ParameterError(problem, f"Report on that for {wave}, or on an earlier wave.")


def _refuse(wrong: Wrong) -> None:
    """Raise what is wrong first, with all reports that it stops.

    It ends like ``"This stops region_profile (34 times) of regions; impact, portfolio of national."``
    """
    for (problem, remedy), stopped in wrong.items():
        suites: dict[str, Counter[str]] = {}
        for _, suite, notebook in stopped:
            suites.setdefault(suite, Counter())[notebook] += 1
        said = [
            ", ".join(name + f" ({times} times)" * (times > 1) for name, times in names.items())
            + f" of {suite}"
            for suite, names in suites.items()
        ]
        raise ParameterError(f"{stopped[0][0]}: {problem} This stops {'; '.join(said)}.", remedy)


def _plan(suite: Suite, options: Options, wrong: Wrong) -> Plan:
    contents, name = suite.contents, suite.path.stem
    notebooks = [_find(suite, number, options) for number in range(len(contents.reports))]
    known = {parameter for notebook in notebooks for parameter in notebook.parameters}
    for unknown in contents.parameters.keys() - known:
        at, remedy = suite.at("parameters", unknown), did_you_mean(unknown, known)
        raise ParameterError(f"{at}: no notebook of this suite has a parameter '{unknown}'.", remedy)
    language = _language(suite, options)
    jobs: dict[str, tuple[Job, str]] = {}
    book = standard()
    for number, notebook in enumerate(notebooks):
        at = suite.at("reports", number)
        given = {key: value for key, value in contents.parameters.items() if key in notebook.parameters}
        given |= contents.reports[number].parameters
        path = suite.path.parent / str(given.get("codebook") or "")
        try:
            own = load(path) if os.path.isfile(path) else standard()
        except UserError as error:
            own_words = ("reports", number) if "codebook" in contents.reports[number].parameters else ()
            where = suite.at(*own_words, "parameters", "codebook")
            wrong.setdefault((error.problem, error.remedy), []).append((where, name, notebook.path.stem))
            continue
        book = book if own is standard() else own
        for job in _jobs(suite, number, notebook, given, own, options):
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


def _language(suite: Suite, options: Options) -> Language:
    said = [one for one in LANGUAGES if one == suite.contents.parameters.get("language")]
    return options.language or (said or LANGUAGES)[0]


def _find(suite: Suite, number: int, options: Options) -> Notebook:
    """Return a notebook from the folder of the suite, or else from that of all notebooks."""
    name, folder = suite.contents.reports[number].notebook, suite.path.parent.absolute()
    shelves = (folder.parent / "notebooks", options.notebooks, folder)
    known = {path.stem: path for shelf in shelves for path in shelf.glob("*.ipynb") if path.is_file()}
    if name not in known:
        at = suite.at("reports", number)
        raise SuiteError(f"{at}: there is no notebook '{name}'.", did_you_mean(name, known))
    return read_notebook(known[name])


def _jobs(
    suite: Suite, number: int, notebook: Notebook, given: dict[str, Any], book: Codebook, options: Options
) -> Iterator[Job]:
    """Yield the reports that one entry of a suite asks for."""
    entry, folder = suite.contents.reports[number], suite.path.parent.absolute()
    if options.language and "language" in notebook.parameters:
        given["language"] = options.language
    places = {name: suite.at("parameters", name) for name in ("wave", *given)}
    places |= {name: suite.at("reports", number, "parameters", name) for name in entry.parameters}
    places |= {name: suite.at("reports", number, "for_each") for name in entry.for_each}
    chosen: list[tuple[str, Any]] = [("", None)]
    for name, choice in entry.for_each.items():
        with placed(places[name]):
            if name not in notebook.parameters:
                parameters.check({name: choice}, notebook.parameters, notebook.path.stem)
            chosen = chosen_by(name, choice, book, str(given.get("wave", "")))
    for suffix, one in chosen:
        values, files = parameters.check({}, notebook.parameters), {}
        for name, value in {**given, **dict.fromkeys(entry.for_each, one)}.items():
            with placed(places[name]):
                values[name] = parameters.check({name: value}, notebook.parameters, notebook.path.stem)[name]
                # Unlike a Path, os.path takes a name that no file can have for one that is not there.
                if isinstance(value, str) and os.path.isfile(folder / value):
                    files[name] = folder / value
                    if not os.path.isabs(value):
                        values[name] = name_from(folder / value, notebook.path.parent)
                elif notebook.ours:
                    values[name] = meant(name, values[name], notebook, book, folder)
        said = {**values, **files} if notebook.ours else {}
        rests_on = {name: str(said[name]) for name in ("wave", "sheet", *FILES) if said.get(name)}
        from_files = not rests_on.keys() <= {"wave"}
        if notebook.ours and not from_files:
            with placed(places["wave"]):
                refuse_unknown_wave(rests_on.get("wave", ""))
        yield Job(
            suite=suite.path.stem,
            name=notebook.path.stem + suffix,
            notebook=notebook.path,
            text=notebook.text,
            parameters=values,
            language=str(values.get("language") or _language(suite, options)),
            timeout=options.timeout,
            files=tuple(files.values()),
            rests_on=tuple(rests_on.items()) if from_files and "wave" in values else (),
        )
