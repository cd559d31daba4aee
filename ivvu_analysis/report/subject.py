"""What a report is about: the wave, the evidence up to it, the language and, perhaps, one region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ivvu_analysis import codebook, evidence
from ivvu_analysis.codebook import LANGUAGES
from ivvu_analysis.errors import ParameterError, did_you_mean
from ivvu_analysis.report.text import Words


class Subject:
    """One report in one language about one edition of the evidence.

    Parameters
    ----------
    name
        What the report is called in file names, such as ``"impact"``.
    wave
        The wave it is about, as YYYY-MM; empty for the latest.
    register
        A project register to recompute everything from; empty for the published tables.
    language
        ``"en"`` or ``"nl"``.
    seed
        The seed of every random number in the report.
    region
        The region it is about, for the profile of one region.
    phases
        A file of phases by region and wave that goes with the register; empty for the published ones.
    corrections
        A file of accepted corrections that goes with the register; empty for none.

    Raises
    ------
    ParameterError
        If the language, the wave or the region is not known.
    """

    def __init__(
        self,
        name: str,
        *,
        wave: str = "",
        register: str = "",
        language: str = "en",
        seed: int = 1,
        region: str = "",
        phases: str = "",
        corrections: str = "",
    ) -> None:
        if language not in LANGUAGES:
            raise ParameterError(f"There is no language '{language}'.", did_you_mean(language, LANGUAGES))
        self.name = name
        self.language: codebook.Language = "nl" if language == "nl" else "en"
        self.seed = seed
        self.words = Words(self.language)
        everything = evidence.gather(register, phases, corrections)
        known = evidence.known_waves(everything)
        self.wave = wave = wave or known[-1]
        if wave not in known:
            raise ParameterError(f"There is no wave '{wave}'.", f"Choose one of: {', '.join(known)}.")
        self.evidence = everything.until(wave)
        self.region = codebook.require("region", region) if region else ""
        self.parameters = {
            "wave": wave,
            "register": self.evidence.register_name,
            "language": language,
            "seed": seed,
        } | ({"region": region} if region else {})

    def wave_before(self, name: str) -> str:
        """Return the wave before this one at which `name` was recorded.

        For the first wave that is the wave itself, so that a comparison shows no change rather than nothing;
        what only makes sense with an earlier wave says so with ``when=before != wave``.

        Raises
        ------
        ParameterError
            If `name` was not published for this wave. A register may lack what it likes: its report says so.
        """
        if self.evidence.projects is None:
            self.evidence.require_wave(name, self.wave)
        return self.evidence.wave_before(name, self.wave) or self.wave

    @staticmethod
    def pick(frame: pd.DataFrame, **where: Any) -> pd.Series:
        """Return the one row of `frame` whose columns have the given values.

        Raises
        ------
        ValueError
            If no row or more than one has them.
        """
        row = Subject.find(frame, **where)
        if row is None:
            raise ValueError(f"0 rows have {where}; exactly one should.")
        return row

    @staticmethod
    def find(frame: pd.DataFrame, **where: Any) -> pd.Series | None:
        """Return the one row of `frame` whose columns have the given values, or None where there is none.

        Raises
        ------
        ValueError
            If more than one row has them.
        """
        chosen = frame
        for column, value in where.items():
            chosen = chosen[chosen[column] == value]
        if len(chosen) > 1:
            raise ValueError(f"{len(chosen)} rows have {where}; at most one should.")
        return None if chosen.empty else chosen.iloc[0]

    def rest_on(self, files: Mapping[str, str], checks: pd.DataFrame) -> None:
        """Name what the report rests on, where that is not the evidence of the programme.

        Parameters
        ----------
        files
            The sha256 of every file that was read, by its name.
        checks
            One row a check on those files: `check, table, expected, found, holds`.
        """
        self.evidence = replace(self.evidence, files=files, checks=checks)
