"""The widgets without a browser: what changes when something is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report.explorer import explore
from ivvu_analysis.report.explorer.app import App
from ivvu_analysis.report.explorer.desk import Desk, project_folder
from ivvu_analysis.report.explorer.selection import Selection

REGISTERS = "tests/data/registers"


class Seen:
    """The controls and the texts of an app, found as a visitor finds them: by what they are called."""

    def __init__(self, app: App) -> None:
        self.app = app

    def widgets(self) -> list[Any]:
        found: list[Any] = []
        todo = [self.app.widget]
        while todo:
            widget = todo.pop()
            found.append(widget)
            todo += getattr(widget, "children", ())
        return found

    def control(self, name: str) -> Any:
        (found,) = [w for w in self.widgets() if getattr(w, "description", "") == name]
        return found

    @property
    def language(self) -> Any:
        (found,) = [w for w in self.widgets() if isinstance(w, widgets.ToggleButtons)]
        return found

    def holding(self, mark: str) -> str:
        (found,) = [w.value for w in self.widgets() if isinstance(w, widgets.HTML) and mark in w.value]
        return str(found)

    @property
    def texts(self) -> str:
        return "".join(w.value for w in self.widgets() if isinstance(w, widgets.HTML))


@pytest.fixture
def seen(desk: Desk) -> Seen:
    return Seen(App(desk, Selection()))


def test_figures_and_tables_follow_the_drop_downs_together(seen: Seen) -> None:
    marks = ("Tile map", "share of the regions on each phase, up to", 'id="explorer-numbers"')
    before = [seen.holding(mark) for mark in marks]
    seen.control("Ladder or measure").value = "vision"
    after = [seen.holding(mark) for mark in marks]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert "Regional vision" in after[0]


def test_a_measure_offers_its_own_waves(seen: Seen) -> None:
    seen.control("Wave").value = "2019-03"
    seen.control("Ladder or measure").value = "impact"
    assert [code for _, code in seen.control("Wave").options] == ["2020-03", "2020-10"]
    assert seen.app.overview.controls.selection.wave == "2020-10"


def test_a_holder_offers_its_own_regions(seen: Seen) -> None:
    seen.control("Concession holder").value = "zorg_en_zekerheid"
    regions = seen.control("Regions to compare")
    assert [code for _, code in regions.options] == ["amstelland-meerlanden", "zuid-holland-noord"]
    regions.value = ("zuid-holland-noord",)
    assert "◆ marks Zuid-Holland Noord." in seen.texts
    seen.control("Deselect all regions").click()
    assert "◆ marks Zorg en Zekerheid." in seen.texts


def test_a_register_is_opened_and_one_that_cannot_be_read_is_explained(seen: Seen) -> None:
    seen.control("Ladder or measure").value = "impact"
    seen.control("Evidence").value = f"{REGISTERS}/clean.csv"
    assert "Recomputed from the rows of clean.csv" in seen.texts
    seen.control("Evidence").value = f"{REGISTERS}/nothing.csv"
    assert "nothing.csv is empty" in seen.texts
    assert "Rests on the published tables" in seen.texts


def test_another_language_keeps_what_was_chosen(seen: Seen) -> None:
    seen.control("Ladder or measure").value = "scalability"
    seen.control("Concession holder").value = "menzis"
    seen.control("Speed").value = 0.5
    seen.control("Beds").value = 0.1
    seen.control("Name").value = "mine"
    chosen = seen.app.overview.controls.selection
    seen.language.value = "nl"
    assert seen.app.overview.controls.selection == chosen
    assert seen.control("Concessiehouder").value == "menzis"
    assert seen.control("Tempo").value == 0.5
    assert seen.control("Bedden").value == 0.1
    assert seen.control("Naam").value == "mine"
    assert "Opschaalbaarheid" in seen.texts
    assert "Places short" not in seen.texts
    seen.language.value = "en"
    assert seen.control("Speed").value == 0.5


def test_sliders_change_what_is_expected(seen: Seen) -> None:
    before = seen.holding("Going on as before")
    seen.control("Share that stalls").value = 0.2
    assert seen.holding("Going on as before") != before
    assert "20% stalling" in seen.texts


def test_the_levers_go_back_to_the_published_figures(seen: Seen) -> None:
    before = seen.holding("places are short")
    seen.control("Share at home").value = 0.9
    assert "places are left over" in seen.texts
    seen.control("Back to the published figures").click()
    assert seen.holding("places are short") == before


def test_the_button_writes_a_suite_and_replaces_none_unasked(tmp_path: Path, desk: Desk) -> None:
    (tmp_path / "notebooks").symlink_to(desk.folder / "notebooks")
    seen = Seen(App(Desk("en", 1, tmp_path), Selection()))
    seen.control("Name").value = "mine"
    seen.control("Write the suite").click()
    written = tmp_path / "params" / "mine.yaml"
    assert "notebook: collaboration_phases" in written.read_text()
    assert "ivvu run params/mine.yaml" in seen.texts
    seen.control("Ladder or measure").value = "impact"
    seen.control("Write the suite").click()
    assert "it was left as it is" in seen.texts
    assert "notebook: collaboration_phases" in written.read_text()
    seen.control("Replace a suite of this name").value = True
    seen.control("Write the suite").click()
    assert "notebook: impact" in written.read_text()
    assert not seen.control("Replace a suite of this name").value


def test_no_suite_is_written_of_what_no_report_can_show(seen: Seen) -> None:
    seen.control("Wave").value = "2019-03"
    assert seen.control("Write the suite").disabled
    assert "no report that can be made" in seen.texts
    seen.control("Wave").value = "2020-10"
    assert not seen.control("Write the suite").disabled


def test_the_folder_of_the_project_is_found_from_below(tmp_path: Path) -> None:
    for name in ("params", "notebooks/deeper"):
        (tmp_path / name).mkdir(parents=True)
    assert project_folder(tmp_path / "notebooks" / "deeper") == tmp_path


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ParameterError, match="'fr'"):
        explore(language="fr")
