"""The small expressions that statements are recomputed by: read safely, checked when read, loud on a gap.

A cell that is not there is an error that names the table and the cell: a figure that went missing must never
turn into a smaller sum.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from math import prod
from types import CodeType
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.errors import DataError, did_you_mean

FIGURES: Mapping[str, str] = {  # the column that a table is summed by
    "phase_counts": "regions",
    "region_phases": "phase",
    "theme_by_holder": "projects",
    "theme_by_start": "projects",
    "project_counts": "projects",
    "utrecht_delivery_forms": "share",
    "utrecht_demand_growth": "value_low",
    "utrecht_gap_split": "share",
    "utrecht_ibs": "number",
    "utrecht_key_figures": "value",
    "utrecht_project_counts": "projects",
}
SYNTAX = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Store, ast.Call, ast.keyword, ast.List, ast.Set),
    *(ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Compare, ast.cmpop, ast.Subscript, ast.Slice),
    *(ast.GeneratorExp, ast.comprehension),
)
PYTHON: tuple[Callable[..., Any], ...] = (all, any, int, len, max, min, sum)
# Only these print a row for projects that were not rated; in the other tables the row does not exist.
UNKNOWN_PRINTED = {("impact", "all"), ("sharing", "all"), ("sharing", "technology")}


class MissingFigureError(DataError):
    """A figure that a statement is recomputed from is not in the published tables."""


def percent(part: float, whole: float) -> float:
    """Return a part as a percentage of a whole."""
    return 100 * part / whole


@dataclass(frozen=True)
class Table:
    """One published table: called with columns by keyword, it gives the sum of those cells.

    Examples
    --------
    >>> frame = pd.DataFrame({"theme": ["a", "b"], "projects": [3, 4]})
    >>> Table("counts", frame, "projects")(theme=["a", "b"])
    7.0
    """

    name: str
    frame: pd.DataFrame
    figure: str = ""

    def __call__(self, **cells: Any) -> float:
        """Return the sum over every combination of the values of `cells`, each of which must be there once.

        Raises
        ------
        MissingFigureError
            If a cell is not there, is there twice, or is empty.
        """
        wanted = {column: self._codes(column, value, cells) for column, value in self._whole(cells).items()}
        found = self.frame[self._meeting(wanted)]
        if len(found) != prod(map(len, wanted.values())) or found[self.figure].isna().any():
            self._complain(wanted)
        return float(found[self.figure].sum())

    def where(self, **cells: Any) -> pd.DataFrame:
        """Return the rows that have these values, without asking whether any should be there."""
        return self.frame[self._meeting({c: self._codes(c, value, cells) for c, value in cells.items()})]

    def _whole(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return `cells` with the columns that were not named, whole."""
        group = {"group": "all"} if "level" in self.frame else {}
        named = {**group, **cells}
        for column in ("theme", "holder", "start", "phase", "level"):
            if self.figure != column and column in self.frame and column not in named:
                if scale := scale_of(column, named):
                    printed = column != "level" or (named["measure"], named["group"]) in UNKNOWN_PRINTED
                    named[column] = list(scale.codes if printed else scale.rated)
        return named

    def _codes(self, column: str, value: Any, cells: Mapping[str, Any]) -> list[Any]:
        scale = scale_of(column, cells)
        if isinstance(value, str) and scale and (subset := scale.subset(value)):
            return list(subset)
        values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        return [int(v) for v in values] if column == "phase" else values

    def _meeting(self, wanted: Mapping[str, list[Any]]) -> Any:
        masks = [np.isin(self.frame[column].to_numpy(object), v) for column, v in wanted.items()]
        return np.logical_and.reduce(masks) if masks else slice(None)

    def _complain(self, wanted: Mapping[str, list[Any]]) -> None:
        for values in product(*wanted.values()):
            cell = dict(zip(wanted, values, strict=True))
            rows = self.where(**cell)
            place = ", ".join(f"{column} {value}" for column, value in cell.items())
            remedy = f"Restore {self.name} in data/published from the repository, or correct the expression."
            if len(rows) != 1:
                problem = f"The table {self.name} has {len(rows)} rows for {place}, where there should be one."
                raise MissingFigureError(problem, remedy)
            if rows[self.figure].isna().any():
                raise MissingFigureError(f"The table {self.name} has no {self.figure} for {place}.", remedy)


def scale_of(column: str, cells: Mapping[str, Any]) -> codebook.Scale | None:
    """Return the scale whose codes a column holds; that of levels and phases hangs on what they are of."""
    name = {"level": cells.get("measure"), "phase": cells.get("dimension")}.get(column, column)
    return codebook.standard().scales.get(str(name))


def vocabulary(
    tables: Mapping[str, pd.DataFrame], expected_at_top: Callable[[str], float]
) -> dict[str, Any]:
    """Return everything that an expression may name: the tables, and functions over them.

    Parameters
    ----------
    tables
        The published tables by name.
    expected_at_top
        The forecast: a date to the percentage of regions expected at the top of every ladder.
    """

    def claimed(pattern: str) -> float:
        """Return the figure that another statement gives, or the sum of those whose names fit a pattern."""
        given = tables["claims"].set_index("claim")["claimed"]
        found = [float(figure) for name, figure in given.items() if fnmatchcase(str(name), pattern)]
        if not found:
            raise MissingFigureError(f"There is no statement '{pattern}'.", "Correct the name.")
        return sum(found)

    functions = (*PYTHON, share, count, values, codes, top, percent, claimed)
    return {
        **{name: Table(name, frame, FIGURES.get(name, "")) for name, frame in tables.items()},
        **{function.__name__: function for function in functions},
        "expected_at_top": expected_at_top,
    }


@dataclass(frozen=True)
class Expression:
    """An expression that was checked when it was read."""

    code: CodeType
    names: Mapping[str, Any]

    def value(self) -> float:
        """Return what comes out.

        Raises
        ------
        MissingFigureError
            If a figure that is needed is not in the tables.
        """
        return float(eval(self.code, {"__builtins__": {}, **self.names}))


def read(text: str, names: Mapping[str, Any]) -> Expression:
    """Return an expression, checked.

    Parameters
    ----------
    text
        The expression, in the syntax of Python.
    names
        What it may name: see `vocabulary`.

    Raises
    ------
    DataError
        If it is no expression, or names a function, table, column or value that does not exist.
    """
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise DataError(f"'{text}' is no expression: {error.msg}.", "Correct it.") from None
    nodes = list(ast.walk(tree))
    loops = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in nodes:
        if not isinstance(node, SYNTAX):
            problem = f"'{ast.unparse(node)}' is more than an expression may hold."
            raise DataError(problem, "Use the tables and functions that the head of the file names.")
        if isinstance(node, ast.Name) and node.id not in names and node.id not in loops:
            raise DataError(f"There is no table or function '{node.id}'.", did_you_mean(node.id, names))
        if isinstance(node, ast.Call):
            _check_call(node, names)
    return Expression(compile(tree, text, "eval"), names)


def _check_call(call: ast.Call, names: Mapping[str, Any]) -> None:
    """Refuse a column that the table does not have, and a value that is neither in it nor on its scale."""
    for name in (call.func, *call.args[:1]):
        table = names.get(name.id) if isinstance(name, ast.Name) else None
        if isinstance(table, Table):
            _check_cells(table, call.keywords)


def _check_cells(table: Table, cells: Sequence[ast.keyword]) -> None:
    columns = [str(column) for column in table.frame]
    given = {str(cell.arg): cell.value.value for cell in cells if isinstance(cell.value, ast.Constant)}
    for cell in cells:
        column = str(cell.arg)
        if column not in columns:
            raise DataError(f"The table {table.name} has no column '{column}'.", did_you_mean(column, columns))
        scale = scale_of(column, given)
        known = {*map(str, table.frame[column]), *((*scale.codes, *scale.subsets) if scale else ())}
        for node in ast.walk(cell.value):
            if isinstance(node, ast.Constant) and str(node.value) not in known:
                problem = f"The column '{column}' of {table.name} holds no '{node.value}'."
                raise DataError(problem, did_you_mean(str(node.value), sorted(known)))


def share(table: Table, **cells: Any) -> float:
    """Return a sum as a percentage of the same sum with the last column taken whole."""
    whole = dict(cells)
    whole.popitem()
    return percent(table(**cells), table(**whole))


def count(table: Table, **cells: Any) -> int:
    """Return how many rows a table has, of those with these values."""
    return len(table.where(**cells))


def values(table: Table, column: str, **cells: Any) -> set[Any]:
    """Return the different values of a column, in the rows with these values of others."""
    return set(table.where(**cells)[column])


def codes(scale: str, subset: str = "") -> tuple[str, ...]:
    """Return the codes of a scale of the codebook, or of one of its subsets."""
    known = codebook.scale(scale)
    return known.subset(subset) if subset else known.codes


def top(dimension: str) -> int:
    """Return the highest phase of a ladder."""
    return len(codebook.scale(dimension).codes)
