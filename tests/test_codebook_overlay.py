"""A codebook of one's own, laid over ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis import codebook
from ivvu_analysis.errors import DataError, ParameterError

OOST = "code: oost, nl: Oost, within: menzis"


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


def test_a_number_or_a_word_of_yaml_is_text_where_text_is_asked_for(write) -> None:  # type: ignore[no-untyped-def]
    book = codebook.load(write("theme:\n  levels: [{code: NO, nl: 12, variants: [on, 3], missing: yes}]"))
    level = book.scale("theme").level("NO")
    assert (level.spellings, level.missing) == (("NO", "12", "12", "on", "3"), True)


def test_years_stand_in_their_order_wherever_they_are_added(write) -> None:  # type: ignore[no-untyped-def]
    book = codebook.load(write('start:\n  levels: [{code: "2017", en: "2017"}, {code: 2022-2023, nl: of}]'))
    assert book.scale("start").codes == ("2017", "2018-2019", "2020", "2021", "2022-2023")
    assert book.scale("start").recognise("2023") is None
    assert book.grown("start", ["2025"]).scale("start").codes[-2:] == ("2024", "2025")


def test_a_replaced_scale_keeps_only_the_subsets_that_are_whole(write) -> None:  # type: ignore[no-untyped-def]
    kept = ("technology", "retention", "new_ways_of_working")
    text = "theme:\n  replace: true\n  levels:\n" + "".join(f"  - {{code: {c}, nl: {c}}}\n" for c in kept)
    assert set(codebook.load(write(text)).scale("theme").subsets) == {"developing"}


def test_a_ladder_without_a_title_is_called_as_it_is_listed(write) -> None:  # type: ignore[no-untyped-def]
    ladder = "dimension:\n  levels: [{code: network, en: Network, nl: Netwerk}]\n"
    book = codebook.load(write(ladder + "network:\n  levels: [{code: 1, nl: een}, {code: 2, nl: twee}]\n"))
    assert book.scale("network").title == {"en": "Network", "nl": "Netwerk"}
    assert codebook.load(write("theme:\n  title: {nl: Rubriek}")).scale("theme").title["en"] == "Theme"


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
        ("dimension:\n  levels: [{code: x, en: X}]\nx:\n  levels: []", "'x' has no levels"),
        ("themes:\n  levels: [{code: a, en: A}]", "there is no scale 'themes'. Did you mean 'theme'"),
        (
            "theme:\n  levels: [{code: a, nl: A, variants: Wonen}]",
            "'variants' of 'a' under 'theme' is Wonen. Give a list of texts",
        ),
        (
            "theme:\n  levels: [{code: a, nl: A, short: Wonen}]",
            "'short' of 'a' under 'theme' is Wonen. Give labels",
        ),
        ("theme:\n  levels:\n", "'levels' of 'theme' is empty. Give a list of codes"),
        ("theme:\n  levels: [housing]", "a level of 'theme' has no code: housing"),
        ("theme:\n  subsets: [a]", "'subsets' of 'theme' is .* Give lists of codes by name"),
        ("theme:\n  subsets: {letter: [tecnology]}", "none of its codes. Did you mean 'technology'"),
        ("theme:\n  replace: ours", "'replace' of 'theme' is ours. Give true or false"),
        ("theme:\n  replace: true", "'theme' has no levels"),
        ('region:\n  prefix: "(regio"', "'prefix' of 'region' is .* Give a regular expression"),
        (
            f"region:\n  levels: [{{{OOST}, since: maart 2021}}]",
            "'since' of 'oost' .* is maart 2021. Give year and month",
        ),
        ("region:\n  levels: [{code: twente, until: 2021}]", r"'until' of 'twente' .* is 2021\."),
        ("region:\n  levels: [{code: twente, until: 2021-03-01}]", r"is 2021-03-01\."),
        ('region:\n  levels: [{code: twente, tile: "4,6"}]', "'tile' .* Give a row and a column"),
        (f"region:\n  levels: [{{{OOST}, since: 2021-03, until: 2021-03, into: [oost]}}]", "none by then"),
        ("region:\n  levels: [{code: zeeland, within: Menzis}]", "and no holder. Did you mean 'menzis'"),
        (
            "holder:\n  replace: true\n  levels: [{code: us, nl: Wij}]",
            "'within' of 'zeeland' .* and no holder",
        ),
        ("region:\n  levels: [{code: all, nl: Alle, within: cz}]", "the code 'all' under 'region'"),
        (
            "start:\n  levels: [{code: unknown, nl: Onbekend, missing: true}]",
            "'unknown' is no code of 'start'",
        ),
        ("participation:\n  levels: [{code: veel, nl: Veel}]", "'veel' is no code of 'participation'"),
        ("vision:\n  levels: [{code: 7, nl: x}]", "the phases of 'vision' have the codes 1, 2, 3, 4, 5, 7"),
        (
            "measure:\n  replace: true\n  levels: [{code: cost, nl: Kosten}]",
            "its measures are cost, .* fixed",
        ),
        (
            "measure:\n  replace: true\n  levels: [{code: impact, nl: Impact}]",
            "its measures are impact, .* fixed",
        ),
        (
            "impact:\n  replace: true\n  levels: [{code: low, nl: laag}]",
            "does not say which .* are 'reached'",
        ),
        ("columns:\n  cost: {kind: count}", "the column 'cost' has no label"),
        ("columns:\n  cost: Kosten", "the column 'cost' is Kosten. Give labels by language"),
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
