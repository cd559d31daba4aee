"""Scales: ordered codes with their labels in two languages, and the spellings that stand for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Literal, get_args

from rapidfuzz import fuzz, process

Language = Literal["en", "nl"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

CUTOFF = 75  # below this likeness (0-100) a suggestion confuses more than it helps
UNSPOKEN = re.compile(r"[^\w+>]|_")  # what makes no difference to a spelling
WAVE = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
YEAR = re.compile(r"(?:(?:start|aanvang)(?: in)? )?(20\d\d)", re.IGNORECASE)


def squeeze(text: str) -> str:
    """Return `text` without case, accents, blanks and punctuation, the form for comparing spellings.

    Examples
    --------
    >>> squeeze("Zuid-Hollandse Eilanden")
    'zuidhollandseeilanden'
    """
    return UNSPOKEN.sub("", unicodedata.normalize("NFKD", text).casefold())


def percent(share: float) -> float:
    """Return a share as a percentage that does not round to all while anything is missing, or to nothing.

    Examples
    --------
    >>> f"{percent(337 / 338):.0f}%", f"{percent(1):.0f}%"
    ('99%', '100%')
    """
    return min(max(100 * share, 1), 99) if 0 < share < 1 else 100 * share


@dataclass(frozen=True)
class Level:
    """One code of a scale, as a codebook writes it: labels, spellings, and what a region or figure needs.

    Examples
    --------
    >>> Level("learning", en="Learning", nl="Leren").spellings
    ('learning', 'Learning', 'Leren')
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # of a codebook of one's own; ours needs no pydantic

    code: str
    en: str = ""
    nl: str = ""
    short: Mapping[Language, str] = field(default_factory=dict)
    variants: Sequence[str] = ()
    missing: bool = False  # an answer, but no position on the scale
    within: str = ""  # the code one level up, such as the holder of a region
    parent: str = ""  # the region that a subregion belongs to, as it is called
    tile: tuple[int, int] | None = None  # row and column on the tile map
    colour: str = ""  # of the level in figures; without it the theme chooses
    since: str = ""  # first wave of a region that came later
    until: str = ""  # last wave of a region that merged or split
    into: Sequence[str] = ()  # the regions it became

    @property
    def labels(self) -> dict[Language, str]:
        """What it is called, by language: a proper name is the same in both, and is written once."""
        return {"en": self.en or self.nl, "nl": self.nl or self.en}

    @property
    def short_labels(self) -> dict[Language, str]:
        """The same where space is scarce."""
        return {**self.labels, **self.short}

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text that stands for this code."""
        return (self.code, *self.labels.values(), *self.variants)


@dataclass(frozen=True)
class Scale:
    """A list of codes: a measure, a ladder, the themes, the holders or the regions.

    Examples
    --------
    >>> from ivvu_analysis.codebook import scale
    >>> impact = scale("impact")
    >>> impact.recognise("Op grote schaal met grote betekenis")
    'large_much'
    >>> impact.label("large_much", "en")
    'Large scale, much meaning'
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: str = ""
    title: Mapping[Language, str] = field(default_factory=dict)
    levels: Sequence[Level] = ()
    ordered: bool = False
    prefix: str = ""  # what may stand before a spelling, as a regular expression
    years: bool = False  # every later year is a level too
    subsets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    replace: bool = False  # in a codebook of one's own: our levels are given up

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

    def level(self, code: str) -> Level:
        """Return the level of `code`; on a scale of years also of a year that no file names.

        Raises
        ------
        KeyError
            If the scale has no such code.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("start").level("2024").labels["en"]
        '2024'
        """
        if code not in self._by_code and self._year(code) == code:
            return Level(code, en=code)
        return self._by_code[code]

    def label(self, code: str, language: Language) -> str:
        """Return the label of `code`.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("theme").label("technology", "nl")
        'Technologie'
        """
        return self.level(code).labels[language]

    def labels(self, language: Language, short: bool = False) -> dict[str, str]:
        """Return the labels of all codes, in order.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("dimension").labels("en", short=True)
        {'agreements': 'Agreements', 'dynamics': 'Dynamics', 'vision': 'Vision'}
        """
        return {x.code: (x.short_labels if short else x.labels)[language] for x in self.levels}

    def subset(self, name: str) -> tuple[str, ...]:
        """Return the codes that count together under `name`, such as ``"reached"``; or none.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("scalability").subset("reached")
        ('this_region', 'other_regions', 'national')
        """
        return tuple(self.subsets.get(name, ()))

    def recognise(self, text: str) -> str | None:
        """Return the code that `text` is a known spelling of, or None: nothing is ever guessed.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("holder").recognise("Z&Z")
        'zorg_en_zekerheid'
        """
        return self._by_spelling.get(self._squeeze(text)) or self._year(text)

    def suggest(self, text: str) -> str | None:
        """Return the code whose spelling is most like `text`, for a person to accept or refuse.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("region").suggest("Zuid Lmburg")
        'zuid-limburg'
        """
        known, alike = self._by_spelling, fuzz.ratio
        match = process.extractOne(self._squeeze(text), [*known], scorer=alike, score_cutoff=CUTOFF)
        return self._by_spelling[match[0]] if match else None

    def _year(self, text: str) -> str | None:
        match = YEAR.fullmatch(text.strip()) if self.years else None
        return match[1] if match and int(match[1]) > self._last_year else None

    @property
    def _last_year(self) -> int:
        return max(int(code[-4:]) for code in self.codes)  # of 2020 or 2018-2019

    def grown(self, codes: Iterable[str]) -> Scale:
        """Return the scale with every year up to the latest of `codes`; other scales do not grow.

        Examples
        --------
        >>> from ivvu_analysis.codebook import scale
        >>> scale("start").grown(["2022"]).codes[-1]
        '2022'
        """
        years = [int(code) for code in codes if self._year(code)]
        added = [str(year) for year in range(self._last_year + 1, max(years) + 1)] if years else []
        return replace(self, levels=(*self.levels, *map(self.level, added)))
