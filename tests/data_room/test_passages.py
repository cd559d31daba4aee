"""What the sources say in words: where it stands, once, in both languages, and about nobody by name."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis import codebook, data
from ivvu_analysis.data.references import REPORT
from ivvu_analysis.errors import DataError

NUMBERED = (REPORT,)  # documents whose text has page numbers from end to end


@pytest.fixture(scope="module")
def passages() -> pd.DataFrame:
    return data.read(names=("passages",))["passages"]


def test_each_item_has_its_document_and_place(passages: pd.DataFrame) -> None:
    assert set(passages["document"]) <= set(data.describe()["documents"])
    numbered = passages[passages["document"].isin(NUMBERED)]
    pages, sections = (numbered[name].str.split("; ") for name in ("page", "section"))
    assert (pages.str.len() == sections.str.len()).all()
    assert pages.explode().astype(int).between(1, 51).all()
    assert sections.explode().str.fullmatch(r"letter|\d(\.\d)*|appendix [12]").all()
    assert passages["section"].str.len().min() > 0


def test_an_item_stands_once_and_is_told_in_two_languages(passages: pd.DataFrame) -> None:
    assert not passages.duplicated(["list", "item"]).any()
    long = passages[passages["text_en"].str.split().str.len() > 4]
    assert (long["text_en"] != long["text_nl"]).all()
    assert passages[["text_en", "text_nl"]].apply(lambda texts: texts.str.len().max()).max() <= 170


def test_every_phase_of_every_ladder_has_its_meaning(passages: pd.DataFrame) -> None:
    for ladder in codebook.standard().dimensions:
        meanings = passages.query("list == @ladder")
        assert tuple(meanings["item"]) == codebook.scale(ladder).codes


def test_regions_are_written_with_their_codes(passages: pd.DataFrame) -> None:
    lists = ("reflection_adapted", "medical_care_regions", "video_calling", "new_ways_regions")
    named = passages[passages["list"].isin(lists)]
    assert set(named["item"]) <= set(codebook.scale("region").codes)


def test_nobody_is_named(passages: pd.DataFrame) -> None:
    told = " ".join([*passages["text_en"], *passages["text_nl"]])
    assert not re.search(r"\b(?:dhr|mevr|mw|mr|mrs|drs)\b\.?|@|\b0\d{1,3}[- ]\d", told, flags=re.IGNORECASE)


def test_an_empty_place_is_refused(tmp_path: Path) -> None:
    for name in ("datapackage.json", "passages.csv"):
        text = (data.folder() / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(",3.3,", ",,"), encoding="utf-8")
    with pytest.raises(DataError, match="'section' is empty"):
        data.read(tmp_path, ("passages",))
