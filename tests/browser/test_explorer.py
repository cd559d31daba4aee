"""The explorer in JupyterLab and as a web app: something is chosen, and what is shown follows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import servers
from tests.browser.chromium import Heard

pytestmark = pytest.mark.browser

STARTING = 120_000  # milliseconds for a kernel to start and import everything, on a busy machine
OTHERS = ("ploomber",)  # extensions that come with the tools for benchmarks, and complain by themselves


@pytest.fixture(scope="module")
def project(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return servers.copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def lab(project: Path) -> Iterator[str]:
    with servers.serving(servers.lab(), project) as address:
        yield address


@pytest.fixture(scope="module")
def app(project: Path) -> Iterator[str]:
    with servers.serving(servers.app(), project) as address:
        yield address


def figure(page: Page) -> Locator:
    """Return the first figure of the explorer: the map."""
    return page.locator(".ivvu svg[role=img]").first


def open_in_lab(page: Page, address: str) -> None:
    """Open the explorer in JupyterLab and run all its cells."""
    page.goto(address, timeout=STARTING)
    expect(page.get_by_role("tab", name="explore.ipynb")).to_be_visible(timeout=STARTING)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=STARTING)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
    expect(figure(page)).to_be_visible(timeout=STARTING)


def open_app(page: Page, address: str) -> None:
    """Open the web app and wait for its first figure."""
    page.goto(address, timeout=STARTING)
    expect(figure(page)).to_be_visible(timeout=STARTING)


def ours(heard: Heard) -> list[str]:
    """Return the complaints that are of our making."""
    return [error for error in heard.errors if not any(other in error for other in OTHERS)]


def quiet(heard: Heard, address: str) -> None:
    """Check that nothing was fetched from elsewhere, and nothing complained of."""
    host = address.split("/")[2]
    assert heard.elsewhere(f"http://{host}", f"ws://{host}") == []
    assert ours(heard) == []


def change_the_ladder(page: Page) -> None:
    """Choose another ladder, and see the figure and the table change."""
    table = page.locator(".ivvu .table table").first
    said, numbers = figure(page).get_attribute("aria-label"), table.inner_text()
    page.get_by_label("Ladder or measure").select_option("Regional vision")
    expect(figure(page)).not_to_have_attribute("aria-label", said or "")
    expect(table).not_to_have_text(numbers, use_inner_text=True)
    assert "Regional vision" in (figure(page).get_attribute("aria-label") or "")


def test_in_jupyterlab_a_changed_drop_down_changes_figure_and_table(
    page: Page, heard: Heard, lab: str
) -> None:
    open_in_lab(page, lab)
    change_the_ladder(page)
    quiet(heard, lab)


def test_in_the_app_a_changed_drop_down_changes_figure_and_table(page: Page, heard: Heard, app: str) -> None:
    open_app(page, app)
    change_the_ladder(page)
    quiet(heard, app)


def test_the_app_shows_itself_in_dutch(page: Page, app: str) -> None:
    open_app(page, app)
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_role("heading", name="Verken het programma")).to_be_visible()
    expect(page.get_by_label("Peildatum")).to_be_visible()
    expect(page.get_by_role("heading", name="Explore the programme")).to_have_count(0)


def test_a_slider_moves_the_forecast(page: Page, app: str) -> None:
    open_app(page, app)
    page.get_by_role("tab", name="Forecast").click()
    handle = page.get_by_role("slider", name="Share that stalls")
    handle.focus()
    for _ in range(2):
        handle.press("ArrowRight")
    expect(page.get_by_text("10% stalling")).to_be_visible()


def test_a_written_suite_is_one_that_the_batch_accepts(page: Page, project: Path, app: str) -> None:
    open_app(page, app)
    page.get_by_label("Concession holder").select_option("CZ")
    page.get_by_role("tab", name="Report suite").click()
    page.get_by_role("textbox", name="Name").fill("from_the_app")
    page.get_by_role("textbox", name="Name").press("Tab")
    page.get_by_role("button", name="Write the suite").click()
    expect(page.get_by_text("Written: params/from_the_app.yaml")).to_be_visible()
    check = [sys.executable, "-m", "ivvu_analysis", "check", "params/from_the_app.yaml"]
    checked = subprocess.run(check, cwd=project, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "7 reports" in checked.stdout


def test_nobody_without_the_token_comes_in(page: Page, app: str) -> None:
    page.goto(app.split("?")[0])
    expect(page.get_by_text("token").first).to_be_visible()
    assert page.locator(".ivvu").count() == 0


def test_the_explorer_itself_is_accessible(page: Page, app: str) -> None:
    open_app(page, app)
    for tab in ("Overview", "Forecast", "Care capacity", "Report suite"):
        page.get_by_role("tab", name=tab).click()
        found = Axe().run(page, context=".ivvu")
        assert found.violations_count == 0, f"{tab}\n{found.generate_report()}"


def test_on_a_phone_the_app_does_not_scroll_sideways(page: Page, app: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_app(page, app)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
