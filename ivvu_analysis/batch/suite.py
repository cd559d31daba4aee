"""A suite file: what its YAML says, to a checked model, every complaint with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from reprlib import repr as short
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from ivvu_analysis.errors import ParameterError, SuiteError, UserError, did_you_mean

# A suite and a report are named after these, so they must make good file names everywhere; no file
# system takes more than 255 characters, and some are for the notebook's name and the file's ending.
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")

# What YAML forbids in a file; an escape such as "\ud800" would still bring it in.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MOST_VALUES = 100_000  # a few anchors within each other make more than any memory holds

Place = tuple[str | int, ...]
"""The keys and list indices that lead to a value, such as ``("reports", 0, "notebook")``."""

Value = str | int | float | bool
Choice = Literal["all"] | list[Value] | dict[str, Value | list[Value]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entry(_Strict):
    """One report of a suite, or one for each of several values of a parameter."""

    notebook: str
    for_each: dict[str, Choice] = Field(default_factory=dict, max_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)


class Contents(_Strict):
    """What a suite file says."""

    title: str | dict[Literal["en", "nl"], str] = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    previous: str = ""
    reports: list[Entry] = Field(min_length=1)

    @field_validator("title")
    @classmethod
    def _has_words(cls, title: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(title, dict) and not any(title.values()):
            raise ValueError("a title needs words")
        return title


@dataclass
class Suite:
    """A suite file that has been read, with the line of each key and list item."""

    path: Path
    contents: Contents = field(init=False)
    lines: dict[Place, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the suite's output folder is called."""
        return self.path.stem

    def title(self, language: str) -> str:
        """Return the title in `language`, or in the language that there is, or the file's name."""
        title = self.contents.title
        if isinstance(title, dict):
            return title.get(language) or next(iter(title.values()))  # type: ignore[call-overload]
        return title or self.name

    def at(self, *place: str | int) -> str:
        """Return where `place` is in the file, or else what it is in, for a message."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}, line {self.lines[place]}" if place else str(self.path)


def read_suite(path: Path) -> Suite:
    """Read a suite file by the rules of YAML 1.2.

    Raises
    ------
    SuiteError
        If the file is missing, is not YAML, or says something that a suite cannot say.
    """
    if not FILE_NAME.fullmatch(path.stem):
        raise SuiteError(
            f"The suite {path} cannot name an output folder.",
            "Use letters, digits, dots, dashes and underscores in its file name, at most 100.",
        )
    suite = Suite(path)
    try:
        value = _plain(YAML(pure=True).load(_text(path)), (), suite)
    except RecursionError:
        problem = f"{path} is nested too deeply, or a part of it holds itself."
        raise SuiteError(problem, "Write a suite as README.md shows.") from None
    except SuiteError:
        raise
    except Exception as error:  # on odd input the library raises much more than errors of its own
        mark = getattr(error, "problem_mark", None)
        at = f"{path}, line {mark.line + 1}" if mark else str(path)
        why = getattr(error, "problem", None) or str(error).partition("\n")[0]
        remedy = "Check the indentation, the colons and the quotes."
        raise SuiteError(f"{at}: this is not valid YAML: {why}.", remedy) from None
    if not isinstance(value, dict):
        raise SuiteError(
            f"{path} holds no suite.", "A suite has at least `reports:` with a list of notebooks."
        )
    try:
        suite.contents = Contents.model_validate(value)
    except ValidationError as error:
        raise _complaint(suite, error) from None
    return suite


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        beside = path.parent.glob("[!.]*.yaml") if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, sorted(p.name for p in beside))
        raise SuiteError(f"There is no suite {path}.", remedy) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"The suite {path} cannot be read: {error}.", "Give a readable YAML file.") from None


def _plain(value: Any, place: Place, suite: Suite) -> Any:
    """Return a value of the YAML library as plain Python, noting the line of each key and item."""

    def refuse(why: str, remedy: str) -> SuiteError:
        return SuiteError(f"{suite.at(*place)}: {why}.", remedy)

    if len(suite.lines) > MOST_VALUES:
        why = f"there are more than {MOST_VALUES:,} values, some by names that stand for others"
        raise refuse(why, "Make several suites of it.")
    if getattr(value, "tag", None) and value.tag.value:
        raise refuse(f"the tag '{value.tag.value}' means nothing in a suite", "Leave out the tag.")
    if type(value) is CommentedMap:
        if strange := [key for key in value if not isinstance(key, str)]:
            raise refuse(f"a key must be text, and {short(strange[0])} is not", "Put the key in quotes.")
        for key in value:
            line = value.lc.data[key][0] + 1 if key in value.lc.data else value.lc.line + 1
            suite.lines[(*place, key)] = line
        return {key: _plain(one, (*place, key), suite) for key, one in value.items()}
    if type(value) is CommentedSeq:
        suite.lines |= {(*place, index): value.lc.item(index)[0] + 1 for index in range(len(value))}
        return [_plain(one, (*place, index), suite) for index, one in enumerate(value)]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            if kind is str and UNPRINTABLE.search(str(value)):
                why = f"the text {short(value)} holds a character that cannot be printed"
                raise refuse(why, "Leave that character out.")
            return kind(value)
    if value is not None:
        raise refuse(
            f"{value} is a {type(value).__name__}, which means nothing in a suite", "Put it in quotes."
        )
    return None


@contextmanager
def placed(at: str) -> Iterator[None]:
    """Say what is complained of in here with its file and line."""
    try:
        yield
    except UserError as error:
        raise ParameterError(f"{at}: {error.problem}", error.remedy) from None


SAYS = {
    "missing": "is missing",
    "string_type": "must be text",
    "dict_type": "must be a mapping",
    "list_type": "must be a list",
    "model_type": "must be a list of mappings, such as `- notebook: impact`",
    "too_short": "is empty",
}

# What can be written in more ways than one, by where it stands: pydantic complains of each way.
WAYS = {
    (0, "title"): (
        "'title' is text, or text in English, in Dutch or in both",
        "Write `title: Regions` or `title: {en: Regions, nl: Regio's}`.",
    ),
    (2, "for_each"): (
        "'for_each' goes over one parameter, and over values that can be told apart",
        "Write {region: all}, a list such as {region: [twente, midden]}, or {region: {holder: vgz}}.",
    ),
}


def _complaint(suite: Suite, error: ValidationError) -> SuiteError:
    # A misspelt key also leaves the right one missing; the misspelling is what to tell.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = first["loc"]
    at = suite.at(*place)
    for (depth, key), (problem, remedy) in WAYS.items():
        if place[depth : depth + 1] == (key,):
            return SuiteError(f"{at}: {problem}.", remedy)
    name = next((str(part) for part in reversed(place) if isinstance(part, str)), "suite")
    if first["type"] == "extra_forbidden":
        known = (Contents if len(place) == 1 else Entry).model_fields
        return SuiteError(f"{at}: the key '{name}' is not known here.", did_you_mean(name, known))
    says = SAYS.get(first["type"], f"is not right: {first['msg']}")
    return SuiteError(f"{at}: '{name}' {says}.", "README.md shows what a suite looks like.")
