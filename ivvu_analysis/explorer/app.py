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
SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
# The levers of care capacity: from and to where they go, in percent.
LEVERS = {
    "demand": (later("Growth in demand"), -20, 150),
    "home_share": (later("Share at home"), 0, 100),
    "beds": (later("Beds"), -50, 100),
    "stay": (later("Length of stay"), -50, 50),
    "staff": (later("Staff"), -50, 100),
    "occupancy": (later("Occupancy (assumed)"), 80, 100),
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
    names = [("English", "en"), ("Nederlands", "nl")]
    choice = widgets.ToggleButtons(options=names, value=language, style={"button_width": "auto"})
    css = resources.files("ivvu_analysis.explorer").joinpath("explorer.css").read_text("utf-8")
    style, whole = widgets.HTML(f"<style>{css}</style>"), widgets.VBox()

    def build(_: Any = None) -> None:
        page = Tabs(choice.value, edition, seed)
        whole.children = [style, choice, page.heading]  # at once: the tabs take a while
        whole.children = [style, choice, page.heading, page.tabs()]

    choice.observe(build, "value")
    build()
    return whole.add_class("ivvu")


class Tabs:
    """The tabs in one language; what is chosen in the overview is what the others are about.

    Parameters
    ----------
    language, seed
        As in `explore`.
    edition
        What `load` takes: kept up to date, so that the tabs in another language begin where these end.
    """

    def __init__(self, language: Any, edition: dict[str, Any], seed: int) -> None:
        self.edition, self.language, self.seed = edition, language, seed
        self.say = _ = partial(translate, language=language)
        self.evidence, self.waves = load(**edition), load(**{**edition, "wave": ""}).waves()
        self.words = Words(language, self.evidence.codebook)
        intro = _(
            "Choose a ladder or a measure, a wave and regions, and the figures follow. The other tabs have "
            "sliders for scenarios, and keep the choice as a suite of reports."
        )
        self.heading = widgets.HTML(f"<h1>{_('Explore the programme')}</h1><p>{intro}</p>")

    def tabs(self) -> Any:
        """Return the tabs, with all that they show for what is chosen at first."""
        _ = self.say
        tabs = {
            _("Overview"): self.overview(),
            _("Forecast"): self.forecast(),
            _("Care capacity"): self.capacity(),
            _("Report suite"): self.suite(),
        }
        return widgets.Tab([*tabs.values()], titles=[*tabs])

    def overview(self) -> Any:
        """Return the tab with the map, the levels by wave, and chosen regions against the others."""
        _, words = self.say, self.words
        labels = words.by_code("dimension") | words.by_code("measure")
        names = [(label, code) for code, label in labels.items() if self.evidence.waves(code)]
        waves = [(words.wave(wave), wave) for wave in self.waves]
        holders = [(label, code) for code, label in words.by_code("holder").items()]
        holders = [(_("All holders"), ""), *holders]
        found = sorted((data_folder() / "register").glob("*.*"))
        files = [str(path) for path in found if path.suffix in REGISTERS]
        free = {"placeholder": _("empty: published tables; or a register file"), "continuous_update": False}
        self.chosen = {
            "register": _chosen(widgets.Combobox, _("Evidence"), files, self.edition["register"], **free),
            "subject": _chosen(widgets.Dropdown, _("Ladder or measure"), names, names[0][1]),
            "wave": _chosen(widgets.Dropdown, _("Wave"), waves, self.evidence.wave),
            "holder": _chosen(widgets.Dropdown, _("Concession holder"), holders, ""),
            "regions": _chosen(widgets.SelectMultiple, _("Regions to compare"), self._regions(), (), rows=7),
        }
        offer = partial(setattr, self.chosen["regions"], "options")
        self.chosen["holder"].observe(lambda change: offer(self._regions(change["new"])), "value")
        return _panel(self.chosen, self._show)

    def _regions(self, holder: str = "") -> list[tuple[str, str]]:
        regions = self.evidence.codebook.scale("region")
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
        _, words = self.say, self.words
        year = int(self.waves[-1][:4])
        dates = [f"{y}-{month:02d}" for y in range(year, year + 5) for month in (3, 6, 9, 12)]
        ahead = [(words.short_wave(date), date) for date in dates if date > self.waves[-1]]
        ladders = [(label, code) for code, label in words.by_code("dimension").items()]
        shares = [(words.format("%", s / 100), s / 100) for s in range(0, 55, 5)]
        paces = [(f"× {words.number(speed, 2)}", speed) for speed in SPEEDS]
        controls = {
            "dimension": _chosen(widgets.Dropdown, _("Ladder"), ladders, ladders[-1][1]),
            "horizon": _slider(_("Horizon"), ahead, ahead[4][1]),
            "speed": _slider(_("Pace"), paces, 1.0),
            "stalling": _slider(_("Share that stalls"), shares, 0.0),
        }
        about = {"language": self.language, "seed": self.seed}
        return _panel(controls, lambda **chosen: views.course(self.evidence, **chosen, **about))

    def capacity(self) -> Any:
        """Return the tab with the levers of care capacity in Utrecht."""
        tables = data.utrecht()
        start = {"demand": agenda.growth(tables), "home_share": capacity.members(tables).home_share}
        controls = {}
        for name, (label, low, high) in LEVERS.items():
            value = round(start.get(name, 1.0 if name == "occupancy" else 0.0), 2)
            steps = sorted({*(s / 100 for s in range(low, high + 1, 5)), value})
            controls[name] = _slider(self.say(label), [(self.words.format("%", s), s) for s in steps], value)
        return _panel(controls, partial(views.care, tables, language=self.language))

    def suite(self) -> Any:
        """Return the tab that keeps the choice of the overview as a suite."""
        _ = self.say
        intro = _(
            "This writes the choice of the overview as a suite, a list of reports that the command "
            "‘ivvu run’ makes in one go."
        )
        name = widgets.Text("explored", description=_("Name"))
        replace = widgets.Checkbox(description=_("Replace a suite of this name"))
        button = widgets.Button(description=_("Write the suite"), button_style="primary")
        told, save = widgets.Output(), _safely(self._write)
        writes = told.capture(clear_output=True)(lambda _: save(name=name.value, replace=replace.value))
        button.on_click(writes)
        return widgets.VBox([widgets.HTML(f"<p>{escape(intro)}</p>"), name, replace, button, told])

    def _write(self, name: str, replace: bool) -> None:
        project = _project_folder()
        parameters = {**self.edition, "language": self.language, "seed": self.seed}
        for key in ("register", "phases", "corrections", "codebook"):
            if file := parameters[key]:
                parameters[key] = os.path.relpath(file, project / "params")
        holder = self.chosen["holder"].value
        regions = [*self.chosen["regions"].value] or (holder and {"holder": holder})
        if not NAME.fullmatch(name.strip()):
            raise ParameterError(
                f"A suite cannot be called '{name.strip()}'.",
                "Use small letters, digits, dashes and underscores, and begin with a letter or a digit.",
            )
        path = project / "params" / f"{name.strip()}.yaml"
        if not replace:
            refuse_foreign(path)
        write(path, compose(self.chosen["subject"].value, parameters, regions).encode())
        done = self.say("Written: {path}. Make its reports with: ivvu run {path}")
        _tell("status", escape(done.format(path=path.relative_to(project).as_posix())))


def _chosen(kind: Callable[..., Any], name: str, options: list[Any], value: Any, **more: Any) -> Any:
    return kind(description=name, options=options, value=value, **more)


def _slider(name: str, options: list[tuple[str, Any]], value: Any) -> Any:
    return _chosen(widgets.SelectionSlider, name, options, value, continuous_update=False)


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
