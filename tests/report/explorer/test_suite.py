from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivvu_analysis.batch.plan import Plan, make_plans, refuse_unknown_waves
from ivvu_analysis.codebook import DIMENSIONS, MEASURES
from ivvu_analysis.errors import OutputError, ParameterError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer import suite
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.selection import Selection


def checked(folder: Path, text: str, desk: Desk) -> Plan:
    """Return the plan of a suite that the batch has found nothing wrong with."""
    path = suite.write(folder, "explored", text, replace=True)
    (plan,) = make_plans([path], desk.folder / "notebooks")
    refuse_unknown_waves(plan.jobs)
    return plan


@pytest.mark.parametrize("subject", [*DIMENSIONS, *MEASURES])
def test_the_batch_accepts_the_suite_of_every_subject(
    tmp_path: Path, published: Evidence, desk: Desk, subject: str
) -> None:
    for wave in published.waves(subject if subject in MEASURES else "regions"):
        text = suite.compose(Selection(subject, wave), published, desk)
        (job,) = checked(tmp_path, text, desk).jobs
        assert job.job.notebook == suite.REPORTS[subject]
        assert job.job.parameters["wave"] == wave


def test_chosen_regions_get_a_profile_each(tmp_path: Path, published: Evidence, desk: Desk) -> None:
    selection = Selection("vision", "2020-10", regions=("twente", "t-gooi"))
    jobs = checked(tmp_path, suite.compose(selection, published, desk), desk).jobs
    assert [job.job.name for job in jobs[1:]] == ["region_profile-twente", "region_profile-t-gooi"]


def test_the_regions_of_a_holder_get_a_profile_each(tmp_path: Path, published: Evidence, desk: Desk) -> None:
    selection = Selection("vision", "2020-10", holder="menzis")
    jobs = checked(tmp_path, suite.compose(selection, published, desk), desk).jobs
    assert len(jobs) == 1 + 5


def test_the_language_and_both_titles_are_written(tmp_path: Path, published: Evidence, desk: Desk) -> None:
    text = suite.compose(Selection("impact", "2020-10"), published, replace(desk, language="nl", seed=7))
    plan = checked(tmp_path, text, desk)
    assert (plan.language, plan.title) == ("nl", "Verkend: Impact, oktober 2020")
    assert plan.suite.title("en") == "Explored: Impact, October 2020"
    assert plan.jobs[0].job.parameters["seed"] == 7


def test_a_register_is_named_from_the_folder_of_the_suite(
    tmp_path: Path, published: Evidence, desk: Desk
) -> None:
    (tmp_path / "notebooks").symlink_to(desk.folder / "notebooks")
    (tmp_path / "it's: mine.csv").write_text("rows")
    desk = replace(desk, folder=tmp_path)
    for register in ("it's: mine.csv", str(tmp_path / "it's: mine.csv")):
        selection = Selection("impact", "2020-10", register=register)
        (planned,) = checked(desk.suites, suite.compose(selection, published, desk), desk).jobs
        assert planned.job.files["register"].samefile(tmp_path / "it's: mine.csv")


def test_without_a_register_none_is_named(published: Evidence, desk: Desk) -> None:
    assert 'register: ""' in suite.compose(Selection("impact", "2020-10"), published, desk)


def test_a_wave_of_which_regions_are_not_known_is_refused(published: Evidence, desk: Desk) -> None:
    with pytest.raises(ParameterError, match="2019-03"):
        suite.compose(Selection("vision", "2019-03", regions=("twente",)), published, desk)


def test_a_profile_is_left_out_where_regions_are_not_known(published: Evidence, desk: Desk) -> None:
    text = suite.compose(Selection("impact", "2020-03", regions=("twente",)), published, desk)
    assert "notebook: impact" in text
    assert "region_profile" not in text


def test_a_suite_is_only_replaced_when_asked_to(tmp_path: Path) -> None:
    path = suite.write(tmp_path, "mine", "first", replace=False)
    with pytest.raises(OutputError, match="left as it is"):
        suite.write(tmp_path, "mine", "second", replace=False)
    assert path.read_text() == "first"
    suite.write(tmp_path, "mine", "second", replace=True)
    assert path.read_text() == "second"


@pytest.mark.parametrize("name", ["", "../mine", "Mine", "a b", "a/b", ".hidden", "con.yaml"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError):
        suite.write(tmp_path / "params", name, "text", replace=True)
    assert list(tmp_path.rglob("*.yaml")) == []
