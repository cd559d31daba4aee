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
from ivvu_analysis.batch.store import COVER, Store, digest, report_files, to_json
from ivvu_analysis.errors import OutputError
from ivvu_analysis.scales import Language

COMPARISON = "comparison.html"
CONTENTS = "index.html"

MARK = re.compile(r'<meta name="ivvu-contents" content="([0-9a-f]{64})">')
NO_MARK = "0" * 64


def cover(plan: Plan, made: Manifest, changes: Any) -> str:
    """Return the cover of a suite, given what is known of its reports and what changed before."""
    from ivvu_analysis.report.cover import render  # slow to import; not needed when all is current

    return render(
        plan.title,
        "nl" if plan.language == "nl" else "en",
        origins=made.origins,
        waves=made.waves,
        lines=[_line(job.name, made.reports.get(job.name)) for job in plan.jobs],
        records={KEY_FIGURES: KEY_FIGURES, MANIFEST: MANIFEST},
        changes=changes,
        book=plan.book,
    )


def _line(name: str, entry: Entry | None) -> dict[str, Any]:
    known = (entry or Entry()).model_dump()
    files = {kind: file for kind, file in report_files(name).items() if file in known["outputs"]}
    more = {"name": name, "title": known["title"] or name, "status": known["status"] or "missing"}
    return {**known, **more, "files": files}


def since(plan: Plan, folder: Path, made: Manifest) -> tuple[Any, str]:
    """Return what moved since the previous run, and the page that says so; nothing without one."""
    if plan.previous is None:
        return None, ""
    # pandas is slow to import, and most suites have no previous run.
    from ivvu_analysis.batch.compare import compare_outputs
    from ivvu_analysis.report.comparison import lines, page
    from ivvu_analysis.report.words import Words

    now = read_output(folder).model_copy(update={"manifest": made})
    compared = compare_outputs(plan.name, read_output(plan.previous), now)
    language: Language = "nl" if plan.language == "nl" else "en"
    moved = tuple(lines(compared.moved, Words(language)))
    changes = {"page": COMPARISON, "moved": moved, "same": compared.counts["same"]}
    return changes, page([compared], language)


def keep_up(folder: Path) -> None:
    """Write the contents page of an output folder, unless it is as it should be or someone else's.

    Covers link to this page and not to each other: a cover then stays the same whatever stands beside it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    shown: list[dict[str, Any]] = []
    # Once more after it was written: a run on another suite may have ended in the meantime.
    while (found := list(_suites(folder))) != shown:
        made_of = to_json({"suites": found, "package": ground()["package"]})
        if not _may_stay(folder / CONTENTS, made_of):
            Store(folder).write(CONTENTS, _contents(found, made_of))
        shown = found


def _suites(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the page tells of each suite whose file is still there."""
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        suite = path.parent
        with suppress(OutputError):  # what is damaged is made again by a run of that suite
            made = read_manifest(suite)
            gone = made.source and not (suite / made.source).is_file()
            if (suite / COVER).is_file() and not gone:
                yield {
                    "cover": f"{quote(suite.name)}/{COVER}",
                    "title": made.title or suite.name,
                    "language": "nl" if {entry.language for entry in made.published} == {"nl"} else "en",
                    "reports": len(made.published),
                    "waves": made.waves,
                    "origins": made.origins,
                }


def _may_stay(path: Path, made_of: bytes) -> bool:
    """Return whether a page is already what would be written, or is not ours to replace."""
    if not path.is_file():
        return False
    page = path.read_text(encoding="utf-8", errors="replace")
    found = MARK.search(page)
    return found is None or found[1] == digest(made_of + page.replace(found[1], NO_MARK, 1).encode())


def _contents(suites: list[dict[str, Any]], made_of: bytes) -> bytes:
    from ivvu_analysis.report.cover import contents

    blank = contents(suites, NO_MARK)
    return blank.replace(NO_MARK, digest(made_of + blank.encode()), 1).encode()
