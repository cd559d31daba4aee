"""How a claim is recomputed: small functions, each with the tables and the definition it uses.

A claim has one *stated* reading, what its words say. It may have *alternative* readings, what the words can
also be taken to mean, and *arithmetic* ones: not a reading of the words, but a calculation that happens to
give the claimed figure, and so may explain where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any, Literal

from ivvu_analysis.claims.sources import Sources
from ivvu_analysis.codebook import Language, scale

Reading = Literal["stated", "alternative", "arithmetic"]
Recompute = Callable[..., float]


@dataclass(frozen=True)
class Rederivation:
    """One way to recompute one claim.

    Parameters
    ----------
    claim
        The claim.
    reading
        Whether this is what the words say, could mean, or neither.
    tables
        The tables that the function may read; it sees no others.
    source
        The same as the documents call them, such as ``"table 6"``.
    definition
        What is computed, as a noun phrase by language.
    recompute
        The function.
    unit
        The unit of what comes out, where it is not the claim's.
    """

    claim: str
    reading: Reading
    tables: tuple[str, ...]
    source: str
    definition: Mapping[Language, str]
    recompute: Recompute
    unit: str | None = None

    def value(self, sources: Sources) -> float:
        """Return what comes out.

        Raises
        ------
        MissingFigureError
            If a figure that is needed is not in the tables.
        """
        return float(self.recompute(sources.only(self.tables)))


@dataclass
class Rederivations:
    """The rederivations of one subject, collected by decorator in the module that owns them."""

    _items: list[Rederivation] = field(default_factory=list)

    def __iter__(self) -> Iterator[Rederivation]:
        return iter(self._items)

    def __call__(
        self,
        *claims: str,
        tables: tuple[str, ...],
        source: str,
        en: str,
        nl: str,
        reading: Reading = "stated",
        unit: str | None = None,
        for_each: Mapping[str, Sequence[Any]] | None = None,
    ) -> Callable[[Recompute], Recompute]:
        """Register a function for `claims`.

        Parameters
        ----------
        claims
            The claims it recomputes; with `for_each`, names with the keys in braces.
        tables, source, reading, unit
            As in `Rederivation`.
        en, nl
            The definition, in English and in Dutch; a theme or holder in braces becomes its label.
        for_each
            Values by argument of the function: one rederivation for each combination.
        """

        def register(function: Recompute) -> Recompute:
            for cell in _cells(for_each or {}):
                self._items += [
                    Rederivation(
                        claim=claim.format(**cell),
                        reading=reading,
                        tables=tables,
                        source=source.format(**cell),
                        definition={
                            "en": en.format(**_labels(cell, "en")),
                            "nl": nl.format(**_labels(cell, "nl")),
                        },
                        recompute=partial(function, **cell),
                        unit=unit,
                    )
                    for claim in claims
                ]
            return function

        return register


def _cells(for_each: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for values in product(*for_each.values()):
        yield dict(zip(for_each, values, strict=True))


def _labels(cell: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {
        key: scale(key).label(value, language) if key in ("theme", "holder") else value
        for key, value in cell.items()
    }


def by_claim(collections: Iterable[Rederivations]) -> dict[str, list[Rederivation]]:
    """Return the rederivations by claim, the stated reading first.

    Raises
    ------
    ValueError
        If a claim has no stated reading, or more than one.
    """
    order: dict[Reading, int] = {"stated": 0, "alternative": 1, "arithmetic": 2}
    grouped: dict[str, list[Rederivation]] = {}
    for collection in collections:
        for item in collection:
            grouped.setdefault(item.claim, []).append(item)
    for claim, items in grouped.items():
        items.sort(key=lambda item: order[item.reading])
        if [item.reading for item in items].count("stated") != 1:
            raise ValueError(f"The claim '{claim}' needs exactly one stated reading.")
    return grouped
