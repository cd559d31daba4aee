"""A notebook as a file: what it can be asked, and what is kept of it when it has been executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.suite import placed
from ivvu_analysis.errors import SuiteError
from ivvu_analysis.parameters import Parameter, declared


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run in batch.

    Parameters
    ----------
    path, text
        Where it is, and what it holds.
    parameters
        What its parameters cell declares, by name.
    ours
        Whether it uses this package: then region, holder, wave, language and seed mean what they do here.
    """

    path: Path
    text: str
    parameters: Mapping[str, Parameter]
    ours: bool


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and what it declares.

    Raises
    ------
    SuiteError
        If the file is no notebook, is not written in Python, is interactive, or has not exactly one
        parameters cell.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text)
        cells = [cell for cell in raw["cells"] if cell["cell_type"] == "code"]
        source = "\n".join("".join(cell["source"]) for cell in cells)
        tagged = [
            "".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ())
        ]
        language = raw["metadata"].get("kernelspec", {}).get("language") or "python"
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = "Open it in JupyterLab and save it again."
        raise SuiteError(f"The notebook {path} cannot be read: {error}.", remedy) from None
    if language != "python":
        raise SuiteError(f"The notebook {path} is written in {language}.", "Reports are Python notebooks.")
    if "ivvu_analysis.explorer" in source or " import explorer" in source:
        raise SuiteError(f"The notebook {path} is there to be worked in.", "Open it with `ivvu lab`.")
    if len(tagged) != 1:
        raise SuiteError(
            f"The notebook {path} has {len(tagged)} cells tagged 'parameters', and needs exactly one: "
            "otherwise its own values would win over those asked for.",
            "Tag the cell in JupyterLab: property inspector, Cell Tags, parameters.",
        )
    with placed(str(path)):
        return Notebook(path.absolute(), text, declared(tagged[0]), "ivvu_analysis" in source)


def tidy(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """Take out of an executed notebook what varies between identical runs: timings, paths, random names."""
    notebook["metadata"]["papermill"] = {"parameters": dict(parameters)}
    for cell in notebook["cells"]:
        cell["metadata"].pop("papermill", None)
        if not cell["metadata"].get("tags", True):
            del cell["metadata"]["tags"]
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            cell["id"] = "injected-parameters"
    return notebook


def so_far(progress: Path) -> tuple[Any, Any]:
    """Return an executed notebook as far as it came, and the cell that it came to; nothing is empty.

    Parameters
    ----------
    progress
        A file with a line of JSON for each step: a number and the cell that it is of, or -1 and the notebook.
    """
    notebook: Any = None
    cell: Any = {}
    with suppress(OSError, ValueError):  # there is none, or it ends in the middle of a line
        for line in progress.read_text(encoding="utf-8").splitlines():
            number, said = json.loads(line)
            if number < 0:
                notebook = said
            else:
                notebook["cells"][number] = cell = said
    return notebook, cell


def written(notebook: Any) -> str:
    """Return a notebook as JupyterLab saves one."""
    from nbformat import from_dict, v4

    return f"{v4.writes_json(from_dict(notebook))}\n"  # type: ignore[no-untyped-call]
