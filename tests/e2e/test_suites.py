"""Whole suites, run by the command as an operator would, and read as a reader would."""

from __future__ import annotations

import io
import itertools
import json
import re
from html import unescape
from pathlib import Path

import nbformat
import openpyxl
import pytest

from ivvu_analysis.codebook import scale

pytestmark = pytest.mark.e2e

LARGEST = 400_000  # bytes of one report

REQUIRED_KEYS = (
    *(f"phases.{d}.{w}.{what}" for d in ("agreements", "dynamics", "vision") for w in
      ("2019-03", "2019-10", "2020-03", "2020-10") for what in ("at_top", "mean")),
    *(f"phases.{d}.{pair}.{what}" for d in ("agreements", "dynamics", "vision")
      for pair in ("2019-03..2019-10", "2019-10..2020-03", "2020-03..2020-10")
      for what in ("net_steps", "movers.any", "movers.monotone", "two_steps.monotone")),
    *(f"phases.{d}.2021-12.all_at_top" for d in ("agreements", "dynamics", "vision", "all")),
    "regions.all_three_at_top",
    *(f"regions.tau_b.{pair}" for pair in ("vision_dynamics", "vision_agreements", "dynamics_agreements")),
    *(f"impact.{w}.much_meaning{of}" for w in ("2020-03", "2020-10") for of in ("", ".of_all")),
    *(f"{m}.2020-10.technology_vs_rest.{what}" for m in ("impact", "scalability", "sharing")
      for what in ("theta", "odds_ratio")),
    "scalability.2020-10.any",
    *(f"scalability.2020-10.national.{what}" for what in ("technology", "rest", "difference")),
    "themes.theme_by_holder.chi2",
    "themes.theme_by_holder.bergsma_v",
    *(f"themes.strategic_share.{what}" for what in ("new", "2018-2019", "difference")),
    *(f"claims.{v}" for v in ("total", "reproduces", "reproduces_rounded", "reproduces_otherwise",
                              "slip", "unlikely", "does_not_reproduce", "cannot_be_checked")),
)  # fmt: skip


def pages(output: Path) -> list[Path]:
    return sorted(output.glob("*/reports/*.html"))


def visible(html: str) -> str:
    without = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def test_every_report_is_there_with_its_notebook_and_its_workbook(output: Path) -> None:
    regions = {path.stem for path in (output / "regions" / "reports").iterdir()}
    assert regions == {f"region_profile-{code}" for code in scale("region").codes}
    national = {path.stem for path in (output / "national" / "reports").iterdir()}
    assert {"impact", "scalability", "collaboration_phases"} <= national
    for page in pages(output):
        suite = page.parents[1]
        assert (suite / "notebooks" / f"{page.stem}.ipynb").is_file()
        workbook = openpyxl.load_workbook(io.BytesIO((suite / "tables" / f"{page.stem}.xlsx").read_bytes()))
        assert len(workbook.sheetnames) > 1


def test_each_regions_report_is_about_that_region(output: Path) -> None:
    for region in scale("region"):
        html = (output / "regions" / "reports" / f"region_profile-{region.code}.html").read_text()
        name = region.labels["nl"]
        assert name in unescape(re.findall(r"<title>(.*?)</title>", html)[0])
        assert name in unescape(re.findall(r"<h1[^>]*>(.*?)</h1>", html)[0])
        assert f"<dt><code>region</code></dt><dd>{region.code}</dd>" in html
        notebook = nbformat.read(output / "regions" / "notebooks" / f"region_profile-{region.code}.ipynb", 4)
        assert notebook.metadata.papermill.parameters["region"] == region.code


def test_no_report_shows_code_or_a_traceback_or_asks_for_anything(output: Path) -> None:
    for page in [*pages(output), *output.glob("*/index.html")]:
        html = page.read_text()
        assert "<script" not in html, page.name
        assert not re.search(r"""(?:src|href)=["'](?:https?:|//|file:)""", html), page.name
        assert not re.search(r"@import|url\((?!#)", html), page.name
        text = visible(html)
        for word in ("Traceback", "report.figure(", "import ", "NaN", " nan ", "None"):
            assert word not in text, (page.name, word)
        assert len(html.encode()) <= LARGEST, page.name


def test_every_figure_has_alternative_text_with_a_number_a_caption_and_a_source(
    output: Path, language: str
) -> None:
    word = {"en": "Source:", "nl": "Bron:"}[language]
    for page in pages(output):
        html = page.read_text()
        figures = re.findall(r"<figure\b.*?</figure>", html, flags=re.DOTALL)
        assert figures, page.name
        for figure in figures:
            alternative = re.search(r'<svg[^>]*role="img"[^>]*aria-label="([^"]+)"', figure)
            assert alternative, page.name
            assert re.search(r"\d", alternative[1]), (page.name, alternative[1])
            assert "<figcaption>" in figure
            assert word in figure
            assert "<caption>" in figure


def test_headings_nest_and_ids_are_unique(output: Path) -> None:
    for page in pages(output):
        html = page.read_text()
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
        assert levels.count(1) == 1, page.name
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), page.name
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), page.name


def test_the_census_caveat_stands_once_in_each_report(output: Path, language: str) -> None:
    caveat = {"en": "that is a census, not a sample", "nl": "dat is een telling, geen steekproef"}[language]
    for page in pages(output):
        # It speaks neither of members in Utrecht, of what documents tell in words, nor of invented rows.
        other = page.stem in ("stories", "utrecht_programme") or "example_register" in page.parts
        times = 0 if other else 1
        assert visible(page.read_text()).count(caveat) == times, page.name


def test_a_report_speaks_one_language(output: Path, language: str) -> None:
    strange = {
        "en": ("Figuur 1", "peildatum", "De cijfers bij", "voortgangsrapportage beschrijft"),
        "nl": ("Figure 1", "The numbers of", "Situation in", "percentage points", "interval runs"),
    }[language]
    for page in pages(output):
        html = page.read_text()
        assert f'<html lang="{language}">' in html
        text = visible(html)
        for words in strange:
            assert words not in text, (page.name, words)


def test_the_key_figures_have_their_names(output: Path) -> None:
    recorded = json.loads((output / "national" / "key_figures.json").read_text())
    names = {name for figures in recorded.values() for name in figures}
    assert set(REQUIRED_KEYS) <= names, set(REQUIRED_KEYS) - names
    figure = recorded["collaboration_phases"]["phases.vision.2020-03..2020-10.movers.monotone"]
    assert figure == {"estimate": None, "conf_low": 10.0, "conf_high": 20.0}
    assert recorded["impact"]["impact.2020-10.much_meaning"]["estimate"] == pytest.approx(239 / 318)


def test_the_verdicts_are_there_row_by_row(output: Path) -> None:
    rows = (output / "national" / "tables" / "claims_check.csv").read_text().splitlines()
    assert rows[0] == (
        "claim,document,section,page,place,statement,qualifier,claimed,unit,stated,recomputed,verdict,outcome,"
        "explanation"
    )
    assert len(rows) > 100


def test_the_cover_links_every_report(output: Path) -> None:
    for suite in ("national", "regions"):
        cover = (output / suite / "index.html").read_text()
        for page in (output / suite / "reports").iterdir():
            assert f'href="reports/{page.name}"' in cover
