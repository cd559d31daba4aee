"""The pictures of the documentation, taken of what is in `output` and of the explorer.

Run with ``make screenshots``.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium, servers

IMAGES = servers.HOME / "docs" / "images"
OUTPUT = servers.HOME / "output"
REGION = "twente"
LENGTH = 1600  # pixels of a page that are shown
MOST = 300_000  # bytes of a picture
COLOURS = 256
STARTING = 120_000  # milliseconds for the kernel of the explorer to start

PAGES = {
    "national_report": ("national/reports/collaboration_phases.html", chromium.DESKTOP),
    "region_report": (f"regions/reports/region_profile-{REGION}.html", chromium.DESKTOP),
    "cover": ("regions/index.html", chromium.DESKTOP),
    "phone": ("national/reports/impact.html", chromium.PHONE),
}


def main() -> None:
    """Take all pictures; make the reports first where they are not there."""
    if not all((OUTPUT / page).is_file() for page, _ in PAGES.values()):
        subprocess.run([sys.executable, "-m", "ivvu_analysis", "run"], cwd=servers.HOME, check=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name, (path, size) in PAGES.items():
            page = _page(browser, size)
            page.goto((OUTPUT / path).as_uri())
            _save(name, _picture(page))
        _save("explorer", _explorer(browser))
        _save("notebook", _notebook(browser))
        browser.close()


def _explorer(browser: Browser) -> bytes:
    """Take the web app with some regions set apart."""
    with tempfile.TemporaryDirectory() as folder:
        project = servers.copy_project(Path(folder))
        with servers.serving(servers.app(), project) as address:
            page = _page(browser, chromium.DESKTOP)
            page.goto(address)
            drawing = page.locator(".ivvu svg[role=img]").first
            expect(drawing).to_be_visible(timeout=STARTING)
            page.get_by_label("Concession holder").select_option("VGZ")
            expect(page.locator(".ivvu").get_by_text("Chosen regions").first).to_be_visible(timeout=STARTING)
            return _picture(page)


def _notebook(browser: Browser) -> bytes:
    """Take a notebook in JupyterLab whose cells have been run."""
    with tempfile.TemporaryDirectory() as folder:
        project = servers.copy_project(Path(folder))
        with servers.serving(servers.lab(), project) as address:
            page = _page(browser, (1400, 1000))
            page.goto(address.replace("explore.ipynb", "scalability.ipynb"))
            idle = page.get_by_text("Python 3 (ipykernel) | Idle")
            expect(idle).to_be_visible(timeout=STARTING)
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
            drawing = page.locator(".jp-Notebook svg[role=img]").first
            expect(drawing).to_be_attached(timeout=STARTING)
            expect(idle).to_be_visible(timeout=STARTING)
            page.get_by_role("tab", name="File Browser").click()  # which folds it
            page.get_by_role("button", name="No", exact=True).click()  # no news, thank you
            for _ in range(3):  # cells that come into view are drawn, which moves the others
                drawing.evaluate("drawing => drawing.scrollIntoView({block: 'center'})")
                page.wait_for_timeout(1000)
            return page.screenshot()


def _page(browser: Browser, size: tuple[int, int]) -> Page:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
    page.set_default_timeout(STARTING)
    return page


def _picture(page: Page) -> bytes:
    """Return the top of a page as a PNG."""
    size = page.viewport_size
    assert size is not None
    # A page that fills the window scrolls within itself, and is shown whole in a window that is long enough.
    page.set_viewport_size({"width": size["width"], "height": LENGTH})
    return page.screenshot()


def _save(name: str, png: bytes) -> None:
    """Write a picture with as few colours as a drawing needs.

    Raises
    ------
    ValueError
        If it is too large to be kept with the code.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    path = IMAGES / f"{name}.png"
    few.save(path, optimize=True)
    if path.stat().st_size > MOST:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes, more than {MOST}.")


if __name__ == "__main__":
    main()
