"""JupyterLab and the web app, started as a user starts them, on a copy of the notebooks."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer

HOME = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*token=\w+")
STARTING, ENDING = 120, 20  # seconds that a server may take


def copy_project(folder: Path) -> Path:
    """Copy the notebooks into a project of their own, so that nothing of a test is saved in ours."""
    shutil.copytree(HOME / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (folder / "params").mkdir()
    return folder


def lab() -> list[str]:
    """Return the command that opens the explorer in JupyterLab."""
    return [
        *("lab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--port={_free_port()}"),
        "--ServerApp.port_retries=0",
        # Asking for news would be a request to elsewhere.
        *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]


def app() -> list[str]:
    """Return the command that serves the explorer as a web app."""
    return ["app", "--no-browser", f"--port={_free_port()}"]


@contextmanager
def serving(command: list[str], project: Path) -> Iterator[str]:
    """Run `ivvu` with a command in a project until the block ends; give the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ivvu_analysis", *command],
        cwd=project,
        env=os.environ | _own_folders(project / ".jupyter"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _address(process)
    finally:
        process.terminate()
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    """Wait for the address that a server prints when it listens, and go on emptying its pipe."""
    assert process.stdout is not None
    said, impatience = [], Timer(STARTING, process.kill)
    impatience.start()
    for line in process.stdout:
        said.append(line)
        if found := ADDRESS.search(line):
            impatience.cancel()
            Thread(target=process.stdout.read, daemon=True).start()
            return found[0]
    impatience.cancel()
    raise RuntimeError("The server ended before it listened:\n" + "".join(said))


def _own_folders(folder: Path) -> dict[str, str]:
    """Return the variables that keep a server away from the user's settings and workspaces."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own = {*names, "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"}
    return {name: str(folder / name.lower()) for name in own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
