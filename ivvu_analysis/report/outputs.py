"""The outputs of a cell as safe HTML: what JupyterLab would show, and in its place what cannot be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.fragments import MIME
from ivvu_analysis.report.prose import IMAGES, markdown
from ivvu_analysis.report.safe import headed, image, lost, safe

ONLY_HERE = "notebook-only"  # a tag: what the last line of the cell shows stays in the notebook

COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # of a terminal
# What a drawing says of itself when it is the last line of a cell; the drawing itself is shown as well.
DRAWN = re.compile(
    r"[\[(]?\s*(<(Axes|Figure|matplotlib|seaborn)\b|Text\(|array\(\[+<(Axes|matplotlib)).*", re.DOTALL
)
# What differs between two runs of the same notebook and means nothing to a reader.
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
PLACE = re.compile(r"(/[^\s:]*/ipykernel_\d+/\d+\.py|<ipython-input-[^>]*>):\d+")
# A package is told by its name, and the file that warns of something by its own: not where they are kept.
INSTALLED = re.compile(r"/\S*/(?:site-packages|lib/python[\d.]+)/|^/\S*/(?=[^/\s]+\.py:\d+: )", re.MULTILINE)
MOMENT = re.compile(
    r"(\b(?:Date|Time):(?:</th>\s*<td>)?\s*)([A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4}|\d\d:\d\d:\d\d)"
)
RETURNED = re.compile(r"^[^\n]*\r(?!\n)", re.MULTILINE)  # a progress bar writes over itself

WHAT = {"application/javascript": "script", "application/vnd.jupyter.widget-view+json": "widget"}


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
    return [
        html
        for output in _joined(cell.outputs)
        if not (quiet and output["output_type"] == "execute_result")
        if (html := _output(output, language, folder, heading))
    ]


def _joined(outputs: list[NotebookNode]) -> Iterator[Mapping[str, Any]]:
    """Yield the outputs, with what was printed in one go in one piece."""
    printed: dict[str, Any] | None = None
    for output in outputs:
        if printed and output.output_type == "stream" and output.name == printed["name"]:
            printed["text"] += _text(output.text)
            continue
        if printed:
            yield printed
        printed = {**output, "text": _text(output.text)} if output.output_type == "stream" else None
        if printed is None:
            yield output
    if printed:
        yield printed


def _output(output: Mapping[str, Any], language: str, folder: Path, heading: str) -> str:
    if output["output_type"] == "stream":
        return _printed(output["text"], "stderr" if output["name"] == "stderr" else "")
    if output["output_type"] == "error":
        return _printed(f"{output['ename']}: {output['evalue']}", "stderr")
    data = {
        kind: _text(value) if isinstance(value, list) else value for kind, value in output["data"].items()
    }
    if MIME in data:
        return str(data.get("text/html", ""))
    if "text/html" in data:
        return _tables(data["text/html"], language)
    for kind in ("text/markdown", "text/latex"):
        if kind in data:
            return markdown(data[kind], folder, language)
    for kind in IMAGES:
        if kind in data:
            return _image(kind, data[kind], language, heading)
    unknown = [WHAT.get(kind, kind) for kind in data if kind != "text/plain"]
    if unknown:
        return _left_out(unknown, language)
    plain = data.get("text/plain", "")
    return "" if DRAWN.fullmatch(plain) else _printed(plain)


def _printed(text: str, kind: str = "") -> str:
    """Return what was printed, without what differs between two runs."""
    quiet = INSTALLED.sub("", PLACE.sub("notebook", ADDRESS.sub("", RETURNED.sub("", COLOURS.sub("", text)))))
    same = MOMENT.sub(lambda m: m[1] + "–".rjust(len(m[2])), quiet)
    marked = f' class="{kind}"' if kind else ""
    return f'<pre{marked} tabindex="0">{escape(same, quote=False)}</pre>' if same.strip() else ""


def _tables(given: str, language: str) -> str:
    """Return HTML with its tables in a box that scrolls and their heads told apart, and what it lost said."""
    html = safe(MOMENT.sub(r"\1–", given))
    missing = lost(given)
    if "<table" in html:
        html = headed(html)
        named = translate("Table", language)
        html = f'<div class="wide" tabindex="0" role="group" aria-label="{named}">{html}</div>'
    return html + (_left_out(missing, language) if missing else "")


def _left_out(what: list[str], language: str) -> str:
    said = translate("Something that only works in JupyterLab is not shown here: {what}.", language)
    return f'<p class="warning">{escape(said.format(what=", ".join(sorted(what))))}</p>'


def _image(kind: str, data: str, language: str, heading: str) -> str:
    said = translate("A figure under ‘{heading}’, without a description of its own", language)
    return f'<p class="plot">{image(kind, data, said.format(heading=heading))}</p>'


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
