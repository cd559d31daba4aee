"""What the parameters of a report mean with us: regions, waves, files and what else its notebook is given."""

import csv
import os
from pathlib import Path
from typing import Any

from ivvu_analysis import parameters
from ivvu_analysis.batch.output import Job, name_from
from ivvu_analysis.batch.suite import Notebook, refuse_name
from ivvu_analysis.codebook import Codebook
from ivvu_analysis.errors import DataError, ParameterError, SuiteError, refuse_unknown
from ivvu_analysis.places import data_folder
from ivvu_analysis.scales import LANGUAGES

OURS = "ivvu_analysis"  # a notebook in which this stands means by region, wave and language what we do
STANDING = ".standing("  # in one of these: it shows where each region stands
FILES = ("register", "phases", "corrections", "codebook")  # with us these hold the name of a file, or nothing


def chosen(name: str, choice: Any, notebook: Notebook, book: Codebook, wave: str) -> list[tuple[str, Any]]:
    """Return the values that `for_each` goes over, each with what it adds to the name of its report.

    There is at least one, so that no suite comes to nothing: a run would remove all that was published.
    """
    values = choice
    if not isinstance(choice, list):
        if name not in book.scales:
            raise SuiteError(f"not every {name} is known.", f"Give a list, such as {{{name}: [a, b]}}.")
        values = book.regions_at(wave) if name == "region" and wave else book.scale(name).codes
        values = _measures(notebook, book) if name == "measure" else values
    if isinstance(choice, dict):
        holders = [book.require("holder", str(one)) for one in choice["holder"]]
        values = [code for code in values if book.scale(name).level(code).within in holders]
    if not values:
        raise SuiteError("'for_each' goes over no values at all.", "Give at least one, or 'all'.")
    found = []
    for value in values:
        code = book.scale(name).recognise(str(value)) if name == "region" else None
        refuse_name(code or str(value), "a report")
        found.append((code or str(value), value))
    return found


def is_file(value: Any, folder: Path) -> bool:
    """Return whether a value names a file from a folder; what can be no name of a file names none."""
    return isinstance(value, str) and os.path.isfile(folder / value)


def settled(name: str, value: Any, notebook: Notebook, book: Codebook, folder: Path) -> Any:
    """Return the value of a parameter as its notebook is to be given it, and refuse one that cannot be."""
    value = parameters.check({name: value}, notebook.parameters, notebook.path.stem)[name]
    if is_file(value, folder):
        return value if os.path.isabs(value) else name_from(folder / value, notebook.path.parent)
    if OURS not in notebook.text:
        return value
    if name in ("region", "holder") and isinstance(value, str) and value:
        return book.require(name, value)
    if name == "measure":
        what = "rating" if value in book.measures else "measure"
        refuse_unknown(what, value, _measures(notebook, book))
    if name == "language":
        refuse_unknown(name, value, LANGUAGES)
    if name == "seed" and isinstance(value, int) and value < 0:
        raise ParameterError(f"There is no seed {value}.", "A seed is a whole number of zero or more.")
    if name in FILES and value:
        remedy = "Give its path from the folder of the suite, or an empty text to do without."
        if os.path.isfile(value):
            remedy = f"A path starts at the folder of the suite: write '{name_from(value, folder)}'."
        raise ParameterError(f"there is no file '{value}' for the parameter '{name}'.", remedy)
    return value


def _measures(notebook: Notebook, book: Codebook) -> tuple[str, ...]:
    """Return what a report can be about: one that is about a rating unless told otherwise, about ratings."""
    rated = book.scale("measure").subset("rated")
    return rated if notebook.parameters["measure"].default in rated else book.measures


def refuse_unknown_wave(job: Job) -> None:
    """Refuse a wave of which nothing to show was published; what files have is known when these are read."""
    if OURS not in job.text or rests_on(job):
        return
    what, table = "wave", "phase_counts"
    if STANDING in job.text:
        what, table = "phase of each region at wave", "region_phases"
    path = data_folder() / "published" / f"{table}.csv"
    if not path.is_file():
        remedy = "Set IVVU_DATA to the folder that holds published/, such as `data` of the repository."
        raise DataError(f"The published tables are not in {path.parent}.", remedy)
    with path.open(encoding="utf-8") as file:
        waves = {row["wave"] for row in csv.DictReader(file)}
    if wave := job.parameters.get("wave"):
        refuse_unknown(what, wave, waves)


def rests_on(job: Job) -> tuple[tuple[str, str], ...]:
    """Return what `data.load` is to be given for a report; nothing if published figures are all there is."""
    said = {name: str(job.parameters[name]) for name in ("sheet", *FILES) if job.parameters.get(name)}
    if not said or OURS not in job.text or "wave" not in job.parameters:
        return ()
    files = {name: str(job.notebook.parent / said[name]) for name in FILES if name in said}
    return tuple({"wave": job.parameters["wave"], **said, **files}.items())
