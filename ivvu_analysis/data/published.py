"""The published tables: read from `data/published`, each as its data package describes it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.places import data_folder

RESTORE = "Restore data/published from the repository."
AS_PRINTED = "Fill in what the source gives: numbers with a point and no other signs, a zero as 0."

Tables = dict[str, pd.DataFrame]


def folder() -> Path:
    """Return the folder of the published tables.

    Examples
    --------
    >>> folder().name
    'published'
    """
    return data_folder() / "published"


def describe(source: Path | None = None) -> dict[str, Any]:
    """Return the data package that describes the published tables.

    Raises
    ------
    DataError
        If there is no readable `datapackage.json` in the folder.

    Examples
    --------
    >>> describe()["documents"]["mta_utrecht_2024"]["en"]
    'Multi-year transformation agenda Utrecht, 2024'
    """
    path = (source or folder()) / "datapackage.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        problem = f"The description of the published data, {path}, cannot be read: {error}."
        raise DataError(problem, RESTORE) from None


def read(source: Path | None = None, names: tuple[str, ...] | None = None) -> Tables:
    """Read the published tables, each checked against its description.

    Parameters
    ----------
    source
        The folder to read from, by default `data/published`.
    names
        The resources to read, by default all of them.

    Returns
    -------
    dict of str to DataFrame
        One frame a resource, with the columns and types that `datapackage.json` gives.

    Raises
    ------
    DataError
        If a file is missing or is not as described.

    Examples
    --------
    >>> read(names=("regions",))["regions"]["region"].iloc[0]
    'zeeland'
    """
    source = source or folder()
    resources = {resource["name"]: resource for resource in describe(source)["resources"]}
    return {name: _read_resource(source, resources[name]) for name in names or tuple(resources)}


def _read_resource(source: Path, resource: Mapping[str, Any]) -> pd.DataFrame:
    path, fields = source / resource["path"], resource["schema"]["fields"]
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"The published table {path} cannot be read: {error}.", RESTORE) from None
    expected = [field["name"] for field in fields]
    if list(table.columns) != expected:
        problem = f"The published table {path} has the columns {', '.join(table.columns)}."
        raise DataError(problem, f"It needs exactly: {', '.join(expected)}.")
    for field in fields:
        name, given, limits = field["name"], table[field["name"]], field.get("constraints", {})
        empty, known, faults = given == "", limits.get("enum", ()), {}
        if limits.get("required"):
            faults["'{name}' is empty."] = empty
        if limits.get("unique"):
            faults["'{text}' in '{name}' is there twice."] = given.duplicated()
        if known:
            faults["'{text}' is no {name}."] = ~given.isin(known)
        if "pattern" in limits:
            faults["'{text}' in '{name}' is not what it should be."] = ~given.str.fullmatch(limits["pattern"])
        if field["type"] in ("integer", "number"):
            figures = pd.to_numeric(given.mask(empty), errors="coerce")
            faults["'{text}' in '{name}' is not a number."] = figures.isna() & ~empty
            whole = field["type"] == "integer" and not figures.isna().any()
            table[name] = figures.astype("int64" if whole else "float64")
        for problem, rows in faults.items():
            for line, text in given[rows].items():
                at, remedy = f"{path}, line {line + 2}", did_you_mean(text, known) if known else AS_PRINTED
                raise DataError(f"{at}: {problem.format(text=text, name=name)}", remedy)
    return table


def utrecht(language: Language = "en") -> Tables:
    """Read the published tables of the Utrecht programme: one frame a file of `utrecht/`, by its name.

    Text that a source does not give is empty, a number that it does not give is NaN. Every frame names its
    `document` and `section`; a `label` is in the language of the reader.

    Raises
    ------
    DataError
        If a table is missing or is not as described.

    Examples
    --------
    >>> utrecht()["members"].shape[0]
    30
    """
    names = [resource["name"] for resource in describe()["resources"]]
    tables = read(names=tuple(name for name in names if name.startswith("utrecht_")))
    own = {f"label_{language}": "label"}
    return {name.removeprefix("utrecht_"): table.rename(columns=own) for name, table in tables.items()}
