"""Where figures come from, in the words of a reader: printed tables, and what recounts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from ivvu_analysis.codebook import Language, standard

# What each printed table is about. There is no table 9.
PRINTED = {
    **{"table 1": "agreements", "table 2": "dynamics", "table 3": "vision", "appendix 1": "regions"},
    **{"table 4": "holder", "table 5": "participation", "table 6": "status", "table 7": "start"},
    **{"table 8": "impact", "table 10": "sharing", "table 11": "scalability", "table 12": "technology"},
}


def naming(names: Iterable[str], language: Language) -> str:
    """Return a reference to tables and appendices by their names.

    Examples
    --------
    >>> naming(["table 1", "table 2", "table 3", "table 8", "appendix 1"], "en")
    'tables 1 to 3 and 8 and appendix 1'
    """
    words = standard().scale("reference")
    numbers: dict[str, list[int]] = {}
    for name in names:
        kind, number = name.split()
        numbers.setdefault(kind, []).append(int(number))
    parts = []
    for kind in sorted(numbers, key=words.codes.index):
        one = len(numbers[kind]) == 1
        noun = words.short(kind, language) if one else words.label(kind, language)
        parts.append(f"{noun} {listed(_runs(numbers[kind], words.label('to', language)), language)}")
    return listed(parts, language)


def reworded(reference: str, language: Language) -> str:
    """Return a reference such as ``"tables 4 and 5"`` in a language, word by word.

    Examples
    --------
    >>> reworded("tables 4 and 5", "nl")
    'tabellen 4 en 5'
    """
    words = standard().scale("reference")
    forms = {level.short_labels["en"]: level.short_labels[language] for level in words}
    forms |= {level.labels["en"]: level.labels[language] for level in words}
    known = "|".join(sorted(forms, key=len, reverse=True))
    return re.sub(rf"\b(?:{known})\b", lambda match: forms[match[0]], reference)


def _runs(numbers: Sequence[int], to: str) -> list[str]:
    """Return numbers as texts, three or more in a row as one: `["1 to 3", "5"]`."""
    parts: list[str] = []
    for _, run in groupby(enumerate(sorted(set(numbers))), lambda pair: pair[1] - pair[0]):
        found = [str(number) for _, number in run]
        parts += [f"{found[0]} {to} {found[-1]}"] if len(found) > 2 else found
    return parts


def listed(parts: Sequence[str], language: Language) -> str:
    """Return `parts` as a list in a sentence."""
    both = f" {standard().scale('reference').label('and', language)} "
    return both.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def period(waves: Sequence[str], language: Language) -> str:
    """Return waves as months: one, two, or the first to the last of them."""
    from babel.dates import format_date  # a second of imports that most who load figures need not wait for

    months = [format_date(date(int(w[:4]), int(w[5:]), 1), "MMMM yyyy", language) for w in sorted(waves)]
    to = standard().scale("reference").label("to", language)
    return f"{months[0]} {to} {months[-1]}" if len(months) > 2 else listed(months, language)


def recounted(code: str, language: Language, **fields: str) -> str:
    """Return a sentence of the scale `source` of the codebook, filled in."""
    return standard().scale("source").label(code, language).format_map(fields)
