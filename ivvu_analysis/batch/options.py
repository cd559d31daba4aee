"""How reports are made: what all commands on suites have in common."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
DATA_VARIABLE = "IVVU_DATA"  # where the data is, if it is not where the package looks for it


@dataclass(frozen=True)
class Options:
    """How to make reports.

    Parameters
    ----------
    output
        The folder that each suite gets a folder in.
    notebooks
        The folder of the notebooks that are not beside the suite.
    workers
        How many reports to make at a time.
    force
        Whether to make what is current again.
    language
        The language of all reports; empty for what the suites say.
    timeout
        Seconds that one report may take.
    """

    output: Path
    notebooks: Path
    workers: int = os.cpu_count() or 1
    force: bool = False
    language: str = ""
    timeout: float = 300.0


def project_folder(name: str) -> Path:
    """Return the folder `notebooks`, `params` or `data` of the project.

    The one where the command runs, or else of the checkout, or else the one that came with the package.
    """
    found = [place / name for place in (Path.cwd(), PACKAGE.parent, PACKAGE / "_suite")]
    return next((folder for folder in found if folder.is_dir()), Path(name))


def data_folder() -> Path:
    """Return the folder of the data, which is only then not ours when `IVVU_DATA` names another."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named).absolute()
    ours = [place / "data" for place in (PACKAGE.parent, PACKAGE / "_suite")]
    return next((folder for folder in ours if (folder / "published").is_dir()), ours[0])
