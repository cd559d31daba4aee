"""Where figures come from, in the words of a reader: printed tables, and what recounts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from ivvu_analysis.codebook import Language, standard
from ivvu_analysis.errors import ParameterError

if TYPE_CHECKING:
    from ivvu_analysis.data.evidence import Evidence

REPORT = "progress_report_2021_01"  # whose figures are the published ones

# What each printed table is about. There is no table 9.
PRINTED = {
    **{"table 1": "agreements", "table 2": "dynamics", "table 3": "vision", "appendix 1": "regions"},
    **{"table 4": "holder", "table 5": "participation", "table 6": "status", "table 7": "start"},
    **{"table 8": "impact", "table 10": "sharing", "table 11": "scalability", "table 12": "technology"},
}
OTHER = re.compile(r"(appendix|chapter|section) \d+")  # from which no figure comes that is recounted


def naming(names: Sequence[str], language: Language) -> str:
    """Return a reference to tables and appendices by their names.

    Examples
    --------
    >>> naming(["table 1", "table 2", "table 3", "table 8", "appendix 1"], "en")
    'tables 1 to 3 and 8 and appendix 1'
    """
    words, parts = standard().scale("reference"), []
    for kind in words.codes:
        if numbers := sorted({int(name.split()[1]) for name in names if name.startswith(f"{kind} ")}):
            noun = words.labels(language, short=len(numbers) == 1)[kind]
            parts.append(f"{noun} {listed(_runs(numbers, words.label('to', language)), language)}")
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
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        found = [str(number) for _, number in run]
        parts += [f"{found[0]} {to} {found[-1]}"] if len(found) > 2 else found
    return parts


def listed(parts: Sequence[str], language: Language) -> str:
    """Return `parts` as a list in a sentence.

    Examples
    --------
    >>> listed(["tables 1 and 2", "appendix 1"], "en")
    'tables 1 and 2 and appendix 1'
    """
    both = f" {standard().scale('reference').label('and', language)} "
    return both.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def period(waves: Sequence[str], language: Language) -> str:
    """Return waves as months: one, two, or the first to the last of them.

    Examples
    --------
    >>> period(["2020-03", "2019-03", "2020-10"], "en")
    'March 2019 to October 2020'
    """
    from babel.dates import format_date  # a second of imports that most who load figures need not wait for

    months = [format_date(date(int(w[:4]), int(w[5:]), 1), "MMMM yyyy", language) for w in sorted(waves)]
    to = standard().scale("reference").label("to", language)
    return f"{months[0]} {to} {months[-1]}" if len(months) > 2 else listed(months, language)


def cited(evidence: Evidence, names: Sequence[str], language: Language, wave: str = "") -> str:
    """Return where figures of printed tables come from, those of one wave where the tables have it.

    Raises
    ------
    ParameterError
        If there is no such table.

    Examples
    --------
    >>> from ivvu_analysis import load
    >>> cited(load(), ["appendix 1"], "nl")
    'Voortgangsrapportage regionale samenwerking, januari 2021, bijlage 1'
    """
    sources = standard().scale("source")
    if list(names) == ["rows"]:
        return sources.label(f"{evidence.origin}_rows", language).format(name=evidence.register_name)
    if not names:
        return ""
    for name in names:
        if name not in PRINTED and not OTHER.fullmatch(name):
            raise ParameterError(f"The publication has no {name}.", f"Its tables are {', '.join(PRINTED)}.")
    rows = pd.concat([_origins(evidence, name) for name in names], ignore_index=True)
    rows = rows[rows["wave"] == wave] if (rows["wave"] == wave).any() else rows
    mixed = rows.groupby("table")["origin"].nunique().max() > 1
    parts = []
    own = not evidence.codebook.history
    for (origin, file), found in rows.groupby(["origin", "file"], sort=False):
        if own and not file:
            continue  # another programme has nothing in the place of what was printed
        text = sources.label("own" if own else origin, language).format(
            document=evidence.documents[REPORT][language],
            name=file,
            tables=naming(found["table"].unique(), language),
        )
        parts.append(f"{text} ({period(found['wave'].unique(), language)})" if mixed else text)
    return "; ".join(dict.fromkeys(parts))


def _origins(evidence: Evidence, table: str) -> pd.DataFrame:
    """Return the origin, file and wave of what stands for a printed table, each once."""
    about = PRINTED.get(table, "")
    ladder = about in ("regions", *standard().dimensions)  # of ours, in whose place stand those of another
    rows = pd.DataFrame()
    with suppress(ParameterError):  # another programme need not have it
        rows = evidence.rows(about)
    if rows.empty:
        origin = evidence.origin if about else "published"
        rows = pd.DataFrame({"origin": [origin], "wave": [evidence.wave]})
    file = evidence.phases_name if ladder else evidence.register_name
    return rows[["origin", "wave"]].drop_duplicates().assign(table=table, file=file)
