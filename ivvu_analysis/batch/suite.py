"""A suite file: YAML 1.2 to a checked model, every complaint with its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ivvu_analysis.batch.notebook import Value
from ivvu_analysis.errors import SuiteError, did_you_mean

# A suite and a report are named after these, so they must make good file names everywhere.
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")

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
        if isinstance(title, dict) and not title:
            raise ValueError("a title needs words")
        return title


@dataclass(frozen=True)
class Suite:
    """A suite file that has been read.

    Parameters
    ----------
    path
        The file.
    contents
        What it says.
    lines
        The line of each key and list item, by its path, such as ``("reports", 0, "notebook")``.
    """

    path: Path
    contents: Contents
    lines: Mapping[tuple[str | int, ...], int]

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
        """Return where `place` is in the file, for a message."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}, line {self.lines[place]}" if place else str(self.path)


def read_suite(path: Path) -> Suite:
    """Read a suite file.

    Raises
    ------
    SuiteError
        If the file is missing, is not YAML, or says something that a suite cannot say.
    """
    if not FILE_NAME.fullmatch(path.stem):
        raise SuiteError(
            f"The suite {path} cannot name an output folder.",
            "Use letters, digits, dots, dashes and underscores in its file name.",
        )
    raw = _yaml(path)
    lines: dict[tuple[str | int, ...], int] = {}
    plain = _plain(raw, (), lines)
    try:
        contents = Contents.model_validate(plain)
    except ValidationError as error:
        raise _complaint(path, error, lines) from None
    return Suite(path, contents, lines)


def _yaml(path: Path) -> Any:
    try:
        raw = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        beside = path.parent.glob("[!.]*.yaml") if path.parent.is_dir() else []
        others = sorted(p.name for p in beside)
        raise SuiteError(f"There is no suite {path}.", did_you_mean(path.name, others)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"The suite {path} cannot be read: {error}.", "Give a readable YAML file.") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        at = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise SuiteError(
            f"{at}: this is not valid YAML: {error.problem}.",
            "Check the indentation, the colons and the quotes.",
        ) from None
    except YAMLError as error:
        raise SuiteError(f"{path} is not valid YAML: {error}.", "Write a suite as README.md shows.") from None
    if not isinstance(raw, dict):
        raise SuiteError(
            f"{path} holds no suite.", "A suite has at least `reports:` with a list of notebooks."
        )
    return raw


def _plain(node: Any, place: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Any:
    """Return the plain value of a YAML node, and note the line of everything in it."""
    if isinstance(node, dict):
        for key in node:
            lines[(*place, key)] = node.lc.key(key)[0] + 1  # type: ignore[attr-defined]
        return {key: _plain(value, (*place, key), lines) for key, value in node.items()}
    if isinstance(node, list):
        for index in range(len(node)):
            lines[(*place, index)] = node.lc.item(index)[0] + 1  # type: ignore[attr-defined]
        return [_plain(value, (*place, index), lines) for index, value in enumerate(node)]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    # A tag or a date: kept as it is, for the check of the parameter's type to refuse.
    return node


KEYS: Mapping[str, Sequence[str]] = {
    "suite": tuple(Contents.model_fields),
    "report": tuple(Entry.model_fields),
}

SAYS = {
    "missing": "is missing",
    "string_type": "must be text",
    "dict_type": "must be a mapping",
    "list_type": "must be a list",
    "too_short": "is empty",
    "too_long": "can go over one parameter only",
}


def _complaint(path: Path, error: ValidationError, lines: Mapping[tuple[str | int, ...], int]) -> SuiteError:
    # A misspelt key also leaves the right one missing; the misspelling is what to tell.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = first["loc"]
    known = place
    while known and known not in lines:
        known = known[:-1]
    at = f"{path}, line {lines[known]}" if known else str(path)
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "suite")
    if first["type"] == "extra_forbidden":
        keys = KEYS["suite" if len(place) == 1 else "report"]
        return SuiteError(
            f"{at}: the key '{place[-1]}' is not known here.", did_you_mean(str(place[-1]), keys)
        )
    if "for_each" in place:
        return SuiteError(
            f"{at}: 'for_each' goes over one parameter, and over values that can be told apart.",
            "Write {region: all}, a list such as {region: [twente, midden]}, or {region: {holder: vgz}}.",
        )
    says = SAYS.get(first["type"], f"is not right: {first['msg']}")
    return SuiteError(f"{at}: '{key}' {says}.", "README.md shows what a suite looks like.")
