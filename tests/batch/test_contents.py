"""The contents page of an output folder, with suites as a run leaves them."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ivvu_analysis.batch import contents
from ivvu_analysis.batch.contents import keep_up


def publish(output: Path, suite: str, title: str, reports: int = 1) -> None:
    """Leave what a run leaves of a suite, as far as the contents tell of it."""
    folder = output / suite
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"status": "published", "language": "en", "wave": "2020-10", "origin": "published"}
    known = {f"r{number}": entry for number in range(reports)}
    (folder / "manifest.json").write_text(json.dumps({"title": title, "reports": known}))
    (folder / "key_figures.json").write_text("{}")
    (folder / "index.html").write_text("a cover")


def covers(output: Path) -> list[str]:
    return re.findall(r'href="([^"]+)"', (output / "index.html").read_text())


def test_the_order_in_which_suites_are_made_makes_no_difference(tmp_path: Path) -> None:
    pages = set()
    for number, order in enumerate(itertools.permutations(("a", "b", "c"))):
        output = tmp_path / str(number)
        for suite in order:
            publish(output, suite, f"Suite {suite}")
            keep_up(output)
        pages.add((output / "index.html").read_bytes())
    assert len(pages) == 1
    assert covers(output) == ["a/index.html", "b/index.html", "c/index.html"]


def test_what_is_gone_or_half_there_is_not_led_to(tmp_path: Path) -> None:
    for suite in ("a", "b", "c", "d"):
        publish(tmp_path, suite, suite)
    keep_up(tmp_path)
    assert len(covers(tmp_path)) == 4
    (tmp_path / "b" / "index.html").unlink()
    (tmp_path / "c" / "manifest.json").write_text("[")
    (tmp_path / "d" / "manifest.json").unlink()
    keep_up(tmp_path)
    assert covers(tmp_path) == ["a/index.html"]


def test_a_page_that_is_current_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "a", "A")
    keep_up(tmp_path)
    monkeypatch.setattr("ivvu_analysis.batch.contents.write", pytest.fail)
    keep_up(tmp_path)


@pytest.mark.parametrize("change", ["title", "reports", "package", "removed"])
def test_a_page_that_is_not_as_it_should_be_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    publish(tmp_path, "a", "A")
    keep_up(tmp_path)
    page = tmp_path / "index.html"
    before = page.read_text()
    if change == "removed":
        page.unlink()
    else:
        publish(tmp_path, "a", "B" if change == "title" else "A", reports=2 if change == "reports" else 1)
    if change == "package":
        monkeypatch.setattr(contents, "ground", lambda: {"package": "other"})
    keep_up(tmp_path)
    after = page.read_text()
    assert (after == before) == (change == "removed")


def test_a_page_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    publish(tmp_path, "a", "A")
    (tmp_path / "index.html").write_text("<title>My own</title>")
    keep_up(tmp_path)
    assert (tmp_path / "index.html").read_text() == "<title>My own</title>"


def test_a_folder_without_suites_gets_no_page(tmp_path: Path) -> None:
    keep_up(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_to_see_that_it_is_current_takes_nothing_slow(tmp_path: Path) -> None:
    publish(tmp_path, "a", "A")
    keep_up(tmp_path)
    look = (
        "import sys; from pathlib import Path; from ivvu_analysis.batch.contents import keep_up\n"
        f"keep_up(Path({str(tmp_path)!r}))\n"
        "print({'pandas', 'jinja2', 'babel'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_suite_whose_file_is_gone_is_led_to_and_says_so(tmp_path: Path) -> None:
    publish(tmp_path, "a", "A")
    publish(tmp_path, "b", "B")
    for suite in ("a", "b"):
        path = tmp_path / suite / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"source": f"../{suite}.yaml"}))
    (tmp_path / "a.yaml").touch()
    keep_up(tmp_path)
    assert covers(tmp_path) == ["a/index.html", "b/index.html"]
    page = (tmp_path / "index.html").read_text()
    assert page.count("The suite that asked for them is no longer there.") == 1
    assert page.index("b/index.html") < page.index("no longer there")
