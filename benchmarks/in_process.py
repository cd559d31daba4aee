"""The contenders that make all reports in one Python process, one after the other.

``python -m benchmarks.in_process {papermill,ploomber,floor} WORK.json FOLDER`` prints what each report
cost as JSON, as the last line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import now
from benchmarks.work import Report, read

Maker = Callable[[Report, Path], None]


def papermill() -> Maker:
    """Return papermill's Python API with nbconvert's exporter."""
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(exclude_input=True)

    def make(report: Report, folder: Path) -> None:
        done = folder / f"{report.name}.ipynb"
        notebook = papermill.execute_notebook(report.path, done, report.parameters, progress_bar=False)
        _write(folder, report, exporter.from_notebook_node(notebook)[0])

    return make


def ploomber() -> Maker:
    """Return ploomber-engine, which runs notebooks without a kernel, with nbconvert's exporter."""
    from nbconvert import HTMLExporter
    from ploomber_engine import execute_notebook

    exporter = HTMLExporter(exclude_input=True)

    def make(report: Report, folder: Path) -> None:
        done = folder / f"{report.name}.ipynb"
        notebook = execute_notebook(report.path, done, parameters=report.parameters, progress_bar=False)
        _write(folder, report, exporter.from_notebook_node(notebook)[0])

    return make


def floor() -> Maker:
    """Return the notebooks' code as plain functions: what they show is saved, and there is no notebook.

    Everything is imported and has been used once before the clock starts.
    """
    import nbformat

    from ivvu_analysis.batch.pool import warm_up
    from ivvu_analysis.report import sentences

    warm_up()
    shown: list[str] = []

    def collect(data: dict[str, Any], raw: bool) -> None:
        shown.append(data.get("text/html", ""))

    vars(sentences)["display"] = collect
    functions: dict[str, list[Any]] = {}

    def make(report: Report, folder: Path) -> None:
        if report.notebook not in functions:
            cells = nbformat.read(report.path, as_version=4).cells
            sources = [cell.source for cell in cells if cell.cell_type == "code"]
            functions[report.notebook] = [compile(source, report.notebook, "exec") for source in sources]
        parameters, *rest = functions[report.notebook]
        names: dict[str, Any] = {}
        exec(parameters, names)
        names.update(report.parameters)
        for code in rest:
            exec(code, names)
        _write(folder, report, "\n".join(shown))
        shown.clear()

    return make


CONTENDERS: dict[str, Callable[[], Maker]] = {"papermill": papermill, "ploomber": ploomber, "floor": floor}


def _write(folder: Path, report: Report, page: str) -> None:
    (folder / f"{report.name}.html").write_text(page, encoding="utf-8")


def main(contender: str, work: str, folder: str) -> None:
    make = CONTENDERS[contender]()
    costs = {}
    for report in read(Path(work)):
        started = now()
        make(report, Path(folder))
        costs[report.name] = asdict(now() - started)
    print()
    print(json.dumps(costs))


if __name__ == "__main__":
    main(*sys.argv[1:])
