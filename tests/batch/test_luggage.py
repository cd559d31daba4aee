from __future__ import annotations

from dataclasses import replace
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
    (folder / "params").mkdir()
    (tmp_path / "r.xlsx").write_text("elsewhere")
    monkeypatch.chdir(tmp_path)
    return folder


def job(folder: Path, **parameters: str) -> Job:
    return Job("suite", "report", "notebook", "text", {"wave": "2020-10", **parameters}, folder=str(folder))


def read_there(there: Path, moved: Job, parameter: str = "register") -> str:
    """Return what a report reads that is made where the luggage was unpacked, as it names it."""
    path = there / moved.folder / str(moved.parameters[parameter])
    assert path.resolve().is_relative_to(there)
    return path.read_text()


def test_the_published_tables_travel_and_nothing_else_of_the_data(home: Path, tmp_path: Path) -> None:
    luggage, (moved,) = Luggage.of([job(home / "params")], home / "data")
    luggage.unpack(tmp_path / "there")
    there = {p.relative_to(tmp_path / "there" / luggage.data).as_posix(): p.read_text()
             for p in (tmp_path / "there").rglob("*.csv")}  # fmt: skip
    assert there == {
        "published/utrecht/a.csv": "data/published/utrecht/a.csv",
        "published/b.csv": "data/published/b.csv",
    }
    assert (tmp_path / "there" / moved.folder).is_dir()


@pytest.mark.parametrize(
    ("folder", "name", "text"),
    [
        ("mine", "r.xlsx", "mine/r.xlsx"),
        (".", "mine/r.xlsx", "mine/r.xlsx"),
        ("params", "../mine/r.xlsx", "mine/r.xlsx"),
        ("params", "../../r.xlsx", "elsewhere"),
        ("mine", "../params/../../home/mine/r.xlsx", "mine/r.xlsx"),
    ],
)
def test_a_file_keeps_the_name_that_it_has_from_the_folder_of_its_suite(
    home: Path, tmp_path: Path, folder: str, name: str, text: str
) -> None:
    given = job(home / folder, register=name)
    luggage, (moved,) = Luggage.of([given], home / "data")
    luggage.unpack(tmp_path / "there")
    assert moved == replace(given, folder=moved.folder)
    assert read_there(tmp_path / "there", moved) == text


def test_nothing_is_unpacked_outside_the_folder(home: Path, tmp_path: Path) -> None:
    luggage, _ = Luggage.of([job(home / "params", register="../../r.xlsx")], home / "data")
    before = set(tmp_path.iterdir())
    luggage.unpack(tmp_path / "deep" / "there")
    assert set(tmp_path.iterdir()) - before == {tmp_path / "deep"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["there"]


def test_of_an_absolute_path_only_the_last_part_travels(home: Path, tmp_path: Path) -> None:
    luggage, (moved,) = Luggage.of([job(home / "params", register=str(tmp_path / "r.xlsx"))], home / "data")
    luggage.unpack(tmp_path / "there")
    assert read_there(tmp_path / "there", moved) == "elsewhere"
    assert Path(str(moved.parameters["register"])).name == "r.xlsx"
    assert str(tmp_path) not in repr(moved) + repr(sorted(luggage.files))


def test_files_of_one_name_from_two_folders_are_both_there(home: Path, tmp_path: Path) -> None:
    given = job(home, register=str(tmp_path / "r.xlsx"), phases=str(home / "mine" / "r.xlsx"))
    luggage, (moved,) = Luggage.of([given], home / "data")
    luggage.unpack(tmp_path / "there")
    assert read_there(tmp_path / "there", moved) == "elsewhere"
    assert read_there(tmp_path / "there", moved, "phases") == "mine/r.xlsx"


def test_suites_in_two_folders_each_have_their_own_file_of_one_name(home: Path, tmp_path: Path) -> None:
    given = [job(tmp_path, register="r.xlsx"), job(home / "mine", register="r.xlsx")]
    luggage, moved = Luggage.of(given, home / "data")
    luggage.unpack(tmp_path / "there")
    assert [read_there(tmp_path / "there", one) for one in moved] == ["elsewhere", "mine/r.xlsx"]


def test_a_file_that_is_gone_is_named(home: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.xlsx cannot be read"):
        Luggage.of([job(home, register="gone.xlsx")], home / "data")
