from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils.http import HttpRequester

from ivvu_analysis.batch.crate import CRATE, describe_crate
from ivvu_analysis.batch.output import Entry, Manifest

if TYPE_CHECKING:
    from tests.batch.conftest import Scribe
    from tests.conftest import Project

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

Crate = dict[str, Any]


@pytest.fixture
def crate(
    project: Project, demo: Any, run_suites: Callable[..., Any], scribe: Callable[..., Scribe]
) -> Crate:
    """What a run leaves of two reports, of which one was made before and then failed."""
    run_suites(*demo, scribe())
    project.notebook("b", "raise")
    run_suites(*demo, scribe(opened={"regions.csv": "0" * 64}, failing={"b"}))
    return dict(json.loads(project.files()[f"demo/{CRATE}"]))


def test_a_report_is_an_action_from_what_it_was_made_of_to_what_came_of_it(
    project: Project, crate: Crate
) -> None:
    known = {entity["@id"]: entity for entity in crate["@graph"]}
    action, report = known["#report/a"], project.manifest()["reports"]["a"]
    made_of = [known[one["@id"]] for one in action["object"]]
    assert {one["name"]: one["sha256"] for one in made_of if "sha256" in one} == report["inputs"]
    given = {one["name"]: one["value"] for one in made_of if one["@type"] == "PropertyValue"}
    assert given == report["parameters"]
    assert {one["@id"]: known[one["@id"]]["sha256"] for one in action["result"]} == report["outputs"]
    assert action["startTime"] == "2026-01-02T03:04:05.678+00:00"
    assert action["endTime"] == "2026-01-02T03:04:07.178+00:00"
    version = project.manifest()["run"]["versions"]["ivvu-analysis"]
    assert known[action["instrument"]["@id"]]["softwareVersion"] == version
    assert "error" not in action


def test_a_failed_report_made_only_its_notebook_and_says_why(crate: Crate) -> None:
    (action,) = [entity for entity in crate["@graph"] if entity["@id"] == "#report/b"]
    assert action["actionStatus"] == "http://schema.org/FailedActionStatus"
    assert action["error"] == "ValueError: <no>"
    assert action["result"] == [{"@id": "notebooks/b.ipynb"}]
    assert "startTime" not in action  # it never started


read = st.dictionaries(st.text(max_size=8), st.sampled_from(["0" * 64, "1" * 64]), max_size=2)


@given(st.dictionaries(st.sampled_from("abc"), read, min_size=1))
def test_every_entity_is_there_once_and_every_reference_leads_to_one(
    inputs: dict[str, dict[str, str]],
) -> None:
    reports = {
        name: Entry(inputs=files, parameters={"register": "".join(files), "seed": 1}, outputs={name: "2"})
        for name, files in inputs.items()
    }
    graph = describe_crate(Manifest(reports=reports))["@graph"]
    known = {entity["@id"]: entity for entity in graph}
    assert len(known) == len(graph)
    assert {one for one in _references(graph) if not one.startswith("https://w3id.org/ro/crate")} <= {*known}
    for name, files in inputs.items():
        made_of = [known[one["@id"]] for one in known[f"#report/{name}"]["object"]]
        assert {one["name"]: one["sha256"] for one in made_of if "sha256" in one} == files


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["@id"]} if set(node) == {"@id"} else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


@pytest.fixture
def issues(monkeypatch: pytest.MonkeyPatch, project: Project) -> Callable[[Crate], set[str]]:
    """Answer requests for the two contexts and no others; return what finds what a crate lacks."""

    def get(_: HttpRequester, url: str, **__: Any) -> requests.Response:
        response = requests.Response()
        response.url, response.status_code = url, 200 if url in CONTEXTS else 504
        response._content = json.dumps({"@context": CONTEXTS.get(url, {})}).encode()
        response.headers["Content-Type"] = "application/ld+json"
        return response

    def find(crate: Crate) -> set[str]:
        (project.output / "demo" / CRATE).write_text(json.dumps(crate))
        settings = services.ValidationSettings(
            rocrate_uri=str(project.output / "demo"),
            profile_identifier="process-run-crate",
            requirement_severity=Severity.REQUIRED,
            offline=True,
            cache_path=project.folder / "cache",
        )
        return {str(issue.message) for issue in services.validate(settings).get_issues()}

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)
    return find


def test_the_crate_conforms_to_the_profile_and_the_validator_notices_what_is_missing(
    crate: Crate, issues: Callable[[Crate], set[str]]
) -> None:
    """Validate with rocrate-validator, which brings the profile but fetches the JSON-LD contexts.

    Tests have no network, so the terms that we use are defined here, as the published contexts define
    them. Not checked is what is only recommended: an agent, an author and a publisher, whom a run does
    not know, and addresses of software.
    """
    assert issues(crate) == set()
    left_out = {("#report/a", "instrument"), ("./", "conformsTo"), ("./", "hasPart")}
    graph = [
        {key: value for key, value in entity.items() if (entity["@id"], key) not in left_out}
        for entity in crate["@graph"]
    ]
    found = " ".join(issues({**crate, "@graph": [{**entity, "colour": "red"} for entity in graph]}))
    for lacking in ("instrument property", "permalink of the profile", "RootDataEntity", 'key "colour"'):
        assert lacking in found
