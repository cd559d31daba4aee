"""What the explorer begins with: parameters of its notebook, or those that `ivvu app` was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.explorer import serve
from ivvu_analysis.explorer.app import compose


def test_the_app_hands_on_parameters_with_files_by_their_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("projects.csv").touch()
    begun = serve.environment({}, {"register": "projects.csv", "wave": "2021-03"})
    register = str(tmp_path / "projects.csv")
    assert json.loads(begun[serve.VARIABLE]) == {"register": register, "wave": "2021-03"}


def test_a_parameter_that_there_is_not_is_refused() -> None:
    with pytest.raises(ParameterError, match="phase") as refused:
        serve.environment({}, {"phase": "phases.csv"})
    assert "phases" in refused.value.remedy


def test_a_choice_is_a_suite_with_all_that_its_evidence_came_from() -> None:
    given = {"wave": "2021-03", "register": "../projects.csv", "sheet": "NO", "seed": 1}
    text = compose("vision", given, {"holder": "cz"})
    assert "sheet: 'NO'" in text
    assert "notebook: region_profile" in text
