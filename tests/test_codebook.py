from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis import codebook
from ivvu_analysis.codebook import scale
from ivvu_analysis.data import published
from ivvu_analysis.errors import ParameterError


@pytest.mark.parametrize("name", codebook.standard().scales)
def test_codes_are_unique_labelled_in_both_languages_and_have_spellings_of_their_own(name: str) -> None:
    known = scale(name)
    assert len(known.codes) == len(set(known.codes))
    for language in codebook.LANGUAGES:
        assert known.title[language]
        assert all(level.labels[language].strip() for level in known)
        assert all(level.short_labels[language].strip() for level in known)
    taken = [(level.code, spelling) for level in known for spelling in level.spellings]
    assert [(known.recognise(spelling), spelling) for _, spelling in taken] == taken


@pytest.mark.parametrize(
    ("name", "printed", "code"),
    [
        ("region", "AM- Regio Zuid-Hollandse Eilanden", "zuid-hollandse-eilanden"),
        ("region", "AM - Regio Zuid - Limburg", "zuid-limburg"),
        ("region", "AM - Regio Zuid- Oost-Brabant", "zuid-oost-brabant"),
        ("region", "AM - Regio Arnhem (subregio Arnhem)", "arnhem"),
        ("region", "AM- Regio Amstelland/Meerlanden", "amstelland-meerlanden"),
        ("region", "AM - Regio Zuid-HollandNoord", "zuid-holland-noord"),
        ("region", "AM - Regio Rotterdam (subregio Capelle / Krimpen)", "capelle-krimpen"),
        ("region", "Zorgkantoorregio ’t Gooi / Almere", "t-gooi"),
        ("region", "Zorgkantoorregio Noord- en Midden Limburg", "noord-midden-limburg"),
        ("region", "Zorgkantoorregio subregio Nijmegen", "nijmegen"),
        ("impact", "Op grote schaal met grote betekenis", "large_much"),
        ("impact", "op GROTE schaal met veel  betekenis ", "large_much"),
        ("holder", "Z&Z", "zorg_en_zekerheid"),
        ("holder", "ENO", "eno"),
        ("theme", "Efficient werken", "efficient_working"),
        ("scalability", "Ja naar enkele andere regio’s", "other_regions"),
        ("participation", "Meer dan 10", "10+"),
        ("vision", "Fase 3: Voorbereidingen getroffen", "3"),
        ("start", "Start 2022", "2022"),  # years go on without a code
        ("start", "2017", None),
        ("status", "afgerond", None),  # and not guessed to be a success
        ("region", "Zuid Lmburg", None),
    ],
)
def test_levels_are_recognised_as_printed_and_nothing_else(name: str, printed: str, code: str | None) -> None:
    assert scale(name).recognise(printed) == code


def test_what_is_not_a_known_spelling_is_suggested() -> None:
    assert scale("region").suggest("Zuid Lmburg") == "zuid-limburg"
    assert scale("region").suggest("Parijs") is None
    with pytest.raises(ParameterError, match="Did you mean 'twente'"):
        codebook.standard().require("region", "twent")
    with pytest.raises(ParameterError, match="Did you mean 'impact'"):
        scale("impactt")


def test_years_of_start_go_on_without_a_code() -> None:
    assert scale("start").label("2023", "nl") == "2023"
    assert scale("start").grown(["2023", "2020"]).codes[-3:] == ("2021", "2022", "2023")
    assert scale("theme").grown(["2023"]).codes == scale("theme").codes


def test_rated_levels_leave_out_unknown() -> None:
    assert "unknown" in scale("impact").codes
    assert "unknown" not in scale("impact").rated
    assert len(scale("impact").rated) == 6


def test_names_of_regions_are_those_of_the_data() -> None:
    regions = published.read(names=("regions",))["regions"]
    known = scale("region")
    assert regions["name"].tolist() == [known.label(code, "nl") for code in known.codes]
    assert tuple(regions["region"]) == known.codes


@given(st.text(max_size=40))
def test_any_text_is_recognised_or_not_without_an_error(text: str) -> None:
    for name in ("region", "theme", "impact"):
        assert scale(name).recognise(text) in (None, *scale(name).codes)
