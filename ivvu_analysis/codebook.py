"""The codebook: every code with its order, its labels in two languages and its spellings.

One file, `codebook.yaml`, serves both the cleaning (which spelling is which code) and the figures
(which code is shown how), so that no label is written twice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal, get_args

import yaml
from rapidfuzz import fuzz, process

from ivvu_analysis.errors import ParameterError, did_you_mean

Language = Literal["en", "nl"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WAVES = ("2019-03", "2019-10", "2020-03", "2020-10")
DIMENSIONS = ("agreements", "dynamics", "vision")
MEASURES = ("participation", "status", "impact", "sharing", "scalability")

SUGGESTION_CUTOFF = 75  # below this likeness (0-100) a suggestion confuses more than it helps


def squeeze(text: str) -> str:
    """Return `text` without case, accents, blanks and punctuation, the form for comparing spellings."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in letters if c.isalnum() or c in "+>")


@dataclass(frozen=True)
class Level:
    """One code of a scale, with its labels and spellings."""

    code: str
    labels: Mapping[str, str]
    short_labels: Mapping[str, str]
    variants: tuple[str, ...]
    missing: bool
    within: str = ""  # the code one level up, such as the holder of a region

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text that stands for this code."""
        return (self.code, *self.labels.values(), *self.variants)


@dataclass(frozen=True)
class Scale:
    """An ordered list of codes: a measure, a ladder, the themes, the holders or the regions."""

    name: str
    titles: Mapping[str, str]
    levels: tuple[Level, ...]
    ordered: bool
    prefix: str

    def __iter__(self) -> Iterator[Level]:
        return iter(self.levels)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(level.code for level in self.levels)

    @cached_property
    def rated(self) -> tuple[str, ...]:
        """The codes that are a position on the scale: all but the ones that mean 'unknown'."""
        return tuple(level.code for level in self.levels if not level.missing)

    @cached_property
    def _by_code(self) -> dict[str, Level]:
        return {level.code: level for level in self.levels}

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        return {self._squeeze(s): level.code for level in self.levels for s in level.spellings}

    def _squeeze(self, text: str) -> str:
        return squeeze(re.sub(f"^{self.prefix}", "", text.strip(), flags=re.IGNORECASE))

    def title(self, language: Language) -> str:
        """Return what the scale is called."""
        return self.titles[language]

    def label(self, code: str, language: Language) -> str:
        """Return the label of `code`."""
        return self._by_code[code].labels[language]

    def short(self, code: str, language: Language) -> str:
        """Return the label of `code` for where space is scarce."""
        return self._by_code[code].short_labels[language]

    def recognise(self, text: str) -> str | None:
        """Return the code that `text` is a known spelling of, or None: nothing is ever guessed."""
        return self._by_spelling.get(self._squeeze(text))

    def suggest(self, text: str) -> str | None:
        """Return the code whose spelling is most like `text`, for a person to accept or refuse."""
        match = process.extractOne(
            self._squeeze(text), list(self._by_spelling), scorer=fuzz.ratio, score_cutoff=SUGGESTION_CUTOFF
        )
        return self._by_spelling[match[0]] if match else None


@cache
def scale(name: str) -> Scale:
    """Return the scale called `name`, such as ``"impact"``, ``"theme"`` or ``"region"``.

    Raises
    ------
    KeyError
        If the codebook has no scale of that name.
    """
    return _scale(name, _raw()[name])


def require(name: str, code: str) -> str:
    """Return `code` if it is one of the scale called `name`.

    Raises
    ------
    ParameterError
        If it is not, with the code that was probably meant.
    """
    if code not in scale(name).codes:
        raise ParameterError(
            f"There is no {name} '{code}'.",
            did_you_mean(scale(name).recognise(code) or code, scale(name).codes),
        )
    return code


def scale_names() -> tuple[str, ...]:
    """Return the names of all scales."""
    return tuple(_raw())


@cache
def _raw() -> dict[str, dict[str, Any]]:
    text = resources.files("ivvu_analysis").joinpath("codebook.yaml").read_text(encoding="utf-8")
    raw: dict[str, dict[str, Any]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return raw


def _scale(name: str, raw: Mapping[str, Any]) -> Scale:
    return Scale(
        name=name,
        titles=raw["title"],
        levels=tuple(_level(entry) for entry in raw["levels"]),
        ordered=raw.get("ordered", False),
        prefix=raw.get("prefix", ""),
    )


def _level(raw: Mapping[str, Any]) -> Level:
    # Proper names, such as those of regions, are the same in both languages and are written once.
    labels: dict[str, str] = {language: raw.get(language, raw["nl"]) for language in LANGUAGES}
    return Level(
        code=raw["code"],
        labels=labels,
        short_labels=raw.get("short", labels),
        variants=tuple(raw.get("variants", ())),
        missing=raw.get("missing", False),
        within=raw.get("within", ""),
    )
