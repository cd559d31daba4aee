"""The contents page of an output folder: the way to the cover of every suite that is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivvu_analysis.codebook import Language
from ivvu_analysis.report import templates
from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.cover import rests_on
from ivvu_analysis.report.words import Words


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
    lines = [(entry, _about(entry)) for entry in ordered]
    return templates.render("contents.html.j2", language, mark=mark, lines=lines)


def _about(entry: Entry) -> str:
    count = translate("1 report." if entry.reports == 1 else "{n} reports.", entry.language)
    about = rests_on(entry.waves, entry.origins, Words(entry.language))
    return f"{about} {count.format(n=entry.reports)}".strip()
