from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.nursery import Nursery
from ivvu_analysis.batch.processes import kill_tree


def test_one_that_is_still_importing_ends_without_being_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []

    def kill(pid: int) -> None:
        killed.append(pid)
        kill_tree(pid)

    monkeypatch.setattr(processes, "kill_tree", kill)
    before = psutil.Process().children(recursive=True)
    warming = Nursery(tmp_path)
    (process,) = set(psutil.Process().children(recursive=True)) - set(before)
    warming.close()
    assert killed == [process.pid]
    assert not warming.was_warm
    assert psutil.Process().children(recursive=True) == before
