"""The templates of pages, filled in with what they show and translated through the catalogue."""

from typing import Any

import jinja2

from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.scales import LANGUAGES

ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("ivvu_analysis.report", "template"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def beginnings() -> list[str]:
    """Return how our pages begin, in each language: they are known by it."""
    return [render("page.html.j2", one, title="").partition("<title>")[0].rstrip() for one in LANGUAGES]


def render(name: str, language: str, **values: Any) -> str:
    """Return a template filled in; `_("text")` in it is translated, and `%(name)s` in a text filled in."""

    def gettext(text: str, **fields: Any) -> str:
        said = translate(text, language)
        return said % fields if fields else said

    return ENVIRONMENT.get_template(name).render(_=gettext, language=language, **values)
