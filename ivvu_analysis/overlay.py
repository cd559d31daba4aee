"""A codebook that is laid over ours: what it may say, and every complaint with its line, scale and code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from ivvu_analysis.errors import DataError, did_you_mean, placed
from ivvu_analysis.scales import LANGUAGES, WAVE, Level, Scale
from ivvu_analysis.strict_yaml import Form, Texts, read

if TYPE_CHECKING:
    from ivvu_analysis.codebook import Codebook

# Who replaces one of these starts a history of its own.
PROGRAMME = ("region", "holder", "theme", "dimension", "measure")
# How codes are written that are read as years, and as numbers of organisations.
SHAPES = {
    "start": (r"20\d\d(-20\d\d)?", "2020 or 2018-2019"),
    "participation": (r"\d+(-\d+|\+)|unknown", "4-6 or 10+"),
}
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Contents(BaseModel):
    """What a codebook says: heads of columns, and scales by name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Scale]

    columns: dict[str, dict[Literal["en", "nl", "kind"], str]] = {}


CODEBOOK = Form(
    "codebook",
    Contents,
    {
        "": "a mapping of scales, such as `theme:`, each with its `levels:`",
        **dict.fromkeys(("code", "en", "nl", "within", "parent"), "text"),
        "colour": "a hash and six hexadecimal digits between quotes, such as '#1b6f6a'",
        **dict.fromkeys(("short", "title"), "labels by language, such as {en: Housing, nl: Wonen}"),
        "columns": "labels by language of each column, such as cost: {en: Costs, nl: Kosten}",
        **dict.fromkeys(("missing", "replace", "ordered", "years"), "true or false"),
        **dict.fromkeys(("since", "until"), "year and month, such as 2021-03"),
        "prefix": "a regular expression, such as '(regio )?'",
        "variants": "a list of texts between brackets, such as [Woonzorg, Zorgwonen]",
        "into": "a list of codes between brackets, such as [oost]",
        "tile": "a row and a column, such as [4, 6]",
        "levels": "a list of codes with labels, such as - {code: housing, en: Housing, nl: Wonen}",
        "subsets": "lists of codes by name, such as {reached: [national, other_regions]}",
    },
    "docs/edition.md shows what a codebook looks like.",
    DataError,
    Texts,
)


def laid_over(ours: Codebook, path: Path) -> Codebook:
    """Return our codebook with what a file says laid over it: what it does not name stays as it was.

    Parameters
    ----------
    ours
        Our codebook.
    path
        A YAML file of scales, and `columns`.

    Raises
    ------
    DataError
        If it says something that a codebook cannot say, that no scale can mean, or that no register holds.

    Examples
    --------
    >>> from ivvu_analysis.codebook import standard
    >>> laid_over(standard(), Path("ours.yaml")).scale("theme").title["en"]  # doctest: +SKIP
    'Subject'
    """
    written = read(path, CODEBOOK)
    said, contents, scales = written.said, written.contents, dict(ours.scales)
    heads = {**ours.heads}
    for name, head in contents.columns.items():
        with placed(written.at("columns", name)):
            label = head.get("en") or head.get("nl", "")
            heads[name] = {**ours.heads.get(name, {"kind": "text", "en": label, "nl": label}), **head}
            if not heads[name]["en"]:
                raise DataError(f"the column '{name}' has no label.", "Add 'en:' and 'nl:'.")
    for name, scale in contents.__pydantic_extra__.items():
        with placed(written.at(name)):
            scales[name] = _over(scales.get(name, Scale(name)), scale, said[name])
    ladders = scales["dimension"]
    for name in contents.__pydantic_extra__.keys() - {*ours.scales, *ladders.codes}:
        problem = f"{written.at(name)}: there is no scale '{name}'."
        raise DataError(problem, did_you_mean(name, {*ours.scales, *ladders.codes}))
    for ladder in ladders:
        name = ladder.code
        if name not in scales:
            problem = f"{written.at('dimension')}: the dimension '{name}' has no levels."
            raise DataError(problem, f"Add '{name}:' with 'levels:'.")
        scales[name] = replace(scales[name], title={**ladder.labels, **scales[name].title})
    own = any(scales[name].replace for name in PROGRAMME)
    book = replace(ours, scales=scales, heads=heads, history=not own)
    for name in contents.__pydantic_extra__:
        with placed(written.at(name)):
            _refuse_senseless(book, scales[name], ours.scales.get(name, Scale(name)))
    with placed(written.at("region")):
        _refuse_lost_regions(book)
    return book


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


def _refuse_senseless(book: Codebook, known: Scale, ours: Scale) -> None:
    """Refuse what a scale cannot mean, or no register holds; tests prove ours."""
    if known.name == "measure" and {*known.codes} != {*ours.codes}:
        problem = f"the measures are {', '.join(known.codes)}, and those of a register are fixed."
        remedy = f"Keep {', '.join(ours.codes)}; what is never filled in is not reported."
        raise DataError(problem, remedy)
    _refuse_codes(known, ours, known.name in book.dimensions)
    for level in known:
        _refuse_level(known, level)
    if known.name in book.measures:
        for name in sorted(ours.subsets.keys() - known.subsets.keys()):
            problem = f"'{known.name}' does not say which of its codes are '{name}'."
            raise DataError(problem, f"Add 'subsets: {{{name}: [...]}}' with these codes.")
    for name, codes in known.subsets.items():
        for code in {*codes} - {*known.codes}:
            problem = f"'{code}' among the '{name}' of '{known.name}' is none of its codes."
            raise DataError(problem, did_you_mean(code, known.codes))


def _refuse_codes(known: Scale, ours: Scale, ladder: bool) -> None:
    try:
        re.compile(known.prefix)
    except re.error:
        problem = f"'prefix' must be {CODEBOOK.expected['prefix']}, and is {known.prefix}."
        raise DataError(problem, "Close every bracket, or leave it out.") from None
    shape, example = SHAPES.get("start" if known.years else known.name, (".+", "housing"))
    for code in known.codes:
        if not re.fullmatch(shape, code):
            raise DataError(f"'{code}' is no code of '{known.name}'.", f"Write it as {example}.")
        if code == "all" and code not in ours.codes:
            problem = f"the code 'all' under '{known.name}' means every code."
            raise DataError(problem, "Call it otherwise.")
    if ladder and known.codes != tuple(str(number + 1) for number in range(len(known.codes))):
        problem = f"the phases of '{known.name}' have the codes {', '.join(known.codes)}."
        raise DataError(problem, "Number them 1, 2, 3 and so on, from low to high.")
    if not known.codes:
        raise DataError(f"'{known.name}' has no levels.", "Add 'levels:' with its codes.")


def _refuse_level(known: Scale, level: Level) -> None:
    where = f"'{level.code}' under '{known.name}'"
    if not level.labels["en"]:
        raise DataError(f"{where} has no label.", "Add 'en:' and 'nl:'.")
    for key, shape in (("since", WAVE), ("until", WAVE), ("colour", COLOUR)):
        if (said := getattr(level, key)) and not shape.fullmatch(said):
            raise DataError(f"'{key}' of {where} is {said}.", f"Give {CODEBOOK.expected[key]}.")
    for text in level.spellings:
        if (other := known.recognise(text)) != level.code:
            problem = f"'{text}' under '{known.name}' stands for both '{level.code}' and '{other}'."
            raise DataError(problem, "Give each spelling to one code.")


def _refuse_lost_regions(book: Codebook) -> None:
    regions, holders = book.scale("region"), book.scale("holder").codes
    for region in regions:
        for code in region.into:
            if code not in regions.codes or (regions.level(code).until or "9") <= region.until:
                problem = f"the region '{region.code}' becomes '{code}', which is none by then."
                known = did_you_mean(code, regions.codes) if code not in regions.codes else ""
                raise DataError(problem, known or "Correct 'into', or the 'until' of either.")
        if region.within not in holders:
            problem = f"'within' of '{region.code}' under 'region' is '{region.within}', and no holder."
            raise DataError(problem, did_you_mean(region.within, holders))
