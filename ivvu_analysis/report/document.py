"""The report that a notebook fills: findings, sentences, figures and tables, in the language of its reader.

Every call shows something below its cell, in JupyterLab as on the published page, and hands over what it
holds as data, in the same output under a type of its own. Publishing collects those; nothing is to be closed.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure, FigureBase

from ivvu_analysis import figures, parameters
from ivvu_analysis.codebook import standard
from ivvu_analysis.data import Evidence, describe
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report.catalogue import later
from ivvu_analysis.report.safe import plain
from ivvu_analysis.report.sentences import Sentences
from ivvu_analysis.report.tables import Table, alternative, frame_of
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.words import Words, language_of

Drawn = Any  # an Axes, a Figure, a grid of seaborn or a seaborn.objects Plot
Source = str | Sequence[str] | Mapping[str, str]
PRINTED = re.compile(r"(table|appendix|chapter) \d+|rows")  # what evidence knows the origin of
KINDS = {"figure": later("Figure"), "table": later("Table")}


class Report(Sentences):
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
    >>> report = Report(evidence, language="en")
    >>> levels = ratings.levels(evidence, "scalability")
    >>> labelled = report.labelled(levels, level="scalability")
    >>> ax = figures.stacked(labelled, y="wave", hue="level")
    >>> report.figure(ax, levels, "Projects by scalability.", source="table 11")
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
        super().__init__(Words(language_of(language), evidence.codebook if evidence else standard()))
        self.evidence = evidence
        self._counts: Counter[str] = Counter()
        about = {"language": self.language, "seed": seed, "region": region}
        self._show("", report=about | (_facts(evidence, self.words) if evidence else {}))

    def rests_on(self, text: str) -> None:
        """Say in a sentence what the report rests on, where that is not the tables of the evidence.

        Examples
        --------
        >>> from ivvu_analysis import Report, load
        >>> Report(load()).rests_on("Rests on the text of the report.")
        """
        self._show("", report={"rests_on": text})

    def headline(self, number: str, label: str, /, **values: Any) -> None:
        """Record a number for the cover page, in large type, with what it counts.

        A register that was reconstructed is an illustration, and gives none.

        Examples
        --------
        >>> from ivvu_analysis import Report
        >>> Report().headline("{share:%}", "of the projects are ready to scale up", share=0.56)
        """
        if self.evidence is not None and self.evidence.origin == "reconstructed":
            return
        self._show("", headline={"number": self.fill(number, **values), "label": self.fill(label, **values)})

    def figure(
        self,
        drawn: Drawn,
        frame: pd.DataFrame | pd.Series | None = None,
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

        Examples
        --------
        >>> import pandas as pd
        >>> from ivvu_analysis import Report, figures
        >>> report = Report()
        >>> shares = pd.DataFrame({"level": ["no", "yes"], "estimate": [0.25, 0.75]})
        >>> ax = figures.dots(report.labelled(shares, level="sharing"), y="level")
        >>> report.figure(ax, shares, "Projects by sharing.", level="sharing", source="table 10")
        """
        figure = figure_of(drawn)
        if frame is not None and frame_of(frame).empty:
            return
        table = (
            None if frame is None else Table(frame_of(frame), self.words, unit, level, heads or {}, bounds)
        )
        self._block("figure", "", self._caption(caption, values), source, table, figure=figure, alt=alt)

    def table(
        self,
        frame: pd.DataFrame | pd.Series,
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

        Examples
        --------
        >>> import pandas as pd
        >>> from ivvu_analysis import Report
        >>> counts = pd.DataFrame({"level": ["no", "yes"], "projects": [79, 239]})
        >>> Report().table(counts, "Projects by sharing.", level="sharing", source="table 10")
        """
        if not (given := frame_of(frame)).empty:
            table = Table(given, self.words, unit, level, heads or {}, bounds)
            self._block("table", name, self._caption(caption, values), source, table)

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

        Examples
        --------
        >>> import pandas as pd
        >>> from ivvu_analysis import Report
        >>> rows = [("Buurtteam", "learning", "One team.", "Less travel.")]
        >>> columns = ["title", "theme", "summary_en", "result_en"]
        >>> Report().stories(pd.DataFrame(rows, columns=columns), "Examples", source="appendix 2")
        """
        if frame.empty:
            return
        told = {f"{part}_{self.language}": part for part in ("summary", "result")}
        table = Table(frame[["title", "theme", *told]].rename(columns=told), self.words)
        cited = self._cited(source)
        html = render("stories.html.j2", self.language, table=table, source=cited)
        self._show(html, table=table.content(name, name, cited))

    def _cited(self, source: Source) -> str:
        """Return where figures come from; what names no printed table is taken as it is."""
        if isinstance(source, Mapping):
            documents = self.evidence.documents if self.evidence else describe()["documents"]
            under = self.gettext("under")
            return "; ".join(
                f"{documents[at][self.language]}, {under} ‘{head}’" for at, head in source.items()
            )
        names = [source] if isinstance(source, str) else list(source)
        if self.evidence is None or not all(PRINTED.fullmatch(name) for name in names):
            return ", ".join(name for name in names if name)
        return self.evidence.source(names, self.language)

    def _caption(self, text: str, values: Mapping[str, Any]) -> Markup:
        return Markup(self._rendered(text, values).removeprefix("<p>").removesuffix("</p>"))

    def _block(
        self, kind: str, name: str, caption: Markup, source: Source, table: Table | None, **drawn: Any
    ) -> None:
        """Show a figure or a table, and hand over the numbers in it."""
        self._counts[kind] += 1
        label = name or f"{self.gettext(KINDS[kind])} {self._counts[kind]}"
        key, cited, said, svg = f"{kind}-{self._counts[kind]}", self._cited(source), plain(caption), ""
        if drawn:
            alt = drawn["alt"] or (f"{said} {alternative(table)}." if table else said)
            named = f'<svg role="img" aria-label="{escape(" ".join(alt.split()))}" '
            svg = Markup(figures.svg(drawn["figure"], key=key).replace("<svg ", named, 1))
        around = {"key": key, "label": label, "text": caption, "source": cited}
        title = f"{label}. {said}" if said else label
        content = {"table": table.content(label, title, cited)} if table else {}
        self._show(render("block.html.j2", self.language, table=table, svg=svg, **around), **content)


def _facts(evidence: Evidence, words: Words) -> dict[str, Any]:
    """Return what a page says about the evidence: plain values, in the language of the report."""
    failed = evidence.checks[~evidence.checks["holds"].astype(bool)]
    named = failed.assign(check=failed["check" if words.language == "en" else "check_nl"])
    told = ("check", "table", "expected", "found")
    rows = Table(named[[*told]], words).rows
    return {
        "wave": evidence.wave,
        "moment": words.wave(evidence.wave),
        "programme": describe()["programme"][words.language] if evidence.codebook.history else "",
        "origin": evidence.origin,
        "register": evidence.register_name,
        "phases": evidence.phases_name,
        "invented_phases": "simulated" in {*evidence.region_phases["origin"]},
        "checks": len(evidence.checks),
        "failed": [dict(zip(told, texts, strict=True)) for _, texts in rows],
        "findings": {} if evidence.intake is None else evidence.intake.counts.to_dict(),
        "files": dict(evidence.files),
    }


def figure_of(drawn: Drawn) -> Figure:
    """Return the figure of whatever was drawn, no longer waiting to be shown a second time.

    Raises
    ------
    TypeError
        If nothing was drawn.
    """
    if hasattr(drawn, "on"):  # seaborn.objects.Plot
        canvas = Figure()
        drawn.on(canvas).plot()
        drawn = canvas
    found = getattr(drawn, "figure", None)
    if not isinstance(found, FigureBase):
        raise TypeError(
            f"report.figure takes an Axes, a Figure or a plot of seaborn, and got {type(drawn).__name__}."
        )
    whole: Figure = found.get_figure(root=True)
    plt.close(whole)
    return whole
