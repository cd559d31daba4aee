"""The suites of a new edition: its files looked through first, then what to correct, then what to run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivvu_analysis.batch.manifest import KEY_FIGURES
from ivvu_analysis.errors import OutputError
from ivvu_analysis.report.words import Words
from ivvu_analysis.scales import LANGUAGES, Language

if TYPE_CHECKING:
    from ivvu_analysis.data import Evidence

MEASURES = "    for_each: {measure: [impact, sharing, scalability]}"
SUITES = {
    "national": (
        {"en": "National evaluation", "nl": "Landelijke evaluatie"},
        ["impact", "scalability", "collaboration_phases", "portfolio", "progress_report"],
    ),
    "regions": ({"en": "Regional profiles", "nl": "Regioprofielen"}, ["region_profile"]),
    "data_quality": ({"en": "Quality of the data", "nl": "Kwaliteit van de gegevens"}, ["data_quality"]),
}
OF_ROWS = ("funnels", "models", "followed")  # a report for each measure, where there are rows


@dataclass(frozen=True)
class Edition:
    """The files of an edition, as somebody gives them.

    Parameters
    ----------
    wave
        YYYY-MM.
    register, phases, corrections, codebook
        Files; what is None is left out.
    sheet
        The sheet of the register.
    """

    wave: str
    register: Path | None = None
    phases: Path | None = None
    corrections: Path | None = None
    codebook: Path | None = None
    sheet: str = ""

    @property
    def files(self) -> dict[str, Path]:
        """The files that there are, by parameter."""
        named = {name: getattr(self, name) for name in ("register", "phases", "corrections", "codebook")}
        return {name: path for name, path in named.items() if path is not None}


def start(folder: Path, edition: Edition, output: Path, language: Language) -> Iterator[str]:
    """Write the suites of an edition to `folder`, and say what to correct and then what to run.

    Parameters
    ----------
    folder
        Where the suites go; nothing that is there is written over.
    edition
        What it rests on.
    output
        Where reports are published: the latest run there on an earlier wave is the previous one.
    language
        The language of the reports and of what is said.

    Raises
    ------
    UserError
        If a file cannot be read, or does not know the wave, or a suite is already there.
    """
    from ivvu_analysis.data import load

    evidence = load(wave=edition.wave, sheet=edition.sheet, **edition.files)
    suites = {folder / f"{name}-{edition.wave}.yaml": name for name in SUITES}
    if taken := [path for path in suites if path.exists()]:
        raise OutputError(f"{taken[0]} is already there.", "Move it, or give another folder.")
    for path, name in suites.items():
        _write(
            path,
            _suite(name, path.parent, edition, evidence, _previous(output, name, edition.wave), language),
        )
    yield from _findings(evidence, language)
    for path in suites:
        yield str(path)
    said = {
        "en": "Correct first what is named above, or accept it; then run:",
        "nl": "Verbeter eerst wat hierboven staat, of aanvaard het; daarna:",
    }
    yield said[language]
    yield f"  ivvu run {' '.join(str(path) for path in suites)}"


def _suite(
    name: str, folder: Path, edition: Edition, evidence: Evidence, previous: Path | None, language: Language
) -> str:
    titles, reports = SUITES[name]
    moment = {one: Words(one).wave(edition.wave) for one in LANGUAGES}
    files = {key: _from(path, folder) for key, path in edition.files.items()}
    parameters: dict[str, str | int] = {
        "wave": edition.wave,
        **files,
        "sheet": edition.sheet,
        "language": language,
        "seed": 1,
    }
    lines = [
        f"title: {{en: '{titles['en']}, {moment['en']}', nl: '{titles['nl']}, {moment['nl']}'}}",
        "parameters:",
        *(f"  {key}: {_quoted(value)}" for key, value in parameters.items() if value != ""),
    ]
    if previous:
        lines.append(f"previous: {_quoted(_from(previous, folder))}")
    lines.append("reports:")
    lines += [f"  - notebook: {report}" for report in reports]
    if name == "regions":
        lines.append("    for_each: {region: all}")
    if name == "national" and evidence.projects is not None:
        twice = any(
            evidence.projects[column].notna().any() for column in evidence.projects if column.endswith("_2")
        )
        for report in (*OF_ROWS, *(["raters"] if twice else [])):
            lines += [f"  - notebook: {report}", MEASURES]
    return "\n".join(lines) + "\n"


def _findings(evidence: Evidence, language: Language) -> Iterator[str]:
    """Yield what reading the register found, and the checks that fail since these files came in."""
    from ivvu_analysis.data import from_published
    from ivvu_analysis.register import describe

    if evidence.intake is not None:
        yield from describe(evidence.intake, language)
    known = from_published().checks["check"]  # what the publication itself has wrong is nobody's to correct
    differs = evidence.checks[~evidence.checks["holds"] & ~evidence.checks["check"].isin(known)]
    column = {"en": "check", "nl": "check_nl"}[language]
    found = {
        "en": "{check}: {expected} expected, {found} found",
        "nl": "{check}: {expected} verwacht, {found} gevonden",
    }
    for row in differs.to_dict("records"):
        yield found[language].format(check=row[column], expected=row["expected"], found=row["found"])


def _previous(output: Path, name: str, wave: str) -> Path | None:
    """Return the output folder of the latest earlier edition of a suite; None if there is none."""
    dated = sorted(path for path in output.glob(f"{name}-????-??") if path.name < f"{name}-{wave}")
    known = [path for path in (output / name, *dated) if (path / KEY_FIGURES).is_file()]
    return known[-1] if known else None


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.", "Give another folder.") from None


def _from(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()


def _quoted(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
