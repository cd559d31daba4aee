"""The contents page of an output folder: a function of the manifests that are there."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ivvu_analysis.batch import output as store
from ivvu_analysis.batch.ledger import ground
from ivvu_analysis.errors import OutputError
from ivvu_analysis.places import digest, write

MARK = '<meta name="ivvu-contents"'  # of a page that we have made


def keep_up(folder: Path) -> None:
    """Write the contents page of an output folder, unless it is current or someone else's.

    Covers link to this page and not to each other: a cover then stays the same whatever stands beside it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    suites = list(_suites(folder))
    mark = digest(store.to_json({"suites": suites, "package": ground()["package"]}))
    path = folder / "index.html"
    there = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if mark not in there and (MARK in there or (suites and not there)):
        from ivvu_analysis.report.cover import contents

        write(path, contents(suites, mark).encode())


def _suites(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the page tells of each suite that has a cover."""
    for path in sorted(folder.glob(f"*/{store.MANIFEST}")):
        suite = path.parent
        with suppress(OutputError):  # what is damaged is told of by a run of that suite
            made = store.read_manifest(suite)
            if (suite / store.COVER).is_file():
                languages = {entry.language for entry in made.published.values()}
                yield {
                    "cover": f"{quote(suite.name)}/{store.COVER}",
                    "title": made.title,
                    "language": "nl" if languages == {"nl"} else "en",
                    "reports": len(made.published),
                    "programmes": made.about("programme"),
                    "waves": made.about("wave"),
                    "origins": made.about("origin"),
                    "made_by": not made.source or (suite / made.source).is_file(),
                }
