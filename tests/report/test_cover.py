from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ivvu_analysis.codebook import load, standard
from ivvu_analysis.report.cover import render


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
REGIONS = ("twente", "groningen", "zeeland", "utrecht", "drenthe", "zwolle", "arnhem", "t-gooi")


def national(*lines: dict[str, Any]) -> str:
    about: dict[str, Any] = {"programmes": ["On care."], "origins": ["published"], "waves": ["2020-10"]}
    about["records"] = {"manifest.json": "manifest.json"}
    return render("National", "en", lines=lines or [IMPACT], book=standard(), **about)


def regional(**known: Any) -> str:
    lines = [
        line(
            f"region_profile-{r}",
            files={"html": f"reports/{r}.html"},
            findings=["One.", "Two."],
            region=r,
            **known,
        )
        for r in REGIONS
    ]
    about: dict[str, Any] = {"origins": ["published"], "waves": ["2020-10"]}
    about |= {"programmes": [], "records": {}}
    return render("Regions", "nl", lines=lines, book=standard(), **about)


def test_a_region_that_has_ended_has_no_tile(tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    ended = "{code: achterhoek, until: '2020-10', into: [twente]}"
    book.write_text(f"region:\n  levels:\n    - {ended}\n", encoding="utf-8")
    about: dict[str, Any] = {"programmes": [], "origins": ["register"], "records": {}}
    lines = [line("region_profile-twente", region="twente")]
    for wave, there in (("2020-10", True), ("2021-03", False)):
        html = render("Regions", "nl", lines=lines, book=load(book), waves=[wave], **about)
        assert (">Achterhoek<" in html) == there


def test_it_says_what_it_rests_on_and_how_much_there_is() -> None:
    html = national()
    assert (
        "On care. Situation in October 2020. Rests on the published tables. 1 of 1 reports are published."
        in html
    )
    assert "<strong>75%</strong> much meaning" in html
    assert "First &amp; foremost." in html
    assert "Second." in html


def test_it_leads_to_what_stands_beside_it_by_way_of_the_folder() -> None:
    assert '<a href="../index.html">All reports in this folder</a>' in national()
    assert '<a href="../index.html">Alle rapporten in deze map</a>' in regional()


def test_titles_are_escaped() -> None:
    assert "Impact &lt;b&gt;" in national()
    assert "Impact <b>" not in national()


def test_every_region_with_a_report_is_a_way_in_and_the_others_are_not() -> None:
    html = regional()
    assert html.count('<li style="grid-row') == 34
    assert re.search(r'grid-column:6"><a href="reports/twente.html">Twente</a>', html)
    assert "<span>Friesland</span>" in html


def test_the_filter_names_the_holders_that_are_there() -> None:
    html = regional()
    assert html.count('type="radio"') == 1 + 3  # all, CZ, Menzis, Zilveren Kruis
    rules = set(re.findall(r"#holder-(\d):checked", html))
    assert rules == set(re.findall(r'<tr id="[^"]+" class="holder-(\d)"', html))


def test_a_region_is_summed_up_in_one_finding() -> None:
    html = regional()
    assert html.count("One.") == 8
    assert "Two." not in html


def test_a_region_with_numbers_of_its_own_is_summed_up_in_them() -> None:
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


def test_there_is_no_script_and_nothing_from_elsewhere() -> None:
    for html in (national(), regional()):
        assert "<script" not in html
        assert "http" not in html.replace('http-equiv="Content', "")


def test_a_status_is_written_in_words_where_something_is_not_published() -> None:
    assert "Status" not in national(IMPACT)
    html = national(IMPACT, line("portfolio", status="missing"))
    for text in ("Status", "<td>not made yet", "<td>published"):
        assert text in html
