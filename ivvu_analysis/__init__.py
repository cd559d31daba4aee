"""Reproducible evaluation of the Dutch long-term care transition programme.

What a notebook starts from: `load` gives the figures, `Report` puts what is found on a page, `figures` draws,
and each question of the evaluation has a module of functions that take evidence and return tidy frames.

Examples
--------
>>> from ivvu_analysis import load, ratings
>>> evidence = load(wave="2020-10")
>>> int(ratings.share(evidence, "scalability").loc["2020-10", "projects"])
178
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivvu_analysis import claims, figures
    from ivvu_analysis.data import load
    from ivvu_analysis.report.document import Report

__version__ = "0.1.0"

QUESTIONS = (
    *("agenda", "capacity", "durations", "followed", "models", "official", "outlook", "phases"),
    *("portfolio", "profile", "quality", "ratings", "statements", "stories", "units", "utrecht"),
    "wording",
)

__all__ = ["Report", "claims", "figures", "load", *QUESTIONS]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: the command must answer before pandas is there."""
    if name not in __all__:
        raise AttributeError(f"module 'ivvu_analysis' has no attribute '{name}'")
    room = {"load": "data", "Report": "report.document"}.get(name)
    if room:
        return getattr(import_module(f"ivvu_analysis.{room}"), name)
    return import_module(f"ivvu_analysis.questions.{name}" if name in QUESTIONS else f"ivvu_analysis.{name}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
