"""The commands of `ivvu` for registers: check one, start an empty one, rebuild one from the publication."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivvu_analysis.codebook import Language

FILE = click.Path(path_type=Path)


def _language(default: Language) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--language",
        "-l",
        type=click.Choice(("en", "nl")),
        default=default,
        show_default=True,
        help="Language.",
    )


@click.group()
def register() -> None:
    """Check a project register, or start an empty one."""


@register.command()
@click.argument("file", type=FILE)
@click.option(
    "--sheet", help="Sheet of the workbook  [default: the one, or those, with the headings of a register]"
)
@click.option("--wave", help="Wave of the projects, such as 2020-10, where the register has no column of it.")
@click.option(
    "--fill-down",
    "fill_down",
    multiple=True,
    metavar="COLUMN",
    help="Column whose empty cells hold what stands above.",
)
@click.option("--corrections", type=FILE, help="File of accepted corrections: column, value, replacement.")
@click.option("--codebook", type=FILE, help="Codebook to lay over ours.")
@click.option("--output", "-o", type=FILE, help="File to write all findings to, as csv.")
@click.option("--cleaned", type=FILE, help="File to write the cleaned projects to, as csv or xlsx.")
@click.option(
    "--draft", type=FILE, help="File to write corrections to, with what may be meant, to be accepted by you."
)
@_language("en")
def check(
    file: Path,
    sheet: str | None,
    wave: str | None,
    fill_down: tuple[str, ...],
    corrections: Path | None,
    codebook: Path | None,
    output: Path | None,
    cleaned: Path | None,
    draft: Path | None,
    language: Language,
) -> None:
    """Say what has to be corrected in the register FILE: exit status 0 for nothing, 1 for something."""
    from ivvu_analysis import codebook as codebooks
    from ivvu_analysis.register import answers
    from ivvu_analysis.register import check as check_register

    book = codebooks.load(codebook) if codebook else None
    intake = check_register(file, sheet, corrections, wave=wave, fill_down=fill_down, codebook=book)
    for line in answers.describe(intake, language):
        click.echo(line)
    for path, write in (
        (output, answers.write),
        (cleaned, answers.write_projects),
        (draft, answers.write_draft),
    ):
        if path:
            write(intake, path)
            click.echo(path)
    sys.exit(0 if intake.clean else 1)


@register.command()
@click.argument("file", type=FILE)
@_language("nl")
def template(file: Path, language: Language) -> None:
    """Write an empty register with drop-down lists to FILE, which ends in .xlsx."""
    from ivvu_analysis.register import template as write_template

    write_template(file, language)
    click.echo(file)


@click.command()
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the drawing.")
@click.option("--draws", type=click.IntRange(min=1), default=1, show_default=True, help="How many registers.")
@click.option("--output", "-o", type=FILE, default=Path("reconstructed.csv"), show_default=True,
              help="File to write; several draws get a number each.")  # fmt: skip
def reconstruct(seed: int, draws: int, output: Path) -> None:
    """Rebuild a register from the published tables: rows that never were, and that say so."""
    from ivvu_analysis.data import from_published
    from ivvu_analysis.data.reconstruction import write

    for path in write(from_published(), output, seed, draws):
        click.echo(path)
