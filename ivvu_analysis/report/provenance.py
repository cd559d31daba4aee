"""Where the numbers of a report come from and how they may be read."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources
from importlib.metadata import version
from typing import Any

import jinja2

from ivvu_analysis.evidence import Evidence, in_language
from ivvu_analysis.report.text import Words

PACKAGES = ("ivvu-analysis", "numpy", "pandas", "scipy", "statsmodels", "matplotlib")

DIGITS_OF_HASH = 16  # enough to compare by eye; the manifest of the run has all 64


def edition(evidence: Evidence, wave: str, words: Words) -> str:
    """Return the line below the title: the wave and what the report rests on."""
    texts = {
        "published": {
            "en": "Situation in {wave}. Rests on the published tables of the programme.",
            "nl": "Stand van {wave}. Berust op de gepubliceerde tabellen van het programma.",
        },
        "register": {
            "en": "Situation in {wave}. Recomputed from the rows of {name}.",
            "nl": "Stand van {wave}. Herberekend uit de rijen van {name}.",
        },
        "reconstructed": {
            "en": "Situation in {wave}. Rests on a register reconstructed from the published margins.",
            "nl": "Stand van {wave}. Berust op een register, gereconstrueerd uit gepubliceerde randtotalen.",
        },
    }
    text = texts[evidence.origin][words.language]
    return text.format(wave=words.wave(wave), name=escape(evidence.register_name))


def warning(evidence: Evidence, words: Words) -> str:
    """Return the notice that a reconstructed register needs on every page, and nothing for other evidence."""
    if evidence.origin != "reconstructed":
        return ""
    text = {
        "en": "Reconstructed data: the rows are invented so that every published total comes back. "
        "What the totals do not fix is not known, and no row describes a real project.",
        "nl": "Gereconstrueerde gegevens: de rijen zijn zo bedacht dat elk gepubliceerd totaal terugkomt. "
        "Wat de totalen niet vastleggen is onbekend, en geen rij beschrijft een werkelijk project.",
    }[words.language]
    return f'<p class="warning">{text}</p>'


def section(evidence: Evidence, parameters: Mapping[str, Any], words: Words) -> str:
    """Return the last section of a report: reading, sources, parameters, hashes, versions and method."""
    failed = evidence.checks[~evidence.checks["holds"]]
    return _template(words.language).render(
        origin=evidence.origin,
        register_name=evidence.register_name,
        phases_published="table 1" in evidence.as_published,
        checks=len(evidence.checks),
        failed=[
            {
                "check": row.check if words.language == "en" else row.check_nl,
                "table": in_language(row.table, words.language),
                "expected": words.number(row.expected),
                "found": words.number(row.found),
            }
            for row in failed.itertuples()
        ],
        parameters=parameters,
        files={name: digest[:DIGITS_OF_HASH] for name, digest in sorted(evidence.files.items())},
        versions=_versions(),
    )


@cache
def _versions() -> dict[str, str]:
    return {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}


@cache
def _template(language: str) -> jinja2.Template:
    text = resources.files("ivvu_analysis.report").joinpath(f"template/provenance.{language}.html.j2")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(text.read_text(encoding="utf-8"))
