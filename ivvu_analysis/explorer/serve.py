"""The explorer as a web app on this machine: how Voilà is started, and what the explorer begins with."""

import json
import os
import sys
from collections.abc import Mapping
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.parameters import check, declared

LOOPBACK = "127.0.0.1"
VARIABLE = "IVVU_EXPLORE"  # what the explorer is to begin with instead of what its notebook says
BEGIN = declared(
    "wave = register = phases = corrections = sheet = codebook = ''; language = 'en'; seed: int | str = 1"
)


def command(notebook: Path, port: int, *, browser: bool) -> list[str]:
    """Return the command that serves a notebook to this machine only.

    Whoever opens the page runs the notebook and can write suites, so the address holds a token that other
    users of the machine do not have.

    Parameters
    ----------
    notebook
        The notebook to serve.
    port
        Where.
    browser
        Whether to open it in a browser.

    Raises
    ------
    ParameterError
        If Voilà is not installed, or there is no such notebook.
    """
    if find_spec("voila") is None:
        raise ParameterError(
            "The web app needs Voilà, which is not installed.",
            "Install it with: pip install voila. Or use the notebook: ivvu lab.",
        )
    if not notebook.is_file():
        raise ParameterError(f"There is no notebook {notebook}.", "Run this in the folder of the project.")
    options = [f"--Voila.ip={LOOPBACK}", f"--port={port}", "--token", "--template=ivvu"]
    return [sys.executable, "-m", "voila", str(notebook), *options, *([] if browser else ["--no-browser"])]


def environment(given: Mapping[str, str], parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for that command: as given, with our page template and what to begin with.

    Raises
    ------
    ParameterError
        If the explorer has no such parameter.
    """
    check(parameters, BEGIN, "explore")
    files = {name: str(Path(value).absolute()) for name, value in parameters.items() if Path(value).is_file()}
    own = str(resources.files("ivvu_analysis.explorer").joinpath("jupyter"))
    path = os.pathsep.join([own, *filter(None, [given.get("JUPYTER_PATH")])])
    return {**given, "JUPYTER_PATH": path, VARIABLE: json.dumps({**parameters, **files})}
