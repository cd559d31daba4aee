"""The explanation of each verdict, put together from the readings and the figures, in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from babel.numbers import format_decimal

from ivvu_analysis.claims.statements import Statement, decimals, words
from ivvu_analysis.codebook import Language

if TYPE_CHECKING:
    from ivvu_analysis.claims.verdicts import Outcome

UNGROUPED = ("year", "chapter", "month")


def explain(
    statement: Statement,
    verdict: str,
    stated: Outcome | None,
    otherwise: Outcome | None,
    needs: Mapping[str, str] | None,
    elsewhere: Statement | None,
    language: Language,
) -> str:
    """Return the explanation of a verdict.

    Parameters
    ----------
    statement, verdict
        What is said, and what came out.
    stated, otherwise
        What the words give, and what gives the figure where they do not.
    needs
        What it would take to check the statement, where it cannot be checked.
    elsewhere
        The same statement in another section, where it is put differently.
    language
        ``"en"`` or ``"nl"``.
    """

    def sentence(name: str, **values: object) -> str:
        return str(words()["sentences"][name][language]).format(**values)

    def computed(name: str, outcome: Outcome) -> str:
        value = amount(outcome.value, outcome.unit, decimals(statement.figure), language)
        source = in_language(outcome.source, language)
        source = source[:1].upper() + source[1:]
        return sentence(name, source=source, definition=outcome.words[language], value=value)

    if stated is None:
        return sentence("needed", need=(needs or {}).get(language, ""))
    told = [computed("computed", stated)]
    if verdict == "reproduces_rounded":
        told.append(sentence("rounded"))
    if verdict in ("reproduces_otherwise", "does_not_reproduce"):
        told.append(sentence("stated", claimed=claimed(statement, language)))
        if otherwise is None:
            told.append(sentence("no_other"))
        else:
            alternative = verdict == "reproduces_otherwise"
            told.append(computed("otherwise" if alternative else "nearest", otherwise))
        if elsewhere:
            figure = claimed(elsewhere, language)
            told.append(sentence("elsewhere", section=elsewhere.section, claimed=figure))
    return " ".join(told)


def claimed(statement: Statement, language: Language) -> str:
    """Return the claimed figure with its firmness and unit, as in ``"almost 84 percent"``."""
    places, figure, firmness = decimals(statement.figure), float(statement.figure), statement.firmness
    low = figure * (firmness.low or 0)
    return (firmness.en if language == "en" else firmness.nl).format(
        claimed=_with_unit(figure, statement.unit, places, language),
        low=_with_unit(low, statement.unit, places, language),
    )


def amount(value: float, unit: str, places: int, language: Language) -> str:
    """Return a recomputed value with its unit, to one place more than the statement prints."""
    return _with_unit(value, unit, 0 if value == round(value) else places + 1, language)


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
