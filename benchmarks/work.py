"""What everyone is timed on: the same 37 reports, with the same parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ivvu_analysis.codebook import scale

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"

NATIONAL = ("impact", "scalability", "collaboration_phases")
PROFILE = "region_profile"
COMMON: dict[str, str | int] = {"wave": "2020-10", "language": "en", "seed": 1}


@dataclass(frozen=True)
class Report:
    """One notebook with its parameters; `weight` is how many reports of the 37 it stands for."""

    notebook: str
    parameters: dict[str, str | int]
    weight: float = field(default=1.0, compare=False)

    @property
    def name(self) -> str:
        return "-".join([self.notebook, *([str(self.parameters["region"])] if self._is_profile else [])])

    @property
    def path(self) -> Path:
        return NOTEBOOKS / f"{self.notebook}.ipynb"

    @property
    def _is_profile(self) -> bool:
        return "region" in self.parameters


def reports() -> list[Report]:
    """Return the three reports on the programme and the 34 profiles."""
    regions = scale("region").codes
    profiles = [Report(PROFILE, {"region": str(region), **COMMON}) for region in regions]
    return [*(Report(name, dict(COMMON)) for name in NATIONAL), *profiles]


def sample(profiles: int, turn: int) -> list[Report]:
    """Return the reports on the programme and some profiles, other ones each turn, that stand for all 34."""
    everything = reports()
    national, regions = everything[: len(NATIONAL)], everything[len(NATIONAL) :]
    chosen = [regions[(turn * profiles + i) * 5 % len(regions)] for i in range(profiles)]
    weight = len(regions) / profiles
    return [*national, *(Report(one.notebook, one.parameters, weight) for one in chosen)]


def write(chosen: Sequence[Report], path: Path) -> Path:
    path.write_text(json.dumps([asdict(one) for one in chosen]), encoding="utf-8")
    return path


def read(path: Path) -> list[Report]:
    return [Report(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def suite_of_all(folder: Path) -> list[Path]:
    """Write the 37 reports as a suite."""
    listed = "".join(f"  - notebook: {name}\n" for name in NATIONAL)
    return [_suite(folder / "everything.yaml", listed, seed=1)]


def suites_of_profiles(folder: Path, times: int) -> list[Path]:
    """Write suites of 34 profiles each, that differ in the seed."""
    return [_suite(folder / f"profiles-{seed}.yaml", "", seed) for seed in range(1, times + 1)]


def _suite(path: Path, listed: str, seed: int) -> Path:
    path.write_text(
        f'parameters: {{wave: "2020-10", language: en, seed: {seed}}}\n'
        f"reports:\n{listed}  - notebook: {PROFILE}\n    for_each: {{region: all}}\n",
        encoding="utf-8",
    )
    return path
