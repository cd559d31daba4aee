"""A codebook of one's own, laid over ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis import codebook
from ivvu_analysis.errors import DataError, ParameterError


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def _write(text: str) -> Path:
        path = tmp_path / "ours.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_a_level_is_added_and_another_renamed(write) -> None:  # type: ignore[no-untyped-def]
    book = codebook.load(
        write(
            "theme:\n  levels:\n"
            "    - {code: housing, en: Housing, nl: Wonen, variants: [woonzorg]}\n"
            "    - {code: technology, en: Care technology}\n"
            "region:\n  levels:\n"
            "    - {code: flevopolder, nl: Flevopolder, within: vgz, tile: [3, 4], since: 2021-03}\n"
            "    - {code: flevoland, until: 2020-10, into: [flevopolder]}\n"
        )
    )
    theme = book.scale("theme")
    assert theme.codes == (*codebook.scale("theme").codes, "housing")
    assert (theme.label("technology", "en"), theme.label("technology", "nl")) == (
        "Care technology",
        "Technologie",
    )
    assert theme.recognise("Woonzorg") == "housing"
    assert theme.recognise("zorgtechnologie") == "technology"
    assert "flevoland" in book.regions_at("2020-10")
    assert "flevopolder" not in book.regions_at("2020-10")
    assert "flevoland" not in book.regions_at("2021-03")
    assert book.scale("region").level("flevopolder").tile == (3, 4)
    assert book.history


def test_another_programme_replaces_scales_and_has_no_published_history(write) -> None:  # type: ignore[no-untyped-def]
    book = codebook.load(
        write(
            "dimension:\n  replace: true\n  levels: [{code: plan, en: Plan}, {code: deed, en: Deed}]\n"
            + "".join(
                f"{ladder}:\n  levels: [{{code: 1, en: one}}, {{code: 2, en: two}}, {{code: 3, en: three}}]\n"
                for ladder in ("plan", "deed")
            )
        )
    )
    assert book.dimensions == ("plan", "deed")
    assert book.scale("deed").codes == ("1", "2", "3")
    assert not book.history


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("theme: [", "line 1, is no YAML"),
        ("- theme", "it is no list of scales"),
        (
            "theme:\n  levels: [{code: a, en: A}, {code: a, en: B}]",
            "ours.yaml: the code 'a' stands twice under 'theme'",
        ),
        ("theme:\n  levels: [{code: a, en: Technology}]", "stands for both"),
        ("theme:\n  levels: [{code: a}]", "'a' under 'theme' has no label"),
        ("theme:\n  levels: [{en: A}]", "a level of 'theme' has no code"),
        ("theme:\n  levels: [{code: a, en: A, color: red}]", "unknown key 'color'. Did you mean 'colour'"),
        ("theme:\n  level: []", "unknown key 'level'. Did you mean 'levels'"),
        ("dimension:\n  levels: [{code: trust, en: Trust}]", "the dimension 'trust' has no levels"),
    ],
)
def test_what_is_no_codebook_is_refused_with_the_place(write, text: str, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=message):
        codebook.load(write(text))


def test_a_codebook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="No such file"):
        codebook.load(tmp_path / "none.yaml")


def test_years_of_start_go_on_without_code() -> None:
    start = codebook.scale("start")
    assert start.recognise("Start 2022") == "2022"
    assert start.recognise("2017") is None
    assert start.label("2023", "nl") == "2023"
    grown = codebook.standard().grown("start", ["2023", "2020"]).scale("start")
    assert grown.codes[-3:] == ("2021", "2022", "2023")
    assert codebook.scale("theme").grown(["2023"]).codes == codebook.scale("theme").codes


def test_a_spelling_stands_for_its_code() -> None:
    assert codebook.standard().require("region", "Zuid-Holland Noord") == "zuid-holland-noord"
    with pytest.raises(ParameterError, match="Did you mean 'twente'"):
        codebook.standard().require("region", "Twent")
