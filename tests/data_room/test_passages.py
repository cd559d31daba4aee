"""What the sources say in words: where it stands, once, in both languages, and about nobody by name."""

import re
from pathlib import Path

import pytest

from ivvu_analysis import codebook, data
from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.data import from_published
from ivvu_analysis.data.references import REPORT
from ivvu_analysis.errors import DataError

PASSAGES = data.read(names=("passages",))["passages"]


def test_each_item_has_its_document_and_place() -> None:
    assert set(PASSAGES["document"]) <= set(data.describe()["documents"])
    numbered = PASSAGES[PASSAGES["document"] == REPORT]  # which has page numbers from end to end
    pages, sections = (numbered[name].str.split("; ") for name in ("page", "section"))
    assert (pages.str.len() == sections.str.len()).all()
    assert pages.explode().astype(int).between(1, 51).all()
    assert sections.explode().str.fullmatch(r"letter|\d(\.\d)*|appendix [12]").all()


def test_an_item_stands_once_and_is_told_in_two_languages() -> None:
    assert not PASSAGES.duplicated(["list", "item"]).any()
    long = PASSAGES[PASSAGES["text_en"].str.split().str.len() > 4]
    assert (long["text_en"] != long["text_nl"]).all()
    assert PASSAGES[["text_en", "text_nl"]].apply(lambda texts: texts.str.len().max()).max() <= 170


def test_regions_are_written_with_their_codes() -> None:
    lists = ("reflection_adapted", "medical_care_regions", "video_calling", "new_ways_regions")
    named = PASSAGES[PASSAGES["list"].isin(lists)]
    assert set(named["item"]) <= set(codebook.scale("region").codes)


def test_nobody_is_named() -> None:
    told = " ".join([*PASSAGES["text_en"], *PASSAGES["text_nl"]])
    assert not re.search(r"\b(?:dhr|mevr|mw|mr|mrs|drs)\b\.?|@|\b0\d{1,3}[- ]\d", told, flags=re.IGNORECASE)


def test_an_empty_place_is_refused(tmp_path: Path) -> None:
    for name in ("datapackage.json", "passages.csv"):
        text = (data.folder() / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(",3.3,", ",,"), encoding="utf-8")
    with pytest.raises(DataError, match="'section' is empty"):
        data.read(tmp_path, ("passages",))


def test_every_example_is_told_once_and_in_the_order_of_the_list() -> None:
    evidence = from_published()
    named = ["region", "title"]
    assert evidence.example_notes[named].equals(evidence.example_projects[named])


@pytest.mark.parametrize("part", ["summary", "result"])
def test_examples_are_told_in_a_few_sentences_with_the_same_figures_in_both_languages(part: str) -> None:
    for row in from_published().example_notes.to_dict("records"):
        texts = [row[f"{part}_{language}"] for language in LANGUAGES]
        english, dutch = (sorted(re.findall(r"\d+(?:\.\d+)?", text.replace(",", "."))) for text in texts)
        assert english == dutch, row["title"]
        for text in texts:
            assert text[0].isupper() or text[0].isdigit()
            assert text.endswith(".")
            assert 1 <= len(re.findall(r"[.!?](?: |$)", text)) <= 4, text
            assert not re.search("@|http", text)
