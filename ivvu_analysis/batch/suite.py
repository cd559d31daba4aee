"""A suite file: what a YAML file says, to a checked model, every complaint with its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ivvu_analysis.batch.yaml_lines import Document, read_document
from ivvu_analysis.errors import SuiteError, did_you_mean

# A suite and a report are named after these, so they must make good file names everywhere; no file
# system takes more than 255 characters, and some are for the notebook's name and the file's ending.
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")

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


@dataclass(frozen=True)
class Suite:
    """A suite file that has been read.

    Parameters
    ----------
    document
        The file.
    contents
        What it says.
    """

    document: Document
    contents: Contents

    @property
    def path(self) -> Path:
        """The file's path."""
        return self.document.path

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
        return self.document.at(place)


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
            "Use letters, digits, dots, dashes and underscores in its file name, at most 100.",
        )
    document = read_document(path)
    if not isinstance(document.value, dict):
        raise SuiteError(
            f"{path} holds no suite.", "A suite has at least `reports:` with a list of notebooks."
        )
    try:
        contents = Contents.model_validate(document.value)
    except ValidationError as error:
        raise _complaint(document, error) from None
    return Suite(document, contents)


KEYS: Mapping[str, Sequence[str]] = {
    "suite": tuple(Contents.model_fields),
    "report": tuple(Entry.model_fields),
}

SAYS = {
    "missing": "is missing",
    "string_type": "must be text",
    "dict_type": "must be a mapping",
    "list_type": "must be a list",
    "model_type": "must be a list of mappings, such as `- notebook: impact`",
    "too_short": "is empty",
    "too_long": "can go over one parameter only",
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


def _complaint(document: Document, error: ValidationError) -> SuiteError:
    # A misspelt key also leaves the right one missing; the misspelling is what to tell.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = first["loc"]
    at = document.at(place)
    for (depth, key), (problem, remedy) in WAYS.items():
        if place[depth : depth + 1] == (key,):
            return SuiteError(f"{at}: {problem}.", remedy)
    if first["type"] == "extra_forbidden":
        keys = KEYS["suite" if len(place) == 1 else "report"]
        return SuiteError(
            f"{at}: the key '{place[-1]}' is not known here.", did_you_mean(str(place[-1]), keys)
        )
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "suite")
    says = SAYS.get(first["type"], f"is not right: {first['msg']}")
    return SuiteError(f"{at}: '{key}' {says}.", "README.md shows what a suite looks like.")
