"""An executed notebook as what is published: one HTML page, one workbook, and what it recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode

from ivvu_analysis.report import provenance
from ivvu_analysis.report.catalogue import translated
from ivvu_analysis.report.fragments import collected, plain
from ivvu_analysis.report.outputs import shown
from ivvu_analysis.report.prose import markdown
from ivvu_analysis.report.safe import STYLER
from ivvu_analysis.report.templates import render

HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
WITHIN = re.compile(r'href="#([^"]+)"')
IDENTITY = re.compile(r'\s+id="[^"]*"')


@dataclass(frozen=True)
class Published:
    """What a notebook becomes: its page, its tables as a workbook and as csv, and its record."""

    html: str
    workbook: bytes | None
    data: str | None
    record: Mapping[str, Any]


@dataclass
class Outline:
    """The headings of a page, each with an id of its own that links can name."""

    title: str = ""
    latest: str = ""
    headings: list[dict[str, str]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _deepest: int = 1

    def anchored(self, html: str) -> str:
        """Return HTML with nested headings; the first one of level 1 becomes the title."""
        return HEADING.sub(self._anchor, html)

    def _anchor(self, match: re.Match[str]) -> str:
        level, attributes, text = int(match[1]), IDENTITY.sub("", match[2]), match[3]
        if level == 1 and not self.title:
            self.title = self.latest = plain(text)
            return ""
        level = min(max(level, 2), self._deepest + 1)
        self._deepest = level
        self.latest = plain(text)
        slug = _slug(self.latest)
        key, number = slug, 2
        while key in self._taken:
            key, number = f"{slug}-{number}", number + 1
        self._taken.add(key)
        if level == 2:
            self.headings.append({"id": key, "text": plain(text)})
        return f'<h{level} id="{escape(key)}"{attributes}>{text}</h{level}>'


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
    outline = Outline()
    parts: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = translated(cell.source, language)
            parts.append(outline.anchored(markdown(text, folder, language, cell.get("attachments"))))
        elif cell.cell_type == "code":
            parts += [
                outline.anchored(html) for html in shown(cell, language, folder, outline.latest or name)
            ]
    title = record["title"] or outline.title or name
    end = outline.anchored(provenance.section(facts, language, parameters or {}, opened or {}))
    body = _linked(_same_ids("\n".join(part for part in [*parts, end] if part)))
    html = render("report.html.j2", language, title=title, outline=outline.headings, facts=facts, body=body)
    record |= {
        "report": name,
        "title": title,
        "language": language,
        "wave": facts.get("wave", ""),
        "origin": facts.get("origin", ""),
        "identity": {"region": facts["region"]} if facts.get("region") else {},
        "inputs": {**facts.get("files", {})},
    }
    return Published(html + "\n", _workbook(record), record.pop("data") or None, record)


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text.casefold()).strip("-") or "section"


def _linked(html: str) -> str:
    """Lead links within the notebook to the headings that they name, however JupyterLab spells them."""
    return WITHIN.sub(lambda m: f'href="#{_slug(unquote(unescape(m[1])))}"', html)


def _same_ids(html: str) -> str:
    """Return HTML with a number for each table that a Styler named at random: the same bytes each time."""
    names: dict[str, str] = {}
    return STYLER.sub(lambda m: names.setdefault(m[0], f"T_{len(names) + 1:05d}"), html)


def _workbook(record: Mapping[str, Any]) -> bytes | None:
    if not record["tables"]:
        return None
    from ivvu_analysis.report.workbook import workbook  # XlsxWriter is slow to import

    return workbook(record)
