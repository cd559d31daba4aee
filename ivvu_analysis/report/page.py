"""The report that a notebook opens, shows its figures through and records its key figures with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import display

from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.report import blocks, provenance, stories
from ivvu_analysis.report.record import Record, plain
from ivvu_analysis.report.subject import Subject
from ivvu_analysis.report.tables import Table

if TYPE_CHECKING:
    from ivvu_analysis.report.figures.canvas import Drawing

CONTENT_TYPE = "application/vnd.ivvu.report+json"

Heads = tuple[Mapping[str, str], Mapping[str, str]]
Source = str | Mapping[str, str]


class Report(Subject):
    """One report in one language about one edition of the evidence; see `Subject` for its parameters."""

    def __init__(self, name: str, **parameters: Any) -> None:
        super().__init__(name, **parameters)
        self._recorded = Record()
        self._figures = 0
        self._tables = 0

    @property
    def key_figures(self) -> Mapping[str, Mapping[str, float | None]]:
        """The key figures recorded so far."""
        return self._recorded.key_figures

    def title(self, en: str, nl: str, *, edition: tuple[str, str] | None = None, **values: Any) -> None:
        """Show the title, with the edition and the origin of the evidence below it.

        Parameters
        ----------
        en, nl
            The title in both languages.
        edition
            The line below it in both languages, for a report that is about no wave of the programme.
        **values
            What the fields in these texts stand for.
        """
        title = self._text(en, nl, values)
        self._recorded.title = plain(title)
        usual = provenance.edition(self.evidence, self.wave, self.words)
        below = self._text(*edition, values) if edition else usual
        warning = provenance.warning(self.evidence, self.words)
        self._show(f'<h1>{title}</h1><p class="edition">{below}</p>{warning}')

    def finding(self, en: str, nl: str, *, when: bool = True, **values: Any) -> None:
        """Show one of the main findings, a sentence with its numbers, where it applies."""
        if not when:
            return
        sentence = self._text(en, nl, values)
        self._recorded.findings.append(plain(sentence))
        self._show(f'<p class="finding">{sentence}</p>')

    def headline(self, number: str, en: str, nl: str, *, when: bool = True, **values: Any) -> None:
        """Record a number for the cover page, in large type; `number` is a template too, as ``"{x:%}"``."""
        if not when:
            return
        label = plain(self._text(en, nl, values))
        self._recorded.headlines.append({"number": plain(self.words.fill(number, values)), "label": label})

    def say(self, en: str, nl: str, *, when: bool = True, **values: Any) -> None:
        """Show a paragraph with numbers in it, formatted for the language, where it applies."""
        if when:
            self._show(f"<p>{self._text(en, nl, values)}</p>")

    def section(self, en: str, nl: str, *, level: int = 2, when: bool = True) -> None:
        """Show a heading for what follows, where it applies; headings that always do stand in the prose.

        Parameters
        ----------
        en, nl
            The heading in both languages.
        level
            2 for a section, 3 for a part of one.
        when
            Whether it is shown.
        """
        if when:
            self._show(f"<h{level}>{self._text(en, nl, {})}</h{level}>")

    def figure(
        self,
        draw: Callable[..., Drawing],
        frame: pd.DataFrame,
        *,
        en: str,
        nl: str,
        source: Source,
        scale: str = "",
        levels: str = "",
        unit: str = "%",
        bounds: bool = False,
        heads: Heads | None = None,
        numbers: pd.DataFrame | None = None,
        values: Mapping[str, Any] | None = None,
        when: bool = True,
        **options: Any,
    ) -> None:
        """Show a figure with its caption, its source and the numbers behind it.

        An analysis that has nothing to tell gives a frame without rows, and there is no figure.

        Parameters
        ----------
        draw
            A function of `report.figures` or `report.maps`.
        frame
            The result frame to draw.
        en, nl
            The caption in both languages.
        source
            The tables of the progress report that it rests on, as in ``"tables 8 and 12"``, or headings of
            other documents, as in ``{"mta_utrecht_2024": "Langer thuis"}``.
        scale
            The scale of the levels, for the figure and for the table below it.
        levels
            The scale of the levels for the table, where the figure needs none.
        unit, bounds, heads
            How the numbers are written: see `Table`; `heads` has an English and a Dutch mapping.
        numbers
            The frame for the table, where it is not `frame`.
        values
            What the fields in the caption stand for.
        when
            Whether the figure applies.
        **options
            Passed on to `draw`.
        """
        if frame.empty or not when:
            return
        self._figures += 1
        key, label = f"figure-{self._figures}", f"{blocks.FIGURE[self.language]} {self._figures}"
        caption = self._text(en, nl, values or {})
        shared = {"scale": scale, "unit": unit}
        wanted = {name: shared[name] for name in shared.keys() & signature(draw).parameters.keys()}
        drawing = draw(frame, language=self.language, key=key, **wanted, **options)
        table = self._table(frame if numbers is None else numbers, unit, scale or levels, bounds, heads)
        cited = self._cited(source)
        self._recorded.table(key, f"{label}. {caption}", table, cited)
        self._show(blocks.figure(key, label, caption, drawing.svg, table, cited))

    def table(
        self,
        frame: pd.DataFrame,
        *,
        en: str,
        nl: str,
        source: Source,
        levels: str = "",
        unit: str = "%",
        bounds: bool = False,
        heads: Heads | None = None,
        values: Mapping[str, Any] | None = None,
        when: bool = True,
    ) -> None:
        """Show a table with its caption and its source, where it applies; see `figure` for the rest."""
        if frame.empty or not when:
            return
        self._tables += 1
        key, label = f"table-{self._tables}", f"{blocks.TABLE[self.language]} {self._tables}"
        caption = self._text(en, nl, values or {})
        table = self._table(frame, unit, levels, bounds, heads)
        cited = self._cited(source)
        self._recorded.table(key, f"{label}. {caption}", table, cited)
        self._show(blocks.shown_table(key, label, caption, table, cited))

    def stories(self, frame: pd.DataFrame, *, en: str, nl: str, source: Source) -> None:
        """Show rows of text one below the other, each under its title; see `report.stories`.

        Parameters
        ----------
        frame
            One row a story: `title, theme, summary, result`.
        en, nl
            What they are together, in both languages, as the workbook calls them.
        source
            As for `figure`.
        """
        if frame.empty:
            return
        cited = self._cited(source)
        table = self._table(frame, "", "", False, None)
        self._recorded.table("stories", self._text(en, nl, {}), table, cited)
        self._show(stories.stories(frame, self.words) + blocks.sourced(cited, self.language))

    def key(
        self,
        name: str,
        estimate: float | pd.Series,
        conf_low: float | None = None,
        conf_high: float | None = None,
    ) -> None:
        """Record a key figure, from its parts or from a row; see `Record.key`."""
        self._recorded.key(name, estimate, conf_low, conf_high)

    def keys(self, template: str, frame: pd.DataFrame) -> None:
        """Record one key figure a row of `frame`; `template` names it with the columns of the row."""
        for _, row in frame.iterrows():
            self.key(template.format_map(row), row)

    def data(self, frame: pd.DataFrame) -> None:
        """Record a frame with its codes, for other programs: a run writes it to `tables/<report>.csv`.

        Raises
        ------
        ValueError
            If the report has recorded its data before.
        """
        if self._recorded.data:
            raise ValueError("The report recorded its data twice; it has one such table.")
        from ivvu_analysis.report.plain import csv  # it reads registers' rules, which few reports need

        self._recorded.data = csv(frame)

    def close(self) -> None:
        """Show how to read the numbers and where they come from, and hand over what the report recorded."""
        html = provenance.section(self.evidence, self.parameters, self.words)
        content = {
            "report": self.name,
            "language": self.language,
            "wave": self.wave,
            "origin": self.evidence.origin,
            "identity": {"region": self.region} if self.region else {},
            "inputs": dict(self.evidence.files),
            **self._recorded.content(),
        }
        display({"text/html": html, CONTENT_TYPE: content}, raw=True)  # type: ignore[no-untyped-call]

    def _text(self, en: str, nl: str, values: Mapping[str, Any]) -> str:
        return self.words.fill({"en": en, "nl": nl}[self.language], values)

    def _show(self, html: str) -> None:
        display({"text/html": html}, raw=True)  # type: ignore[no-untyped-call]

    def _cited(self, source: Source) -> str:
        if isinstance(source, str):
            return self.evidence.source(source, self.language)
        return self.evidence.cite(source, self.language)

    def _table(self, frame: pd.DataFrame, unit: str, levels: str, bounds: bool, heads: Heads | None) -> Table:
        own = dict(zip(LANGUAGES, heads, strict=True))[self.language] if heads else None
        return Table(frame, self.words, unit, levels, own, bounds)
