"""The Dutch texts: a gettext catalogue that any translator's tool opens, read once a process.

English stands in the code, the templates and the notebooks. Markdown is translated paragraph by paragraph, so
that a change in one sentence leaves the others translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from babel.messages.pofile import read_po

HEADING = re.compile(r"(#+[ \t]+)(.*)")
FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def place(language: str = "nl") -> Path:
    """Return the file of the catalogue."""
    return Path(str(resources.files("ivvu_analysis"))) / "locale" / language / "LC_MESSAGES" / "ivvu.po"


@cache
def messages(language: str) -> dict[str, str]:
    """Return the translations of one language by their English text; English has none."""
    if language == "en" or not place(language).is_file():
        return {}
    with place(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(one.id): str(one.string) for one in catalogue if one.id and one.string and not one.fuzzy}


def translate(text: str, language: str) -> str:
    """Return a text in a language; what is not in the catalogue stays as it is.

    Examples
    --------
    >>> translate("Contents", "nl")
    'Inhoud'
    """
    return messages(language).get(text, text)


def later(text: str) -> str:
    """Return a text as it is, marked as one that is translated where it is shown."""
    return text


def paragraphs(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a Markdown text: what to translate, and what stands before it or is no text.

    Each is a pair of a prefix, such as the signs of a heading or the blank lines between paragraphs, and a
    text, its lines joined; a block of code is all prefix.
    """
    at = 0
    for block in FENCE.finditer(markdown):
        yield from _texts(markdown[at : block.start()])
        yield block[0], ""
        at = block.end()
    yield from _texts(markdown[at:])


def _texts(markdown: str) -> Iterator[tuple[str, str]]:
    for piece in re.split(r"(\n[ \t]*\n\s*)", markdown):
        if not piece.strip():
            yield piece, ""
            continue
        lines = piece.split("\n")
        while lines and (heading := HEADING.fullmatch(lines[0].strip())):
            yield heading[1], " ".join(heading[2].split())
            lines = lines[1:]
            if lines:
                yield "\n", ""
        if lines and re.match(r"\s*([-*+]\s|\||\d+\.\s)", lines[0]):
            for line in lines:  # a list or a table: its lines are not to be joined
                mark = re.match(r"\s*(?:(?:[-*+]|\d+\.)\s+)?", line)
                prefix = mark[0] if mark else ""
                yield prefix, line[len(prefix) :].strip()
                yield "\n", ""
        elif lines:
            yield "", " ".join(" ".join(lines).split())


def translated(markdown: str, language: str) -> str:
    """Return a Markdown text in a language, paragraph by paragraph.

    Examples
    --------
    >>> translated("## Contents", "nl")
    '## Inhoud'
    """
    if language == "en":
        return markdown
    return "".join(
        prefix + translate(text, language) if text else prefix for prefix, text in paragraphs(markdown)
    )
