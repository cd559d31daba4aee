from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils.http import HttpRequester

from ivvu_analysis.batch.crate import CRATE, describe_crate
from ivvu_analysis.batch.output import Entry, Manifest
from ivvu_analysis.places import digest

DC, SCHEMA, RUN = "http://purl.org/dc/terms/", "http://schema.org/", "https://w3id.org/ro/terms/workflow-run#"

SCHEMA_TERMS = """
about actionStatus CreateAction CreativeWork Dataset datePublished description encodingFormat endTime error
hasPart instrument license mentions name object PropertyValue result SoftwareApplication softwareRequirements
softwareVersion startTime value version
"""

# The terms that a crate of ours uses, as the two published contexts define them.
CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": {
        **{name: SCHEMA + name for name in SCHEMA_TERMS.split()},
        "File": f"{SCHEMA}MediaObject",
        "conformsTo": f"{DC}conformsTo",
    },
    "https://w3id.org/ro/terms/workflow-run/context": {"sha256": f"{RUN}sha256"},
}

RUN_OF_TWO = {
    "started": "2026-01-02T03:04:05+00:00",
    "seconds": 2.5,
    "workers": 2,
    "host": "h",
    "platform": "Linux",
    "revision": "abc-dirty",
    "versions": {"python": "3.11.7", "ivvu-analysis": "0.1.0", "pandas": "3.0.0"},
}


def record(name: str, **different: Any) -> Entry:
    files = (f"notebooks/{name}.ipynb", f"reports/{name}.html", f"tables/{name}.xlsx")
    known: dict[str, Any] = {
        "notebook": name,
        "parameters": {"wave": "2020-10", "seed": 1, "register": ""},
        "fingerprint": "f",
        "status": "published",
        "title": name.title(),
        "inputs": {f"{name}.ipynb": digest(name.encode()), "regions": digest(b"regions")},
        "outputs": {file: digest(file.encode()) for file in files},
        "started": "2026-01-02T03:04:05.678+00:00",
        "seconds": {"execute": 1.0, "export": 0.5},
    }
    return Entry(**(known | different))


def manifest(**reports: Entry) -> Manifest:
    outputs = {"index.html": digest(b"index.html"), "key_figures.json": digest(b"key_figures.json")}
    known = {"suite": "demo", "title": "A demo", "written": "2026-01-02T03:04:08+00:00", "run": RUN_OF_TWO}
    return Manifest(reports=reports, outputs=outputs, ground={"package": "p"}, **known)


def entities(whole: Manifest) -> dict[str, dict[str, Any]]:
    return {entity["@id"]: entity for entity in describe_crate(whole)["@graph"]}


def test_a_report_is_an_action_from_what_it_was_made_of_to_what_came_of_it() -> None:
    known = entities(manifest(impact=record("impact")))
    action = known["#report/impact"]
    made_of = [known[one["@id"]] for one in action["object"]]
    assert {one["name"]: one["sha256"] for one in made_of if one["@type"] == "CreativeWork"} == {
        "impact.ipynb": digest(b"impact"),
        "regions": digest(b"regions"),
    }
    assert {one["name"]: one["value"] for one in made_of if one["@type"] == "PropertyValue"} == {
        "wave": "2020-10",
        "seed": 1,
        "register": "",
    }
    assert {known[one["@id"]]["sha256"] for one in action["result"]} == {
        digest(f"{place}".encode())
        for place in ("notebooks/impact.ipynb", "reports/impact.html", "tables/impact.xlsx")
    }
    assert (action["startTime"], action["endTime"]) == (
        "2026-01-02T03:04:05.678+00:00",
        "2026-01-02T03:04:07.178+00:00",
    )
    assert known[action["instrument"]["@id"]]["softwareVersion"] == "0.1.0"
    assert "error" not in action


def test_a_failed_report_made_only_its_notebook_and_says_why() -> None:
    failed = record("impact", status="failed", error={"message": "ValueError: no"})
    action = entities(manifest(impact=failed))["#report/impact"]
    assert action["actionStatus"] == "http://schema.org/FailedActionStatus"
    assert action["error"] == "ValueError: no"
    assert action["result"] == [{"@id": "notebooks/impact.ipynb"}]


def test_a_report_that_never_started_has_no_times() -> None:
    failed = record("impact", status="failed", error={"message": "no"}, started="", seconds={}, outputs={})
    assert "startTime" not in entities(manifest(impact=failed))["#report/impact"]


def test_inputs_that_differ_between_reports_are_told_apart() -> None:
    other = record("b", inputs={"regions": digest(b"other regions")})
    known = entities(manifest(a=record("a"), b=other))
    hashes = {one["sha256"] for one in known.values() if one.get("name") == "regions"}
    assert hashes == {digest(b"regions"), digest(b"other regions")}


@given(st.dictionaries(st.sampled_from("abcd"), st.text(max_size=8), min_size=1))
def test_every_entity_is_there_once_and_every_reference_leads_to_one(registers: dict[str, str]) -> None:
    reports = {
        name: record(name, inputs={register: "0" * 64}, parameters={"register": register, "seed": 1})
        for name, register in registers.items()
    }
    graph = describe_crate(manifest(**reports))["@graph"]
    identifiers = [entity["@id"] for entity in graph]
    assert len(identifiers) == len(set(identifiers))
    assert {one for one in _references(graph) if not one.startswith("https://w3id.org/ro/crate")} <= set(
        identifiers
    )


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["@id"]} if set(node) == {"@id"} else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer requests for the two contexts, and no others."""

    def get(_: HttpRequester, url: str, **__: Any) -> requests.Response:
        response = requests.Response()
        response.url, response.status_code = url, 200 if url in CONTEXTS else 504
        response._content = json.dumps({"@context": CONTEXTS.get(url, {})}).encode()
        response.headers["Content-Type"] = "application/ld+json"
        return response

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)


def issues(crate: dict[str, Any], folder: Path) -> set[str]:
    """Return what the validator finds against everything that the profile requires."""
    for entity in crate["@graph"]:
        if entity["@type"] == "File":
            (folder / entity["@id"]).parent.mkdir(exist_ok=True)
            (folder / entity["@id"]).touch()
    (folder / CRATE).write_text(json.dumps(crate))
    settings = services.ValidationSettings(
        rocrate_uri=str(folder),
        profile_identifier="process-run-crate",
        requirement_severity=Severity.REQUIRED,
        offline=True,
        cache_path=folder.parent / "cache",
    )
    return {str(issue.message) for issue in services.validate(settings).get_issues()}


@pytest.mark.usefixtures("offline")
def test_the_crate_conforms_to_the_profile(tmp_path: Path) -> None:
    """Validate with rocrate-validator, which brings the profile but fetches the JSON-LD contexts.

    Tests have no network, so the terms that we use are defined here, as the published contexts define
    them. Not checked is what is only recommended: an agent, an author and a publisher, whom a run does
    not know, and addresses of software.
    """
    failed = record("impact", status="failed", error={"message": "ValueError: no"})
    crate = describe_crate(manifest(impact=failed, **{"region_profile-twente": record("twente")}))
    folder = tmp_path / "demo"
    folder.mkdir()
    assert issues(crate, folder) == set()


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("harm", ["instrument", "conformsTo", "hasPart", "unknown_term"])
def test_the_validator_notices_what_is_missing(tmp_path: Path, harm: str) -> None:
    crate = describe_crate(manifest(impact=record("impact")))
    known = {entity["@id"]: entity for entity in crate["@graph"]}
    {
        "instrument": lambda: known["#report/impact"].pop("instrument"),
        "conformsTo": lambda: known["./"].pop("conformsTo"),
        "hasPart": lambda: known["./"]["hasPart"].clear(),
        "unknown_term": lambda: known["./"].update(colour="red"),
    }[harm]()
    folder = tmp_path / "demo"
    folder.mkdir()
    assert issues(crate, folder)
