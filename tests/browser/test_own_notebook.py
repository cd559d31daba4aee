"""A notebook of somebody else, with whatever can be in it, as a page: nothing of it runs or is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import seaborn as sns
import statsmodels.formula.api as smf
from nbformat import NotebookNode, v4
from playwright.sync_api import Page

from ivvu_analysis.figures import svg
from ivvu_analysis.report.outputs import MIME
from ivvu_analysis.report.publish import publish
from tests.browser.chromium import Heard
from tests.browser.pages import PHONE, sticking_out, unfold, violations

pytestmark = pytest.mark.browser

HARM = """<script>document.title = "owned"</script><img src="x" onerror="document.title = 'owned'">
<a href="javascript:document.title='owned'">go</a> <svg onload="document.title='owned'"><circle r="3"/></svg>
<p style="position: fixed; background: url(https://example.org/y.png)">here</p>
<style>@import "https://example.org/x.css"; body { display: none }</style>
<iframe src="https://example.org"></iframe><img src="https://example.org/z.png">"""


def shows(**data: Any) -> NotebookNode:
    bundle = {kind.replace("_", "/", 1): value for kind, value in data.items()}
    return v4.new_code_cell("code", outputs=[v4.new_output("display_data", data=bundle)])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    frame = pd.DataFrame({"hours": range(1, 41), "staff": [(7 * i) % 11 + i for i in range(40)]})
    fitted = smf.ols("staff ~ hours", frame).fit()
    drawn = sns.scatterplot(frame, x="hours", y="staff", hue="hours")
    styled = frame.head(3).style.background_gradient(cmap="viridis")
    cells = [
        v4.new_markdown_cell(
            f"# Mine\n\nA formula $\\frac{{a}}{{b}}$ and [a link](https://example.org).\n\n{HARM}"
        ),
        shows(text_html=frame._repr_html_()),
        shows(text_html=fitted.summary().as_html()),
        shows(text_html=styled.to_html()),
        shows(text_html=HARM),
        shows(text_markdown=f"## Shown\n\n{HARM}"),
        shows(text_plain="word " * 200),
        v4.new_code_cell("", outputs=[v4.new_output("stream", name="stderr", text="careful <b>\n")]),
        shows(**{"application_javascript": "document.title = 'owned'"}),
        shows(**{MIME.replace("/", "_", 1): {}, "text_html": svg(drawn)}),
        v4.new_markdown_cell("##### Deep\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    ]
    page = publish(v4.new_notebook(cells=cells), name="mine", folder=tmp_path)
    (tmp_path / "mine.html").write_text(page.html, encoding="utf-8")
    return tmp_path / "mine.html"


def test_nothing_in_it_runs_or_is_fetched(page: Page, heard: Heard, own: Path) -> None:
    page.goto(own.as_uri())
    for link in page.get_by_text("go", exact=True).all():
        link.click()
    assert page.title() == "Mine"
    assert heard.elsewhere(own.as_uri()) == []
    assert heard.errors == []
    assert page.locator("script, iframe, [onerror], [onload]").count() == 0
    assert page.locator("math mfrac").count() == 1
    point = page.locator("g[clip-path] > use").first.bounding_box()
    assert point is not None
    assert point["width"] > 2
    assert page.get_by_text("R-squared:").first.is_visible()


def test_it_is_accessible_and_fits_a_phone(page: Page, own: Path) -> None:
    page.goto(own.as_uri())
    unfold(page)
    assert "\n".join(violations(page)) == ""
    page.set_viewport_size(PHONE)
    assert sticking_out(page) == []
    page.emulate_media(color_scheme="dark")
    assert "\n".join(violations(page)) == ""
