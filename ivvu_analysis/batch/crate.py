"""The manifest as an RO-Crate: the same provenance in the terms that archives and other programs read.

It follows the Process Run Crate profile 0.5 (https://w3id.org/ro/wfrun/process/0.5): each report is an
action of the software, from the files and parameters it was made of to the files that came of it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from ivvu_analysis.batch.output import MANIFEST, Entry, Manifest

Entity = dict[str, Any]

CRATE = "ro-crate-metadata.json"
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = "Whoever made these reports has not said on which terms they may be used."
SOFTWARE = "ivvu-analysis"
FORMATS = {
    ".ipynb": "application/x-ipynb+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def describe_crate(manifest: Manifest) -> Entity:
    """Return the crate of an output folder, to be written to `ro-crate-metadata.json` in it."""
    actions = [_action(name, entry) for name, entry in manifest.reports.items()]
    made = [*(entry.outputs for entry in manifest.reports.values()), manifest.outputs, {MANIFEST: ""}]
    files = [_file(name, sha) for outputs in made for name, sha in outputs.items()]
    package, *needed = [
        _entity(f"#{name}", "SoftwareApplication", name, softwareVersion=version)
        for name, version in {SOFTWARE: "unknown", **manifest.run.versions}.items()
    ]
    package["softwareRequirements"] = _refs(needed)
    package["description"] = f"Revision {manifest.run.revision or 'unknown'}."
    root = _entity("./", "Dataset", manifest.title, license=_ref("#terms"), conformsTo=_ref(PROFILE))
    root["description"] = f"Suite '{manifest.suite}': {len(actions)} reports, and how they were made."
    root["datePublished"] = manifest.written
    root |= {"hasPart": _refs(files), "mentions": _refs(actions)}
    graph = [
        _entity(CRATE, "CreativeWork", CRATE, conformsTo=_ref(SPECIFICATION), about=_ref("./")),
        root,
        _entity(PROFILE, "CreativeWork", "Process Run Crate", version="0.5"),
        _entity("#terms", "CreativeWork", "No licence", description=TERMS),
        *[package, *needed, *actions, *files],
        *(entity for entry in manifest.reports.values() for entity in _made_of(entry)),
    ]
    return {"@context": CONTEXT, "@graph": list({entity["@id"]: entity for entity in graph}.values())}


def _entity(identifier: str, kind: str, name: str, **properties: Any) -> Entity:
    return {"@id": identifier, "@type": kind, "name": name, **properties}


def _ref(identifier: str) -> Entity:
    return {"@id": identifier}


def _refs(entities: Iterable[Entity]) -> list[Entity]:
    return [_ref(entity["@id"]) for entity in entities]


def _action(name: str, entry: Entry) -> Entity:
    """Return the making of one report."""
    action = _entity(
        f"#report/{quote(name)}",
        "CreateAction",
        f"Make the report {name}",
        description=entry.title or name,
        instrument=_ref(f"#{SOFTWARE}"),
        object=_refs(_made_of(entry)),
        # Of a report that failed, the page and the tables are those of its predecessor.
        result=[_ref(quote(file)) for file in entry.outputs if not entry.error or "notebooks/" in file],
        actionStatus=f"http://schema.org/{'Failed' if entry.error else 'Completed'}ActionStatus",
    )
    if entry.started:
        ended = datetime.fromisoformat(entry.started) + timedelta(seconds=sum(entry.seconds.values()))
        action |= {"startTime": entry.started, "endTime": ended.isoformat(timespec="milliseconds")}
    return action | ({"error": entry.error.message} if entry.error else {})


def _made_of(entry: Entry) -> list[Entity]:
    """Return the notebook and the data of a report, which are not in the folder, and its parameters."""
    files = [
        _entity(f"#input/{sha[:12]}/{quote(name)}", "CreativeWork", name, sha256=sha)
        for name, sha in entry.inputs.items()
    ]
    plain = {k: v if isinstance(v, str | int | float) else str(v) for k, v in entry.parameters.items()}
    return files + [
        _entity(f"#parameter/{quote(f'{name}={value}', safe='')}", "PropertyValue", name, value=value)
        for name, value in plain.items()
    ]


def _file(name: str, sha: str) -> Entity:
    """Return a file of the folder; only of what is written after it, the hash cannot be told."""
    path = PurePosixPath(name)
    kind = FORMATS.get(path.suffix) or guess_type(name)[0] or "application/octet-stream"
    return _entity(quote(name), "File", path.name, encodingFormat=kind, **({"sha256": sha} if sha else {}))
