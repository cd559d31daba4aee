"""An executed notebook as what is published: one HTML page, one workbook, and what it recorded."""

import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from nbformat import NotebookNode

from ivvu_analysis.report.outputs import collected, shown
from ivvu_analysis.report.safe import STYLER, plain
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.workbook import workbook

LEVEL = re.compile(r"<h([1-6])")
HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
WITHIN = re.compile(r' href="#([^"]+)"')  # a link; a drawing uses its own parts by xlink:href
PACKAGES = ("ivvu-analysis", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn")
VERSIONS = {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}
IDENTITY = re.compile(r'\s+id="[^"]*"')


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
    pages: list[str] = []
    latest = name  # heading, which describes a figure that has no description of its own
    for cell in notebook.cells:
        pages.append("\n".join(filter(None, shown(cell, language, folder, latest))))
        for _, _, heading in HEADING.findall(pages[-1]):
            latest = plain(heading)
    parts = [*filter(None, _holding(notebook.cells, pages, ours=facts.get("programme") != ""))]
    parts.append(_provenance(facts, language, parameters or {}, opened or {}))
    found, headings, body = _outlined("\n".join(parts))
    title = record["title"] or found or name
    html = render("report.html.j2", language, title=title, headings=headings, facts=facts, body=Markup(body))
    about = {key: facts.get(key, "") for key in ("programme", "wave", "origin", "region")}
    record |= {**about, "title": title, "language": language}
    book = workbook(record) if record["tables"] else None
    return Published(html + "\n", book, record.pop("data") or None, record)


def _holding(cells: Sequence[NotebookNode], pages: Sequence[str], *, ours: bool) -> Iterator[str]:
    """Yield what cells show, without the text that is tagged as true only where it is not so here.

    Text ``with-results`` announces what a code cell shows before the next heading of its level or a higher
    one; text ``of-the-programme`` is about the programme whose figures were published.
    """
    code = [cell.cell_type == "code" for cell in cells]
    levels = [
        7 if ran else min(map(int, LEVEL.findall(page)), default=7)
        for ran, page in zip(code, pages, strict=True)
    ]
    for number, page in enumerate(pages):
        tags, rest = cells[number].metadata.get("tags", ()), range(number + 1, len(pages))
        end = next((n for n in rest if not code[n] and levels[n] <= levels[number]), len(pages))
        announced = any(pages[n] for n in range(number + 1, end) if code[n])
        if (ours or "of-the-programme" not in tags) and (announced or "with-results" not in tags):
            yield page


def _provenance(
    facts: Mapping[str, Any], language: str, parameters: Mapping[str, Any], opened: Mapping[str, str]
) -> str:
    """Return the last section of a page: what it was made with and of, and how to read it.

    Of a file only its name is told, for where it lies is nobody's business.
    """
    files = {**facts.get("files", {}), **{Path(name).name: digest for name, digest in opened.items()}}
    names = {name: Path(value).name for name, value in parameters.items() if isinstance(value, str)}
    told = {**parameters, **{name: file for name, file in names.items() if file in files}}
    about = {"facts": facts, "parameters": told, "files": dict(sorted(files.items())), "versions": VERSIONS}
    return render("provenance.html.j2", language, **about)


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

    def linked(link: re.Match[str]) -> str:
        key = _slug(unquote(unescape(link[1])))
        return f' href="#{escape(key)}"' if key in taken else link[0]

    links = WITHIN.sub(linked, HEADING.sub(anchored, html))
    same = STYLER.sub(lambda name: tables.setdefault(name[0], f"T_{len(tables) + 1:05d}"), links)
    return title, chapters, same


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text.casefold()).strip("-") or "section"
