"""Reports on paper: a pack whose parts do not get into each other's way, and what Chromium prints of it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch.pdf import pack, print_suites
from ivvu_analysis.errors import ParameterError

if TYPE_CHECKING:
    from tests.conftest import Project

PAGE = (
    '<html lang="nl"><head><title>{title}</title><style>p {{}}</style></head><body><main id="content">'
    "<style>#T_1_row0 {{ color: #fde725 }}</style>"
    '<table id="T_1"><tr><td id="T_1_row0" headers="top T_1">1</td></tr></table>'
    '<h1 id="top">{title}</h1><a href="#figure-1">see</a>'
    '<figure id="figure-1" aria-labelledby="figure-1-label">'
    '<svg><clipPath id="c"/><g clip-path="url(#c)"/></svg></figure><b id="figure-1-label">f</b></main></body>'
)


def test_the_parts_of_a_pack_keep_to_themselves() -> None:
    pages = {name: PAGE.format(title=f"About {name}") for name in ("impact", "portfolio")}
    html = pack("All < of it", pages)
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 14
    pointed = re.findall(r'(?:href="#|aria-labelledby="|url\(#)([^")]+)', html)
    assert set(pointed) <= set(ids)
    assert 'headers="impact-top impact-T_1"' in html
    assert "#portfolio-T_1_row0 { color: #fde725 }" in html
    assert html.count("<main") == 1
    assert '<html lang="nl">' in html
    assert "<title>All &lt; of it</title>" in html
    assert "<h1>All &lt; of it</h1>" in html
    assert '<li><a href="#portfolio">About portfolio</a></li>' in html


def test_without_chromium_there_is_a_message(monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ParameterError, match="needs the Chromium browser"):
        list(print_suites([], project.output, lambda: None))


@pytest.mark.browser
def test_a_run_prints_each_report_and_a_pack(project: Project) -> None:
    project.notebook("one")
    project.notebook("two")
    project.suite("reports: [{notebook: one}, {notebook: two}]")
    project.ivvu("run", "--pdf", check=0)
    for name in ("one", "two", "demo"):
        printed = (project.output / "demo" / "pdf" / f"{name}.pdf").read_bytes()
        assert printed.startswith(b"%PDF-")
        assert b"/StructTreeRoot" in printed  # tagged, for who listens
    assert "0 of 2 to make" in project.ivvu("plan", check=0).stdout
