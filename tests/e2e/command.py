"""The command as an operator types it, in the folder of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ivvu(*words: str | Path, status: int = 0, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command; `status` is the exit status that it must have."""
    command = [sys.executable, "-m", "ivvu_analysis", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done
