"""Bars: shares of the levels of a scale, and counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Language, Scale
from ivvu_analysis.report.figures import palettes
from ivvu_analysis.report.figures.canvas import WIDTH, Canvas, Drawing, squeeze, text_width
from ivvu_analysis.report.figures.labels import gutter, in_order, row_label, rows_of
from ivvu_analysis.report.figures.palettes import ACCENT, NEUTRAL, Fill
from ivvu_analysis.report.figures.stack import Bar, Part, stack
from ivvu_analysis.report.text import Words

LARGEST = {"en": "{row}: most often ‘{level}’ ({share})", "nl": "{row}: het vaakst ‘{level}’ ({share})"}
UPPER = {"en": "{row}: {share} at ‘{level}’ or higher", "nl": "{row}: {share} op ‘{level}’ of hoger"}
NO_FIGURES = {"en": "{row}: no figures", "nl": "{row}: geen cijfers"}
RANGE = {
    "en": "{title}: most often ‘{high}’ ({most}), least often ‘{low}’ ({fewest}).",
    "nl": "{title}: het vaakst ‘{high}’ ({most}), het minst vaak ‘{low}’ ({fewest}).",
}
THICK = 18


def stacked(
    frame: pd.DataFrame,
    *,
    row: str,
    level: str = "level",
    scale: str,
    language: Language,
    key: str,
    row_labels: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw the shares of the levels of a scale as bars of 100 %, one a row.

    Parameters
    ----------
    frame
        One row a row of the figure and level: the columns `row` and `level` with codes, `estimate` (a share
        from 0 to 1), and `n` where it is known.
    row, level
        The columns with the codes of rows and of levels.
    scale
        The scale of the codebook that the levels belong to.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    row_labels
        Labels of rows that are neither waves nor codes of the scale called `row`.
    """
    levels = codebook.scale(scale)
    shares = _by_row(frame, row, level, levels.codes)
    labels = rows_of(list(shares.index), row, language, row_labels)
    fills = palettes.of_levels(levels)
    parts = [Part(levels.label(code, language), fill, fill.hatched) for code, fill in fills.items()]
    sentences = [_most_often(shares.loc[code], label, levels, language) for code, label in labels.items()]
    canvas = Canvas()
    bars, columns = _bars(frame, row, shares, labels, language), 2 if scale in palettes.PAIRS else 9
    bottom = stack(canvas, 0, bars, parts, Words(language).percent, total=1, legend_columns=columns)
    return canvas.drawing(bottom, _alt(levels, sentences, language), key)


def diverging(
    frame: pd.DataFrame,
    *,
    row: str,
    level: str = "level",
    scale: str,
    split: str,
    language: Language,
    key: str,
    row_labels: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw the shares of ordered levels to both sides of the cut below the level `split`.

    What is unknown has no side and is left out. The other parameters are those of `stacked`.

    Raises
    ------
    ValueError
        If `split` is not a level of the scale above the lowest.
    """
    levels = codebook.scale(scale)
    if split not in levels.rated[1:]:
        raise ValueError(f"There is no cut below level '{split}' of {scale}: choose from {levels.rated[1:]}.")
    below = levels.rated.index(split)
    shares = _by_row(frame, row, level, levels.rated)
    labels = rows_of(list(shares.index), row, language, row_labels)
    colours = palettes.two_sided(below, len(levels.rated) - below)
    parts = [
        Part(levels.label(code, language), Fill(colour))
        for code, colour in zip(levels.rated, colours, strict=True)
    ]
    words = Words(language)
    sentences = [
        UPPER[language].format(
            row=label,
            share=words.percent(shares.loc[code].iloc[below:].sum()),
            level=levels.label(split, language),
        )
        for code, label in labels.items()
    ]
    canvas = Canvas()
    bars = _bars(frame, row, shares, labels, language)
    columns = 2 if scale in palettes.PAIRS else 9
    bottom = stack(canvas, 0, bars, parts, words.percent, total=1, below=below, legend_columns=columns)
    return canvas.drawing(bottom, _alt(levels, sentences, language), key)


def counts(
    frame: pd.DataFrame,
    *,
    category: str,
    scale: str,
    language: Language,
    key: str,
    value: str = "projects",
    highlight: Collection[str] = (),
) -> Drawing:
    """Draw counts as horizontal bars in the order given, each with its number.

    Parameters
    ----------
    frame
        One row a category: the columns `category` with codes and `value` with counts.
    category, value
        Those columns.
    scale
        The scale of the codebook that the categories belong to.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    highlight
        Codes whose bars stand out, in colour and in bold.
    """
    words, levels = Words(language), codebook.scale(scale)
    amounts = dict(zip(frame[category].astype(str), frame[value].astype(float), strict=True))
    labels = {code: levels.label(code, language) for code in amounts}
    left = gutter(list(labels.values()), most=300, bold=bool(highlight))
    room = WIDTH - left - max(text_width(words.number(x), bold=True) for x in amounts.values()) - 12
    unit = room / max(1.0, *amounts.values())
    wrapped = any(len(squeeze(label, left - 10)) > 1 for label in labels.values())
    pitch = 34 if wrapped else 26
    canvas = Canvas()
    for i, (code, amount) in enumerate(amounts.items()):
        middle, bold = (i + 0.5) * pitch, code in highlight
        fill = Fill(ACCENT if bold or not highlight else NEUTRAL)
        row_label(canvas, middle, labels[code], left, bold=bold)
        if amount > 0:
            canvas.rectangle(left, middle - THICK / 2, amount * unit, THICK, fill)
        canvas.text(left + amount * unit + 5, middle, words.number(amount), bold=bold)
    low, high = min(amounts, key=amounts.__getitem__), max(amounts, key=amounts.__getitem__)
    alt = RANGE[language].format(
        title=levels.title(language),
        low=labels[low],
        fewest=words.number(amounts[low]),
        high=labels[high],
        most=words.number(amounts[high]),
    )
    return canvas.drawing(len(amounts) * pitch, alt, key)


def _by_row(frame: pd.DataFrame, row: str, level: str, codes: Sequence[str]) -> pd.DataFrame:
    """Return the estimates as one row a row of the figure and one column a level; what is not there is 0."""
    codes_as_text = frame.assign(**{row: frame[row].astype(str), level: frame[level].astype(str)})
    wide = codes_as_text.pivot_table(index=row, columns=level, values="estimate", aggfunc="first", sort=False)
    return wide.reindex(index=in_order(frame, row), columns=list(codes)).fillna(0.0).astype(float)


def _bars(
    frame: pd.DataFrame, row: str, shares: pd.DataFrame, labels: Mapping[str, str], language: Language
) -> list[Bar]:
    sizes = frame.groupby(frame[row].astype(str))["n"].max() if "n" in frame else {}
    notes = {code: f"n = {Words(language).number(sizes[code])}" if code in sizes else "" for code in labels}
    return [Bar(label, tuple(shares.loc[code]), notes[code]) for code, label in labels.items()]


def _most_often(shares: pd.Series[float], label: str, levels: Scale, language: Language) -> str:
    if shares.sum() == 0:
        return NO_FIGURES[language].format(row=label)
    top = str(shares.idxmax())
    return LARGEST[language].format(
        row=label, level=levels.label(top, language), share=Words(language).percent(shares[top])
    )


def _alt(levels: Scale, sentences: Sequence[str], language: Language) -> str:
    """Return what the first and the last row say."""
    return f"{levels.title(language)}, {'; '.join(dict.fromkeys([sentences[0], sentences[-1]]))}."
