"""Where figures come from, in the words of a reader: references to tables, and what a register recomputes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ivvu_analysis.codebook import Language

# A register holds projects: what is not about projects stays that of the publication.
BESIDE_PROJECTS = frozenset({"appendix 2", "chapter 5"})
AS_PUBLISHED = BESIDE_PROJECTS | {"table 1", "table 2", "table 3", "appendix 1"}

RECOMPUTED: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "register": {
            "en": "recomputed from the rows of {name}, in the manner of {tables}",
            "nl": "herberekend uit de rijen van {name}, zoals {tables}",
        },
        "reconstructed": {
            "en": "RECONSTRUCTED from the published margins ({name}), in the manner of {tables}",
            "nl": "GERECONSTRUEERD uit de gepubliceerde randtotalen ({name}), zoals {tables}",
        },
    }
)

OF_ROWS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "published": {
            "en": "no rows: published tables only",
            "nl": "geen rijen: alleen gepubliceerde tabellen",
        },
        "register": {"en": "the rows of {name}", "nl": "de rijen van {name}"},
        "reconstructed": {"en": "RECONSTRUCTED rows ({name})", "nl": "GERECONSTRUEERDE rijen ({name})"},
    }
)


def in_language(tables: str, language: Language) -> str:
    """Return a reference such as ``"tables 8 and 12"`` or ``"appendix 1"`` in the language asked for."""
    if language == "en":
        return tables
    words = {"tables": "tabellen", "table": "tabel", "appendix": "bijlage", "chapter": "hoofdstuk"}
    words |= {"and": "en", "to": "tot en met"}
    return " ".join(words.get(word, word) for word in tables.split())


def naming(names: Iterable[str]) -> str:
    """Return a reference to tables and appendices by their names: ``"tables 1, 2 and 5"``."""
    numbers: dict[str, list[int]] = {}
    for name in names:
        kind, number = name.split()
        numbers.setdefault(kind, []).append(int(number))
    parts = []
    for kind in sorted(numbers, reverse=True):  # tables before appendices
        *most, last = (str(number) for number in sorted(numbers[kind]))
        several = {"table": "tables"}.get(kind, kind)
        parts.append(f"{several} {', '.join(most)} and {last}" if most else f"{kind} {last}")
    return " and ".join(parts)


def named_in(tables: str) -> frozenset[str]:
    """Return each table and appendix that a reference such as ``"tables 1 to 3"`` names."""
    names: set[str] = set()
    kind, span = "", False
    for word in tables.replace(",", " ").split():
        if not word.isdecimal():
            kind, span = (
                {"tables": "table"}.get(word, word) if word not in ("and", "to") else kind,
                word == "to",
            )
        else:
            first = max(int(name.split()[1]) for name in names) + 1 if span else int(word)
            names |= {f"{kind} {number}" for number in range(first, int(word) + 1)}
            span = False
    return frozenset(names)
