"""The report that a notebook fills: findings, sentences, figures and tables, in the language of its reader.

Every call shows something below its cell, in JupyterLab as on the published page, and hands over what it
holds as data, in the same output under a type of its own. Publishing collects those; nothing is to be closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from IPython.display import display
from markupsafe import Markup

from ivvu_analysis import parameters
from ivvu_analysis.codebook import Codebook, standard
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report import provenance
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.drawn import Drawn, figure_of, spoken
from ivvu_analysis.report.labels import flat, labelled, palette
from ivvu_analysis.report.provenance import MIME, Source, key_figure, plain, plain_csv
from ivvu_analysis.report.safe import markdown
from ivvu_analysis.report.tables import Table, alternative
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.words import Words, language_of


class Report:
    """One report in one language, about one edition of the evidence or about something else.

    Parameters
    ----------
    evidence
        What the report rests on, as `ivvu_analysis.load` gives it; or none.
    language
        ``"en"`` or ``"nl"``: the language of everything that the report shows.
    region
        The region that it is about, where it is about one.
    seed
        The seed of its random numbers, told to its reader.

    Raises
    ------
    ParameterError
        If there is no such language, or papermill was given a parameter that the notebook does not have.

    Examples
    --------
    >>> from ivvu_analysis import Report, figures, load, ratings
    >>> evidence = load(wave="2020-10")
    >>> report = Report(evidence, language="en")  # doctest: +SKIP
    >>> levels = ratings.levels(evidence, "scalability")
    >>> labelled = report.labelled(levels, level="scalability")  # doctest: +SKIP
    >>> ax = figures.stacked(labelled, y="wave", hue="level")  # doctest: +SKIP
    >>> report.figure(ax, levels, "Projects by scalability.", source="table 11")  # doctest: +SKIP
    """

    def __init__(
        self, evidence: Evidence | None = None, *, language: str = "en", region: str = "", seed: int = 1
    ) -> None:
        parameters.check_injected()
        if evidence is not None and not isinstance(evidence, Evidence):
            raise ParameterError(
                f"A Report rests on evidence, and {evidence!r} is none.",
                "Write Report(load(wave=wave)), or Report() where it rests on something else.",
            )
        self.language = language_of(language)
        self.evidence = evidence
        self.book: Codebook = evidence.codebook if evidence is not None else standard()
        self.words = Words(self.language, self.book)
        self._counts = {"figure": 0, "table": 0}
        facts: dict[str, Any] = {"language": self.language, "seed": seed, "region": region}
        if evidence is not None:
            facts |= provenance.facts(evidence, self.words)
        self._show("", report=facts)

    def gettext(self, text: str) -> str:
        """Return a text in the language of the report, from the catalogue; the usual name for it is `_`."""
        return translate(text, self.language)

    def fill(self, text: str, /, **values: Any) -> str:
        """Return a text with its fields filled in, as plain text: for titles and labels in a figure.

        Examples
        --------
        >>> Report().fill("{share:%} of {n}", share=0.5, n=318)  # doctest: +SKIP
        '50% of 318'
        """
        return self.words.fill(text, values, markup=False)

    def format(self, unit: str) -> Callable[[float], str]:
        """Return a function that writes numbers in a unit, for the `fmt` of a figure; see `Words.format`."""
        how = unit.replace("+%", "+")  # the axis says that it is about percentage points
        return lambda value: self.words.format(how, value)

    def title(self, text: str, /, **values: Any) -> None:
        """Give the page a title with fields in it, where the first heading of the notebook is not enough."""
        self._show("", title=self.fill(text, **values))

    def finding(self, text: str, /, **values: Any) -> None:
        """Show one of the main findings, a sentence with its numbers, which the cover page repeats.

        Parameters
        ----------
        text
            Markdown with fields; see `Words.fill` for how they are written.
        **values
            What the fields stand for; a row of a frame gives its parts, as in ``{row.estimate:%}``.
        """
        html = self._rendered(text, values)
        self._show(html.replace("<p>", '<p class="finding">', 1), finding=plain(html))

    def say(self, text: str, /, **values: Any) -> None:
        """Show a paragraph, or a heading, with numbers in it; see `finding`."""
        self._show(self._rendered(text, values))

    def headline(self, number: str, label: str, /, **values: Any) -> None:
        """Record a number for the cover page, in large type, with what it counts.

        A register that was reconstructed is an illustration, and gives none.
        """
        if self.evidence is not None and self.evidence.origin == "reconstructed":
            return
        self._show("", headline={"number": self.fill(number, **values), "label": self.fill(label, **values)})

    def figure(
        self,
        drawn: Drawn,
        frame: pd.DataFrame | None = None,
        caption: str = "",
        *,
        source: Source = (),
        unit: str = "%",
        level: str = "",
        bounds: bool = False,
        heads: Mapping[str, str] | None = None,
        alt: str = "",
        **values: Any,
    ) -> None:
        """Show a figure with its caption, its source and the numbers behind it in a table that folds out.

        Parameters
        ----------
        drawn
            An Axes, a Figure, a grid of seaborn or a `seaborn.objects.Plot`.
        frame
            The numbers in it, which also make its alternative text. A frame without rows gives no figure.
        caption
            What it shows; Markdown with fields.
        source
            Printed tables (``"table 11"`` or several), ``"rows"`` for those of a register, or headings by
            document; any other text is shown as it is.
        unit, level, bounds, heads
            How the numbers are written; see `Table`.
        alt
            A text instead of the figure, where there is no frame to make one from.
        **values
            What the fields in the caption stand for.
        """
        figure = figure_of(drawn)
        if frame is not None and frame.empty:
            return
        table = None if frame is None else Table(frame, self.words, unit, level, heads or {}, bounds)
        around = self._around("figure", caption, values, source)
        text = plain(around["text"])
        said = alt or (f"{text} {alternative(table)}." if table else text)
        self._block("block.html.j2", around, table, svg=spoken(figure, around["key"], said))

    def table(
        self,
        frame: pd.DataFrame,
        caption: str = "",
        *,
        source: Source = (),
        unit: str = "%",
        level: str = "",
        bounds: bool = False,
        heads: Mapping[str, str] | None = None,
        name: str = "",
        **values: Any,
    ) -> None:
        """Show a frame as a table with its caption and its source; without rows there is no table.

        An index that does more than number the rows is shown, and a column that the codebook does not know
        keeps its name. `name` is what the table is called instead of by its number here, such as
        ``"Table 12"`` of a publication. See `figure` for the other parameters.
        """
        if frame.empty:
            return
        table = Table(frame, self.words, unit, level, heads or {}, bounds)
        self._block("block.html.j2", self._around("table", caption, values, source, name), table)

    def stories(self, frame: pd.DataFrame, name: str, *, source: Source = ()) -> None:
        """Show rows of text one below the other, each under its title.

        Parameters
        ----------
        frame
            One row a story: `title, theme` (a code) and `summary_<language>, result_<language>`.
        name
            What they are together, as the workbook calls them.
        source
            As for `figure`.
        """
        if frame.empty:
            return
        told = {f"{part}_{self.language}": part for part in ("summary", "result")}
        table = Table(frame[["title", "theme", *told]].rename(columns=told), self.words)
        around = {"key": "stories", "label": "", "text": name, "source": self._cited(source)}
        stories = labelled(table.frame, self.words).to_dict("records")
        heading = self.book.scale("theme").titles[self.language]
        self._block("stories.html.j2", around, table, stories=stories, heading=heading)

    def key(
        self, name: str, estimate: Any, conf_low: float | None = None, conf_high: float | None = None
    ) -> None:
        """Record a key figure, from its parts or from a row with `estimate`, `conf_low` and `conf_high`.

        A name that is recorded twice stops the report when it is published.
        """
        self._show("", key={name: key_figure(estimate, conf_low, conf_high)})

    def keys(self, template: str, frame: pd.DataFrame) -> None:
        """Record one key figure a row of `frame`; `template` names it with the columns of the row."""
        for _, row in flat(frame).iterrows():
            self.key(template.format_map(row), row)

    def data(self, frame: pd.DataFrame) -> None:
        """Record a frame for other programs: a run writes it beside the report, as `tables/<report>.csv`."""
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
        >>> frame = pd.DataFrame({"theme": ["learning"]})
        >>> Report(language="nl").labelled(frame)["theme"][0]  # doctest: +SKIP
        'Leren en verbeteren'
        """
        return labelled(frame, self.words, level, short)

    def palette(self, scale: str) -> dict[str, str]:
        """Return the colours of a scale by label: those of the codebook, a ramp, and one for unknown."""
        return palette(self.words, scale)

    def heads(self, scale: str) -> dict[str, str]:
        """Return the short labels of a scale by code, for the heads of a table with a column a code."""
        return self.words.by_code(scale, short=True)

    def _around(
        self, kind: str, caption: str, values: Mapping[str, Any], source: Source, name: str = ""
    ) -> dict[str, str]:
        """Return what stands around a figure or a table, by the names that the template has for it."""
        self._counts[kind] += 1
        number = self._counts[kind]
        word = {"figure": later("Figure"), "table": later("Table")}[kind]
        return {
            "key": f"{kind}-{number}",
            "label": name or f"{self.gettext(word)} {number}",
            "text": Markup(self._rendered(caption, values).removeprefix("<p>").removesuffix("</p>")),
            "source": self._cited(source),
        }

    def _cited(self, source: Source) -> str:
        return provenance.cited(source, self.evidence, self.language)

    def _block(self, template: str, around: Mapping[str, str], table: Table | None, **more: Any) -> None:
        html, fragment = render(template, self.language, table=table, **around, **more), {}
        if table is not None:
            title = ". ".join(part for part in (around["label"], plain(around["text"])) if part)
            about = {"name": around["key"], "title": title, "source": around["source"]}
            fragment = {"table": about | table.content()}
        self._show(html, **fragment)

    def _rendered(self, text: str, values: Mapping[str, Any]) -> str:
        return markdown(self.words.fill(text, values), language=self.language)

    @staticmethod
    def _show(html: str, **fragment: Any) -> None:
        display({**({"text/html": html} if html else {}), MIME: fragment}, raw=True)  # type: ignore[no-untyped-call]
