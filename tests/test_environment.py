from __future__ import annotations

import re
import tomllib
from pathlib import Path

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
    assert set(PROJECT["dependencies"]) <= set(conda)
    assert {name_of(x) for x in conda} == {name_of(x) for x in PROJECT["dependencies"]} | {
        "python",
        "pip",
        "hatchling",
    }


def test_the_python_of_environment_yml_is_that_of_pyproject() -> None:
    assert f"- python{PROJECT['requires-python']}" in (ROOT / "environment.yml").read_text()


def test_the_lock_has_every_dependency_with_hashes_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = {name_of(m) for m in re.findall(r"^([A-Za-z0-9._-]+)==", lock, flags=re.MULTILINE)}
    extras = [r for group in PROJECT["optional-dependencies"].values() for r in group]
    wanted = {name_of(r) for r in (*PROJECT["dependencies"], *extras)}
    assert wanted <= locked, wanted - locked
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "://" not in lock
    assert "index-url" not in lock
    assert "find-links" not in lock
