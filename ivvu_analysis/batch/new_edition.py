"""A new edition: its files looked through, and the suites of its reports."""

import shlex
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ivvu_analysis.batch.meaning import FILES
from ivvu_analysis.batch.output import KEY_FIGURES, name_from
from ivvu_analysis.errors import OutputError, ParameterError
from ivvu_analysis.places import write
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import Words
from ivvu_analysis.scales import LANGUAGES, Language

NATIONAL = ("impact", "scalability", "collaboration_phases", "portfolio", "progress_report")
REPORTS: Mapping[str, list[dict[str, Any]]] = {
    "national": [{"notebook": notebook} for notebook in NATIONAL],
    "regions": [{"notebook": "region_profile", "for_each": {"region": "all"}}],
    "data_quality": [{"notebook": "data_quality"}],
}
TITLES = {
    "national": later("National evaluation"),
    "regions": later("Regional profiles"),
    "data_quality": later("Quality of the data"),
}
OF_ROWS = ("funnels", "models", "followed")  # a report for each measure, where there are rows
MEASURES = ("impact", "sharing", "scalability")
FOLLOWED = {"register": "status", "phases": "regions"}  # by a file, what is known of each wave in it
# Reports that cannot be made of a wave at which nothing is known of this.
NEED = {
    "regions": ("collaboration_phases", "region_profile"),  # the phases of each region
    "status": ("impact", "scalability", "portfolio", "data_quality"),  # the projects
}


def edition(folder: Path, given: Mapping[str, Any], output: Path, language: Language) -> Iterator[str]:
    """Write the suites of an edition to `folder`, and say what to correct and then what to run.

    Parameters
    ----------
    folder
        Where the suites go; nothing that is there is written over.
    given
        What the edition rests on, as `load` takes it: the wave, the files, the sheet of the register.
    output
        Where reports are published: the latest run there on an earlier wave is the previous one.
    language
        The language of the reports and of what is said.

    Raises
    ------
    UserError
        If a file cannot be read, or does not know the wave, or a suite is already there.
    """
    from ivvu_analysis.data import from_published, load
    from ivvu_analysis.register import describe

    if not given["wave"]:
        raise ParameterError("The wave of the edition is empty.", "Write year and month, such as 2020-10.")
    given = {name: value for name, value in given.items() if value}
    evidence = load(**given)
    wave, projects = given["wave"], evidence.projects
    named = {name: name_from(path, folder) for name, path in given.items() if name in FILES}
    lacking = [name for known, names in NEED.items() if wave not in evidence.waves(known) for name in names]
    made = {name: [one for one in REPORTS[name] if one["notebook"] not in lacking] for name in REPORTS}
    suites = {folder / f"{name}-{wave}.yaml": name for name, reports in made.items() if reports}
    before: dict[str, Path] = {}
    if taken := [path for path in suites if path.exists()]:
        raise OutputError(f"{taken[0]} is already there.", "Move it, or give another folder.")
    for path, name in suites.items():
        reports = made[name]
        if name == "national" and projects is not None:
            twice = projects.filter(regex="_2$").notna().any(axis=None)
            of_rows = (*OF_ROWS, *["raters"] * bool(twice))
            reports = reports + [{"notebook": one, "for_each": {"measure": [*MEASURES]}} for one in of_rows]
        dated = sorted(run for run in output.glob(f"{name}-????-??") if run.name < path.stem)
        runs = [run for run in (output / name, *dated) if (run / KEY_FIGURES).is_file()]
        before |= {run.name[-7:]: run for run in runs if run in dated}
        suite: dict[str, Any] = {
            "title": {one: f"{translate(TITLES[name], one)}, {Words(one).wave(wave)}" for one in LANGUAGES},
            "parameters": {**given, **named, "language": language, "seed": 1},
            **({"previous": name_from(runs[-1], folder)} if runs else {}),  # the latest earlier edition
            "reports": reports,
        }
        YAML().dump(suite, text := BytesIO())
        write(path, text.getvalue())
    if evidence.intake is not None:
        yield from describe(evidence.intake, language)
    known = from_published().checks["check"]  # what the publication itself has wrong is nobody's to correct
    differs = evidence.checks[~evidence.checks["holds"] & ~evidence.checks["check"].isin(known)]
    said = translate("{check}: {expected} expected, {found} found", language)
    named = differs.assign(check=differs["check" if language == "en" else "check_nl"])
    yield from (said.format(**row) for row in named.to_dict("records"))
    if lacking:
        said = translate("Left out, because nothing is known of it at this wave: {names}.", language)
        yield said.format(names=", ".join(lacking))
    said = translate(
        "{run} reported on {wave}, which is not in {file}: no report will tell of it. Registers and phases "
        "hold every edition since the published ones.",
        language,
    )
    for (name, known), (then, run) in product(FOLLOWED.items(), sorted(before.items())):
        if name in given and then not in evidence.waves(known):
            yield said.format(run=run, wave=Words(language).wave(then), file=given[name])
    yield from map(str, suites)
    yield translate("Correct first what is named above, or accept it; then run:", language)
    # What begins with a dash would be an option.
    yield f"  ivvu run {shlex.join(f'./{path}' if str(path)[0] == '-' else str(path) for path in suites)}"
