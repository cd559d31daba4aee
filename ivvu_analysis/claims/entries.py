"""How each statement is recomputed: the entries of `claims.yaml`, computed as they are read."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import filter as fitting
from importlib import resources
from itertools import chain, product
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ivvu_analysis import codebook
from ivvu_analysis.claims.expressions import evaluate
from ivvu_analysis.errors import DataError, did_you_mean, placed

KINDS = ("stated", "needs", "alternative", "arithmetic")
KEYS = ("claims", "for_each", "source", "if_not", *KINDS)
KEYS_OF_READING = ("value", "source", "en", "nl", "unit")
Named = Mapping[str, Any]


class Reading(NamedTuple):
    """One way to recompute a statement, and what it gives; or, as `needs`, what that would take.

    `kind` is what the head of `claims.yaml` says, `source` where the figures stand, such as ``"table 6"``,
    `words` what is computed, `unit` its unit, where it is not the statement's, and `if_not` the verdict where
    no reading gives the figure.

    Examples
    --------
    >>> Reading("stated", "table 4", "the number of projects", 318.0, "", "does_not_reproduce").value
    318.0
    """

    kind: str
    source: str
    words: str
    value: float
    unit: str
    if_not: str


class _Loader(yaml.SafeLoader):
    """A loader that keeps the line of every mapping under `line`."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep=deep), "line": node.start_mark.line + 1}


def readings(
    names: Named, claims: Sequence[str], language: codebook.Language, path: Path | None = None
) -> dict[str, list[Reading]]:
    """Read `claims.yaml`, or another such file: the readings of each of `claims`, the stated one first.

    Parameters
    ----------
    names
        What expressions may name: see `expressions.vocabulary`.
    claims
        The names of the statements.
    language
        The language of the words.
    path
        The other file.

    Raises
    ------
    DataError
        If an entry is not as the head of the file says, with its line and name; or if a statement has no way
        to a verdict, or two.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> from ivvu_analysis.claims.expressions import vocabulary
    >>> tables = claims.tables()
    >>> names = {**vocabulary(tables), "expected_at_top": lambda date: 0.0}
    >>> readings(names, list(tables["claims"]["claim"]), "en")["projects.total.letter"][0].value
    318.0
    """
    file = path or Path(str(resources.files("ivvu_analysis.claims").joinpath("claims.yaml")))
    found: dict[str, list[Reading]] = {claim: [] for claim in claims}
    try:
        entries = yaml.load(file.read_text(encoding="utf-8"), _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(f"{file.name}, line {line}: {error.problem}.", "Write it as YAML.") from None
    for entry in entries:
        with placed(f"{file.name}, line {entry['line']}, entry '{', '.join(entry.get('claims', '?'))}'"):
            _enter(entry, names, found, language)
    for claim, given in found.items():
        given.sort(key=lambda reading: KINDS.index(reading.kind))
        kinds = [reading.kind for reading in given]
        if not kinds or kinds[0] not in KINDS[:2] or kinds.count(kinds[0]) > 1:
            problem = f"{file.name}: the statement '{claim}' has no way to a verdict, or more than one."
            raise DataError(problem, "Give it one 'stated' reading, or say what it 'needs'.")
    return found


def _enter(entry: Named, names: Named, found: dict[str, list[Reading]], language: codebook.Language) -> None:
    given = {kind: entry[kind] for kind in KINDS if kind in entry}
    listed = {kind: one if isinstance(one, list) else [one] for kind, one in given.items()}
    items = [(kind, item) for kind, some in listed.items() for item in some]
    for part, known in ((entry, KEYS), *((item, KEYS_OF_READING) for _, item in items)):
        for key in part.keys() - {"line", *known}:
            raise DataError(f"There is no '{key}' in an entry.", did_you_mean(str(key), known))
    for cell in _cells(entry.get("for_each", {})):
        labels = {k: codebook.scale(k).label(cell[k], language) for k in cell.keys() & {"theme", "holder"}}
        patterns = [_filled(claim, cell) for claim in entry["claims"]]
        if lost := [pattern for pattern in patterns if not fitting(found, pattern)]:
            raise DataError(f"There is no statement '{lost[0]}'.", did_you_mean(lost[0], found))
        for kind, item in items:
            reading = Reading(
                kind=kind,
                source=_filled(item.get("source", entry.get("source", "")), cell),
                words=_filled(item[language], {**cell, **labels}),
                value=evaluate(_filled(str(item["value"]), cell), names) if "value" in item else nan,
                unit=item.get("unit", ""),
                if_not=entry.get("if_not", "does_not_reproduce"),
            )
            for claim in (claim for pattern in patterns for claim in fitting(found, pattern)):
                found[claim].append(reading)


def _cells(for_each: Named) -> Iterator[dict[str, Any]]:
    """Return each combination; `all` is every code of a scale, and keys such as `a, b` go together."""
    keys = [key for key in for_each if key != "line"]
    rows = [codebook.scale(key).codes if for_each[key] == "all" else for_each[key] for key in keys]
    for values in product(*rows):
        parts = ((key.split(", "), one) for key, one in zip(keys, values, strict=True))
        pairs = (zip(names, one if len(names) > 1 else [one], strict=True) for names, one in parts)
        yield dict(chain.from_iterable(pairs))


def _filled(text: str, cell: Named) -> str:
    return text.format(**cell) if cell else text  # without `for_each`, braces are those of a set
