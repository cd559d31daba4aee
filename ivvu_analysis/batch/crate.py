"""The manifest as an RO-Crate: the same provenance in the terms that archives and other programs read.

It follows the Process Run Crate profile 0.5 (https://w3id.org/ro/wfrun/process/0.5): each report is an
action of the software, from the files and parameters it was made of to the files that came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from ivvu_analysis.batch.manifest import MANIFEST

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


def describe_crate(manifest: Mapping[str, Any]) -> Entity:
    """Return the crate of an output folder, to be written to `ro-crate-metadata.json` in it.

    Parameters
    ----------
    manifest
        The contents of its `manifest.json`.
    """
    reports, run = manifest["reports"], manifest["run"]
    actions = [_action(name, entry) for name, entry in reports.items()]
    outputs = {name: sha for entry in reports.values() for name, sha in entry["outputs"].items()}
    files = [_file(name, sha) for name, sha in {**outputs, **manifest["outputs"], MANIFEST: ""}.items()]
    if run["started"]:
        actions.insert(0, _whole_run(manifest))
    about = f"Suite '{manifest['suite']}': {len(reports)} reports, and how they were made."
    graph = [
        _entity(CRATE, "CreativeWork", conformsTo=_ref(SPECIFICATION), about=_ref("./")),
        _entity(
            *("./", "Dataset", manifest["title"]),
            description=about,
            datePublished=manifest["written"],
            license=_ref("#terms"),
            conformsTo=_ref(PROFILE),
            hasPart=_refs(files),
            mentions=_refs(actions),
        ),
        _entity(PROFILE, "CreativeWork", "Process Run Crate", version="0.5"),
        _entity("#terms", "CreativeWork", "No licence", description=TERMS),
        *_software(run),
        *actions,
        *files,
        *(entity for entry in reports.values() for entity in _made_of(entry)),
    ]
    return {"@context": CONTEXT, "@graph": list({entity["@id"]: entity for entity in graph}.values())}


def _entity(identifier: str, kind: str, name: str = "", **properties: Any) -> Entity:
    named = {"name": name} if name else {}
    return {"@id": identifier, "@type": kind, **named, **properties}


def _ref(identifier: str) -> Entity:
    return {"@id": identifier}


def _refs(entities: Iterable[Entity]) -> list[Entity]:
    """Return references to entities, each once."""
    return [_ref(identifier) for identifier in dict.fromkeys(entity["@id"] for entity in entities)]


def _software(run: Mapping[str, Any]) -> list[Entity]:
    """Return the package, with Python and the packages that it stands on."""
    versions = {SOFTWARE: "unknown", **run["versions"]}
    package, *others = [
        _entity(
            f"#{name}", "SoftwareApplication", "Python" if name == "python" else name, softwareVersion=version
        )
        for name, version in versions.items()
    ]
    package["softwareRequirements"] = _refs(others)
    git = run.get("git") or {}
    if git.get("revision"):
        package["description"] = f"Revision {git['revision']}{', with changes' if git['dirty'] else ''}."
    return [package, *others]


def _action(name: str, entry: Mapping[str, Any]) -> Entity:
    """Return the making of one report."""
    failed = entry["status"] == "failed"
    # Of a report that failed, the page and the tables are those of its predecessor.
    made = [file for file in entry["outputs"] if not failed or file.startswith("notebooks/")]
    return _entity(
        f"#report/{quote(name)}",
        "CreateAction",
        f"Make the report {name}",
        description=entry["title"] or name,
        instrument=_ref(f"#{SOFTWARE}"),
        object=_refs(_made_of(entry)),
        result=[_ref(quote(file)) for file in made],
        actionStatus=f"http://schema.org/{'Failed' if failed else 'Completed'}ActionStatus",
        **_times(entry["started"], sum(entry["seconds"].values())),
        **({"error": entry["error"]["message"]} if failed else {}),
    )


def _whole_run(manifest: Mapping[str, Any]) -> Entity:
    """Return the run that the last of the reports were made in, which made what is about all of them."""
    run, reports = manifest["run"], manifest["reports"]
    return _entity(
        *("#run", "CreateAction", f"Run the suite {manifest['suite']}"),
        description=f"{run['workers']} at a time on {run['host']}, {run['platform']}.",
        instrument=_ref(f"#{SOFTWARE}"),
        object=[_ref(quote(file)) for entry in reports.values() for file in entry["outputs"]],
        result=[_ref(name) for name in [*manifest["outputs"], MANIFEST]],
        actionStatus="http://schema.org/CompletedActionStatus",
        **_times(run["started"], run["seconds"]),
    )


def _times(started: str, seconds: float) -> Entity:
    """Return when an action began and ended; nothing if it did not come to that."""
    if not started:
        return {}
    ended = datetime.fromisoformat(started) + timedelta(seconds=seconds)
    return {"startTime": started, "endTime": ended.isoformat(timespec="milliseconds")}


def _made_of(entry: Mapping[str, Any]) -> Iterator[Entity]:
    """Yield the notebook and the data of a report, which are not in the folder, and its parameters."""
    for name, sha in entry["inputs"].items():
        yield _entity(f"#input/{sha[:12]}/{quote(name)}", "CreativeWork", name, sha256=sha)
    for name, value in entry["parameters"].items():
        known = value if isinstance(value, str | int | float) else str(value)
        yield _entity(
            f"#parameter/{quote(name)}={quote(str(value), safe='')}", "PropertyValue", name, value=known
        )


def _file(name: str, sha: str) -> Entity:
    """Return a file of the folder; only of what is written after it, the hash cannot be told."""
    path = PurePosixPath(name)
    kind = FORMATS.get(path.suffix) or guess_type(name)[0] or "application/octet-stream"
    return _entity(quote(name), "File", path.name, encodingFormat=kind, **({"sha256": sha} if sha else {}))
