from __future__ import annotations

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


def shown(*figures: dict[str, Any], language: Language = "en") -> list[dict[str, str]]:
    return lines(comparison(*figures).figures, Words(language))


def test_figures_whose_intervals_lie_apart_come_first() -> None:
    given = comparison(figure("a"), figure("b", overlap="yes"), figure("c", overlap="no"))
    assert list(given.moved["name"]) == ["c", "a", "b"]
    assert given.counts["apart"] == 1


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("1,234.5", "0.250 to 2", "–", "–", "no interval")),
        ("nl", ("1.234,5", "0,250 tot 2", "–", "–", "geen interval")),
    ],
)
def test_numbers_are_written_for_the_reader(language: Language, expected: tuple[str, ...]) -> None:
    given = figure("a", then=1234.5, then_low=0.25, then_high=2.0, now=None, change=None)
    (line,) = shown(given, language=language)
    assert tuple(line[n] for n in ("then", "then_interval", "now", "change", "overlap")) == expected


def test_a_rise_has_a_plus_a_fall_a_minus_and_infinity_its_sign() -> None:
    changes = shown(figure("a", change=3.0), figure("b", change=-3.0), figure("c", change=0.0))
    assert [line["change"] for line in changes] == ["+3", "−3", "0"]
    (line,) = shown(figure("a", then=inf, then_low=-inf, then_high=inf))
    assert (line["then"], line["then_interval"]) == ("∞", "−∞ to ∞")


def test_a_figure_of_another_wave_says_which() -> None:
    found = shown(
        figure("x.2020-10.share", name_then="x.2020-03.share"),
        figure("x.2020-03..2020-10.steps", name_then="x.2019-10..2020-03.steps"),
        figure("x.2021-12.top"),
    )
    waves = ["March 2020", "October 2019 and March 2020", ""]
    assert [line["waves_then"] for line in found] == waves


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
