"""The panels of the explorer: each shows what its choices mean, and shows it again when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets as widgets

from ivvu_analysis.codebook import DIMENSIONS
from ivvu_analysis.errors import UserError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.programme import Programme
from ivvu_analysis.report.explorer import overview_page, scenario_pages, shown, suite
from ivvu_analysis.report.explorer.controls import LAYOUT, WIDE, Controls
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.scenarios import CareScenario, PhaseScenario, horizons
from ivvu_analysis.report.explorer.selection import Selection

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
PARTS = {
    "heading": overview_page.heading,
    "map": overview_page.region_map,
    "distribution": overview_page.distribution,
    "intervals": overview_page.intervals,
    "numbers": overview_page.numbers,
    "regions": overview_page.regions,
}
# Two figures side by side only where each keeps letters that can be read.
SIDE_BY_SIDE = "repeat(auto-fit, minmax(min(100%, 35rem), 1fr))"


class OverviewPanel:
    """The map, the distribution, the intervals and the tables of a selection, which change together.

    Parameters
    ----------
    desk, selection
        What to begin with.
    changed
        Called after every change of the selection.
    """

    def __init__(self, desk: Desk, selection: Selection, changed: Callable[[], None]) -> None:
        self._desk = desk
        self._then = changed
        self._parts = {name: widgets.HTML() for name in PARTS}
        self.controls = Controls(desk, selection, self._changed)
        parts = self._parts
        beside_the_map = widgets.VBox([parts["distribution"], parts["intervals"]])
        self.widget = widgets.VBox(
            [
                self.controls.widget,
                parts["heading"],
                _beside(parts["map"], beside_the_map),
                _beside(parts["numbers"], parts["regions"]),
            ]
        )
        self._show()

    def _changed(self) -> None:
        self._show()
        self._then()

    def _show(self) -> None:
        about = (self._desk, self.controls.evidence, self.controls.selection)
        drawn = {name: draw(*about) for name, draw in PARTS.items()}
        for name, html in drawn.items():
            self._parts[name].value = html


class PhasePanel:
    """The forecast of a ladder, with sliders for the horizon, the speed and the share that stalls."""

    def __init__(self, desk: Desk, evidence: Evidence, scenario: PhaseScenario) -> None:
        self._desk = desk
        self._evidence = evidence
        self._shown = widgets.HTML()
        ladders = [(desk.label("dimension", name), name) for name in DIMENSIONS]
        dates = [(desk.words.short_wave(date), date) for date in horizons(evidence, scenario.dimension)]
        speeds = [(f"× {desk.words.number(speed, 2)}", speed) for speed in SPEEDS]
        shares = [(desk.words.percent(share / 100), share / 100) for share in range(0, 55, 5)]
        self._choices = {
            "dimension": widgets.Dropdown(
                description=desk.say("ladder"), options=ladders, style=WIDE, layout=LAYOUT
            ),
            "horizon": _steps(desk.say("horizon"), dates),
            "speed": _steps(desk.say("speed"), speeds),
            "stalling": _steps(desk.say("stalling"), shares),
        }
        for name, control in self._choices.items():
            control.value = getattr(scenario, name)
            control.observe(self._show, "value")
        intro = widgets.HTML(shown.sentence(desk.say("phases_intro")))
        self.widget = _beside(widgets.VBox([intro, *self._choices.values()]), self._shown)
        self._show()

    @property
    def scenario(self) -> PhaseScenario:
        """What the sliders say."""
        return PhaseScenario(**{name: control.value for name, control in self._choices.items()})

    def use(self, evidence: Evidence) -> None:
        """Go on from other evidence."""
        if evidence is not self._evidence:
            self._evidence = evidence
            self._show()

    def _show(self, _: object = None) -> None:
        self._shown.value = scenario_pages.phase_outlook(self._desk, self._evidence, self.scenario)


# From and to where the levers go, in percent.
LEVERS: Mapping[str, tuple[int, int]] = {
    "demand_growth": (-20, 150),
    "home_share": (0, 100),
    "beds_change": (-50, 100),
    "stay_change": (-50, 50),
    "staff_change": (-50, 100),
    "occupancy": (80, 100),
}
UNSIGNED = ("home_share", "occupancy")


class CapacityPanel:
    """What becomes of places and staff, with a slider for each lever."""

    def __init__(self, desk: Desk, tables: Programme, care: CareScenario, start: CareScenario) -> None:
        self._desk = desk
        self._tables = tables
        self._start = start
        self._settling = False
        self._shown = widgets.HTML()
        self._levers = {
            name: _steps(desk.say(name), _percentages(desk, name, getattr(start, name))) for name in LEVERS
        }
        self._set(care)
        for lever in self._levers.values():
            lever.observe(self._show, "value")
        reset = widgets.Button(description=desk.say("reset"), layout={"width": "max-content"})
        reset.on_click(self._reset)
        intro = widgets.HTML(shown.sentence(desk.say("capacity_intro")))
        self.widget = _beside(widgets.VBox([intro, *self._levers.values(), reset]), self._shown)
        self._show()

    @property
    def care(self) -> CareScenario:
        """What the sliders say."""
        return CareScenario(**{name: lever.value for name, lever in self._levers.items()})

    def _set(self, care: CareScenario) -> None:
        self._settling = True
        for name, lever in self._levers.items():
            lever.value = getattr(care, name)
        self._settling = False

    def _reset(self, _: object) -> None:
        self._set(self._start)
        self._show()

    def _show(self, _: object = None) -> None:
        if not self._settling:
            self._shown.value = scenario_pages.capacity(self._desk, self._tables, self.care)


class SuitePanel:
    """The selection as a suite, with a button that writes it into `params`."""

    def __init__(self, desk: Desk, controls: Controls, name: str) -> None:
        self._desk = desk
        self._controls = controls
        self._name = widgets.Text(description=desk.say("suite_name"), value=name, style=WIDE, layout=LAYOUT)
        self._replace = widgets.Checkbox(description=desk.say("suite_replace"), value=False, layout=LAYOUT)
        self._write = widgets.Button(
            description=desk.say("suite_write"), button_style="primary", layout={"width": "max-content"}
        )
        self._write.on_click(self._written)
        self._text, self._message = widgets.HTML(), widgets.HTML()
        intro = widgets.HTML(shown.sentence(desk.say("suite_intro")))
        parts = [intro, self._name, self._replace, self._write, self._message, self._text]
        self.widget = widgets.VBox(parts)
        self.show()

    @property
    def name(self) -> str:
        """What the suite is to be called."""
        return str(self._name.value)

    def show(self) -> None:
        """Show the suite of the selection, or why there is none."""
        self._message.value = ""
        try:
            self._text.value = shown.preformatted(self._composed())
            self._write.disabled = False
        except UserError as error:
            self._text.value = shown.problem(error)
            self._write.disabled = True

    def _composed(self) -> str:
        return suite.compose(self._controls.selection, self._controls.evidence, self._desk)

    def _written(self, _: object) -> None:
        folder = self._desk.suites
        try:
            path = suite.write(folder, self.name.strip(), self._composed(), replace=self._replace.value)
            named = path.relative_to(self._desk.folder).as_posix()
            self._message.value = shown.notice(self._desk.say("suite_written", path=named))
        except UserError as error:
            self._message.value = shown.problem(error)
        self._replace.value = False


def _steps(description: str, options: list[tuple[str, Any]]) -> Any:
    """Return a slider over named steps; it draws anew only when it is let go."""
    return widgets.SelectionSlider(
        description=description, options=options, continuous_update=False, style=WIDE, layout=LAYOUT
    )


def _percentages(desk: Desk, name: str, start: float) -> list[tuple[str, float]]:
    """Return the steps of a lever as a reader sees them, changes with their sign.

    Where the lever starts is a step as exact as it is, so that one can always come back to it.
    """
    low, high = LEVERS[name]
    steps = [start if percent == round(100 * start) else percent / 100 for percent in range(low, high + 1)]
    write = desk.words.percent if name in UNSIGNED else partial(scenario_pages.signed, desk)
    return [(write(step), step) for step in steps]


def _beside(*parts: Any) -> Any:
    """Put parts beside each other where there is room, and below each other where there is not."""
    return widgets.Box(
        parts, layout=widgets.Layout(display="grid", grid_template_columns=SIDE_BY_SIDE, grid_gap="0 32px")
    )
