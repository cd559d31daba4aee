"""One entry of a suite to several reports: the values that `for_each` goes over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from reprlib import repr as short

from ivvu_analysis.batch.notebook import Value
from ivvu_analysis.batch.suite import FILE_NAME, Choice
from ivvu_analysis.codebook import Scale, scale, scale_names
from ivvu_analysis.errors import ParameterError, SuiteError, did_you_mean

Given = Mapping[str, tuple[object, str]]
"""Values by parameter, each with where it was given."""


def expand(for_each: Mapping[str, Choice], at: str) -> Iterator[tuple[str, Given]]:
    """Yield a suffix for the report's name and the value that goes with it, once for each value.

    There is at least one, so that no suite comes to nothing: a run would remove all that was published.

    Parameters
    ----------
    for_each
        What the suite says: nothing, or one parameter and the values to go over: ``"all"`` codes of
        the codebook, a list, or the regions within a holder.
    at
        File and line, for messages.

    Raises
    ------
    SuiteError, ParameterError
        If there are no such values, or they cannot name a file.
    """
    if not for_each:
        yield "", {}
        return
    ((name, choice),) = for_each.items()
    values = _values(name, choice, at)
    if not values:
        raise SuiteError(f"{at}: 'for_each' goes over no values at all.", "Give at least one, or 'all'.")
    for value in values:
        if not FILE_NAME.fullmatch(str(value)):
            raise SuiteError(
                f"{at}: {short(str(value))} cannot be part of a file name.",
                "Choose values of letters, digits, dots, dashes and underscores, at most 100.",
            )
        yield f"-{value}", {name: (value, at)}


def _values(name: str, choice: Choice, at: str) -> Sequence[Value]:
    if isinstance(choice, list):
        return choice
    if name not in scale_names():
        raise SuiteError(f"{at}: not every {name} is known.", f"Give a list, such as {{{name}: [a, b]}}.")
    return scale(name).codes if isinstance(choice, str) else _within(scale(name), choice, at)


def _within(known: Scale, choice: Mapping[str, Value | list[Value]], at: str) -> Sequence[str]:
    """Return the codes that lie within others: the regions of a holder."""
    if tuple(choice) != ("holder",) or known.name != "region":
        raise SuiteError(f"{at}: {known.name} cannot be chosen so.", "Write {region: {holder: vgz}}.")
    named = choice["holder"]
    holders = named if isinstance(named, list) else [named]
    for holder in holders:
        if holder not in scale("holder").codes:
            raise ParameterError(
                f"{at}: there is no holder '{holder}'.", did_you_mean(str(holder), scale("holder").codes)
            )
    return [level.code for level in known if level.within in holders]
