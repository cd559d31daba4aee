"""How reports are made: what all commands on suites have in common."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivvu_analysis.errors import SuiteError
from ivvu_analysis.places import project_folder
from ivvu_analysis.scales import Language


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
        The language of all reports; None for what the suites say.
    timeout
        Seconds that one report may take.
    pdf
        Whether to print the reports as well.
    """

    output: Path
    notebooks: Path
    workers: int = os.cpu_count() or 1
    force: bool = False
    language: Language | None = None
    timeout: float = 300.0
    pdf: bool = False


def asked(suites: Sequence[Path], given: Mapping[str, Any]) -> tuple[list[Path], Options]:
    """Return the files of the suites that a command is about, and how to make their reports.

    Parameters
    ----------
    suites
        Files, or names of suites in `params`, such as ``national``; without any, all in `params`.
    given
        Fields of `Options`; without `notebooks`, they are those of the project.

    Raises
    ------
    SuiteError
        If there are none.
    """
    params = project_folder("params")
    own = [suite for suite in suites if os.path.exists(suite) or suite.suffix or suite.parent != Path(".")]
    found = [suite if suite in own else params / f"{suite.name}.yaml" for suite in suites]
    if not (found := found or sorted(params.glob("*.yaml"))):
        remedy = "Name a suite, ivvu run my_suite.yaml, or go to a folder that has params/ and notebooks/."
        raise SuiteError(f"There are no suites in {params.absolute()}.", remedy)
    return found, Options(**{**given, "notebooks": given["notebooks"] or project_folder("notebooks")})
