"""Cells run in IPython in this very process, and everything they show kept as JupyterLab would show it.

The shell is made before the process is forked: making one takes longer than many a report.
"""

from __future__ import annotations

import builtins
import getpass
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

Tell = Callable[[int, Any], None]


class Outputs:
    """The outputs of the cell that runs, in the form of the notebook format."""

    def __init__(self) -> None:
        self.cell: list[Any] = []
        self._displays: dict[str, list[Any]] = {}
        self._clear = False

    def begin(self) -> list[Any]:
        """Start with a new cell, and return the list that its outputs will be in."""
        self.cell, self._clear = [], False
        return self.cell

    def add(self, kind: str, **content: Any) -> Any:
        """Add an output, after what was to be cleared when there is something new."""
        if self._clear:
            self.cell.clear()
            self._clear = False
        self.cell.append({"output_type": kind, **content})
        return self.cell[-1]

    def stream(self, name: str, text: str) -> None:
        """Add a text to a stream, and so to the output before it where that is of the same stream."""
        last = self.cell[-1] if self.cell and not self._clear else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        elif text:
            self.add("stream", name=name, text=text)

    def display(self, data: Any, metadata: Any, transient: Any, update: bool) -> None:
        """Add something displayed, or put it in the place of what was displayed under the same id."""
        named = (transient or {}).get("display_id", "")
        content = {"data": dict(data), "metadata": dict(metadata or {})}
        if update:
            for shown in self._displays.get(named, ()):
                shown.update(content)
        else:
            shown = self.add("display_data", **content)
            if named:
                self._displays.setdefault(named, []).append(shown)

    def clear(self, wait: bool) -> None:
        """Clear the outputs of the cell, now or when the next one comes."""
        self._clear = wait
        if not wait:
            self.cell.clear()


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
    """Return the IPython shell of this process, which publishes to its `outputs`."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    outputs = Outputs()

    class Publisher(DisplayPublisher):
        def publish(
            self,
            data: Any,
            metadata: Any = None,
            source: Any = None,
            *,
            transient: Any = None,
            update: bool = False,
            **_: Any,
        ) -> None:
            outputs.display(data, metadata, transient, update)

        def clear_output(self, wait: bool = False) -> None:
            outputs.clear(wait)

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None: ...

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            count = self.prompt_count
            outputs.add("execute_result", data=format_dict, metadata=md_dict or {}, execution_count=count)

    class Shell(InteractiveShell):
        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))

        def enable_gui(self, gui: Any = None) -> None:
            """Show figures inline, whatever window is asked for."""

    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "Linux"}})
    shell = Shell.instance(config=quiet)
    shell.outputs = outputs  # type: ignore[attr-defined]
    return shell


class WarmEngine:
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
        tell(-1, nb)
        with _listening(shell.outputs) as pour:
            for number, cell in enumerate(nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                outputs, cell.outputs = shell.outputs.begin(), []
                cell.execution_count = shell.execution_count
                tell(number, cell)
                done = shell.run_cell(cell.source, store_history=True)
                pour()
                cell.outputs = _as_nodes(outputs)
                tell(number, cell)
                if not done.success:
                    break
        return nb

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Return the name of the kernel, which a notebook need not say."""
        return "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Return the language of the notebook, which it need not say either."""
        return "python"


def _as_nodes(outputs: list[Any]) -> list[Any]:
    from nbformat import from_dict

    for output in outputs:
        if "data" in output:
            output["data"] = {kind: _text(value) for kind, value in output["data"].items()}
    return [from_dict(output) for output in outputs]  # type: ignore[no-untyped-call]


def _text(value: Any) -> Any:
    """Return a value as the format has it: of a picture, the text that stands for its bytes."""
    from base64 import b64encode

    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value


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
