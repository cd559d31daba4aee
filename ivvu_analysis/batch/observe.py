"""Which files a report reads, as it reads them: Python tells of every file that is opened."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.options import PACKAGE, SHARED_VARIABLE
from ivvu_analysis.batch.output import digest_of, name_from

# Whatever lies there belongs to Python, the packages, the system or nobody, and is told of elsewhere.
EVERYONES = (
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    *([sys.prefix] if sys.prefix != sys.base_prefix else []),
    *(os.path.expanduser(f"~/.{name}") for name in ("cache", "config", "ipython", "jupyter", "local")),
    *(str(PACKAGE), "/proc", "/sys", "/dev", "/etc", "/usr/share"),
)

_opened: dict[str, bool] = {}  # each path, and whether it was first opened to be read


def observe() -> None:
    """Note from now on which files this process opens; a hook cannot be taken out again."""
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path, mode, flags = arguments
        reading = not flags & (os.O_WRONLY | os.O_RDWR) if isinstance(flags, int) else "r" in (mode or "r")
        _opened.setdefault(os.path.abspath(os.fsdecode(path)), reading)


def observed(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that was read, named from `folder`; what every report reads is left out.

    A file that the report wrote itself before it read it is a result and no ground.
    """
    places = (*EVERYONES, tempfile.gettempdir(), os.environ.get(SHARED_VARIABLE) or tempfile.gettempdir())
    outside = tuple(f"{os.path.abspath(place)}{os.sep}" for place in places)
    found = {}
    for path, reading in list(_opened.items()):
        source = source_from_cache(path) if path.endswith(".pyc") and "__pycache__" in path else path
        if reading and not source.startswith(outside) and os.path.isfile(source):
            found[name_from(source, folder)] = digest_of(Path(source))
    return dict(sorted(found.items()))
