"""Published pages on paper: each report as a PDF, and one pack of a suite with its contents, by Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.store import report_files
from ivvu_analysis.errors import OutputError, ParameterError

FOLDER = "pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NAMED = re.compile(r'((?:id|for|headers|aria-labelledby|aria-describedby)="|href="#|url\(#)')
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)


def print_suites(plans: list[Plan], output: Path) -> Iterator[Path]:
    """Print the published reports of suites, each by itself and each suite as one pack.

    Parameters
    ----------
    plans
        The suites; a report that is not there is left out.
    output
        The folder that each suite has a folder in.

    Yields
    ------
    Path
        Each file when it is there: ``<suite>/pdf/<report>.pdf``, and ``<suite>/pdf/<suite>.pdf`` at last.

    Raises
    ------
    ParameterError
        If Chromium or the extra `pdf` is not installed.
    OutputError
        If a file cannot be written.
    """
    with _browser() as browser:
        for plan in plans:
            folder = output / plan.name
            found = {job.name: folder / report_files(job.name)["html"] for job in plan.jobs}
            pages = {name: page.read_text("utf-8") for name, page in found.items() if page.is_file()}
            if not pages:
                continue
            for name, html in {**pages, plan.name: pack(plan.title, plan.language, pages)}.items():
                yield _print(browser, html, folder / FOLDER / f"{name}.pdf")


def pack(title: str, language: str, pages: dict[str, str]) -> str:
    """Return pages as one, each on a sheet of its own, after a cover that lists them."""
    first = next(iter(pages.values()))
    style = STYLE.search(first)
    contents, bodies = [], []
    for name, html in pages.items():
        body = MAIN.search(html)
        heading = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        if body:
            own = NAMED.sub(lambda found, name=name: f"{found[1]}{name}-", body[1])
            contents.append(f'<li><a href="#{name}">{heading[1] if heading else escape(name)}</a></li>')
            bodies.append(
                f'<section id="{name}" style="break-before: page; counter-reset: chapter">{own}</section>'
            )
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{style[0] if style else ''}</head><body><main><h1>{escape(title)}</h1>"
        f"<ol>{''.join(contents)}</ol>{''.join(bodies)}</main></body></html>"
    )


@contextmanager
def _browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if find_spec("playwright") is None or path is None:
        raise ParameterError(
            "PDF needs the Chromium browser and the Python package playwright, and one of them is not here.",
            "Install both, such as with: apt install chromium, and pip install playwright.",
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def _print(browser: Any, html: str, file: Path) -> Path:
    page = browser.new_page(java_script_enabled=False)
    try:
        page.set_content(html)
        file.parent.mkdir(parents=True, exist_ok=True)
        page.pdf(path=file, prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}.", "Make room there.") from None
    finally:
        page.close()
    return file
