"""A notebook to begin with, that can be run at once."""

import json
import re
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.output import to_json
from ivvu_analysis.batch.suite import refuse_name
from ivvu_analysis.errors import OutputError, SuiteError, did_you_mean
from ivvu_analysis.places import write
from ivvu_analysis.report.catalogue import translated

EXAMPLE = Path(__file__).with_name("example.ipynb")


def write_notebook(path: Path, *, copied: Path | None = None, language: str = "en") -> None:
    """Write a notebook that can be run at once, as JupyterLab would save it.

    Parameters
    ----------
    path
        Where; nothing that is there is written over.
    copied
        A notebook to copy, its prose in `language`, instead of a short example.
    language
        The language that it starts with.

    Raises
    ------
    OutputError
        If there is such a file, or it cannot be written.
    SuiteError
        If there is no such notebook to copy.
    """
    refuse_name(path.stem, "a notebook")
    if path.exists():
        raise OutputError(f"{path} is already there.", "Give another name, or move that file first.")
    original = copied or EXAMPLE
    try:
        written: dict[str, Any] = json.loads(original.read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = did_you_mean(original.stem, [path.stem for path in original.parent.glob("*.ipynb")])
        raise SuiteError(f"There is no notebook '{original.stem}' in {original.parent}.", remedy) from None
    for cell in written["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = translated(text, language)
        elif "parameters" in cell["metadata"].get("tags", ()):
            text = re.sub(r'^(language\b[^=]*=\s*)"\w+"', rf'\g<1>"{language}"', text, flags=re.MULTILINE)
        cell["source"] = text.splitlines(keepends=True)
    if copied is None:
        written["cells"][0]["source"][0] = f"# {path.stem.replace('_', ' ').capitalize()}\n"
    write(path, to_json(written))
