"""Headings over two rows, and titles above them that look like one."""

from pathlib import Path

import pytest

from ivvu_analysis import register

MARCH, OCTOBER = "Kleine schaal, veel betekenis;Ja;Landelijk", "Grote schaal, veel betekenis;Nee;Nog niet"
ROWS = [f"{n};Project {n};Twente;Technologie" for n in range(1, 4)]


def taken_in(folder: Path, *lines: str) -> register.Intake:
    path = folder / "register.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return register.check(path)


def test_a_wave_over_several_headings_is_that_of_all_of_them(tmp_path: Path) -> None:
    rated = "Impact;Delen;Opschaalbaarheid"
    heads = ";;;;maart 2020;;;oktober 2020;;", f"Nr;Project;Regio;Thema;{rated};{rated}"
    intake = taken_in(tmp_path, *heads, *(f"{row};{MARCH};{OCTOBER}" for row in ROWS))
    ratings = intake.projects.groupby("wave", observed=True)[["impact", "sharing", "scalability"]].first()
    assert ratings.to_numpy().tolist() == [
        ["small_much", "yes", "national"],
        ["large_much", "no", "not_yet"],
    ]
    assert "error" not in set(intake.issues["severity"])


def test_waves_stand_below_what_was_rated(tmp_path: Path) -> None:
    heads = ";;;;Impact;;Delen;", "Nr;Project;Regio;Thema;mrt 2020;okt 2020;mrt 2020;okt 2020"
    answers = "Kleine schaal, veel betekenis;Grote schaal, veel betekenis;Ja;Nee"
    intake = taken_in(tmp_path, *heads, *(f"{row};{answers}" for row in ROWS))
    assert intake.projects["wave"].tolist() == ["2020-03"] * 3 + ["2020-10"] * 3
    assert intake.projects["sharing"].tolist() == ["yes"] * 3 + ["no"] * 3


def test_a_title_over_the_first_column_is_no_heading_of_it(tmp_path: Path) -> None:
    """Beside another table the title once gave the regions a wave, and rows without one were lost."""
    heads = "Peildatum 1-10-2020", "Regio;Nr;Project;Thema;Impact;;Regio;Aantal"
    rows = [f"{region};{n};Project {n};Technologie;Kleine schaal, veel betekenis;;Zeeland;3"
            for n, region in enumerate(("Twente", "", ""), 1)]  # fmt: skip
    intake = taken_in(tmp_path, *heads, *rows)
    assert intake.projects["id"].tolist() == ["1", "2", "3"]
    assert intake.excluded.empty
    assert set(intake.projects["wave"]) == {"2020-10"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("007", "7.0", True), ("P7", "p-7", True), ("UTR-A-1", "utra01", True), ("1.23", "12.3", False)],
)
def test_numbers_are_one_where_only_their_writing_differs(
    tmp_path: Path, one: str, other: str, same: bool
) -> None:
    heads = "Nr;Project;Regio;Thema;Peildatum", f"{one};A;Twente;Technologie;2020-03"
    intake = taken_in(tmp_path, *heads, f"{other};A;Twente;Technologie;2020-10")
    assert (intake.projects["id"].nunique() == 1) is same
