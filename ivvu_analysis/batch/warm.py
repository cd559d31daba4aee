"""The process that all reports are forked from: importing this imports, and uses once, what they need."""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import sys
import traceback
import warnings
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from ivvu_analysis.batch import processes

if TYPE_CHECKING:
    from ivvu_analysis.batch.job import Job

SCRATCH = "IVVU_SCRATCH"  # the variable that tells where this process may write; only the pool sets it
READY, LOG = "ready", "log"  # files there: that it is done, and what was said meanwhile

# jsonschema builds a grammar of internationalised addresses on import, which takes longer than all of pandas.
# It does without where that is missing.
UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration")

HEAVY = (
    *("IPython.core.completerlib", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    *("nbformat", "papermill", "pandas", "scipy.stats", "seaborn", "statsmodels.api", "xlsxwriter"),
    *("ivvu_analysis.batch.making", "ivvu_analysis.report.publish"),
)
fault = ""  # why nothing can be made here


def warm_up() -> None:
    """Import everything heavy, rehearse, and keep the collector from copying it all into every fork."""
    import ivvu_analysis

    processes.adopt_orphans()
    gc.disable()  # nothing that is imported is garbage
    for name in UNUSED:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in HEAVY:
        importlib.import_module(name)
    for name in ivvu_analysis.__all__:
        with suppress(ImportError):  # a report that needs it fails on it, and says so
            getattr(ivvu_analysis, name)
    try:
        rehearse()
    except Exception:  # then the first steps of each report are slower, and no worse
        traceback.print_exc()
    gc.freeze()
    gc.enable()


def rehearse() -> None:
    """Run cells as those of reports and throw them away: fonts, labels and templates are known then."""
    import matplotlib.pyplot as plt
    import nbformat

    from ivvu_analysis.batch.kernel import make_shell
    from ivvu_analysis.report import publish

    shell = make_shell()
    outputs = shell.outputs.begin()
    for language in ("en", "nl"):
        shell.run_cell(f"language = {language!r}\n{REHEARSAL}")
    plt.close("all")
    cells = [nbformat.v4.new_markdown_cell("# Rehearsal\n\n## Again"), nbformat.v4.new_code_cell("")]  # type: ignore[no-untyped-call]
    cells[1].outputs = [nbformat.from_dict(output) for output in outputs]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    nbformat.reads(nbformat.writes(notebook), as_version=4)  # type: ignore[no-untyped-call]
    publish.publish(notebook, name="rehearsal", folder=Path.cwd(), language="nl", parameters={}, opened={})
    shell.reset()


REHEARSAL = """
import matplotlib.pyplot as plt
from ivvu_analysis import Report, load, ratings
evidence = load()
report = Report(evidence, language=language, seed=1)
shares = ratings.share(evidence, "scalability").reset_index()
report.say("Rehearsal {x:%}.", x=0.5)
ax = plt.figure().add_subplot()
ax.plot(range(len(shares)))
ax.set_title("Rehearsal")
report.figure(ax, None, "Rehearsal.", alt="Rehearsal")
report.table(shares, "Rehearsal.")
shares
"""


def work(connection: Connection, job: Job, folder: str, share: float) -> None:
    """Make the report of `job` in a process that was forked for it, and leave nothing behind.

    Parameters
    ----------
    connection
        Where None goes when this is up (or why it never will be), each cell when it begins and when it is
        done, as its number and JSON, and at last the result.
    job
        The report.
    folder
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that this process, and each one it starts, may use.
    """
    from ivvu_analysis.batch import making

    if fault:
        connection.send(fault)
        return
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]  # no one waits for us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    processes.die_with_parent()
    processes.adopt_orphans()
    processes.limit_memory(share)
    making.settle(Path(folder), job)
    connection.send(None)
    connection.send(making.make(job, lambda number, cell: connection.send((number, json.dumps(cell)))))
    processes.kill_descendants()
    os._exit(0)  # whatever the notebook has left running


def _stand_apart(scratch: Path) -> None:
    """Leave the terminal: Ctrl-C is for the run to hear, and what is said goes to a log.

    When the run ends, so does this, however it ended, and with it all that came of this.
    """
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    atexit.register(processes.kill_descendants)
    processes.die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ.update(IPYTHONDIR=str(scratch / "ipython"))
    log = os.open(scratch / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    warnings.filterwarnings("ignore", message="forkserver: waitpid")  # an orphan that it had adopted


def _begin(scratch: Path) -> None:
    global fault
    _stand_apart(scratch)
    try:
        warm_up()
    except Exception as error:
        traceback.print_exc()
        fault = str(error)
    (scratch / READY).touch()


if SCRATCH in os.environ:
    _begin(Path(os.environ.pop(SCRATCH)))
