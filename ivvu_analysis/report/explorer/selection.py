"""What a visitor chose to look at, and what the evidence has to offer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivvu_analysis.codebook import DIMENSIONS, MEASURES, scale
from ivvu_analysis.evidence import Evidence


@dataclass(frozen=True)
class Selection:
    """A choice of evidence, subject, wave and regions.

    Parameters
    ----------
    subject
        A ladder or a measure.
    wave
        As YYYY-MM.
    holder
        The holder whose regions are looked at; empty for all.
    regions
        The regions to compare with the others; empty for none in particular.
    register
        The file of a project register; empty for the published tables.
    """

    subject: str = "dynamics"
    wave: str = ""
    holder: str = ""
    regions: tuple[str, ...] = ()
    register: str = ""

    @property
    def is_ladder(self) -> bool:
        """Whether the subject counts regions; a measure counts projects."""
        return self.subject in DIMENSIONS

    @property
    def counted(self) -> str:
        """What is counted: ``"regions"`` or ``"projects"``."""
        return "regions" if self.is_ladder else "projects"

    @property
    def chosen(self) -> tuple[str, ...]:
        """The regions to set apart: those named, or else those of the holder, or none."""
        if self.regions or not self.holder:
            return self.regions
        return regions_of(self.holder)


def regions_of(holder: str) -> tuple[str, ...]:
    """Return the regions of a holder, or all regions where none is named."""
    return tuple(level.code for level in scale("region") if holder in ("", level.within))


def subjects(evidence: Evidence) -> tuple[str, ...]:
    """Return the ladders and measures that the evidence has figures on."""
    return tuple(name for name in (*DIMENSIONS, *MEASURES) if evidence.waves(name))


def settle(selection: Selection, evidence: Evidence) -> Selection:
    """Return the selection, with what the evidence does not have replaced by the nearest that it has.

    The latest wave stands for a wave without figures, the first subject for one without; regions of another
    holder are dropped.
    """
    known = subjects(evidence)
    subject = selection.subject if selection.subject in known else known[0]
    waves = evidence.waves(subject)
    wave = selection.wave if selection.wave in waves else waves[-1]
    within = regions_of(selection.holder)
    regions = tuple(region for region in selection.regions if region in within)
    return replace(selection, subject=subject, wave=wave, regions=regions)
