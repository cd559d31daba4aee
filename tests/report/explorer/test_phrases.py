from __future__ import annotations

import re
from pathlib import Path

import ivvu_analysis.report.explorer as explorer
from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.report.explorer.phrases import phrases

FIELD = re.compile(r"{([^{}:]+)")


def test_every_phrase_is_there_in_both_languages_with_the_same_fields() -> None:
    for name, texts in phrases().items():
        assert set(texts) == set(LANGUAGES), name
        assert all(text.strip() for text in texts.values()), name
        english, dutch = (sorted(set(FIELD.findall(texts[language]))) for language in LANGUAGES)
        assert english == dutch, name


def test_every_phrase_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in Path(explorer.__file__).parent.glob("*.py"))
    composed = ("map_", "no_map_", "distribution_", "intervals_", "all_", "expected_", "tab_")
    unused = [name for name in phrases() if not re.search(f"[\"']{name}[\"']", code)]
    assert [name for name in unused if not name.startswith(composed)] == []
