from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch.yaml_lines import Document, read_document
from ivvu_analysis.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Read = Callable[[str], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def from_text(text: str) -> Document:
        path = tmp_path / "demo.yaml"
        path.write_text(text, encoding="utf-8")
        return read_document(path)

    return from_text


def test_values_are_plain_and_have_lines(read: Read) -> None:
    document = read("a: [1, 2.5, yes]\nb:\n  - c: true\n    d: \n  - Zoë 😀\n")
    assert document.value == {"a": [1, 2.5, "yes"], "b": [{"c": True, "d": None}, "Zoë 😀"]}
    assert document.at(("b", 0, "d")).endswith("demo.yaml, line 4")
    assert document.at(("b", 1, "nowhere")).endswith("demo.yaml, line 5")
    assert document.at(("nowhere",)).endswith("demo.yaml")


def test_of_merged_mappings_the_nearest_wins(read: Read) -> None:
    document = read(
        """
first: &first {a: 1, b: 1, c: 1}
second: &second {c: 2, d: 2}
block:
  a: 0
  <<: *first
flow: {<<: [*first, *second], b: 0}
"""
    )
    assert document.value["block"] == {"a": 0, "b": 1, "c": 1}
    assert document.value["flow"] == {"a": 1, "b": 0, "c": 1, "d": 2}
    assert document.at(("block", "a")).endswith("line 5")  # where it is said
    assert document.at(("block", "b")).endswith("line 2")  # where it is taken from


def test_a_name_that_is_given_anew_is_no_reason_to_warn(read: Read, recwarn: pytest.WarningsRecorder) -> None:
    assert read("a: &x 1\nb: &x 2\nc: *x").value == {"a": 1, "b": 2, "c": 2}
    assert not recwarn.list


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("2020-13-45", "line 2: '2020-13-45' is of the kind 'date'"),
        ("9" * 5000, "line 2: '999999999999...9999999999999' is not a value"),
        ("!!int foo", "line 2: 'foo' is not a value of the kind"),
        ("!!float foo", "line 2: 'foo' is not a value of the kind"),
        ("!!bool foo", "line 2: 'foo' is not a value of the kind"),
        ("!!binary foo", "line 2: 'foo' is of the kind 'binary'"),
        ("!foo bar", "line 2: 'bar' is of the kind '!foo'"),
        ("!foo [a]", "line 2: the tag '!foo' means nothing"),
        ("!foo {a: 1}", "line 2: the tag '!foo' means nothing"),
        ("!!omap [a: 1]", "line 2: the tag 'tag:yaml.org,2002:omap' means nothing"),
        ("!!python/object/apply:os.system [ls]", "os.system' means nothing"),
        (r'"\ud800x"', r"line 2: the text '\ud800x' holds a character"),
        (r'"a\0b"', r"line 2: the text 'a\x00b' holds a character"),
        ("{1: a}", "line 2: a key must be text"),
        ("{[a, b]: c}", "line 2: a key must be text"),
        ("{a: 1, a: 2}", "line 2: this is not valid YAML: the key 'a' is there twice"),
        ("{<<: a}", "line 2: only a mapping can be merged"),
        ("*x", "line 2: this is not valid YAML: found undefined alias 'x'"),
        ("[" * 300, "demo.yaml"),  # how deep is too deep depends on what reads it
        ("[" * 3000, "nested too deeply"),
        ("[" * 3000 + "]" * 3000, "nested too deeply"),
        ("&a [*a]", "a part of it holds itself"),
        ("&a {<<: *a}", "a part of it holds itself"),
    ],
)
def test_what_no_suite_can_hold_is_refused_with_its_line(read: Read, value: str, complaint: str) -> None:
    with pytest.raises(SuiteError) as refusal:
        read(f"a: 1\nb: {value}")
    assert complaint in str(refusal.value)


def test_whatever_the_library_raises_is_one_message(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IndexError("why\nand more")

    monkeypatch.setattr("ivvu_analysis.batch.yaml_lines.YAML.compose", fail)
    with pytest.raises(SuiteError, match=r"demo\.yaml: this is not valid YAML: why\."):
        read("a: 1")


def test_names_within_names_do_not_multiply_without_end(read: Read) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30))]
    with pytest.raises(SuiteError, match="there are more than 100,000 values"):
        read("\n".join(lines))
