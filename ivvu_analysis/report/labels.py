"""Codes as the labels that a reader meets: ordered categoricals, ready for a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ivvu_analysis.figures import theme
from ivvu_analysis.report.words import Words

WAVE = re.compile(r"\d{4}-\d{2}")
MOMENTS = ("wave", "date", "from_wave", "to_wave", "wave_before")
LEVELS = ("level", "phase", "from_phase", "to_phase")


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its named index among its columns."""
    numbered = isinstance(frame.index, pd.RangeIndex) or None in frame.index.names
    return frame if numbered else frame.reset_index()


def labelled(frame: pd.DataFrame, words: Words, level: str = "", short: bool = False) -> pd.DataFrame:
    """Return a frame whose codes are labels; see `Report.labelled`."""
    shown = flat(frame)
    columns = {name: _labels(shown, str(name), words, level, short) for name in shown.columns}
    named = shown.assign(**{name: column for name, column in columns.items() if column is not None})
    named.attrs["palette"] = _colours_of_their_own(words, level) if level else {}
    return named


def palette(words: Words, scale: str) -> dict[str, str]:
    """Return the colours of a scale by label: those of the codebook, a ramp, and one for unknown."""
    levels = words.book.scale(scale)
    rated = theme.palette(levels.rated, ordered=levels.ordered or len(levels.rated) < 9)
    colours = {**dict.fromkeys(levels.codes, theme.UNKNOWN), **rated, **levels.colours}
    return {levels.label(code, words.language): colour for code, colour in colours.items()}


def _colours_of_their_own(words: Words, scale: str) -> dict[str, str]:
    """Return the colours that follow from no order: those of the codebook, and that of unknown."""
    levels = words.book.scale(scale)
    unknown = dict.fromkeys((code for code in levels.codes if code not in levels.rated), theme.UNKNOWN)
    colours = {**unknown, **levels.colours}
    return {levels.label(code, words.language): colour for code, colour in colours.items()}


def _labels(frame: pd.DataFrame, name: str, words: Words, level: str, short: bool) -> pd.Series | None:
    """Return the labels of a column of codes; None for any other column."""
    values = frame[name]
    if name in MOMENTS:
        known = sorted(code for code in values.dropna().astype(str).unique() if WAVE.fullmatch(code))
        return _as_labels(values, {code: words.short_wave(code) for code in known})
    if name in ("subject", "side"):
        return values.astype(object).map(lambda code: _name_of(str(code), words))
    if name == "cut" and level:
        return _as_labels(values, words.at_least(list(values.astype(str)), level))
    if name in LEVELS and level:
        return _as_labels(values, labels_of(level, words, short))
    if name in LEVELS and {"dimension", "subject"} & set(frame):
        beside = frame["subject" if "subject" in frame else "dimension"]
        return _by_scale(beside.astype(str), values, words, short)
    if name == "point" and "side" in frame:
        sides, points = frame["side"].astype(str), frame["point"].astype(str)
        return _as_labels(_by_scale(sides, points, words, short=True), {})
    if name == "pair":
        return _as_labels(values, _of_pairs(values, words))
    return _as_labels(values, labels_of(name, words, short)) if name in words.book.scales else None


def _name_of(code: str, words: Words) -> str:
    """Return what a ladder, a measure or a scale is called."""
    for kind in ("dimension", "measure"):
        if code in words.book.scale(kind).codes:
            return words.book.scale(kind).short(code, words.language)
    return words.book.scale(code).title(words.language)


def labels_of(scale: str, words: Words, short: bool) -> dict[str, str]:
    """Return the labels of a scale by code, in its order."""
    levels = words.book.scale(scale)
    say = levels.short if short else levels.label
    return {code: say(code, words.language) for code in levels.codes}


def _by_scale(scales: pd.Series, codes: pd.Series, words: Words, short: bool) -> pd.Series:
    """Return the labels of codes whose scale stands beside each of them."""
    known = {scale: labels_of(scale, words, short) for scale in dict.fromkeys(scales)}
    texts = [known[scale][str(code)] for scale, code in zip(scales, codes, strict=True)]
    order = list(dict.fromkeys(label for labels in known.values() for label in labels.values()))
    return pd.Series(pd.Categorical(texts, order, ordered=True), index=codes.index)


def _of_pairs(values: pd.Series, words: Words) -> dict[str, str]:
    """Return the labels of pairs of ladders, such as ``agreements_dynamics``."""
    named = labels_of("pair", words, short=False) if "pair" in words.book.scales else {}
    ladders = labels_of("dimension", words, short=True)
    split = {code: " – ".join(ladders.get(part, part) for part in str(code).split("_")) for code in values}
    return {code: named.get(code, text) for code, text in split.items()}


def _as_labels(values: pd.Series, labels: Mapping[str, str]) -> pd.Series:
    """Return codes as labels in the order of `labels`, as far as they occur; what has no label stays."""
    texts = values.astype(object).map(
        lambda code: None if pd.isna(code) else labels.get(str(code), str(code))
    )
    present = list(texts.dropna().unique())
    order = [text for text in dict.fromkeys(labels.values()) if text in present]
    order += [text for text in present if text not in order]
    return pd.Series(pd.Categorical(texts, order, ordered=True), index=values.index)
