"""HTML and Markdown from anywhere made safe to send: nothing in it runs, fetches or covers.

It looks as it does in JupyterLab; images stand within the page, and formulas are MathML.
"""

import base64
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import mistune
import nh3
from latex2mathml.converter import convert

from ivvu_analysis.report.catalogue import translate

MATHS = {"math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msup", "msub"}
MATHS |= {"msubsup", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded"}
MATHS |= {"mphantom", "menclose"}
OF_MATHS = {"display", "xmlns", "accent", "accentunder", "columnalign", "rowspacing", "columnspacing"}
OF_MATHS |= {"displaystyle", "fence", "form", "linethickness", "lspace", "rspace", "mathvariant", "maxsize"}
OF_MATHS |= {"minsize", "notation", "scriptlevel", "separator", "stretchy", "width"}
TAGS = {"figure", "figcaption", "details", "summary", "section", "mark", "progress", "meter"}
OF_METERS = {"value", "min", "max", "low", "high", "optimum"}
OF_ALL = {"class", "id", "title", "lang", "dir", "align", "colspan", "rowspan", "scope", "style", "hidden"}
# Declarations that draw a cell; nothing that moves or covers.
STYLES = {"background", "background-color", "border", "border-bottom", "border-collapse", "border-left"}
STYLES |= {"border-right", "border-top", "color", "display", "font-size", "font-style", "font-weight"}
STYLES |= {"max-width", "min-width", "opacity", "padding", "text-align", "text-decoration"}
STYLES |= {"vertical-align", "visibility", "white-space", "width"}
ALLOWED: dict[str, Any] = {
    "tags": nh3.ALLOWED_TAGS | MATHS | TAGS,
    "attributes": {
        **nh3.ALLOWED_ATTRIBUTES,
        **dict.fromkeys(MATHS, OF_MATHS),
        **dict.fromkeys(("progress", "meter"), OF_METERS),
        "*": OF_ALL,
        "img": {"src", "alt", "width", "height"},
        "details": {"open"},
    },
    "filter_style_properties": STYLES,
    "url_schemes": {"http", "https", "mailto", "data", "attachment"},
}
LINK = re.compile(r"\s*(https?:|mailto:|#)", re.IGNORECASE)
FETCHES = re.compile(r"url\s*\(|image-set\s*\(|image\s*\(|expression\s*\(|[\\@<]", re.IGNORECASE)
STYLE = re.compile(r"<style[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
RULE, ID = re.compile(r"([^{}]+)\{([^{}]*)\}"), re.compile(r"""\sid=["']?([\w-]+)""")
NO_RULE = re.compile(r"/\*.*?\*/|@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", re.DOTALL)
STYLER = re.compile(r"\bT_[0-9a-f]{4,}")  # the id that a Styler gives its table
SELECTOR = re.compile(r"\s*#([\w-]+)[\w\s#.:()>+~*-]*")
RUNS = re.compile(
    r"<\s*(script|iframe|object|embed|form|video|audio|canvas|applet|link|meta|base|input|button|select)\b",
    re.IGNORECASE,
)
ROW, HEAD = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<th\b(?![^>]*\bscope=)")
EMPTY = re.compile(r'<th scope="\w+"([^>]*)>(?:\s|&nbsp;|\xa0)*</th>')
DRAWING = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
IMAGE = re.compile(r'<img\b(?:[^>"]|"[^"]*")*>')
GONE = "gone:"  # stands before the address of an image that cannot come along
IMAGES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
LARGEST_IMAGE = 5_000_000  # bytes; a page is sent by e-mail
FORMULA = re.compile(
    r"\$\$(.+?)\$\$"
    r"|\\\[(.+?)\\\]"
    r"|(\\begin\{([a-z]+\*?)\}.+?\\end\{\4\})"
    r"|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?![\w$])"
    r"|\\\((.+?)\\\)",
    re.DOTALL,
)
# What is no part of a formula in JupyterLab, and what is not known to what draws it here.
TEX = {r"\\label\{[^}]*\}": "", r"\{align\}": "{align*}", r"\\arg\b": r"\\operatorname{arg}"}
INDENTED = re.compile(r"<code>.*?</code>", re.DOTALL)
CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
BOX = re.compile(r'<input class="task-list-item-checkbox"[^>]*?( checked)?/?>')
KEPT = re.compile("\ue000(\\d+)\ue001")  # stands for a formula while Markdown is read
MARKDOWN = mistune.create_markdown(
    escape=False, plugins=["table", "strikethrough", "footnotes", "task_lists", "url", "def_list"]
)


Attachments = Mapping[str, Mapping[str, str]] | None  # the images that a cell carries, by name and type


def markdown(
    source: str, folder: Path = Path(), language: str = "en", attachments: Attachments = None
) -> str:
    """Return Markdown, as JupyterLab reads it, as safe HTML; see `safe` for the parameters.

    Examples
    --------
    >>> markdown("**bold**")
    '<p><strong>bold</strong></p>'
    """
    formulas: list[str] = []
    written: list[str] = []

    def kept(match: re.Match[str]) -> str:
        displayed = match[1] or match[2] or match[3]
        kind, formula = "block" if displayed else "inline", displayed or match[5] or match[6]
        for pattern, instead in TEX.items():
            formula = re.sub(pattern, instead, formula)
        written.append(escape(match[0]))
        try:
            formulas.append(convert(formula, display=kind))
        except Exception:  # a formula that cannot be read is shown as it was written
            formulas.append(written[-1])
        return f"\ue000{len(formulas) - 1}\ue001"

    pieces = CODE.split(source)
    pieces[::2] = [FORMULA.sub(kept, text) for text in pieces[::2]]
    html = BOX.sub(lambda box: "☑ " if box[1] else "☐ ", str(MARKDOWN("".join(pieces))))
    coded = INDENTED.sub(lambda code: KEPT.sub(lambda number: written[int(number[1])], code[0]), html)
    whole = KEPT.sub(lambda number: formulas[int(number[1])], coded)
    return safe(whole.replace(' href="#harmful-link"', ""), folder, language, attachments).strip()


def safe(html: str, folder: Path = Path(), language: str = "en", attachments: Attachments = None) -> str:
    """Return HTML without anything that runs, fetches or covers; tables and formulas keep their looks.

    Images come along within the page, heads of rows and of columns of a table are told apart, and an empty
    corner of a table heads nothing. What is left out although it would have shown something is named.

    Parameters
    ----------
    html
        From anywhere.
    folder
        Where paths of images start from.
    language
        Of what is said in the place of what cannot be shown.
    attachments
        The images that a cell carries, by name and type.

    Examples
    --------
    >>> safe('<b onclick="x()">bold</b>')
    '<b>bold</b>'
    >>> safe('<a href="javascript:x()">go</a>')
    '<a rel="noopener noreferrer">go</a>'
    >>> safe("<table><tbody><tr><th>a</th><td>1</td></tr></tbody></table>")
    '<table><tbody><tr><th scope="row">a</th><td>1</td></tr></tbody></table>'
    """

    def harmless(tag: str, name: str, value: str) -> str | None:
        """Refuse what a browser would fetch or open, besides links to pages and images that come along."""
        if name == "src":
            return _embedded(value, folder, attachments) or GONE + value
        if name == "style":
            return ";".join(part for part in value.split(";") if not FETCHES.search(part)) or None
        return None if name == "href" and not LINK.match(value) else value

    def described(tag: re.Match[str]) -> str:
        """Return an image with a description, if an empty one, or what it was where it cannot be shown."""
        if ' src="data:' not in tag[0]:
            name = re.search(rf' (?:src="{GONE}|alt=")([^"]*)', tag[0])
            said = translate("The image ‘{name}’ cannot be shown here.", language)
            return f"<em>{escape(said.format(name=unescape(name[1]) if name else ''))}</em>"
        return tag[0] if ' alt="' in tag[0] else tag[0].replace("<img", '<img alt=""', 1)

    def told_apart(row: re.Match[str]) -> str:
        return HEAD.sub(f'<th scope="{"row" if "<td" in row[0] else "col"}"', row[0])

    own = {*ID.findall(html)}
    rules = "".join(rule for block in STYLE.findall(html) for rule in _harmless_rules(block, own))
    drawn = DRAWING.sub(lambda drawing: image("image/svg+xml", drawing[0]), STYLE.sub("", html))
    cleaned = nh3.clean(drawn, attribute_filter=harmless, **ALLOWED)
    headed = EMPTY.sub(r"<td\1></td>", ROW.sub(told_apart, IMAGE.sub(described, cleaned)))
    missing = {tag.lower() for tag in RUNS.findall(html)}
    return (f"<style>{rules}</style>" if rules else "") + headed + left_out(missing, language)


def image(kind: str, data: str, alt: str = "", width: Any = "") -> str:
    """Return an image, given as text or in base64, that comes along and in which nothing runs."""
    if kind == "image/svg+xml":
        named = "<svg" if "xmlns=" in data else '<svg xmlns="http://www.w3.org/2000/svg"'
        data = base64.b64encode(data.replace("<svg", named, 1).encode()).decode()
    sized = f' width="{escape(str(width))}"' if width else ""
    return f'<img alt="{escape(alt)}" src="data:{kind};base64,{"".join(data.split())}"{sized}>'


def left_out(what: Iterable[str], language: str) -> str:
    """Return a warning that names what cannot be shown; nothing where there is nothing.

    Examples
    --------
    >>> left_out(["iframe"], "en")
    '<p class="warning">Something that only works in JupyterLab is not shown here: iframe.</p>'
    """
    said = translate("Something that only works in JupyterLab is not shown here: {what}.", language)
    named = ", ".join(sorted(what))
    return f'<p class="warning">{escape(said.format(what=named))}</p>' if named else ""


def _embedded(address: str, folder: Path, attachments: Attachments) -> str:
    """Return an image as a data URI; nothing if it is no image, not there, too large or from elsewhere."""
    if address.startswith("data:image/"):
        return address
    name = unquote(address)
    bundle = (attachments or {}).get(name.removeprefix("attachment:"), {})
    for kind in IMAGES:
        if kind in bundle:
            return f"data:{kind};base64,{bundle[kind]}"
    path, kind = folder / name, mimetypes.guess_type(name)[0] or ""
    if ":" in name or kind not in IMAGES or not path.is_file() or path.stat().st_size > LARGEST_IMAGE:
        return ""
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _harmless_rules(block: str, own: set[str]) -> Iterator[str]:
    """Yield the rules of a Styler and its like, which begin with an id of its own, as far as harmless."""
    for selectors, body in RULE.findall(NO_RULE.sub("", block)):
        declared = [one.strip() for one in body.split(";") if one.partition(":")[0].strip() in STYLES]
        kept = dict.fromkeys(one for one in declared if not FETCHES.search(one))
        found = [SELECTOR.fullmatch(selector) for selector in selectors.split(",")]
        if kept and all(match and match[1] in own for match in found):
            yield f"{selectors.strip()} {{ {'; '.join(kept)} }}\n"


def plain(html: str) -> str:
    """Return the text of a sentence that was made ready for a page."""
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()
