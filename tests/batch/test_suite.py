from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch.suite import read_suite
from ivvu_analysis.errors import SuiteError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project


def test_yaml_is_read_by_the_rules_of_version_1_2_and_of_merged_mappings_the_nearest_wins(
    project: Project,
) -> None:
    values = "a: NO, b: 12:30, c: 2020-10, d: on, e: 010, f: 1e3, g: 2020-10-01"
    text = f"parameters: &all {{{values}}}\nreports: [{{notebook: x, parameters: {{a: YES, <<: *all}}}}]"
    contents = read_suite(project.suite(text)).contents
    plain = {"a": "NO", "b": "12:30", "c": "2020-10", "d": "on", "e": 10, "f": 1000.0, "g": "2020-10-01"}
    assert contents.parameters == plain
    assert contents.reports[0].parameters == {**plain, "a": "YES"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("reports: [{notebook: x}", "line 1: this suite cannot be read as YAML"),
        ("title: \x07", "special characters are not allowed. Look at indents and quotes."),
        ("a: 1\na: 2\nreports: [{notebook: x}]", "cannot be read as YAML"),
        ("", "a suite must be a mapping, with the list of its reports under `reports`"),
        ("title: x", "'reports' is missing"),
        ("reports: []", "line 1: 'reports' must be a list of mappings"),
        ("reports: [x]", "'reports' must be a list of mappings"),
        ("reports:\n  - notebok: x", "line 2: the key 'notebok' is not known here. Did you mean 'notebook'"),
        ("reprots:\n  - notebook: x", "Did you mean 'reports'"),
        (
            "reports:\n  - notebook: x\n    title: Foo",
            "line 3: the key 'title' is not known here. Choose one of: for_each, notebook, parameters.",
        ),
        (
            "reports:\n  - notebook: x\nfor_each: {a: all}",
            "line 3: the key 'for_each' is not known here. Choose one of: parameters, previous, reports",
        ),
        ("reports:\n  - notebook: 3", "line 2: 'notebook' must be the name of a notebook"),
        ("reports:\n- notebook: x\n  for_each: {a: [b], c: [d]}", "line 3: 'for_each' must be one parameter"),
        ("reports:\n- notebook: x\n  for_each: {region: some}", "line 3: 'for_each' must be one parameter"),
        ("reports:\n- notebook: x\n  for_each: {region: {wave: x}}", "such as {region: all}"),
        ("title: {en: ''}\nreports: [{notebook: x}]", "line 1: 'title' must be text"),
        ("reports: [{notebook: x}]\ntitle: 3", "line 2: 'title' must be text"),
        ("reports: [{notebook: x, parameters: [1]}]", "'parameters' must be a mapping"),
    ],
)
def test_what_a_suite_cannot_say_is_refused_with_its_line(
    project: Project, text: str, complaint: str
) -> None:
    with pytest.raises(SuiteError) as refusal:
        read_suite(project.suite(text))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("!!int foo", "this suite cannot be read as YAML: invalid literal"),
        (
            "!foo {a: 1}",
            "line 1: this suite cannot be read as YAML: could not determine a constructor for the tag '!foo'",
        ),
        ("!!python/object/apply:os.system [ls]", "os.system'"),
        (r'"\ud800x"', r"line 1: the text '\ud800x' holds a character"),
        (r'"a\0b"', r"line 1: the text 'a\x00b' holds a character"),
        ("{1: a}", "line 1: 'parameters' must be a mapping of names, as text, to values"),
        ("{a: 1, a: 2}", "line 1: this suite cannot be read as YAML: found duplicate key"),
        ("*x", "line 1: this suite cannot be read as YAML: found undefined alias 'x'"),
        ("[" * 500 + "]" * 500, "this suite cannot be read as YAML"),
        ("&a [*a]", "there are more than 100,000 values"),
    ],
)
def test_what_no_suite_can_hold_is_refused(project: Project, value: str, complaint: str) -> None:
    with pytest.raises(SuiteError) as refusal:
        read_suite(project.suite(f"parameters: {{a: {value}}}\nreports: [{{notebook: x}}]"))
    assert complaint in str(refusal.value)


def test_names_within_names_do_not_multiply_without_end(project: Project) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30))]
    with pytest.raises(SuiteError, match="there are more than 100,000 values"):
        read_suite(project.suite("\n".join(lines)))


def test_a_missing_suite_names_the_one_that_is_there(project: Project) -> None:
    path = project.suite("reports: [{notebook: x}]", "national")
    with pytest.raises(SuiteError, match=r"Did you mean 'national\.yaml'"):
        read_suite(path.with_name("natoinal.yaml"))


@pytest.mark.parametrize("name", ["two words", "a" * 101])
def test_a_suite_that_cannot_name_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SuiteError, match="cannot name an output folder"):
        read_suite(tmp_path / f"{name}.yaml")


def test_a_folder_is_no_suite_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (tmp_path, tmp_path.relative_to(tmp_path)):
        with pytest.raises(SuiteError, match=r"The suite .* cannot be read: .*\. Name a file"):
            read_suite(name)


def test_bytes_that_are_no_text_are_refused(project: Project) -> None:
    path = project.suite("")
    path.write_bytes(b"\xff\xfe\x00reports")
    with pytest.raises(SuiteError, match="Save it as UTF-8"):
        read_suite(path)
