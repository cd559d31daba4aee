"""A real browser for the tests: Debian's chromium, kept from the network as far as it can be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = {"width": 1280, "height": 900}


@dataclass
class Heard:
    """What a page asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        self.requests.append(request.url)

    def message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def crash(self, error: Exception) -> None:
        self.errors.append(str(error))

    def elsewhere(self, home: str) -> list[str]:
        """Return the requests that went anywhere but to `home`, such as ``"http://127.0.0.1:8888"``."""
        return [url for url in self.requests if not url.startswith((home, "data:", "blob:"))]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a head; skipped where there is none, but never in CI."""
    if not shutil.which(CHROMIUM):
        reason = f"There is no {CHROMIUM}: install it with 'apt-get install chromium'."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def heard() -> Heard:
    """What the page of the test asks for and complains about."""
    return Heard()


@pytest.fixture
def page(browser: Browser, heard: Heard) -> Iterator[Page]:
    """A page of its own for each test, with all it asks for and complains about in `heard`."""
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")
    page = context.new_page()
    page.on("request", heard.request)
    page.on("console", heard.message)
    page.on("pageerror", heard.crash)
    yield page
    context.close()
