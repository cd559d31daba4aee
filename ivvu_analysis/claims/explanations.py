"""The explanation of each verdict, put together from the readings and the figures, in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping

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

    def sentence(name: str, **values: object) -> str:
        return str(words()["sentences"][name][language]).format(**values)

    def computed(name: str, reading: Reading) -> str:
        places = 0 if reading.value == round(reading.value) else decimals(statement.figure) + 1
        value = _with_unit(reading.value, reading.unit or statement.unit, places, language)
        source = in_language(reading.source, language)
        source = source[:1].upper() + source[1:]
        return sentence(name, source=source, definition=reading.words[language], value=value)

    if stated.kind == "needs":
        return sentence("needed", need=stated.words[language])
    told = [computed("computed", stated)]
    if verdict == "reproduces_rounded":
        told.append(sentence("rounded"))
    if verdict in ("reproduces_otherwise", "does_not_reproduce"):
        told.append(sentence("stated", claimed=claimed(statement, language)))
        name = "otherwise" if verdict == "reproduces_otherwise" else "nearest"
        told.append(computed(name, other) if other else sentence("no_other"))
        figure = claimed(statement, language)
        if chapter and (elsewhere := claimed(chapter, language)) != figure:
            told.append(sentence("elsewhere", section=chapter.section, claimed=elsewhere))
    return " ".join(told)


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
