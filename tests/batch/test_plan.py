from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch.plan import make_plans, refuse_unknown_waves
from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import ParameterError, SuiteError, UserError

if TYPE_CHECKING:
    from pathlib import Path

    from ivvu_analysis.batch.plan import Plan
    from tests.conftest import Project


LONG = "a" * 5000  # no file can be called so


def plans(project: Project, *texts: str, language: str = "") -> list[Plan]:
    paths: list[Path] = [project.suite(text, f"suite{i}") for i, text in enumerate(texts)]
    return make_plans(paths, project.notebooks, language=language)


def test_each_region_gets_a_report_of_its_own(project: Project) -> None:
    project.notebook("profile")
    (plan,) = plans(project, "reports: [{notebook: profile, for_each: {region: all}}]")
    jobs = [planned.job for planned in plan.jobs]
    assert [job.parameters["region"] for job in jobs] == list(scale("region").codes)
    assert [job.name for job in jobs] == [f"profile-{code}" for code in scale("region").codes]
    assert len(jobs) == 34


def test_the_regions_of_a_holder_can_be_chosen(project: Project) -> None:
    project.notebook("profile")
    (plan,) = plans(project, "reports: [{notebook: profile, for_each: {region: {holder: [vgz, menzis]}}}]")
    expected = [level.code for level in scale("region") if level.within in ("vgz", "menzis")]
    assert [planned.job.parameters["region"] for planned in plan.jobs] == expected


def test_the_nearest_value_of_a_parameter_wins(project: Project) -> None:
    project.notebook("a")
    project.notebook("b")
    text = """
parameters: {wave: "2020-03"}
reports:
  - notebook: a
  - notebook: b
    parameters: {wave: "2019-10", region: midden-ijssel}
    for_each: {language: [en, nl]}
"""
    (plan,) = plans(project, text)
    assert {p.job.name: dict(p.job.parameters) for p in plan.jobs} == {
        "a": {"region": "twente", "wave": "2020-03", "language": "en"},
        "b-en": {"region": "midden-ijssel", "wave": "2019-10", "language": "en"},
        "b-nl": {"region": "midden-ijssel", "wave": "2019-10", "language": "nl"},
    }


def test_the_language_asked_for_replaces_that_of_the_suite(project: Project) -> None:
    project.notebook("a")
    text = "title: {en: E, nl: N}\nparameters: {language: en}\nreports: [{notebook: a}]"
    (plan,) = plans(project, text, language="nl")
    assert (plan.jobs[0].job.parameters["language"], plan.title) == ("nl", "N")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("reports:\n  - notebook: impcat", "line 2: there is no notebook 'impcat'. Did you mean 'impact'"),
        (
            "parameters: {wvae: x}\nreports: [{notebook: impact}]",
            "parameter 'wvae'. Did you mean 'wave'",
        ),
        (
            "reports:\n  - notebook: impact\n    parameters: {regoin: x}",
            "line 3: the notebook",
        ),
        ("reports:\n  - notebook: impact\n    parameters: {region: twentte}", "Did you mean 'twente'"),
        ("reports: [{notebook: impact, for_each: {region: [twente, utrect]}}]", "Did you mean 'utrecht'"),
        ("reports: [{notebook: impact, for_each: {region: {holder: vzg}}}]", "Did you mean 'vgz'"),
        ("reports: [{notebook: impact, for_each: {region: {wave: x}}}]", "cannot be chosen so"),
        ("reports: [{notebook: impact, for_each: {wave: all}}]", "not every wave is known"),
        ("reports: [{notebook: impact, for_each: {wave: []}}]", "no values at all"),
        ("reports: [{notebook: impact, for_each: {region: {holder: []}}}]", "no values at all"),
        ("reports: [{notebook: impact, for_each: {wave: [a/b]}}]", "cannot be part of a file name"),
        (f"reports: [{{notebook: impact, for_each: {{wave: [{LONG}]}}}}]", "cannot be part of a file name"),
        ("reports:\n- notebook: impact\n  parameters: {seed: -1}", "line 3: There is no seed -1"),
        (f"parameters: {{register: {LONG}}}\nreports: [{{notebook: impact}}]", "line 1: There is no file"),
        (f"reports: [{{notebook: {LONG}}}]", "line 1: there is no notebook"),
        ("parameters: {wave: 2020}\nreports: [{notebook: impact}]", 'Put it in quotes: wave: "2020"'),
        ("parameters: {wave: 2020-10-01}\nreports: [{notebook: impact}]", "Put it in quotes"),
        ("parameters: {language: de}\nreports: [{notebook: impact}]", "no language 'de'"),
        ("parameters: {register: gone.xlsx}\nreports: [{notebook: impact}]", "no file 'gone.xlsx'"),
        ("reports: [{notebook: impact}, {notebook: impact}]", "'impact' is already made by"),
        ("reports: [{notebook: ../impact}]", "there is no notebook"),
    ],
)
def test_what_cannot_be_made_is_refused(project: Project, text: str, complaint: str) -> None:
    declares = (
        'region: str = "twente"',
        'wave: str = ""',
        'language: str = "en"',
        'register: str = ""',
        "seed: int = 1",
    )
    project.notebook("impact", parameters="\n".join(declares))
    with pytest.raises(UserError) as refusal:
        plans(project, text)
    assert complaint in str(refusal.value)


def test_a_path_that_starts_where_the_command_is_run_is_put_right(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.notebook("a", parameters='register: str = ""')
    (project.folder / "rows.csv").write_text("x")
    monkeypatch.chdir(project.folder)
    with pytest.raises(ParameterError, match=r"starts at the folder of the suite: write '\.\./rows\.csv'"):
        plans(project, "parameters: {register: rows.csv}\nreports: [{notebook: a}]")
    (plan,) = plans(project, "parameters: {register: ../rows.csv}\nreports: [{notebook: a}]")
    (path,) = plan.jobs[0].job.files.values()
    assert path.samefile(project.folder / "rows.csv")
    assert plan.jobs[0].job.parameters["register"] == "../rows.csv"


def test_two_suites_that_would_share_a_folder_are_refused(project: Project) -> None:
    project.notebook("a")
    first = project.suite("reports: [{notebook: a}]")
    second = project.folder / "other" / "demo.yaml"
    second.parent.mkdir()
    second.write_text(first.read_text())
    with pytest.raises(SuiteError, match="Two suites are called 'demo'"):
        make_plans([first, second], project.notebooks)


@pytest.mark.parametrize(
    ("wave", "figures_on", "complaint"),
    [
        ("2019-03", ("impact",), "There are no figures on impact for wave '2019-03'"),
        ("2021-04", (), "There is no wave '2021-04'"),
    ],
)
def test_a_wave_without_figures_is_refused(
    project: Project, wave: str, figures_on: tuple[str, ...], complaint: str
) -> None:
    project.notebook("a", figures_on=figures_on)
    (plan,) = plans(project, f'parameters: {{wave: "{wave}"}}\nreports: [{{notebook: a}}]')
    with pytest.raises(ParameterError, match=r"suite0\.yaml, line 2: " + complaint):
        refuse_unknown_waves(plan.jobs)


def test_the_waves_of_a_register_are_not_known_beforehand(project: Project) -> None:
    project.notebook("a", parameters='wave: str = "2030-01"\nregister: str = ""', figures_on=("impact",))
    file = project.folder / "register.csv"
    file.write_text("x")
    (plan,) = plans(project, f"parameters: {{register: {file}}}\nreports: [{{notebook: a}}]")
    refuse_unknown_waves(plan.jobs)
