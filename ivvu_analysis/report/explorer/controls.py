"""The choices of the overview: evidence, ladder or measure, wave, holder and regions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.errors import UserError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer import shown
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.selection import Selection, regions_of, settle, subjects

WIDE = {"description_width": "150px"}
LAYOUT = {"width": "calc(100% - 8px)", "max_width": "32rem"}


class Controls:
    """Drop-downs that always agree with each other and with the evidence.

    Parameters
    ----------
    desk
        Language and folder.
    selection
        What to begin with.
    changed
        Called after every change that leaves a selection to look at.
    """

    def __init__(self, desk: Desk, selection: Selection, changed: Callable[[], None]) -> None:
        self._desk = desk
        self._changed = changed
        self._settling = False
        self._message = widgets.HTML()
        self._register = widgets.Combobox(
            description=desk.say("register"),
            placeholder=desk.say("register_hint"),
            options=desk.registers(),
            value=selection.register,
            continuous_update=False,
            style=WIDE,
            layout=LAYOUT,
        )
        self._subject = self._drop_down("subject")
        self._wave = self._drop_down("wave")
        self._holder = self._drop_down("holder")
        self._regions = widgets.SelectMultiple(
            description=desk.say("regions"),
            rows=7,
            style=WIDE,
            layout=LAYOUT,
            tooltip=desk.say("regions_hint"),
        )
        self._clear = widgets.Button(description=desk.say("clear"), layout={"width": "max-content"})
        self._open(selection)
        self._watch()
        # The parts stand in the order in which one decides: what, when, and for whom.
        left = widgets.VBox([self._register, self._subject, self._wave, self._holder, self._clear])
        right = widgets.VBox([self._regions, widgets.HTML(shown.hint(desk.say("regions_hint")))])
        columns = widgets.Layout(
            display="grid", grid_template_columns="repeat(auto-fit, minmax(min(100%, 24rem), 1fr))"
        )
        self.widget = widgets.VBox([widgets.Box([left, right], layout=columns), self._message])

    def _drop_down(self, name: str) -> Any:
        return widgets.Dropdown(description=self._desk.say(name), style=WIDE, layout=LAYOUT)

    def _watch(self) -> None:
        self._register.observe(self._register_given, "value")
        for control in (self._subject, self._wave, self._holder, self._regions):
            control.observe(self._chosen, "value")
        self._clear.on_click(self._none_chosen)

    def _open(self, selection: Selection) -> None:
        """Open the evidence of a selection, or the published tables where that cannot be read."""
        try:
            self.evidence: Evidence = self._desk.open(selection.register)
            self._message.value = ""
        except UserError as error:
            self.evidence = self._desk.open("")
            self._message.value = shown.problem(error)
            selection = replace(selection, register="")
        self._settle(selection)

    def _settle(self, selection: Selection) -> None:
        """Offer what there is to choose from, with the selection chosen as far as it is there."""
        self._settling = True
        desk, self.selection = self._desk, settle(selection, self.evidence)
        chosen = self.selection
        named = [
            (desk.label("dimension" if name in DIMENSIONS else "measure", name), name)
            for name in subjects(self.evidence)
        ]
        waves = [(desk.words.wave(wave), wave) for wave in self.evidence.waves(chosen.subject)]
        holders = [(desk.label("holder", code), code) for code in scale("holder").codes]
        regions = [(desk.label("region", code), code) for code in regions_of(chosen.holder)]
        self._offer(self._subject, named, chosen.subject)
        self._offer(self._wave, waves, chosen.wave)
        self._offer(self._holder, [(desk.say("all_holders"), ""), *holders], chosen.holder)
        self._offer(self._regions, sorted(regions), chosen.regions)
        self._settling = False

    @staticmethod
    def _offer(control: Any, options: list[tuple[str, str]], value: object) -> None:
        if control.options != tuple(options):
            control.options = options
        control.value = value

    def _register_given(self, change: dict[str, Any]) -> None:
        self._open(replace(self._read(), register=change["new"].strip()))
        self._changed()

    def _chosen(self, _: object) -> None:
        if not self._settling:
            self._settle(self._read())
            self._changed()

    def _none_chosen(self, _: object) -> None:
        self._regions.value = ()

    def _read(self) -> Selection:
        return Selection(
            subject=self._subject.value,
            wave=self._wave.value,
            holder=self._holder.value,
            regions=tuple(self._regions.value),
            register=self.selection.register,
        )
