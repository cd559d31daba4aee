"""The contents page of the output folder, kept up with the suites that are in it.

Covers link to this page and not to each other: a cover then stays the same whatever stands beside it, and
no run has to touch the folder of a suite that it was not asked to make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ivvu_analysis.batch.output import Output, read_output
from ivvu_analysis.batch.store import COVER, MANIFEST, Store, digest, to_json
from ivvu_analysis.errors import OutputError

CONTENTS = "index.html"

MARK = re.compile(r'<meta name="ivvu-contents" content="([0-9a-f]{64})">')
NO_MARK = "0" * 64


def keep_up(folder: Path, package: str) -> None:
    """Write the contents page of an output folder, unless it is as it should be or someone else's.

    Parameters
    ----------
    folder
        The output folder.
    package
        The hash of the package, which decides what the page looks like.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    shown: list[dict[str, Any]] = []
    # Once more after it was written: a run on another suite may have ended in the meantime.
    while (found := list(_suites(folder))) != shown:
        made_of = to_json({"suites": found, "package": package})
        if not _may_stay(folder / CONTENTS, made_of):
            Store(folder).write(CONTENTS, _page(found, made_of))
        shown = found


def _suites(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the page tells of each suite: what an `Entry` is made of."""
    for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
        suite = manifest.parent
        if (suite / COVER).is_file():
            with suppress(OutputError):  # what is damaged is made again by a run of that suite
                yield _told_of(read_output(suite))


def _told_of(output: Output) -> dict[str, Any]:
    published = [report for report in output.reports.values() if report.status == "published"]

    return {
        "cover": f"{quote(output.folder.name)}/{COVER}",
        "title": output.title,
        "language": "nl" if {report.language for report in published} == {"nl"} else "en",
        "reports": len(published),
        "waves": sorted({report.wave for report in published if report.wave}),
        "origins": sorted({report.origin for report in published if report.origin}),
    }


def _may_stay(path: Path, made_of: bytes) -> bool:
    """Return whether a page is already what would be written, or is not ours to replace."""
    if not path.is_file():
        return False
    page = path.read_text(encoding="utf-8", errors="replace")
    found = MARK.search(page)
    return found is None or found[1] == _mark(page.replace(found[1], NO_MARK, 1), made_of)


def _page(suites: list[dict[str, Any]], made_of: bytes) -> bytes:
    # Slow to import, and not needed when the page is current.
    from ivvu_analysis.report.contents import Entry, render

    blank = render([Entry(**suite) for suite in suites], NO_MARK)
    return blank.replace(NO_MARK, _mark(blank, made_of), 1).encode()


def _mark(blank: str, made_of: bytes) -> str:
    """Return what tells a page that is current from one that was altered or made of something else."""
    return digest(made_of + blank.encode())
