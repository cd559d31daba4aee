"""What a code cell shows, as JupyterLab would, safe and the same in every run; and what it hands over."""

import re
from collections.abc import Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ivvu_analysis.report.catalogue import translate, translated
from ivvu_analysis.report.safe import IMAGES, image, left_out, markdown, safe

MIME = "application/vnd.ivvu+json"  # of what a Report hands over as data, beside what it shows
ONLY_HERE = "notebook-only"  # a tag: what the last line of the cell shows stays in the notebook

# What a drawing says of itself when it is the last line of a cell; the drawing itself is shown as well.
DRAWN = re.compile(
    r"(?=[^<T]*[<T])([\s\[\](),]|array\(|dtype=object|<(Axes|Figure|matplotlib|seaborn)\b[^<]*>"
    r"""|Text\([^'"]*('[^'\n]*'|"[^"\n]*")\))+"""
)
# The summary of a model says when it was made.
FITTED = re.compile(r"Dep(\.|endent) variable|Regression results", re.IGNORECASE)
MOMENT = re.compile(
    r"(\b(?:Date|Time):(?:</t[hd]>\s*<td>\s*|\s{2,}))"
    r"([A-Z][a-z]{2}, \d{2},? [A-Z][a-z]{2},? \d{4}|\d{4}-\d\d-\d\d \d\d:\d\d|\d\d:\d\d:\d\d)"
)
# What differs between two runs of the same notebook or between machines, and means nothing to a reader.
QUIET = {
    re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]"): "",  # the colours of a terminal
    re.compile(r"^[^\n]*\r(?=[^\r\n])|\r", re.MULTILINE): "",  # a progress bar writes over itself
    re.compile(r" at 0x[0-9a-fA-F]+"): "",
    re.compile(r" \[[\d:]+[<,][^\]\n]*(it/s|s/it)[^\]\n]*\]"): "",  # how fast a progress bar of tqdm went
    re.compile(r"^(CPU times:|Wall time:) .*|^.+ ± .+ (per loop) .*", re.MULTILINE): r"\1\2 –",
    re.compile(r"(/[^\s:]*/ipykernel_\d+/\d+\.py|<ipython-input-[^>]*>):\d+"): "notebook",
    # A package is told by its name, and the file that warns of something by its own: not where they are kept.
    re.compile(r"/\S*/(?:site-packages|lib/python[\d.]+)/|^/\S*/(?=[^/\s]+\.py:\d+: )", re.MULTILINE): "",
}
RICHEST = (MIME, "text/html", "text/markdown", "text/latex", *IMAGES)
WHAT = {"application/javascript": "script", "application/vnd.jupyter.widget-view+json": "widget"}


def shown(cell: NotebookNode, language: str, folder: Path, heading: str) -> list[str]:
    """Return what a cell shows as HTML: its text, or its outputs, each as rich as JupyterLab would show it.

    Parameters
    ----------
    cell
        A cell; if it has code, executed.
    language
        That its text is translated to, and what is said in the place of something that cannot be shown.
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
    if cell.cell_type == "markdown":
        return [markdown(translated(cell.source, language), folder, language, cell.get("attachments"))]
    if cell.cell_type == "raw":
        return [_printed(cell.source)]
    quiet = "execute_result" if ONLY_HERE in cell.metadata.get("tags", ()) else ""
    kept = [output for output in cell.get("outputs", ()) if output.output_type != quiet]
    parts: list[str] = []
    for stream, outputs in groupby(kept, key=lambda output: output.get("name", "")):
        if stream:  # what was printed in one go
            parts.append(_printed("".join(output.text for output in outputs), stream))
        else:
            parts += [_rich(output, language, folder, heading) for output in outputs]
    return parts


def _rich(output: NotebookNode, language: str, folder: Path, heading: str) -> str:
    """Return an output in the richest of its kinds."""
    if output.output_type == "error":
        return _printed(f"{output.ename}: {output.evalue}", "stderr")
    data: Mapping[str, Any] = output.data
    kind = next((kind for kind in RICHEST if kind in data), "")
    if kind == MIME:
        return str(data.get("text/html", ""))
    if kind == "text/html":
        return _html(data[kind], language, folder)
    if kind.startswith("text/"):
        return markdown(data[kind], folder, language)
    if kind:
        said = translate("A figure under ‘{heading}’, without a description of its own", language)
        about = {**output.metadata, **output.metadata.get(kind, {})}
        alt = about.get("alt") or said.format(heading=heading)
        return f'<p class="plot">{image(kind, data[kind], alt, about.get("width"))}</p>'
    if unknown := [WHAT.get(kind, kind) for kind in data if kind in WHAT or not kind.startswith("text/")]:
        return left_out(unknown, language)
    text = data.get("text/plain", "")
    return "" if DRAWN.fullmatch(text) else _printed(text)


def _printed(text: str, stream: str = "") -> str:
    """Return what was printed, without what differs between two runs."""
    for pattern, instead in QUIET.items():
        text = pattern.sub(instead, text)
    same = _same(text)
    kind = ' class="stderr"' if stream == "stderr" else ""
    return f'<pre{kind} tabindex="0">{escape(same, quote=False)}</pre>' if same.strip() else ""


def _html(given: str, language: str, folder: Path) -> str:
    """Return HTML with its tables in a box that scrolls."""
    html = safe(_same(given), folder, language)
    if "<table" in html:
        named = translate("Table", language)
        html = f'<div class="wide" tabindex="0" role="group" aria-label="{named}">{html}</div>'
    return html


def _same(text: str) -> str:
    """Return a text or HTML without the moment that a summary of a model was made."""
    if not FITTED.search(text):
        return text
    return MOMENT.sub(lambda moment: moment[1] + "–".rjust(len(moment[2])), text)


def collected(notebook: NotebookNode) -> dict[str, Any]:
    """Return everything that the report of an executed notebook recorded.

    Returns
    -------
    dict
        `report` (facts on language, wave, region and origin; empty without a Report), `title, findings,
        headlines, key_figures, tables, data`.

    Raises
    ------
    ValueError
        If a key figure was recorded twice.
    """
    record: dict[str, Any] = {"report": {}, "title": "", "data": "", "key_figures": {}}
    record |= {"findings": [], "headlines": [], "tables": []}
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    fragments = [output.get("data", {}).get(MIME, {}) for output in outputs]
    for kind, value in (part for fragment in fragments for part in fragment.items()):
        if kind == "report":
            record[kind] |= value
        elif kind == "key":
            if twice := value.keys() & record["key_figures"].keys():
                raise ValueError(f"The key figure '{min(twice)}' was recorded twice.")
            record["key_figures"] |= value
        elif kind in record:
            record[kind] = value
        else:
            record[f"{kind}s"].append(value)
    return record
