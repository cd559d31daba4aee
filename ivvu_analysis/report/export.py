"""An executed notebook as what is published: one HTML page, one workbook, and what it recorded."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

# nbconvert takes longer to import than all the rest, and the cover needs no more than the stylesheet.

CONTENT_TYPE = "application/vnd.ivvu.report+json"
TEMPLATES = Path(str(resources.files("ivvu_analysis.report"))) / "template"

WORDS = {
    "en": {"contents": "Contents", "skip": "Skip to the report"},
    "nl": {"contents": "Inhoud", "skip": "Naar het rapport"},
}

HEADING = re.compile(r"^(#{2,3})[ \t]+(.+?)[ \t]*$", re.MULTILINE)
HTML_HEADING = re.compile(r"<(h[2-3])>(.+?)</\1>")


@dataclass
class Outline:
    """The headings of a page, each with an id of its own that links can name."""

    headings: list[dict[str, str]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def anchored(self, level: str, text: str) -> str:
        """Return the heading with its id; those of the second level are kept for the outline."""
        slug = re.sub(r"\W+", "-", re.sub(r"<[^>]+>", "", text).casefold()).strip("-") or "section"
        number = 2
        key = slug
        while key in self._taken:
            key, number = f"{slug}-{number}", number + 1
        self._taken.add(key)
        if level == "h2":
            self.headings.append({"id": key, "text": unescape(re.sub(r"<[^>]+>", "", text))})
        return f'<{level} id="{key}">{text}</{level}>'


def content(notebook: NotebookNode) -> dict[str, Any]:
    """Return what the report recorded: its title, language, findings, key figures and tables.

    Raises
    ------
    ValueError
        If the notebook never closed its report.
    """
    for cell in reversed(notebook.cells):
        for output in cell.get("outputs", []):
            recorded = output.get("data", {}).get(CONTENT_TYPE)
            if recorded is not None:
                return dict(recorded)
    raise ValueError("The notebook has not closed its report: its last cell must be report.close().")


def html(notebook: NotebookNode) -> str:
    """Return the report as one HTML page: no code, no script, nothing from elsewhere.

    Parameters
    ----------
    notebook
        An executed notebook that closed its report.

    Raises
    ------
    ValueError
        If the notebook never closed its report.
    """
    recorded = content(notebook)
    language = recorded["language"]
    outline = Outline()
    page = _shown(notebook, language, outline)
    resource = {
        "language": language,
        "title": recorded["title"],
        "words": WORDS[language],
        "css": css(),
        "outline": outline.headings,
    }
    body, _ = _exporter().from_notebook_node(page, resources=resource)
    return str(body)


@cache
def css() -> str:
    """Return the stylesheet that reports and cover pages share."""
    return (TEMPLATES / "page.css").read_text(encoding="utf-8")


@cache
def _exporter() -> TemplateExporter:
    from nbconvert.exporters import TemplateExporter

    return TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="ivvu",
        extra_template_basedirs=[str(TEMPLATES)],
        file_extension=".html",
        default_preprocessors=[],  # each would copy and validate the notebook, to change nothing
    )


def _shown(notebook: NotebookNode, language: str, outline: Outline) -> NotebookNode:
    """Return what the page shows of a notebook: prose of one language and displays, headings anchored.

    Nothing else is taken along, because nbconvert copies all that it is given several times.
    """
    page = copy(notebook)
    page.cells = [copy(cell) for cell in notebook.cells if _speaks(cell, language)]
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = HEADING.sub(
                lambda m: outline.anchored(f"h{len(m.group(1))}", escape(m.group(2))), cell.source
            )
        if cell.cell_type == "code":
            cell.outputs = [shown for output in cell.outputs if (shown := _display(output, outline))]
    return page


def _display(output: NotebookNode, outline: Outline) -> NotebookNode | None:
    """Return an output with nothing but what is shown of it: its HTML or else its text.

    Scripts, widgets and what a library printed have no place in a page that is sent by e-mail.
    """
    data = output.data if output.output_type == "display_data" else {}
    shown = copy(output)
    if "text/html" in data:
        html = HTML_HEADING.sub(lambda m: outline.anchored(m.group(1), m.group(2)), data["text/html"])
        shown.data = {"text/html": html}
    elif "text/plain" in data:
        shown.data = {"text/plain": data["text/plain"]}
    else:
        return None
    return shown


def _speaks(cell: NotebookNode, language: str) -> bool:
    tags = set(cell.metadata.get("tags", []))
    return cell.cell_type != "markdown" or language in tags or not tags & set(WORDS)


def workbook(notebook: NotebookNode) -> bytes:
    """Return the tables of the report as an Excel workbook; see `report.workbook`."""
    from ivvu_analysis.report.workbook import workbook as write  # XlsxWriter is slow to import

    return write(content(notebook))
