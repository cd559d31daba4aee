from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def name_of(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def test_environment_yml_asks_for_what_pyproject_asks_for() -> None:
    asked = {*PROJECT["dependencies"], *EXTRAS["app"], *EXTRAS["dask"], f"python{PROJECT['requires-python']}"}
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = {one for one in listed if isinstance(one, str)}
    assert asked <= conda
    assert {name_of(one) for one in conda} == {name_of(one) for one in asked} | {"pip", "hatchling"}


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
    wanted = {name_of(one) for extra in extras for one in EXTRAS[extra]}
    wanted |= {name_of(one) for one in PROJECT["dependencies"]}
    assert wanted <= locked, wanted - locked
    assert lock.count("--hash=sha256:") >= len(locked)
    assert not re.search("://|index-url|find-links", lock)
    assert ("posthog" in lock) == ("bench" in extras)  # telemetry, which nobody else gets
