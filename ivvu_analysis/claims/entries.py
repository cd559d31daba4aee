"""How each statement is recomputed: the entries of `claims.yaml`, checked when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any, Literal

import yaml

from ivvu_analysis import codebook
from ivvu_analysis.claims import expressions
from ivvu_analysis.errors import DataError, did_you_mean

Kind = Literal["stated", "alternative", "arithmetic"]
Words = Mapping[str, str]

KEYS = ("claims", "for_each", "source", "stated", "alternative", "arithmetic", "needs")
READING_KEYS = ("value", "source", "en", "nl", "unit")


@dataclass(frozen=True)
class Reading:
    """One way to recompute a statement.

    Parameters
    ----------
    kind
        Whether this is what the words say, can also mean, or neither.
    source
        Where the figures stand, such as ``"table 6"``.
    words
        What is computed, as a noun phrase by language.
    expression
        How.
    unit
        The unit of what comes out, where it is not the statement's.
    """

    kind: Kind
    source: str
    words: Words
    expression: expressions.Expression
    unit: str = ""


@dataclass
class Way:
    """The way to a verdict on one statement: its readings, the stated one first, or what it would take."""

    readings: list[Reading]
    needs: Words | None = None


class _Loader(yaml.SafeLoader):
    """A loader that keeps the line of every mapping under `line`."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep=deep), "line": node.start_mark.line + 1}


def ways(names: Mapping[str, Any], claims: Sequence[str], path: Path | None = None) -> dict[str, Way]:
    """Read `claims.yaml`: the way to a verdict on each of `claims`.

    Parameters
    ----------
    names
        What expressions may name: see `expressions.vocabulary`.
    claims
        The names of the statements.
    path
        Another file, by default the one that comes with the package.

    Raises
    ------
    DataError
        If an entry is not as the head of the file says, with its line; or if a statement has no way to a
        verdict, or two.
    """
    file = path or Path(str(resources.files("ivvu_analysis.claims").joinpath("claims.yaml")))
    try:
        entries = yaml.load(file.read_text(encoding="utf-8"), _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(f"{file.name}, line {line}: this is no YAML: {error.problem}.", "Correct it.") from None
    found: dict[str, Way] = {}
    for entry in entries:
        _read_entry(file.name, entry, names, claims, found)
    for claim in claims:
        way = found.get(claim, Way([]))
        way.readings.sort(key=lambda reading: ("stated", "alternative", "arithmetic").index(reading.kind))
        stated = [reading.kind for reading in way.readings].count("stated")
        if (stated != 1) if way.needs is None else way.readings:
            raise DataError(
                f"{file.name}: the statement '{claim}' has {stated} stated readings"
                f"{' and a note of what it would take' if way.needs else ''}.",
                "Give it exactly one stated reading, or a note of what it would take under 'needs'.",
            )
    return found


def _read_entry(
    file: str, entry: Any, names: Mapping[str, Any], claims: Sequence[str], found: dict[str, Way]
) -> None:
    try:
        _known(entry, KEYS)
        for cell in _cells(entry.get("for_each", {})):
            for pattern in (_filled(str(claim), cell) for claim in entry["claims"]):
                covered = [claim for claim in claims if fnmatchcase(claim, pattern)]
                if not covered:
                    raise DataError(f"There is no statement '{pattern}'.", did_you_mean(pattern, claims))
                for claim in covered:
                    way = found.setdefault(claim, Way([]))
                    way.readings += _readings(entry, cell, names)
                    way.needs = entry.get("needs", way.needs)
    except DataError as error:
        name = ", ".join(map(str, entry["claims"])) if isinstance(entry, dict) and "claims" in entry else "?"
        line = entry["line"] if isinstance(entry, dict) else 1
        raise DataError(f"{file}, line {line}, entry '{name}': {error.problem}", error.remedy) from None


def _readings(entry: Mapping[str, Any], cell: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[Reading]:
    stated = [entry["stated"]] if "stated" in entry else []
    kinds: dict[Kind, list[Any]] = {"stated": stated, "alternative": entry.get("alternative", [])}
    kinds["arithmetic"] = entry.get("arithmetic", [])
    for kind, items in kinds.items():
        for item in items:
            _known(item, READING_KEYS)
            try:
                expression = expressions.read(_filled(item["value"], cell), names)
            except DataError as error:
                raise DataError(f"line {item['line']}: {error.problem}", error.remedy) from None
            yield Reading(
                kind,
                _filled(str(item.get("source", entry["source"])), cell),
                {language: _filled(item[language], _labels(cell, language)) for language in codebook.LANGUAGES},
                expression,
                item.get("unit", ""),
            )


def _known(entry: Any, keys: Sequence[str]) -> None:
    if not isinstance(entry, dict):
        raise DataError(f"'{entry}' is no entry.", f"Write it with {', '.join(keys)}.")
    for key in entry.keys() - {"line", *keys}:
        raise DataError(f"There is no '{key}' in an entry.", did_you_mean(str(key), keys))


def _cells(for_each: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return each combination; ``all`` stands for the codes of a scale, ``"a, b"`` for values that go together."""
    axes = []
    for key, given in for_each.items():
        if key != "line":
            keys = key.split(", ")
            rows = codebook.scale(key).codes if given == "all" else given
            axes.append([dict(zip(keys, row if len(keys) > 1 else [row], strict=True)) for row in rows])
    for parts in product(*axes):
        yield {key: value for part in parts for key, value in part.items()}


def _filled(text: str, cell: Mapping[str, Any]) -> str:
    return text.format(**cell) if cell else text  # without `for_each`, braces are those of a set


def _labels(cell: Mapping[str, Any], language: codebook.Language) -> dict[str, Any]:
    named = ("theme", "holder")
    return {k: codebook.scale(k).label(v, language) if k in named else v for k, v in cell.items()}
