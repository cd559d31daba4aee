"""One suite during a run: what is current, what has to be made, and what came of it."""

import platform
import re
import subprocess
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from ivvu_analysis.batch import output as store
from ivvu_analysis.batch.crate import CRATE, describe_crate
from ivvu_analysis.batch.output import Entry, Job, Manifest, Result, Run
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.errors import refuse_foreign
from ivvu_analysis.places import CHECKOUT, PACKAGE, data_folder, digest, digest_of, write

COMPARISON = "comparison.html"
SAVE_EVERY = 1.0  # seconds; what a run that is killed has made in the last of them is made again


@cache
def ground() -> dict[str, str]:
    """Return the hashes of what every report stands on: package, dependencies, published tables."""
    locked = digest_of(CHECKOUT / "requirements.lock")
    return {
        "package": _tree(PACKAGE),
        "dependencies": locked or digest(store.to_json(versions())),
        "published": _tree(data_folder() / "published"),
        "python": platform.python_version(),
    }


def _tree(folder: Path) -> str:
    """Return one hash of all files under `folder` and of their names."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return digest(store.to_json({path.relative_to(folder).as_posix(): digest_of(path) for path in files}))


class Ledger:
    """The reports of one suite in its output folder; `due` says which are to be made, and why.

    Raises
    ------
    OutputError
        If the manifest in that folder cannot be read.
    """

    def __init__(self, plan: Plan, output: Path, *, force: bool = False) -> None:
        self.plan, self.folder = plan, output / plan.name
        self.known = store.read_manifest(self.folder)
        self.known.suite, self.known.title, self.known.ground = plan.name, plan.title, ground()
        self.known.source = store.name_from(plan.suite.path, self.folder)
        self._digest_of = cache(digest_of)
        self._saved = time.monotonic()
        whys = {job: "asked for" if force else self._why(job) for job in plan.jobs}
        self.due = {job: why for job, why in whys.items() if why}
        self.kept = len(plan.jobs) - len(self.due)

    def refuse_foreign(self) -> None:
        """Refuse to write over pages that no run has made.

        Raises
        ------
        OutputError
            If there are such pages.
        """
        pages = {store.COVER, *(store.report_files(job.name)["html"] for job in self.plan.jobs)}
        for name in pages - self.known.files.keys():
            # It is slow to import, and of no use when all is there.
            from ivvu_analysis.report.templates import beginnings

            refuse_foreign(self.folder / name, *beginnings())

    def _named(self, job: Job) -> dict[str, str]:
        """Return the sha256 of the notebook and of the files that parameters name, as they were at first."""
        folder = job.notebook.parent
        files = {store.name_from(path, folder): self._digest_of(path) for path in job.files}
        return {job.notebook.name: digest(job.text.encode()), **files}

    def _why(self, job: Job) -> str:
        known = self.known.reports.get(job.name)
        if known is None:
            return "new"
        if known.status != "published":
            return "failed before"
        read = {name: self._digest_of(job.notebook.parent / name) for name in known.inputs}
        if known.inputs != read | self._named(job) or known.fingerprint != _fingerprint(job):
            return "changed"
        return "" if self._are_there(known.outputs) else "files gone or altered"

    def _are_there(self, outputs: dict[str, str]) -> bool:
        return bool(outputs) and store.digests(self.folder, outputs) == outputs

    def expected_seconds(self, job: Job) -> float:
        """Return how long a report took the last time; where that is not known, it may be very long."""
        known = self.known.reports.get(job.name)
        return sum(known.seconds.values()) if known and known.seconds else float("inf")

    def take(self, job: Job, result: Result) -> None:
        """Publish a result, and remember it.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        files = {store.report_files(job.name)[part]: data for part, data in result.parts.items()}
        outputs = {name: write(self.folder / name, data) for name, data in files.items()}
        entry, before = result.entry, self.known.reports.get(job.name, Entry()).outputs
        if entry.error:  # the page and the tables of its predecessor stay
            outputs = {**store.digests(self.folder, before), **outputs}
        else:
            store.remove(self.folder, {name: sha for name, sha in before.items() if name not in outputs})
        entry.notebook, entry.parameters = job.notebook.stem, dict(job.parameters)
        entry.fingerprint, entry.outputs = _fingerprint(job), outputs
        entry.inputs |= self._named(job)
        self.known.reports[job.name] = entry
        if time.monotonic() - self._saved > SAVE_EVERY:
            self._save()

    def finish(self) -> None:
        """Write what is about all reports together, and forget those that are no longer asked for.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        reports, wanted = self.known.reports, [job.name for job in self.plan.jobs]
        for name in reports.keys() - set(wanted):
            store.remove(self.folder, reports[name].outputs)
        self.known.reports = {name: reports[name] for name in wanted if name in reports}
        published = self.known.published.items()
        figures = {name: entry.model_dump(mode="json")["key_figures"] for name, entry in published}
        parts = {store.KEY_FIGURES: store.to_json(figures), **about_all(self.plan, self.known)}
        self.known.outputs = {name: write(self.folder / name, data) for name, data in parts.items()}
        self._save()
        write(self.folder / CRATE, store.to_json(describe_crate(self.known)))

    @cached_property
    def outdated(self) -> list[str]:
        """A sentence for each report whose files changed while reports were made; asked after the run."""
        self._digest_of = cache(digest_of)
        changed = [job.name for job in self.due if self._why(job) == "changed"]
        return [f"{self.plan.name}/{name}: its files changed meanwhile; run again." for name in changed]

    @property
    def complete(self) -> bool:
        """Whether what is about all reports together is there, and about these reports."""
        names = {job.name for job in self.plan.jobs}
        return names == {*self.known.reports} and self._are_there(self.known.outputs)

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the reports that failed."""
        return tuple(name for name, entry in self.known.reports.items() if entry.error)

    @property
    def made(self) -> int:
        """How many reports were made."""
        return len(self.due) - len(self.failed)

    def _save(self) -> None:
        self.known.written = _now()
        write(self.folder / store.MANIFEST, store.to_json(self.known.model_dump(mode="json")))
        self._saved = time.monotonic()


def _fingerprint(job: Job) -> str:
    """Return one hash of what a report is made of beside the files that it reads."""
    return digest(store.to_json([dict(job.parameters), job.language, ground()]))


def how(workers: int) -> Run:
    """Return when and with what a run makes reports, for the manifest."""
    git = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    revision = ""
    with suppress(OSError, subprocess.SubprocessError):
        revision = subprocess.run(git, capture_output=True, text=True, check=True, timeout=20).stdout.strip()
    here = {"host": platform.node(), "platform": platform.platform(), "versions": versions()}
    return Run(started=_now(), workers=workers, revision=revision, **here)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package, and of what it stands on."""
    found = {"python": platform.python_version()}
    needed = [need for need in metadata.requires("ivvu-analysis") or () if "extra ==" not in need]
    for name in ("ivvu-analysis", *(re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in sorted(needed))):
        with suppress(metadata.PackageNotFoundError):  # not every platform needs every one
            found[name] = metadata.version(name)
    return found


def about_all(plan: Plan, now: Manifest) -> dict[str, bytes]:
    """Return the cover of a suite, and what changed since the previous run where it names one."""
    from ivvu_analysis.report.cover import render  # slow to import; not needed when all is current

    pages, changes = {}, None
    if plan.previous:
        # pandas is slow to import, and most suites have no previous run.
        from ivvu_analysis.batch.compare import compare_outputs
        from ivvu_analysis.report import comparison
        from ivvu_analysis.report.words import Words

        compared = compare_outputs(plan.name, plan.previous, now)
        moved = tuple(comparison.lines(compared.moved, Words(plan.language, plan.book)))
        changes = {"page": COMPARISON, "moved": moved, "same": compared.counts["same"]}
        pages[COMPARISON] = comparison.page([compared], plan.language).encode()
    lines = [_line(job.name, now.reports.get(job.name, Entry())) for job in plan.jobs]
    titles = Counter(line["title"] for line in lines)
    for line in lines:
        line["title"] += f" ({line['name']})" * (titles[line["title"]] > 1)
    about: dict[str, Any] = {f"{what}s": now.about(what) for what in ("programme", "wave", "origin")}
    about["changes"] = changes
    about["records"] = {name: name for name in (store.KEY_FIGURES, store.MANIFEST)}
    cover = render(plan.title, plan.language, lines=lines, book=plan.book, **about)
    return {**pages, store.COVER: cover.encode()}


def _line(name: str, entry: Entry) -> dict[str, Any]:
    files = {kind: file for kind, file in store.report_files(name).items() if file in entry.outputs}
    more = {"title": entry.title or name, "status": entry.status or "missing"}
    return {**entry.model_dump(), **more, "name": name, "files": files}
