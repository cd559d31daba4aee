"""Codes as the labels that a reader meets, in tables and, as ordered categoricals, in figures."""

from __future__ import annotations

import re

import pandas as pd

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.data.references import reworded
from ivvu_analysis.figures import theme
from ivvu_analysis.report.words import Words

WAVE = re.compile(r"\d{4}-\d{2}")  # a column named after a wave has its counts


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index among its columns, unless it only numbers the rows."""
    index = frame.index
    if index.names == [None] and pd.api.types.is_numeric_dtype(index):
        return frame
    names = [name or " " * (i + 1) for i, name in enumerate(index.names)]
    return frame.rename_axis(index=names).reset_index()


def kind_of(name: str, book: Codebook) -> str:
    """Return what stands in a column, by its name: ``"count"``, ``"share"``, ``"code"``...; or nothing."""
    if WAVE.fullmatch(name):
        return "count"
    if name in book.heads:
        return book.heads[name]["kind"]
    return "code" if name in book.scales else ""


def labels(
    frame: pd.DataFrame,
    name: str,
    words: Words,
    level: str = "",
    short: bool = False,
    figure: bool = False,
) -> pd.Series | None:
    """Return the labels of a column of codes, in their order; what has none stays. None for other columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"theme": ["technology", "learning", "cooking"]})
    >>> list(labels(frame, "theme", Words("en")).cat.categories)
    ['Learning and improving', 'Technology', 'cooking']
    """
    kind, book, language = kind_of(name, words.book), words.book, words.language
    beside = next((column for column in ("subject", "dimension") if column in frame), "")
    by_level = kind in ("level", "phase") and bool(level or beside)
    if not by_level and kind not in ("wave", "scale", "code", "qualified") and name != "table":
        return None
    there = frame[name].notna()
    codes = [str(code) if known else None for code, known in zip(frame[name], there, strict=True)]
    present = dict.fromkeys(code for code in codes if code is not None)
    keys, texts, totals = codes, {}, words.by_code("total")
    if kind == "wave":
        pattern = "MMM y" if figure else "MMMM y"
        texts = {wave: words.wave(wave, pattern) for wave in sorted(present) if WAVE.fullmatch(wave)}
    elif kind == "scale":
        shorter = words.by_code("dimension", True) | words.by_code("measure", True) if figure else {}
        titles = {name: scale.titles[language] for name, scale in book.scales.items()} | shorter
        texts = {scale: titles[scale] for scale in present if scale in titles}
    elif name == "table":
        texts = {reference: reworded(reference, language) for reference in present}
    else:
        scales = [level if by_level else name] * len(codes)
        if by_level and not level:
            scales = frame[beside].tolist()
        if kind == "qualified":
            scales = [code.partition(".")[0] for code in present]
        else:
            keys = [f"{scale}.{code}" for scale, code in zip(scales, codes, strict=True)]
        for scale in [one for one in dict.fromkeys(scales) if one in book.scales]:
            labelled = words.at_least(scale) if name == "cut" else words.by_code(scale, short)
            texts |= {f"{scale}.{code}": label for code, label in labelled.items()}
    found = [
        None if code is None else texts.get(str(key), totals.get(code, code))
        for key, code in zip(keys, codes, strict=True)
    ]
    order = dict.fromkeys([*texts.values(), *found])
    categories = [text for text in order if text in set(found) and text is not None]
    return pd.Series(pd.Categorical(found, categories, ordered=True), index=frame.index)


def labelled(frame: pd.DataFrame, words: Words, level: str = "", short: bool = False) -> pd.DataFrame:
    """Return a frame whose codes are labels; see `Report.labelled`."""
    shown = flat(frame)
    named = {name: labels(shown, str(name), words, level, short, figure=True) for name in shown.columns}
    result = shown.assign(**{name: column for name, column in named.items() if column is not None})
    result.attrs["palette"] = palette(words, level, ramp=False) if level else {}
    return result


def palette(words: Words, scale: str, ramp: bool = True) -> dict[str, str]:
    """Return the colours of a scale by label, in its order: its own, a ramp if asked, one for unknown."""
    levels = words.book.scale(scale)
    rated = theme.palette(levels.rated, ordered=levels.ordered or len(levels.rated) < 9) if ramp else {}
    unknown = {code: theme.UNKNOWN for code in levels.codes if code not in levels.rated}
    own = {level.code: level.colour for level in levels if level.colour}
    colours = {**unknown, **rated, **own}
    known = [code for code in levels.codes if code in colours]
    return {levels.label(code, words.language): colours[code] for code in known}
