"""Outputs and prose of any notebook as HTML that is safe to send: what JupyterLab shows, and nothing that runs."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import unquote

import latex2mathml.converter
import mistune
import nh3
from nbformat import NotebookNode

from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.fragments import MIME

LARGEST_IMAGE = 5_000_000  # bytes; a page is sent by e-mail
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
ONLY_HERE = "notebook-only"  # a tag: what the last line of the cell shows stays in the notebook

TAGS = nh3.ALLOWED_TAGS | {
    "figure",
    "figcaption",
    "caption",
    "colgroup",
    "col",
    "details",
    "summary",
    "section",
    "mark",
}
ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"class", "id", "title", "lang", "dir", "align", "colspan", "rowspan", "scope", "style"},
    "img": {"src", "alt", "width", "height"},
}
# Declarations that draw a cell; nothing that fetches, moves or covers.
STYLES = {
    *(
        "color",
        "background-color",
        "font-weight",
        "font-style",
        "font-size",
        "text-align",
        "vertical-align",
        "width",
    ),
    *(
        "border",
        "border-bottom",
        "border-top",
        "border-left",
        "border-right",
        "padding",
        "white-space",
        "text-decoration",
    ),
    *("background", "border-collapse", "opacity"),
}
STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
STYLER = re.compile(r"\bT_[0-9a-f]{4,}")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
MATHS = re.compile(
    r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<!\s)\$(?![\w$])|\\\((.+?)\\\)", re.DOTALL
)
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
IMAGE = re.compile(r'(<img[^>]*?\bsrc=")([^"]+)(")')

_markdown = mistune.create_markdown(
    escape=False, plugins=["table", "strikethrough", "footnotes", "task_lists", "url"]
)


def safe(html: str) -> str:
    """Return HTML without anything that runs, fetches or leaves the page; tables keep their looks.

    Examples
    --------
    >>> safe('<b onclick="x()">bold</b><script>x()</script>')
    '<b>bold</b>'
    """
    rules = "".join(_harmless_rules(block) for block in STYLE.findall(html))
    cleaned = nh3.clean(
        STYLE.sub("", html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        attribute_filter=_harmless_link,
    )
    return (f"<style>{rules}</style>" if rules else "") + cleaned


def _harmless_link(tag: str, name: str, value: str) -> str | None:
    """Refuse what a browser would fetch or open besides links to pages and images that come along."""
    if tag == "img" and name == "src":
        return value if value.startswith("data:image/") else None
    return None if name == "href" and value.lstrip().lower().startswith("data:") else value


def _harmless_rules(block: str) -> str:
    """Return the rules of a Styler, which begin with the id of its own table, with harmless declarations."""
    kept = []
    for selectors, body in RULE.findall(block):
        mine = all(
            STYLER.search(selector) and selector.strip().startswith("#T_")
            for selector in selectors.split(",")
        )
        declared = [part.split(":", 1) for part in body.split(";") if ":" in part]
        allowed = [
            f"{k.strip()}: {v.strip()}"
            for k, v in declared
            if k.strip() in STYLES and not re.search(r"[(\\@<]", v)
        ]
        allowed += [
            f"{k.strip()}: {v.strip()}"
            for k, v in declared
            if k.strip() in STYLES and re.fullmatch(r"\s*(rgba?|linear-gradient)\([\d\s.,%a-z#]*\)\s*", v)
        ]
        if mine and allowed and not re.search(r"[<@\\]", selectors):
            kept.append(f"{selectors.strip()} {{ {'; '.join(dict.fromkeys(allowed))} }}\n")
    return "".join(kept)


def markdown(source: str, folder: Path, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return Markdown as safe HTML: formulas as MathML, local and attached images within the page.

    Parameters
    ----------
    source
        Markdown as JupyterLab reads it.
    folder
        Where paths of images start from.
    attachments
        The images that a cell carries, by name and type.

    Examples
    --------
    >>> markdown("**bold**", Path())
    '<p><strong>bold</strong></p>'
    """
    formulas: list[str] = []

    def kept(match: re.Match[str]) -> str:
        display, _, inline, _ = (match[1] or match[2], None, match[3] or match[4], None)
        try:
            maths = latex2mathml.converter.convert(
                display or inline, display="block" if display else "inline"
            )
        except Exception:  # a formula that cannot be read is shown as it was written
            return match[0]
        formulas.append(maths)
        return f"\ue000{len(formulas) - 1}\ue001"

    pieces = CODE.split(source)
    text = "".join(piece if number % 2 else MATHS.sub(kept, piece) for number, piece in enumerate(pieces))
    html = IMAGE.sub(lambda m: m[1] + _embedded(m[2], folder, attachments or {}) + m[3], str(_markdown(text)))
    return re.sub("\ue000(\\d+)\ue001", lambda m: formulas[int(m[1])], safe(html)).strip()


def _embedded(address: str, folder: Path, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Return an image as a data URI, so that it travels with the page; one from elsewhere does not."""
    name = unquote(address)
    if name.startswith("attachment:"):
        bundle = attachments.get(name.removeprefix("attachment:"), {})
        kind = next((kind for kind in IMAGES if kind in bundle), "")
        return f"data:{kind};base64,{bundle[kind]}" if kind else ""
    path = folder / name
    kind = mimetypes.guess_type(name)[0] or ""
    if ":" in name or kind not in IMAGES or not path.is_file() or path.stat().st_size > LARGEST_IMAGE:
        return address
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def shown(cell: NotebookNode, language: str, folder: Path) -> list[str]:
    """Return the outputs of a code cell as HTML, each as rich as JupyterLab would show it.

    What cannot stand in a page that is sent, such as a widget, is said in its place.
    """
    quiet = ONLY_HERE in cell.metadata.get("tags", ())
    outputs = [output for output in cell.outputs if not (quiet and output.output_type == "execute_result")]
    return [html for output in outputs if (html := _output(output, language, folder))]


def _output(output: NotebookNode, language: str, folder: Path) -> str:
    if output.output_type == "stream":
        kind = ' class="stderr"' if output.name == "stderr" else ""
        return f"<pre{kind}>{escape(COLOURS.sub('', _text(output.text)))}</pre>"
    if output.output_type == "error":
        return f'<pre class="stderr">{escape(f"{output.ename}: {output.evalue}")}</pre>'
    data = output.get("data", {})
    if MIME in data:
        return _text(data.get("text/html", ""))
    if "text/html" in data:
        return _framed(safe(_text(data["text/html"])), _text(data.get("text/plain", "")))
    for kind in IMAGES:
        if kind in data:
            return _image(kind, _text(data[kind]), language)
    if "text/markdown" in data:
        return markdown(_text(data["text/markdown"]), folder)
    if "text/latex" in data:
        return markdown(_text(data["text/latex"]), folder)
    if "text/plain" in data and not {
        "application/javascript",
        "application/vnd.jupyter.widget-view+json",
    } & set(data):
        return f"<pre>{escape(_text(data['text/plain']))}</pre>"
    if not data:
        return ""
    what = translate("Something that only works in JupyterLab is not shown here", language)
    return f'<p class="warning">{what} ({escape(", ".join(sorted(data)))}).</p>'


def _framed(html: str, plain: str) -> str:
    """Return a table in a box of its own that scrolls; HTML of which nothing is left falls back on its text."""
    if not re.sub(r"<[^>]+>|\s", "", html) and "<img" not in html:
        return f"<pre>{escape(plain)}</pre>" if plain else ""
    if "<table" not in html:
        return html
    headed = re.sub(r"<th(?![^>]*scope)(?=[\s>])", '<th scope="col"', html)
    headed = re.sub(r"(<tr[^>]*>\s*)<th scope=\"col\"(?=[^<]*<[^<]*<td)", r'\1<th scope="row"', headed)
    return f'<div class="wide" tabindex="0" role="group">{headed}</div>'


def _image(kind: str, data: str, language: str) -> str:
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode()
    said = escape(translate("A figure of the notebook, without a description", language))
    return f'<p class="plot"><img alt="{said}" src="data:{kind};base64,{"".join(data.split())}"></p>'


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
