from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ivvu_analysis.analyses import utrecht
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.evidence import from_published
from ivvu_analysis.programme import Programme

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return utrecht.read()


def test_completion_has_an_interval_around_each_share(programme: Programme) -> None:
    lines = utrecht.completion(programme, "en").set_index("action_line")
    assert lines.loc["line_3", ["completed", "projects"]].tolist() == [11, 54]
    assert lines.loc["line_3", "estimate"] == pytest.approx(11 / 54)
    assert lines.loc["line_3", ["conf_low", "conf_high"]].tolist() == pytest.approx(
        [0.1177, 0.3290], abs=1e-4
    )
    assert lines["completed"].sum() == 17


def test_who_says_that_a_project_was_completed(programme: Programme) -> None:
    lines = utrecht.completion(programme, "en").set_index("action_line")["reported"]
    assert lines["line_3"] == "Called so in the source"
    assert set(lines.drop("line_3")) == {"Read from the description"}


def test_themes_add_up_to_their_line(programme: Programme) -> None:
    themes = utrecht.themes_of_line_3(programme, "nl")
    assert themes["projects"].sum() == 54
    assert themes[["conf_low", "conf_high"]].to_numpy().tolist() == [[0, 11], [0, 11], [0, 11], [0, 9]]


def test_mentions_go_from_many_to_few_and_count_every_factor(programme: Programme) -> None:
    mentions = utrecht.mentions(programme, "en")
    by_category = mentions.groupby("factor_category", sort=False)["estimate"].sum()
    assert by_category.is_monotonic_decreasing
    factors = programme.factors[programme.factors["kind"].isin(["success_factor", "obstacle"])]
    assert mentions["estimate"].sum() == len(factors)
    assert mentions.groupby("factor_category", sort=False).size().eq(2).all()


@both_languages
def test_most_mentioned_is_the_top_of_the_mentions(programme: Programme, language: Language) -> None:
    top = utrecht.most_mentioned(programme, "obstacle", language)
    obstacles = programme.factors.query("kind == 'obstacle'")
    assert top["total"] == len(obstacles)
    assert top["mentions"] == obstacles["category"].value_counts().max()
    assert top["factor_category"] == {"en": "Staff and capacity", "nl": "Personeel en capaciteit"}[language]


def test_factors_by_subject_leave_none_out(programme: Programme) -> None:
    subjects = utrecht.factors_by_subject(programme, "en")
    assert subjects[["success_factor", "obstacle", "insight"]].to_numpy().sum() == len(programme.factors)
    assert subjects["named"].sum() == (programme.factors["reported_as"] == "named").sum()


def test_origin_names_documents_with_their_headings() -> None:
    one = pd.DataFrame({"document": ["a", "a", "b"], "section": ["X, first", "X, second", "Y"]})
    assert utrecht.origin(one, one) == {"a": "X, first; X, second", "b": "Y"}


def test_origin_of_many_headings_names_their_chapters() -> None:
    many = pd.DataFrame({"document": ["a"] * 4, "section": ["X, 1", "X, 2", "Y, 1", "Z"]})
    assert utrecht.origin(many) == {"a": "X; Y; Z"}


def test_files_are_the_tables_of_the_programme() -> None:
    files = utrecht.files()
    assert "utrecht/gap.csv" in files
    assert all(name.startswith("utrecht/") and len(digest) == 64 for name, digest in files.items())


def test_budget_shares_add_up(programme: Programme) -> None:
    shares = utrecht.budget_shares(programme)
    assert shares.sum() == pytest.approx(1)
    assert shares["wlz"] == pytest.approx(980872 / 1149373, abs=1e-6)


def test_ibs_parts_make_their_totals(programme: Programme) -> None:
    found = utrecht.ibs(programme, "en").groupby("measure_text")[["number", "share"]].sum()
    assert found["number"].tolist() == [110, 110]
    assert found["share"].tolist() == pytest.approx([1, 1])


@both_languages
def test_innovation_tells_every_activity_once(programme: Programme, language: Language) -> None:
    phases = utrecht.innovation(programme, language)
    assert len(phases) == 4
    told = phases[["consists_of", "done", "planned"]].agg("; ".join, axis=1).str.cat(sep="; ")
    assert told.count(";") + 1 == len(programme.innovation_network)
    assert not (phases == "").any(axis=None)


def test_core_figures_are_those_of_the_members(programme: Programme) -> None:
    figures = utrecht.core_figures(programme, "en").set_index("figure_text")
    assert figures.loc["Staff", ["figure", "figure_unit", "dated"]].tolist() == [24725, "persons", "2021"]
    assert len(figures) == 14


@both_languages
def test_notes_name_both_documents_where_two_differ(programme: Programme, language: Language) -> None:
    documents = from_published().documents
    notes = utrecht.notes(programme, documents, ["internal", "between"], language)
    between = notes[notes["note_kind"] == notes["note_kind"].iloc[-1]]
    assert between["found_in"].str.contains(";").all()
    assert (
        not notes.loc[notes["note_kind"] != notes["note_kind"].iloc[-1], "found_in"].str.contains(";").any()
    )


def test_notes_on_the_progress_report_are_left_to_its_own_report(programme: Programme) -> None:
    own = programme.source_notes.assign(document=utrecht.PROGRESS_REPORT)
    told = utrecht.notes(replace(programme, source_notes=own), from_published().documents, ["internal"], "en")
    assert told.empty
