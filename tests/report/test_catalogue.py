"""The Dutch catalogue: whole, current, and applied paragraph by paragraph."""

import re
from pathlib import Path

from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.report.catalogue import messages, paragraphs, translate, translated

ROOT = Path(__file__).parents[2]
FIELDS = re.compile(r"\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|%\(\w+\)s")


def test_what_is_not_in_the_catalogue_stays() -> None:
    assert translate("No such text", "nl") == "No such text"
    assert translate("Contents", "en") == "Contents"


def test_a_heading_and_a_paragraph_are_translated_apart() -> None:
    text = "## How to read them\n\nNot there.\n\n```\nContents\n```\n"
    assert translated(text, "nl") == "## Hoe u ze leest\n\nNot there.\n\n```\nContents\n```\n"
    assert paragraphs("one\ntwo\n\n- a\n- b") == ["one two", "a", "b"]


@given(st.text(alphabet="ab \n#-*`", max_size=80))
def test_english_stays_as_it_is_written(text: str) -> None:
    assert translated(text, "en") == text


def test_fields_are_the_same_in_both_languages() -> None:
    for english, dutch in messages("nl").items():
        assert set(FIELDS.findall(english)) == set(FIELDS.findall(dutch)), english


def test_the_catalogue_is_whole_and_has_nothing_that_is_gone(tmp_path: Path) -> None:
    """Every English text that a reader can meet, as `make messages` finds it, is in it, and no other."""
    pot = str(tmp_path / "ivvu.pot")
    how = ["-F", str(ROOT / "pyproject.toml"), "-k", "later say translate gettext", "-o", pot]
    rooms = [str(ROOT / "ivvu_analysis"), str(ROOT / "notebooks")]
    CommandLineInterface().run(["pybabel", "-q", "extract", *how, *rooms])
    with open(pot, "rb") as file:
        used = {str(one.id) for one in read_po(file) if one.id}
    assert used - set(messages("nl")) == set(), "untranslated: run make messages"
    assert set(messages("nl")) - used == set(), "no longer used: run make messages"
