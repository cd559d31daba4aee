"""Codes as the labels that a reader meets, in tables and, as ordered categoricals, in figures."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.figures import theme
from ivvu_analysis.report.words import Words

WAVE = re.compile(r"\d{4}-\d{2}")  # a column named after a wave has its counts


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index among its columns, unless it only numbers the rows."""
    index = frame.index
    if index.names == [None] and pd.api.types.is_numeric_dtype(index):
        return frame
    return frame.set_axis(
        index.set_names([name or " " * (i + 1) for i, name in enumerate(index.names)])
    ).reset_index()


def kind_of(name: str, book: Codebook) -> str:
    """Return what stands in a column, by its name: ``"count"``, ``"share"``, ``"code"``...; or nothing."""
    if WAVE.fullmatch(name):
        return "count"
    if name in book.heads:
        return book.heads[name].kind
    return "code" if name in book.scales else ""


def labels(
    frame: pd.DataFrame, name: str, words: Words, level: str = "", short: bool = False
) -> pd.Series | None:
    """Return the labels of a column of codes, in their order; what has none stays. None for other columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"theme": ["technology", "learning", "cooking"]})
    >>> list(labels(frame, "theme", Words("en")).cat.categories)
    ['Learning and improving', 'Technology', 'cooking']
    """
    values, codes, kind = frame[name], frame[name].astype(str), kind_of(name, words.book)
    beside = next((column for column in ("subject", "dimension") if column in frame), "")
    if kind in ("level", "phase") and (level or beside):
        scales = pd.Series(level, frame.index) if level else frame[beside].astype(str)
    elif kind == "qualified":
        parts = codes.str.partition(".")
        scales, codes = parts[0], parts[2]
    elif kind == "code":
        scales = pd.Series(name, frame.index)
    else:
        return None
    known: dict[tuple[str, str], str] = {}
    for scale in [name for name in dict.fromkeys(scales) if name in words.book.scales]:
        texts = words.at_least(scale) if name == "cut" else words.by_code(scale, short)
        known |= {(scale, code): text for code, text in (texts | words.by_code("total")).items()}
    found = [known.get(key, key[1]) for key in zip(scales, codes, strict=True)]
    return ordered(pd.Series(found, frame.index).where(values.notna(), None), known.values())


def ordered(texts: pd.Series, order: Iterable[str]) -> pd.Series:
    """Return texts as categories in an order, as far as they occur, then in that of their rows."""
    present = list(texts.dropna().unique())
    categories = [text for text in dict.fromkeys([*order, *present]) if text in present]
    return pd.Series(pd.Categorical(texts, categories, ordered=True), index=texts.index)


def labelled(frame: pd.DataFrame, words: Words, level: str = "", short: bool = False) -> pd.DataFrame:
    """Return a frame whose codes are labels; see `Report.labelled`."""
    shown = flat(frame)
    named = {name: _for_figures(shown, str(name), words, level, short) for name in shown.columns}
    result = shown.assign(**{name: column for name, column in named.items() if column is not None})
    result.attrs["palette"] = palette(words, level, ramp=False) if level else {}
    return result


def _for_figures(frame: pd.DataFrame, name: str, words: Words, level: str, short: bool) -> pd.Series | None:
    kind = kind_of(name, words.book)
    if kind == "wave":
        codes = frame[name].astype(object)
        waves = {str(code): words.short_wave(str(code)) for code in sorted(codes.dropna().astype(str))}
        return ordered(codes.map(waves), waves.values())
    if kind == "scale":
        titles = {name: scale.title(words.language) for name, scale in words.book.scales.items()}
        titles |= words.by_code("dimension", short=True) | words.by_code("measure", short=True)
        return frame[name].astype(object).map(titles)
    return labels(frame, name, words, level, short)


def palette(words: Words, scale: str, ramp: bool = True) -> dict[str, str]:
    """Return the colours of a scale by label: those of the codebook, a ramp if asked, one for unknown."""
    levels = words.book.scale(scale)
    rated = theme.palette(levels.rated, ordered=levels.ordered or len(levels.rated) < 9) if ramp else {}
    unknown = {code: theme.UNKNOWN for code in levels.codes if code not in levels.rated}
    colours = {**unknown, **rated, **levels.colours}
    return {levels.label(code, words.language): colour for code, colour in colours.items()}
