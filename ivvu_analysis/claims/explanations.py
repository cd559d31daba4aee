"""The explanation of each verdict, put together from the definitions and the figures, in two languages."""

from __future__ import annotations

from collections.abc import Mapping

from ivvu_analysis.claims.check import Claim, Finding, Outcome
from ivvu_analysis.claims.vocabulary import QUALIFIERS, UNITS, decimals
from ivvu_analysis.codebook import Language

COMPUTED: Mapping[Language, str] = {
    "en": "{source}, {definition}: {value}.",
    "nl": "{source}, {definition}: {value}.",
}
ROUNDED: Mapping[Language, str] = {
    "en": "Rounded, that is the figure given.",
    "nl": "Afgerond is dat het genoemde cijfer.",
}
STATED: Mapping[Language, str] = {
    "en": "The statement gives {claimed}.",
    "nl": "De uitspraak noemt {claimed}.",
}
OTHERWISE: Mapping[Language, str] = {
    "en": "It does come out under another definition, {definition}: {value}.",
    "nl": "Het komt wel uit met een andere definitie, {definition}: {value}.",
}
NEAREST: Mapping[Language, str] = {
    "en": "Nearest to it, perhaps by chance, is a calculation that the words do not describe, "
    "{definition}: {value}.",
    "nl": "Het dichtst erbij, misschien bij toeval, ligt een berekening die niet is wat er staat, "
    "{definition}: {value}.",
}
NO_OTHER: Mapping[Language, str] = {
    "en": "No other definition was found that gives it.",
    "nl": "Er is geen andere definitie gevonden die het oplevert.",
}
ELSEWHERE: Mapping[Language, str] = {
    "en": "Section {section} puts the same as {claimed}.",
    "nl": "Paragraaf {section} geeft hiervoor {claimed}.",
}
NEEDED: Mapping[Language, str] = {
    "en": "The published tables do not settle this. It would take {need}.",
    "nl": "De gepubliceerde tabellen geven hier geen uitsluitsel over. Nodig is: {need}.",
}
UNGROUPED = ("year", "chapter", "month")
DUTCH_SIGNS = str.maketrans(",.", ".,")
DUTCH_SOURCES = {
    "final reports of": "eindrapportages van",
    "figure of the gap in": "figuur van het tekort in",
    "list of members": "ledenlijst",
    "list of declarations": "lijst van verklaringen",
    "list of admissions": "lijst van opnames",
    "tasks of the agenda of": "opgaven van de agenda van",
    "tasks of the agenda": "opgaven van de agenda",
    "newsletter of": "nieuwsbrief van",
    "annual report of": "jaarverslag van",
    "action line": "actielijn",
    "appendices": "bijlagen",
    "appendix": "bijlage",
    "chapters": "hoofdstukken",
    "chapter": "hoofdstuk",
    "tables": "tabellen",
    "table": "tabel",
    " and ": " en ",
    " to ": " tot en met ",
}


def explain(finding: Finding, elsewhere: Claim | None, language: Language) -> str:
    """Return the explanation of a verdict.

    Parameters
    ----------
    finding
        The verdict with its outcomes.
    elsewhere
        The same statement in another section, where it is put differently.
    language
        ``"en"`` or ``"nl"``.
    """
    claim, stated, other = finding.claim, finding.stated, finding.otherwise
    if stated is None:
        need = finding.need
        return NEEDED[language].format(need=need.what(language) if need else "")
    sentences = [_outcome(COMPUTED[language], stated, claim, language)]
    if finding.verdict == "reproduces_rounded":
        sentences.append(ROUNDED[language])
    if finding.verdict in ("reproduces_otherwise", "does_not_reproduce"):
        sentences.append(STATED[language].format(claimed=claimed(claim, language)))
        if other is None:
            sentences.append(NO_OTHER[language])
        else:
            template = OTHERWISE if finding.verdict == "reproduces_otherwise" else NEAREST
            sentences.append(_outcome(template[language], other, claim, language))
        if elsewhere:
            figure = claimed(elsewhere, language)
            sentences.append(ELSEWHERE[language].format(section=elsewhere.section, claimed=figure))
    return " ".join(sentences)


def _outcome(template: str, outcome: Outcome, claim: Claim, language: Language) -> str:
    return template.format(
        source=_capital(_in_language(outcome.source, language)),
        definition=outcome.definition[language],
        value=amount(outcome.value, outcome.unit, decimals(claim.figure), language),
    )


def claimed(claim: Claim, language: Language) -> str:
    """Return the claimed figure with its qualifier and unit, as in ``"almost 84 percent"``."""
    qualifier = QUALIFIERS[claim.qualifier]
    places = decimals(claim.figure)
    figure = float(claim.figure)
    low = figure * (qualifier.low or 0)
    return qualifier.labels[language].format(
        claimed=_with_unit(figure, claim.unit, places, language),
        low=_with_unit(low, claim.unit, places, language),
    )


def amount(value: float, unit: str, places: int, language: Language) -> str:
    """Return a recomputed value with its unit, to one place more than the claim prints."""
    return _with_unit(value, unit, 0 if value == round(value) else places + 1, language)


def _with_unit(value: float, unit: str, places: int, language: Language) -> str:
    text = f"{value:.{places}f}" if unit in UNGROUPED else f"{value:,.{places}f}"
    text = text.replace("-", "−")
    return UNITS[unit][language].format(text if language == "en" else text.translate(DUTCH_SIGNS))


def _in_language(source: str, language: Language) -> str:
    if language == "nl":
        for english, dutch in DUTCH_SOURCES.items():
            source = source.replace(english, dutch)
    return source


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
