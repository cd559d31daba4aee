"""Stories: a few rows that are text, such as example projects, told one below the other."""

from __future__ import annotations

from html import escape

import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.report.text import Words


def stories(frame: pd.DataFrame, words: Words) -> str:
    """Return each row as a heading of the third level, its theme, and its paragraphs.

    Parameters
    ----------
    frame
        One row a story: `title, theme, summary, result`, the theme a code and the title in Dutch, as it was
        published; all text is escaped.
    words
        The language.
    """
    return "".join(_story(row, words) for _, row in frame.iterrows())


def _story(row: pd.Series, words: Words) -> str:
    themes = scale("theme")
    theme = f"{themes.title(words.language)}: {themes.label(row['theme'], words.language)}"
    paragraphs = "".join(f"<p>{escape(row[name], quote=False)}</p>" for name in ("summary", "result"))
    heading = f'<h3 lang="nl">{escape(row["title"], quote=False)}</h3>'
    return f'{heading}<p class="edition">{escape(theme)}</p>{paragraphs}'
