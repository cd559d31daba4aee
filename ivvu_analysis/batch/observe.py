"""Which files a report reads, as it reads them: Python tells of every file that is opened."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
import tempfile
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.options import SHARED_VARIABLE

PACKAGE = Path(__file__).parent.parent

_opened: dict[str, bool] | None = None  # each path, and whether it was first opened to be read


def observe() -> None:
    """Note from now on which files this process opens; a hook cannot be taken out again."""
    global _opened
    if _opened is None:
        sys.addaudithook(_note)
    _opened = {}


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None:
        path, mode, flags = arguments
        if isinstance(path, str | bytes | os.PathLike):
            reading = (
                not flags & (os.O_WRONLY | os.O_RDWR) if isinstance(flags, int) else "r" in (mode or "r")
            )
            _opened.setdefault(os.path.abspath(os.fsdecode(path)), reading)


def observed(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that was read, named from `folder`; what every report reads is left out.

    A file that the report wrote itself before it read it is a result and no ground.
    """
    outside = _everyones()
    found = {}
    for path, reading in list((_opened or {}).items()):
        source = _source(path)
        if reading and not source.startswith(outside) and os.path.isfile(source):
            found[name_from(source, folder)] = digest_of(Path(source))
    return dict(sorted(found.items()))


def name_from(path: str | Path, folder: Path) -> str:
    """Return what a file is called from `folder`, which says nothing of where the machine keeps either."""
    return Path(os.path.relpath(path, folder)).as_posix()


def digest_of(path: Path) -> str:
    """Return the sha256 of a file; nothing if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _source(path: str) -> str:
    """Return the module that a compiled one was made of, and any other file as it is."""
    return source_from_cache(path) if path.endswith(".pyc") and "__pycache__" in path else path


def _everyones() -> tuple[str, ...]:
    """Return the places whose files belong to Python, the packages, the system or nobody."""
    own = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    if sys.prefix != sys.base_prefix:
        own.append(sys.prefix)
    users = [os.path.expanduser(f"~/.{name}") for name in ("cache", "config", "ipython", "jupyter", "local")]
    run = os.environ.get(SHARED_VARIABLE) or tempfile.gettempdir()
    others = [str(PACKAGE), tempfile.gettempdir(), run, "/proc", "/sys", "/dev", "/etc", "/usr/share"]
    return tuple(f"{os.path.abspath(place)}{os.sep}" for place in (*own, *users, *others))
