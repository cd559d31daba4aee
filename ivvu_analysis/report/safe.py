"""HTML from anywhere made safe to send: it looks as it did, and nothing in it runs, fetches or covers."""

from __future__ import annotations

import base64
import re
from html import escape

import nh3

MATHS = {
    *(
        "math",
        "mrow",
        "mi",
        "mo",
        "mn",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "msup",
        "msub",
        "msubsup",
    ),
    *("mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"),
}
TAGS = nh3.ALLOWED_TAGS | MATHS | {"figure", "figcaption", "details", "summary", "section", "mark"}
MATHS_ATTRIBUTES = {
    *(
        "display",
        "xmlns",
        "accent",
        "accentunder",
        "columnalign",
        "rowspacing",
        "columnspacing",
        "displaystyle",
    ),
    *("fence", "form", "linethickness", "lspace", "rspace", "mathvariant", "maxsize", "minsize"),
    *("notation", "scriptlevel", "separator", "stretchy", "width"),
}
ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    **dict.fromkeys(MATHS, MATHS_ATTRIBUTES),
    "*": {"class", "id", "title", "lang", "dir", "align", "colspan", "rowspan", "scope", "style"},
    "img": {"src", "alt", "width", "height"},
    "details": {"open"},
}
# Declarations that draw a cell; nothing that moves or covers.
STYLES = {
    *(
        "background",
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-left",
        "border-right",
    ),
    *(
        "border-top",
        "color",
        "font-size",
        "font-style",
        "font-weight",
        "max-width",
        "min-width",
        "opacity",
        "padding",
    ),
    *("text-align", "text-decoration", "vertical-align", "white-space", "width"),
}
FETCHES = re.compile(r"url\s*\(|image-set\s*\(|image\s*\(|expression\s*\(|[\\@<]", re.IGNORECASE)
STYLE = re.compile(r"<style[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
STYLER = re.compile(r"\bT_[0-9a-f]{4,}")  # the id that a Styler gives its table
SELECTOR = re.compile(r"\s*#T_[0-9a-f]{4,}[\w\s#.:()>+~-]*")
RUNS = re.compile(
    r"<\s*(script|iframe|object|embed|form|video|audio|canvas|applet|link|meta|base)\b", re.IGNORECASE
)
FAR = re.compile(r"<(img)\b[^>]*\bsrc\s*=\s*[\"']?(?!data:image/)[^\"'\s>]", re.IGNORECASE)
IMAGE = re.compile(r"<img\b[^>]*>")
ROW, HEAD = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<th\b(?![^>]*\bscope=)")
EMPTY = re.compile(r'<th scope="\w+"([^>]*)>(?:\s|&nbsp;|\xa0)*</th>')
SVG = "http://www.w3.org/2000/svg"
DRAWING = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)


def safe(html: str) -> str:
    """Return HTML without anything that runs, fetches or covers; tables and formulas keep their looks.

    Examples
    --------
    >>> safe('<b onclick="x()">bold</b><script>x()</script>')
    '<b>bold</b>'
    >>> safe('<a href="javascript:x()">go</a>')
    '<a rel="noopener noreferrer">go</a>'
    """
    rules = "".join(_harmless_rules(block) for block in STYLE.findall(html))
    cleaned = nh3.clean(
        STYLE.sub("", DRAWING.sub(lambda m: image("image/svg+xml", m[0]), html)),
        tags=TAGS,
        attributes=ATTRIBUTES,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        attribute_filter=_harmless,
    )
    return (f"<style>{rules}</style>" if rules else "") + IMAGE.sub(_described, cleaned)


def headed(html: str) -> str:
    """Return HTML whose tables tell heads of rows from heads of columns; an empty corner heads nothing.

    Examples
    --------
    >>> headed("<tr><th>a</th><td>1</td></tr>")
    '<tr><th scope="row">a</th><td>1</td></tr>'
    """

    def told_apart(row: re.Match[str]) -> str:
        return HEAD.sub(f'<th scope="{"row" if "<td" in row[0] else "col"}"', row[0])

    return EMPTY.sub(r"<td\1></td>", ROW.sub(told_apart, html))


def image(kind: str, data: str, alt: str = "") -> str:
    """Return an image, given as text or in base64, that comes along and in which nothing runs."""
    if kind == "image/svg+xml":
        named = (
            data if "xmlns=" in data else data.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        )
        data = base64.b64encode(named.encode()).decode()
    return f'<img alt="{escape(alt)}" src="data:{kind};base64,{"".join(data.split())}">'


def lost(html: str) -> list[str]:
    """Return the names of what `safe` leaves out of HTML although it would have shown something.

    Examples
    --------
    >>> lost('<p>chart</p><iframe src="https://example.org"></iframe>')
    ['iframe']
    """
    return sorted({tag.lower() for tag in RUNS.findall(html) + FAR.findall(html)})


def _described(tag: re.Match[str]) -> str:
    """Return an image with a description, if an empty one; nothing where its address was refused."""
    if ' src="' not in tag[0]:
        return ""
    return tag[0] if ' alt="' in tag[0] else tag[0].replace("<img", '<img alt=""', 1)


def _harmless(tag: str, name: str, value: str) -> str | None:
    """Refuse what a browser would fetch or open, besides links to pages and images that come along."""
    if name == "src":
        return value if value.startswith("data:image/") else None
    if name == "href":
        return value if re.match(r"https?:|mailto:|#", value.strip(), re.IGNORECASE) else None
    if name == "style":
        return ";".join(part for part in value.split(";") if not FETCHES.search(part)) or None
    return value


def _harmless_rules(block: str) -> str:
    """Return the rules of a Styler, which begin with the id of its own table, with harmless declarations."""
    kept = []
    for selectors, body in RULE.findall(block):
        pairs = [tuple(part.strip() for part in one.split(":", 1)) for one in body.split(";") if ":" in one]
        declared = [
            f"{name}: {value}" for name, value in pairs if name in STYLES and not FETCHES.search(value)
        ]
        if declared and all(SELECTOR.fullmatch(selector) for selector in selectors.split(",")):
            kept.append(f"{selectors.strip()} {{ {'; '.join(dict.fromkeys(declared))} }}\n")
    return "".join(kept)
