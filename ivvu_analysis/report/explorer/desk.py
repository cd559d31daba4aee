"""Where a visitor sits: the language, the seed and the folder that files are read from and written to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ivvu_analysis import codebook, evidence, published
from ivvu_analysis.codebook import Language
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer.phrases import phrase
from ivvu_analysis.report.text import Words

REGISTER_FILES = (".xlsx", ".xls", ".ods", ".csv")


@dataclass(frozen=True)
class Desk:
    """What all panels of the explorer share.

    Parameters
    ----------
    language
        Of everything that is shown.
    seed
        Of every random number, and of the suites that are written.
    folder
        The project's folder: it holds `params`, `notebooks` and what relative names of files start from.
    """

    language: Language
    seed: int
    folder: Path

    @property
    def words(self) -> Words:
        """The words and numbers of the language."""
        return Words(self.language)

    def say(self, name: str, **values: object) -> str:
        """Return a phrase of the explorer with its fields filled in, safe to stand in a page."""
        return self.words.fill(phrase(name, self.language), values)

    def label(self, scale: str, code: str) -> str:
        """Return what the codebook calls a code."""
        return codebook.scale(scale).label(code, self.language)

    def open(self, register: str) -> Evidence:
        """Return the evidence of a register, or of the published tables where none is named.

        Raises
        ------
        UserError
            If the register cannot be read.
        """
        return evidence.gather(str(self.folder / register) if register else "")

    @property
    def suites(self) -> Path:
        """The folder that suites are in."""
        return self.folder / "params"

    def from_a_suite(self, register: str) -> str:
        """Return the name of a register as a suite is to say it: a path that starts at the suite's folder."""
        if not register or Path(register).is_absolute():
            return register
        return Path(os.path.relpath(self.folder / register, self.suites)).as_posix()

    def registers(self) -> list[str]:
        """Return the registers that lie in the data folder, by the names to open them with."""
        folder = published.data_folder() / "register"
        found = sorted(path for path in folder.glob("*") if path.suffix in REGISTER_FILES)
        return [str(self._named(path)) for path in found]

    def _named(self, path: Path) -> Path:
        return path.relative_to(self.folder) if path.is_relative_to(self.folder) else path


def project_folder(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds suites; else the one above the data."""
    for folder in (start, *start.parents):
        if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
            return folder
    return published.data_folder().resolve().parent
