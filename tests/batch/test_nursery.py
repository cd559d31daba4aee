from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.nursery import Nursery
from ivvu_analysis.batch.options import Options
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


@pytest.mark.parametrize(
    ("force", "made", "certain"),
    [(True, True, True), (False, True, False), (False, False, True)],
    ids=["forced", "made before", "never made"],
)
def test_there_is_something_to_make_if_it_is_forced_or_nothing_was_ever_made(
    tmp_path: Path, force: bool, made: bool, certain: bool
) -> None:
    (tmp_path / ".gitkeep").touch()
    if made:
        (tmp_path / "demo").mkdir()
        (tmp_path / "demo" / "manifest.json").touch()
    options = Options(output=tmp_path, notebooks=tmp_path, data=tmp_path, force=force)
    assert options.certain_to_make is certain
