"""What a suite may ask of our reports: values that parameters can have, and what `for_each` goes over."""

import csv
import os
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.output import name_from
from ivvu_analysis.batch.suite import Notebook, refuse_name
from ivvu_analysis.codebook import Codebook
from ivvu_analysis.errors import DataError, ParameterError, SuiteError, did_you_mean
from ivvu_analysis.places import data_folder
from ivvu_analysis.scales import LANGUAGES

FILES = ("register", "phases", "corrections", "codebook")  # with us these hold the name of a file, or nothing


def chosen_by(name: str, choice: Any, book: Codebook, wave: str) -> list[tuple[str, Any]]:
    """Return what `for_each` adds to the name of a report, with each value that it goes over.

    There is at least one, so that no suite comes to nothing: a run would remove all that was published.
    """
    values = choice
    if not isinstance(choice, list):
        if name not in book.scales:
            raise SuiteError(f"not every {name} is known.", f"Give a list, such as {{{name}: [a, b]}}.")
        values = book.regions_at(wave) if name == "region" and wave else book.scale(name).codes
    if isinstance(choice, dict):
        holders = [book.require("holder", str(one)) for one in choice["holder"]]
        values = [code for code in values if book.scale(name).level(code).within in holders]
    if not values:
        raise SuiteError("'for_each' goes over no values at all.", "Give at least one, or 'all'.")
    codes = {value: book.scale(name).recognise(str(value)) for value in values if name == "region"}
    found = [(str(codes.get(value) or value), value) for value in values]
    for part, _ in found:
        refuse_name(part, "a report")
    return [(f"-{part}", value) for part, value in found]


def meant(name: str, value: Any, notebook: Notebook, book: Codebook, folder: Path) -> Any:
    """Return the value of a parameter that means something to us, and refuse one that cannot be."""
    if name == "language" and value not in LANGUAGES:
        raise ParameterError(f"There is no language '{value}'.", did_you_mean(str(value), LANGUAGES))
    if name in ("region", "holder") and isinstance(value, str) and value:
        return book.require(name, value)
    if name == "measure":
        # A notebook that is about a rating unless told otherwise is about ratings.
        rated = book.scale("measure").subset("rated")
        known = rated if notebook.parameters[name].default in rated else book.measures
        if value not in known:
            what = "rating" if value in book.measures else "measure"
            raise ParameterError(f"There is no {what} '{value}'.", did_you_mean(str(value), known))
    if name == "seed" and isinstance(value, int) and value < 0:
        raise ParameterError(f"There is no seed {value}.", "A seed is a whole number of zero or more.")
    if name in FILES and value:
        remedy = "Give its path from the folder of the suite, or an empty text to do without."
        if os.path.isfile(value):
            remedy = f"A path starts at the folder of the suite: write '{name_from(value, folder)}'."
        raise ParameterError(f"there is no file '{value}' for the parameter '{name}'.", remedy)
    return value


def refuse_unknown_wave(wave: str) -> None:
    """Refuse a wave of which nothing was published; what a register has is known when that is read."""
    path = data_folder() / "published" / "phase_counts.csv"
    try:
        known = {row["wave"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    except (OSError, KeyError) as error:
        remedy = "Set IVVU_DATA to the folder that holds published/, such as `data` of the repository."
        raise DataError(f"The published tables are not in {path.parent}: {error}.", remedy) from None
    if wave and wave not in known:
        raise ParameterError(f"There is no wave '{wave}'.", did_you_mean(wave, known))
