"""`for_each` of a suite: the values that a report is made for, and what each adds to its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from reprlib import repr as short
from typing import Any

from ivvu_analysis import codebook
from ivvu_analysis.batch.suite import FILE_NAME, Choice, placed
from ivvu_analysis.errors import SuiteError

Given = Mapping[str, tuple[Any, str]]
"""Values by parameter, each with where it was given."""


def expand(
    for_each: Mapping[str, Choice], at: str, book: codebook.Codebook, wave: str
) -> Iterator[tuple[str, Given]]:
    """Yield a suffix for the report's name and the value that goes with it, once for each value.

    There is at least one, so that no suite comes to nothing: a run would remove all that was published.

    Parameters
    ----------
    for_each
        What the suite says: nothing, or one parameter and the values to go over: ``"all"`` codes of
        the codebook, a list, or the regions within a holder.
    at
        File and line, for messages.
    book, wave
        What is known: of the regions, those that there are at the wave.

    Raises
    ------
    SuiteError, ParameterError
        If there are no such values, or they cannot name a file.
    """
    if not for_each:
        yield "", {}
        return
    ((name, choice),) = for_each.items()
    values = choice if isinstance(choice, list) else _codes(name, choice, at, book, wave)
    if not values:
        raise SuiteError(f"{at}: 'for_each' goes over no values at all.", "Give at least one, or 'all'.")
    for value in values:
        code = book.scale(name).recognise(value) if name == "region" and isinstance(value, str) else None
        if not FILE_NAME.fullmatch(str(code or value)):
            raise SuiteError(
                f"{at}: {short(str(value))} cannot be part of a file name.",
                "Choose values of letters, digits, dots, dashes and underscores, at most 100.",
            )
        yield f"-{code or value}", {name: (value, at)}


def _codes(name: str, choice: Any, at: str, book: codebook.Codebook, wave: str) -> Sequence[Any]:
    """Return all codes of a scale, or the regions within holders."""
    if name not in book.scales:
        raise SuiteError(f"{at}: not every {name} is known.", f"Give a list, such as {{{name}: [a, b]}}.")
    codes = book.regions_at(wave) if name == "region" and wave else book.scale(name).codes
    if choice == "all":
        return codes
    if tuple(choice) != ("holder",) or name != "region":
        raise SuiteError(f"{at}: {name} cannot be chosen so.", "Write {region: {holder: vgz}}.")
    named = choice["holder"] if isinstance(choice["holder"], list) else [choice["holder"]]
    with placed(at):
        holders = [book.require("holder", str(one)) for one in named]
    return [code for code in codes if book.scale("region").level(code).within in holders]
