import re
from math import inf
from typing import Any

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.report.comparison import Comparison, lines, page
from ivvu_analysis.report.key_names import in_words
from ivvu_analysis.report.words import Words

HOSTILE = "<script>alert(1)</script>"
SIDES = ["then", "now"]


def figure(name: str, kind: str = "moved", overlap: str = "unknown", **parts: Any) -> dict[str, Any]:
    ends = {f"{when}_{end}": None for when in SIDES for end in ("low", "high")}
    row = {"report": "impact", "name": name, "name_then": name, "kind": kind, "overlap": overlap}
    return row | ends | {"then": 0.5, "now": 0.75, "change": 0.25} | parts


def comparison(*figures: dict[str, Any], grounds: Any = (), cells: Any = ()) -> Comparison:
    return Comparison(
        suite="national",
        title_then="National",
        title_now="National",
        written_then="",
        written_now="",
        figures=pd.DataFrame(list(figures)),
        grounds=pd.DataFrame(grounds, columns=["report", "ground", "name", *SIDES]),
        cells=pd.DataFrame(cells, columns=["report", "table", "row", "column", *SIDES], dtype=object),
    )


def test_figures_whose_intervals_lie_apart_come_first() -> None:
    given = comparison(figure("a"), figure("b", overlap="yes"), figure("c", overlap="no"))
    assert list(given.moved["name"]) == ["c", "a", "b"]
    assert given.counts["apart"] == 1


INTERVAL = {"then": 1234.5, "then_low": 0.25, "then_high": 2.0, "now": None, "change": None}


@pytest.mark.parametrize(
    ("language", "parts", "expected"),
    [
        ("en", INTERVAL, {"then": "1,234.5", "then_interval": "0.250 to 2", "now": "–", "change": "–"}),
        ("nl", INTERVAL, {"then": "1.234,5", "then_interval": "0,250 tot 2", "overlap": "geen interval"}),
        ("en", {"then": inf, "then_low": -inf, "then_high": inf}, {"then": "∞", "then_interval": "−∞ to ∞"}),
        ("en", {"change": 3.0}, {"change": "+3", "overlap": "no interval", "waves_then": ""}),
        ("en", {"change": -3.0}, {"change": "−3"}),
        ("en", {"change": 0.0}, {"change": "0"}),
        ("en", {"name_then": "x.2020-03.share"}, {"waves_then": "March 2020"}),
        ("en", {"name_then": "x.2019-10..2020-03.steps"}, {"waves_then": "October 2019 and March 2020"}),
    ],
)
def test_a_figure_is_written_for_the_reader_with_its_sign_and_the_waves_that_it_was_of(
    language: Language, parts: dict[str, Any], expected: dict[str, str]
) -> None:
    (line,) = lines(comparison(figure("x.2020-10.share", **parts)).figures, Words(language))
    assert {name: line[name] for name in expected} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_what_moved_and_escapes_what_comes_from_elsewhere(language: Language) -> None:
    given = comparison(
        figure("moved.one", overlap="no"),
        figure("quiet.one", kind="same"),
        figure("old.one", kind="vanished"),
        grounds=[
            ("impact", "data", HOSTILE, "aaa", "bbb"),
            ("scalability", "data", HOSTILE, "aaa", "bbb"),
            ("impact", "report", "impact", "published", "failed"),
        ],
        cells=[("impact", HOSTILE, HOSTILE, "Projects", 46.0, "=1+1")],
    )
    html = page([given], language)
    assert html.startswith("<!DOCTYPE html>")
    failed = {"en": ">failed<", "nl": ">mislukt<"}[language]
    for there in (
        f'<html lang="{language}">',
        "moved.<wbr>one",
        "old.<wbr>one",
        "impact, scalability",
        failed,
    ):
        assert there in html
    assert "quiet.<wbr>one" not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.findall(r'(?:src|href)="(?!#)', html)


def test_nothing_that_differs_is_said_in_words() -> None:
    html = page([comparison(figure("a", kind="same"))], "en")
    for sentence in ("No key figure moved.", "No cell differs.", "Nothing that was recorded"):
        assert sentence in html


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("regions.twente.agreements.2021-03.phase", "Regio's, Twente, Afspraken, fase, maart 2021"),
        (
            "phases.vision.2019-03..2020-10.movers.any",
            "Fasen, Regiovisie, regio's die van fase wisselden, maart 2019 en oktober 2020",
        ),
        ("sharing.2020-10.yes", "Delen van resultaten, Ja, vanwege meerdere redenen, oktober 2020"),
        ("mine.mean.yes", "mine.mean.yes"),
    ],
)
def test_a_key_figure_is_named_in_words(name: str, said: str) -> None:
    assert in_words(name, Words("nl")) == said
