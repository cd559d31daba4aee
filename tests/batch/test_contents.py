"""The contents page of an output folder, with suites as a run leaves them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ivvu_analysis.batch import contents
from ivvu_analysis.batch.contents import keep_up


def publish(output: Path, suite: str, title: str = "A", reports: int = 1, source: str = "") -> Path:
    """Leave what a run leaves of a suite, as far as the contents tell of it."""
    folder = output / suite
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"status": "published", "language": "en", "wave": "2020-10", "origin": "published"}
    known = {f"r{number}": entry for number in range(reports)}
    manifest = {"title": title, "reports": known, "source": source}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "index.html").write_text("a cover")
    return output / "index.html"


def covers(output: Path) -> list[str]:
    return re.findall(r'href="([^"]+)"', (output / "index.html").read_text())


def test_suites_are_led_to_in_their_order_save_what_is_gone_or_half_there(tmp_path: Path) -> None:
    for suite in ("c", "b", "d", "a"):
        publish(tmp_path, suite)
        keep_up(tmp_path)
    assert covers(tmp_path) == [f"{suite}/index.html" for suite in "abcd"]
    (tmp_path / "b" / "index.html").unlink()
    (tmp_path / "c" / "manifest.json").write_text("[")
    (tmp_path / "d" / "manifest.json").unlink()
    keep_up(tmp_path)
    assert covers(tmp_path) == ["a/index.html"]


def test_a_page_that_is_current_is_left_and_takes_nothing_slow(tmp_path: Path) -> None:
    page = publish(tmp_path, "a")
    keep_up(tmp_path)
    page.write_text(page.read_text() + "<!-- still there -->")
    look = (
        "import sys; from pathlib import Path; from ivvu_analysis.batch.contents import keep_up\n"
        f"keep_up(Path({str(tmp_path)!r}))\n"
        "print({'pandas', 'jinja2', 'babel'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert "still there" in page.read_text()


@pytest.mark.parametrize("change", ["title", "reports", "package", "removed"])
def test_a_page_that_is_not_as_it_should_be_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    page = publish(tmp_path, "a")
    keep_up(tmp_path)
    before = page.read_text()
    if change == "removed":
        page.unlink()
    elif change == "package":
        monkeypatch.setattr(contents, "ground", lambda: {"package": "other"})
    else:
        publish(tmp_path, "a", **{"title": {"title": "B"}, "reports": {"reports": 2}}[change])
    keep_up(tmp_path)
    assert (page.read_text() == before) == (change == "removed")


def test_a_page_of_someone_else_is_left_alone_and_without_suites_there_is_none(tmp_path: Path) -> None:
    keep_up(tmp_path)
    assert list(tmp_path.iterdir()) == []
    page = publish(tmp_path, "a")
    page.write_text("<title>My own</title>")
    keep_up(tmp_path)
    assert page.read_text() == "<title>My own</title>"


def test_a_suite_whose_file_is_gone_is_led_to_and_says_so(tmp_path: Path) -> None:
    for suite in ("a", "b"):
        publish(tmp_path, suite, source=f"../{suite}.yaml")
    (tmp_path / "a.yaml").touch()
    keep_up(tmp_path)
    assert covers(tmp_path) == ["a/index.html", "b/index.html"]
    page = (tmp_path / "index.html").read_text()
    assert page.count("The suite is no longer there.") == 1
    assert page.index("b/index.html") < page.index("no longer there")
