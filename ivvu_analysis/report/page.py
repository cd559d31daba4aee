"""The report that a notebook opens, shows its figures through and records its key figures with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from html import escape, unescape
from inspect import signature
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import display

from ivvu_analysis import codebook, evidence
from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.errors import ParameterError, did_you_mean
from ivvu_analysis.report import provenance, stories
from ivvu_analysis.report.tables import Table
from ivvu_analysis.report.text import Words

if TYPE_CHECKING:
    from ivvu_analysis.report.figures.canvas import Drawing

CONTENT_TYPE = "application/vnd.ivvu.report+json"

Heads = tuple[Mapping[str, str], Mapping[str, str]]
Source = str | Mapping[str, str]


class Report:
    """One report in one language about one edition of the evidence.

    Parameters
    ----------
    name
        What the report is called in file names, such as ``"impact"``.
    wave
        The wave it is about, as YYYY-MM; empty for the latest.
    register
        A project register to recompute everything from; empty for the published tables.
    language
        ``"en"`` or ``"nl"``.
    seed
        The seed of every random number in the report.
    region
        The region it is about, for the profile of one region.
    phases
        A file of phases by region and wave that goes with the register; empty for the published ones.
    corrections
        A file of accepted corrections that goes with the register; empty for none.

    Raises
    ------
    ParameterError
        If the language, the wave or the region is not known.
    """

    def __init__(
        self,
        name: str,
        *,
        wave: str = "",
        register: str = "",
        language: str = "en",
        seed: int = 1,
        region: str = "",
        phases: str = "",
        corrections: str = "",
    ) -> None:
        if language not in LANGUAGES:
            raise ParameterError(f"There is no language '{language}'.", did_you_mean(language, LANGUAGES))
        self.name = name
        self.language: codebook.Language = "nl" if language == "nl" else "en"
        self.seed = seed
        self.words = Words(self.language)
        everything = evidence.gather(register, phases, corrections)
        known = evidence.known_waves(everything)
        self.wave = wave = wave or known[-1]
        if wave not in known:
            raise ParameterError(f"There is no wave '{wave}'.", f"Choose one of: {', '.join(known)}.")
        self.evidence = everything.until(wave)
        self.region = codebook.require("region", region) if region else ""
        self.parameters = {
            "wave": wave,
            "register": self.evidence.register_name,
            "language": language,
            "seed": seed,
        } | ({"region": region} if region else {})
        self._title = ""
        self._findings: list[str] = []
        self._headlines: list[dict[str, str]] = []
        self._tables: list[dict[str, Any]] = []
        self._key_figures: dict[str, dict[str, float | None]] = {}
        self._data = ""
        self._figures = 0
        self._own_tables = 0

    @property
    def key_figures(self) -> Mapping[str, Mapping[str, float | None]]:
        """The key figures recorded so far."""
        return self._key_figures

    def wave_before(self, name: str) -> str:
        """Return the wave before this one at which `name` was recorded.

        For the first wave that is the wave itself, so that a comparison shows no change rather than nothing;
        what only makes sense with an earlier wave says so with ``when=before != wave``.

        Raises
        ------
        ParameterError
            If `name` was not published for this wave. A register may lack what it likes: its report says so.
        """
        if self.evidence.projects is None:
            self.evidence.require_wave(name, self.wave)
        return self.evidence.wave_before(name, self.wave) or self.wave

    @staticmethod
    def pick(frame: pd.DataFrame, **where: Any) -> pd.Series:
        """Return the one row of `frame` whose columns have the given values.

        Raises
        ------
        ValueError
            If no row or more than one has them.
        """
        row = Report.find(frame, **where)
        if row is None:
            raise ValueError(f"0 rows have {where}; exactly one should.")
        return row

    @staticmethod
    def find(frame: pd.DataFrame, **where: Any) -> pd.Series | None:
        """Return the one row of `frame` whose columns have the given values, or None where there is none.

        Raises
        ------
        ValueError
            If more than one row has them.
        """
        chosen = frame
        for column, value in where.items():
            chosen = chosen[chosen[column] == value]
        if len(chosen) > 1:
            raise ValueError(f"{len(chosen)} rows have {where}; at most one should.")
        return None if chosen.empty else chosen.iloc[0]

    def rest_on(self, files: Mapping[str, str], checks: pd.DataFrame) -> None:
        """Name what the report rests on, where that is not the evidence of the programme.

        Parameters
        ----------
        files
            The sha256 of every file that was read, by its name.
        checks
            One row a check on those files: `check, table, expected, found, holds`.
        """
        self.evidence = replace(self.evidence, files=files, checks=checks)

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
        self._title = self._text(en, nl, values)
        usual = provenance.edition(self.evidence, self.wave, self.words)
        below = self._text(*edition, values) if edition else usual
        warning = provenance.warning(self.evidence, self.words)
        self._show(f'<h1>{self._title}</h1><p class="edition">{below}</p>{warning}')

    def finding(self, en: str, nl: str, *, when: bool = True, **values: Any) -> None:
        """Show one of the main findings, a sentence with its numbers, where it applies."""
        if not when:
            return
        sentence = self._text(en, nl, values)
        self._findings.append(_plain(sentence))
        self._show(f'<p class="finding">{sentence}</p>')

    def headline(self, number: str, en: str, nl: str, *, when: bool = True, **values: Any) -> None:
        """Record a number for the cover page, in large type; `number` is a template too, as ``"{x:%}"``."""
        if not when:
            return
        label = _plain(self._text(en, nl, values))
        self._headlines.append({"number": _plain(self.words.fill(number, values)), "label": label})

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
        label = f"{ {'en': 'Figure', 'nl': 'Figuur'}[self.language] } {self._figures}"
        key = f"figure-{self._figures}"
        caption = self._text(en, nl, values or {})
        shared = {"scale": scale, "unit": unit}
        wanted = {name: shared[name] for name in shared.keys() & signature(draw).parameters.keys()}
        drawing = draw(frame, language=self.language, key=key, **wanted, **options)
        table = self._table(frame if numbers is None else numbers, unit, scale or levels, bounds, heads)
        self._record(key, f"{label}. {caption}", table, source)
        fold = {"en": "The numbers of this figure", "nl": "De cijfers bij deze figuur"}[self.language]
        self._show(
            f'<figure id="{key}"><div class="plot" tabindex="0" role="group" aria-label="{escape(label)}">'
            f"{drawing.svg}</div>"
            f"<figcaption><strong>{label}.</strong> {caption}</figcaption>{self._source(source)}"
            f"<details><summary>{fold}</summary>"
            f"{_scrolling(table.html(f'{label}. {caption}', key=f'{key}-numbers'), label)}"
            "</details></figure>"
        )

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
        self._own_tables += 1
        label = f"{ {'en': 'Table', 'nl': 'Tabel'}[self.language] } {self._own_tables}"
        key = f"table-{self._own_tables}"
        caption = self._text(en, nl, values or {})
        table = self._table(frame, unit, levels, bounds, heads)
        self._record(key, f"{label}. {caption}", table, source)
        html = table.html(f"<strong>{label}.</strong> {caption}", key=f"{key}-numbers")
        self._show(f'<div class="table" id="{key}">{_scrolling(html, label)}{self._source(source)}</div>')

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
        self._record("stories", self._text(en, nl, {}), self._table(frame, "", "", False, None), source)
        self._show(stories.stories(frame, self.words) + self._source(source))

    def key(
        self,
        name: str,
        estimate: float | pd.Series,
        conf_low: float | None = None,
        conf_high: float | None = None,
    ) -> None:
        """Record a key figure, from its parts or from a row with `estimate`, `conf_low` and `conf_high`.

        Raises
        ------
        ValueError
            If the name was recorded before: two figures would hide behind one name.
        """
        if name in self._key_figures:
            raise ValueError(f"The key figure '{name}' was recorded twice.")
        if isinstance(estimate, pd.Series):
            conf_low, conf_high = estimate.get("conf_low"), estimate.get("conf_high")
            estimate = estimate["estimate"]
        self._key_figures[name] = {
            "estimate": _json_number(estimate),
            "conf_low": _json_number(conf_low),
            "conf_high": _json_number(conf_high),
        }

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
        if self._data:
            raise ValueError("The report recorded its data twice; it has one such table.")
        from ivvu_analysis.report import plain  # it reads registers' rules, which few reports need

        self._data = plain.csv(frame)

    def close(self) -> None:
        """Show how to read the numbers and where they come from, and hand over what the report recorded."""
        html = provenance.section(self.evidence, self.parameters, self.words)
        content = {
            "report": self.name,
            "title": _plain(self._title),
            "language": self.language,
            "wave": self.wave,
            "origin": self.evidence.origin,
            "identity": {"region": self.region} if self.region else {},
            "findings": self._findings,
            "headlines": self._headlines,
            "key_figures": self._key_figures,
            "tables": self._tables,
            "inputs": dict(self.evidence.files),
            "data": self._data,
        }
        display({"text/html": html, CONTENT_TYPE: content}, raw=True)  # type: ignore[no-untyped-call]

    def _text(self, en: str, nl: str, values: Mapping[str, Any]) -> str:
        return self.words.fill({"en": en, "nl": nl}[self.language], values)

    def _show(self, html: str) -> None:
        display({"text/html": html}, raw=True)  # type: ignore[no-untyped-call]

    def _source(self, source: Source) -> str:
        word = {"en": "Source", "nl": "Bron"}[self.language]
        return f'<p class="source">{word}: {escape(self._cited(source))}.</p>'

    def _cited(self, source: Source) -> str:
        if isinstance(source, str):
            return self.evidence.source(source, self.language)
        return self.evidence.cite(source, self.language)

    def _table(self, frame: pd.DataFrame, unit: str, levels: str, bounds: bool, heads: Heads | None) -> Table:
        own = dict(zip(LANGUAGES, heads, strict=True))[self.language] if heads else None
        return Table(frame, self.words, unit, levels, own, bounds)

    def _record(self, name: str, title: str, table: Table, source: Source) -> None:
        self._tables.append(
            {
                "name": name,
                "title": _plain(title),
                "columns": [asdict(column) for column in table.workbook_columns()],
                "rows": table.rows(),
                "unit": table.unit,
                "source": self._cited(source),
            }
        )


def _scrolling(table: str, label: str) -> str:
    """Let a wide table scroll within the page, by keyboard too."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="{escape(label)}">{table}</div>'


def _plain(html: str) -> str:
    """Return the text of a sentence that was made ready for a page."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def _json_number(value: float | None) -> float | None:
    """Return a plain number; a figure that is not known is null, because JSON has no NaN."""
    return None if value is None or pd.isna(value) else float(value)
