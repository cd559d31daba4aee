"""The templates of pages, filled in with what they show and translated through the catalogue."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from ivvu_analysis.report.catalogue import translate

FOLDER = Path(str(resources.files("ivvu_analysis.report"))) / "template"


def render(name: str, language: str, **values: Any) -> str:
    """Return a template filled in; `_("text")` in it is translated, and `%(name)s` in a text filled in."""

    def gettext(text: str, **fields: Any) -> str:
        said = translate(" ".join(text.split()), language)
        return said % fields if fields else said

    return _environment().get_template(name).render(_=gettext, language=language, css=css(), **values)


@cache
def css() -> str:
    """Return the stylesheet that all pages share."""
    return (FOLDER / "page.css").read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(FOLDER)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
