"""Project registers: messy spreadsheets read, cleaned and checked, without a row or a doubt lost."""

from ivvu_analysis.neutral import neutralise, quote
from ivvu_analysis.register.answers import describe
from ivvu_analysis.register.intake import Intake, check
from ivvu_analysis.register.region_phases import read_phases
from ivvu_analysis.register.tabulate import checks, phase_counts, project_counts, theme_table
from ivvu_analysis.register.template import template

__all__ = [
    "Intake",
    "check",
    "checks",
    "describe",
    "neutralise",
    "phase_counts",
    "project_counts",
    "quote",
    "read_phases",
    "template",
    "theme_table",
]
