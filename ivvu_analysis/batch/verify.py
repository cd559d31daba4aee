"""The proof that reports can be made again: all of them once more, elsewhere, compared byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ivvu_analysis.batch.display import Display
from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.manifest import KEY_FIGURES, MANIFEST, read_manifest
from ivvu_analysis.batch.observe import digest_of
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.pool import Executor
from ivvu_analysis.batch.run import run
from ivvu_analysis.batch.store import report_files
from ivvu_analysis.errors import OutputError

CONTEXT = 40  # characters shown on each side of the first difference


def verify(
    plans: Sequence[Plan], options: Options, executor: Executor, check: Callable[[], None], display: Display
) -> dict[str, str]:
    """Make reports again in a temporary folder, and compare them with the output folder.

    Returns
    -------
    dict of str to str
        How pages, workbooks, data and key figures differ, by file; nothing for those that are the same.

    Raises
    ------
    OutputError
        If there are reports in the output folder that are missing or not current: a difference would
        prove nothing.
    Interrupted
        If it was asked to stop.
    """
    for plan in plans:
        if due := Ledger(plan, options.output).due:
            name, why = next(iter(due.items()))
            raise OutputError(
                f"{len(due)} of the {len(plan.jobs)} reports in {options.output / plan.name} are not as they "
                f"would be made now: {name} ({why}), for one.",
                "Run `ivvu run` first, with the same options.",
            )
    with tempfile.TemporaryDirectory(prefix="ivvu-verify-") as again:
        run(plans, replace(options, output=Path(again), force=True), executor, check, display)
        findings = {file: how for plan in plans for file, how in _compare(plan, options.output, Path(again))}
        check()
        return findings


def _compare(plan: Plan, before: Path, after: Path) -> Iterator[tuple[str, str]]:
    names = [report_files(job.name)[part] for job in plan.jobs for part in ("html", "workbook", "data")]
    for name in [f"{plan.name}/{name}" for name in (*names, KEY_FIGURES)]:
        old, new = before / name, after / name
        if old.is_file() and not new.is_file():
            yield name, "it could not be made again"
        elif old.is_file():
            yield name, difference(old.read_bytes(), new.read_bytes())


def published_as(page: Path, output: Path) -> str:
    """Return the published page that a file is, byte for byte; nothing if it is none of `output`.

    Raises
    ------
    OutputError
        If the file or a manifest cannot be read.
    """
    if not (found := digest_of(page)):
        raise OutputError(f"{page} cannot be read.", "Give another file.")
    for manifest in sorted(output.glob(f"*/{MANIFEST}")):
        for entry in read_manifest(manifest.parent).reports.values():
            for name, kept in entry.outputs.items():
                if kept == found:
                    return f"{manifest.parent.name}/{name}"
    return ""


def difference(old: bytes, new: bytes) -> str:
    """Return where two files first differ, and what stands there; nothing if they do not."""
    if old == new:
        return ""
    pairs = enumerate(zip(old, new, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(old), len(new)))
    part = slice(max(0, place - CONTEXT), place + CONTEXT)
    was, now = (text[part].decode("utf-8", "replace").replace("\n", " ") for text in (old, new))
    return f"from line {old[:place].count(10) + 1}, '{was}' has become '{now}'"
