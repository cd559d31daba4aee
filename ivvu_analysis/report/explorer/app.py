"""The explorer as a whole: its panels behind tabs, in the language that the reader picks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ivvu_analysis import programme, published
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.errors import ParameterError, did_you_mean
from ivvu_analysis.report.explorer import shown
from ivvu_analysis.report.explorer.desk import Desk, project_folder
from ivvu_analysis.report.explorer.panels import CapacityPanel, OverviewPanel, PhasePanel, SuitePanel
from ivvu_analysis.report.explorer.scenarios import PhaseScenario, published_scenario
from ivvu_analysis.report.explorer.selection import Selection

NAMES = {"en": "English", "nl": "Nederlands"}
TABS = ("tab_overview", "tab_phases", "tab_capacity", "tab_suite")


class App:
    """The panels, made anew for each language with their choices kept.

    Parameters
    ----------
    desk
        Language, seed and folder to begin with.
    selection
        What to look at first.
    """

    def __init__(self, desk: Desk, selection: Selection) -> None:
        self._tables = programme.read_programme(published.folder())
        self._start = published_scenario(self._tables)
        self._build(desk, selection, PhaseScenario(), self._start, "explored")
        self._language = widgets.ToggleButtons(
            options=[(NAMES[code], code) for code in LANGUAGES],
            value=desk.language,
            style={"button_width": "auto"},
        )
        self._language.observe(self._translate, "value")
        self.widget = widgets.VBox([widgets.HTML(shown.style()), self._language, self._heading, self._tabs])
        self.widget.add_class("ivvu")

    def _build(self, desk: Desk, selection: Selection, phases: PhaseScenario, care: Any, name: str) -> None:
        self._desk = desk
        self.overview = OverviewPanel(desk, selection, self._changed)
        self.phases = PhasePanel(desk, self.overview.controls.evidence, phases)
        self.capacity = CapacityPanel(desk, self._tables, care, self._start)
        self.suite = SuitePanel(desk, self.overview.controls, name)
        panels = (self.overview, self.phases, self.capacity, self.suite)
        self._tabs = widgets.Tab([panel.widget for panel in panels])
        self._tabs.titles = [desk.say(tab) for tab in TABS]
        self._heading = widgets.HTML(shown.heading(desk.say("title"), desk.say("intro")))

    def _changed(self) -> None:
        self.phases.use(self.overview.controls.evidence)
        self.suite.show()

    def _translate(self, change: dict[str, Any]) -> None:
        old, at = (self._heading, self._tabs), self._tabs.selected_index
        self._build(
            Desk(change["new"], self._desk.seed, self._desk.folder),
            self.overview.controls.selection,
            self.phases.scenario,
            self.capacity.care,
            self.suite.name,
        )
        self._tabs.selected_index = at
        self.widget.children = [*self.widget.children[:2], self._heading, self._tabs]
        for part in old:
            part.close()


def explore(wave: str = "", register: str = "", language: str = "en", seed: int = 1) -> Any:
    """Return the explorer as a widget, for the last line of a cell.

    Parameters
    ----------
    wave
        The wave to begin with, as YYYY-MM; empty for the latest.
    register
        The file of a project register to begin with; empty for the published tables.
    language
        ``"en"`` or ``"nl"``.
    seed
        The seed of every random number.

    Raises
    ------
    ParameterError
        If there is no such language.
    """
    if language not in LANGUAGES:
        raise ParameterError(f"There is no language '{language}'.", did_you_mean(language, LANGUAGES))
    chosen: Language = "nl" if language == "nl" else "en"
    desk = Desk(chosen, seed, project_folder(Path.cwd()))
    return App(desk, Selection(wave=wave, register=register)).widget
