"""What is asked of every page: which pages there are, and how a browser is asked about one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import make_plans

HOME = Path(__file__).parents[2]
SUITES = tuple(sorted(path.stem for path in (HOME / "params").glob("*.yaml")))

PHONE = {"width": 360, "height": 740}
A4_INSIDE_MARGINS = {"width": 673, "height": 1005}  # 178 by 266 mm, at 96 pixels an inch


def reports() -> Iterator[str]:
    """Yield the page of every report of the suites in `params`."""
    suites = [HOME / "params" / f"{suite}.yaml" for suite in SUITES]
    for plan in make_plans(suites, Options(HOME / "output", HOME / "notebooks")):
        for job in plan.jobs:
            yield f"{plan.name}/reports/{job.name}.html"


def unfold(page: Page) -> None:
    """Open all fold-outs, so that what is in them is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


def violations(page: Page) -> list[str]:
    """Return what axe finds fault with, and where."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


def sticking_out(page: Page) -> list[str]:
    """Return what makes the page itself scroll sideways; a table may scroll in a box of its own."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [`page: ${document.documentElement.scrollWidth}`,
             ...[...document.body.querySelectorAll('*')]
               .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.wide, .plot'))
               .map(e => e.outerHTML.slice(0, 120))]"""
        )
    )
