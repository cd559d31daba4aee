from __future__ import annotations

import re
from typing import Any

from ivvu_analysis.report.cover import contents as render


def suite(cover: str, title: str, reports: int, origins: list[str], language: str = "en") -> dict[str, Any]:
    waves = ["2020-10"] if origins else []
    about = {"reports": reports, "programmes": [], "waves": waves, "origins": origins}
    return {"cover": f"{cover}/index.html", "title": title, "language": language, **about}


NATIONAL = suite("national", "National <b>", 7, ["published"])
EXAMPLE = suite("example", "An example", 1, ["reconstructed"])
MARK = "f" * 64


def test_it_leads_to_every_cover_those_of_published_figures_first() -> None:
    for entries in ([EXAMPLE, NATIONAL], [NATIONAL, EXAMPLE]):
        html = render(entries, MARK)
        assert re.findall(r'href="([^"]+)"', html) == ["national/index.html", "example/index.html"]
        assert "Situation in October 2020. Rests on the published tables. 7 reports." in html
        assert "Rests on RECONSTRUCTED rows. 1 report." in html
        assert MARK in html


def test_titles_are_escaped() -> None:
    assert ">National &lt;b&gt;</a>" in render([NATIONAL], MARK)


def test_it_speaks_the_language_of_its_suites_and_marks_another() -> None:
    dutch = EXAMPLE | {"language": "nl", "title": "Een voorbeeld"}
    assert '<html lang="nl">' in render([dutch], MARK)
    assert "Alle rapporten" in render([dutch], MARK)
    both = render([NATIONAL, dutch], MARK)
    assert '<html lang="en">' in both
    assert '<h2 lang="nl"><a href="example/index.html">Een voorbeeld</a></h2>' in both
    assert '<h2><a href="national/index.html">' in both


def test_a_suite_without_a_single_report_is_there_all_the_same() -> None:
    html = render([suite("sad", "Sad", 0, [])], MARK)
    assert "<p>0 reports.</p>" in html


def test_there_is_no_script_and_nothing_from_elsewhere() -> None:
    html = render([NATIONAL, EXAMPLE], MARK)
    assert "<script" not in html
    assert "http" not in html.replace('http-equiv="Content', "")
