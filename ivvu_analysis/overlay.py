"""What a codebook that is laid over ours may say, and every complaint with its scale and code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.scales import Language, Scale

if TYPE_CHECKING:
    from ivvu_analysis.codebook import Codebook

Text = Annotated[str, Field(pattern=r"\S")]
Word = Annotated[Text, BeforeValidator(lambda one: str(one) if type(one) is int else one)]
Named = Annotated[dict[Language, Word], Field(min_length=1)]
Wave = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(str(error)) from None
    return pattern


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LevelEntry(_Strict):
    """A code; all but the code may stay as it was. See `scales.Level`."""

    code: Word
    en: Word = ""
    nl: Word = ""
    short: Named = {}
    variants: list[Text] = []
    missing: bool = False
    within: Text = ""
    parent: Text = ""
    tile: Annotated[list[int], Field(min_length=2, max_length=2)] = []
    colour: Text = ""
    since: Wave = ""
    until: Wave = ""
    into: list[Word] = []


class ScaleEntry(_Strict):
    """A scale; all that it does not name may stay as it was. See `scales.Scale`."""

    title: Named = {}
    levels: list[LevelEntry] = []
    subsets: dict[str, list[Word]] = {}
    replace: bool = False
    ordered: bool = False
    prefix: Annotated[Text, AfterValidator(_compiled)] = ""
    years: bool = False


class HeadEntry(_Strict):
    """The head of a column."""

    en: Word = ""
    nl: Word = ""
    kind: Text = ""


# How codes are written that are read as years, and as numbers of organisations.
SHAPES = {
    "start": (r"20\d\d(-20\d\d)?", "2020 or 2018-2019"),
    "participation": (r"\d+(-\d+|\+)|unknown", "4-6 or 10+"),
}

# What is expected under a key, and how it is written.
TEXT = ("text", '"12", between quotes')
LABELS = ("labels by language", "{en: Housing, nl: Wonen}")
WAVE = ("year and month", '"2021-03", between quotes')
YES = ("true or false", "true")
EXPECTED = {
    **dict.fromkeys(("short", "title"), LABELS),
    **dict.fromkeys(("since", "until"), WAVE),
    **dict.fromkeys(("missing", "replace", "ordered", "years"), YES),
    "variants": ("a list of texts", '[Woonzorg, "12"], between brackets'),
    "into": ("a list of codes", "[oost], between brackets"),
    "tile": ("a row and a column", "[4, 6]"),
    "levels": ("a list of codes with labels", "- {code: housing, en: Housing, nl: Wonen}"),
    "subsets": ("lists of codes by name", "{reached: [national, other_regions]}"),
    "prefix": ("a regular expression", "'(regio )?'"),
}


def checked(raw: Any) -> dict[str, dict[str, Any]]:
    """Return what a codebook file says, by scale, without what it does not say.

    Raises
    ------
    DataError
        If it says something that a codebook cannot say.

    Examples
    --------
    >>> checked({"theme": {"levels": [{"code": 1, "en": "One"}]}})
    {'theme': {'levels': [{'code': '1', 'en': 'One'}]}, 'columns': {}}
    """
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise DataError("it is no list of scales.", "Begin with a scale, such as 'theme:', with 'levels:'.")
    said = {str(name): entry for name, entry in raw.items()}
    heads = said.pop("columns", {})
    entries = {name: _said(ScaleEntry, entry, f"'{name}'") for name, entry in said.items()}
    columns = {str(name): _said(HeadEntry, head, f"the column '{name}'") for name, head in heads.items()}
    return entries | {"columns": columns}


def _said(form: type[_Strict], entry: Any, where: str) -> dict[str, Any]:
    try:
        return form.model_validate(entry).model_dump(exclude_unset=True)
    except ValidationError as error:
        # A misspelt key also leaves the right one missing; the misspelling is what to tell.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        raise DataError(*_misfit(form, entry, where, first["type"], *first["loc"])) from None


def _misfit(form: type[_Strict], entry: Any, where: str, kind: str, *place: int | str) -> tuple[str, str]:
    """Return what does not fit at a place in an entry, and the remedy."""
    key, *further = map(str, place or [""])
    if key == "levels" and further:
        level = entry["levels"][int(further[0])]
        if not isinstance(level, dict) or "code" not in level:
            return f"a level of {where} has no code: {level}.", "Write it as {code: ..., en: ..., nl: ...}."
        return _misfit(LevelEntry, level, f"'{level['code']}' under {where}", kind, *place[2:])
    if kind == "extra_forbidden" and not further:
        return f"{where} has an unknown key '{key}'.", did_you_mean(key, form.model_fields)
    what, example = EXPECTED.get(key, TEXT if key else LABELS)
    value, subject = (entry.get(key), f"'{key}' of {where}") if key else (entry, where)
    found = "it is empty" if value is None else f"{value} is not"
    return f"{subject} must be {what}, and {found}.", f"Write it as in {example}."


def prove(book: Codebook, ours: Codebook, given: Iterable[str]) -> None:
    """Refuse a codebook that says what no scale can mean, or what no register holds; tests prove ours.

    Parameters
    ----------
    book
        Our codebook with the other one laid over it.
    ours
        Our codebook.
    given
        The scales that the other one names.

    Raises
    ------
    DataError
        With the scale and the code that it is about.

    Examples
    --------
    >>> from ivvu_analysis.codebook import standard
    >>> prove(standard(), standard(), ["region", "theme"])
    """
    if {*book.measures} != {*ours.measures}:
        problem = f"its measures are {', '.join(book.measures)}, and those of a register are fixed."
        remedy = f"Keep {', '.join(ours.measures)}; what is never filled in is not reported."
        raise DataError(problem, remedy)
    for known in map(book.scale, given):
        _prove_codes(known, ours.scales.get(known.name), known.name in book.dimensions)
        for level in known:
            for text in level.spellings:
                if (other := known.recognise(text)) != level.code:
                    problem = f"'{text}' under '{known.name}' stands for both '{level.code}' and '{other}'."
                    raise DataError(problem, "Give each spelling to one code.")
        for name in ours.scales[known.name].subsets if known.name in book.measures else ():
            if name not in known.subsets:
                problem = f"'{known.name}' does not say which of its codes are '{name}'."
                raise DataError(problem, f"Add 'subsets: {{{name}: [...]}}' with these codes.")
        for name, codes in known.subsets.items():
            for code in {*codes} - {*known.codes}:
                problem = f"'{code}' among the '{name}' of '{known.name}' is none of its codes."
                raise DataError(problem, did_you_mean(code, known.codes))
    _prove_regions(book)


def _prove_codes(known: Scale, ours: Scale | None, ladder: bool) -> None:
    shape, example = SHAPES.get("start" if known.years else known.name, (".+", ""))
    for code in known.codes:
        if not re.fullmatch(shape, code):
            raise DataError(f"'{code}' is no code of '{known.name}'.", f"Write it as {example}.")
        if code == "all" and not (ours and code in ours.codes):
            raise DataError(f"the code 'all' under '{known.name}' means every code.", "Call it otherwise.")
    if ladder and known.codes != tuple(str(number + 1) for number in range(len(known.codes))):
        problem = f"the phases of '{known.name}' have the codes {', '.join(known.codes)}."
        raise DataError(problem, "Number them 1, 2, 3 and so on, from low to high.")
    if not known.codes:
        raise DataError(f"'{known.name}' has no levels.", "Add 'levels:' with its codes.")


def _prove_regions(book: Codebook) -> None:
    regions, holders = book.scale("region"), book.scale("holder").codes
    for region in regions:
        for code in region.into:
            if code not in regions.codes or (regions.level(code).until or "9") <= region.until:
                problem = f"the region '{region.code}' becomes '{code}', which is none by then."
                raise DataError(problem, did_you_mean(code, {*regions.codes} - {region.code}))
        if region.within not in holders:
            problem = f"'within' of '{region.code}' under 'region' is '{region.within}', and no holder."
            raise DataError(problem, did_you_mean(region.within, holders))
