from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis import codebook
from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import ParameterError

PRINTED_REGIONS = {
    "AM - Regio Zeeland": "zeeland",
    "AM- Regio Zuid-Hollandse Eilanden": "zuid-hollandse-eilanden",
    "AM - Regio Zuid - Limburg": "zuid-limburg",
    "AM - Regio Zuid- Oost-Brabant": "zuid-oost-brabant",
    "AM - Regio Arnhem (subregio Arnhem)": "arnhem",
    "AM - Regio Arnhem (subregio Food Valley)": "food-valley",
    "AM - Regio Noord-Midden-Limburg": "noord-midden-limburg",
    "AM- Regio Amstelland/Meerlanden": "amstelland-meerlanden",
    "AM - Regio Zuid-HollandNoord": "zuid-holland-noord",
    "AM - Regio Rotterdam (subregio Capelle / Krimpen)": "capelle-krimpen",
    "AM - Regio 't Gooi": "t-gooi",
    "Zorgkantoorregio ’t Gooi / Almere": "t-gooi",
    "Zorgkantoorregio Noord- en Midden Limburg": "noord-midden-limburg",
    "Zorgkantoorregio subregio Nijmegen": "nijmegen",
    "Zorgkantoorregio Amsterdam": "groot-amsterdam",
}


@pytest.mark.parametrize("name", codebook.standard().scales)
def test_codes_are_unique_and_labelled_in_both_languages(name: str) -> None:
    levels = list(scale(name))
    assert len(scale(name).codes) == len(set(scale(name).codes))
    for level in levels:
        assert all(level.labels[language].strip() for language in codebook.LANGUAGES)
        assert all(level.short_labels[language].strip() for language in codebook.LANGUAGES)
    assert all(scale(name).title[language] for language in codebook.LANGUAGES)


@pytest.mark.parametrize("name", codebook.standard().scales)
def test_no_spelling_stands_for_two_codes(name: str) -> None:
    for level in scale(name):
        for spelling in level.spellings:
            assert scale(name).recognise(spelling) == level.code, spelling


@pytest.mark.parametrize(("printed", "code"), PRINTED_REGIONS.items())
def test_regions_are_recognised_as_printed(printed: str, code: str) -> None:
    assert scale("region").recognise(printed) == code


@pytest.mark.parametrize(
    ("name", "printed", "code"),
    [
        ("impact", "Op grote schaal met grote betekenis", "large_much"),
        ("impact", "op GROTE schaal met veel  betekenis ", "large_much"),
        ("holder", "Z&Z", "zorg_en_zekerheid"),
        ("holder", "ENO", "eno"),
        ("theme", "Efficient werken", "efficient_working"),
        ("scalability", "Ja naar enkele andere regio’s", "other_regions"),
        ("participation", "Meer dan 10", "10+"),
        ("vision", "Fase 3: Voorbereidingen getroffen", "3"),
    ],
)
def test_levels_are_recognised_as_printed(name: str, printed: str, code: str) -> None:
    assert scale(name).recognise(printed) == code


def test_what_is_not_a_known_spelling_is_suggested_but_never_recognised() -> None:
    assert scale("region").recognise("Zuid Lmburg") is None
    assert scale("region").suggest("Zuid Lmburg") == "zuid-limburg"
    assert scale("region").suggest("Parijs") is None


def test_afgerond_alone_is_not_guessed_to_be_a_success() -> None:
    assert scale("status").recognise("afgerond") is None


def test_unknown_code_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'twente'"):
        codebook.standard().require("region", "twent")


def test_rated_levels_leave_out_unknown() -> None:
    assert "unknown" in scale("impact").codes
    assert "unknown" not in scale("impact").rated
    assert len(scale("impact").rated) == 6


def test_names_of_regions_are_those_of_the_data() -> None:
    from ivvu_analysis.data import published

    regions = published.read(names=("regions",))["regions"]
    labels = pd.Series([scale("region").label(code, "nl") for code in regions["region"]])
    assert labels.tolist() == regions["name"].tolist()
    assert tuple(regions["region"]) == scale("region").codes


@given(st.text(max_size=40))
def test_any_text_is_recognised_or_not_without_an_error(text: str) -> None:
    for name in ("region", "theme", "impact"):
        assert scale(name).recognise(text) in (None, *scale(name).codes)


def test_a_scale_that_there_is_not_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'impact'"):
        scale("impactt")
