from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def name_of(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def test_environment_yml_asks_for_what_pyproject_asks_for() -> None:
    conda = [
        x
        for x in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
        if isinstance(x, str)
    ]
    extras = PROJECT["optional-dependencies"]
    asked = {*PROJECT["dependencies"], *extras["app"], *extras["dask"]}
    assert asked <= set(conda)
    assert {name_of(x) for x in conda} == {name_of(x) for x in asked} | {"python", "pip", "hatchling"}


def test_the_python_of_environment_yml_is_that_of_pyproject() -> None:
    assert f"- python{PROJECT['requires-python']}" in (ROOT / "environment.yml").read_text()


@pytest.mark.parametrize(
    ("path", "extras"),
    [
        ("requirements.lock", {"app", "dask", "test"}),
        ("benchmarks/requirements.lock", {"app", "bench", "dask", "test"}),
    ],
)
def test_a_lock_has_every_dependency_with_hashes_and_names_no_index(path: str, extras: set[str]) -> None:
    lock = (ROOT / path).read_text()
    locked = {name_of(m) for m in re.findall(r"^([A-Za-z0-9._-]+)==", lock, flags=re.MULTILINE)}
    wanted = {name_of(r) for extra in extras for r in PROJECT["optional-dependencies"][extra]}
    wanted |= {name_of(r) for r in PROJECT["dependencies"]}
    assert wanted <= locked, wanted - locked
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "://" not in lock
    assert "index-url" not in lock
    assert "find-links" not in lock


def test_nobody_but_the_benchmarks_gets_telemetry() -> None:
    assert "posthog" not in (ROOT / "requirements.lock").read_text()
