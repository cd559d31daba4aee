from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report.explorer import serve


def test_the_app_listens_to_this_machine_only_and_asks_for_a_token(tmp_path: Path) -> None:
    notebook = tmp_path / "explore.ipynb"
    notebook.touch()
    command = serve.command(notebook, 8123, browser=False)
    assert "--Voila.ip=127.0.0.1" in command
    assert "--token" in command
    assert "--port=8123" in command
    assert "--no-browser" in command
    assert "--no-browser" not in serve.command(notebook, 8123, browser=True)


def test_without_voila_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    with pytest.raises(ParameterError) as caught:
        serve.command(tmp_path / "explore.ipynb", 8123, browser=True)
    assert "ivvu-analysis[app]" in caught.value.remedy


def test_a_notebook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no notebook"):
        serve.command(tmp_path / "explore.ipynb", 8123, browser=True)


def test_our_page_is_found_before_those_of_others() -> None:
    own, *others = serve.environment({"JUPYTER_PATH": "theirs"})["JUPYTER_PATH"].split(os.pathsep)
    assert others == ["theirs"]
    page = Path(own) / "voila" / "templates" / "ivvu" / "index.html.j2"
    assert "://" not in page.read_text()
