from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis.batch.options import Options


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
