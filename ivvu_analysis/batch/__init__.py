"""Suites of notebooks made into published reports, in batch; its modules are imported when they are named."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import compare, making, new_edition, new_notebook, pdf, plan, pool, processes, run

__all__ = ["compare", "making", "new_edition", "new_notebook", "pdf", "plan", "pool", "processes", "run"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"ivvu_analysis.batch.{name}")
    raise AttributeError(f"there is no module '{name}' in ivvu_analysis.batch")
