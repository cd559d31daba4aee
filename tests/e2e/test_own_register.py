"""Registers with a sheet for each region or wave, in a suite: every report made, every project in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from ivvu_analysis.codebook import scale
from tests.e2e.command import ivvu

pytestmark = pytest.mark.e2e

COLUMNS = ("title", "theme", "start", "status", "participation", "impact", "sharing", "scalability")
SUITE = """\
parameters: {wave: "2020-10", register: register.xlsx}
reports:
  - notebook: portfolio
  - notebook: impact
  - notebook: data_quality
  - notebook: region_profile
    for_each: {region: [twente, zeeland]}
"""


def row(number: int) -> list[str]:
    codes = [(column, scale(column).rated[number % 3]) for column in COLUMNS[1:]]
    return [f"Project {number}", *(scale(column).label(code, "nl") for column, code in codes)]


def made(folder: Path, sheets: dict[str, list[list[str]]]) -> dict[str, object]:
    """Run a small suite on a register of these sheets, and return its manifest."""
    (folder / "own.yaml").write_text(SUITE, encoding="utf-8")
    with xlsxwriter.Workbook(folder / "register.xlsx") as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
    ivvu("run", folder / "own.yaml", "--output", folder / "out")
    return dict(json.loads((folder / "out" / "own" / "manifest.json").read_text("utf-8")))


def figures(folder: Path) -> str:
    return (folder / "out" / "own" / "reports" / "data_quality.html").read_text("utf-8")


def test_a_sheet_for_each_of_34_regions(tmp_path: Path) -> None:
    head = [scale("column").label(column, "nl") for column in COLUMNS]
    regions = scale("region")
    sheets = {
        regions.label(code, "nl").strip("'")[:31]: [
            ["Peildatum 1 oktober 2020"],
            head,
            *(row(3 * n + k) for k in range(3)),
        ]
        for n, code in enumerate(regions.codes)
    }
    manifest = made(tmp_path, sheets)
    assert len(manifest["reports"]) == 5
    assert "102" in figures(tmp_path)


def test_a_sheet_for_each_wave(tmp_path: Path) -> None:
    head = [scale("column").label(column, "nl") for column in COLUMNS] + ["Regio"]
    rows = [[*row(n), scale("region").label(scale("region").codes[n % 34], "nl")] for n in range(68)]
    sheets = {"Peildatum mrt 2020": [head, *rows[:30]], "Peildatum okt 2020": [head, *rows]}
    manifest = made(tmp_path, sheets)
    assert len(manifest["reports"]) == 5
    assert "98" in figures(tmp_path)
