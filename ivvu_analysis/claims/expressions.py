"""The expressions that statements are recomputed by: Python over tables, loud where a figure is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import filter as fitting
from functools import cached_property
from itertools import product
from math import isnan
from typing import Any

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.errors import DataError, UserError, did_you_mean

WHOLE = ("theme", "holder", "start", "phase", "level")  # columns that are taken whole where not named
FIGURES: Mapping[str, str] = {  # the column that a table is summed by
    **{"phase_counts": "regions", "region_phases": "phase", "project_counts": "projects"},
    **{"theme_by_holder": "projects", "theme_by_start": "projects", "utrecht_project_counts": "projects"},
    **{"utrecht_delivery_forms": "share", "utrecht_gap_split": "share", "utrecht_demand_growth": "value_low"},
    **{"utrecht_ibs": "number", "utrecht_key_figures": "value"},
}
# Only these print a row for projects that were not rated; in the other tables the row does not exist.
UNKNOWN_PRINTED = {("impact", "all"), ("sharing", "all"), ("sharing", "technology")}


def evaluate(text: str, names: Mapping[str, Any]) -> float:
    """Return what an expression gives.

    Parameters
    ----------
    text
        The expression, in the syntax of Python.
    names
        All that it may name: see `vocabulary`.

    Raises
    ------
    DataError
        If it is no expression, names a function, table, column or value that does not exist, or needs a
        figure that is not in the tables.

    Examples
    --------
    >>> evaluate("percent(len('abc'), 12)", vocabulary({}))
    25.0
    """
    try:
        return float(eval(text, {"__builtins__": {}, **names}))
    except UserError:
        raise
    except NameError as error:
        name = str(error.name)
        raise DataError(f"There is no table or function '{name}'.", did_you_mean(name, names)) from None
    except Exception as error:  # whatever somebody may write there
        raise DataError(f"'{text}' is no expression: {error}.", "Correct it.") from None


@dataclass(frozen=True)
class Table:
    """A published table: called with columns by keyword, it gives the sum of those cells.

    Examples
    --------
    >>> frame = pd.DataFrame({"theme": ["learning", "technology"], "projects": [3, 4]})
    >>> Table("counts", frame, "projects")(theme=["learning", "technology"])
    7.0
    """

    name: str
    frame: pd.DataFrame
    figure: str = ""

    def __call__(self, **cells: Any) -> float:
        """Return the sum over every combination of values, each of which must be there once.

        Raises
        ------
        DataError
            If a cell is not there, is there twice, or is empty: it must never turn into a smaller sum.
        """
        cells = {"group": "all", **cells} if "level" in self.frame else cells
        for column in {*WHOLE} & {*self.frame} - {*cells, self.figure}:
            scale = codebook.scale(_scale_of(column, cells))
            printed = (cells.get("measure"), cells.get("group")) in UNKNOWN_PRINTED or column != "level"
            cells[column] = scale.codes if printed else scale.rated
        rows = self.where(**cells)
        there = [tuple(row[column] for column in cells) for row in rows]
        for cell in {*product(*(self._values(column, cells) for column in cells))} - {*there}:
            place = ", ".join(f"{column} {value}" for column, value in zip(cells, cell, strict=True))
            raise DataError(f"The table {self.name} has no row for {place}.", "Restore it in data/published.")
        total = sum(float(row[self.figure]) for row in rows)
        if isnan(total) or len(there) > len({*there}):
            problem = f"The table {self.name} has an empty figure, or two for one place."
            raise DataError(problem, "Restore it in data/published, or name more columns in the expression.")
        return total

    @cached_property
    def _rows(self) -> list[dict[str, str]]:  # of plain text: sums are many, and of few rows
        return list(self.frame.astype(str).to_dict("records"))

    def where(self, **cells: Any) -> list[dict[str, str]]:
        """Return the rows with these values.

        Examples
        --------
        >>> frame = pd.DataFrame({"theme": ["learning", "technology"], "projects": [3, 4]})
        >>> Table("counts", frame, "projects").where(theme="learning")
        [{'theme': 'learning', 'projects': '3'}]
        """
        wanted = {column: self._values(column, cells) for column in cells}
        return [row for row in self._rows if all(row[column] in wanted[column] for column in wanted)]

    def _values(self, column: str, cells: Mapping[str, Any]) -> list[str]:
        """Return the values that are meant, subsets of the codebook by their codes, none of them unknown."""
        if column not in self.frame:
            problem = f"The table {self.name} has no column '{column}'."
            raise DataError(problem, did_you_mean(column, self.frame))
        values = [cells[column]] if isinstance(cells[column], str | int) else cells[column]
        scale = codebook.standard().scales.get(_scale_of(column, cells), codebook.Scale(column))
        known = {*scale.codes, *(row[column] for row in self._rows)}
        meant = [code for value in map(str, values) for code in scale.subset(value) or [value]]
        for value in {*meant} - known:
            problem = f"The column '{column}' of {self.name} holds no '{value}'."
            raise DataError(problem, did_you_mean(value, known))
        return meant


def _scale_of(column: str, cells: Mapping[str, Any]) -> str:
    """Return the scale whose codes a column holds; that of levels and phases hangs on what they are of."""
    name = {"level": cells.get("measure"), "phase": cells.get("dimension")}.get(column, column)
    return name[0] if isinstance(name, list) else str(name)


def vocabulary(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return everything that an expression may name: the tables, and functions over them.

    Examples
    --------
    >>> vocabulary({})["percent"](1, 4)
    25.0
    """

    def claimed(pattern: str) -> float:
        """Return the figure that another statement gives, or the sum of those whose names fit a pattern."""
        given = tables["claims"].set_index("claim")["claimed"].astype(float)
        if not (found := fitting(given.index, pattern)):
            raise DataError(f"There is no statement '{pattern}'.", did_you_mean(pattern, given.index))
        return float(given[found].sum())

    functions = (all, int, len, max, min, sum, percent, share, count, values, codes, claimed)
    named = {name: Table(name, frame, FIGURES.get(name, "")) for name, frame in tables.items()}
    return {**named, **{function.__name__: function for function in functions}}


def percent(part: float, whole: float) -> float:
    """Return a part as a percentage of a whole.

    Examples
    --------
    >>> percent(1, 4)
    25.0
    """
    return 100 * part / whole


def share(table: Table, **cells: Any) -> float:
    """Return a sum as a percentage of the same sum with the last column taken whole.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> tables = vocabulary(claims.tables())
    >>> round(share(tables["theme_by_holder"], theme="technology"), 1)
    14.5
    """
    return percent(table(**cells), table(**dict(list(cells.items())[:-1])))


def count(table: Table, **cells: Any) -> int:
    """Return how many rows a table has, of those with these values.

    Examples
    --------
    >>> count(Table("members", pd.DataFrame({"place": ["Utrecht", "Soest"]})), place="Soest")
    1
    """
    return len(table.where(**cells))


def values(table: Table, column: str, **cells: Any) -> set[Any]:
    """Return the different values of a column, in the rows with these values of others.

    Examples
    --------
    >>> values(Table("members", pd.DataFrame({"place": ["Soest", "Soest"]})), "place")
    {'Soest'}
    """
    return {row[column] for row in table.where(**cells)}


def codes(scale: str, subset: str = "") -> tuple[str, ...]:
    """Return the codes of a scale of the codebook, or of one of its subsets.

    Examples
    --------
    >>> codes("dimension")
    ('agreements', 'dynamics', 'vision')
    """
    known = codebook.scale(scale)
    return known.subset(subset) if subset else known.codes
