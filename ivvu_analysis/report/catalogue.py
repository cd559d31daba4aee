"""The Dutch texts: a gettext catalogue that any translator's tool opens, read once a process.

English stands in the code, the templates and the notebooks. Markdown is translated paragraph by paragraph, so
that a change in one sentence leaves the others translated.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO

from babel.messages.pofile import read_po

from ivvu_analysis.places import PACKAGE

MARK = re.compile(r"\A[ \t]*(?:(?:#+|[-*+]|\d+\.)[ \t]+)?")  # of a heading or an item of a list
PIECE = re.compile(
    r"^(```|~~~).*?^\1[ \t]*$"  # a block of code, which is no text
    r"|^[ \t]*#+[ \t][^\n]*"  # a heading
    r"|^[^\n]*\S[^\n]*(?:\n(?![ \t]*(?:#+[ \t]|[-*+][ \t]|\d+\.[ \t]|\||```|~~~))[^\n]*\S[^\n]*)*",
    re.MULTILINE | re.DOTALL,
)


@cache
def messages(language: str) -> dict[str, str]:
    """Return the translations of one language by their English text; English has none."""
    file = PACKAGE / "locale" / language / "LC_MESSAGES" / "ivvu.po"
    if not file.is_file():
        return {}
    catalogue = read_po(BytesIO(file.read_bytes()), locale=language)
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


def paragraphs(markdown: str) -> list[str]:
    r"""Return the texts in Markdown that are translated one by one: headings, paragraphs, items of a list.

    Examples
    --------
    >>> paragraphs("## One\n\nA text\nof two lines.\n\n- an item")
    ['One', 'A text of two lines.', 'an item']
    """
    return [" ".join(MARK.sub("", piece[0]).split()) for piece in PIECE.finditer(markdown) if not piece[1]]


def translated(markdown: str, language: str) -> str:
    """Return a Markdown text in a language, paragraph by paragraph.

    Examples
    --------
    >>> translated("## Contents", "nl")
    '## Inhoud'
    """

    def said(piece: re.Match[str]) -> str:
        text = MARK.sub("", piece[0])
        one_line = " ".join(text.split())
        return piece[0] if piece[1] else piece[0].removesuffix(text) + translate(one_line, language)

    return markdown if language == "en" else PIECE.sub(said, markdown)


def extract(notebook: BinaryIO, *how: Any, **options: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the texts of a notebook for `pybabel extract`: its paragraphs, and what its code gives to `_`."""
    from babel.messages.extract import extract_python  # which nobody else needs

    for cell in json.load(notebook)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from ((1, "_", text, []) for text in paragraphs(source))
        else:
            yield from extract_python(BytesIO(source.encode()), *how, **options)
