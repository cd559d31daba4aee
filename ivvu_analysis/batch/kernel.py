"""Cells run in IPython in this very process, and everything they show kept as JupyterLab would show it.

The shell is made before the process is forked: making one takes longer than many a report. What it shows is
told in the messages of a kernel, which nbclient turns into outputs as it does for every other kernel. What is
printed, by Python or past it, is read from the files that standard output and error are in a report. Which
files the cells read is noted as they do: Python tells of every file that is opened.
"""

import builtins
import getpass
import json
import os
import sys
import sysconfig
import tempfile
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default
from nbclient import NotebookClient
from papermill.engines import Engine
from traitlets import Any as Anything
from traitlets import Type
from traitlets.config import Config

from ivvu_analysis.batch.output import name_from
from ivvu_analysis.places import PACKAGE, SHARED_VARIABLE, digest_of

QUIET = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "Linux"}})


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, *_: Any, update: bool = False, **more: Any) -> None:
        kind, transient = "update_display_data" if update else "display_data", more.get("transient") or {}
        self.shell.show(kind, data=data, metadata=metadata or {}, transient=transient)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.show("clear_output", wait=wait)


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        known = {"metadata": md_dict or {}, "execution_count": self.prompt_count}
        self.shell.show("execute_result", data=format_dict, **known)


class ZMQInteractiveShell(InteractiveShell, Engine):  # type: ignore[misc]
    """IPython in this process, and the engine of papermill that runs the cells of a notebook in it.

    By its name pandas, rich and others know that they are in a notebook, and no terminal.
    """

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    notebook, number, client, poured, excused = (Anything() for _ in range(5))

    def execute_notebook(self, nb: Any, kernel_name: str, tell: Any, **_: Any) -> Any:
        """Run the cells one after the other, until one goes wrong that may not, and return the notebook.

        Parameters
        ----------
        nb, kernel_name
            The notebook with its parameters put in; its kernel is this process, whatever it is called.
        tell
            Hears of the notebook, as it is, and a cell of it when that begins.
        """
        self.notebook, self.client, self.excused = nb, NotebookClient(nb), set()
        self.poured = {number: os.fstat(number).st_size for number in (1, 2)}
        for number, cell in enumerate(nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            self.number, self.client.clear_before_next_output = number, False
            cell.outputs, cell.execution_count = [], self.execution_count
            tell((nb, cell))
            done = self.run_cell(cell.source, store_history=True)  # type: ignore[no-untyped-call]
            self.pour()
            if not done.success:
                if not any(output.output_type == "error" for output in cell.outputs):
                    done.raise_error()  # it went wrong in a way that IPython could not show
                if "raises-exception" not in cell.metadata.get("tags", ()):
                    break
                self.excused.add(cell.execution_count)
        return nb

    def show(self, kind: str, **content: Any) -> None:
        """Add what a message says to the outputs of the cell, after what was printed before it."""
        self.pour()
        self._add(kind, json.loads(json.dumps(content, default=json_default)))  # as it comes from a kernel

    def pour(self) -> None:
        """Add what was printed."""
        for number, name in ((1, "stdout"), (2, "stderr")):
            getattr(sys, name).flush()
            start, end = self.poured[number], os.fstat(number).st_size
            if end > start:
                text = os.pread(number, end - start, start).decode(errors="replace")
                self._add("stream", {"name": name, "text": text})
                self.poured[number] = end

    def _add(self, kind: str, content: dict[str, Any]) -> None:
        message = {"header": {"msg_type": kind}, "msg_type": kind, "content": content, "parent_header": {}}
        self.client.process_message(message, self.notebook.cells[self.number], self.number)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.show("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))

    def ask_exit(self) -> None:
        """End the notebook here, as `exit()` asks."""
        raise SystemExit(0)

    def enable_gui(self, gui: Any = None) -> None:
        """Show figures inline, whatever window is asked for."""


def the_shell() -> Any:
    """Return the one shell of this process, in which nobody can be asked anything."""
    builtins.input = getpass.getpass = _refuse
    pd.set_option("display.max_columns", 20)  # as in a notebook; pandas was imported before there was one
    return ZMQInteractiveShell.instance(config=QUIET)


def _refuse(*_: object, **__: object) -> str:
    raise EOFError("A report is made without anybody to answer a question: make it a parameter.")


# Whatever lies there belongs to Python, the packages, the system or nobody, and is told of elsewhere.
EVERYONES = (
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    *([sys.prefix] if sys.prefix != sys.base_prefix else []),
    *(os.path.expanduser(f"~/.{name}") for name in ("cache", "config", "ipython", "jupyter", "local")),
    *(str(PACKAGE), "/proc", "/sys", "/dev", "/etc", "/usr/share"),
)

_opened: dict[str, bool] = {}  # each path, and whether it was first opened to be read


def observe() -> None:
    """Note from now on which files and databases this process opens; a hook cannot be taken out again."""
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path, mode, flags = arguments
        reading = not flags & (os.O_WRONLY | os.O_RDWR) if isinstance(flags, int) else "r" in (mode or "r")
        _opened.setdefault(os.path.abspath(os.fsdecode(path)), reading)
    if event == "sqlite3.connect":
        path = os.path.abspath(os.fsdecode(arguments[0]).removeprefix("file:").partition("?")[0])
        _opened.setdefault(path, os.path.isfile(path))


def observed(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that was read, named from `folder`; what every report reads is left out.

    A file that the report wrote itself before it read it is a result and no ground.
    """
    places = (*EVERYONES, os.environ.get(SHARED_VARIABLE) or tempfile.gettempdir())
    outside = tuple(f"{os.path.abspath(place)}{os.sep}" for place in places)
    found = {}
    for path, reading in list(_opened.items()):
        source = source_from_cache(path) if path.endswith(".pyc") and "__pycache__" in path else path
        if reading and not source.startswith(outside) and os.path.isfile(source):
            found[name_from(source, folder)] = digest_of(Path(source))
    return dict(sorted(found.items()))
