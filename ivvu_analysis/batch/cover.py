"""The cover page of a suite: what there is, what it is about, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ivvu_analysis.batch.job import Failure
from ivvu_analysis.batch.manifest import Record
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.store import KEY_FIGURES, MANIFEST, report_files

STYLE = Path(__file__).parent.parent / "report" / "template" / "page.css"

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

WORDS = {
    "en": {
        "about": "Figures: {origins}. Wave: {waves}.",
        "count": "{published} of {all} reports published.",
        "report": "Report",
        "findings": "What it found",
        "status": "Status",
        "published": "published",
        "failed": "failed",
        "missing": "not made yet",
        "cell": "in code cell {cell}",
        "executed": "the notebook, as far as it came",
        "earlier": "the report linked here is an earlier one",
        "tables": "tables",
        "all": "All key figures and how everything was made: {figures}, {manifest}.",
        "origin": {"published": "published", "register": "from a register", "reconstructed": "RECONSTRUCTED"},
    },
    "nl": {
        "about": "Cijfers: {origins}. Peildatum: {waves}.",
        "count": "{published} van {all} rapporten gepubliceerd.",
        "report": "Rapport",
        "findings": "Wat eruit komt",
        "status": "Status",
        "published": "gepubliceerd",
        "failed": "mislukt",
        "missing": "nog niet gemaakt",
        "cell": "in codecel {cell}",
        "executed": "het notebook, zo ver als het kwam",
        "earlier": "het rapport waarnaar deze regel verwijst is een eerder",
        "tables": "tabellen",
        "all": "Alle kerncijfers en hoe alles gemaakt is: {figures}, {manifest}.",
        "origin": {
            "published": "gepubliceerd",
            "register": "uit een register",
            "reconstructed": "GERECONSTRUEERD",
        },
    },
}


@dataclass(frozen=True)
class Line:
    """One report on the cover.

    Parameters
    ----------
    name, title
        Its file name and what it calls itself.
    status
        ``"published"``, ``"failed"`` or ``"missing"``.
    files
        Where its page, notebook and tables are, as far as they are there.
    findings
        What it says it found.
    failure
        Why it failed, if it did.
    """

    name: str
    title: str
    status: str
    files: Mapping[str, str]
    findings: tuple[str, ...]
    failure: Failure | None


@dataclass(frozen=True)
class Cover:
    """Everything that the cover page of a suite shows."""

    title: str
    language: str
    origins: tuple[str, ...]
    waves: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def published(self) -> int:
        """How many of the reports are there, and current."""
        return sum(line.status == "published" for line in self.lines)


def gather(plan: Plan, reports: Mapping[str, Record]) -> Cover:
    """Return what the cover of `plan` shows, given what is known of its reports."""
    lines = tuple(_line(p.job.name, reports.get(p.job.name)) for p in plan.jobs)
    known = [record for record in reports.values() if record.status == "published"]
    return Cover(
        title=plan.title,
        language=plan.language,
        origins=tuple(sorted({record.origin for record in known if record.origin})),
        waves=tuple(sorted({record.wave for record in known if record.wave})),
        lines=lines,
    )


def _line(name: str, record: Record | None) -> Line:
    if record is None:
        return Line(name, name, "missing", {}, (), None)
    files = {kind: file for kind, file in report_files(name).items() if file in record.outputs}
    failure = Failure(**record.error) if record.error else None
    return Line(name, record.title or name, record.status, files, tuple(record.findings), failure)


def render(cover: Cover) -> str:
    """Return the cover as one HTML page with nothing outside it."""
    words = WORDS[cover.language]
    origin = words["origin"]
    assert isinstance(origin, dict)
    about = _say(
        cover.language,
        "about",
        origins=", ".join(origin.get(o, o) for o in cover.origins) or "-",
        waves=", ".join(cover.waves) or "-",
    )
    count = _say(cover.language, "count", published=cover.published, all=len(cover.lines))
    everything = escape(_say(cover.language, "all", figures="\0", manifest="\1"))
    everything = everything.replace("\0", _link(KEY_FIGURES, KEY_FIGURES))
    everything = everything.replace("\1", _link(MANIFEST, MANIFEST))
    columns = ("report", "findings", "status")
    heads = "".join(f'<th scope="col">{escape(_say(cover.language, name))}</th>' for name in columns)
    rows = "\n".join(_row(line, cover.language) for line in cover.lines)
    return f"""<!DOCTYPE html>
<html lang="{cover.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(cover.title)}</title>
<style>
{STYLE.read_text(encoding="utf-8") if STYLE.is_file() else ""}
body {{ display: block }} main {{ max-width: 70rem; margin: 0 auto }} ul {{ margin: 0; padding-left: 1.1rem }}
</style>
</head>
<body>
<main>
<h1>{escape(cover.title)}</h1>
<p>{escape(about)} {escape(count)}</p>
<div class="wide"><table>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
<p class="source">{everything}</p>
</main>
</body>
</html>
"""


def _row(line: Line, language: str) -> str:
    title = _link(line.files["html"], line.title) if "html" in line.files else escape(line.title)
    if "workbook" in line.files:
        title += f" ({_link(line.files['workbook'], _say(language, 'tables'))})"
    findings = "".join(f"<li>{escape(finding)}</li>" for finding in line.findings)
    status = escape(_say(language, line.status))
    if line.failure:
        status += _why(line, line.failure, language)
    return (
        f'<tr id="{escape(line.name)}"><th scope="row">{title}</th>'
        f"<td>{f'<ul>{findings}</ul>' if findings else ''}</td><td>{status}</td></tr>"
    )


def _why(line: Line, failure: Failure, language: str) -> str:
    where = f" {_say(language, 'cell', cell=failure.cell)}" if failure.cell else ""
    parts = [f"{escape(where)}: <code>{escape(failure.message)}</code>"]
    if "notebook" in line.files:
        parts.append(_link(line.files["notebook"], _say(language, "executed")))
    if "html" in line.files:
        parts.append(escape(_say(language, "earlier")))
    return "; ".join(parts)


def _say(language: str, key: str, **values: object) -> str:
    return str(WORDS[language][key]).format(**values)


def _link(target: str, text: str) -> str:
    return f'<a href="{escape(target)}">{escape(text)}</a>'
