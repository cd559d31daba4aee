"""Markdown as JupyterLab reads it, as safe HTML: formulas as MathML, images within the page."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

import latex2mathml.converter
import mistune

from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.safe import headed, safe

LARGEST_IMAGE = 5_000_000  # bytes; a page is sent by e-mail
IMAGES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
FORMULA = re.compile(
    r"\$\$(.+?)\$\$"
    r"|\\\[(.+?)\\\]"
    r"|(\\begin\{([a-z]+\*?)\}.+?\\end\{\4\})"
    r"|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?![\w$])"
    r"|\\\((.+?)\\\)",
    re.DOTALL,
)
CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
IMAGE = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""")
BOX = re.compile(r'<input class="task-list-item-checkbox"[^>]*?( checked)?/?>')

_html = mistune.create_markdown(
    escape=False, plugins=["table", "strikethrough", "footnotes", "task_lists", "url", "def_list"]
)


def markdown(
    source: str,
    folder: Path,
    language: str = "en",
    attachments: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return Markdown as safe HTML.

    Parameters
    ----------
    source
        Markdown as JupyterLab reads it.
    folder
        Where paths of images start from.
    language
        Of what is said in the place of an image that cannot be shown.
    attachments
        The images that a cell carries, by name and type.

    Examples
    --------
    >>> markdown("**bold**", Path())
    '<p><strong>bold</strong></p>'
    """
    formulas: list[str] = []

    def kept(match: re.Match[str]) -> str:
        formulas.append(_formula(match))
        return f"\ue000{len(formulas) - 1}\ue001"

    pieces = CODE.split(source)
    text = "".join(piece if number % 2 else FORMULA.sub(kept, piece) for number, piece in enumerate(pieces))
    html = BOX.sub(lambda m: "☑ " if m[1] else "☐ ", str(_html(text)).replace(' href="#harmful-link"', ""))
    html = IMAGE.sub(lambda m: _image(m[0], folder, language, attachments or {}), html)
    whole = re.sub("\ue000(\\d+)\ue001", lambda m: formulas[int(m[1])], html)
    return headed(safe(whole)).strip()


def _formula(match: re.Match[str]) -> str:
    displayed = match[1] or match[2] or match[3]
    try:
        kind = "block" if displayed else "inline"
        return latex2mathml.converter.convert(displayed or match[5] or match[6], display=kind)
    except Exception:  # a formula that cannot be read is shown as it was written
        return escape(match[0])


def _image(tag: str, folder: Path, language: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Return an image that travels with the page, or what it was where it cannot."""
    named = {name: unescape(value.strip("\"'")) for name, value in ATTRIBUTE.findall(tag)}
    address = named.get("src", "")
    uri = _embedded(unquote(address), folder, attachments)
    if not uri:
        said = translate("The image ‘{name}’ cannot be shown here.", language).format(name=address)
        return f"<em>{escape(said)}</em>"
    rest = ATTRIBUTE.sub("", tag.removeprefix("<img").rstrip("/>"))
    return f'<img src="{uri}" alt="{escape(named.get("alt", ""))}"{rest}>'


def _embedded(name: str, folder: Path, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Return an image as a data URI; nothing if it is no image, not there, too large or from elsewhere."""
    if name.startswith("data:image/"):
        return escape(name)
    if name.startswith("attachment:"):
        bundle = attachments.get(name.removeprefix("attachment:"), {})
        return next((f"data:{kind};base64,{bundle[kind]}" for kind in IMAGES if kind in bundle), "")
    path, kind = folder / name, mimetypes.guess_type(name)[0]
    if (
        not name
        or ":" in name
        or kind not in IMAGES
        or not path.is_file()
        or path.stat().st_size > LARGEST_IMAGE
    ):
        return ""
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
