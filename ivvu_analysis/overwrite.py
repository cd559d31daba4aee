"""Files that a user names for an output: what is not ours is never written over."""

from __future__ import annotations

from pathlib import Path

from ivvu_analysis.errors import OutputError


def refuse_foreign(path: Path, *beginnings: str) -> None:
    """Refuse to write to a file that is there and is not what a command writes to it.

    A register named by mistake would be lost for good; the output of an earlier run may go.

    Parameters
    ----------
    path
        Where the output is to go.
    beginnings
        How the outputs of that command begin, such as a line of headings.

    Raises
    ------
    OutputError
        If another file is there.
    """
    try:
        if not path.is_file() or path.stat().st_size == 0:
            return
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            begins = file.read(max(map(len, beginnings)))
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}.", "Give another file.") from None
    if not begins.startswith(beginnings):
        raise OutputError(
            f"{path} exists, and is not an earlier output of this command.",
            "Give another name with --output, or move that file first.",
        )
