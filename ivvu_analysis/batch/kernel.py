"""Cells run in IPython in this very process, and everything they show kept as JupyterLab would show it.

The shell is made before the process is forked: making one takes longer than many a report. What it shows is
told in the messages of a kernel, which nbclient turns into outputs as it does for every other kernel.
"""

from __future__ import annotations

import builtins
import getpass
import io
import os
import stat
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from nbclient import NotebookClient
from papermill.engines import Engine

Tell = Callable[[int, Any], None]


class Outputs:
    """The outputs of the cell that runs."""

    def __init__(self, notebook: Any) -> None:
        self._client = NotebookClient(notebook)
        self._number = -1

    def begin(self, number: int) -> None:
        """Start with another cell."""
        self._number, self._client.clear_before_next_output = number, False

    def tell(self, kind: str, **content: Any) -> None:
        """Add what a message says."""
        if "data" in content:
            content["data"] = {kind: _text(value) for kind, value in content["data"].items()}
        message = {"header": {"msg_type": kind}, "msg_type": kind, "content": content, "parent_header": {}}
        self._client.process_message(message, self._client.nb.cells[self._number], self._number)

    def stream(self, name: str, text: str) -> None:
        """Add a text to a stream, and so to the output before it where that is of the same stream."""
        *_, last = self._client.nb.cells[self._number].outputs or [{}]
        if last.get("name") == name and not self._client.clear_before_next_output:
            last["text"] += text
        elif text:
            self.tell("stream", name=name, text=text)


def _text(value: Any) -> Any:
    """Return a value as the format has it: of a picture, the text that stands for its bytes."""
    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value


class Stream(io.TextIOBase):
    """Standard output or error of the cells; a forked child writes to the file that it was."""

    encoding = "utf-8"

    def __init__(self, name: str, number: int, outputs: Outputs) -> None:
        self.name, self._number, self._outputs = name, number, outputs
        self._owner = os.getpid()

    def write(self, text: str) -> int:
        """Write a text."""
        if os.getpid() == self._owner:
            self._outputs.stream(self.name, text)
        else:
            os.write(self._number, text.encode())
        return len(text)

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the number of the file for what is not written by Python."""
        return self._number


@cache
def make_shell() -> Any:
    """Return the IPython shell of this process, which tells its `outputs` what it shows."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Any as Anything
    from traitlets import Type
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(
            self, data: Any, metadata: Any = None, *_: Any, update: bool = False, **more: Any
        ) -> None:
            kind = "update_display_data" if update else "display_data"
            transient = more.get("transient") or {}
            shell.outputs.tell(kind, data=data, metadata=metadata or {}, transient=transient)

        def clear_output(self, wait: bool = False) -> None:
            shell.outputs.tell("clear_output", wait=wait)

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None: ...

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            shell.outputs.tell(
                "execute_result",
                data=format_dict,
                metadata=md_dict or {},
                execution_count=self.prompt_count,
            )

    class Shell(InteractiveShell):
        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)
        outputs = Anything()

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            self.outputs.tell("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))

        def enable_gui(self, gui: Any = None) -> None:
            """Show figures inline, whatever window is asked for."""

    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "Linux"}})
    shell = Shell.instance(config=quiet)
    return shell


class WarmEngine(Engine):  # type: ignore[misc]
    """The engine of papermill that runs the cells here, rather than in the process of a kernel."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, tell: Tell = lambda *_: None, **_: Any) -> Any:
        """Run the cells one after the other, until one goes wrong, and return the notebook.

        Parameters
        ----------
        nb, kernel_name
            The notebook with its parameters put in; its kernel is this process, whatever it is called.
        tell
            Hears of the whole notebook, as number -1, and of each cell when it begins and when it is done.
        """
        shell = make_shell()
        shell.outputs = Outputs(nb)
        tell(-1, nb)
        with _listening(shell.outputs) as pour:
            for number, cell in enumerate(nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                shell.outputs.begin(number)
                cell.outputs, cell.execution_count = [], shell.execution_count
                tell(number, cell)
                done = shell.run_cell(cell.source, store_history=True)
                pour()
                tell(number, cell)
                if not done.success:
                    if not any(output.output_type == "error" for output in cell.outputs):
                        done.raise_error()  # it went wrong in a way that IPython could not show
                    break
        return nb


@contextmanager
def _listening(outputs: Outputs) -> Iterator[Callable[[], None]]:
    """Let streams end in `outputs`, and refuse questions; pour adds what was written past Python."""
    before = sys.stdout, sys.stderr, builtins.input, getpass.getpass
    numbers = {"stdout": 1, "stderr": 2}
    places = {name: _length(number) for name, number in numbers.items()}

    def pour() -> None:
        for name, number in numbers.items():
            if (end := _length(number)) > places[name]:
                text = os.pread(number, end - places[name], places[name]).decode(errors="replace")
                outputs.stream(name, text)
                places[name] = end

    sys.stdout, sys.stderr = (Stream(name, number, outputs) for name, number in numbers.items())
    builtins.input = getpass.getpass = _refuse
    try:
        yield pour
    finally:
        sys.stdout, sys.stderr, builtins.input, getpass.getpass = before


def _length(number: int) -> int:
    """Return how much is in an open file; nothing of what is no file, such as a terminal."""
    found = os.fstat(number)
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _refuse(*_: object, **__: object) -> str:
    raise EOFError("A report is made without anybody to answer a question: make it a parameter.")
