"""What the explorer says, in both languages; labels of codes are in the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from ivvu_analysis.codebook import Language


def phrase(name: str, language: Language) -> str:
    """Return a phrase, with its fields still open.

    Raises
    ------
    KeyError
        If there is no such phrase.
    """
    return phrases()[name][language]


@cache
def phrases() -> Mapping[str, Mapping[Language, str]]:
    """Return all phrases by name and language."""
    text = resources.files("ivvu_analysis.report.explorer").joinpath("phrases.yaml").read_text("utf-8")
    read: dict[str, dict[Language, str]] = yaml.safe_load(text)
    return read
