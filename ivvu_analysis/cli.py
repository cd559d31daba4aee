"""The command `ivvu`: what an operator types, and what comes back."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from errno import ENAMETOOLONG
from functools import partial, reduce
from pathlib import Path
from typing import Any

import click

from ivvu_analysis import batch
from ivvu_analysis.batch.options import asked
from ivvu_analysis.errors import UserError
from ivvu_analysis.places import DATA_VARIABLE, project_folder
from ivvu_analysis.scales import LANGUAGES, Language

# Whatever is heavy is imported where it is needed, modules of `batch` when named: `--help` answers at once.
PATH = click.Path(path_type=Path)
A_DAY, CORES = 86_400, os.cpu_count()  # seconds of a day
Function = Callable[..., Any]

option = partial(click.option, show_default=True)
file = partial(option, type=PATH)


def together(*parts: Function) -> Function:
    """Return arguments and options that several commands have, as one decorator."""
    return lambda command: reduce(lambda made, part: part(made), reversed(parts), command)


def tell(lines: Iterable[object], *, err: bool = False) -> None:
    """Print lines; as errors where somebody may take what is printed for the answer."""
    for line in lines:
        click.echo(line, err=err)


output = partial(file, "--output", "-o")
speaking = partial(option, "--language", "-l", type=click.Choice(LANGUAGES), help="Language of its text.")
planning = together(
    click.argument("suites", nargs=-1, type=PATH, metavar="[SUITE]..."),
    output(default="output", help="Folder that each suite gets a folder in."),
    speaking(help="Language of all reports  [default: what the suites say]"),
    file("--notebooks", help="Folder of the notebooks that are not beside the suite  [default: notebooks]"),
)
making = together(
    planning,
    option("--jobs", "-j", "workers", type=click.IntRange(1), default=CORES, help="How many at a time."),
    option("--timeout", type=click.IntRange(1, A_DAY), default=300, help="Seconds that one report may take."),
)
laying_over = file("--codebook", help="Codebook to lay over ours.")
amending = together(
    file("--corrections", help="Accepted corrections of the register: column, value, replacement."),
    laying_over,
)


class Command(click.Group):
    """A group of commands that tells what a user can mend in one message, without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; exit with 2 for bad input, and with the signal's number when stopped."""
        try:
            return super().invoke(context)
        except UserError as error:
            status, said = 2, f"{error.problem}\n{error.remedy}"
        except OSError as error:
            if error.errno != ENAMETOOLONG:  # anything else is a bug
                raise
            status, why = 2, f"{error.strerror}.\nGive a shorter name."
            said = f"{error.filename} cannot be looked for: {why}"
        except KeyboardInterrupt as stop:
            rest = " What was made is published; the same command makes the rest."
            said = f"Stopped.{rest if context.invoked_subcommand == 'run' else ''}"
            status = 128 + (stop.args or (2,))[0]
        click.echo(said, err=True)
        context.exit(status)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ivvu-analysis")
def main() -> None:
    """Make the reports of the evaluation, and prove that they can be made again."""
    if folder := os.environ.get(DATA_VARIABLE):  # a report is made in another folder
        os.environ[DATA_VARIABLE] = str(Path(folder).absolute())


@main.command()
@making
@option("--force", "-f", is_flag=True, help="Make again what is current.")
@option("--scheduler", metavar="tcp://HOST:PORT", help="Make them on the Dask cluster of this scheduler.")
@option("--pdf", is_flag=True, help="Print them as well, each and as one pack (needs Chromium).")
def run(suites: tuple[Path, ...], scheduler: str | None, **given: Any) -> None:
    """Make the reports of each SUITE, by default of all in params."""
    ledgers = _made(lambda *how: batch.run.run(*how), suites, given, scheduler)
    for ledger in ledgers:
        tell((*ledger.plan.notes, *ledger.outdated), err=True)
        failed = f", {len(ledger.failed)} failed" if ledger.failed else ""
        said = f"{ledger.plan.name}: {ledger.made} made, {ledger.kept} current{failed}"
        click.echo(f"{said}  {ledger.folder / 'index.html'}")
    sys.exit(any(ledger.failed or ledger.outdated for ledger in ledgers))


@main.command()
@making
def verify(suites: tuple[Path, ...], **given: Any) -> None:
    """Make the reports of each SUITE again, elsewhere, and compare them byte for byte.

    A SUITE that ends in .html is a page that came from somewhere: is it one that was published here?
    """
    if pages := [path for path in suites if path.suffix == ".html"]:
        if others := [str(path) for path in suites if path not in pages]:
            raise click.UsageError(f"Verify pages and suites one after the other: {', '.join(others)}.")
        known = {page: batch.run.published_as(page, given["output"]) for page in pages}
        none = f"no page that was published in {given['output']}"
        tell(f"{page}: {name or none}" for page, name in known.items())
        sys.exit(not all(known.values()))
    findings = _made(lambda *how: batch.run.verify(*how), suites, given)
    alike = [name for name, difference in findings.items() if not difference]
    tell((f"DIFFERENT  {name}: {findings[name]}" for name in findings if name not in alike), err=True)
    tell(f"same       {name}" for name in alike)
    click.echo(f"{len(alike)} of {len(findings)} files are the same, byte for byte.")
    sys.exit(len(alike) < len(findings))


def _made(make: Function, suites: tuple[Path, ...], given: Any, scheduler: str | None = None) -> Any:
    """Have `make` make reports, note Ctrl-C, and show how it goes."""
    paths, options = asked(suites, given)
    # In this order: every thread, of Dask as well, is to begin with the signals held back.
    with batch.processes.interruptible() as check, closing(_executor(scheduler, options.workers)) as executor:
        if scheduler is None and (options.force or not any(options.output.glob("*/*"))):
            executor.start()  # something is certain to be made
        # Only now: this takes a while to import, in which the process to fork reports from is warming up.
        plans = batch.plan.make_plans(paths, options)
        check()
        with batch.display.Display() as display:
            return make(plans, options, executor, check, display)


def _executor(scheduler: str | None, workers: int) -> Any:
    """Return who makes the reports: this machine, or the cluster of a scheduler."""
    if scheduler is None:
        return batch.pool.LocalPool(workers)
    from ivvu_analysis.batch.cluster import ClusterPool  # needs the extra `dask`

    return ClusterPool(scheduler)


@main.command()
@planning
def plan(suites: tuple[Path, ...], **given: Any) -> None:
    """Show what a run would make and why, and make nothing."""
    tell(batch.run.foresee(*asked(suites, given)))


@main.command()
@planning
def check(suites: tuple[Path, ...], **given: Any) -> None:
    """Check suites and notebooks, and make nothing."""
    plans = batch.plan.make_plans(*asked(suites, given))
    batch.plan.look_through(plans)
    for plan in plans:
        click.echo(f"{plan.suite.path}: {len(plan.jobs)} report{'s' * (len(plan.jobs) != 1)}, nothing wrong")
        tell(plan.notes, err=True)


@main.group()
def new() -> None:
    """Start something of your own."""


@new.command()
@click.argument("name")
@option("--from", "original", metavar="NOTEBOOK", help="One of ours to copy, instead of an example.")
@speaking(default="en")
def notebook(name: str, original: str | None, language: Language) -> None:
    """Write a notebook NAME that can be published at once, where you are."""
    path = Path(f"{name.removesuffix('.ipynb')}.ipynb")
    copied = project_folder("notebooks") / f"{original.removesuffix('.ipynb')}.ipynb" if original else None
    batch.new_notebook.write_notebook(path, copied=copied, language=language)
    click.echo(path)


@new.command()
@click.argument("folder", type=PATH)
@option("--wave", required=True, metavar="YYYY-MM", help="The moment that the edition reports on.")
@file("--register", help="Project register: xlsx, xls, xlsb, ods or csv.")
@option("--sheet", help="Sheet of the register.")
@file("--phases", help="Phases of the regions: region, wave, dimension, phase.")
@amending
@output(default="output", help="Where reports are published, and earlier ones are found.")
@speaking(default="en")
def edition(folder: Path, output: Path, language: Language, **given: Any) -> None:
    """Write the suites of a new half-yearly edition to FOLDER, and say what to correct first."""
    tell(batch.new_edition.edition(folder, given, output, language))


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@output(help="Page to write, or a folder for it  [default: beside the notebook]")
@speaking(default="en")
def publish(notebook: Path, output: Path | None, language: Language) -> None:
    """Turn an executed NOTEBOOK, as papermill leaves one, into the page that a run would publish."""
    tell(batch.adopted.publish_file(notebook, output or notebook.parent, language))


@main.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@output(default="comparison.html", help="Page to write, or a folder to write comparison.html to.")
@speaking(default="en")
def compare(old: Path, new: Path, output: Path, language: Language) -> None:
    """Say what changed between the reports in two output folders, OLD and NEW."""
    from ivvu_analysis.report.comparison import show

    comparisons, written = batch.compare.compare(old, new, output, language)
    for comparison in comparisons:
        tell(show(comparison))
    click.echo(written)


@main.group()
def register() -> None:
    """Check a project register, or start an empty one."""


@register.command(name="check")
@click.argument("file", type=PATH)
@option("--sheet", help="Sheet of the workbook  [default: the one, or those, that look like a register]")
@option("--wave", help="Wave of the projects, such as 2020-10, where the register has no column of it.")
@option("--fill-down", multiple=True, metavar="COLUMN", help="Empty cells of it hold what stands above.")
@amending
@output(help="File to write all findings to, as csv.")
@file("--cleaned", help="File to write the cleaned projects to, as csv or xlsx.")
@file("--draft", help="File to write corrections to, with what may be meant, to be accepted by you.")
@speaking(default="en")
def check_register(file: Path, language: Language, codebook: Path | None, **given: Any) -> None:
    """Say what has to be corrected in the register FILE: exit status 0 for nothing, 1 for something."""
    from ivvu_analysis import codebook as codebooks
    from ivvu_analysis.register import check, describe, exports

    draft = partial(exports.write_draft, corrections=given["corrections"])
    writers: Any = {exports.write: "output", exports.write_projects: "cleaned", draft: "draft"}
    asked = {write: path for write, name in writers.items() if (path := given.pop(name))}
    intake = check(file, codebook=codebooks.load(codebook) if codebook else None, **given)
    tell(describe(intake, language))
    for write, path in asked.items():
        write(intake, path)
        click.echo(path)
    sys.exit(not intake.clean)


@register.command()
@click.argument("file", type=PATH)
@laying_over
@speaking(default="nl")
def template(file: Path, codebook: Path | None, language: Language) -> None:
    """Write an empty register with drop-down lists to FILE, which ends in .xlsx."""
    from ivvu_analysis.codebook import load
    from ivvu_analysis.register import template as write_template

    write_template(file, language, load(codebook) if codebook else None)
    click.echo(file)


@main.command()
@option("--seed", type=click.IntRange(0), default=1, help="Seed of the drawing.")
@option("--draws", type=click.IntRange(1), default=1, help="How many registers.")
@output(default="reconstructed.csv", help="File to write; several draws get a number each.")
def reconstruct(seed: int, draws: int, output: Path) -> None:
    """Rebuild a register from the published tables: rows that never were, and that say so."""
    from ivvu_analysis.data import from_published
    from ivvu_analysis.data.reconstruction import write

    tell(write(from_published(), output, seed, draws))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open the explorer in JupyterLab; ARGUMENTS go to it as they are."""
    notebooks = project_folder("notebooks")
    opened = f"--LabApp.default_url=/lab/tree/{notebooks.name}/explore.ipynb"
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={notebooks.parent}", opened, *arguments]
    os.execv(sys.executable, command)


@main.command()
@option("--port", type=click.IntRange(1, 65535), default=8866, help="Its port.")
@option("--no-browser", is_flag=True, help="Do not open it in a browser.")
@option("--parameter", "-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="To begin with.")
def app(port: int, no_browser: bool, given: tuple[tuple[str, str], ...]) -> None:
    """Serve the explorer as a web app, to this machine only."""
    from ivvu_analysis.explorer.serve import command, environment

    started = command(project_folder("notebooks") / "explore.ipynb", port, browser=not no_browser)
    os.execve(started[0], started, environment(os.environ, dict(given)))
