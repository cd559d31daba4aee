"""What reports need, imported and used once, in the process that all of them are forked from."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import sys
import traceback
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivvu_analysis.batch.job import Job
    from ivvu_analysis.report import Report

# jsonschema builds a grammar of internationalised addresses on import, which takes longer than all of pandas,
# and loads what reads addresses and durations, with a calendar of its own; notebooks are checked for neither.
# ipykernel loads a debugger. Both packages do without if these are missing.
UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration", "debugpy")

HEAVY = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "nbconvert.exporters",
    "pandas",
    "papermill",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "ivvu_analysis.evidence",
    "ivvu_analysis.batch.execute",
    "ivvu_analysis.batch.worker",
    "ivvu_analysis.report.figures",
    "ivvu_analysis.report.maps",
    "ivvu_analysis.report.page",
    "ivvu_analysis.report.plain",
    "ivvu_analysis.report.workbook",
)

OWN = ("stats", "analyses")  # all of these packages

OF_FILES = "ivvu_analysis.register"  # with pandera, which takes as long to import as pandas


def preload() -> None:
    """Import everything heavy, rehearse, and keep the collector from copying it all into every fork."""
    gc.disable()  # nothing that is imported is garbage
    for name in UNUSED:
        sys.modules[name] = None  # type: ignore[assignment]
    from ivvu_analysis.batch.kernel_process import make_kernel

    shell = make_kernel().shell
    assert shell is not None
    with shell.builtin_trap:  # some ask on import whether they are in a notebook, as they will be
        for name in HEAVY:
            importlib.import_module(name)
        for package in OWN:
            _import_all(f"ivvu_analysis.{package}")
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            rehearse()
    except Exception:  # then the first steps of each report are slower, and no worse
        traceback.print_exc()
    gc.freeze()
    gc.enable()


def prepare(job: Job) -> None:
    """Import what only some reports need, in the process that their kernels are forked from."""
    if job.files:
        with suppress(ImportError):  # the report then fails on it, and says so
            importlib.import_module(OF_FILES)


def _import_all(package: str) -> None:
    folder = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(folder, prefix=f"{package}."):
        importlib.import_module(module.name)


def rehearse() -> None:
    """Make a small report in each language and throw it away: fonts, labels, templates and figures are known.

    No notebook of the user's is rehearsed: what it does, it does in its own process only.
    """
    from ivvu_analysis.codebook import LANGUAGES
    from ivvu_analysis.report import Report

    for language in LANGUAGES:
        report = Report("rehearsal", language=language)
        report.title("Rehearsal", "Repetitie")
        _draw_ladder(report)
        if language == LANGUAGES[0]:  # the names on a map are the same in all
            _draw_map(report)
        report.close()
    _export()


def _draw_ladder(report: Report) -> None:
    from ivvu_analysis.report import figures

    report.figure(
        figures.ladder,
        report.evidence.phases("vision").query("wave == @report.wave"),
        en="Regions.",
        nl="Regio's.",
        source="table 3",
        unit="count",
        dimension="vision",
        levels="vision",
        marked_phase=1,
        marked_label="Rehearsal",
    )


def _draw_map(report: Report) -> None:
    from ivvu_analysis.report import maps

    report.figure(
        maps.tiles,
        report.evidence.ladders(report.wave)[["region", "dynamics"]],
        en="Regions.",
        nl="Regio's.",
        source="appendix 1",
        unit="count",
        scale="dynamics",
        value="dynamics",
        regions=report.evidence.regions,
    )


def _export() -> None:
    """Export a page with a heading of each kind: schemas and templates are then compiled."""
    import nbformat

    from ivvu_analysis.report import export

    content = {"title": "Rehearsal", "language": "en", "tables": []}
    shown = {"text/html": "<h2>Rehearsal</h2>", export.CONTENT_TYPE: content}
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Rehearsal"},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": "",
            "execution_count": 1,
            "outputs": [{"output_type": "display_data", "metadata": {}, "data": shown}],
        },
    ]
    notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})  # type: ignore[no-untyped-call]
    nbformat.reads(nbformat.writes(notebook), as_version=4)  # type: ignore[no-untyped-call]  # compiles schemas
    export.html(notebook)
    export.workbook(notebook)
