"""What a report hands over besides what it shows: its data, and where its numbers come from."""

import platform
import re
from collections.abc import Mapping, Sequence
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from ivvu_analysis.codebook import Language
from ivvu_analysis.data import Evidence, describe
from ivvu_analysis.data.references import reworded
from ivvu_analysis.neutral import neutralise
from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.templates import render
from ivvu_analysis.report.words import Words

MIME = "application/vnd.ivvu+json"
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")  # a text that is a number is no formula, whatever its sign
Source = str | Sequence[str] | Mapping[str, str]
PRINTED = re.compile(r"(table|appendix|chapter) \d+|rows")  # what evidence knows the origin of
PACKAGES = ("ivvu-analysis", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn")
VERSIONS = {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}
DIGITS_OF_HASH = 16  # enough to compare by eye; the manifest of the run has all 64


def facts(evidence: Evidence, words: Words) -> dict[str, Any]:
    """Return what a page says about the evidence: plain values, in the language of the report."""
    failed = evidence.checks[~evidence.checks["holds"].astype(bool)]
    failed = failed.assign(
        check=failed["check" if words.language == "en" else "check_nl"],
        table=failed["table"].map(lambda table: reworded(str(table), words.language)),
        expected=failed["expected"].map(words.number),
        found=failed["found"].map(words.number),
    )
    return {
        "wave": evidence.wave,
        "moment": words.wave(evidence.wave),
        "programme": describe()["programme"][words.language] if evidence.codebook.history else "",
        "origin": evidence.origin,
        "register": evidence.register_name,
        "phases": evidence.phases_name,
        "checks": len(evidence.checks),
        "failed": failed[["check", "table", "expected", "found"]].to_dict("records"),
        "findings": {} if evidence.intake is None else evidence.intake.counts.to_dict(),
        "files": dict(evidence.files),
    }


def cited(source: Source, evidence: Evidence | None, language: Language) -> str:
    """Return where figures come from, as a reader is told.

    Parameters
    ----------
    source
        Printed tables by name, ``"rows"``, or headings by document; any other text is taken as it is.
    evidence
        What the report rests on, or none.
    language
        The reader's.
    """
    if isinstance(source, Mapping):
        documents = evidence.documents if evidence is not None else describe()["documents"]
        under = translate("under", language)
        return "; ".join(f"{documents[name][language]}, {under} ‘{head}’" for name, head in source.items())
    names = [source] if isinstance(source, str) else list(source)
    if evidence is None or not all(PRINTED.fullmatch(name) for name in names):
        return ", ".join(name for name in names if name)
    return evidence.source(names, language)


def section(
    facts: Mapping[str, Any], language: str, parameters: Mapping[str, Any], opened: Mapping[str, str]
) -> str:
    """Return the last section of a page.

    Parameters
    ----------
    facts
        What the Report of the notebook recorded, or nothing where it has none.
    language
        Of the page.
    parameters
        The parameters that it was made with.
    opened
        The sha256 of every file that it read, by name.
    """
    files = {**facts.get("files", {}), **{Path(name).name: digest for name, digest in opened.items()}}
    digests = {name: digest[:DIGITS_OF_HASH] for name, digest in sorted(files.items())}
    # Of a file its name is told, for where it lies is nobody's business.
    names = {name: Path(value).name for name, value in parameters.items() if isinstance(value, str)}
    told = {**parameters, **{name: file for name, file in names.items() if file in files}}
    about = {"facts": facts, "parameters": told, "files": digests, "versions": VERSIONS}
    return render("provenance.html.j2", language, **about)


def collected(notebook: NotebookNode) -> dict[str, Any]:
    """Return everything that the report of an executed notebook recorded.

    Returns
    -------
    dict
        `report` (facts on language, wave, region and origin; empty without a Report), `title, findings,
        headlines, key_figures, tables, data`.
    """
    record: dict[str, Any] = {"report": {}, "title": "", "data": "", "key_figures": {}}
    record |= {"findings": [], "headlines": [], "tables": []}
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    fragments = [output.get("data", {}).get(MIME, {}) for output in outputs]
    for kind, value in (part for fragment in fragments for part in fragment.items()):
        if kind == "key":
            if twice := value.keys() & record["key_figures"].keys():
                raise ValueError(f"The key figure '{min(twice)}' was recorded twice.")
            record["key_figures"].update(value)
        elif kind in record:
            record[kind] = value
        else:
            record[f"{kind}s"].append(value)
    return record


def plain(html: str) -> str:
    """Return the text of a sentence that was made ready for a page."""
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def plain_csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV for other programs: codes as codes, numbers as numbers, and no text that runs."""

    def harmless(value: Any) -> Any:
        return neutralise(value) if isinstance(value, str) and not NUMBER.fullmatch(value) else value

    quiet = frame.rename(columns=lambda name: harmless(str(name))).map(harmless)
    return str(quiet.to_csv(index=False, lineterminator="\n", float_format="%.12g"))
