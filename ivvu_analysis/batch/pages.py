"""The pages that are about reports together: the cover of a suite, and the contents of the output folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ivvu_analysis.batch.ledger import ground
from ivvu_analysis.batch.manifest import KEY_FIGURES, MANIFEST, Entry, Manifest, read_manifest, read_output
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.store import COVER, digest, report_files, to_json, write
from ivvu_analysis.errors import OutputError

COMPARISON = "comparison.html"
CONTENTS = "index.html"

MARK = re.compile(r'<meta name="ivvu-contents" content="([0-9a-f]{64})">')


def about_all(plan: Plan, now: Manifest) -> dict[str, bytes]:
    """Return the cover of a suite, and what changed since the previous run where it names one."""
    from ivvu_analysis.report.cover import render  # slow to import; not needed when all is current

    pages, changes = {}, None
    if plan.previous:
        # pandas is slow to import, and most suites have no previous run.
        from ivvu_analysis.batch.compare import compare_outputs
        from ivvu_analysis.report.comparison import lines, page
        from ivvu_analysis.report.words import Words

        compared = compare_outputs(plan.name, read_output(plan.previous), now)
        moved = tuple(lines(compared.moved, Words(plan.language)))
        changes = {"page": COMPARISON, "moved": moved, "same": compared.counts["same"]}
        pages[COMPARISON] = page([compared], plan.language).encode()
    cover = render(
        plan.title,
        plan.language,
        origins=now.about("origin"),
        waves=now.about("wave"),
        lines=[_line(job.name, now.reports.get(job.name, Entry())) for job in plan.jobs],
        records={KEY_FIGURES: KEY_FIGURES, MANIFEST: MANIFEST},
        changes=changes,
        book=plan.book,
    )
    return {**pages, COVER: cover.encode()}


def _line(name: str, entry: Entry) -> dict[str, Any]:
    files = {kind: file for kind, file in report_files(name).items() if file in entry.outputs}
    more = {"title": entry.title or name, "status": entry.status or "missing"}
    return {**entry.model_dump(), **more, "name": name, "files": files}


def keep_up(folder: Path) -> None:
    """Write the contents page of an output folder, unless it is current or someone else's.

    Covers link to this page and not to each other: a cover then stays the same whatever stands beside it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    suites = list(_suites(folder))
    mark = digest(to_json({"suites": suites, "package": ground()["package"]}))
    path = folder / CONTENTS
    found = MARK.search(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
    if found[1] != mark if found else suites and not path.is_file():
        from ivvu_analysis.report.cover import contents

        write(path, contents(suites, mark).encode())


def _suites(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the page tells of each suite whose file is still there."""
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        suite = path.parent
        with suppress(OutputError):  # what is damaged is told of by a run of that suite
            made = read_manifest(suite)
            gone = made.source and not (suite / made.source).is_file()
            if (suite / COVER).is_file() and not gone:
                languages = {entry.language for entry in made.published.values()}
                yield {
                    "cover": f"{quote(suite.name)}/{COVER}",
                    "title": made.title,
                    "language": "nl" if languages == {"nl"} else "en",
                    "reports": len(made.published),
                    "waves": made.about("wave"),
                    "origins": made.about("origin"),
                }
