"""The notebooks in a real JupyterLab: opening and saving one changes nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import servers

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted(path.name for path in (servers.HOME / "notebooks").glob("*.ipynb"))
STARTING = 120_000  # milliseconds


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return servers.copy_project(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def lab(project: Path) -> Iterator[str]:
    with servers.serving(servers.lab(), project) as address:
        yield address


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_saving_an_unchanged_notebook_changes_nothing(page: Page, lab: str, project: Path, name: str) -> None:
    stored = project / "notebooks" / name
    text, moment = stored.read_bytes(), stored.stat().st_mtime_ns
    page.goto(lab.replace("explore.ipynb", name), timeout=STARTING)
    expect(page.get_by_role("tab", name=name)).to_be_visible(timeout=STARTING)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=STARTING)
    page.locator(".jp-Notebook:visible .jp-Cell").first.click()
    page.keyboard.press("Escape")
    with page.expect_response(lambda response: response.request.method == "PUT" and name in response.url):
        page.keyboard.press("Control+s")
    assert stored.stat().st_mtime_ns != moment, "JupyterLab saved nothing"
    assert stored.read_bytes() == text
