"""A real browser for the tests; skipped on a machine without one, but never in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.chromium import Heard


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a head."""
    if not Path(chromium.PATH).exists():
        reason = f"There is no {chromium.PATH}: install it with 'apt-get install chromium'."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def heard() -> Heard:
    """What the page of the test asks for and complains about."""
    return Heard()


@pytest.fixture
def page(browser: Browser, heard: Heard) -> Iterator[Page]:
    """A page of its own for each test, the size of a desktop; `heard` takes down what it does."""
    width, height = chromium.DESKTOP
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = context.new_page()
    heard.listen(page)
    yield page
    context.close()
