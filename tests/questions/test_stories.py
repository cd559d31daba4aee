"""What the documents tell in words, as a reader gets it: phases, a region's strip, the examples."""

from __future__ import annotations

import pandas as pd
import pytest

from ivvu_analysis import load, official, profile, stories
from ivvu_analysis.data import Evidence


@pytest.fixture(scope="module")
def published() -> Evidence:
    return load(wave="2020-10")


def test_every_list_has_its_places_in_the_language_of_the_reader() -> None:
    assert stories.told("left_out", "en")["place"].tolist() == ["chapter 1, p.\u00a05"]
    assert stories.told("left_out", "nl")["place"].tolist() == ["hoofdstuk 1, p.\u00a05"]
    tasks = stories.told("task", "nl")
    assert len(tasks) == 7
    assert tasks["place"].unique().tolist() == [
        "Meerjarige transformatieagenda Utrecht, 2024: Opgaven ouderenzorg Utrecht, p.\u00a03"
    ]


def test_a_list_that_there_is_not_has_no_rows() -> None:
    assert stories.told("nothing", "en").empty


def test_every_phase_has_a_meaning(published: Evidence) -> None:
    meanings = stories.meanings(published, "en")
    assert meanings.groupby("dimension")["phase"].apply(list).to_dict() == {
        "agreements": list("1234"),
        "dynamics": list("1234"),
        "vision": list("12345"),
    }


def test_the_next_step_of_a_region_is_the_phase_above_its_own(published: Evidence) -> None:
    strip = profile.strip(published, "twente", "en").set_index("dimension")
    assert strip.loc["vision", ["phase", "above"]].tolist() == [4, 18]
    assert strip.loc["vision", "next_step"].startswith("5 Strategic choices made: Strategic choices")
    assert pd.isna(strip.loc["agreements", "next_step"])


def test_each_example_has_its_result_and_is_counted_once(published: Evidence) -> None:
    examples = stories.examples(published)
    assert len(examples) == 35
    assert (examples[["result_en", "result_nl"]].apply(lambda texts: texts.str.len()) > 20).all(axis=None)


def test_a_number_that_rose_is_not_shown_as_a_fall_of_its_share(published: Evidence) -> None:
    """237 of 268 projects ran, then 244 of 318: the share fell, and no project stopped running for it."""
    shown = official.one_each(official.shifts(published))
    assert not shown["subject"].duplicated().any()
    assert ((shown["after"] - shown["before"]) * shown["estimate"] > 0).all()
    assert shown.set_index("subject").loc["status", "level"] == "not_started"


def test_what_a_document_tells_stands_beside_its_own_edition_only(published: Evidence) -> None:
    told = stories.beside(published, "covid", ["agreements"], "nl")
    assert told["place"].tolist() == ["paragraaf 2.1, p.\u00a07"]
    assert stories.beside(load(wave="2020-03"), "covid", ["agreements"], "nl").empty
