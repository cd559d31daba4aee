"""A codebook that is laid over ours: what it may say, and every complaint with its scale and code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.scales import LANGUAGES, WAVE, Level, Scale

if TYPE_CHECKING:
    from ivvu_analysis.codebook import Codebook

# Who replaces one of these starts a history of its own.
PROGRAMME = ("region", "holder", "theme", "dimension", "measure")

UNKNOWN = "unexpected_keyword_argument"  # what pydantic calls a key that there is not

# How codes are written that are read as years, and as numbers of organisations.
SHAPES = {
    "start": (r"20\d\d(-20\d\d)?", "2020 or 2018-2019"),
    "participation": (r"\d+(-\d+|\+)|unknown", "4-6 or 10+"),
}

# What is expected under a key, with an example; anything else is text.
LABELS = "labels by language, such as {en: Housing, nl: Wonen}"
EXPECTED = {
    **dict.fromkeys(("short", "title"), LABELS),
    **dict.fromkeys(("missing", "replace", "ordered", "years"), "true or false"),
    **dict.fromkeys(("since", "until"), "year and month, such as 2021-03"),
    "prefix": "a regular expression, such as '(regio )?'",
    "variants": "a list of texts between brackets, such as [Woonzorg, Zorgwonen]",
    "into": "a list of codes between brackets, such as [oost]",
    "tile": "a row and a column, such as [4, 6]",
    "levels": "a list of codes with labels, such as - {code: housing, en: Housing, nl: Wonen}",
    "subsets": "lists of codes by name, such as {reached: [national, other_regions]}",
}


def laid_over(ours: Codebook, said: Any) -> Codebook:
    """Return our codebook with what another file says laid over it: what it does not name stays as it was.

    Parameters
    ----------
    ours
        Our codebook.
    said
        The file as it was written: a mapping of scales, and `columns`.

    Raises
    ------
    DataError
        If it says something that a codebook cannot say, that no scale can mean, or that no register holds.

    Examples
    --------
    >>> from ivvu_analysis.codebook import standard
    >>> laid_over(standard(), {"theme": {"title": {"en": "Subject"}}}).scale("theme").title["en"]
    'Subject'
    """
    if not isinstance(said, dict) or not all(isinstance(entry, dict) for entry in said.values()):
        raise DataError("it is no list of scales.", "Begin with a scale, such as 'theme:', with 'levels:'.")
    heads = {**ours.heads, **_heads(ours, said.pop("columns", {}))}
    scales = dict(ours.scales)
    for name, entry in said.items():
        scales[name] = _over(scales.get(name, Scale(name)), _read(name, entry), entry)
    ladders = scales["dimension"]
    known = {*ours.scales, *ladders.codes}
    if unknown := [name for name in said if name not in known]:
        raise DataError(f"there is no scale '{unknown[0]}'.", did_you_mean(unknown[0], known))
    for ladder in ladders:
        name = ladder.code
        if name not in scales:
            raise DataError(f"the dimension '{name}' has no levels.", f"Add '{name}:' with 'levels:'.")
        scales[name] = replace(scales[name], title={**ladder.labels, **scales[name].title})
    own = any(scales[name].replace for name in PROGRAMME)
    book = replace(ours, scales=scales, heads=heads, history=not own)
    for fault in _faults(book, ours, said):
        raise DataError(*fault)
    return book


def _heads(ours: Codebook, said: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Return the heads of columns, each with a label in both languages and its kind."""
    heads: dict[str, Mapping[str, str]] = {}
    for name, head in said.items():
        if not isinstance(head, dict) or head.keys() - {*LANGUAGES, "kind"}:
            raise DataError(*_unlike(f"the column '{name}'", head, LABELS))
        label = head.get("en") or head.get("nl", "")
        heads[name] = {**ours.heads.get(name, {"kind": "text", "en": label, "nl": label}), **head}
        if not heads[name]["en"]:
            raise DataError(f"the column '{name}' has no label.", "Add 'en:' and 'nl:'.")
    return heads


def _read(name: str, entry: Mapping[str, Any]) -> Scale:
    try:
        return TypeAdapter(Scale).validate_python({"name": name, **entry})
    except ValidationError as error:
        # A misspelt key also leaves the right one missing; the misspelling is what to tell.
        first = min(error.errors(), key=lambda one: one["type"] != UNKNOWN)
        raise DataError(*_misfit(Scale, entry, f"'{name}'", first["type"], *first["loc"])) from None


def _misfit(form: type, entry: Any, where: str, kind: str, key: Any, *further: Any) -> tuple[str, str]:
    """Return what does not fit under a key of an entry, or further down there, and the remedy."""
    if key == "levels" and further:
        level = entry["levels"][further[0]]
        if not isinstance(level, dict) or not level.get("code"):
            return f"a level of {where} has no code: {level}.", "Write it as {code: ..., en: ..., nl: ...}."
        return _misfit(Level, level, f"'{level['code']}' under {where}", kind, *further[1:])
    if kind == UNKNOWN:
        known = [field.name for field in fields(form)]
        return f"{where} has an unknown key '{key}'.", did_you_mean(key, known)
    return _unlike(f"'{key}' of {where}", entry[key], EXPECTED.get(key, "text"))


def _unlike(subject: str, found: Any, expected: str) -> tuple[str, str]:
    """Return what is wrong with a value, and what to write instead."""
    return f"{subject} is {found}." if found else f"{subject} is empty.", f"Give {expected}."


def _over(old: Scale, new: Scale, entry: Mapping[str, Any]) -> Scale:
    """Return a scale with another laid over it, of which `entry` is what was written."""
    levels = {} if new.replace else {level.code: level for level in old}
    codes = [level.code for level in new]
    if twice := [code for code in codes if codes.count(code) > 1]:
        raise DataError(f"the code '{twice[0]}' stands twice under '{old.name}'.", "Leave one of them out.")
    for level, written in zip(new, entry.get("levels", ()), strict=True):
        before = levels.get(level.code, Level(level.code))
        said = {key: getattr(level, key) for key in written}
        if said.keys() & {*LANGUAGES}:
            said = {"short": {}, **said}  # it was short for another label
        said["variants"] = (*before.variants, *level.variants)
        levels[level.code] = replace(before, **said)
    said = {key: getattr(new, key) for key in entry}
    kept = {name: codes for name, codes in old.subsets.items() if {*codes} <= levels.keys()}
    said |= {"subsets": {**kept, **new.subsets}, "title": {**old.title, **new.title}}
    years = said.get("years", old.years)
    said["levels"] = tuple(levels[code] for code in (sorted(levels) if years else levels))
    return replace(old, **said)


def _faults(book: Codebook, ours: Codebook, given: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find what no scale can mean, or no register holds, in the scales that were given; tests prove ours."""
    if {*book.measures} != {*ours.measures}:
        problem = f"its measures are {', '.join(book.measures)}, and those of a register are fixed."
        yield problem, f"Keep {', '.join(ours.measures)}; what is never filled in is not reported."
    for known in map(book.scale, given):
        before = ours.scales.get(known.name, Scale(known.name))
        yield from _faults_of_codes(known, before, known.name in book.dimensions)
        for level in known:
            yield from _faults_of_level(known, level)
        if known.name in book.measures:
            for name in sorted(before.subsets.keys() - known.subsets.keys()):
                problem = f"'{known.name}' does not say which of its codes are '{name}'."
                yield problem, f"Add 'subsets: {{{name}: [...]}}' with these codes."
        for name, codes in known.subsets.items():
            for code in {*codes} - {*known.codes}:
                problem = f"'{code}' among the '{name}' of '{known.name}' is none of its codes."
                yield problem, did_you_mean(code, known.codes)
    yield from _faults_of_regions(book)


def _faults_of_codes(known: Scale, ours: Scale, ladder: bool) -> Iterator[tuple[str, str]]:
    try:
        re.compile(known.prefix)
    except re.error:
        yield _unlike(f"'prefix' of '{known.name}'", known.prefix, EXPECTED["prefix"])
    shape, example = SHAPES.get("start" if known.years else known.name, (".+", "housing"))
    for code in known.codes:
        if not re.fullmatch(shape, code):
            yield f"'{code}' is no code of '{known.name}'.", f"Write it as {example}."
        if code == "all" and code not in ours.codes:
            yield f"the code 'all' under '{known.name}' means every code.", "Call it otherwise."
    if ladder and known.codes != tuple(str(number + 1) for number in range(len(known.codes))):
        problem = f"the phases of '{known.name}' have the codes {', '.join(known.codes)}."
        yield problem, "Number them 1, 2, 3 and so on, from low to high."
    if not known.codes:
        yield f"'{known.name}' has no levels.", "Add 'levels:' with its codes."


def _faults_of_level(known: Scale, level: Level) -> Iterator[tuple[str, str]]:
    where = f"'{level.code}' under '{known.name}'"
    if not level.labels["en"]:
        yield f"{where} has no label.", "Add 'en:' and 'nl:'."
    for key, wave in (("since", level.since), ("until", level.until)):
        if wave and not WAVE.fullmatch(wave):
            yield _unlike(f"'{key}' of {where}", wave, EXPECTED[key])
    for text in level.spellings:
        if (other := known.recognise(text)) != level.code:
            problem = f"'{text}' under '{known.name}' stands for both '{level.code}' and '{other}'."
            yield problem, "Give each spelling to one code."


def _faults_of_regions(book: Codebook) -> Iterator[tuple[str, str]]:
    regions, holders = book.scale("region"), book.scale("holder").codes
    for region in regions:
        for code in region.into:
            if code not in regions.codes or (regions.level(code).until or "9") <= region.until:
                problem = f"the region '{region.code}' becomes '{code}', which is none by then."
                yield problem, did_you_mean(code, {*regions.codes} - {region.code})
        if region.within not in holders:
            problem = f"'within' of '{region.code}' under 'region' is '{region.within}', and no holder."
            yield problem, did_you_mean(region.within, holders)
