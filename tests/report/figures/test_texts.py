from __future__ import annotations

import importlib
import pkgutil
import string

from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.report import figures, maps

MODULES = [
    maps,
    *(
        importlib.import_module(f"{figures.__name__}.{info.name}")
        for info in pkgutil.iter_modules(figures.__path__)
    ),
]
TEXTS = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, dict) and value.keys() & set(LANGUAGES)
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_of_a_figure_exists_in_all_languages_with_the_same_fields() -> None:
    assert len(TEXTS) > 10
    assert {name for name, text in TEXTS.items() if set(text) != set(LANGUAGES)} == set()
    assert {name for name, text in TEXTS.items() if fields(text["en"]) != fields(text["nl"])} == set()
