"""Debian's chromium, kept from the network as far as it can be, and what a page in it is heard to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

PATH = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = (1280, 900)
PHONE = (390, 844)


def launch(playwright: Playwright) -> Browser:
    """Start chromium without a head."""
    return playwright.chromium.launch(executable_path=PATH, args=list(QUIET))


@dataclass
class Heard:
    """What a page asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Take down what `page` does from now on."""
        page.on("request", self._request)
        page.on("console", self._message)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def elsewhere(self, *homes: str) -> list[str]:
        """Return the requests that went anywhere but to `homes`, such as ``"http://127.0.0.1:8888"``."""
        return [url for url in self.requests if not url.startswith((*homes, "data:", "blob:"))]

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")
