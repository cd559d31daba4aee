"""An executed notebook as what is published: one HTML page, one workbook, and what it recorded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from nbformat import NotebookNode

from ivvu_analysis.report.catalogue import translate, translated
from ivvu_analysis.report.provenance import MIME, collected, plain, section
from ivvu_analysis.report.safe import IMAGES, STYLER, image, lost, markdown, safe
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.workbook import workbook

HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
WITHIN = re.compile(r'href="#([^"]+)"')
IDENTITY = re.compile(r'\s+id="[^"]*"')

ONLY_HERE = "notebook-only"  # a tag: what the last line of the cell shows stays in the notebook

# What a drawing says of itself when it is the last line of a cell; the drawing itself is shown as well.
DRAWN = re.compile(
    r"[\[(]?\s*(<(Axes|Figure|matplotlib|seaborn)\b|Text\(|array\(\[+<(Axes|matplotlib)).*", re.DOTALL
)
MOMENT = re.compile(
    r"(\b(?:Date|Time):(?:</th>\s*<td>)?\s*)([A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4}|\d\d:\d\d:\d\d)"
)
# What differs between two runs of the same notebook or between machines, and means nothing to a reader.
QUIET = {
    re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]"): "",  # the colours of a terminal
    re.compile(r"^[^\n]*\r(?!\n)", re.MULTILINE): "",  # a progress bar writes over itself
    re.compile(r" at 0x[0-9a-fA-F]+"): "",
    re.compile(r"(/[^\s:]*/ipykernel_\d+/\d+\.py|<ipython-input-[^>]*>):\d+"): "notebook",
    # A package is told by its name, and the file that warns of something by its own: not where they are kept.
    re.compile(r"/\S*/(?:site-packages|lib/python[\d.]+)/|^/\S*/(?=[^/\s]+\.py:\d+: )", re.MULTILINE): "",
}

WHAT = {"application/javascript": "script", "application/vnd.jupyter.widget-view+json": "widget"}


@dataclass(frozen=True)
class Published:
    """What a notebook becomes: its page, its tables as a workbook and as csv, and its record."""

    html: str
    workbook: bytes | None
    data: str | None
    record: Mapping[str, Any]


def publish(
    notebook: NotebookNode,
    *,
    name: str,
    folder: Path,
    language: str = "en",
    parameters: Mapping[str, Any] | None = None,
    opened: Mapping[str, str] | None = None,
) -> Published:
    """Turn an executed notebook, with a Report or without, into what is published.

    Parameters
    ----------
    notebook
        As it came from papermill, nbconvert or JupyterLab.
    name
        What the report is called in file names.
    folder
        The folder of the notebook: where paths of images start from.
    language
        Of the page, where the notebook has no Report that says so.
    parameters
        What it was made with, told in its last section.
    opened
        The sha256 of every file that it read, by name.

    Returns
    -------
    Published
        A page with no code, no script and nothing from elsewhere; the same bytes for the same notebook.

    Examples
    --------
    >>> from nbformat import v4
    >>> page = publish(v4.new_notebook(cells=[v4.new_markdown_cell("# Mine")]), name="mine", folder=Path())
    >>> "<h1>Mine</h1>" in page.html
    True
    """
    record = collected(notebook)
    facts = record.pop("report")
    language = facts.get("language", language)
    parts: list[str] = []
    latest = name  # heading, which describes a figure that has no description of its own
    for cell in notebook.cells:
        added = shown(cell, language, folder, latest) if cell.cell_type == "code" else []
        if cell.cell_type == "markdown":
            text = translated(cell.source, language)
            added = [markdown(text, folder, language, cell.get("attachments", {}))]
        parts += filter(None, added)
        for _, _, heading in HEADING.findall("".join(added)):
            latest = plain(heading)
    parts.append(section(facts, language, parameters or {}, opened or {}))
    found, headings, body = _outlined("\n".join(parts))
    title = record["title"] or found or name
    html = render("report.html.j2", language, title=title, headings=headings, facts=facts, body=Markup(body))
    record |= {key: facts.get(key, "") for key in ("wave", "origin", "region")}
    record |= {"title": title, "language": language}
    book = workbook(record) if record["tables"] else None
    return Published(html + "\n", book, record.pop("data") or None, record)


def _outlined(html: str) -> tuple[str, dict[str, str], str]:
    """Return the title of a page, its chapters by their ids, and the rest of it.

    The first heading of level 1 is the title. The others nest, and each gets an id of its own that links can
    name, however JupyterLab spells it. A table that a Styler named at random gets a number: the same bytes
    each time.
    """
    title, deepest = "", 1
    taken: set[str] = set()
    chapters: dict[str, str] = {}
    tables: dict[str, str] = {}

    def anchored(match: re.Match[str]) -> str:
        nonlocal title, deepest
        level, attributes, text = int(match[1]), IDENTITY.sub("", match[2]), plain(match[3])
        if level == 1 and not title:
            title = text
            return ""
        deepest = level = min(max(level, 2), deepest + 1)
        number, key = 1, _slug(text)
        while key in taken:
            number += 1
            key = f"{_slug(text)}-{number}"
        taken.add(key)
        if level == 2:
            chapters[key] = text
        return f'<h{level} id="{escape(key)}"{attributes}>{match[3]}</h{level}>'

    anchors = HEADING.sub(anchored, html)
    links = WITHIN.sub(lambda link: f'href="#{_slug(unquote(unescape(link[1])))}"', anchors)
    same = STYLER.sub(lambda name: tables.setdefault(name[0], f"T_{len(tables) + 1:05d}"), links)
    return title, chapters, same


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text.casefold()).strip("-") or "section"


def shown(cell: NotebookNode, language: str, folder: Path, heading: str) -> list[str]:
    """Return the outputs of a code cell as HTML, each as rich as JupyterLab would show it.

    Parameters
    ----------
    cell
        An executed code cell.
    language
        Of what is said in the place of something that cannot be shown, such as a widget.
    folder
        Where paths of images start from.
    heading
        What the cell stands under: the description of a figure that has none of its own.

    Examples
    --------
    >>> from nbformat import v4
    >>> printed = v4.new_output("stream", name="stdout", text="a < b")
    >>> shown(v4.new_code_cell(outputs=[printed]), "en", Path(), "")
    ['<pre tabindex="0">a &lt; b</pre>']
    """
    quiet = ONLY_HERE in cell.metadata.get("tags", ())
    parts: list[str] = []
    for stream, outputs in groupby(cell.outputs, key=lambda output: output.get("name", "")):
        if stream:  # what was printed in one go
            parts.append(_printed("".join(output.text for output in outputs), stream))
            continue
        for output in outputs:
            if output.output_type == "error":
                parts.append(_printed(f"{output.ename}: {output.evalue}", "stderr"))
            elif not (quiet and output.output_type == "execute_result"):
                parts.append(_rich(output.data, language, folder, heading))
    return [part for part in parts if part]


def _rich(data: Mapping[str, Any], language: str, folder: Path, heading: str) -> str:
    """Return an output in the richest of its kinds."""
    if MIME in data:
        return str(data.get("text/html", ""))
    if "text/html" in data:
        return _html(data["text/html"], language, folder)
    kind = next((kind for kind in ("text/markdown", "text/latex", *IMAGES) if kind in data), "")
    if kind.startswith("text/"):
        return markdown(data[kind], folder, language)
    if kind:
        said = translate("A figure under ‘{heading}’, without a description of its own", language)
        return f'<p class="plot">{image(kind, data[kind], said.format(heading=heading))}</p>'
    if unknown := [WHAT.get(kind, kind) for kind in data if kind != "text/plain"]:
        return _left_out(unknown, language)
    text = data.get("text/plain", "")
    return "" if DRAWN.fullmatch(text) else _printed(text)


def _printed(text: str, stream: str = "") -> str:
    """Return what was printed, without what differs between two runs."""
    for pattern, instead in QUIET.items():
        text = pattern.sub(instead, text)
    same = MOMENT.sub(lambda moment: moment[1] + "–".rjust(len(moment[2])), text)
    kind = ' class="stderr"' if stream == "stderr" else ""
    return f'<pre{kind} tabindex="0">{escape(same, quote=False)}</pre>' if same.strip() else ""


def _html(given: str, language: str, folder: Path) -> str:
    """Return HTML with its tables in a box that scrolls, and what it lost said."""
    html, missing = safe(MOMENT.sub(r"\1–", given), folder, language), lost(given)
    if "<table" in html:
        named = translate("Table", language)
        html = f'<div class="wide" tabindex="0" role="group" aria-label="{named}">{html}</div>'
    return html + (_left_out(missing, language) if missing else "")


def _left_out(what: list[str], language: str) -> str:
    said = translate("Something that only works in JupyterLab is not shown here: {what}.", language)
    return f'<p class="warning">{escape(said.format(what=", ".join(sorted(what))))}</p>'
