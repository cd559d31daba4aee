"""The codebook: every code with its order, its labels in two languages and its spellings.

One file, `codebook.yaml`, serves both the cleaning (which spelling is which code) and the figures (which code
is shown how), so that no label is written twice. A programme that differs lays a file of its own over it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from ivvu_analysis.errors import DataError, ParameterError, did_you_mean
from ivvu_analysis.scales import LANGUAGES, Language, Level, Scale, squeeze

__all__ = ["LANGUAGES", "Codebook", "Language", "Level", "Scale", "load", "scale", "squeeze", "standard"]

# Who replaces one of these starts a history of its own.
PROGRAMME = ("region", "holder", "theme", "dimension", "measure")


@dataclass(frozen=True)
class Head:
    """How a column of a table is headed, and what kind of values stand in it.

    Examples
    --------
    >>> standard().heads["projects"].titles["nl"]
    'Projecten'
    """

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

        Examples
        --------
        >>> standard().scale("sharing").codes
        ('no', 'in_progress', 'yes', 'unknown')
        """
        return self.scales[name]

    def require(self, name: str, text: str) -> str:
        """Return the code of scale `name` that `text` is a known spelling of.

        Raises
        ------
        ParameterError
            If it is none, with the code that was probably meant.

        Examples
        --------
        >>> standard().require("region", "Zuid-Holland Noord")
        'zuid-holland-noord'
        """
        known = self.scales[name]
        if code := text if text in known.codes else known.recognise(text):
            return code
        remedy = did_you_mean(known.suggest(text) or text, known.codes)
        raise ParameterError(f"There is no {name} '{text}'.", remedy)

    def regions_at(self, wave: str) -> tuple[str, ...]:
        """Return the regions that there are at `wave`: what merged or split is followed by what it became.

        Examples
        --------
        >>> len(standard().regions_at("2020-10"))
        34
        """
        regions = self.scales["region"]
        return tuple(region.code for region in regions if region.since <= wave <= (region.until or wave))

    def became(self, region: str, wave: str) -> tuple[str, ...]:
        """Return what a region is at `wave`: itself, or what it merged or split into by then.

        Examples
        --------
        >>> standard().became("twente", "2021-03")
        ('twente',)
        """
        level = self.scales["region"].level(region)
        if wave <= (level.until or wave):
            return (region,)
        return tuple(code for next_one in level.into for code in self.became(next_one, wave))

    def grown(self, name: str, codes: Iterable[str]) -> Codebook:
        """Return the codebook with scale `name` grown to hold `codes`; see `Scale.grown`.

        Examples
        --------
        >>> standard().grown("start", ["2023"]).scale("start").codes[-2:]
        ('2022', '2023')
        """
        return replace(self, scales={**self.scales, name: self.scales[name].grown(codes)})


@cache
def standard() -> Codebook:
    """Return the codebook that comes with the package.

    Examples
    --------
    >>> standard().measures
    ('participation', 'status', 'impact', 'sharing', 'scalability')
    """
    text = resources.files("ivvu_analysis").joinpath("codebook.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return _laid_over(Codebook({}, {}), raw)


def scale(name: str) -> Scale:
    """Return a scale of the codebook that comes with the package; evidence may carry another.

    Examples
    --------
    >>> scale("theme").label("technology", "nl")
    'Technologie'
    """
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
        problem = f"The codebook {path} cannot be read: {why}."
        raise ParameterError(problem, "Give another 'codebook'.") from None
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise DataError(f"The codebook {path}, line {line}, is no YAML.", "Correct that line.") from None
    try:
        book = _laid_over(standard(), raw)
        for name in book.scales.keys() & raw.keys():
            _proved(book.scales[name])
    except DataError as error:
        raise DataError(f"The codebook {Path(path).name}: {error.problem}", error.remedy) from None
    return book


def _laid_over(ground: Codebook, raw: Any) -> Codebook:
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise DataError("it is no list of scales.", "Begin with a scale, such as 'theme:', with 'levels:'.")
    raw = {str(name): entry for name, entry in raw.items()}
    columns = raw.pop("columns", {})
    heads = {name: Head({x: head[x] for x in LANGUAGES}, head["kind"]) for name, head in columns.items()}
    scales = {name: _scale(name, entry, ground.scales.get(name)) for name, entry in raw.items()}
    own = any(entry.get("replace") for name, entry in raw.items() if name in PROGRAMME)
    book = Codebook({**ground.scales, **scales}, {**ground.heads, **heads}, ground.history and not own)
    for name in ("dimension", "measure"):
        for code in (code for code in book.scales[name].codes if code not in book.scales):
            raise DataError(f"the {name} '{code}' has no levels.", f"Add '{code}:' with 'levels:'.")
    return book


SCALE_KEYS = ("title", "levels", "subsets", "replace", "ordered", "prefix", "years")
LEVEL_KEYS = (
    *("code", "en", "nl", "short", "variants", "missing", "within", "parent", "tile", "colour"),
    *("since", "until", "into"),
)


def _scale(name: str, raw: Mapping[str, Any], old: Scale | None) -> Scale:
    _known(raw, SCALE_KEYS, f"'{name}'")
    ground = old or Scale(name, dict.fromkeys(LANGUAGES, name), ())
    kept = {} if raw.get("replace") else {level.code: level for level in ground}
    entries = raw.get("levels", ())
    for entry in entries:
        if not isinstance(entry, dict) or "code" not in entry:
            remedy = "Write it as {code: ..., en: ..., nl: ...}."
            raise DataError(f"a level of '{name}' has no code: {entry}.", remedy)
        kept[str(entry["code"])] = _level(name, entry, kept.get(str(entry["code"])))
    for code, times in Counter(str(entry["code"]) for entry in entries).items():
        if times > 1:
            raise DataError(f"the code '{code}' stands twice under '{name}'.", "Leave one of them out.")
    subsets = {key: tuple(map(str, codes)) for key, codes in raw.get("subsets", {}).items()}
    return replace(
        ground,
        titles=raw.get("title", ground.titles),
        levels=tuple(kept.values()),
        subsets={**ground.subsets, **subsets},
        **{key: raw[key] for key in SCALE_KEYS[4:] if key in raw},
    )


def _level(name: str, raw: Mapping[str, Any], old: Level | None) -> Level:
    _known(raw, LEVEL_KEYS, f"'{raw['code']}' under '{name}'")
    given = {str(language): str(raw[language]) for language in LANGUAGES if language in raw}
    if not given and old is None:
        raise DataError(f"'{raw['code']}' under '{name}' has no label.", "Add 'en:' and 'nl:'.")
    # Proper names, such as those of regions, are the same in both languages and are written once.
    labels = dict(old.labels) if old else {str(x): "".join(given.values()) for x in LANGUAGES}
    labels |= given
    ground = old or Level(str(raw["code"]), labels, labels)
    other: dict[str, Any] = {key: raw[key] for key in LEVEL_KEYS[5:] if key in raw}
    other |= {key: tuple(other[key]) for key in ("tile", "into") if key in other}
    other["variants"] = (*ground.variants, *map(str, raw.get("variants", ())))
    other["short_labels"] = {**labels, **raw.get("short", {} if given else ground.short_labels)}
    return replace(ground, labels=labels, **other)


def _proved(given: Scale) -> None:
    """Refuse a spelling that stands for two codes, or a region that becomes none; a test proves ours."""
    for level in given:
        for text in level.spellings:
            if (other := given.recognise(text)) != level.code:
                problem = f"'{text}' under '{given.name}' stands for both '{level.code}' and '{other}'."
                raise DataError(problem, "Give each spelling to one code.")
        for code in level.into:
            if code not in given.codes:
                problem = f"the region '{level.code}' becomes '{code}', which is none."
                raise DataError(problem, did_you_mean(code, given.codes))


def _known(raw: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    if unknown := [str(key) for key in raw if key not in keys]:
        raise DataError(f"{where} has an unknown key '{unknown[0]}'.", did_you_mean(unknown[0], keys))
