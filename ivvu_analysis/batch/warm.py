"""The process that all reports are forked from: it imports what they need, and uses it once."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from ivvu_analysis.batch import processes

# jsonschema builds a grammar of internationalised addresses on import, which takes longer than all of pandas.
# It does without where that is missing.
UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration")

READY = "ready"  # the file that says that it is warm

HEAVY = (
    *("IPython.core.completerlib", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    *("nbformat", "papermill", "pandas", "scipy.stats", "seaborn", "statsmodels.api", "xlsxwriter"),
    *("ivvu_analysis.batch.making", "ivvu_analysis.register", "ivvu_analysis.report.publish"),
)


def main(orders: int, scratch: str, share: float) -> None:
    """Warm up, and fork a process for each connection that comes, as long as somebody is there to send one.

    Parameters
    ----------
    orders
        The number of the socket that connections come by, each for one job.
    scratch
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that each report may use.
    """
    processes.adopt_orphans()
    warm_up()
    (Path(scratch) / READY).touch()
    from ivvu_analysis.batch.forking import watch  # warm by now
    from ivvu_analysis.batch.job import failed

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are forked here
    with socket.socket(fileno=orders) as heard:
        for number in count():
            _, passed, *_ = socket.recv_fds(heard, 1, 1)
            if not passed:
                break
            with Connection(passed[0]) as asked:
                try:
                    processes.fork(watch, orders, asked, Path(scratch) / str(number), share)
                except OSError as error:
                    asked.send(failed("start", f"No process could be started: {error}."))
    processes.kill_descendants()


def warm_up() -> None:
    """Import everything heavy, rehearse, and keep the collector from copying it all into every fork."""
    import ivvu_analysis

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
    """Make a report as those to come and throw it away: fonts, labels and templates are known then."""
    import nbformat

    from ivvu_analysis.batch.kernel import WarmEngine, make_shell
    from ivvu_analysis.report.publish import publish

    cells = [nbformat.v4.new_markdown_cell("# Rehearsal\n\n## Again")]  # type: ignore[no-untyped-call]
    for language in ("en", "nl"):
        source = f"language = {language!r}\n{REHEARSAL}"
        cells.append(nbformat.v4.new_code_cell(source))  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    WarmEngine.execute_notebook(notebook, "python3")
    nbformat.reads(nbformat.writes(notebook), as_version=4)  # type: ignore[no-untyped-call]
    publish(notebook, name="rehearsal", folder=Path(os.curdir), language="nl")
    make_shell().reset()


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
plt.close("all")
shares
"""
