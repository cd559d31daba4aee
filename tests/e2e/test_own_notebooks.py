"""Notebooks of somebody else: published as JupyterLab shows them, made again when what they read changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]

CELLS = (
    "import helper, os, sys, pandas as pd\nframe = pd.read_csv('own.csv')\nprint('said')\n"
    "print('warned', file=sys.stderr)\nos.system('echo from below')\nframe",
    "import matplotlib.pyplot as plt\nplt.plot(frame['a'])",
    "import asyncio\nawait asyncio.sleep(0)\nfrom IPython.display import clear_output, display\n"
    "shown = display('one', display_id=True)\nshown.update('two')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "try:\n    input('? ')\nexcept EOFError as error:\n    print(error)",
    "raise SystemExit(0)",
    "print('never')",
)


@pytest.fixture
def own(project: Project) -> Project:
    """A suite with a notebook, a csv and a module beside it."""
    path = project.notebook("mine", *CELLS, parameters="region = 'Europe'", close=False)
    project.suite("reports: [{notebook: mine}]")
    shutil.move(path, project.folder / "params" / "mine.ipynb")
    (project.folder / "params" / "own.csv").write_text("a,b\n1,2\n3,4\n")
    (project.folder / "params" / "helper.py").write_text("x = 1\n")
    return project


def outputs(project: Project) -> list[list[dict[str, Any]]]:
    notebook = json.loads(project.files()["demo/notebooks/mine.ipynb"])
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [cell["outputs"] for cell in cells][2:]  # after the parameters, and those asked for


def text(output: dict[str, Any]) -> str:
    return "".join(output.get("text") or output["data"]["text/plain"])


def test_what_a_notebook_shows_is_kept_as_jupyterlab_keeps_it(own: Project) -> None:
    own.ivvu("run", check=0)
    frame, plot, displayed, cleared, asked, stopped, never = outputs(own)
    assert [(one["output_type"], one.get("name")) for one in frame] == [
        ("stream", "stdout"),
        ("stream", "stderr"),
        ("execute_result", None),
    ]
    assert [text(frame[0]), text(frame[1])] == ["said\nfrom below\n", "warned\n"]
    assert "<table" in "".join(frame[2]["data"]["text/html"])
    assert [one["output_type"] for one in plot] == ["execute_result", "display_data"]
    assert plot[1]["data"]["image/png"]
    assert [text(one) for one in displayed] == ["'two'"]
    assert [text(one) for one in cleared] == ["kept\n"]
    assert "make it a parameter" in text(asked[0])
    assert (stopped[0]["output_type"], stopped[0]["ename"]) == ("error", "SystemExit")
    assert never == []


def test_a_report_is_made_again_when_a_file_that_it_read_changes(own: Project) -> None:
    own.ivvu("run", check=0)
    assert {"own.csv", "helper.py"} <= set(own.manifest()["reports"]["mine"]["inputs"])
    assert "same, byte for byte" in own.ivvu("verify", check=0).stdout
    for name, line in (("own.csv", "5,6\n"), ("helper.py", "y = 2\n")):
        assert "0 made, 1 current" in own.ivvu("run", check=0).stdout
        with (own.folder / "params" / name).open("a") as file:
            file.write(line)
        assert "1 made, 0 current" in own.ivvu("run", check=0).stdout


def test_a_notebook_is_run_as_by_a_kernel(project: Project) -> None:
    wide = "import pandas as pd\nprint(pd.DataFrame([range(25)]))\npd.get_option('display.max_columns')"
    read = (
        "import sqlite3\nown = sqlite3.connect('file:own.db?mode=ro', uri=True), sqlite3.connect(':memory:')"
    )
    timed = "%%time\nfrom tqdm import tqdm\nfor _ in tqdm(range(3)): sum(range(10**5))"
    path = project.notebook("mine", wide, "1 / 0", read, timed, "exit()", "print('never')", close=False)
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["metadata"] = {"tags": ["raises-exception"]}
    path.write_text(json.dumps(notebook))
    with sqlite3.connect(project.notebooks / "own.db") as database:
        database.execute("create table own (a)")
    project.suite("reports: [{notebook: mine}]")
    project.ivvu("run", check=0)
    frame, error, _, _, stopped, never = outputs(project)[-6:]
    assert "9   ...  15" in text(frame[0]).splitlines()[0]
    assert text(frame[1]) == "20"
    assert error[0]["ename"] == "ZeroDivisionError"
    assert (stopped[0]["ename"], never) == ("SystemExit", [])
    assert "papermill-error" not in str(project.files()["demo/notebooks/mine.ipynb"])
    assert "own.db" in project.manifest()["reports"]["mine"]["inputs"]
    assert "same, byte for byte" in project.ivvu("verify", check=0).stdout
    page = project.files()["demo/reports/mine.html"].decode()
    assert "Wall time: –" in page
    assert "| 3/3\n</pre>" in page


def test_what_draws_without_a_seed_draws_the_same_each_time(project: Project) -> None:
    bars = "import seaborn as sns\nsns.barplot(x=list('ab') * 20, y=range(40))"  # with bootstrapped intervals
    draws = "import random, numpy as np\nprint(random.random(), np.random.random())"
    project.notebook("mine", bars, draws, *["print(np.random.default_rng().random())"] * 2, close=False)
    project.suite("reports: [{notebook: mine}]")
    project.ivvu("run", check=0)
    assert "2 of 2 files are the same" in project.ivvu("verify", check=0).stdout
    drawn = "".join(text(one) for cell in outputs(project)[1:] for one in cell)
    assert len({*drawn.split()}) == 4


def test_a_report_is_made_again_when_an_image_beside_it_changes(project: Project) -> None:
    path = project.notebook("mine", close=False)
    picture = "# Mine\n\n![A dot](dot.svg)"
    notebook = json.loads(path.read_text())
    notebook["cells"].append({"cell_type": "markdown", "id": "picture", "metadata": {}, "source": picture})
    path.write_text(json.dumps(notebook))
    project.suite("reports: [{notebook: mine}]")
    for radius in "12":
        circle = f'<svg xmlns="http://www.w3.org/2000/svg"><circle r="{radius}"/></svg>'
        (project.notebooks / "dot.svg").write_text(circle)
        assert "1 made, 0 current" in project.ivvu("run", check=0).stdout
        assert "0 made, 1 current" in project.ivvu("run", check=0).stdout


def test_a_new_notebook_is_published_in_either_way(project: Project) -> None:
    project.ivvu("new", "notebook", "mine", check=0)
    assert "Give another name" in project.ivvu("new", "notebook", "mine", check=2).stderr
    project.folder.joinpath("demo.yaml").write_text("reports: [{notebook: mine}]")
    project.ivvu("run", "demo.yaml", check=0)
    papermill = Path(sys.executable).with_name("papermill")
    subprocess.run(
        [papermill, "mine.ipynb", "out.ipynb"], cwd=project.folder, check=True, capture_output=True
    )
    project.ivvu("publish", "out.ipynb", check=0)
    page = (project.folder / "out.html").read_text()
    assert "Projects by how far they can be scaled up" in page
    assert "table 11" in page  # of all projects
    assert "table 12" not in page  # of those on technology
    assert "was not executed" in project.ivvu("publish", "mine.ipynb", check=2).stderr
    project.ivvu("publish", "out.ipynb", check=0)
    (project.folder / "out.html").write_text("mine")  # as of nbconvert, or of anybody
    assert "not an earlier output" in project.ivvu("publish", "out.ipynb", check=2).stderr


def test_a_copy_of_one_of_ours_has_prose_in_dutch(project: Project) -> None:
    project.ivvu(
        "new", "notebook", "mijn", "--from", "scalability", "--language", "nl", check=0, cwd=project.folder
    )
    copied = (project.folder / "mijn.ipynb").read_text()
    original = (ROOT / "notebooks" / "scalability.ipynb").read_text()
    assert 'language = \\"nl\\"' in copied
    assert json.loads(copied)["cells"][0]["source"] != json.loads(original)["cells"][0]["source"]
    assert (
        "Did you mean 'scalability'"
        in project.ivvu("new", "notebook", "x", "--from", "scalabilty", check=2).stderr
    )


def test_from_a_wheel_everything_is_found(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    shutil.unpack_archive(next(tmp_path.glob("*.whl")), tmp_path / "site", "zip")
    run = [sys.executable, "-c", "from ivvu_analysis.cli import main; main()"]
    done = subprocess.run(
        [*run, "run", "regions", "--timeout", "100"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "regions: 34 made" in done.stdout


PLAIN = (
    "import matplotlib.pyplot as plt, pandas as pd, seaborn as sns, statsmodels.formula.api as smf\n"
    "from IPython.display import Markdown, display\n"
    "frame = pd.read_csv('own.csv', index_col='who')\nframe",
    "sns.barplot(frame, x='group', y='hours')",
    "fig, ax = plt.subplots()\nsns.regplot(frame, x='hours', y='staff', ax=ax)\nplt.show()",
    "smf.ols('staff ~ hours', frame).fit().summary()",
    "print('printed words')\ndisplay(Markdown('shown **boldly**'))",
    "frame.style.background_gradient(cmap=colour)",
)
PROSE = "# Mine\n\nA **bold** word and $\\frac{a}{b}$.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![dot](dot.svg)"


def test_a_plain_notebook_is_published_whole_beside_ours(project: Project) -> None:
    path = project.notebook("plain", *PLAIN, parameters="colour = 'viridis'", close=False)
    notebook = json.loads(path.read_text())
    notebook["cells"].insert(0, {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": PROSE})
    suite = project.suite("reports: [{notebook: plain}, {notebook: impact}]")
    (suite.parent / "plain.ipynb").write_text(json.dumps(notebook))
    rows = "".join(f"p{i},{'ab'[i % 2]},{i * 7 % 40},{i * 3 % 11}\n" for i in range(30))
    own = suite.parent / "own.csv"
    own.write_text(f"who,group,hours,staff\n{rows}")
    (suite.parent / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>')
    shutil.copy(ROOT / "notebooks" / "impact.ipynb", suite.parent / "impact.ipynb")

    assert "2 made" in project.ivvu("run", check=0).stdout
    page = project.files()["demo/reports/plain.html"].decode()
    for shown in (
        "<strong>bold</strong>",
        "<strong>boldly</strong>",
        "<math",
        "R-squared",
        "printed words",
        "p29",
    ):
        assert shown in page
    assert page.count("data:image/png") == 2
    assert "data:image/svg" in page
    assert "published tables" not in page
    assert "2 made" in project.ivvu("run", "--force", check=0).stdout
    assert project.files()["demo/reports/plain.html"].decode() == page
    own.write_text(own.read_text() + "p30,a,1,2\n")
    assert "1 made, 1 current" in project.ivvu("run", check=0).stdout
