from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from ivvu_analysis.cli_options import making

if TYPE_CHECKING:
    from pathlib import Path

    from ivvu_analysis.batch.options import Options


@click.command()
@making
def show(suites: list[Path], options: Options) -> None:
    click.echo(options.timeout)


@pytest.mark.parametrize("seconds", ["0.5", "86400"])
def test_a_report_may_take_up_to_a_day(seconds: str) -> None:
    done = CliRunner().invoke(show, ["x.yaml", "--timeout", seconds])
    assert (done.exit_code, float(done.output)) == (0, float(seconds))


LONG = "a" * 300  # no file can be called so


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--timeout", "0"], "not in the range"),
        (["--timeout", "86401"], "not in the range"),
        (["--timeout", "inf"], "not in the range"),
        (["--timeout", "1e300"], "not in the range"),
        (["--timeout", "nan"], "not a number of seconds"),
        (["--output", LONG], "'--output' / '-o': "),
        (["--notebooks", LONG], "'--notebooks': "),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], complaint: str) -> None:
    done = CliRunner().invoke(show, ["x.yaml", *words])
    assert (done.exit_code, complaint in done.output) == (2, True), done.output


@pytest.mark.parametrize("suite", [LONG, f"{LONG}.yaml", f"{LONG}/x.yaml"])
def test_the_name_of_a_suite_is_left_to_what_reads_it(suite: str) -> None:
    assert CliRunner().invoke(show, [suite]).exit_code == 0
