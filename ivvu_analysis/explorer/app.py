"""The explorer as a whole: tabs of choices and sliders, in the language that the reader picks."""

from __future__ import annotations

import os
from functools import partial
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ivvu_analysis import data
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.data import Evidence, data_folder, load
from ivvu_analysis.errors import ParameterError, UserError, did_you_mean
from ivvu_analysis.explorer import saved, views
from ivvu_analysis.questions import capacity
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import Words

WIDE = {"description_width": "150px"}
LAYOUT = {"width": "calc(100% - 8px)", "max_width": "32rem"}
SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
REGISTERS = (".xlsx", ".xls", ".ods", ".csv")
# From and to where the levers of care capacity go, in percent.
LEVERS = {
    "demand": (-20, 150),
    "home_share": (0, 100),
    "beds": (-50, 100),
    "stay": (-50, 50),
    "staff": (-50, 100),
    "occupancy": (80, 100),
}
LEVER_NAMES = {
    "demand": later("Growth in demand"),
    "home_share": later("Share at home"),
    "beds": later("Beds"),
    "stay": later("Length of stay"),
    "staff": later("Staff"),
    "occupancy": later("Occupancy (assumed)"),
}


class Explorer:
    """The tabs, made anew for another language.

    Parameters
    ----------
    language, wave, register
        What to begin with.
    """

    def __init__(self, language: Language, wave: str, register: str) -> None:
        self.language, self.wave, self.register = language, wave, register
        self.folder = _project_folder(Path.cwd())
        self.tables = data.utrecht()
        self.evidence: Evidence = load(wave=wave, register=register)
        choice = [({"en": "English", "nl": "Nederlands"}[code], code) for code in LANGUAGES]
        self._language = widgets.ToggleButtons(options=choice, value=language, style={"button_width": "auto"})
        self._language.observe(self._translate, "value")
        sheet = resources.files("ivvu_analysis.explorer").joinpath("explorer.css").read_text("utf-8")
        self.widget = widgets.VBox([widgets.HTML(f"<style>{sheet}</style>"), self._language])
        self.widget.add_class("ivvu")
        self._build()

    def say(self, text: str) -> str:
        """Return a text of the explorer in its language."""
        return translate(text, self.language)

    def _translate(self, change: dict[str, Any]) -> None:
        self.language = change["new"]
        self._build()

    def _build(self) -> None:
        tabs = widgets.Tab([self._overview(), self._forecast(), self._capacity(), self._suite()])
        tabs.titles = [
            self.say(name)
            for name in (later("Overview"), later("Forecast"), later("Care capacity"), later("Report suite"))
        ]
        intro = self.say(
            "Choose a ladder or a measure, a wave and regions, and the figures follow. The other tabs have "
            "sliders for scenarios, and keep the choice as a suite of reports."
        )
        heading = widgets.HTML(f"<h1>{self.say('Explore the programme')}</h1><p>{intro}</p>")
        self.widget.children = [*self.widget.children[:2], heading, tabs]

    def _drop_down(self, name: str, options: list[tuple[str, str]], value: str) -> Any:
        return widgets.Dropdown(
            description=self.say(name), options=options, value=value, style=WIDE, layout=LAYOUT
        )

    def _slider(self, name: str, options: list[tuple[str, Any]], value: Any) -> Any:
        return widgets.SelectionSlider(
            description=self.say(name),
            options=options,
            value=value,
            continuous_update=False,
            style=WIDE,
            layout=LAYOUT,
        )

    def _overview(self) -> Any:
        words, book = Words(self.language), self.evidence.codebook
        registers = [
            str(path) for path in sorted((data_folder() / "register").glob("*")) if path.suffix in REGISTERS
        ]
        self._register = widgets.Combobox(
            description=self.say("Evidence"),
            placeholder=self.say("empty: published tables; or a register file"),
            options=registers,
            value=self.register,
            continuous_update=False,
            style=WIDE,
            layout=LAYOUT,
        )
        names = [
            (words.labels([code], kind)[0], code)
            for kind, codes in (("dimension", book.dimensions), ("measure", book.measures))
            for code in codes
            if self.evidence.waves(code)
        ]
        self._subject = self._drop_down(later("Ladder or measure"), names, names[0][1])
        waves = [(words.wave(wave), wave) for wave in self.evidence.waves()]
        self._wave = self._drop_down(later("Wave"), waves, self.evidence.wave)
        holders = [(level.labels[self.language], level.code) for level in book.scale("holder")]
        self._holder = self._drop_down(
            later("Concession holder"), [(self.say("All holders"), ""), *holders], ""
        )
        self._regions = widgets.SelectMultiple(
            description=self.say("Regions to compare"),
            rows=7,
            style=WIDE,
            layout=LAYOUT,
            options=self._region_options(""),
        )
        self._holder.observe(
            lambda change: setattr(self._regions, "options", self._region_options(change["new"])), "value"
        )
        controls = {
            "register": self._register,
            "subject": self._subject,
            "wave": self._wave,
            "holder": self._holder,
            "regions": self._regions,
        }
        return self._panel(controls, self._show_overview)

    def _region_options(self, holder: str) -> list[tuple[str, str]]:
        regions = self.evidence.codebook.scale("region")
        return sorted(
            (level.labels[self.language], level.code) for level in regions if holder in ("", level.within)
        )

    def _show_overview(
        self, register: str, subject: str, wave: str, holder: str, regions: tuple[str, ...]
    ) -> None:
        chosen = regions or tuple(code for _, code in self._region_options(holder) if holder)
        self.evidence = load(wave=wave, register=register.strip())
        self.register, self.wave = register.strip(), wave
        self.evidence.require(subject)
        views.overview(self.evidence, subject, chosen, self.language)

    def _forecast(self) -> Any:
        words = Words(self.language)
        paces = [(f"× {words.number(speed, 2)}", speed) for speed in SPEEDS]
        shares = [(words.percent(s / 100), s / 100) for s in range(0, 55, 5)]
        dates = [
            f"{year}-{month:02d}"
            for year in range(int(self.evidence.wave[:4]), int(self.evidence.wave[:4]) + 5)
            for month in (3, 6, 9, 12)
        ]
        ahead = [date for date in dates if date > self.evidence.wave]
        book = self.evidence.codebook
        ladders = list(zip(words.labels(book.dimensions, "dimension"), book.dimensions, strict=True))
        controls = {
            "dimension": self._drop_down(later("Ladder"), ladders, book.dimensions[-1]),
            "horizon": self._slider(
                later("Horizon"),
                [(words.short_wave(date), date) for date in ahead],
                ahead[min(4, len(ahead) - 1)],
            ),
            "speed": self._slider(later("Pace"), paces, 1.0),
            "stalling": self._slider(later("Share that stalls"), shares, 0.0),
        }
        return self._panel(
            controls, lambda **chosen: views.course(self.evidence, **chosen, language=self.language)
        )

    def _capacity(self) -> Any:
        words, start = Words(self.language), {"demand": views.published_growth(self.tables)}
        start["home_share"] = round(capacity.members(self.tables).home_share, 2)
        controls = {}
        for name, (low, high) in LEVERS.items():
            value = round(start.get(name, 1.0 if name == "occupancy" else 0.0), 2)
            steps = sorted({*(s / 100 for s in range(low, high + 1, 5)), value})
            controls[name] = self._slider(LEVER_NAMES[name], [(words.percent(s), s) for s in steps], value)
        return self._panel(controls, partial(views.care, self.tables, language=self.language))

    def _suite(self) -> Any:
        name = widgets.Text(description=self.say("Name"), value="explored", style=WIDE, layout=LAYOUT)
        replace = widgets.Checkbox(
            description=self.say("Replace a suite of this name"), value=False, layout=LAYOUT
        )
        button = widgets.Button(
            description=self.say("Write the suite"), button_style="primary", layout={"width": "max-content"}
        )
        told = widgets.HTML()

        def write(_: object) -> None:
            register = os.path.relpath(self.register, self.folder / "params") if self.register else ""
            chosen = (self._regions.value, self._holder.value, register, self.language)
            text = saved.compose(self._subject.value, self.evidence.wave, *chosen)
            try:
                path = saved.write(self.folder / "params", name.value.strip(), text, replace=replace.value)
                told.value = _told(
                    self.say("Written: {path}. Make its reports with: ivvu run {path}").format(
                        path=path.relative_to(self.folder).as_posix()
                    )
                )
            except UserError as error:
                told.value = _problem(error)

        button.on_click(write)
        intro = widgets.HTML(
            _told(
                self.say(
                    "This writes the choice of the overview as a suite, a list of reports that the command "
                    "‘ivvu run’ makes in one go."
                )
            )
        )
        return widgets.VBox([intro, name, replace, button, told])

    def _panel(self, controls: dict[str, Any], show: Any) -> Any:
        """Return controls beside what a function shows for them; a user's error is shown in its place."""

        def safely(**values: Any) -> None:
            try:
                show(**values)
            except UserError as error:
                from IPython.display import HTML, display

                display(HTML(_problem(error)))  # type: ignore[no-untyped-call]

        columns = widgets.Layout(
            display="grid", grid_template_columns="repeat(auto-fit, minmax(min(100%, 24rem), 1fr))"
        )
        out = widgets.interactive_output(safely, controls)
        return widgets.Box([widgets.VBox(list(controls.values())), out], layout=columns)


def _told(text: str) -> str:
    return f'<p role="status">{escape(text)}</p>'


def _problem(error: UserError) -> str:
    told = f"<strong>{escape(error.problem)}</strong> {escape(error.remedy)}"
    return f'<p class="ivvu-problem" role="alert">{told}</p>'


def _project_folder(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds suites; else the one above the data."""
    for folder in (start, *start.parents):
        if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
            return folder
    return data_folder().resolve().parent


def explore(wave: str = "", register: str = "", language: str = "en") -> Any:
    """Return the explorer as a widget, for the last line of a cell.

    Parameters
    ----------
    wave
        The wave to begin with, as YYYY-MM; empty for the latest.
    register
        The file of a project register to begin with; empty for the published tables.
    language
        ``"en"`` or ``"nl"``.

    Raises
    ------
    ParameterError
        If there is no such language, wave or register.

    Examples
    --------
    >>> from ivvu_analysis.explorer import explore
    >>> explore(language="nl")  # doctest: +SKIP
    """
    if language not in LANGUAGES:
        raise ParameterError(f"There is no language '{language}'.", did_you_mean(language, LANGUAGES))
    chosen: Language = "nl" if language == "nl" else "en"
    return Explorer(chosen, wave, register).widget
