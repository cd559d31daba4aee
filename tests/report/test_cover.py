from __future__ import annotations

import re
from dataclasses import replace

from ivvu_analysis.report.cover import Cover, Line, Problem, render


def national() -> Cover:
    line = Line(
        "impact",
        "Impact <b>",
        "published",
        {"html": "reports/impact.html", "workbook": "tables/impact.xlsx"},
        ["First & foremost.", "Second."],
        [{"number": "75%", "label": "much meaning"}],
    )
    return Cover("National", "en", ["published"], ["2020-10"], [line], {"manifest.json": "manifest.json"})


def regional() -> Cover:
    regions = ("twente", "groningen", "zeeland", "utrecht", "drenthe", "zwolle", "arnhem", "t-gooi")
    lines = [
        Line(f"region_profile-{r}", r, "published", {"html": f"reports/{r}.html"}, ["One.", "Two."], (), r)
        for r in regions
    ]
    return Cover("Regions", "nl", ["published"], ["2020-10"], lines, {})


def test_it_says_what_it_rests_on_and_how_much_there_is() -> None:
    html = render(national())
    assert "Situation in October 2020. Rests on the published tables. 1 of 1 reports are published." in html
    assert "<strong>75%</strong> much meaning" in html
    assert "First &amp; foremost." in html
    assert "Second." in html


def test_it_leads_to_what_stands_beside_it_by_way_of_the_folder() -> None:
    assert '<a href="../index.html">All reports in this folder</a>' in render(national())
    assert '<a href="../index.html">Alle rapporten in deze map</a>' in render(regional())


def test_titles_are_escaped() -> None:
    assert "Impact &lt;b&gt;" in render(national())
    assert "Impact <b>" not in render(national())


def test_every_region_with_a_report_is_a_way_in_and_the_others_are_not() -> None:
    html = render(regional())
    assert html.count('<li style="grid-row') == 34
    assert re.search(r'grid-column:6"><a href="reports/twente.html">Twente</a>', html)
    assert "<span>Friesland</span>" in html


def test_the_filter_names_the_holders_that_are_there() -> None:
    html = render(regional())
    assert html.count('type="radio"') == 1 + 3  # all, CZ, Menzis, Zilveren Kruis
    rules = set(re.findall(r"#holder-(\d):checked", html))
    assert rules == set(re.findall(r'<tr id="[^"]+" class="holder-(\d)"', html))


def test_a_region_is_summed_up_in_one_finding() -> None:
    html = render(regional())
    assert html.count("One.") == 8
    assert "Two." not in html


def test_a_region_with_numbers_of_its_own_is_summed_up_in_them() -> None:
    cover = regional()
    numbers = [{"number": "3", "label": "of 4, agreements"}]
    html = render(replace(cover, lines=[replace(line, headlines=numbers) for line in cover.lines]))
    assert html.count("<li><strong>3</strong> of 4, agreements</li>") == 8
    assert "One." not in html
    assert 'class="headlines"' not in html


def test_a_failure_stands_at_the_top_with_its_cell_and_message() -> None:
    line = Line("impact", "Impact", "failed", {"html": "reports/impact.html", "notebook": "x.ipynb"})
    failed = replace(line, problem=Problem("ValueError: <oops>", 3))
    html = render(replace(national(), lines=[failed]))
    assert html.index("Not made") < html.index("The reports")
    assert "in code cell 3: <code>ValueError: &lt;oops&gt;</code>" in html
    assert "the page linked here is an earlier one" in html
    assert '<a href="x.ipynb">' in html


def test_there_is_no_script_and_nothing_from_elsewhere() -> None:
    for html in (render(national()), render(regional())):
        assert "<script" not in html
        assert "http" not in html.replace('http-equiv="Content', "")


def test_a_status_is_written_in_words_where_something_is_not_published() -> None:
    made, missing = Line("impact", "Impact", "published"), Line("portfolio", "Portfolio", "missing")
    assert "Status" not in render(replace(national(), lines=[made]))
    html = render(replace(national(), lines=[made, missing]))
    for text in ("Status", "<td>not made yet", "<td>published"):
        assert text in html
