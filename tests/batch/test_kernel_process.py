"""What a warm kernel gives is what an ordinary one gives: only the way that messages travel differs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

# What a child writes takes a while to come back.
CELLS = {
    "a value": "x = 1\nx + 1",
    "the value before": "_ + 1",
    "prints": "import sys\nprint('a'); print('b', file=sys.stderr); print('c')",
    "a figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "a figure inline": "%matplotlib inline\nplt.figure(); plt.plot([2, 1]);",
    "a table": "import pandas as pd\npd.DataFrame({'a': [1]})",
    "a wide table": "print(pd.DataFrame({f'a rather long heading {i}': [i] for i in range(25)}))",
    "many categories": "pd.Categorical([f'a rather long category {i}' for i in range(12)])",
    "a rich console": "from rich.console import Console\nConsole().is_jupyter",
    "html": "from IPython.display import HTML, clear_output, display\nHTML('<b>x</b>')",
    "a display that changes": "shown = display('one', display_id='k')",
    "the change": "shown.update('two')",
    "cleared": "print('x'); clear_output(); print('y')",
    "captured": "%%capture said\nprint(3)",
    "what was captured": "said.stdout",
    "awaited": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "a task": "task = asyncio.create_task(asyncio.sleep(0.01, 5))",
    "the task's value": "await task",
    "the shell": "!echo shell",
    "a child": "import subprocess, time\nsubprocess.run(['echo', 'child']); time.sleep(0.3)",
    "a fork": "import os\nif os.fork() == 0:\n    sys.stdout.write('fork'); os._exit(0)\ntime.sleep(0.3)",
    "a thread": "import threading\nt = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
    "a log": "import logging\nlogging.warning('careful')",
    "much": "print('x' * 300_000)",
    "a widget": "import ipywidgets\nipywidgets.IntSlider(description='n').description",
    "where it is": "__name__, sys.modules['__main__'].__name__, '' in sys.path, bool(get_ipython().kernel)",
    "a question": "input('?')",
    "an error": "def broken():\n    1 / 0\nbroken()",
    "a typing error": "1 +",
    "stored": "%store",
    "after all": "'still here'",
}

PROGRAM = """
import nbclient, nbformat
from ivvu_analysis.batch.kernel import OwnKernelManager, WarmKernel
for name, make in (("warm", WarmKernel.forked_elsewhere), ("ordinary", OwnKernelManager)):
    kernel = make()
    notebook = nbformat.read("both.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, km=kernel, allow_errors=True).execute()
    nbformat.write(notebook, f"{name}.ipynb")
    kernel.kill()
"""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Any]]]:
    """What each cell gives, by kernel."""
    folder = tmp_path_factory.mktemp("kernels")
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python"}}
    )
    notebook.cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": ["raises-exception"]})
        for source in CELLS.values()
    ]
    nbformat.write(notebook, folder / "both.ipynb")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return {name: given(folder / f"{name}.ipynb") for name in ("warm", "ordinary")}


def given(path: Path) -> dict[str, list[Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        name: [steady(output) for output in cell["outputs"]] for name, cell in zip(CELLS, cells, strict=True)
    }


def steady(output: dict[str, Any]) -> Any:
    """Return an output without what differs from process to process: the names of files made for cells."""
    return json.loads(re.sub(r"ipykernel_\d+", "ipykernel_1", json.dumps(output)))


@pytest.mark.parametrize("cell", CELLS)
def test_a_warm_kernel_gives_what_an_ordinary_one_gives(
    outputs: dict[str, dict[str, list[Any]]], cell: str
) -> None:
    assert outputs["warm"][cell] == outputs["ordinary"][cell]


def test_the_cells_show_what_they_are_for(outputs: dict[str, dict[str, list[Any]]]) -> None:
    silent = {"a task", "the change", "captured"}
    assert {name for name, shown in outputs["warm"].items() if not shown} == silent
    assert "'still here'" in str(outputs["warm"]["after all"])
