"""What the commands on suites have in common: which suites they are about, and how reports are made."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

A_DAY = 86_400.0


class Seconds(click.FloatRange):
    """A time to wait for something: more than nothing, at most a day."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=A_DAY)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number of seconds; what is not a number is in no range, yet not out of it either."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value} is not a number of seconds.", param, ctx)
        return seconds


class Folder(click.Path):
    """A folder, or a file, that is there or could be made."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, unless it is one that the system cannot even look for, such as a name too long."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            self.fail(f"{path} cannot be looked for: {error.strerror}.", param, ctx)
        return path


SUITES = click.argument("suites", nargs=-1, type=click.Path(path_type=Path), metavar="[SUITE]...")

PLACES = (
    click.option("--output", "-o", type=Folder(), default=Path("output"), show_default=True,
                 help="Folder that each suite gets a folder in."),
    click.option("--language", "-l", default="", metavar="en|nl", help="Language of all reports."),
    click.option("--notebooks", type=Folder(), default=None,
                 help="Folder of the notebooks that are not beside the suite  [default: notebooks]")
)  # fmt: skip

MAKING = (
    click.option("--jobs", "-j", "workers", type=click.IntRange(min=1), default=os.cpu_count(),
                 show_default=True, help="How many reports to make at a time."),
    click.option("--timeout", type=Seconds(), default=300.0, show_default=True,
                 help="Seconds that one report may take.")
)  # fmt: skip

Function = Callable[..., Any]

speaking = click.option("--language", "-l", type=click.Choice(("en", "nl")), default="en",
                        show_default=True, help="Language of its text.")  # fmt: skip


def planning(function: Function) -> Function:
    """Give a command its suites, and where their reports are, gathered into `Options`."""
    return _with(function, SUITES, *PLACES)


def making(function: Function) -> Function:
    """Give a command its suites, and how to make their reports, gathered into `Options`."""
    return _with(function, SUITES, *PLACES, *MAKING)


def _with(function: Function, *options: Callable[[Function], Function]) -> Function:
    @wraps(function)
    def gathered(suites: tuple[Path, ...], notebooks: Path | None, **given: Any) -> Any:
        from ivvu_analysis.batch.options import Options, project_folder

        own = {name: given.pop(name) for name in Options.__dataclass_fields__ if name in given}
        options = Options(notebooks=notebooks or project_folder("notebooks"), **own)
        return function(_suites(suites), options, **given)

    command: Function = gathered
    for option in reversed(options):
        command = option(command)
    return command


def _suites(given: tuple[Path, ...]) -> list[Path]:
    """Return the suites to run: those given, or all in `params`."""
    from ivvu_analysis.batch.options import project_folder
    from ivvu_analysis.errors import SuiteError

    params = project_folder("params")
    if given:
        return [_named(suite, params) for suite in given]
    found = sorted(params.glob("*.yaml"))
    if not found:
        raise SuiteError(
            f"There are no suites in {params.absolute()}.",
            "Name a suite, ivvu run my_suite.yaml, or go to a folder that has params/ and notebooks/.",
        )
    return found


def _named(suite: Path, params: Path) -> Path:
    """Return the file of a suite that is given as a file, or by its name in `params`: ``national``."""
    if os.path.exists(suite) or suite.suffix or suite.parent != Path("."):
        return suite
    return params / f"{suite.name}.yaml"
