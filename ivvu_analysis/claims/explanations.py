"""The explanation of each verdict, put together from the readings and the figures, in one language."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import format_decimal

from ivvu_analysis.claims.collected import decimals, words
from ivvu_analysis.claims.entries import Reading
from ivvu_analysis.codebook import Language
from ivvu_analysis.data.references import reworded

UNGROUPED = ("year", "chapter", "month")


def explain(
    statement: Any, verdict: str, stated: Reading, other: Reading | None, chapter: Any, language: Language
) -> str:
    """Return the explanation of a verdict.

    Parameters
    ----------
    statement, verdict
        A row of the statements, and what came out.
    stated, other
        What the words give, and what gives the figure where they do not.
    chapter
        The chapter's version of a statement of the letter, or None.
    language
        ``"en"`` or ``"nl"``.
    """

    def told(name: str, reading: Reading = stated, **values: str) -> str:
        if reading.kind != "needs":
            places = _places(reading.value, decimals(statement.claimed))
            values["value"] = _with_unit(reading.value, reading.unit or statement.unit, places, language)
        source = reworded(reading.source, language)
        text = str(words()["sentences"][name][language])
        sentence = text.format(source=source, definition=reading.words, **values)
        return sentence[:1].upper() + sentence[1:]

    figure = claimed(statement.qualifier, statement.claimed, statement.unit, language)
    there = claimed(chapter.qualifier, chapter.claimed, chapter.unit, language) if chapter else figure
    otherwise = "otherwise" if verdict == "reproduces_otherwise" else "nearest"
    note = words()["firmness"][statement.qualifier].get("note", {}).get(language, "")
    if verdict == "cannot_be_checked":
        return told("needed")
    if verdict in ("reproduces", "reproduces_rounded"):
        found = [told("rounded")] if verdict == "reproduces_rounded" else []
    else:
        found = [told("stated", claimed=figure)]
        found += [told(otherwise, other)] if other else []
        found += [told("no_other")] if not other and verdict == "does_not_reproduce" else []
        found += [told("elsewhere", claimed=there)] if there != figure else []
    return " ".join([told("computed"), *found, *([note] if note else [])])


def claimed(qualifier: str, figure: str, unit: str, language: Language) -> str:
    """Return a claimed figure in words.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.claimed("almost", "84", "percent", "en")
    'almost 84%'
    """
    firmness, places = words()["firmness"][qualifier], decimals(figure)
    low = float(figure) * (firmness.get("low", 1.0) or 0)
    return str(firmness[language]).format(
        claimed=_with_unit(float(figure), unit, places, language),
        low=_with_unit(low, unit, places, language),
    )


def _with_unit(value: float, unit: str, places: int, language: Language) -> str:
    pattern = ("0" if unit in UNGROUPED else "#,##0") + ("." + "0" * places if places else "")
    text = format_decimal(value, pattern, locale=language).replace("-", "−")
    return str(words()["units"][unit][language]).format(text)


def _places(value: float, printed: int) -> int:
    """Return how many decimals to tell a value with: such that a reader who rounds it comes out right."""
    exact, places = Decimal(value), 0 if value == round(value) else printed + 1
    while places and _rounded(_rounded(exact, places), printed) != _rounded(exact, printed):
        places += 1
    return places


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
