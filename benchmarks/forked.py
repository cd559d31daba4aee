"""What a new process for each report costs by itself: the floor's functions, forked from a warm process.

``python -m benchmarks.forked WORK.json FOLDER`` makes every report on all cores. There is no notebook, no
kernel, no export and no workbook: what `ivvu run` takes beyond this is for those.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.in_process import floor
from benchmarks.work import read


def main(work: str, folder: str) -> None:
    make = floor()
    running: set[int] = set()
    for report in read(Path(work)):
        if len(running) == (os.cpu_count() or 1):
            running.discard(_ended())
        if (child := os.fork()) == 0:
            make(report, Path(folder))
            os._exit(0)
        running.add(child)
    while running:
        running.discard(_ended())


def _ended() -> int:
    child, status = os.wait()
    if status:
        raise RuntimeError(f"A report failed: {os.waitstatus_to_exitcode(status)}.")
    return child


if __name__ == "__main__":
    main(*sys.argv[1:])
