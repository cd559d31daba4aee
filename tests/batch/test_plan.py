from __future__ import annotations

import re
from contextlib import nullcontext
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


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("all", list(scale("region").codes)),
        ("{holder: [vgz, menzis]}", [one.code for one in scale("region") if one.within in ("vgz", "menzis")]),
        ("[Zuid-Holland Noord, twente]", ["zuid-holland-noord", "twente"]),  # in any known spelling
    ],
)
def test_each_region_that_is_chosen_gets_a_report_of_its_own(
    project: Project, choice: str, expected: list[str]
) -> None:
    project.notebook("profile")
    (plan,) = plans(project, f"reports: [{{notebook: profile, for_each: {{region: {choice}}}}}]")
    assert [job.parameters["region"] for job in plan.jobs] == expected
    assert [job.name for job in plan.jobs] == [f"profile-{code}" for code in expected]


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


def test_the_language_asked_for_replaces_that_of_the_suite_where_a_notebook_has_one(
    project: Project,
) -> None:
    project.notebook("a")
    project.notebook("deaf", parameters="level = 0.95", close=False)
    text = "title: {en: E, nl: N}\nparameters: {language: en}\nreports: [{notebook: a}, {notebook: deaf}]"
    (plan,) = plans(project, text, language="nl")
    assert (plan.jobs[0].parameters["language"], plan.title) == ("nl", "N")
    (note,) = plan.notes
    assert "the notebook deaf has no parameter 'language'" in note


DECLARES = 'region: str = "twente"\nwave: str = ""\nlanguage: str = "en"\nregister: str = ""\nseed: int = 1'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("reports:\n  - notebook: impcat", "line 2: there is no notebook 'impcat'. Did you mean 'impact'"),
        (f"reports: [{{notebook: {LONG}}}]", "line 1: there is no notebook"),
        ("reports: [{notebook: ../impact}]", "there is no notebook"),
        ("reports: [{notebook: talk}]", "is there to be worked in"),
        ("reports: [{notebook: impact}, {notebook: impact}]", "'impact' is already made by"),
        ("parameters: {wvae: x}\nreports: [{notebook: impact}]", "parameter 'wvae'. Did you mean 'wave'"),
        (
            "reports:\n- notebook: impact\n  parameters: {regoin: x}",
            "line 3: There is no parameter 'regoin' in the notebook",
        ),
        ("reports:\n  - notebook: impact\n    parameters: {region: twentte}", "Did you mean 'twente'"),
        ("reports: [{notebook: impact, for_each: {region: [twente, utrect]}}]", "Did you mean 'utrecht'"),
        (
            "reports: [{notebook: impact, for_each: {region: [xq]}}]",
            "Choose one of the 34 known names, such as",
        ),
        ("reports: [{notebook: impact, for_each: {region: {holder: vzg}}}]", "Did you mean 'vgz'"),
        ("reports: [{notebook: impact, for_each: {theme: {holder: vgz}}}]", "no parameter 'theme'"),
        ("reports: [{notebook: impact, for_each: {wave: all}}]", "not every wave is known"),
        ("reports: [{notebook: impact, for_each: {wave: []}}]", "no values at all"),
        ("reports: [{notebook: impact, for_each: {region: {holder: []}}}]", "no values at all"),
        ("reports: [{notebook: impact, for_each: {wave: [a/b]}}]", "cannot name a report"),
        (f"reports: [{{notebook: impact, for_each: {{wave: [{LONG}]}}}}]", "cannot name a report"),
        ("reports:\n- notebook: impact\n  parameters: {seed: -1}", "line 3: There is no seed -1"),
        ("parameters: {register: gone.xlsx}\nreports: [{notebook: impact}]", "no file 'gone.xlsx'"),
        (f"parameters: {{register: {LONG}}}\nreports: [{{notebook: impact}}]", "line 1: there is no file"),
        ("parameters: {wave: 2020}\nreports: [{notebook: impact}]", 'Put it in quotes: wave: "2020"'),
        ("parameters: {wave: 2020-10-01}\nreports: [{notebook: impact}]", "Did you mean '2020-10'?"),
        ("parameters: {wave: 2021-04}\nreports: [{notebook: impact}]", "line 1: There is no wave '2021-04'"),
        ("parameters: {language: de}\nreports: [{notebook: impact}]", "no language 'de'"),
        (
            "parameters: {wave: '2020-03'}\nreports: [{notebook: profile}]",
            "line 1: There is no phase of each region at wave '2020-03'. Did you mean '2020-10'?",
        ),
        (
            "reports: [{notebook: funnels, for_each: {measure: [impactt]}}]",
            "no measure 'impactt'. Did you mean 'impact'",
        ),
        (
            "reports: [{notebook: funnels, parameters: {measure: status}}]",
            "no rating 'status'. Choose one of: impact, scalability, sharing",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(project: Project, text: str, complaint: str) -> None:
    project.notebook("impact", parameters=DECLARES)
    project.notebook("funnels", "import ivvu_analysis", parameters='measure = "impact"\nlanguage = "en"')
    project.notebook("profile", "from ivvu_analysis import load\nload(wave=wave).standing()")
    project.notebook("talk", "from ivvu_analysis import explorer")
    with pytest.raises(UserError) as refusal:
        plans(project, text)
    assert complaint in str(refusal.value)


def test_all_measures_are_those_that_a_report_can_be_about(project: Project) -> None:
    for name in ("impact", "status"):
        project.notebook(name, "import ivvu_analysis", parameters=f'measure = "{name}"\nlanguage = "en"')
    asked = ", ".join(f"{{notebook: {name}, for_each: {{measure: all}}}}" for name in ("impact", "status"))
    (plan,) = plans(project, f"reports: [{asked}]")
    about = [str(job.parameters["measure"]) for job in plan.jobs]
    assert about == [*scale("measure").subset("rated"), *scale("measure").codes]


def test_a_report_that_is_not_on_ratings_takes_any_measure(project: Project) -> None:
    project.notebook("own", "import ivvu_analysis", parameters='measure = "status"\nlanguage = "en"')
    (plan,) = plans(project, "reports: [{notebook: own, parameters: {measure: participation}}]")
    assert plan.jobs[0].parameters["measure"] == "participation"


def test_a_path_that_starts_where_the_command_is_run_is_put_right(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.notebook("a", parameters='register: str = ""\nwave: str = "2030-01"')  # which rows.csv may know
    (project.folder / "rows.csv").write_text("x")
    monkeypatch.chdir(project.folder)
    with pytest.raises(ParameterError, match=r"starts at the folder of the suite: write '\.\./rows\.csv'"):
        plans(project, "parameters: {register: rows.csv}\nreports: [{notebook: a}]")
    (plan,) = plans(project, "parameters: {register: ../rows.csv}\nreports: [{notebook: a}]")
    (path,) = plan.jobs[0].files
    assert path.samefile(project.folder / "rows.csv")
    assert plan.jobs[0].parameters["register"] == "../rows.csv"
    (plan,) = plans(project, f"parameters: {{register: {path.resolve()}}}\nreports: [{{notebook: a}}]")
    assert plan.jobs[0].files == (path.resolve(),)
    assert plan.jobs[0].parameters["register"] == str(path.resolve())


@pytest.mark.parametrize("name", ["demo", "DEMO"])
def test_two_suites_that_would_share_a_folder_are_refused(project: Project, name: str) -> None:
    project.notebook("a")
    first = project.suite("reports: [{notebook: a}]")
    second = project.folder / "other" / f"{name}.yaml"
    second.parent.mkdir()
    second.write_text(first.read_text())
    with pytest.raises(SuiteError, match=f"Two suites are called '{name}'"):
        make_plans([first, second], options(project))


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


ENDED = "{code: twente, until: 2020-03, into: [oost]}"
BEGUN = "{code: oost, nl: Oost, within: menzis, since: 2020-10}"
ADDED = "{code: oost, nl: Oost, within: menzis}"
GIVEN = "codebook: ../ours.yaml"


@pytest.mark.parametrize(
    ("levels", "parameters", "choice", "complaint"),
    [
        (f"{ENDED}, {BEGUN}", GIVEN, "[zeeland, twente]", "is there until 2020-03, and became 'oost'."),
        (f"{ENDED}, {BEGUN}", f"{GIVEN}, wave: '2020-03'", "[twente]", ""),
        (f"{ENDED}, {BEGUN}", f"{GIVEN}, wave: '2020-03'", "[oost]", "no region 'oost' before 2020-10"),
        (ADDED, GIVEN, "all", "no phases of the region 'oost' in 2020-10."),
        ("", "sheet: Blad1", "[twente]", "'sheet' goes with a register, and there is none"),
    ],
)
def test_a_region_that_is_not_there_at_the_wave_is_told_before_a_run(
    project: Project, levels: str, parameters: str, choice: str, complaint: str
) -> None:
    (project.folder / "ours.yaml").write_text(f"region:\n  levels: [{levels}]", encoding="utf-8")
    declares = 'wave: str = ""\ncodebook: str = ""\nregion: str = ""\nsheet: str = ""\nregister: str = ""'
    project.notebook("profile", parameters=declares)
    asked = f"reports: [{{notebook: profile, for_each: {{region: {choice}}}}}]"
    planned = plans(project, f"parameters: {{{parameters}}}\n{asked}")
    with pytest.raises(ParameterError, match=re.escape(complaint)) if complaint else nullcontext():
        look_through(planned)


def test_a_report_on_where_regions_stand_is_refused_at_a_wave_at_which_nobody_knows(project: Project) -> None:
    (project.folder / "ours.yaml").write_text("theme:\n  title: {nl: Rubriek}", encoding="utf-8")
    declares = 'wave: str = ""\ncodebook: str = ""'
    project.notebook("profile", "from ivvu_analysis import load\nload().standing()", parameters=declares)
    asked = "reports: [{notebook: profile}]"
    planned = plans(
        project, *(f"parameters: {{{GIVEN}, wave: '{w}'}}\n{asked}" for w in ("2020-10", "2020-03"))
    )
    look_through(planned[:1])
    with pytest.raises(ParameterError, match=r"suite1\.yaml, line 1: .* are not known for wave '2020-03'"):
        look_through(planned)


def test_a_codebook_that_is_wrong_is_told_with_its_place(project: Project) -> None:
    twice = "theme:\n  levels:\n    - {code: housing, en: Housing}\n    - {code: housing, en: Homes}\n"
    (project.folder / "ours.yaml").write_text(twice, encoding="utf-8")
    for name in ("profile", "impact"):
        project.notebook(name, parameters='wave: str = ""\ncodebook: str = ""\nregion: str = ""')
    of_all = "parameters: {codebook: ../ours.yaml}\nreports: [{notebook: profile, for_each: {region: all}}]"
    own = "reports:\n  - notebook: impact\n    parameters: {codebook: ../ours.yaml}\n  - notebook: profile\n"
    with pytest.raises(DataError, match=r"ours\.yaml, line 1: the code 'housing' stands twice"):
        plans(project, of_all)
    with pytest.raises(DataError, match=r"suite0\.yaml, line 3: .*ours\.yaml, line 1"):
        plans(project, own)
