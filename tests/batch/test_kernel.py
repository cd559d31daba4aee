from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivvu_analysis.batch.job import Job
from ivvu_analysis.batch.preload import OF_FILES, prepare
from ivvu_analysis.batch.processes import how_it_ended

if TYPE_CHECKING:
    from tests.conftest import Project

LOOK = (
    "import os, sys; print(os.getpid(), os.getppid(), 'pandas' in sys.modules, os.environ['OMP_NUM_THREADS'])"
)


def printed(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs: list[dict[str, Any]] = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")


def test_papermill_finds_the_engine_and_each_notebook_gets_a_process_of_its_own(project: Project) -> None:
    notebook = project.notebook("look", LOOK)
    program = f"""
import os, papermill
for name in "ab":
    papermill.execute_notebook({str(notebook)!r}, f"{project.folder}/{{name}}.ipynb", engine_name="ivvu", progress_bar=False)
print(os.getpid())
"""  # noqa: E501
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    (first, nursery, warm, threads), (second, again, *_) = (
        printed(project.folder / f"{name}.ipynb").split() for name in "ab"
    )
    assert (warm, threads) == ("True", "1")
    assert nursery == again != done.stdout.strip()  # both forked from one process, which is not papermill's
    assert first != second
    for pid in (first, second, nursery):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_a_rehearsal_goes_well(tmp_path: Path) -> None:
    program = "from ivvu_analysis.batch.preload import preload, rehearse; preload(); rehearse()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_what_few_reports_need_does_not_keep_the_others_waiting() -> None:
    program = "import sys; from ivvu_analysis.batch.preload import preload; preload(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    imported = set(done.stdout.split())
    assert "scipy.special" in imported
    assert not imported & {"scipy.stats", "scipy.optimize", "statsmodels", "seaborn", "ipywidgets", "pandera"}


@pytest.mark.parametrize("register", ["", "register.csv"])
def test_what_reads_a_register_is_imported_once_there_is_one(register: str) -> None:
    program = (
        "import sys\n"
        "from ivvu_analysis.batch.job import Job\n"
        "from ivvu_analysis.batch.preload import prepare\n"
        f"prepare(Job('suite', 'name', 'notebook', '', {{'register': {register!r}}}))\n"
        "print('pandera' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == str(bool(register))


def test_what_cannot_be_imported_is_left_to_the_report_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, OF_FILES, None)
    prepare(Job("suite", "name", "notebook", "", {"register": "register.csv"}))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, "exit status 3"),
        (-9, "SIGKILL, which is what happens when memory runs out"),
        (-11, "SIGSEGV"),
        (None, "not known"),
    ],
)
def test_the_end_of_a_process_is_put_in_words(code: int | None, words: str) -> None:
    assert words in how_it_ended(code)
