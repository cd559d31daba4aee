from __future__ import annotations

import json
import shutil

import pytest

SUITE = "title: Demo\nprevious: {previous}\nreports:\n  - notebook: story\n"


@pytest.mark.e2e
def test_the_cover_says_what_changed_since_the_previous_edition(project) -> None:  # type: ignore[no-untyped-def]
    project.notebook("story")
    suite = project.suite("title: Demo\nreports:\n  - notebook: story\n")
    project.ivvu("run", str(suite), check=0)
    earlier = project.folder / "editions" / "first"
    shutil.copytree(project.output / "demo", earlier)
    figures = earlier / "key_figures.json"
    figures.write_text(json.dumps(json.loads(figures.read_text())).replace("42.0", "40.0"))

    project.suite(SUITE.format(previous="../editions/first"))
    project.ivvu("run", str(suite), "--force", check=0)

    cover = (project.output / "demo" / "index.html").read_text()
    assert "Since the previous" in cover
    assert "1 key figures moved and 0 stayed the same." in cover
    assert '<tr><th scope="row">answer</th><td>40</td><td>42</td><td>+2</td></tr>' in cover
    assert 'href="comparison.html"' in cover
    assert "answer" in (project.output / "demo" / "comparison.html").read_text()


def test_a_previous_edition_that_is_not_there_is_refused_before_anything_runs(project) -> None:  # type: ignore[no-untyped-def]
    project.notebook("story")
    suite = project.suite(SUITE.format(previous="../editions/none"))
    done = project.ivvu("run", str(suite), check=2)
    assert "demo.yaml, line 2: " in done.stderr
    assert "none/key_figures.json cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
    assert project.files() == {}


def test_a_previous_edition_with_a_damaged_manifest_is_refused_before_anything_runs(project) -> None:  # type: ignore[no-untyped-def]
    project.notebook("story")
    earlier = project.folder / "earlier"
    earlier.mkdir()
    (earlier / "key_figures.json").write_text("{}")
    (earlier / "manifest.json").write_text('{"ground": "x"}')
    done = project.ivvu("run", str(project.suite(SUITE.format(previous="../earlier"))), check=2)
    assert "manifest.json cannot be read: it is not in the usual form (ground: " in done.stderr
    assert "Traceback" not in done.stderr
    assert project.files() == {}
