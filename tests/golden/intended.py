"""The changes of numbers that are meant, as intended.yaml lists them; it says what an entry may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from tests.golden.matching import Match, equal, match
from tests.golden.tables import HERE, INTERVAL, KeyFigure, Table

KINDS = ("table", "key", "claim")

Entry = Mapping[str, Any]


@dataclass
class Intended:
    """The changes that are meant: where tables moved to, and what may be missing, each with a reason."""

    moved: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path = HERE / "intended.yaml") -> Intended:
        """Read the list.

        Raises
        ------
        ValueError
            If an entry does not say what it is about, why, and for which issue.
        """
        listed = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for entry in listed.get("intended") or ():
            if sum(kind in entry for kind in KINDS) != 1 or not (entry.get("reason") and entry.get("issue")):
                problem = "needs a table, a key or a claim, and with it a reason and an issue"
                raise ValueError(f"{path.name}: {entry} {problem}.")
        return cls(listed.get("moved") or {}, listed.get("intended") or ())

    def of(self, report: str) -> list[str]:
        """Return the reports that hold now what stood in a report."""
        return [report, *(new for old, to in self.moved.items() if fnmatchcase(report, old) for new in to)]

    def reason(self, kind: str, name: str, place: tuple[str, str], as_meant: Callable[[Entry], bool]) -> str:
        """Return why a table (by a part of its English title), key or claim may be other, or nothing.

        Parameters
        ----------
        kind, name
            What is missing.
        place
            Its suite and its report.
        as_meant
            Whether it is as an entry says that it may be.
        """
        for n, entry in enumerate(self.entries):
            if kind not in entry:
                continue
            names = entry[kind] if isinstance(entry[kind], list) else [entry[kind]]
            here = all(map(fnmatchcase, place, (entry.get("suite", "*"), entry.get("report", "*"))))
            about = any(fnmatchcase(name, f"*{one}*" if kind == "table" else one) for one in names)
            if here and about and as_meant(entry):
                self.used.add(n)
                return f"{entry['reason']} (issue {entry['issue']})"
        return ""


def key_as_meant(was: KeyFigure, now: KeyFigure | None, entry: Entry) -> bool:
    """Tell whether a key figure is what an entry says: near what it was, or with the parts it names."""
    meant = entry.get("now", {})
    if now is None or meant == "gone":
        return now is None and meant == "gone"
    if "within" in entry:
        return all(equal(one, other, float(entry["within"])) for one, other in zip(was, now, strict=True))
    if "now" in entry:
        return all(
            equal(meant.get(part, old), new) for part, old, new in zip(INTERVAL, was, now, strict=True)
        )
    return True


def verdict_as_meant(now: str, entry: Entry) -> bool:
    """Tell whether a verdict is the one that an entry names."""
    return bool(entry.get("now", now) == now)


def table_as_meant(table: Table, found: Match, lost: set[str], now: Sequence[Table], entry: Entry) -> bool:
    """Tell whether a table is what an entry says: without the columns that it names, or with fewer rows."""
    if "without" in entry:
        return found.status == "partly" and lost <= set(entry["without"])
    if entry.get("fewer_rows"):
        return any(len(new.heads) >= len(table.heads) and match(new, table).status == "kept" for new in now)
    return True
