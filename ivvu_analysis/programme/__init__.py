"""The Utrecht programme: projects, ambitions, delivery forms, the gap of 2040 and scenarios of capacity."""

from __future__ import annotations

from ivvu_analysis.programme.ambitions import administration_share, care_gain, implied_time, required_change
from ivvu_analysis.programme.delivery import (
    ambitions_on_the_path,
    compare_gaps,
    constant_capacity_shares,
    demand_bases,
    growth_behind_shares,
    printed_shares,
    published_growth,
    split_gap,
)
from ivvu_analysis.programme.projects import completion_counts, factor_counts, ibs_shares, results_by_project
from ivvu_analysis.programme.scenarios import (
    CareSystem,
    Scenario,
    home_share_that_fits,
    project,
    published_system,
    stay_change_for,
    sweep,
)
from ivvu_analysis.programme.tables import (
    Programme,
    labels,
    number,
    read_knowledge_exchange,
    read_programme,
    subject_labels,
    totals,
)

__all__ = [
    "CareSystem",
    "Programme",
    "Scenario",
    "administration_share",
    "ambitions_on_the_path",
    "care_gain",
    "compare_gaps",
    "completion_counts",
    "constant_capacity_shares",
    "demand_bases",
    "factor_counts",
    "growth_behind_shares",
    "home_share_that_fits",
    "ibs_shares",
    "implied_time",
    "labels",
    "number",
    "printed_shares",
    "project",
    "published_growth",
    "published_system",
    "read_knowledge_exchange",
    "read_programme",
    "required_change",
    "results_by_project",
    "split_gap",
    "stay_change_for",
    "subject_labels",
    "sweep",
    "totals",
]
