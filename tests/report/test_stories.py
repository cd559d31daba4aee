from __future__ import annotations

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.report.stories import stories
from ivvu_analysis.report.text import Words


def told(**fields: str) -> pd.DataFrame:
    usual = {"title": "RAAK", "theme": "technology", "summary": "What.", "result": "Outcome."}
    return pd.DataFrame([usual | fields])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_has_a_heading_a_theme_and_two_paragraphs(language: Language) -> None:
    html = stories(told(), Words(language))
    assert html.startswith('<h3 lang="nl">RAAK</h3>')
    assert {"en": "Theme: Technology", "nl": "Hoofdrubriek: Technologie"}[language] in html
    assert html.endswith("<p>What.</p><p>Outcome.</p>")


@pytest.mark.parametrize("field", ["title", "summary", "result"])
def test_text_is_shown_as_text(field: str) -> None:
    html = stories(told(**{field: "<script>alert(1)</script>"}), Words("en"))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_stories_stand_in_their_order() -> None:
    html = stories(pd.concat([told(title="First"), told(title="Second")]), Words("en"))
    assert html.index("First") < html.index("Second")
