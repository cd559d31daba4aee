"""Markdown as JupyterLab reads it, as safe HTML: formulas as MathML, images within the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

import latex2mathml.converter
import mistune

from ivvu_analysis.report.safe import safe

FORMULA = re.compile(
    r"\$\$(.+?)\$\$"
    r"|\\\[(.+?)\\\]"
    r"|(\\begin\{([a-z]+\*?)\}.+?\\end\{\4\})"
    r"|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?![\w$])"
    r"|\\\((.+?)\\\)",
    re.DOTALL,
)
CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
BOX = re.compile(r'<input class="task-list-item-checkbox"[^>]*?( checked)?/?>')
KEPT = re.compile("\ue000(\\d+)\ue001")  # stands for a formula while Markdown is read

_html = mistune.create_markdown(
    escape=False, plugins=["table", "strikethrough", "footnotes", "task_lists", "url", "def_list"]
)


def markdown(
    source: str,
    folder: Path = Path(),
    language: str = "en",
    attachments: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return Markdown, as JupyterLab reads it, as safe HTML; see `safe` for the parameters.

    Examples
    --------
    >>> markdown("**bold**")
    '<p><strong>bold</strong></p>'
    """
    formulas: list[str] = []

    def kept(match: re.Match[str]) -> str:
        formulas.append(_formula(match))
        return f"\ue000{len(formulas) - 1}\ue001"

    pieces = CODE.split(source)
    text = "".join(piece if number % 2 else FORMULA.sub(kept, piece) for number, piece in enumerate(pieces))
    html = BOX.sub(lambda box: "☑ " if box[1] else "☐ ", str(_html(text)))
    whole = KEPT.sub(lambda number: formulas[int(number[1])], html)
    return safe(whole.replace(' href="#harmful-link"', ""), folder, language, attachments).strip()


def _formula(match: re.Match[str]) -> str:
    displayed = match[1] or match[2] or match[3]
    try:
        kind = "block" if displayed else "inline"
        return latex2mathml.converter.convert(displayed or match[5] or match[6], display=kind)
    except Exception:  # a formula that cannot be read is shown as it was written
        return escape(match[0])
