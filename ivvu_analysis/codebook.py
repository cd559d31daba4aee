"""The codebook: every code with its order, its labels in two languages and its spellings.

One file, `codebook.yaml`, serves both the cleaning (which spelling is which code) and the figures (which code
is shown how), so that no label is written twice. A programme that differs lays a file of its own over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from ivvu_analysis.errors import DataError, ParameterError, did_you_mean
from ivvu_analysis.scales import LANGUAGES, Language, Level, Scale, squeeze

__all__ = [
    "LANGUAGES",
    "Codebook",
    "Head",
    "Language",
    "Level",
    "Scale",
    "load",
    "scale",
    "squeeze",
    "standard",
]

PROGRAMME = (
    "region",
    "holder",
    "theme",
    "dimension",
    "measure",
)  # who replaces one starts a history of its own


@dataclass(frozen=True)
class Head:
    """How a column of a table is headed, and what kind of values stand in it."""

    titles: Mapping[str, str]
    kind: str


@dataclass(frozen=True)
class Codebook:
    """All scales and heads of columns; `history` says whether the published figures belong to it.

    Examples
    --------
    >>> standard().dimensions
    ('agreements', 'dynamics', 'vision')
    """

    scales: Mapping[str, Scale]
    heads: Mapping[str, Head]
    history: bool = True

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The ladders on which regions climb."""
        return self.scales["dimension"].codes

    @property
    def measures(self) -> tuple[str, ...]:
        """What is recorded of every project."""
        return self.scales["measure"].codes

    def scale(self, name: str) -> Scale:
        """Return the scale called `name`, such as ``"impact"``, ``"theme"`` or ``"region"``.

        Raises
        ------
        KeyError
            If the codebook has no scale of that name.
        """
        return self.scales[name]

    def require(self, name: str, text: str) -> str:
        """Return the code of scale `name` that `text` is a known spelling of.

        Raises
        ------
        ParameterError
            If it is none, with the code that was probably meant.
        """
        known = self.scales[name]
        code = text if text in known.codes else known.recognise(text)
        if code is None:
            meant = known.suggest(text) or text
            raise ParameterError(f"There is no {name} '{text}'.", did_you_mean(meant, known.codes))
        return code

    def regions_at(self, wave: str) -> tuple[str, ...]:
        """Return the regions that there are at `wave`: what merged or split is followed by what it became."""
        there = (r for r in self.scales["region"] if r.since <= wave and (not r.until or wave <= r.until))
        return tuple(region.code for region in there)

    def became(self, region: str, wave: str) -> tuple[str, ...]:
        """Return what a region is at `wave`: itself, or what it merged or split into by then."""
        level = self.scales["region"].level(region)
        if not level.until or wave <= level.until:
            return (region,)
        return tuple(code for next_one in level.into for code in self.became(next_one, wave))

    def grown(self, name: str, codes: Iterable[str]) -> Codebook:
        """Return the codebook with scale `name` grown to hold `codes`; see `Scale.grown`."""
        return replace(self, scales={**self.scales, name: self.scales[name].grown(codes)})


@cache
def standard() -> Codebook:
    """Return the codebook that comes with the package."""
    text = resources.files("ivvu_analysis").joinpath("codebook.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return _laid_over(Codebook({}, {}), raw)


def scale(name: str) -> Scale:
    """Return a scale of the codebook that comes with the package; evidence may carry another."""
    return standard().scale(name)


def load(path: str | Path) -> Codebook:
    """Return our codebook with a YAML file laid over it.

    Parameters
    ----------
    path
        A file in the form of `codebook.yaml`. A level whose code is known changes what it names; another one
        is added at the end. `replace: true` beside `levels:` gives up our levels of that scale.

    Raises
    ------
    ParameterError
        If there is no such file, or it cannot be read.
    DataError
        If it is not in the form of a codebook: a code or a spelling twice, an unknown key, no label.

    Examples
    --------
    >>> load("ours.yaml").scale("theme").label("housing", "en")  # doctest: +SKIP
    'Housing'
    """
    from ruamel.yaml import YAML  # YAML 1.2, in which NO is a text
    from ruamel.yaml.error import YAMLError

    try:
        raw = YAML(typ="safe", pure=True).load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "it is not UTF-8 text"
        raise ParameterError(
            f"The codebook {path} cannot be read: {why}.", "Give another 'codebook'."
        ) from None
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise DataError(f"The codebook {path}, line {line}, is no YAML.", "Correct that line.") from None
    try:
        book = _laid_over(standard(), raw)
        for name in book.scales.keys() & raw.keys():
            _proved(book.scales[name])
        _followed(book.scales["region"])
    except DataError as error:
        raise DataError(f"The codebook {Path(path).name}: {error.problem}", error.remedy) from None
    return book


def _laid_over(ground: Codebook, raw: Any) -> Codebook:
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise DataError("it is no list of scales.", "Begin with a scale, such as 'theme:', with 'levels:'.")
    raw = {str(name): entry for name, entry in raw.items()}
    heads = {
        name: Head({"en": head["en"], "nl": head["nl"]}, head["kind"])
        for name, head in raw.pop("columns", {}).items()
    }
    scales = {name: _scale(name, entry, ground.scales.get(name)) for name, entry in raw.items()}
    own = any(entry.get("replace") for name, entry in raw.items() if name in PROGRAMME)
    book = Codebook({**ground.scales, **scales}, {**ground.heads, **heads}, ground.history and not own)
    for name in ("dimension", "measure"):
        if lacking := [code for code in book.scales[name].codes if code not in book.scales]:
            raise DataError(
                f"the {name} '{lacking[0]}' has no levels.", f"Add '{lacking[0]}:' with 'levels:'."
            )
    return book


SCALE_KEYS = ("title", "levels", "ordered", "prefix", "years", "subsets", "replace")
LEVEL_KEYS = (
    *("code", "en", "nl", "short", "variants", "missing", "within", "parent", "tile", "colour"),
    *("since", "until", "into"),
)


def _scale(name: str, raw: Mapping[str, Any], old: Scale | None) -> Scale:
    _known(raw, SCALE_KEYS, f"'{name}'")
    kept = {} if old is None or raw.get("replace") else {level.code: level for level in old}
    given: set[str] = set()
    for entry in raw.get("levels", ()):
        if not isinstance(entry, dict) or "code" not in entry:
            raise DataError(
                f"a level of '{name}' has no code: {entry}.", "Write it as {code: ..., en: ..., nl: ...}."
            )
        level = _level(name, entry, kept.get(str(entry["code"])))
        if level.code in given:
            raise DataError(f"the code '{level.code}' stands twice under '{name}'.", "Leave one of them out.")
        given.add(level.code)
        kept[level.code] = level
    return Scale(
        name=name,
        titles=raw.get("title") or (old.titles if old else dict.fromkeys(LANGUAGES, name)),
        levels=tuple(kept.values()),
        ordered=raw.get("ordered", old.ordered if old else False),
        prefix=raw.get("prefix", old.prefix if old else ""),
        years=raw.get("years", old.years if old else False),
        subsets={
            **(old.subsets if old else {}),
            **{key: tuple(map(str, codes)) for key, codes in raw.get("subsets", {}).items()},
        },
    )


def _proved(given: Scale) -> None:
    """Refuse a spelling that stands for two codes; ours are proved by a test."""
    for level in given:
        for text in level.spellings:
            if (other := given.recognise(text)) != level.code:
                raise DataError(
                    f"'{text}' under '{given.name}' stands for both '{level.code}' and '{other}'.",
                    "Give each spelling to one code.",
                )


def _followed(regions: Scale) -> None:
    """Refuse a region that becomes one that there is not."""
    for level in regions:
        if lost := [code for code in level.into if code not in regions.codes]:
            raise DataError(
                f"the region '{level.code}' becomes '{lost[0]}', which is none.",
                did_you_mean(lost[0], regions.codes),
            )


def _level(name: str, raw: Mapping[str, Any], old: Level | None) -> Level:
    code = str(raw["code"])
    _known(raw, LEVEL_KEYS, f"'{code}' under '{name}'")
    # Proper names, such as those of regions, are the same in both languages and are written once.
    one = raw.get("nl", raw.get("en"))
    if one is None and old is None:
        raise DataError(f"'{code}' under '{name}' has no label.", "Add 'en:' and 'nl:'.")
    labels: dict[str, str] = {x: str(raw.get(x, one if old is None else old.labels[x])) for x in LANGUAGES}
    short: Mapping[str, str] = raw.get("short") or (old.short_labels if old and one is None else labels)
    level = old or Level(code, labels, short)
    given: dict[str, Any] = {key: raw[key] for key in LEVEL_KEYS[5:] if key in raw}
    given |= {key: tuple(given[key]) for key in ("tile", "into") if key in given}
    variants = (*level.variants, *map(str, raw.get("variants", ())))
    return replace(level, labels=labels, short_labels={**labels, **short}, variants=variants, **given)


def _known(raw: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    if unknown := [str(key) for key in raw if key not in keys]:
        raise DataError(f"{where} has an unknown key '{unknown[0]}'.", did_you_mean(unknown[0], keys))
