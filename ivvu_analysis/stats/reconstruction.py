"""Rows rebuilt from published margins, and bounds on what the margins leave open.

A margin is a series of counts with one index level for each variable, such as projects by theme and holder.
Of all joint tables with the given margins, iterative proportional fitting finds the one of maximum entropy:
it adds no association that the margins do not contain. Whole rows are drawn from it such that every margin is
met exactly.

Many published tables make a large joint table, but most only tie one variable to a group. Fit and integerise
the tables that share variables (`fit_margins`, `integerise`, `expand`), then deal each further variable over
the rows of its group (`deal`): where it is tied to nothing else, that is the maximum-entropy table, with
exact margins by construction.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Seed = int | np.random.Generator


def joint_index(margins: Sequence[pd.Series]) -> pd.MultiIndex:
    """Return the cells of the joint table of all variables in the margins, in order of appearance.

    Raises
    ------
    ValueError
        If a margin has an unnamed variable, a repeated or negative cell, or another total than the first one.
    """
    levels: dict[Hashable, list[Hashable]] = {}
    for margin in margins:
        if (
            None in margin.index.names
            or not margin.index.is_unique
            or (margin < 0).any()
            or margin.isna().any()
        ):
            raise ValueError(
                "A margin needs named variables, each cell once, and counts that are not negative."
            )
        if not np.isclose(margin.sum(), margins[0].sum()):
            totals = [float(other.sum()) for other in margins]
            raise ValueError(f"Margins of one table have one total, but these have {totals}.")
        for name in margin.index.names:
            seen = levels.setdefault(name, [])
            seen.extend(level for level in margin.index.unique(name) if level not in seen)
    return pd.MultiIndex.from_product(levels.values(), names=list(levels))


def _incidence(margin: pd.Series, cells: pd.MultiIndex) -> tuple[NDArray[np.int64], Floats]:
    """Return, for each joint cell, the margin cell it adds to, and the counts of the margin cells."""
    names = list(margin.index.names)
    keys = pd.MultiIndex.from_arrays([cells.get_level_values(name) for name in names], names=names)
    numbers, unique = pd.factorize(keys)
    targets = margin.copy()
    if not isinstance(targets.index, pd.MultiIndex):
        targets.index = pd.MultiIndex.from_arrays([targets.index], names=names)
    if not targets.index.isin(unique).all():
        raise ValueError(f"A combination of {', '.join(map(str, names))} does not occur in the margins.")
    return numbers.astype(np.int64), targets.reindex(unique, fill_value=0).to_numpy(dtype=float)


def fit_margins(
    margins: Sequence[pd.Series],
    possible: pd.Series | None = None,
    tolerance: float = 1e-9,
    sweeps: int = 2000,
) -> pd.Series:
    """Find the joint table of maximum entropy with the given margins, by iterative proportional fitting.

    Parameters
    ----------
    margins
        Counts by one variable or more each.
    possible
        For some or all variables, whether a combination can occur; by default every one can.
    tolerance
        Largest difference from a margin, as a share of the total.
    sweeps
        Most rounds over all margins.

    Returns
    -------
    pandas.Series
        Expected counts for every combination of levels.

    Raises
    ------
    ValueError
        If the margins contradict each other or what is possible.
    """
    cells = joint_index(margins)
    table = _allowed(possible, cells).astype(float)
    parts = [_incidence(margin, cells) for margin in margins]
    total = float(margins[0].sum())
    for _ in range(sweeps):
        error = 0.0
        for numbers, target in parts:
            current = np.bincount(numbers, weights=table, minlength=len(target))
            if np.any((current == 0) & (target > 0)):
                raise ValueError("The margins ask for projects in a combination that cannot occur.")
            error = max(error, float(np.abs(current - target).max()))
            table *= np.divide(target, current, out=np.zeros_like(target), where=current > 0)[numbers]
        if error <= tolerance * max(total, 1.0):
            return pd.Series(table, index=cells, name="expected")
    raise ValueError(
        "The margins contradict each other, or force a combination to zero: say then which are possible."
    )


def _allowed(possible: pd.Series | None, cells: pd.MultiIndex) -> NDArray[np.bool_]:
    if possible is None:
        return np.ones(len(cells), dtype=bool)
    numbers, allowed = _incidence(possible.astype(int), cells)
    return np.asarray(allowed[numbers] > 0)


def _margin_constraints(
    margins: Sequence[pd.Series], cells: pd.MultiIndex
) -> tuple[scipy.sparse.csr_array, Floats]:
    """Return the matrix that sums joint cells to margin cells, and the counts they must reach."""
    parts = [_incidence(margin, cells) for margin in margins]
    matrices = [
        scipy.sparse.csr_array(
            (np.ones(len(cells)), (numbers, np.arange(len(cells)))), shape=(len(target), len(cells))
        )
        for numbers, target in parts
    ]
    return scipy.sparse.vstack(matrices, format="csr"), np.concatenate([target for _, target in parts])


def integerise(expected: pd.Series, margins: Sequence[pd.Series], seed: Seed) -> pd.Series:
    """Draw a table of whole numbers around expected counts that has the margins exactly.

    Truncate, replicate, sample: every cell keeps its whole part, and the missing ones are drawn without
    replacement in proportion to the remainders. A mixed-integer programme then moves the fewest that repair
    all margins.

    Raises
    ------
    ValueError
        If no table of whole numbers has the margins.
    """
    rng = np.random.default_rng(seed)
    cells = joint_index(margins)
    values = expected.reindex(cells).to_numpy(dtype=float)
    whole = np.floor(values + 1e-9)
    remainder = np.clip(values - whole, 0, None)
    missing = round(float(values.sum() - whole.sum()))
    if missing:
        chosen = rng.choice(len(values), size=missing, replace=False, p=remainder / remainder.sum())
        np.add.at(whole, chosen, 1)
    matrix, targets = _margin_constraints(margins, cells)
    gap = targets - matrix @ whole
    # Moves cost one each, plus a random trifle so that no cell is favoured among equal repairs.
    cost = 1 + 1e-3 * rng.random(2 * len(values))
    room = np.where(values > 0, np.inf, 0.0)
    repair = scipy.optimize.milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=scipy.optimize.Bounds(0, np.concatenate([room, whole])),
        constraints=scipy.optimize.LinearConstraint(
            scipy.sparse.hstack([matrix, -matrix], format="csr"), gap, gap
        ),
    )
    if not repair.success:
        raise ValueError("No table of whole numbers has all these margins.")
    added, taken = np.round(repair.x).reshape(2, -1)
    return pd.Series((whole + added - taken).astype(int), index=cells, name="count")


def expand(table: pd.Series) -> pd.DataFrame:
    """Write a table of whole numbers out as rows, one for each count."""
    return table.index.repeat(table.to_numpy(dtype=int)).to_frame(index=False)


def deal(rows: pd.DataFrame, margin: pd.Series, seed: Seed) -> pd.Series:
    """Deal the levels of one more variable over the rows of each group, at random and with exact counts.

    Parameters
    ----------
    rows
        One row a project, with the grouping variables as columns.
    margin
        Counts by the grouping variables and, as last index level, the variable to deal.
    seed
        Seed or generator.

    Returns
    -------
    pandas.Series
        The level of each row, named after the variable.

    Raises
    ------
    ValueError
        If a group has other numbers of rows and counts.
    """
    rng = np.random.default_rng(seed)
    *groups, variable = margin.index.names
    dealt = pd.Series(index=rows.index, dtype=object, name=variable)
    keys = pd.MultiIndex.from_frame(rows[groups])
    offered = pd.MultiIndex.from_arrays([margin.index.get_level_values(name) for name in groups])
    if not keys.isin(offered).all():
        raise ValueError(f"The margin of '{variable}' lacks a group that occurs in the rows.")
    for key in offered.unique():
        part = margin[offered == key]
        levels = np.repeat(
            part.index.get_level_values(variable).to_numpy(dtype=object), part.to_numpy(dtype=int)
        )
        places = np.flatnonzero(keys == key)
        if len(levels) != len(places):
            raise ValueError(f"Group {key} has {len(places)} rows but {len(levels)} counts of '{variable}'.")
        dealt.iloc[places] = rng.permutation(levels)
    return dealt


def margin_bounds(
    margins: Sequence[pd.Series], weights: pd.Series, possible: pd.Series | None = None
) -> pd.DataFrame:
    """Bound a weighted sum of the joint table that the margins do not fix.

    Parameters
    ----------
    margins
        The known counts.
    weights
        For some or all variables, the weight of each combination; one for a cell asks for its count.
    possible
        As in `fit_margins`.

    Returns
    -------
    pandas.DataFrame
        One row: `estimate` (missing unless the bounds coincide), `conf_low, conf_high` (the optima of a
        linear programme: what is logically possible, not a confidence interval), `n, method`.

    Raises
    ------
    ValueError
        If the margins contradict each other or what is possible.
    """
    cells = joint_index(margins)
    numbers, values = _incidence(weights, cells)
    matrix, targets = _margin_constraints(margins, cells)
    upper = np.where(_allowed(possible, cells), np.inf, 0.0)
    optima = []
    for sign in (1.0, -1.0):
        solution = scipy.optimize.linprog(
            sign * values[numbers],
            A_eq=matrix,
            b_eq=targets,
            bounds=np.column_stack([np.zeros(len(cells)), upper]),
        )
        if not solution.success:
            raise ValueError("No joint table has all these margins: they contradict each other.")
        optima.append(sign * float(solution.fun))
    low, high = optima
    known = bool(np.isclose(low, high, atol=1e-7))
    return pd.DataFrame(
        {
            "estimate": [low if known else np.nan],
            "conf_low": [low],
            "conf_high": [high],
            "n": [round(float(margins[0].sum()))],
            "method": ["linear programme"],
        }
    )
