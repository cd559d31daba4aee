"""New notebooks to start from: a short example that publishes, or a copy of one of ours in Dutch."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.suite import FILE_NAME
from ivvu_analysis.errors import OutputError, SuiteError, did_you_mean

EXAMPLE = (
    ("markdown", "# {title}\n\nWhat is asked here, and why it matters."),
    (
        "parameters",
        'wave = "2020-10"  # the edition to report on, as YYYY-MM\n'
        'language = "{language}"  # en or nl: the language of what the figures and tables say',
    ),
    (
        "code",
        "import seaborn as sns\n\nfrom ivvu_analysis import Report, load\n\n"
        "evidence = load(wave=wave)\nreport = Report(evidence, language=language)\nevidence",
    ),
    ("markdown", "## What was counted"),
    (
        "code",
        'counts = evidence.counts("scalability").query("wave == @wave")\n'
        'counts = report.labelled(counts, level="scalability")\ncounts',
    ),
    (
        "code",
        'ax = sns.barplot(counts, x="projects", y="level")\n'
        'report.figure(ax, counts, "Projects by how far they can be scaled up.", source=["table 12"])',
    ),
    ("markdown", "Any other cell is published too: a frame, a figure, a fitted model, a print."),
)


def write_notebook(path: Path, *, copied: Path | None = None, language: str = "en") -> None:
    """Write a notebook that can be run at once, as JupyterLab would save it.

    Parameters
    ----------
    path
        Where; nothing that is there is written over.
    copied
        A notebook to copy, its prose in `language`.
    language
        The language that it starts with.

    Raises
    ------
    OutputError
        If there is such a file, or it cannot be written.
    SuiteError
        If there is no such notebook to copy.
    """
    if not FILE_NAME.fullmatch(path.stem):
        raise OutputError(
            f"'{path.stem}' cannot name a notebook.", "Use letters, digits, dots, dashes and underscores."
        )
    notebook = _copy(copied, language) if copied else _example(path.stem, language)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            json.dump(notebook, file, indent=1, ensure_ascii=False, sort_keys=True)
            file.write("\n")
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}.", "Give another name, or move that file first."
        ) from None


def _example(name: str, language: str) -> dict[str, Any]:
    title = name.replace("_", " ").capitalize()
    cells = [
        _cell(f"cell-{number}", kind, text.replace("{title}", title).replace("{language}", language))
        for number, (kind, text) in enumerate(EXAMPLE)
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, kind: str, text: str) -> dict[str, Any]:
    metadata = {"tags": ["parameters"]} if kind == "parameters" else {}
    source = text.splitlines(keepends=True)
    if kind == "markdown":
        return {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    empty: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "id": name, "metadata": metadata, "source": source, **empty}


def _copy(original: Path, language: str) -> dict[str, Any]:
    from ivvu_analysis.report.catalogue import translated

    try:
        notebook: dict[str, Any] = json.loads(original.read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = did_you_mean(original.stem, [path.stem for path in original.parent.glob("*.ipynb")])
        raise SuiteError(f"There is no notebook '{original.stem}' in {original.parent}.", remedy) from None
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = translated(text, language)
        elif "parameters" in cell["metadata"].get("tags", ()):
            text = re.sub(r'^(language\b[^=]*=\s*)"\w+"', rf'\g<1>"{language}"', text, flags=re.MULTILINE)
        cell["source"] = text.splitlines(keepends=True)
    return notebook
