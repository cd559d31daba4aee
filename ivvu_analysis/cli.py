"""The command `ivvu`: what an operator types, and what comes back."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivvu_analysis.cli_options import Folder, folder, making, planning
from ivvu_analysis.cli_register import reconstruct, register

if TYPE_CHECKING:
    from ivvu_analysis.batch.options import Options
    from ivvu_analysis.batch.pool import Executor
    from ivvu_analysis.batch.run import Outcome
    from ivvu_analysis.codebook import Language

# Whatever is heavy is imported by the command that needs it, so that `--help` answers at once.


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
            rest = " What was made is published; the same command makes the rest."
            click.echo(f"Stopped.{rest if context.invoked_subcommand == 'run' else ''}", err=True)
            context.exit(128 + getattr(stop, "number", 2))


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ivvu-analysis")
def main() -> None:
    """Make the reports of the evaluation, and prove that they can be made again."""


main.add_command(register)
main.add_command(reconstruct)


@main.command()
@making
@click.option("--force", "-f", is_flag=True, help="Make again what is current.")
@click.option(
    "--scheduler", metavar="tcp://HOST:PORT", help="Make them on the Dask cluster of this scheduler."
)
def run(suites: list[Path], options: Options, scheduler: str | None) -> None:
    """Make the reports of each SUITE, by default of all in params."""
    from ivvu_analysis.batch.interruption import Interruption

    with ExitStack() as opened:
        interruption = opened.enter_context(Interruption(afterwards=signal.SIG_IGN))
        executor = _this_machine(options, opened) if scheduler is None else _cluster(scheduler, options)

        # Only now: these take a while to import, in which kernels are being warmed up.
        from rich.console import Console

        from ivvu_analysis.batch.progress import Display
        from ivvu_analysis.batch.run import run as run_suites

        display = opened.enter_context(Display(Console(highlight=False)))
        outcomes = run_suites(suites, options, watcher=display, executor=executor, interruption=interruption)
    for outcome in outcomes:
        _tell(outcome)
    sys.exit(1 if any(outcome.failed for outcome in outcomes) else 0)


def _cluster(address: str, options: Options) -> Executor:
    from ivvu_analysis.batch.distributed import ClusterPool  # needs the extra `dask`

    return ClusterPool(address, options.data, cold=options.cold)


def _this_machine(options: Options, opened: ExitStack) -> Executor:
    """Return the cores of this machine, which begin to warm up if they are needed for certain."""
    from ivvu_analysis.batch.pool import LocalPool

    pool = LocalPool(options.workers, cold=options.cold)
    if options.certain_to_make:
        opened.callback(pool.close)
        pool.warm_up()
    return pool


def _tell(outcome: Outcome) -> None:
    for warning in outcome.warnings:
        click.echo(warning, err=True)
    failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
    click.echo(f"{outcome.suite}: {outcome.made} made, {outcome.kept} current{failed}  {outcome.cover}")


@main.command()
@planning
def plan(suites: list[Path], options: Options) -> None:
    """Show what a run would make and why, and make nothing."""
    from ivvu_analysis.batch.inspect import foresee

    for line in foresee(suites, options):
        click.echo(line)


@main.command()
@planning
def check(suites: list[Path], options: Options) -> None:
    """Check suites and notebooks, and make nothing."""
    from ivvu_analysis.batch.inspect import check as check_suites

    for line in check_suites(suites, options):
        click.echo(line)


@main.command()
@click.argument("old", type=Folder())
@click.argument("new", type=Folder())
@click.option(
    "--output",
    "-o",
    type=Folder(),
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
    from ivvu_analysis.codebook import LANGUAGES
    from ivvu_analysis.overwrite import refuse_foreign
    from ivvu_analysis.report.comparison import page

    beginnings = [page((), known).partition("<style>")[0] for known in LANGUAGES]
    refuse_foreign(output / comparing.PAGE if output.is_dir() else output, *beginnings)
    comparisons = comparing.compare(old, new)
    written = comparing.write(page(comparisons, language), output)
    for comparison in comparisons:
        show(comparison, Console(highlight=False))
    click.echo(written)


@main.command()
@making
def verify(suites: list[Path], options: Options) -> None:
    """Make the reports of each SUITE again, elsewhere, and compare them byte for byte."""
    from rich.console import Console

    from ivvu_analysis.batch.interruption import Interruption
    from ivvu_analysis.batch.progress import Display
    from ivvu_analysis.batch.verify import verify as verify_suites

    with (
        Interruption(afterwards=signal.SIG_IGN) as interruption,
        Display(Console(highlight=False)) as display,
    ):
        findings = verify_suites(suites, options, watcher=display, interruption=interruption)
    for finding in findings:
        click.echo(str(finding), err=not finding.same)
    alike = sum(finding.same for finding in findings)
    click.echo(f"{alike} of {len(findings)} files are the same, byte for byte.")
    sys.exit(0 if alike == len(findings) else 1)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open the explorer in JupyterLab; ARGUMENTS go to it as they are."""
    notebooks = folder("notebooks")
    opened = f"--LabApp.default_url=/lab/tree/{notebooks.name}/explore.ipynb"
    served = f"--notebook-dir={notebooks.parent}"
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", served, opened, *arguments])


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8866, show_default=True, help="Its port.")
@click.option("--no-browser", is_flag=True, help="Do not open it in a browser.")
def app(port: int, no_browser: bool) -> None:
    """Serve the explorer as a web app, to this machine only."""
    from ivvu_analysis.report.explorer.serve import command, environment

    started = command(folder("notebooks") / "explore.ipynb", port, browser=not no_browser)
    os.execve(started[0], started, environment(os.environ))


if __name__ == "__main__":
    main()
