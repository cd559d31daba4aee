"""The command `ivvu`: what an operator types, and what comes back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivvu_analysis.cli_register import reconstruct, register

if TYPE_CHECKING:
    from ivvu_analysis.batch.pool import Executor
    from ivvu_analysis.batch.run import Options, Outcome
    from ivvu_analysis.codebook import Language

# Whatever is heavy is imported by the command that needs it, so that `--help` answers at once.

HOME = Path(__file__).parent.parent  # the checkout that the package is run from


class Command(click.Group):
    """A group of commands that tells what a user can mend in one message, without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; exit with 2 for bad input, and with the signal's number when stopped."""
        from ivvu_analysis.errors import UserError

        try:
            return super().invoke(context)
        except UserError as error:
            click.echo(f"{error.problem}\n{error.remedy}", err=True)
            context.exit(2)
        except KeyboardInterrupt as stop:
            click.echo("Stopped. What was made is published; the same command makes the rest.", err=True)
            context.exit(128 + getattr(stop, "number", 2))


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ivvu-analysis")
def main() -> None:
    """Make the reports of the evaluation, and prove that they can be made again."""


main.add_command(register)
main.add_command(reconstruct)

SUITES = click.argument("suites", nargs=-1, type=click.Path(path_type=Path), metavar="[SUITE]...")

OPTIONS = (
    click.option("--output", "-o", type=click.Path(path_type=Path), default=Path("output"), show_default=True,
                 help="Folder that each suite gets a folder in."),
    click.option("--language", "-l", default="", metavar="en|nl", help="Language of all reports."),
    click.option("--notebooks", type=click.Path(path_type=Path), default=None,
                 help="Folder of the notebooks  [default: notebooks]"),
)  # fmt: skip

MAKING = (
    click.option("--jobs", "-j", type=click.IntRange(min=1), default=os.cpu_count(), show_default=True,
                 help="How many reports to make at a time."),
    click.option("--cold", is_flag=True, help="Start ordinary kernels instead of forking warm ones."),
    click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=300.0, show_default=True,
                 help="Seconds that one report may take."),
)  # fmt: skip

Function = Callable[..., Any]


def _with(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _suites(given: tuple[Path, ...]) -> list[Path]:
    """Return the suites to run: those given, or all in `params`."""
    from ivvu_analysis.errors import SuiteError

    folder = _folder("params")
    if given:
        return [_named(suite, folder) for suite in given]
    found = sorted(folder.glob("*.yaml"))
    if not found:
        raise SuiteError(f"There are no suites in {folder}.", "Name a suite: ivvu run my_suite.yaml.")
    return found


def _named(suite: Path, folder: Path) -> Path:
    """Return the file of a suite that is given as a file, or by its name in `params`: ``national``."""
    if suite.exists() or suite.suffix or suite.parent != Path("."):
        return suite
    return folder / f"{suite.name}.yaml"


def _folder(name: str) -> Path:
    """Return a folder of the project: the one where the user is, or else the checkout's own."""
    here = Path(name)
    return here if here.is_dir() else HOME / name


def _options(output: Path, language: str, notebooks: Path | None, **making: Any) -> Options:
    from ivvu_analysis.batch.run import Options

    return Options(
        output=output,
        notebooks=notebooks or _folder("notebooks"),
        data=Path(os.environ.get("IVVU_DATA", HOME / "data")),
        language=language,
        **making,
    )


def _making(function: Function) -> Function:
    """Give a command the options of making reports, gathered into `Options`."""

    @wraps(function)
    def command(suites: tuple[Path, ...], jobs: int, cold: bool, timeout: float, **given: Any) -> Any:
        force = {"force": given.pop("force")} if "force" in given else {}
        own = {name: given.pop(name) for name in ("output", "language", "notebooks")}
        return function(
            _suites(suites), _options(**own, workers=jobs, cold=cold, timeout=timeout, **force), **given
        )

    return _with(SUITES, *OPTIONS, *MAKING)(command)


@main.command()
@_making
@click.option("--force", "-f", is_flag=True, help="Make again what is current.")
@click.option(
    "--scheduler", metavar="tcp://HOST:PORT", help="Make them on the Dask cluster of this scheduler."
)
def run(suites: list[Path], options: Options, scheduler: str | None) -> None:
    """Make the reports of each SUITE, by default of all in params."""
    from rich.console import Console

    from ivvu_analysis.batch.progress import Display
    from ivvu_analysis.batch.run import run as run_suites

    with Display(Console(highlight=False)) as display:
        outcomes = run_suites(
            suites, options, watcher=display, executor=_cluster(scheduler, options) if scheduler else None
        )
    for outcome in outcomes:
        _tell(outcome)
    sys.exit(1 if any(outcome.failed for outcome in outcomes) else 0)


def _cluster(address: str, options: Options) -> Executor:
    from ivvu_analysis.batch.distributed import ClusterPool  # needs the extra `dask`

    return ClusterPool(address, options.data, cold=options.cold)


def _tell(outcome: Outcome) -> None:
    for warning in outcome.warnings:
        click.echo(warning, err=True)
    failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
    click.echo(f"{outcome.suite}: {outcome.made} made, {outcome.kept} current{failed}  {outcome.cover}")


@main.command()
@_with(SUITES, *OPTIONS)
def plan(suites: tuple[Path, ...], output: Path, language: str, notebooks: Path | None) -> None:
    """Show what a run would make and why, and make nothing."""
    from ivvu_analysis.batch.inspect import foresee

    for line in foresee(_suites(suites), _options(output, language, notebooks)):
        click.echo(line)


@main.command()
@_with(SUITES, *OPTIONS)
def check(suites: tuple[Path, ...], output: Path, language: str, notebooks: Path | None) -> None:
    """Check suites and notebooks, and make nothing."""
    from ivvu_analysis.batch.inspect import check as check_suites

    for line in check_suites(_suites(suites), _options(output, language, notebooks)):
        click.echo(line)


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("comparison.html"),
    show_default=True,
    help="Page to write, or a folder to write comparison.html to.",
)
@click.option(
    "--language",
    "-l",
    type=click.Choice(("en", "nl")),
    default="en",
    show_default=True,
    help="Language of the page.",
)
def compare(old: Path, new: Path, output: Path, language: Language) -> None:
    """Say what changed between the reports in two output folders, OLD and NEW."""
    from rich.console import Console

    from ivvu_analysis.batch import compare as comparing
    from ivvu_analysis.batch.compare_screen import show
    from ivvu_analysis.report.comparison import page

    comparisons = comparing.compare(old, new)
    written = comparing.write(page(comparisons, language), output)
    for comparison in comparisons:
        show(comparison, Console(highlight=False))
    click.echo(written)


@main.command()
@_making
def verify(suites: list[Path], options: Options) -> None:
    """Make the reports of each SUITE again, elsewhere, and compare them byte for byte."""
    from rich.console import Console

    from ivvu_analysis.batch.progress import Display
    from ivvu_analysis.batch.verify import verify as verify_suites

    with Display(Console(highlight=False)) as display:
        findings = verify_suites(suites, options, watcher=display)
    for finding in findings:
        click.echo(str(finding), err=not finding.same)
    alike = sum(finding.same for finding in findings)
    click.echo(f"{alike} of {len(findings)} files are the same, byte for byte.")
    sys.exit(0 if alike == len(findings) else 1)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open the explorer in JupyterLab; ARGUMENTS go to it as they are."""
    notebooks = _folder("notebooks")
    opened = f"--LabApp.default_url=/lab/tree/{notebooks.name}/explore.ipynb"
    folder = f"--notebook-dir={notebooks.parent}"
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", folder, opened, *arguments])


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8866, show_default=True, help="Its port.")
@click.option("--no-browser", is_flag=True, help="Do not open it in a browser.")
def app(port: int, no_browser: bool) -> None:
    """Serve the explorer as a web app, to this machine only."""
    from ivvu_analysis.report.explorer.serve import command, environment

    started = command(_folder("notebooks") / "explore.ipynb", port, browser=not no_browser)
    os.execve(started[0], started, environment(os.environ))


if __name__ == "__main__":
    main()
