"""What a report says in words: its sentences, titles and labels, in the language of its reader."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from IPython.display import display

from ivvu_analysis.figures import theme
from ivvu_analysis.neutral import neutralise
from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.outputs import MIME
from ivvu_analysis.report.safe import markdown, plain
from ivvu_analysis.report.tables import flat, labels
from ivvu_analysis.report.words import Words

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")  # a text that is a number is no formula, whatever its sign


class Sentences:
    """The texts of a report; see `ivvu_analysis.Report`, which adds figures, tables and key figures.

    Parameters
    ----------
    words
        The language, and the codebook that labels come from.

    Examples
    --------
    >>> Sentences(Words("nl")).fill("{share:%1}", share=0.5)
    '50,0%'
    """

    def __init__(self, words: Words) -> None:
        self.words, self.language, self.book = words, words.language, words.book

    def gettext(self, text: str) -> str:
        """Return a text in the language of the report, from the catalogue; the usual name for it is `_`.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> _ = Report(language="nl").gettext
        >>> _("Contents")
        'Inhoud'
        """
        return translate(text, self.language)

    def fill(self, text: str, /, **values: Any) -> str:
        """Return a text with its fields filled in, as plain text: for titles and labels in a figure.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().fill("{share:%} of {n}", share=0.5, n=318)
        '50% of 318'
        """
        return self.words.fill(text, values, markup=False)

    def format(self, unit: str) -> Callable[[float], str]:
        """Return a function that writes numbers in a unit, for the `fmt` of a figure; see `Words.format`.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report(language="nl").format("%1")(0.256)
        '25,6%'
        """
        how = unit.replace("+%", "+")  # the axis says that it is about percentage points
        return lambda value: self.words.format(how, value)

    def title(self, text: str, /, **values: Any) -> None:
        """Give the page a title with fields in it, where the first heading of the notebook is not enough.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().title("{region:region}: region profile", region="twente")
        """
        self._show("", title=self.fill(text, **values))

    def finding(self, text: str, /, **values: Any) -> None:
        """Show one of the main findings, a sentence with its numbers, which the cover page repeats.

        Parameters
        ----------
        text
            Markdown with fields; see `Words.fill` for how they are written.
        **values
            What the fields stand for; a row of a frame gives its parts, as in ``{row.estimate:%}``.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().finding("**{share:%} of {n} projects** are ready.", share=0.56, n=318)
        """
        html = self._rendered(text, values)
        self._show(html.replace("<p>", '<p class="finding">', 1), finding=plain(html))

    def say(self, text: str, /, **values: Any) -> None:
        """Show a paragraph, or a heading, with numbers in it; see `finding`.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().say("By {wave:wave} there were *{n}* projects.", wave="2020-10", n=318)
        """
        self._show(self._rendered(text, values))

    def key(
        self, name: str, estimate: Any, conf_low: float | None = None, conf_high: float | None = None
    ) -> None:
        """Record a key figure, from its parts or from a row with `estimate`, `conf_low` and `conf_high`.

        A name that is recorded twice stops the report when it is published.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().key("ready", 0.56, conf_low=0.50, conf_high=0.61)
        """
        parts = {"estimate": estimate, "conf_low": conf_low, "conf_high": conf_high}
        if isinstance(estimate, pd.Series):
            parts = {part: estimate.get(part) for part in parts}
        # JSON has no NaN, and takes null.
        known = {part: None if pd.isna(value) else float(value) for part, value in parts.items()}
        self._show("", key={name: known})

    def keys(self, template: str, frame: pd.DataFrame) -> None:
        """Record one key figure a row of `frame`; `template` names it with the columns of the row.

        Examples
        --------
        >>> import pandas as pd
        >>> from ivvu_analysis import Report
        >>> shares = pd.DataFrame({"level": ["no", "yes"], "estimate": [0.25, 0.75]})
        >>> Report().keys("sharing.{level}", shares)
        """
        for _, row in flat(frame).iterrows():
            self.key(template.format_map(row), row)

    def data(self, frame: pd.DataFrame) -> None:
        """Record a frame for other programs: a run writes it beside the report, as `tables/<report>.csv`.

        Examples
        --------
        >>> import pandas as pd
        >>> from ivvu_analysis import Report
        >>> Report().data(pd.DataFrame({"level": ["no", "yes"], "projects": [79, 239]}))
        """
        self._show("", data=plain_csv(frame))

    def labelled(self, frame: pd.DataFrame, *, level: str = "", short: bool = False) -> pd.DataFrame:
        """Return a frame whose codes are labels, as ordered categoricals, ready for a figure.

        Parameters
        ----------
        frame
            Columns named as a scale of the codebook, `wave`, `date`, and `level` or `phase` are labelled.
        level
            The scale of the columns `level`, `cut` and `phase`.
        short
            Whether to take the labels for where space is scarce.

        Examples
        --------
        >>> import pandas as pd
        >>> from ivvu_analysis import Report
        >>> frame = pd.DataFrame({"theme": ["learning"]})
        >>> Report(language="nl").labelled(frame)["theme"][0]
        'Leren en verbeteren'
        """
        shown, words = flat(frame), self.words
        named = {name: labels(shown, str(name), words, level, short, figure=True) for name in shown.columns}
        result = shown.assign(**{name: column for name, column in named.items() if column is not None})
        result.attrs["palette"] = self.palette(level, ramp=False) if level else {}
        return result

    def palette(self, scale: str, *, ramp: bool = True) -> dict[str, str]:
        """Return the colours of a scale by label: those of the codebook, a ramp, and one for unknown.

        Parameters
        ----------
        scale
            Such as ``"sharing"``.
        ramp
            Whether levels without a colour of their own get one of a ramp.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> list(Report().palette("sharing"))
        ['No results to share', 'In progress, soon', 'Yes, for several reasons', 'Unknown']
        """
        levels, labels = self.book.scale(scale), self.words.by_code(scale)
        ordered = levels.ordered or len(levels.rated) < 9
        colours = dict.fromkeys(levels.codes, theme.UNKNOWN)
        colours |= theme.palette(levels.rated, ordered=ordered) if ramp else dict.fromkeys(levels.rated, "")
        colours |= {level.code: level.colour for level in levels if level.colour}
        return {labels[code]: colour for code, colour in colours.items() if colour}

    def heads(self, scale: str) -> dict[str, str]:
        """Return the short labels of a scale by code, for the heads of a table with a column a code.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().heads("dimension")
        {'agreements': 'Agreements', 'dynamics': 'Dynamics', 'vision': 'Vision'}
        """
        return self.words.by_code(scale, short=True)

    def _rendered(self, text: str, values: Mapping[str, Any]) -> str:
        return markdown(self.words.fill(text, values), language=self.language)

    @staticmethod
    def _show(html: str, **fragment: Any) -> None:
        display({**({"text/html": html} if html else {}), MIME: fragment}, raw=True)  # type: ignore[no-untyped-call]


def plain_csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV for other programs: codes as codes, numbers as numbers, and no text that runs."""

    def harmless(value: Any) -> Any:
        return neutralise(value) if isinstance(value, str) and not NUMBER.fullmatch(value) else value

    quiet = frame.rename(columns=lambda name: harmless(str(name))).map(harmless)
    return str(quiet.to_csv(index=False, lineterminator="\n", float_format="%.12g"))
