"""Every report also runs with plain papermill, in both languages and without our command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ivvu_analysis.report.publish import publish

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
PAPERMILL = Path(sys.executable).parent / "papermill"


@pytest.mark.parametrize("arguments", [[], ["-p", "language", "nl"], ["-p", "wave", "2020-03"]])
def test_impact_runs_with_plain_papermill(arguments: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    command = [str(PAPERMILL), str(ROOT / "notebooks" / "impact.ipynb"), str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    content = publish(nbformat.read(out, as_version=4), name="impact", folder=out.parent).record
    assert content["language"] == ("nl" if "nl" in arguments else "en")
    assert content["wave"] == ("2020-03" if "2020-03" in arguments else "2020-10")


def test_a_region_that_is_not_there_stops_the_report_with_a_remedy(tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    command = [
        str(PAPERMILL),
        str(ROOT / "notebooks" / "region_profile.ipynb"),
        str(out),
        "-p",
        "region",
        "twent",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert done.returncode != 0
    assert "There is no region 'twent'. Did you mean 'twente'?" in done.stderr
