"""The half-yearly work: suites of a new edition on a simulated example, and another programme altogether."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from tests.e2e.command import ROOT, ivvu

pytestmark = pytest.mark.e2e

EXAMPLE = ROOT / "params" / "example_edition"
FILES = {"register": "register.csv", "phases": "phases.csv", "codebook": "codebook.yaml"}
WAVE = {"en": "2021-10", "nl": "2021-03"}


def begun(
    folder: Path, wave: str, language: str = "en", status: int = 0, **other: Path
) -> subprocess.CompletedProcess[str]:
    """Begin an edition on the example, with `other` files in the place of its own."""
    files = {name: EXAMPLE / file for name, file in FILES.items()} | other
    given = [word for name, path in files.items() for word in (f"--{name}", path)]
    about = ("--wave", wave, "-l", language, "-o", folder / "output")
    return ivvu("new", "edition", folder, *about, *given, status=status)


@pytest.fixture(scope="module")
def edition(language: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of all suites of one edition."""
    folder = tmp_path_factory.mktemp(f"edition-{language}")
    begun(folder, WAVE[language], language)
    ivvu("run", *sorted(folder.glob("*.yaml")), "-o", folder / "output")
    return folder / "output"


def words_of(page: Path) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))))


def test_every_page_says_that_it_is_simulated(edition: Path, language: str) -> None:
    mark = {"en": "Simulated data:", "nl": "Gesimuleerde gegevens:"}[language]
    pages = list(edition.glob("*/reports/*.html"))
    assert len([page for page in pages if page.name.startswith("region_profile")]) == 34
    assert [page.name for page in pages if words_of(page).count(mark) != 1] == []


def test_the_history_is_whole_and_says_what_was_published(edition: Path, language: str) -> None:
    page = edition / f"national-{WAVE[language]}" / "reports" / "collaboration_phases.html"
    text = words_of(page)
    first, last = {"en": ("March 2019", "October 2021"), "nl": ("maart 2019", "maart 2021")}[language]
    assert f"{first} {'to' if language == 'en' else 'tot'}" in text
    assert last in text
    assert "phases.csv" in text
    assert {"en": "Progress report on regional cooperation", "nl": "Voortgangsrapportage"}[language] in text


def test_what_an_edition_adds_is_called_by_its_name(edition: Path, language: str) -> None:
    text = words_of(edition / f"national-{WAVE[language]}" / "reports" / "portfolio.html")
    assert {"en": "Housing", "nl": "Wonen"}[language] in text
    assert {"en": "Paused", "nl": "stilgelegd"}[language] in text


def test_who_fell_back_is_named(edition: Path, language: str) -> None:
    text = words_of(edition / f"national-{WAVE[language]}" / "reports" / "collaboration_phases.html")
    assert ("Flevoland fell back" in text) == (language == "en")  # in October 2021, and not before


def without(name: str, folder: Path, *starts: str) -> Path:
    """Write a file of the example without the lines that begin so."""
    lines = (EXAMPLE / name).read_text(encoding="utf-8").splitlines(keepends=True)
    path = folder / name
    path.write_text("".join(line for line in lines if not line.startswith(starts)), encoding="utf-8")
    return path


def test_files_that_do_not_fit_are_one_message_before_anything_is_written(tmp_path: Path) -> None:
    twice = tmp_path / "twice.yaml"
    twice.write_text("theme:\n  levels:\n    - {code: a, en: A, nl: A}\n    - {code: a, en: A, nl: A}\n")
    cases = [
        ("2021-05", {}, "has nothing on wave '2021-05'"),
        ("2021-10", {"phases": without("phases.csv", tmp_path, "zeeland", "twente")}, "for Zeeland, Twente"),
        ("2021-10", {"register": without("register.csv", tmp_path, "2021-10")}, "nothing on wave '2021-10'"),
        ("2021-10", {"codebook": twice}, "the code 'a' stands twice under 'theme'"),
    ]
    for wave, other, message in cases:
        done = begun(tmp_path / "suites", wave, status=2, **other)
        assert message in done.stderr
        assert len(done.stderr.strip().splitlines()) == 2, done.stderr
    assert not (tmp_path / "suites").exists()


def test_a_run_refuses_such_files_too(tmp_path: Path) -> None:
    begun(tmp_path, "2021-10")
    without("phases.csv", tmp_path, "zeeland")
    suite = tmp_path / "regions-2021-10.yaml"
    text = re.sub("phases: .*", "phases: phases.csv", suite.read_text(encoding="utf-8"))
    suite.write_text(text, encoding="utf-8")
    for command in ("check", "run"):
        done = ivvu(command, suite, "-o", tmp_path / "output", status=2)
        assert done.stderr.count("Zeeland") == 1, done.stderr
        assert "This stops 34 reports of regions-2021-10." in done.stderr


def test_an_edition_refers_to_the_one_before(tmp_path: Path) -> None:
    before = tmp_path / "output" / "national-2021-03"
    before.mkdir(parents=True)
    (before / "key_figures.json").write_text("{}", encoding="utf-8")
    assert "no report will tell of it" not in begun(tmp_path, "2021-10").stdout
    assert "previous: output/national-2021-03" in (tmp_path / "national-2021-10.yaml").read_text("utf-8")
    assert "is already there" in begun(tmp_path, "2021-10", status=2).stderr


def test_files_that_lack_the_edition_before_are_told(tmp_path: Path) -> None:
    before = tmp_path / "output" / "national-2021-03"
    before.mkdir(parents=True)
    (before / "key_figures.json").write_text("{}", encoding="utf-8")
    only = tmp_path / "register.csv"
    head, *rows = (EXAMPLE / FILES["register"]).read_text("utf-8").splitlines()
    only.write_text("\n".join([head, *(row for row in rows if row.startswith("2021-10"))]), encoding="utf-8")
    said = begun(tmp_path, "2021-10", register=only).stdout
    assert f"national-2021-03 reported on March 2021, which is not in {only}" in said
    assert f"which is not in {EXAMPLE / FILES['phases']}" not in said


def test_without_phases_no_report_is_asked_for_that_needs_them(tmp_path: Path) -> None:
    given = ("--register", EXAMPLE / FILES["register"], "--codebook", EXAMPLE / FILES["codebook"])
    done = ivvu("new", "edition", tmp_path, "--wave", "2021-03", *given)
    assert "at this wave: collaboration_phases, region_profile." in done.stdout
    assert not (tmp_path / "regions-2021-03.yaml").exists()
    assert "collaboration_phases" not in (tmp_path / "national-2021-03.yaml").read_text("utf-8")
    done = ivvu(
        "new", "edition", tmp_path / "phases", "--wave", "2021-03", "--phases", EXAMPLE / FILES["phases"]
    )
    assert "at this wave: impact, scalability, portfolio, data_quality." in done.stdout


def test_another_programme_is_a_codebook_and_data(language: str, tmp_path: Path) -> None:
    suite = ROOT / "tests" / "data" / "provinces" / "suite.yaml"
    ivvu("run", suite, "-l", language, "-o", tmp_path)
    profiles = list(tmp_path.glob("suite/reports/region_profile-*.html"))
    assert len(profiles) == 12
    text = words_of(tmp_path / "suite" / "reports" / "collaboration_phases.html")
    assert {"en": "Delivery", "nl": "Uitvoering"}[language] in text
    assert "Zorgkantoor" not in text
