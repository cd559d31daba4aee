"""What the cover page of a suite is about: gathered from its plan and from what is known of its reports."""

from __future__ import annotations

from collections.abc import Mapping

from ivvu_analysis.batch.manifest import Record
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.since import COMPARISON, Since
from ivvu_analysis.batch.store import KEY_FIGURES, MANIFEST, report_files
from ivvu_analysis.report.cover import Changes, Cover, Line, Problem


def gather(plan: Plan, reports: Mapping[str, Record], since: Since | None = None) -> Cover:
    """Return what the cover of `plan` shows, given what is known of its reports and what changed."""
    lines = tuple(_line(p.job.name, reports.get(p.job.name)) for p in plan.jobs)
    known = [record for record in reports.values() if record.status == "published"]
    return Cover(
        title=plan.title,
        language="nl" if plan.language == "nl" else "en",
        origins=tuple(sorted({record.origin for record in known if record.origin})),
        waves=tuple(sorted({record.wave for record in known if record.wave})),
        lines=lines,
        records={KEY_FIGURES: KEY_FIGURES, MANIFEST: MANIFEST},
        changes=Changes(COMPARISON, since.moved, since.same) if since else None,
    )


def _line(name: str, record: Record | None) -> Line:
    if record is None:
        return Line(name, name, "missing")
    error = record.error
    return Line(
        name=name,
        title=record.title or name,
        status=record.status,
        files={kind: file for kind, file in report_files(name).items() if file in record.outputs},
        findings=tuple(record.findings),
        headlines=tuple(record.headlines),
        region=str(record.parameters.get("region", "")),
        problem=Problem(str(error["message"]), error.get("cell")) if error else None,
    )
