from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ivvu_analysis.report import export


def content(language: str = "en", **more: Any) -> dict[str, Any]:
    return {"title": "A <title>", "language": language, "key_figures": {}, "tables": []} | more


def display(html: str, **data: Any) -> nbformat.NotebookNode:
    return new_output("display_data", data={"text/html": html} | data)


def notebook(language: str = "en") -> nbformat.NotebookNode:
    closing = display("<section><h2>Last</h2></section>", **{export.CONTENT_TYPE: content(language)})
    return new_notebook(
        cells=[
            new_code_cell("secret_code = 1", outputs=[display("<h1>Top</h1>")]),
            new_markdown_cell("## English head\n\nEnglish **prose**.", metadata={"tags": ["en"]}),
            new_markdown_cell("## Nederlandse kop\n\nNederlands proza.", metadata={"tags": ["nl"]}),
            new_markdown_cell("### Detail\n\nAlways there."),
            new_code_cell(
                "noise()",
                outputs=[
                    new_output("stream", name="stderr", text="a warning"),
                    new_output("display_data", data={"application/javascript": "alert(1)"}),
                    new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}}),
                ],
            ),
            new_code_cell("report.close()", outputs=[closing]),
        ]
    )


def test_one_language_is_kept() -> None:
    english, dutch = export.html(notebook("en")), export.html(notebook("nl"))
    assert "English <strong>prose</strong>" in english
    assert "Nederlands proza" not in english
    assert "Nederlands proza" in dutch
    assert "Always there" in english
    assert '<html lang="en">' in english
    assert '<html lang="nl">' in dutch


def test_no_code_no_noise_and_no_script() -> None:
    html = export.html(notebook())
    for text in ("secret_code", "noise()", "a warning", "alert", "<script", "javascript", "widget"):
        assert text not in html


def test_a_display_without_html_is_shown_as_text() -> None:
    closed = notebook()
    closed.cells[0].outputs = [new_output("display_data", data={"text/plain": "1 < 2"})]
    assert "<pre>1 &lt; 2</pre>" in export.html(closed)


def test_the_value_of_a_cell_is_not_shown_and_not_in_the_outline() -> None:
    closed = notebook()
    value = new_output("execute_result", data={"text/html": "<h2>Value</h2>"}, execution_count=1)
    closed.cells[0].outputs.append(value)
    assert "Value" not in export.html(closed)


def test_nothing_comes_from_elsewhere() -> None:
    html = export.html(notebook())
    assert "default-src 'none'" in html
    assert not re.search(r"""(src|href)=["'](?!#)""", html)
    assert "@import" not in html
    assert "url(" not in html


def test_the_title_is_the_reports_and_is_escaped() -> None:
    assert "<title>A &lt;title&gt;</title>" in export.html(notebook())


def test_the_outline_names_every_chapter_and_links_to_it() -> None:
    html = export.html(notebook())
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a></li>', html)
    assert [text for _, text in links] == ["English head", "Last"]
    for key, _ in links:
        assert html.count(f'id="{key}"') == 1


def test_headings_with_one_text_get_ids_of_their_own() -> None:
    outline = export.Outline()
    assert outline.anchored("h2", "Same") == '<h2 id="same">Same</h2>'
    assert outline.anchored("h2", "Same") == '<h2 id="same-2">Same</h2>'
    assert outline.anchored("h3", "'t Gooi &amp; meer") == '<h3 id="t-gooi-amp-meer">\'t Gooi &amp; meer</h3>'


def test_the_notebook_is_not_changed() -> None:
    original = notebook()
    before = nbformat.writes(original)
    export.html(original)
    assert nbformat.writes(original) == before


def test_the_same_notebook_is_the_same_page() -> None:
    assert export.html(notebook()) == export.html(notebook())


def test_a_report_that_was_not_closed_is_refused() -> None:
    with pytest.raises(ValueError, match=r"last cell must be report\.close\(\)"):
        export.html(new_notebook(cells=[new_code_cell("1")]))
