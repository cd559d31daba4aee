"""The explorer as a whole: tabs of choices and sliders, in the language that the reader picks."""

import json
import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd
import yaml
from IPython.display import HTML, display

from ivvu_analysis import data
from ivvu_analysis.data import data_folder, load
from ivvu_analysis.errors import ParameterError, UserError, refuse_foreign
from ivvu_analysis.explorer import views
from ivvu_analysis.explorer.serve import BEGIN, VARIABLE
from ivvu_analysis.parameters import check
from ivvu_analysis.places import write
from ivvu_analysis.questions import agenda, capacity
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import Words, language_of

REGISTERS = (".xlsx", ".xls", ".ods", ".csv")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
REPORTS = dict.fromkeys(("agreements", "dynamics", "vision"), "collaboration_phases")
REPORTS |= {"sharing": "impact", "participation": "portfolio", "status": "portfolio"}
QUARTERS = 18  # that the forecast can look ahead
# The levers of care capacity, and from and to where they go.
LEVERS = {
    "demand": (later("Growth in demand"), -0.2, 1.5),
    "home_share": (later("Share at home"), 0.0, 1.0),
    "beds": (later("Beds"), -0.5, 1.0),
    "stay": (later("Length of stay"), -0.5, 0.5),
    "staff": (later("Staff"), -0.5, 1.0),
    "occupancy": (later("Occupancy (assumed)"), 0.8, 1.0),
}


def explore(**given: Any) -> Any:
    """Return the explorer as a widget, for the last line of a cell.

    Parameters
    ----------
    **given
        What to begin with: `wave`, `register`, `phases`, `corrections`, `sheet` and `codebook`, as in
        `ivvu_analysis.load`; `language`, ``"en"`` or ``"nl"``; and `seed`, that of the forecasts. The
        command ``ivvu app`` may give others instead.

    Raises
    ------
    ParameterError
        If there is no such parameter, language, wave or file.

    Examples
    --------
    >>> from ivvu_analysis.explorer import explore
    >>> explore(language="nl")  # doctest: +SKIP
    """
    edition = check(given, BEGIN, "explore") | json.loads(os.environ.get(VARIABLE, "{}"))
    seed, language = int(edition.pop("seed")), language_of(edition.pop("language"))
    names = {"English": "en", "Nederlands": "nl"}
    choice = widgets.ToggleButtons(options=names, value=language, style={"button_width": "auto"})
    css = resources.files("ivvu_analysis.explorer").joinpath("explorer.css").read_text("utf-8")
    style, whole = widgets.HTML(f"<style>{css}</style>"), widgets.VBox()

    def build(_: Any = None) -> None:
        whole.children = [style, choice, *Page(choice.value, edition, seed).parts()]

    choice.observe(build, "value")
    build()
    return whole.add_class("ivvu")


class Page:
    """What the explorer shows in one language.

    Parameters
    ----------
    language, seed
        As in `explore`.
    edition
        What `load` takes: kept up to date, so that the page in another language begins where this one ends.
    """

    def __init__(self, language: Any, edition: dict[str, Any], seed: int) -> None:
        self.edition, self.language, self.seed = edition, language, seed
        self.say = partial(translate, language=language)
        self.evidence, self.waves = load(**edition), load(**{**edition, "wave": ""}).waves()
        self.words = Words(language, self.evidence.codebook)

    def parts(self) -> list[Any]:
        """Return the heading and the tabs, with all that they show for what is chosen at first."""
        _ = self.say
        intro = _(
            "Choose a ladder or a measure, a wave and regions, and the figures follow. The other tabs have "
            "sliders for scenarios, and keep the choice as a suite of reports."
        )
        heading = widgets.HTML(f"<h1>{_('Explore the programme')}</h1><p>{intro}</p>")
        tabs = {
            _("Overview"): self.overview(),
            _("Forecast"): self.forecast(),
            _("Care capacity"): self.capacity(),
            _("Report suite"): self.suite(),
        }
        return [heading, widgets.Tab([*tabs.values()], titles=[*tabs])]

    def overview(self) -> Any:
        """Return the tab with the map, the levels by wave, and chosen regions against the others."""
        _ = self.say
        found = sorted((data_folder() / "register").glob("*.*"))
        files = [str(path) for path in found if path.suffix in REGISTERS]
        subjects = {**self._codes("dimension"), **self._codes("measure")}
        subjects = {label: code for label, code in subjects.items() if self.evidence.waves(code)}
        holders = {_("All holders"): "", **self._codes("holder")}
        waves = {self.words.wave(wave): wave for wave in self.waves}
        free = {"value": self.edition["register"], "continuous_update": False}
        free["placeholder"] = _("empty: published tables; or a register file")
        self.chosen = {
            "register": widgets.Combobox(description=_("Evidence"), options=files, **free),
            "subject": widgets.Dropdown(description=_("Ladder or measure"), options=subjects),
            "wave": widgets.Dropdown(description=_("Wave"), options=waves, value=self.evidence.wave),
            "holder": widgets.Dropdown(description=_("Concession holder"), options=holders),
            "regions": widgets.SelectMultiple(
                description=_("Regions to compare"), options=self._regions(""), rows=7
            ),
        }
        offer = partial(setattr, self.chosen["regions"], "options")
        self.chosen["holder"].observe(lambda change: offer(self._regions(change["new"])), "value")
        return _panel(self.chosen, self._show)

    def _codes(self, scale: str) -> dict[str, str]:
        return {label: code for code, label in self.words.by_code(scale).items()}

    def _regions(self, holder: str) -> list[tuple[str, str]]:
        """Return the regions of a holder, or all of them, by name."""
        regions = self.words.book.scale("region")
        return sorted((r.labels[self.language], r.code) for r in regions if holder in ("", r.within))

    def _show(self, register: str, subject: str, wave: str, holder: str, regions: tuple[str, ...]) -> None:
        given = self.edition | {"register": register.strip(), "wave": wave}
        if given["register"] != self.edition["register"]:
            given |= {"corrections": "", "sheet": ""}  # they went with the other register
        self.evidence = load(**given)
        self.edition.update(given)
        self.evidence.require(subject)
        inside = regions or tuple(code for _, code in self._regions(holder) if holder)
        views.overview(self.evidence, subject, inside, self.language)

    def forecast(self) -> Any:
        """Return the tab with the expected course of a ladder, and what another pace would make of it."""
        _, last = self.say, self.waves[-1]
        dates = pd.date_range(last, periods=QUARTERS, freq="QE").strftime("%Y-%m")
        ahead = {self.words.short_wave(date): date for date in dates if date > last}
        ladders = self._codes("dimension")
        controls = {
            "dimension": widgets.Dropdown(description=_("Ladder"), options=ladders, index=len(ladders) - 1),
            "horizon": widgets.SelectionSlider(description=_("Horizon"), options=ahead, index=4),
            "speed": _percentage(_("Pace"), 1.0, 0.25, 3.0, step=0.25),
            "stalling": _percentage(_("Share that stalls"), 0.0, 0.0, 0.5, step=0.05),
        }
        about = {"language": self.language, "seed": self.seed}
        return _panel(controls, lambda **chosen: views.course(self.evidence, **chosen, **about))

    def capacity(self) -> Any:
        """Return the tab with the levers of care capacity in Utrecht."""
        tables = data.utrecht()
        start = dict.fromkeys(LEVERS, 0.0) | {"demand": agenda.growth(tables), "occupancy": 1.0}
        start["home_share"] = capacity.members(tables).home_share
        controls = {}
        for name, (label, *ends) in LEVERS.items():
            controls[name] = _percentage(self.say(label), round(start[name], 2), *ends)
        return _panel(controls, partial(views.care, tables, language=self.language))

    def suite(self) -> Any:
        """Return the tab that keeps the choice of the overview as a suite."""
        _ = self.say
        intro = _(
            "This writes the choice of the overview as a suite, a list of reports that the command "
            "‘ivvu run’ makes in one go."
        )
        form = widgets.interactive(
            _safely(self._write),
            {"manual": True, "manual_name": _("Write the suite")},
            name=widgets.Text("explored", description=_("Name")),
            replace=widgets.Checkbox(description=_("Replace a suite of this name")),
        )
        return widgets.VBox([widgets.HTML(f"<p>{escape(intro)}</p>"), form])

    def _write(self, name: str, replace: bool) -> None:
        project, name = _project_folder(), name.strip()
        if not NAME.fullmatch(name):
            raise ParameterError(
                f"A suite cannot be called '{name}'.",
                "Use small letters, digits, dashes and underscores, and begin with a letter or a digit.",
            )
        path = project / "params" / f"{name}.yaml"
        parameters = {**self.edition, "language": self.language, "seed": self.seed}
        for key in ("register", "phases", "corrections", "codebook"):
            if file := parameters[key]:
                parameters[key] = os.path.relpath(file, path.parent)
        holder = self.chosen["holder"].value
        regions = [*self.chosen["regions"].value] or (holder and {"holder": holder})
        if not replace:
            refuse_foreign(path)
        write(path, compose(self.chosen["subject"].value, parameters, regions).encode())
        done = self.say("Written: {path}. Make its reports with: ivvu run {path}")
        _tell("status", escape(done.format(path=path.relative_to(project).as_posix())))


def _percentage(name: str, value: float, low: float, high: float, step: float = 0.01) -> Any:
    how = {"step": step, "readout_format": ".0%", "continuous_update": False}
    return widgets.FloatSlider(value, min=low, max=high, description=name, **how)


def _panel(controls: dict[str, Any], show: Callable[..., None]) -> Any:
    """Return controls beside what a function shows for them."""
    out = widgets.interactive_output(_safely(show), controls)
    return widgets.Box([widgets.VBox([*controls.values()]), out]).add_class("ivvu-panel")


def _safely(show: Callable[..., None]) -> Callable[..., None]:
    """Return a function that shows a user's error in the place of what it would show."""

    def safely(**values: Any) -> None:
        try:
            show(**values)
        except UserError as error:
            _tell("alert", f"<strong>{escape(error.problem)}</strong> {escape(error.remedy)}")

    return safely


def _tell(role: str, html: str) -> None:
    display(HTML(f'<p role="{role}">{html}</p>'))  # type: ignore[no-untyped-call]


def _project_folder() -> Path:
    """Return the nearest folder, from here upwards, that holds suites; else the one above the data."""
    here = Path.cwd()
    found = (f for f in (here, *here.parents) if (f / "params").is_dir() and (f / "notebooks").is_dir())
    return next(found, data_folder().resolve().parent)


def compose(subject: str, parameters: Mapping[str, Any], regions: Any) -> str:
    """Return the text of a suite: the report on a subject, and a profile of each of the regions, if any."""
    reports: list[dict[str, Any]] = [{"notebook": REPORTS.get(subject, subject)}]
    if regions:
        reports.append({"notebook": "region_profile", "for_each": {"region": regions}})
    about = f"{subject}, {parameters['wave']}"
    title = {"en": f"Explored: {about}", "nl": f"Verkend: {about}"}
    suite = {"title": title, "parameters": dict(parameters), "reports": reports}
    return str(yaml.safe_dump(suite, allow_unicode=True, sort_keys=False))
