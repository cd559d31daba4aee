"""Any executed notebook becomes a page, through the front door: cells in, HTML out."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from ivvu_analysis.report.outputs import MIME
from ivvu_analysis.report.publish import Published, publish

HARM = re.compile(
    r'<(?:script|iframe|form|input)|on(?:error|load)=|javascript:|src="https|href="data|@import|url\(|position'
)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def page(*cells: NotebookNode, folder: Path = Path(), **how: Any) -> Published:
    return publish(v4.new_notebook(cells=list(cells)), name="mine", folder=folder, **how)


def shows(data: dict[str, Any], kind: str = "display_data", **metadata: Any) -> NotebookNode:
    extra = {"execution_count": 1} if kind == "execute_result" else {}
    return v4.new_code_cell("x", outputs=[v4.new_output(kind, data=data, **extra)], metadata=metadata)


def test_a_notebook_of_ones_own_needs_nothing_of_ours() -> None:
    made = page(v4.new_markdown_cell("# Mine\n\nSome *prose*.\n\n#### Far too deep\n\n### Deeper\n\n# Again"))
    assert "<title>Mine</title>" in made.html
    assert made.html.count("<h1>") == 1
    assert "Some <em>prose</em>." in made.html
    assert '<li><a href="#again">Again</a></li>' in made.html
    for heading in ('<h2 id="far-too-deep">', '<h3 id="deeper">', '<h2 id="again">'):  # whatever it skips
        assert heading in made.html
    assert made.workbook is None
    assert "census" not in made.html
    assert "published tables" not in made.html


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/plain": "plain <b>"}, ">plain &lt;b&gt;</pre>"),
        ({"text/markdown": "**bold** and $x^2$"}, "<strong>bold</strong>"),
        ({"text/markdown": "**bold** and $x^2$"}, "<math"),
        ({"text/markdown": "$\\arg z$"}, "<mo>arg</mo>"),
        ({"text/markdown": "$$a \\label{eq:x} \\tag{1}$$"}, "<mi>a</mi><mtext>(1)</mtext></mrow>"),
        (
            {"text/markdown": "$$\\begin{align} a &= b \\tag{1} \\end{align}$$"},
            "<mi>b</mi><mtext>(1)</mtext></mtd></mtr>",
        ),
        ({"text/markdown": "So:\n\n    $x < 1$\n"}, "<code>$x &lt; 1$"),
        ({"text/latex": "$$\\frac{1}{2}$$"}, "<mfrac>"),
        ({"image/png": PIXEL, "text/plain": "<Figure>"}, f'src="data:image/png;base64,{PIXEL}"'),
        ({"image/svg+xml": "<svg xmlns='x'/>"}, base64.b64encode(b"<svg xmlns='x'/>").decode()),
        ({"text/html": "<table><tr><td>7</td></tr></table>", "text/plain": "7"}, "<td>7</td>"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "W()"}, "only works in JupyterLab"),
        ({"text/html": "<td>Dep. Variable:</td><td>y</td><td>Date:</td><td>2026-11-30 18:34</td>"}, "–"),
        (
            {"text/plain": "Dep. Variable:  y\nDate:    Mon, 30 Nov 2026\nTime:    18:34:12"},
            "Time:           –<",
        ),
        ({"text/plain": "Time: 08:30:00"}, "Time: 08:30:00"),
        ({"text/html": "<td>Date: 2020-10-01 14:00</td>"}, "Date: 2020-10-01 14:00"),
        ({"text/plain": "a b", "text/csv": "a,b"}, ">a b</pre>"),
        ({"text/plain": "(<Axes: xlabel='x'>, 0.123)"}, "0.123"),
        ({"text/plain": "(Text(0, 1, 'a'), 0.123)"}, "0.123"),
        ({"text/plain": "[]"}, ">[]</pre>"),
        ({"text/html": "<progress value='1' max='3'></progress>"}, '<progress value="1" max="3">'),
        ({"text/markdown": "<meter value='1'></meter>"}, '<meter value="1">'),
        ({"text/markdown": "<video src='x.mp4'></video>"}, "is not shown here: video."),
        (
            {"text/html": "<audio></audio><input><iframe></iframe>"},
            "is not shown here: audio, iframe, input.",
        ),
        ({"application/javascript": "alert(1)"}, "is not shown here: script."),
    ],
)
def test_what_jupyterlab_would_show_is_published(data: dict[str, Any], shown: str) -> None:
    assert shown in page(shows(data)).html


@pytest.mark.parametrize(
    "drawing",
    [
        "<Axes: title={'center': 'a > b'}, xlabel='x'>",
        "(<Figure size 640x480 with 1 Axes>, <Axes: >)",
        "array([[<Axes: >, <Axes: >]],\n      dtype=object)",
        "[<matplotlib.lines.Line2D at 0x7f>]",
        "Text(0.5, 1.0, 'a (b)')",
        "[Text(0, 0, 'a'), Text(1, 0, \"b's\")]",
    ],
)
def test_what_a_drawing_says_of_itself_is_not_published(drawing: str) -> None:
    assert "<pre" not in page(shows({"text/plain": drawing})).html


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("step 1\rstep 2\r", "step 2"),
        ("10%\r100%\ndone\r\n", "100%\ndone\n"),
        ("said\rover\n", "over\n"),
        ("Time:       08:30:00", "Time:       08:30:00"),
    ],
)
def test_what_was_printed_over_is_shown_as_it_was_last(printed: str, seen: str) -> None:
    cell = v4.new_code_cell("x", outputs=[v4.new_output("stream", text=printed)])
    assert f'<pre tabindex="0">{seen}</pre>' in page(cell).html


def test_raw_cells_are_shown_as_they_are_and_what_a_markdown_cell_loses_is_said() -> None:
    html = page(
        v4.new_raw_cell("raw <b>"), v4.new_markdown_cell("`<audio>` and <iframe src='x'></iframe>")
    ).html
    assert '<pre tabindex="0">raw &lt;b&gt;</pre>' in html
    assert "is not shown here: iframe." in html


def test_prints_and_warnings_are_published_apart_without_where_a_machine_keeps_its_files() -> None:
    warning = "/home/someone/project/ivvu_analysis/figures/bars.py:103: UserWarning: too few\n  ax.set()\n"
    said = {"stdout": "said\n", "stderr": warning}
    outputs = [v4.new_output("stream", name=name, text=text) for name, text in said.items()]
    html = page(v4.new_code_cell("print(1)", outputs=outputs)).html
    assert '<pre tabindex="0">said\n</pre>' in html
    assert '<pre class="stderr" tabindex="0">bars.py:103: UserWarning: too few\n' in html
    assert "print(1)" not in html


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<iframe src="https://example.org"></iframe>',
        '<img src="https://example.org/x.png">',
        "<style>@import 'https://example.org/x.css'; #T_abcde { background: url(https://x.org) }</style>",
        '<p style="position:fixed;background-image:url(https://example.org/y)">x</p>',
        "<svg onload=alert(1)></svg>",
        '<form action="https://example.org"><input name=a></form>',
    ],
)
def test_nothing_runs_and_nothing_is_fetched(harm: str) -> None:
    for cell in (shows({"text/html": harm}), shows({"text/markdown": harm}), v4.new_markdown_cell(harm)):
        body = page(cell).html.split("<main", 1)[1]
        assert HARM.findall(body.replace("&lt;", "")) == []


def test_a_styler_keeps_its_colours_and_random_names_become_numbers() -> None:
    styler = '<style type="text/css">#T_3fa9c_row0_col0 { color: red; position: fixed; }</style>'
    cell = f'{styler}<table id="T_3fa9c"><tr><td id="T_3fa9c_row0_col0">1</td></tr></table>'
    html = page(shows({"text/html": cell})).html
    assert "#T_00001_row0_col0 { color: red }" in html
    assert 'id="T_00001_row0_col0"' in html


def test_rules_about_ids_of_its_own_are_kept_and_no_others() -> None:
    """As in a Styler that was named, or the drawing of a model beside the text that stands in for it."""
    rules = (
        "/* a, b */ #own .fallback { display: none } #own td { background-color: gold; position: fixed }"
        "@media print { #own { display: none } } #content { display: none } p { color: red }"
    )
    given = (
        f"<style>{rules}</style><div id='own'><b class='fallback'>F</b><i style='display:none' hidden>I</i>"
    )
    html = page(shows({"text/html": given})).html
    assert "<style>#own .fallback { display: none }\n#own td { background-color: gold }\n</style>" in html
    assert '<b class="fallback">F</b><i style="display:none" hidden="">I</i>' in html


def test_a_figure_keeps_the_description_and_the_width_that_its_author_gave() -> None:
    cell = shows({"image/png": PIXEL})
    cell.outputs[0].metadata = {"image/png": {"alt": "A dot & nothing else", "width": 40}}
    assert '<img alt="A dot &amp; nothing else" src="data:image/png;base64,' in page(cell).html
    assert '" width="40">' in page(cell).html


def test_images_beside_the_notebook_travel_with_the_page(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(base64.b64decode(PIXEL))
    prose = v4.new_markdown_cell("![a dot](dot.png) ![gone](none.png) ![far](https://example.org/x.png)")
    html = page(prose, folder=tmp_path).html
    assert f'<img src="data:image/png;base64,{PIXEL}" alt="a dot">' in html
    assert "The image ‘none.png’ cannot be shown here." in html
    assert "The image ‘https://example.org/x.png’ cannot be shown here." in html


def test_a_dollar_is_money_in_code_and_between_words() -> None:
    html = page(v4.new_markdown_cell("`$a$` costs $5 and then $6.")).html
    assert "<code>$a$</code>" in html
    assert "$5 and then $6" in html


def test_the_last_line_of_a_tagged_cell_stays_in_the_notebook() -> None:
    kept = shows({"text/plain": "working"}, "execute_result", tags=["notebook-only"])
    assert "working" not in page(kept).html
    assert "working" in page(shows({"text/plain": "working"}, "execute_result")).html


def test_text_that_announces_results_stands_only_above_results() -> None:
    def text(source: str, *tags: str) -> NotebookNode:
        return v4.new_markdown_cell(source, metadata={"tags": list(tags)})  # type: ignore[no-untyped-call]

    html = page(
        text("## Chapter one", "with-results"),
        text("### Part one", "with-results"),
        text("Announced.", "with-results"),
        shows({"text/plain": "found"}),
        text("### Part two", "with-results"),
        text("Announced in vain.", "with-results"),
        v4.new_code_cell("x = 1"),  # type: ignore[no-untyped-call]
        text("## Chapter two", "with-results"),
        text("Ours alone.", "of-the-programme"),
    ).html
    for said in ("Chapter one", "Part one", "Announced.", "found", "Ours alone."):
        assert said in html
    for said in ("Part two", "in vain", "Chapter two"):
        assert said not in html


@pytest.mark.parametrize(("programme", "ours"), [("Care", True), ("", False)])
def test_text_of_the_programme_is_not_told_of_another(programme: str, ours: bool) -> None:
    told = v4.new_markdown_cell("Of ours.", metadata={"tags": ["of-the-programme"]})  # type: ignore[no-untyped-call]
    facts = shows({MIME: {"report": {"programme": programme}}})
    assert ("Of ours." in page(facts, told).html) == ours


def test_the_same_notebook_gives_the_same_bytes() -> None:
    cells = [v4.new_markdown_cell("# A\n\n$x$"), shows({"text/plain": "1"})]
    assert page(*cells).html == page(*cells).html


def test_prose_is_translated_and_parameters_and_files_are_told_at_the_end() -> None:
    prose = v4.new_markdown_cell("# The portfolio of projects")
    made = page(prose, language="nl", parameters={"wave": "2020-10"}, opened={"data/own.csv": "ab" * 32})
    for said in (
        '<html lang="nl">',
        "<h1>De projectenportefeuille</h1>",
        "Inhoud",
        "<dt><code>wave</code></dt><dd>2020-10</dd>",
        "<dt><code>own.csv</code></dt><dd><code>abababababababab</code></dd>",
    ):
        assert said in made.html
