"""The cover of a suite, and the contents page that leads to every cover."""

import re
from pathlib import Path
from typing import Any

from ivvu_analysis.codebook import load, standard
from ivvu_analysis.report.cover import contents, render

ABOUT: dict[str, Any] = {"programmes": [], "origins": ["published"], "waves": ["2020-10"], "records": {}}
REGIONS = ("twente", "groningen", "zeeland", "utrecht", "drenthe", "zwolle", "arnhem", "t-gooi")


def line(name: str, **known: Any) -> dict[str, Any]:
    empty = {"files": {}, "findings": [], "headlines": [], "region": "", "error": None}
    return {"name": name, "title": name, "status": "published", **empty, **known}


IMPACT = line(
    "impact",
    title="Impact <b>",
    files={"html": "reports/impact.html", "workbook": "tables/impact.xlsx"},
    findings=["First & foremost.", "Second."],
    headlines=[{"number": "75%", "label": "much meaning"}],
)


def national(*lines: dict[str, Any]) -> str:
    about = ABOUT | {"programmes": ["On care."], "records": {"manifest.json": "manifest.json"}}
    return render("National", "en", lines=lines or [IMPACT], book=standard(), **about)


def regional(**known: Any) -> str:
    shared: dict[str, Any] = {"findings": ["One.", "Two."], **known}
    lines = [line(f"profile-{r}", files={"html": f"reports/{r}.html"}, region=r, **shared) for r in REGIONS]
    return render("Regions", "nl", lines=lines, book=standard(), **ABOUT)


def suite(cover: str, title: str, reports: int, origins: list[str], language: str = "en") -> dict[str, Any]:
    about = {
        "reports": reports,
        "programmes": [],
        "waves": ["2020-10"] if origins else [],
        "origins": origins,
    }
    return {"cover": f"{cover}/index.html", "title": title, "language": language, **about}


NATIONAL = suite("national", "National <b>", 7, ["published"])
EXAMPLE = suite("example", "An example", 1, ["reconstructed"])
MARK = "f" * 64


def test_a_region_that_has_ended_has_no_tile(tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    ended = "{code: achterhoek, until: '2020-10', into: [twente]}"
    book.write_text(f"region:\n  levels:\n    - {ended}\n", encoding="utf-8")
    lines = [line("region_profile-twente", region="twente")]
    for wave, there in (("2020-10", True), ("2021-03", False)):
        html = render("Regions", "nl", lines=lines, book=load(book), **ABOUT | {"waves": [wave]})
        assert (">Achterhoek<" in html) == there


def test_it_says_what_it_rests_on_and_how_much_there_is() -> None:
    html = national()
    for said in (
        "On care. Situation in October 2020. Rests on the published tables. Reports published: 1 of 1.",
        "<strong>75%</strong> much meaning",
        "First &amp; foremost.",
        "Second.",
        "Impact &lt;b&gt;",
        '<a href="../index.html">All reports in this folder</a>',
    ):
        assert said in html
    assert "Impact <b>" not in html


def test_every_region_with_a_report_is_a_way_in_and_the_others_are_not() -> None:
    html = regional()
    assert html.count('<li style="grid-row') == 34
    assert re.search(r'grid-column:6"><a href="reports/twente.html">Twente</a>', html)
    assert "<span>Friesland</span>" in html
    assert '<a href="../index.html">Alle rapporten in deze map</a>' in html


def test_the_filter_names_the_holders_that_are_there() -> None:
    html = regional()
    assert html.count('type="radio"') == 1 + 3  # all, CZ, Menzis, Zilveren Kruis
    rules = set(re.findall(r"#holder-(\d):checked", html))
    assert rules == set(re.findall(r'<tr id="[^"]+" class="holder-(\d)"', html))


def test_a_region_is_summed_up_in_one_finding_or_in_numbers_of_its_own() -> None:
    html = regional()
    assert html.count("One.") == 8
    assert "Two." not in html
    html = regional(headlines=[{"number": "3", "label": "of 4, agreements"}])
    assert html.count("<li><strong>3</strong> of 4, agreements</li>") == 8
    assert "One." not in html
    assert 'class="headlines"' not in html


def test_a_failure_stands_at_the_top_with_its_cell_and_message() -> None:
    error = {"message": "ValueError: <oops>", "cell": 3}
    files = {"html": "reports/impact.html", "notebook": "x.ipynb"}
    html = national(line("impact", status="failed", files=files, error=error))
    assert html.index("Not made") < html.index("The reports")
    assert "in code cell 3: <code>ValueError: &lt;oops&gt;</code>" in html
    assert "the page linked here is an earlier one" in html
    assert '<a href="x.ipynb">' in html


def test_a_status_is_written_in_words_where_something_is_not_published() -> None:
    assert "Status" not in national(IMPACT)
    html = national(IMPACT, line("portfolio", status="missing"))
    for text in ("Status", "<td>not made yet", "<td>published"):
        assert text in html


def test_the_contents_lead_to_every_cover_those_of_published_figures_first() -> None:
    for suites in ([EXAMPLE, NATIONAL], [NATIONAL, EXAMPLE]):
        html = contents(suites, MARK)
        assert re.findall(r'href="([^"]+)"', html) == ["national/index.html", "example/index.html"]
        assert "Situation in October 2020. Rests on the published tables. 7 reports." in html
        assert "Rests on RECONSTRUCTED rows. 1 report." in html
        assert ">National &lt;b&gt;</a>" in html
        assert MARK in html


def test_the_contents_speak_the_language_of_the_suites_and_mark_another() -> None:
    dutch = EXAMPLE | {"language": "nl", "title": "Een voorbeeld"}
    assert '<html lang="nl">' in contents([dutch], MARK)
    assert "Alle rapporten" in contents([dutch], MARK)
    both = contents([NATIONAL, dutch], MARK)
    assert '<html lang="en">' in both
    assert '<h2 lang="nl"><a href="example/index.html">Een voorbeeld</a></h2>' in both
    assert '<h2><a href="national/index.html">' in both


def test_a_suite_without_a_single_report_is_there_all_the_same() -> None:
    assert "<p>0 reports.</p>" in contents([suite("sad", "Sad", 0, [])], MARK)


def test_there_is_no_script_and_nothing_from_elsewhere() -> None:
    for html in (national(), regional(), contents([NATIONAL, EXAMPLE], MARK)):
        assert "<script" not in html
        assert "http" not in html.replace('http-equiv="Content', "")
