"""Until the rooms that import this read `ivvu_analysis.data`."""

from ivvu_analysis.data import *  # noqa: F403
from ivvu_analysis.data import load as _load


def gather(register: str = "", phases: str = "", corrections: str = ""):  # type: ignore[no-untyped-def]  # noqa
    return _load(register=register, phases=phases, corrections=corrections)
