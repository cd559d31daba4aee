"""The manifest as an RO-Crate: the same provenance in the terms that archives and other programs read.

It follows the Process Run Crate profile 0.5 (https://w3id.org/ro/wfrun/process/0.5): each report is an
action of the software, from the files and parameters it was made of to the files that came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from ivvu_analysis.batch.store import MANIFEST

Entity = dict[str, Any]

CRATE = "ro-crate-metadata.json"

CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"

TERMS = {
    "@id": "#terms",
    "@type": "CreativeWork",
    "name": "No licence",
    "description": "Whoever made these reports has not said on which terms they may be used.",
}

SOFTWARE = "ivvu-analysis"

FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
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
    files = [_file(name, sha) for name, sha in {**outputs, **manifest["outputs"]}.items()]
    files.append(_file(MANIFEST))
    whole = [_whole_run(manifest)] if run else []
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": _ref(SPECIFICATION),
            "about": _ref("./"),
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": manifest["title"],
            "description": f"Suite '{manifest['suite']}': {len(reports)} reports, and how they were made.",
            "datePublished": manifest["written"],
            "license": _ref(TERMS["@id"]),
            "conformsTo": _ref(PROFILE),
            "hasPart": _refs(files),
            "mentions": _refs([*whole, *actions]),
        },
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        TERMS,
        *_software(run),
        *whole,
        *actions,
        *files,
        *(entity for entry in reports.values() for entity in _made_of(entry)),
    ]
    return {"@context": CONTEXT, "@graph": list({entity["@id"]: entity for entity in graph}.values())}


def _ref(identifier: str) -> Entity:
    return {"@id": identifier}


def _refs(entities: Iterable[Entity]) -> list[Entity]:
    """Return references to entities, each once."""
    return [_ref(identifier) for identifier in dict.fromkeys(entity["@id"] for entity in entities)]


def _software(run: Mapping[str, Any]) -> list[Entity]:
    """Return the package, with Python and the packages that it stands on."""
    versions = {SOFTWARE: "unknown", **run.get("versions", {})}
    applications: list[Entity] = [
        {
            "@id": f"#{name}",
            "@type": "SoftwareApplication",
            "name": "Python" if name == "python" else name,
            "softwareVersion": version,
        }
        for name, version in versions.items()
    ]
    package, *others = applications
    package["softwareRequirements"] = _refs(others)
    revision = run.get("git", {}).get("revision")
    if revision:
        changed = ", with changes" if run["git"]["dirty"] else ""
        package["description"] = f"Revision {revision}{changed}."
    return applications


def _action(name: str, entry: Mapping[str, Any]) -> Entity:
    """Return the making of one report."""
    failed = entry["status"] == "failed"
    # Of a report that failed, the page and the tables are those of its predecessor.
    made = [file for file in entry["outputs"] if not failed or file.startswith("notebooks/")]
    return {
        "@id": f"#report/{quote(name)}",
        "@type": "CreateAction",
        "name": f"Make the report {name}",
        "description": entry["title"] or name,
        "instrument": _ref(f"#{SOFTWARE}"),
        **_times(entry["started"], sum(entry["seconds"].values())),
        "object": _refs(_made_of(entry)),
        "result": [_ref(quote(file)) for file in made],
        "actionStatus": f"http://schema.org/{'Failed' if failed else 'Completed'}ActionStatus",
        **({"error": entry["error"]["message"]} if failed else {}),
    }


def _whole_run(manifest: Mapping[str, Any]) -> Entity:
    """Return the run that the last of the reports were made in, which made what is about all of them."""
    run, names = manifest["run"], manifest["reports"]
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run the suite {manifest['suite']}",
        "description": f"{run['workers']} at a time on {run['host']}, {run['platform']}.",
        "instrument": _ref(f"#{SOFTWARE}"),
        **_times(run["started"], run["seconds"]),
        "object": [_ref(quote(file)) for name in names for file in manifest["reports"][name]["outputs"]],
        "result": [_ref(name) for name in [*manifest["outputs"], MANIFEST]],
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _times(started: str, seconds: float) -> Entity:
    """Return when an action began and ended; nothing if it did not come to that."""
    if not started:
        return {}
    ended = datetime.fromisoformat(started) + timedelta(seconds=seconds)
    return {"startTime": started, "endTime": ended.isoformat(timespec="milliseconds")}


def _made_of(entry: Mapping[str, Any]) -> Iterator[Entity]:
    """Yield the notebook and the data of a report, which are not in the folder, and its parameters."""
    for name, sha in entry["inputs"].items():
        yield {
            "@id": f"#input/{sha[:12]}/{quote(name)}",
            "@type": "CreativeWork",
            "name": name,
            "sha256": sha,
        }
    for name, value in entry["parameters"].items():
        yield {
            "@id": f"#parameter/{quote(name)}={quote(str(value), safe='')}",
            "@type": "PropertyValue",
            "name": name,
            "value": value,
        }


def _file(name: str, sha: str | None = None) -> Entity:
    """Return a file of the folder; only of what is written after it, the hash cannot be told."""
    return {
        "@id": quote(name),
        "@type": "File",
        "name": PurePosixPath(name).name,
        "encodingFormat": FORMATS.get(PurePosixPath(name).suffix, "application/octet-stream"),
        **({"sha256": sha} if sha else {}),
    }
