"""The explanation of each verdict, put together from the readings and the figures, in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from ivvu_analysis.claims.entries import Reading
from ivvu_analysis.claims.statements import FIRMNESS, Statement, decimals, words
from ivvu_analysis.codebook import Language

UNGROUPED = ("year", "chapter", "month")


def explain(
    statement: Statement,
    verdict: str,
    stated: Reading,
    other: Reading | None,
    chapter: Statement | None,
    language: Language,
) -> str:
    """Return the explanation of a verdict.

    Parameters
    ----------
    statement, verdict, stated
        What is said, what came out, and what the words give.
    other
        The reading or calculation that gives the figure where the words do not.
    chapter
        The chapter's version of a statement of the letter.
    language
        ``"en"`` or ``"nl"``.
    """

    def told(name: str, reading: Reading | None = None, **values: object) -> str:
        if reading:
            values["source"], values["definition"] = (
                in_language(reading.source, language),
                reading.words[language],
            )
            places = _places(reading.value, decimals(statement.figure))
            values["value"] = _with_unit(reading.value, reading.unit or statement.unit, places, language)
        sentence = str(words()["sentences"][name][language]).format(**values)
        return sentence[:1].upper() + sentence[1:]

    if stated.kind == "needs":
        return told("needed", need=stated.words[language])
    sentences = [told("computed", stated)]
    if verdict == "reproduces_rounded":
        sentences.append(told("rounded"))
    elif verdict != "reproduces":
        sentences.append(told("stated", claimed=claimed(statement, language)))
        if other:
            sentences.append(told("otherwise" if verdict == "reproduces_otherwise" else "nearest", other))
        elif verdict == "does_not_reproduce":
            sentences.append(told("no_other"))
        if chapter and claimed(chapter, language) != claimed(statement, language):
            sentences.append(told("elsewhere", claimed=claimed(chapter, language)))
    if note := FIRMNESS[statement.qualifier].note:
        sentences.append(note[language])
    return " ".join(sentences)


def _places(value: float, printed: int) -> int:
    """Return how many decimals to tell a value with: such that a reader who rounds it comes out right."""
    if value == round(value):
        return 0
    exact, places = Decimal(value), printed + 1
    while _rounded(_rounded(exact, places), printed) != _rounded(exact, printed):
        places += 1
    return places


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def claimed(statement: Statement, language: Language) -> str:
    """Return the claimed figure with its firmness and unit, as in ``"almost 84 percent"``."""
    places, figure, firmness = (
        decimals(statement.figure),
        float(statement.figure),
        FIRMNESS[statement.qualifier],
    )
    return (firmness.en if language == "en" else firmness.nl).format(
        claimed=_with_unit(figure, statement.unit, places, language),
        low=_with_unit(figure * (firmness.low or 0), statement.unit, places, language),
    )


def _with_unit(value: float, unit: str, places: int, language: Language) -> str:
    pattern = ("0" if unit in UNGROUPED else "#,##0") + ("." + "0" * places if places else "")
    text = format_decimal(value, pattern, locale=language).replace("-", "−")
    return str(words()["units"][unit][language]).format(text)


def in_language(source: str, language: Language) -> str:
    """Return where figures stand, such as ``"table 6"``, in a language."""
    if language == "en":
        return source
    dutch: Mapping[str, str] = words()["sources"]
    return re.sub("|".join(map(re.escape, dutch)), lambda match: dutch[match[0]], source)
