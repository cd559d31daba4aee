from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import look_through, make_plans
from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.data import folder
from ivvu_analysis.errors import DataError, ParameterError, SuiteError, UserError

if TYPE_CHECKING:
    from pathlib import Path

    from ivvu_analysis.batch.plan import Plan
    from tests.conftest import Project


LONG = "a" * 5000  # no file can be called so


def options(project: Project, language: Language | None = None) -> Options:
    return Options(output=project.output, notebooks=project.notebooks, language=language)


def plans(project: Project, *texts: str, language: Language | None = None) -> list[Plan]:
    paths: list[Path] = [project.suite(text, f"suite{i}") for i, text in enumerate(texts)]
    return make_plans(paths, options(project, language))


def test_each_region_gets_a_report_of_its_own(project: Project) -> None:
    project.notebook("profile")
    (plan,) = plans(project, "reports: [{notebook: profile, for_each: {region: all}}]")
    jobs = plan.jobs
    assert [job.parameters["region"] for job in jobs] == list(scale("region").codes)
    assert [job.name for job in jobs] == [f"profile-{code}" for code in scale("region").codes]
    assert len(jobs) == 34


def test_the_regions_of_a_holder_can_be_chosen(project: Project) -> None:
    project.notebook("profile")
    (plan,) = plans(project, "reports: [{notebook: profile, for_each: {region: {holder: [vgz, menzis]}}}]")
    expected = [level.code for level in scale("region") if level.within in ("vgz", "menzis")]
    assert [planned.parameters["region"] for planned in plan.jobs] == expected


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
    assert {p.name: dict(p.parameters) for p in plan.jobs} == {
        "a": {"region": "twente", "wave": "2020-03", "language": "en"},
        "b-en": {"region": "midden-ijssel", "wave": "2019-10", "language": "en"},
        "b-nl": {"region": "midden-ijssel", "wave": "2019-10", "language": "nl"},
    }


def test_the_language_asked_for_replaces_that_of_the_suite(project: Project) -> None:
    project.notebook("a")
    text = "title: {en: E, nl: N}\nparameters: {language: en}\nreports: [{notebook: a}]"
    (plan,) = plans(project, text, language="nl")
    assert (plan.jobs[0].parameters["language"], plan.title) == ("nl", "N")


def test_a_measure_that_there_is_not_is_told_before_a_run(project: Project) -> None:
    project.notebook("funnels", "import ivvu_analysis", parameters='measure = "impact"\nlanguage = "en"')
    text = "reports: [{notebook: funnels, for_each: {measure: [impactt]}}]"
    with pytest.raises(ParameterError, match=r"no measure 'impactt'\. Did you mean 'impact'"):
        plans(project, text)


def test_a_report_on_ratings_takes_no_other_measure(project: Project) -> None:
    for name, measure in (("funnels", "impact"), ("own", "status")):
        project.notebook(name, "import ivvu_analysis", parameters=f'measure = "{measure}"\nlanguage = "en"')
    plans(project, "reports: [{notebook: own, parameters: {measure: participation}}]")
    with pytest.raises(
        ParameterError, match=r"no rating 'status'\. Choose one of: impact, scalability, sharing"
    ):
        plans(project, "reports: [{notebook: funnels, parameters: {measure: status}}]")


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
            "line 3: There is no parameter 'regoin' in the notebook",
        ),
        ("reports:\n  - notebook: impact\n    parameters: {region: twentte}", "Did you mean 'twente'"),
        ("reports: [{notebook: impact, for_each: {region: [twente, utrect]}}]", "Did you mean 'utrecht'"),
        ("reports: [{notebook: impact, for_each: {region: {holder: vzg}}}]", "Did you mean 'vgz'"),
        ("reports: [{notebook: impact, for_each: {region: {wave: x}}}]", "such as {region: all}"),
        ("reports: [{notebook: impact, for_each: {theme: {holder: vgz}}}]", "no parameter 'theme'"),
        ("reports: [{notebook: impact, for_each: {wave: all}}]", "not every wave is known"),
        ("reports: [{notebook: impact, for_each: {wave: []}}]", "no values at all"),
        ("reports: [{notebook: impact, for_each: {region: {holder: []}}}]", "no values at all"),
        ("reports: [{notebook: impact, for_each: {wave: [a/b]}}]", "cannot name a report"),
        (f"reports: [{{notebook: impact, for_each: {{wave: [{LONG}]}}}}]", "cannot name a report"),
        ("reports:\n- notebook: impact\n  parameters: {seed: -1}", "line 3: There is no seed -1"),
        (f"parameters: {{register: {LONG}}}\nreports: [{{notebook: impact}}]", "line 1: there is no file"),
        (f"reports: [{{notebook: {LONG}}}]", "line 1: there is no notebook"),
        ("parameters: {wave: 2020}\nreports: [{notebook: impact}]", 'Put it in quotes: wave: "2020"'),
        ("parameters: {wave: 2020-10-01}\nreports: [{notebook: impact}]", "Did you mean '2020-10'?"),
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
    (path,) = plan.jobs[0].files
    assert path.samefile(project.folder / "rows.csv")
    assert plan.jobs[0].parameters["register"] == "../rows.csv"


def test_two_suites_that_would_share_a_folder_are_refused(project: Project) -> None:
    project.notebook("a")
    first = project.suite("reports: [{notebook: a}]")
    second = project.folder / "other" / "demo.yaml"
    second.parent.mkdir()
    second.write_text(first.read_text())
    with pytest.raises(SuiteError, match="Two suites are called 'demo'"):
        make_plans([first, second], options(project))


def test_a_wave_that_was_not_published_is_refused(project: Project) -> None:
    project.notebook("a")
    with pytest.raises(ParameterError, match=r"suite0\.yaml, line 1: There is no wave '2021-04'"):
        plans(project, 'parameters: {wave: "2021-04"}\nreports: [{notebook: a}]')


def test_the_waves_of_a_register_are_not_known_beforehand(project: Project) -> None:
    project.notebook(
        "a", parameters='region = ""\nlanguage = "en"\nwave: str = "2030-01"\nregister: str = ""'
    )
    file = project.folder / "register.csv"
    file.write_text("x")
    (plan,) = plans(project, f"parameters: {{register: {file}}}\nreports: [{{notebook: a}}]")
    assert plan.jobs[0].files == (file,)


def test_a_notebook_beside_the_suite_comes_before_one_of_the_same_name(project: Project) -> None:
    project.notebook("a", "shared = 1")
    suite = project.suite("reports: [{notebook: a}]", "suite0")
    own = suite.with_name("a.ipynb")
    own.write_text(project.notebook("other", "own = 1").read_text())
    (plan,) = make_plans([suite], options(project))
    assert plan.jobs[0].notebook == own.absolute()


def test_a_notebook_of_somebody_else_may_call_anything_region_or_wave(project: Project) -> None:
    project.notebook("a", parameters="region = 'Europe'\nwave = '3'\nlanguage = 'fr'", close=False)
    (plan,) = plans(project, "parameters: {region: Asia, wave: '9', language: de}\nreports: [{notebook: a}]")
    assert plan.jobs[0].parameters == {"region": "Asia", "wave": "9", "language": "de"}


def test_a_region_may_be_written_in_any_known_way(project: Project) -> None:
    project.notebook("a")
    (plan,) = plans(project, "reports: [{notebook: a, for_each: {region: [Zuid-Holland Noord, twente]}}]")
    assert [job.name for job in plan.jobs] == ["a-zuid-holland-noord", "a-twente"]
    assert plan.jobs[0].parameters["region"] == "zuid-holland-noord"


def test_an_interactive_notebook_is_no_report(project: Project) -> None:
    project.notebook("a", "from ivvu_analysis import explorer")
    with pytest.raises(SuiteError, match="is there to be worked in"):
        plans(project, "reports: [{notebook: a}]")


def test_a_language_that_a_notebook_has_no_parameter_for_is_said(project: Project) -> None:
    project.notebook("a", parameters="level = 0.95", close=False)
    (plan,) = plans(project, "reports: [{notebook: a}]", language="nl")
    assert "the notebook a has no parameter 'language'" in plan.notes[0]


def test_what_does_not_fit_is_told_once_with_the_reports_that_it_stops(project: Project) -> None:
    phases = (folder() / "region_phases.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in phases if not line.startswith(("zeeland", "twente")))
    (project.folder / "phases.csv").write_text(text, encoding="utf-8")
    declares = 'wave: str = ""\nphases: str = ""\nlanguage: str = "en"\nregion: str = ""\nsheet: str = ""'
    for name in ("profile", "impact", "portfolio", "other"):
        project.notebook(name, parameters=declares)
    given = 'parameters: {wave: "2020-10", phases: ../phases.csv}\nreports:\n'
    planned = plans(
        project,
        'parameters: {wave: "2020-10"}\nreports: [{notebook: other}]',
        f"{given}  - {{notebook: profile, for_each: {{region: all}}}}\n  - notebook: impact",
        f"{given}  - notebook: impact\n  - notebook: portfolio\n",
        f"{given}  - notebook: profile\n",
    )
    look_through(planned[:1])
    with pytest.raises(UserError) as refusal:
        look_through(planned)
    assert "suite1.yaml, line 1: " in refusal.value.problem
    assert all(name in refusal.value.problem for name in ("Twente", "Zeeland"))
    assert refusal.value.problem.endswith(
        " This stops 35 reports of suite1, 2 reports of suite2, 1 report of suite3."
    )


def test_a_region_that_is_no_more_is_told_before_a_run(project: Project) -> None:
    merged = (
        "region:\n  levels:\n    - {code: twente, until: 2020-03, into: [oost]}\n"
        "    - {code: oost, nl: Oost, within: menzis, since: 2020-10}\n"
    )
    (project.folder / "ours.yaml").write_text(merged, encoding="utf-8")
    project.notebook("profile", parameters='wave: str = ""\ncodebook: str = ""\nregion: str = ""')
    given = "parameters: {codebook: ../ours.yaml}\nreports:\n"
    planned = plans(project, f"{given}  - {{notebook: profile, for_each: {{region: [zeeland, twente]}}}}")
    with pytest.raises(ParameterError, match=r"'twente' is there until 2020-03, and became 'oost'\."):
        look_through(planned)
    early = given.replace("yaml}", 'yaml, wave: "2020-03"}')
    look_through(plans(project, f"{early}  - {{notebook: profile, for_each: {{region: [twente]}}}}"))
    planned = plans(project, f"{early}  - {{notebook: profile, for_each: {{region: [oost]}}}}")
    with pytest.raises(ParameterError, match="There is no region 'oost' before 2020-10"):
        look_through(planned)


def test_a_region_without_phases_is_told_before_a_run(project: Project) -> None:
    added = "region:\n  levels: [{code: oost, nl: Oost, within: menzis}]"
    (project.folder / "ours.yaml").write_text(added, encoding="utf-8")
    project.notebook("profile", parameters='wave: str = ""\ncodebook: str = ""\nregion: str = ""')
    given = "parameters: {codebook: ../ours.yaml}\nreports:\n"
    planned = plans(project, f"{given}  - {{notebook: profile, for_each: {{region: all}}}}")
    with pytest.raises(ParameterError, match=r"no phases of the region 'oost' in 2020-10\."):
        look_through(planned)


def test_a_sheet_without_a_register_is_told_before_a_run(project: Project) -> None:
    project.notebook("a", parameters='wave: str = ""\nsheet: str = ""\nregister: str = ""')
    planned = plans(project, "parameters: {sheet: Blad1}\nreports: [{notebook: a}]")
    with pytest.raises(ParameterError, match="'sheet' goes with a register, and there is none"):
        look_through(planned)


def test_a_codebook_that_is_wrong_is_told_with_its_place(project: Project) -> None:
    twice = "theme:\n  levels:\n    - {code: housing, en: Housing}\n    - {code: housing, en: Homes}\n"
    (project.folder / "ours.yaml").write_text(twice, encoding="utf-8")
    for name in ("profile", "impact"):
        project.notebook(name, parameters='wave: str = ""\ncodebook: str = ""\nregion: str = ""')
    of_all = "parameters: {codebook: ../ours.yaml}\nreports: [{notebook: profile, for_each: {region: all}}]"
    own = "reports:\n  - notebook: impact\n    parameters: {codebook: ../ours.yaml}\n  - notebook: profile\n"
    with pytest.raises(DataError, match=r"line 1: The codebook ours\.yaml: the code 'housing' stands twice"):
        plans(project, of_all)
    with pytest.raises(DataError, match=r"suite0\.yaml, line 3: The codebook ours\.yaml"):
        plans(project, own)
    (project.folder / "ours.yaml").write_text("theme: [", encoding="utf-8")
    with pytest.raises(DataError, match=r"is no YAML"):
        plans(project, of_all)
