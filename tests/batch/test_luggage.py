from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis.batch.job import Job
from ivvu_analysis.batch.luggage import Luggage
from ivvu_analysis.errors import DataError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    for name in ("data/published/utrecht/a.csv", "data/published/b.csv", "data/private.csv", "mine/r.xlsx"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (tmp_path / "r.xlsx").write_text("elsewhere")
    monkeypatch.chdir(folder)
    return folder


def job(**parameters: str) -> Job:
    return Job("suite", "report", "notebook", "text", {"wave": "2020-10", **parameters})


def test_the_published_tables_travel_and_nothing_else_of_the_data(home: Path, tmp_path: Path) -> None:
    luggage, _ = Luggage.of([job()], home / "data")
    luggage.unpack(tmp_path / "there")
    there = {p.relative_to(tmp_path / "there" / luggage.data).as_posix(): p.read_text()
             for p in (tmp_path / "there").rglob("*.csv")}  # fmt: skip
    assert there == {
        "published/utrecht/a.csv": "data/published/utrecht/a.csv",
        "published/b.csv": "data/published/b.csv",
    }


def test_a_file_under_the_current_folder_keeps_its_name(home: Path, tmp_path: Path) -> None:
    luggage, jobs = Luggage.of([job(register="mine/r.xlsx")], home / "data")
    luggage.unpack(tmp_path / "there")
    assert jobs == [job(register="mine/r.xlsx")]
    assert (tmp_path / "there" / "mine" / "r.xlsx").read_text() == "mine/r.xlsx"


@pytest.mark.parametrize("absolute", [True, False])
def test_a_file_from_elsewhere_stays_inside_the_folder_it_is_unpacked_in(
    home: Path, tmp_path: Path, absolute: bool
) -> None:
    name = str(tmp_path / "r.xlsx") if absolute else "../r.xlsx"
    luggage, (moved,) = Luggage.of([job(register=name)], home / "data")
    luggage.unpack(tmp_path / "there")
    path = (tmp_path / "there" / str(moved.parameters["register"])).resolve()
    assert path.is_relative_to(tmp_path / "there")
    assert (path.name, path.read_text()) == ("r.xlsx", "elsewhere")


def test_files_of_one_name_from_two_folders_are_both_there(home: Path, tmp_path: Path) -> None:
    given = [job(register=str(tmp_path / "r.xlsx"), phases=str(home / "mine" / "r.xlsx"))]
    luggage, (moved,) = Luggage.of(given, home / "data")
    luggage.unpack(tmp_path / "there")
    texts = [
        (tmp_path / "there" / str(moved.parameters[name])).read_text() for name in ("register", "phases")
    ]
    assert texts == ["elsewhere", "mine/r.xlsx"]


def test_a_file_that_is_gone_is_named(home: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.xlsx cannot be read"):
        Luggage.of([job(register="gone.xlsx")], home / "data")
