"""What is told of the example projects, held against the list of examples and against itself."""

from __future__ import annotations

import re

import pytest

from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.data import from_published

PARTS = ("summary", "result")


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:[.,]\d+)?", text.replace(",", ".")))


def test_every_example_is_told_once_and_in_the_order_of_the_list() -> None:
    evidence = from_published()
    named = ["region", "title"]
    assert evidence.example_notes[named].equals(evidence.example_projects[named])


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_give_the_same_figures(part: str) -> None:
    for row in from_published().example_notes.to_dict("records"):
        english, dutch = (numbers(row[f"{part}_{language}"]) for language in LANGUAGES)
        assert english == dutch, row["title"]


@pytest.mark.parametrize("column", [f"{part}_{language}" for part in PARTS for language in LANGUAGES])
def test_notes_are_one_to_three_whole_sentences(column: str) -> None:
    for text in from_published().example_notes[column]:
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert 1 <= len(re.findall(r"[.!?](?: |$)", text)) <= 4, text
        assert not re.search("@|http", text)
