"""One suite during a run: what is current, what has to be made, and what came of it."""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from ivvu_analysis.batch.crate import CRATE, describe_crate
from ivvu_analysis.batch.fingerprint import Ground
from ivvu_analysis.batch.job import Result
from ivvu_analysis.batch.manifest import Manifest, Record, describe, read_manifest, record
from ivvu_analysis.batch.plan import Plan, Planned
from ivvu_analysis.batch.since import COMPARISON, since
from ivvu_analysis.batch.store import COVER, KEY_FIGURES, MANIFEST, Store, report_files, to_json
from ivvu_analysis.errors import OutputError

SLOW = "ivvu_analysis.batch.cover"  # to import; not needed when all is current
SAVE_EVERY = 1.0  # seconds; what a run that is killed has made in the last of them is made again


@dataclass(frozen=True)
class Due:
    """A report that has to be made, and why."""

    planned: Planned
    fingerprint: str
    why: str


class Edition:
    """The reports of one suite in its output folder.

    Parameters
    ----------
    plan
        What is to be there.
    store
        Where.
    ground
        What all reports stand on.
    """

    def __init__(self, plan: Plan, store: Store, ground: Ground) -> None:
        self.plan = plan
        self.store = store
        self.warning: OutputError | None = None
        self._ground = ground
        self._known = self._remembered()
        self._fingerprints = {p.job.name: ground.fingerprint(p.job) for p in plan.jobs}
        self._saved = time.monotonic()

    def _remembered(self) -> Manifest:
        try:
            return read_manifest(self.store.folder)
        except OutputError as damage:
            self.warning = damage
            return Manifest()

    def due(self, *, force: bool) -> list[Due]:
        """Return the reports that are not there as they should be, or all of them."""
        found = []
        for planned in self.plan.jobs:
            fingerprint = self._fingerprints[planned.job.name]
            why = "asked for" if force else self._why(planned.job.name, fingerprint)
            if why:
                found.append(Due(planned, fingerprint, why))
        return found

    def _why(self, name: str, fingerprint: str) -> str:
        known = self._known.reports.get(name)
        if known is None:
            return "new"
        if known.status == "failed":
            return "failed before"
        if known.fingerprint != fingerprint:
            return "changed"
        files = report_files(name).values()
        there = self.store.digests(known.outputs)
        if set(files) - set(there):
            return "files gone"
        return "files altered" if there != known.outputs else ""

    def expected_seconds(self, name: str) -> float | None:
        """Return how long a report took the last time, if that is known."""
        known = self._known.reports.get(name)
        return sum(known.seconds.values()) if known and known.seconds else None

    def begin(self, run: Mapping[str, Any]) -> None:
        """Start to make reports; `run` says when and how, for the manifest."""
        importlib.import_module(SLOW)  # `finish` needs it, and the first reports keep everyone waiting anyway
        if self.warning:
            with suppress(OSError):
                damaged = self.store.folder / MANIFEST
                damaged.replace(damaged.with_name("manifest.damaged.json"))
        self._known = replace(self._known, run=run)

    def take(self, due: Due, result: Result) -> None:
        """Publish a result, and remember it.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        name = result.name
        written = self.store.publish(result)
        if result.failure:
            before = self._known.reports.get(name)
            written = {**self.store.digests(before.outputs if before else {}), **written}
        entry = record(due.planned.job, due.fingerprint, result, written)
        self._known = replace(self._known, reports={**self._known.reports, name: entry})
        if time.monotonic() - self._saved > SAVE_EVERY:
            self._save()

    def finish(self) -> None:
        """Write what is about all reports together, and forget those that are no longer asked for."""
        from ivvu_analysis.batch.cover import gather  # not at the top: it is slow to import
        from ivvu_analysis.report.cover import render

        wanted = {p.job.name: p for p in self.plan.jobs}
        for name, gone in self._known.reports.items():
            if name not in wanted:
                self.store.remove(gone.outputs)
        reports = {name: self._known.reports[name] for name in wanted if name in self._known.reports}
        key_figures = {n: r.key_figures for n, r in reports.items() if r.status == "published"}
        self._known = replace(self._known, reports=reports)
        changes = since(self.plan, self.store.folder, key_figures, self._described())
        pages = {COVER: render(gather(self.plan, reports, changes))}
        if changes:
            pages[COMPARISON] = changes.page
        outputs = {KEY_FIGURES: self.store.write(KEY_FIGURES, to_json(key_figures))}
        outputs |= {name: self.store.write(name, page.encode()) for name, page in pages.items()}
        self._known = replace(self._known, outputs=outputs)
        self.store.write(CRATE, to_json(describe_crate(self._save())))

    @property
    def complete(self) -> bool:
        """Whether what is about all reports together is there, and about these reports."""
        there = self.store.digests(self._known.outputs)
        return (
            bool(there)
            and there == self._known.outputs
            and set(self._known.reports) == {p.job.name for p in self.plan.jobs}
            and (self.store.folder / CRATE).is_file()
        )

    @property
    def failed(self) -> dict[str, Record]:
        """The reports that failed, by name."""
        return {name: entry for name, entry in self._known.reports.items() if entry.status == "failed"}

    def _described(self) -> dict[str, Any]:
        return describe(self.plan.name, self.plan.title, self._known, self._ground.hashes())

    def _save(self) -> dict[str, Any]:
        whole = self._described()
        self.store.write(MANIFEST, to_json(whole))
        self._saved = time.monotonic()
        return whole
