"""Every report as its readers meet it: at a desk, on a phone, on paper and with a keyboard."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Heard
from tests.browser.pages import A4_INSIDE_MARGINS, PHONE, reports, sticking_out, unfold, violations

pytestmark = pytest.mark.browser

ALL = tuple(reports())
# Each profile is looked at in one of the languages, every other report in both.
LOOKED_AT = [
    (language, name)
    for turn, language in enumerate(("en", "nl"))
    for n, name in enumerate(ALL)
    if "region_profile" not in name or n % 2 == turn
]
in_turn = pytest.mark.parametrize(("language", "name"), LOOKED_AT, indirect=["language"])
ONE_OF_EACH = tuple({name.split("-")[0]: name for name in ALL}.values())
# Invented rows carry no model, have one rater and no earlier edition; these pages say so and draw nothing.
NOTHING_TO_DRAW = tuple(
    name for name in ALL if name.split("/")[-1].split("-")[0] in ("models", "raters", "followed")
)

# An empty mark at both ends of each figure, and links to the marks: a PDF then tells the page of each.
MARK_FIGURES = """() => {
  const links = [...document.querySelectorAll('figure')].flatMap((figure, i) =>
    [['top', 'afterbegin'], ['end', 'beforeend']].map(([end, where]) => {
      figure.insertAdjacentHTML(where, `<i id="${end}-${i}" style="display: block; height: 0"></i>`)
      return `<a href="#${end}-${i}">-</a>`
    }))
  document.body.insertAdjacentHTML('beforeend', `<p>${links.join(' ')}</p>`)
}"""
PLACE = re.compile(rb"/(top|end)-(\d+) \[(\d+) 0 R /XYZ")

TOO_LARGE = """([width, height]) =>
  [...document.querySelectorAll('figure, figure svg, table, pre')]
    .filter(e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})
                 && !e.closest('details:not([open])'))
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.right > width || (e.matches('figure') && box.height > height))
    .map(([e, box]) => `${e.outerHTML.slice(0, 80)}: ${box.width} by ${box.height}`)"""

SIZES_OF_TEXT = """() => [...document.querySelectorAll('.plot svg text')].map(text =>
    text.getScreenCTM().a * parseFloat(getComputedStyle(text).fontSize))"""
LEGIBLE = 8  # pixels of a phone; names in the tiles of a map are smaller


def open_report(page: Page, output: Path, name: str) -> Path:
    path = output / name
    page.goto(path.as_uri())
    return path


@in_turn
def test_a_report_fetches_nothing_and_passes_axe(page: Page, heard: Heard, output: Path, name: str) -> None:
    path = open_report(page, output, name)
    assert output.name.startswith(f"output-{page.locator('html').get_attribute('lang')}")
    unfold(page)
    assert violations(page) == []
    assert [unquote(urlsplit(url).path) for url in heard.requests] == [path.as_posix()]
    assert heard.errors == []
    assert path.stat().st_size <= 400_000


@in_turn
def test_a_report_does_not_scroll_sideways_on_a_phone(page: Page, output: Path, name: str) -> None:
    page.set_viewport_size(PHONE)
    open_report(page, output, name)
    assert sticking_out(page) == []
    unfold(page)
    assert sticking_out(page) == []
    assert median(page.evaluate(SIZES_OF_TEXT) or [LEGIBLE]) >= LEGIBLE


@in_turn
def test_a_report_fits_the_paper_and_no_figure_is_cut(page: Page, output: Path, name: str) -> None:
    page.set_viewport_size(A4_INSIDE_MARGINS)
    page.emulate_media(media="print")
    open_report(page, output, name)
    assert page.evaluate(TOO_LARGE, list(A4_INSIDE_MARGINS.values())) == []
    page.evaluate(MARK_FIGURES)
    figures = page.locator("figure").count()
    assert (figures == 0) == (name in NOTHING_TO_DRAW)
    places = {(end, i): at for end, i, at in PLACE.findall(page.pdf(prefer_css_page_size=True))}
    assert len(places) == 2 * figures
    cut = [i for (end, i), at in places.items() if end == b"top" and places[b"end", i] != at]
    assert cut == []


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_every_figure_says_its_number_and_every_table_what_it_is(page: Page, output: Path, name: str) -> None:
    open_report(page, output, name)
    for figure in page.locator("figure").all():
        assert re.search(r"\d", figure.locator("svg[role=img]").get_attribute("aria-label") or "")
        assert figure.locator("figcaption").inner_text().strip()
        assert figure.locator(".source").count() == 1
        assert figure.locator("details table").count() == 1
    tables = page.locator("table")
    assert tables.locator("caption").count() == tables.count()
    assert page.locator("th:not([scope])").count() == 0


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_the_headings_nest_and_the_outline_reaches_them(page: Page, output: Path, name: str) -> None:
    open_report(page, output, name)
    levels = [
        int(tag[1]) for tag in page.locator("h1, h2, h3, h4").evaluate_all("es => es.map(e => e.tagName)")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - higher <= 1 for higher, deeper in pairwise(levels))
    links = page.locator("nav a").evaluate_all("es => es.map(e => [e.hash.slice(1), e.textContent])")
    reached = page.locator("h2").evaluate_all("es => es.map(e => [e.id, e.textContent])")
    assert [(unquote(key), text) for key, text in links] == [tuple(heading) for heading in reached]


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_keyboard_reaches_what_a_mouse_does(page: Page, output: Path, name: str) -> None:
    open_report(page, output, name)
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_in_viewport()
    assert page.evaluate("location.hash") == "#content"

    fold = page.locator("main details").first
    expect(fold.locator("table, dl").first).to_be_hidden()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fold.locator("table, dl").first).to_be_visible()
    page.keyboard.press("Space")
    expect(fold.locator("table, dl").first).to_be_hidden()

    link = page.locator("nav a").last
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h2").last).to_be_in_viewport()
