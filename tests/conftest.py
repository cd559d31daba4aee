"""A project of its own for tests that run notebooks: small notebooks, suites, and the real command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# jsonschema builds a grammar on import that takes longer than all of pandas, and that nothing here is for.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

# How long an example takes depends on what else the machine does, and is no property of the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")

ROOT = Path(__file__).parents[1]

PARAMETERS = 'region: str = "twente"  # code of the region\nwave: str = "2020-10"\nlanguage: str = "en"'

CLOSE = """
from ivvu_analysis import Report
report = Report(None, language=language, region=region)
report.title("Demo")
report.say("It works.")
report.key("answer", 42.0)
report.table(__import__("pandas").DataFrame({"n": [1]}), "Numbers.")
"""


@dataclass(frozen=True)
class Project:
    """A folder with notebooks and suites that the command can be run in."""

    folder: Path

    @property
    def notebooks(self) -> Path:
        return self.folder / "notebooks"

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def notebook(self, name: str, *sources: str, parameters: str = PARAMETERS, close: bool = True) -> Path:
        told = {"source": parameters, "metadata": {"tags": ["parameters"]}}
        cells = [told, *({"source": source} for source in (*sources, *[CLOSE] * close))]
        empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        python = {"name": "python3", "display_name": "Python 3", "language": "python"}
        raw = {
            "cells": [{**empty, **cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)],
            "metadata": {"kernelspec": python},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = self.notebooks / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(raw), encoding="utf-8")
        return path

    def suite(self, text: str, name: str = "demo") -> Path:
        path = self.folder / "params" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "ivvu_analysis", *words]

    def ivvu(
        self, *words: str, check: int | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command in this project, or in `cwd`; `check` is the exit status that it must have."""
        how: Any = {"capture_output": True, "text": True, "timeout": 600, "check": False}
        done = subprocess.run(self.command(*words), cwd=cwd or self.folder, **how)
        assert check is None or done.returncode == check, done.stdout + done.stderr
        return done

    def manifest(self, suite: str = "demo") -> dict[str, Any]:
        text = (self.output / suite / "manifest.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def files(self) -> dict[str, bytes]:
        """Everything in the output folder, by its path."""
        if not self.output.is_dir():
            return {}
        found = sorted(path for path in self.output.rglob("*") if path.is_file())
        return {path.relative_to(self.output).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="session")
def make_project() -> type[Project]:
    return Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="session", params=["en", "nl"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The output of all our suites by language, each made once, in whatever order tests ask for them."""

    @cache
    def made(language: str) -> Path:
        folder = tmp_path_factory.mktemp(f"output-{language}")
        words = ["run", "--language", language, "--output", str(folder)]
        Project(ROOT).ivvu(*words, check=0)
        return folder

    return made


@pytest.fixture
def output(language: str, outputs: Callable[[str], Path]) -> Path:
    return outputs(language)
