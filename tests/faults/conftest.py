from __future__ import annotations

import contextlib
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

MARK = "IVVU_FAULT_TEST"  # an environment variable that every process of a test inherits


@dataclass
class Bench:
    """Run the command so that every process that comes of it can be found."""

    project: Project
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def start(self, *words: str, **how: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.project.command(*words),
            cwd=self.project.folder,
            env={**os.environ, MARK: self.name},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **how,
        )

    def end(self, process: subprocess.Popen[str], *statuses: int) -> str:
        """Wait until a command ends, prove that nothing is left of it, and return what it said."""
        said, _ = process.communicate(timeout=300)
        assert process.returncode in statuses, said
        assert "Traceback" not in said
        assert self.left() == []
        return said

    def run(self, *words: str, status: int) -> str:
        return self.end(self.start("run", *words), status)

    def processes(self) -> list[psutil.Process]:
        """Every process that has inherited the mark and is not just waiting to be buried."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self.name and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def left(self) -> list[str]:
        """What is still running a moment after the command has ended."""
        self.until(lambda: not self.processes(), patience=1.0)
        return [" ".join(process.cmdline()) for process in self.processes()]

    def until(self, happens: Callable[[], bool], patience: float = 60.0) -> bool:
        """Wait until something happens; return whether it did."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if happens():
                return True
            time.sleep(0.02)
        return happens()

    def pages(self) -> list[Path]:
        return [*self.project.output.glob("demo/reports/*.html")]

    def prove_whole(self) -> None:
        """Every page and workbook is there to its end, and nothing beside them."""
        for name, data in self.project.files().items():
            assert not name.endswith((".half", ".lock")), name
            assert not name.endswith(".html") or data.rstrip().endswith(b"</html>"), name
            assert not name.endswith(".xlsx") or b"PK\x05\x06" in data[-100:], name


@pytest.fixture(scope="module")
def make_bench(make_project: Callable[[Path], Project]) -> Iterator[Callable[[Path], Bench]]:
    benches: list[Bench] = []

    def make(folder: Path) -> Bench:
        benches.append(Bench(make_project(folder)))
        return benches[-1]

    yield make
    for process in (process for bench in benches for process in bench.processes()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.fixture
def bench(project: Project, make_bench: Callable[[Path], Bench]) -> Bench:
    return make_bench(project.folder)


@pytest.fixture
def small_disk(project: Project) -> Iterator[Path]:
    """The output folder as a disk of its own, of two megabytes."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    project.output.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(project.output)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield project.output
    subprocess.run(["umount", "--lazy", str(project.output)], check=True)
