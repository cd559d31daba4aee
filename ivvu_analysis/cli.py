"""The command `ivvu`: what an operator types, and what comes back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivvu_analysis.cli_options import Folder, making, planning, speaking
from ivvu_analysis.cli_register import reconstruct, register

if TYPE_CHECKING:
    from ivvu_analysis.batch.options import Options
    from ivvu_analysis.batch.pool import Executor
    from ivvu_analysis.scales import Language

FILE = click.Path(path_type=Path)

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
    if folder := os.environ.get("IVVU_DATA"):  # a report is made in another folder
        os.environ["IVVU_DATA"] = str(Path(folder).absolute())


main.add_command(register)
main.add_command(reconstruct)


@main.command()
@making
@click.option("--force", "-f", is_flag=True, help="Make again what is current.")
@click.option(
    "--scheduler", metavar="tcp://HOST:PORT", help="Make them on the Dask cluster of this scheduler."
)
@click.option("--pdf", is_flag=True, help="Print them as well, each and as one pack (needs Chromium).")
def run(suites: list[Path], options: Options, scheduler: str | None, pdf: bool) -> None:
    """Make the reports of each SUITE, by default of all in params."""
    with _making(suites, options, scheduler) as (plans, *how):
        from ivvu_analysis.batch.run import run as run_suites

        outcomes = run_suites(plans, options, *how)
    if pdf:
        from ivvu_analysis.batch.pdf import print_suites

        for file in print_suites(plans, options.output):
            click.echo(file)
    for outcome in outcomes:
        for warning in outcome.warnings:
            click.echo(warning, err=True)
        failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
        click.echo(f"{outcome.suite}: {outcome.made} made, {outcome.kept} current{failed}  {outcome.cover}")
    sys.exit(1 if any(outcome.failed for outcome in outcomes) else 0)


@main.command()
@making
def verify(suites: list[Path], options: Options) -> None:
    """Make the reports of each SUITE again, elsewhere, and compare them byte for byte.

    A SUITE that ends in .html is a page that came from somewhere: is it one that was published here?
    """
    if pages := [path for path in suites if path.suffix == ".html"]:
        from ivvu_analysis.batch.verify import published_as

        known = {page: published_as(page, options.output) for page in pages}
        for page, names in known.items():
            click.echo(f"{page}: {names or 'no page that was published in ' + str(options.output)}")
        sys.exit(0 if all(known.values()) else 1)
    with _making(suites, options, None) as (plans, *how):
        from ivvu_analysis.batch.verify import verify as verify_suites

        findings = verify_suites(plans, options, *how)
    for file, difference in findings.items():
        click.echo(
            f"DIFFERENT  {file}: {difference}" if difference else f"same       {file}", err=bool(difference)
        )
    alike = sum(not difference for difference in findings.values())
    click.echo(f"{alike} of {len(findings)} files are the same, byte for byte.")
    sys.exit(0 if alike == len(findings) else 1)


@contextmanager
def _making(suites: list[Path], options: Options, scheduler: str | None) -> Iterator[tuple[Any, ...]]:
    """Yield the plans of suites, and what makes their reports, notes Ctrl-C, and shows how it goes."""
    from ivvu_analysis.batch.interruption import Interruption

    with Interruption(last=True) as interruption, ExitStack() as opened:
        if scheduler is not None:
            from ivvu_analysis.batch.cluster import ClusterPool  # needs the extra `dask`

            executor: Executor = ClusterPool(scheduler)
        else:
            from ivvu_analysis.batch.pool import LocalPool

            executor = LocalPool(options.workers)
            if options.force or not any(options.output.glob("*/*")):  # something is certain to be made
                opened.enter_context(executor)

        # Only now: these take a while to import, in which the process to fork reports from is warming up.
        from ivvu_analysis.batch.display import Display, Screen
        from ivvu_analysis.batch.plan import make_plans

        plans = make_plans(suites, options)
        interruption.check()
        yield plans, executor, interruption, opened.enter_context(Display(Screen(highlight=False)))


@main.command()
@planning
def plan(suites: list[Path], options: Options) -> None:
    """Show what a run would make and why, and make nothing."""
    from ivvu_analysis.batch.run import foresee

    for line in foresee(suites, options):
        click.echo(line)


@main.command()
@planning
def check(suites: list[Path], options: Options) -> None:
    """Check suites and notebooks, and make nothing."""
    from ivvu_analysis.batch.plan import look_through, make_plans

    for plan in make_plans(suites, options):
        look_through([plan])
        click.echo(f"{plan.suite.path}: {len(plan.jobs)} reports, nothing wrong")
        for note in plan.notes:
            click.echo(note, err=True)


@main.group()
def new() -> None:
    """Start something of your own."""


@new.command()
@click.argument("name")
@click.option("--from", "original", metavar="NOTEBOOK", help="One of ours to copy, instead of an example.")
@speaking
def notebook(name: str, original: str | None, language: Language) -> None:
    """Write a notebook NAME that can be published at once, where you are."""
    from ivvu_analysis.batch.fresh import write_notebook
    from ivvu_analysis.batch.options import project_folder

    path = Path(name).with_suffix(".ipynb")
    copied = project_folder("notebooks") / f"{original.removesuffix('.ipynb')}.ipynb" if original else None
    write_notebook(path, copied=copied, language=language)
    click.echo(path)


@new.command()
@click.argument("folder", type=Folder())
@click.option("--wave", required=True, metavar="YYYY-MM", help="The moment that the edition reports on.")
@click.option("--register", type=FILE, help="Project register: xlsx, xls, xlsb, ods or csv.")
@click.option("--phases", type=FILE, help="Phases of the regions: region, wave, dimension, phase.")
@click.option("--corrections", type=FILE, help="Accepted corrections of the register.")
@click.option("--codebook", type=FILE, help="Codebook to lay over ours.")
@click.option("--sheet", default="", help="Sheet of the register.")
@click.option(
    "--output",
    "-o",
    type=Folder(),
    default=Path("output"),
    show_default=True,
    help="Where reports are published, and earlier ones are found.",
)
@speaking
def edition(folder: Path, output: Path, language: Language, **given: Any) -> None:
    """Write the suites of a new half-yearly edition to FOLDER, and say what to correct first."""
    from ivvu_analysis.batch.edition import Edition, start

    for line in start(folder, Edition(**given), output, language):
        click.echo(line)


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--output", "-o", type=Folder(), help="Page to write  [default: beside the notebook]")
@speaking
def publish(notebook: Path, output: Path | None, language: Language) -> None:
    """Turn an executed NOTEBOOK, as papermill leaves one, into the page that a run would publish."""
    from ivvu_analysis.batch.making import publish_file

    for path in publish_file(notebook, output or notebook.with_suffix(".html"), language):
        click.echo(path)


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
@speaking
def compare(old: Path, new: Path, output: Path, language: Language) -> None:
    """Say what changed between the reports in two output folders, OLD and NEW."""
    from ivvu_analysis.batch.compare import compare as compare_folders
    from ivvu_analysis.batch.display import Screen, show

    comparisons, written = compare_folders(old, new, output, language)
    for comparison in comparisons:
        show(comparison, Screen(highlight=False))
    click.echo(written)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open the explorer in JupyterLab; ARGUMENTS go to it as they are."""
    from ivvu_analysis.batch.options import project_folder

    notebooks = project_folder("notebooks")
    opened = f"--LabApp.default_url=/lab/tree/{notebooks.name}/explore.ipynb"
    served = f"--notebook-dir={notebooks.parent}"
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", served, opened, *arguments])


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8866, show_default=True, help="Its port.")
@click.option("--no-browser", is_flag=True, help="Do not open it in a browser.")
@click.option(
    "--parameter",
    "-p",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="What to begin with, such as: -p register projects.xlsx",
)
def app(port: int, no_browser: bool, parameters: tuple[tuple[str, str], ...]) -> None:
    """Serve the explorer as a web app, to this machine only."""
    from ivvu_analysis.batch.options import project_folder
    from ivvu_analysis.explorer.serve import command, environment

    started = command(project_folder("notebooks") / "explore.ipynb", port, browser=not no_browser)
    os.execve(started[0], started, environment(os.environ, dict(parameters)))


if __name__ == "__main__":
    main()
