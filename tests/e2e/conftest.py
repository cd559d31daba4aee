from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", params=["en", "nl"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def output(language: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of both suites of published figures in one language, made by the command."""
    folder = tmp_path_factory.mktemp(f"output-{language}")
    suites = [str(ROOT / "params" / f"{name}.yaml") for name in ("national", "regions")]
    command = [
        sys.executable,
        "-m",
        "ivvu_analysis",
        "run",
        *suites,
        "--language",
        language,
        "--output",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
