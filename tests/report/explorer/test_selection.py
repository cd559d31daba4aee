from __future__ import annotations

from dataclasses import replace

from ivvu_analysis.codebook import scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer.selection import Selection, regions_of, settle, subjects


def test_the_latest_wave_stands_for_one_without_figures(published: Evidence) -> None:
    assert settle(Selection("impact", "2019-03"), published).wave == "2020-10"
    assert settle(Selection("vision", "2019-03"), published).wave == "2019-03"


def test_a_subject_without_figures_gives_way_to_one_with(published: Evidence) -> None:
    counts = published.project_counts
    less = replace(published, project_counts=counts[counts["measure"] != "impact"])
    assert "impact" in subjects(published)
    assert settle(Selection("impact"), less).subject == "agreements"


def test_regions_of_another_holder_are_dropped(published: Evidence) -> None:
    settled = settle(Selection(holder="cz", regions=("twente", "zeeland")), published)
    assert settled.regions == ("zeeland",)


def test_the_regions_of_a_holder_are_chosen_where_none_is_named() -> None:
    assert Selection(holder="eno").chosen == regions_of("eno") == ("midden-ijssel",)
    assert Selection(holder="cz", regions=("zeeland",)).chosen == ("zeeland",)
    assert Selection().chosen == ()


def test_without_a_holder_there_are_all_regions() -> None:
    assert regions_of("") == scale("region").codes
