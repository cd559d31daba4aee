"""The cover pages: the way into the reports, without a script."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.chromium import Heard
from tests.browser.pages import (
    A4_INSIDE_MARGINS,
    PHONE,
    SUITES,
    reports,
    sticking_out,
    violations,
)

pytestmark = pytest.mark.browser


def open_cover(page: Page, output: Path, suite: str) -> Path:
    path = output / suite / "index.html"
    page.goto(path.as_uri())
    return path


@pytest.mark.parametrize("suite", SUITES)
def test_a_cover_fetches_nothing_and_passes_axe(page: Page, heard: Heard, output: Path, suite: str) -> None:
    path = open_cover(page, output, suite)
    assert violations(page) == []
    assert [unquote(urlsplit(url).path) for url in heard.requests] == [path.as_posix()]
    assert heard.errors == []
    assert output.name.startswith(f"output-{page.locator('html').get_attribute('lang')}")


@pytest.mark.parametrize("suite", SUITES)
def test_a_cover_does_not_scroll_sideways(page: Page, output: Path, suite: str) -> None:
    page.set_viewport_size(PHONE)
    open_cover(page, output, suite)
    assert sticking_out(page) == []
    assert violations(page) == []
    page.set_viewport_size(A4_INSIDE_MARGINS)
    page.emulate_media(media="print")
    assert sticking_out(page) == []


@pytest.mark.parametrize("suite", SUITES)
def test_every_link_leads_to_a_file_or_a_place_in_the_page(page: Page, output: Path, suite: str) -> None:
    path = open_cover(page, output, suite)
    links = page.locator("a").evaluate_all("es => es.map(e => e.href)")
    for link in map(urlsplit, links):
        target = Path(unquote(link.path))
        assert target.is_file(), link
        if target == path and link.fragment:
            assert page.locator(f"[id='{unquote(link.fragment)}']").count() == 1


@pytest.mark.parametrize("suite", SUITES)
def test_every_report_has_a_row_and_no_status_where_all_are_published(
    page: Page, output: Path, suite: str
) -> None:
    path = open_cover(page, output, suite)
    made = {(output / name).as_uri() for name in reports() if name.startswith(suite)}
    rows = page.locator("tbody tr")
    assert rows.count() == len(made)
    assert set(rows.locator("th a").first.evaluate_all("es => es.map(e => e.href)")) <= made
    assert {row.locator("th > a").get_attribute("href") for row in rows.all()} == {
        Path(unquote(urlsplit(uri).path)).relative_to(path.parent).as_posix() for uri in made
    }
    assert page.locator("thead th").count() == 2


def test_a_reader_can_go_from_one_cover_to_another_and_back(page: Page, heard: Heard, output: Path) -> None:
    for here, there in (("national", "regions"), ("regions", "national")):
        open_cover(page, output, here)
        page.locator("a[href='../index.html']").click()
        assert violations(page) == []
        assert page.locator("h2 a").count() == len(SUITES)
        page.locator(f"h2 a[href='{there}/index.html']").click()
        assert page.url == (output / there / "index.html").as_uri()
    assert heard.errors == []


@pytest.mark.parametrize("size", [PHONE, A4_INSIDE_MARGINS])
def test_the_contents_do_not_scroll_sideways(page: Page, output: Path, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.goto((output / "index.html").as_uri())
    assert sticking_out(page) == []


def test_the_tiles_lead_to_the_profiles(page: Page, output: Path) -> None:
    open_cover(page, output, "regions")
    tiles = page.locator(".map a")
    assert tiles.count() == 34
    tile = tiles.filter(has_text="Utrecht")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Utrecht:")


def test_the_filter_shows_the_regions_of_one_holder_and_all_again(page: Page, output: Path) -> None:
    open_cover(page, output, "regions")
    rows = page.locator("tbody tr")
    everyone = page.get_by_role("radio").first
    expect(everyone).to_be_checked()
    assert rows.filter(visible=True).count() == 34

    page.get_by_role("radio", name="VGZ").check()
    shown = rows.filter(visible=True)
    assert shown.count() == 8
    assert "Nijmegen" in " ".join(shown.locator("th").all_inner_texts())
    expect(rows.filter(has_text="Zeeland:")).to_be_hidden()

    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Zilveren Kruis", exact=True)).to_be_checked()
    assert rows.filter(visible=True).count() == 11

    everyone.check()
    assert rows.filter(visible=True).count() == 34


def test_each_region_is_shown_for_one_holder_only(page: Page, output: Path) -> None:
    open_cover(page, output, "regions")
    rows = page.locator("tbody tr")
    counted = 0
    for radio in page.get_by_role("radio").all()[1:]:
        radio.check()
        counted += rows.filter(visible=True).count()
    assert counted == 34
