"""The contents page of an output folder: the way to the cover of every suite that is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.cover import rests_on
from ivvu_analysis.report.export import TEMPLATES, css
from ivvu_analysis.report.text import Words


@dataclass(frozen=True)
class Entry:
    """One suite on the contents page.

    Parameters
    ----------
    cover
        Where its cover page is.
    title, language
        What it calls itself, and the language that it does so in.
    reports
        How many of its reports are published.
    waves, origins
        What they are about and rest on.
    """

    cover: str
    title: str
    language: Language
    reports: int
    waves: Sequence[str] = ()
    origins: Sequence[str] = ()


def render(entries: Sequence[Entry], mark: str) -> str:
    """Return the contents as one HTML page with nothing outside it.

    Parameters
    ----------
    entries
        The suites. Those that rest on the published tables come first.
    mark
        What the page is to be known by when it is found again.
    """
    languages = {entry.language for entry in entries}
    language: Language = languages.pop() if len(languages) == 1 else "en"
    ordered = sorted(entries, key=lambda entry: ("published" not in entry.origins, entry.title, entry.cover))
    return _template().render(
        language=language,
        t=TEXTS[language],
        css=css(),
        mark=mark,
        lines=[(entry, _about(entry)) for entry in ordered],
    )


def _about(entry: Entry) -> str:
    count = TEXTS[entry.language]["one" if entry.reports == 1 else "many"]
    about = rests_on(entry.waves, entry.origins, Words(entry.language))
    return f"{about} {count.format(n=entry.reports)}".strip()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((TEMPLATES / "contents.html.j2").read_text(encoding="utf-8"))


TEXTS = {
    "en": {
        "title": "All reports",
        "hint": "Each of these leads to the cover page of a set of reports.",
        "one": "1 report.",
        "many": "{n} reports.",
    },
    "nl": {
        "title": "Alle rapporten",
        "hint": "Elk van deze leidt naar het voorblad van een reeks rapporten.",
        "one": "1 rapport.",
        "many": "{n} rapporten.",
    },
}
