"""A codebook of one's own, laid over ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Codebook
from ivvu_analysis.errors import DataError

OOST = "code: oost, nl: Oost, within: menzis"

Load = Callable[[str], Codebook]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Read a codebook of this text."""

    def go(text: str) -> Codebook:
        path = tmp_path / "ours.yaml"
        path.write_text(text, encoding="utf-8")
        return codebook.load(path)

    return go


def test_a_level_is_added_and_another_renamed(load: Load) -> None:
    book = load("""
theme:
  levels:
    - {code: housing, en: Housing, nl: Wonen, variants: [woonzorg]}
    - {code: technology, en: Care technology}
region:
  levels:
    - {code: flevopolder, nl: Flevopolder, within: vgz, tile: [3, 4], since: 2021-03}
    - {code: flevoland, until: 2020-10, into: [flevopolder]}
""")
    theme = book.scale("theme")
    assert theme.codes == (*codebook.scale("theme").codes, "housing")
    assert theme.level("technology").labels == {"en": "Care technology", "nl": "Technologie"}
    assert theme.recognise("Woonzorg") == "housing"
    assert theme.recognise("zorgtechnologie") == "technology"
    there = [{"flevoland", "flevopolder"} & {*book.regions_at(wave)} for wave in ("2020-10", "2021-03")]
    assert there == [{"flevoland"}, {"flevopolder"}]
    assert book.scale("region").level("flevopolder").tile == (3, 4)
    assert book.history


def test_a_number_or_a_word_of_yaml_is_text_where_text_is_asked_for(load: Load) -> None:
    book = load("theme:\n  levels: [{code: NO, nl: 12, variants: [on, 3], missing: yes}]")
    level = book.scale("theme").level("NO")
    assert (level.spellings, level.missing) == (("NO", "12", "12", "on", "3"), True)


def test_years_stand_in_their_order_wherever_they_are_added(load: Load) -> None:
    book = load('start:\n  levels: [{code: "2017", en: "2017"}, {code: 2022-2023, nl: of}]')
    assert book.scale("start").codes == ("2017", "2018-2019", "2020", "2021", "2022-2023")
    assert book.scale("start").recognise("2023") is None
    assert book.grown("start", ["2025"]).scale("start").codes[-2:] == ("2024", "2025")


def test_a_replaced_scale_keeps_only_the_subsets_that_are_whole(load: Load) -> None:
    kept = ("technology", "retention", "new_ways_of_working")
    text = "theme:\n  replace: true\n  levels:\n" + "".join(f"  - {{code: {c}, nl: {c}}}\n" for c in kept)
    assert set(load(text).scale("theme").subsets) == {"developing"}


def test_a_ladder_without_a_title_is_called_as_it_is_listed(load: Load) -> None:
    ladder = "dimension:\n  levels: [{code: network, en: Network, nl: Netwerk}]\n"
    book = load(ladder + "network:\n  levels: [{code: 1, nl: een}, {code: 2, nl: twee}]\n")
    assert book.scale("network").title == {"en": "Network", "nl": "Netwerk"}
    assert load("theme:\n  title: {nl: Rubriek}").scale("theme").title["en"] == "Theme"


def test_another_programme_replaces_scales_and_has_no_published_history(load: Load) -> None:
    levels = "levels: [{code: 1, en: one}, {code: 2, en: two}, {code: 3, en: three}]"
    ladders = "replace: true\n  levels: [{code: plan, en: Plan}, {code: deed, en: Deed}]"
    book = load(f"dimension:\n  {ladders}\nplan:\n  {levels}\ndeed:\n  {levels}\n")
    assert book.dimensions == ("plan", "deed")
    assert book.scale("deed").codes == ("1", "2", "3")
    assert not book.history


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("theme: [", "line 1: this codebook cannot be read as YAML"),
        ("- theme", "a codebook must be a mapping of scales"),
        ("themes:\n  levels: [{code: a, en: A}]", "there is no scale 'themes'. Did you mean 'theme'"),
        ("dimension:\n  levels: [{code: trust, en: Trust}]", "the dimension 'trust' has no levels"),
        ("dimension:\n  levels: [{code: x, en: X}]\nx:\n  levels: []", "'x' has no levels"),
        (
            "title: {en: Ours}",
            "line 1: the key 'en' is not known here. Choose one of: levels, ordered, prefix",
        ),
        ("columns:\n  cost: {kind: count}", "the column 'cost' has no label"),
        ("columns:\n  cost: Kosten", "line 2: 'columns' must be labels by language"),
    ],
)
def test_what_is_no_codebook_is_refused(load: Load, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load(text)


@pytest.mark.parametrize(
    ("scale", "said", "message"),
    [
        (
            "theme",
            "levels: [{code: a, en: A}, {code: a, en: B}]",
            "line 1: the code 'a' stands twice under 'theme'",
        ),
        ("theme", "levels: [{code: a, en: Technology}]", "stands for both"),
        ("theme", "levels: [{code: a}]", "'a' under 'theme' has no label"),
        ("theme", "levels: [housing]", "line 2: 'levels' must be a list of codes with labels"),
        ("theme", "levels: [{en: A}]", "line 2: 'code' is missing"),
        ("theme", "levels:\n  - {code: a, en: A}\n  - color: red", "line 4: .* Did you mean 'colour'"),
        (
            "theme",
            "levels: [{code: a, fr: A}]",
            "the key 'fr' is not known here. .* such as code, colour, en",
        ),
        (
            "theme",
            "levels: [{code: technology, colour: red}]",
            "'colour' of 'technology' .* is red. Give a hash",
        ),
        (
            "theme",
            "levels: [{code: technology, colour: '#fff'}]",
            "'colour' of 'technology' .* is #fff. Give",
        ),
        ("theme", "level: []", "line 2: the key 'level' is not known here. Did you mean 'levels'"),
        ("theme", "replace: ours", "line 2: 'replace' must be true or false"),
        ("theme", "replace: true", "'theme' has no levels"),
        ("theme", "subsets: [a]", "'subsets' must be lists of codes by name"),
        ("theme", "subsets: {letter: [tecnology]}", "none of its codes. Did you mean 'technology'"),
        ("theme", "levels: [{code: a, short: Wonen}]", "'short' must be labels by language"),
        ("region", 'prefix: "(regio"', "line 1: 'prefix' must be a regular expression"),
        (
            "region",
            f"levels: [{{{OOST}, since: maart 2021}}]",
            "'since' of 'oost' .* is maart 2021. Give year",
        ),
        ("region", "levels: [{code: twente, until: 2021}]", r"'until' of 'twente' .* is 2021\."),
        ("region", 'levels: [{code: twente, tile: "4,6"}]', "'tile' must be a row and a column"),
        ("region", f"levels: [{{{OOST}, since: 2021-03, until: 2021-03, into: [oost]}}]", "none by then"),
        (
            "region",
            "levels:\n  - {code: twente, until: 2021-03, into: [achterhoek]}\n"
            "  - {code: achterhoek, until: 2021-03, into: [twente]}",
            "becomes 'achterhoek', which is none by then. Correct 'into'",
        ),
        ("region", "levels: [{code: zeeland, within: Menzis}]", "and no holder. Did you mean 'menzis'"),
        ("region", "levels: [{code: all, nl: Alle, within: cz}]", "the code 'all' under 'region'"),
        (
            "holder",
            "replace: true\n  levels: [{code: us, nl: Wij}]",
            "'within' of 'zeeland' .* and no holder",
        ),
        ("start", "levels: [{code: none, nl: Geen, missing: true}]", "'none' is no code of 'start'"),
        ("participation", "levels: [{code: veel, nl: Veel}]", "'veel' is no code of 'participation'"),
        ("vision", "levels: [{code: 7, nl: x}]", "the phases of 'vision' have the codes 1, 2, 3, 4, 5, 7"),
        (
            "measure",
            "replace: true\n  levels: [{code: cost, nl: x}]",
            "line 1: the measures are cost, .* fixed",
        ),
        ("impact", "replace: true\n  levels: [{code: low, nl: x}]", "does not say which .* are 'reached'"),
    ],
)
def test_what_no_scale_can_say_or_mean_is_refused_with_the_place(
    load: Load, scale: str, said: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        load(f"{scale}:\n  {said}")


def test_a_codebook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nine.yaml").touch()
    with pytest.raises(DataError, match=r"There is no codebook .* Did you mean 'nine\.yaml'"):
        codebook.load(tmp_path / "none.yaml")
    with pytest.raises(DataError, match=r"The codebook .* cannot be read: .*\. Name a file"):
        codebook.load(tmp_path)
