from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ivvu_analysis.analyses import portfolio
from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence import Evidence

WAVE = "2020-10"
Counted = Callable[[list[tuple[str, str, str, str, int]]], Evidence]
WithProjects = Callable[[list[dict[str, Any]]], Evidence]


def project(theme: str | None, holder: str | None, start: str | None, wave: str = WAVE) -> dict[str, Any]:
    return {"theme": theme, "holder": holder, "start": start, "wave": wave}


def test_size_is_the_largest_total_of_a_measure(published: Evidence) -> None:
    assert portfolio.size(published, WAVE) == 318
    assert portfolio.size(published, "2020-03") == 268
    assert portfolio.size(published, "2019-03") == 0


def test_themes_are_the_published_table(published: Evidence) -> None:
    table = portfolio.themes(published, "holder", WAVE)
    assert tuple(table.index) == scale("theme").codes
    assert tuple(table.columns) == scale("holder").codes
    assert table.loc["chain_cooperation"].tolist() == [14, 7, 3, 1, 4, 27, 2]
    assert table.to_numpy().sum() == 318


def test_themes_of_another_edition_are_refused(published: Evidence) -> None:
    assert not portfolio.knows_themes(published, "2020-03")
    with pytest.raises(ParameterError, match="2020-03"):
        portfolio.themes(published, "start", "2020-03")


def test_a_register_gives_the_themes_of_each_edition(with_projects: WithProjects) -> None:
    evidence = with_projects(
        [
            project("technology", "cz", "2020"),
            project("technology", "cz", "2020"),
            project(None, "cz", "2020"),
            project("technology", None, None),
            project("learning", "eno", "2018-2019", "2020-03"),
        ]
    )
    now, before = (portfolio.themes(evidence, "holder", wave) for wave in (WAVE, "2020-03"))
    assert (now.to_numpy().sum(), now.loc["technology", "cz"]) == (2, 2)
    assert (before.to_numpy().sum(), before.loc["learning", "eno"]) == (1, 1)
    assert portfolio.themes(evidence, "start", WAVE).loc["technology", "2020"] == 2
    assert not portfolio.knows_themes(evidence, "2019-10")


def test_a_register_without_any_theme_has_zeros(with_projects: WithProjects) -> None:
    assert (
        portfolio.themes(with_projects([project(None, "cz", "2020")]), "holder", WAVE).to_numpy().sum() == 0
    )


def test_theme_by_holder_is_pearson_by_hand(published: Evidence) -> None:
    table = portfolio.themes(published, "holder", WAVE).to_numpy()
    rows, columns, n = table.sum(1), table.sum(0), table.sum()
    by_hand = sum(
        (table[i, j] - rows[i] * columns[j] / n) ** 2 / (rows[i] * columns[j] / n)
        for i in range(len(rows))
        for j in range(len(columns))
        if rows[i]
    )
    result = portfolio.theme_by_holder(published, WAVE, seed=3).set_index("quantity")
    assert result.loc["chi2", "estimate"] == pytest.approx(by_hand, abs=1e-10)
    assert result.loc["chi2", "df"] == 9 * 6
    # Bergsma: phi^2 less its expectation, over the corrected number of columns less one.
    corrected = 7 - 6**2 / 317 - 1
    strength = ((by_hand / 318 - 54 / 317) / corrected) ** 0.5
    assert result.loc["bergsma_v", "estimate"] == pytest.approx(strength, abs=1e-10)
    assert (result["p_value"] < 0.01).all()


def test_one_holder_cannot_be_compared(with_projects: WithProjects) -> None:
    evidence = with_projects([project("technology", "cz", "2020"), project("learning", "cz", "2021")])
    assert portfolio.theme_by_holder(evidence, WAVE, seed=1).empty
    assert portfolio.cells(evidence, WAVE).empty
    assert portfolio.map_points(portfolio.correspondence(evidence, WAVE)).empty


def test_without_new_and_early_projects_nothing_shifts(with_projects: WithProjects) -> None:
    evidence = with_projects([project("technology", "cz", "2020"), project("learning", "vgz", "2021")])
    shift = portfolio.strategic_shift(evidence, WAVE)
    assert shift.empty
    assert portfolio.by_definition(shift).empty
    assert portfolio.agreeing(shift) == (0, 0)
    assert portfolio.gains(evidence, WAVE).empty


def test_residual_by_hand(published: Evidence) -> None:
    cells = portfolio.as_numbers(portfolio.cells(published, WAVE)).set_index(["theme", "holder"])
    expected = 39 * 43 / 318
    residual = (13 - expected) / (expected * (1 - 39 / 318) * (1 - 43 / 318)) ** 0.5
    cell = cells.loc[("retention", "menzis")]
    assert cell["independent"] == pytest.approx(expected)
    assert cell["residual"] == pytest.approx(residual)
    assert len(cells) == 10 * 7


def test_notable_cells_stand_out_after_correction(published: Evidence) -> None:
    cells = portfolio.cells(published, WAVE)
    chosen = portfolio.notable(cells)
    assert len(chosen) == (cells["p_adjusted"] < portfolio.NOTABLE).sum() > 0
    assert chosen["residual"].abs().is_monotonic_decreasing
    assert (chosen.loc[0, "theme"], chosen.loc[0, "holder"]) == ("retention", "menzis")


def test_unused_themes(published: Evidence) -> None:
    assert portfolio.unused(published, WAVE) == ["efficient_working"]


def test_map_has_each_theme_and_holder_once(published: Evidence) -> None:
    points = portfolio.map_points(portfolio.correspondence(published, WAVE))
    assert points["point"].is_unique
    assert len(points) == 10 + 7
    by_point = points.set_index("point")
    assert by_point.loc["holder.menzis", "n"] == 43
    assert points["quality"].between(0, 1).all()
    # Each side is centred at the average of all projects.
    for side in ("theme", "holder"):
        chosen = points[points["point"].str.startswith(side)]
        assert (chosen["axis_1"] * chosen["n"]).sum() == pytest.approx(0, abs=1e-9)


def test_gains_by_hand(published: Evidence) -> None:
    gains = portfolio.gains(published, WAVE).set_index("theme")
    assert gains.loc["chain_cooperation", "estimate"] == pytest.approx(29 / 113 - 29 / 205)
    assert gains["estimate"].sum() == pytest.approx(0)
    assert gains.index[0] == "chain_cooperation"
    assert "efficient_working" not in gains.index


def test_strategic_themes_that_rise_and_those_that_do_not(published: Evidence) -> None:
    rising, others = portfolio.rising_and_not(portfolio.gains(published, WAVE), "section_4_2")
    assert rising == ["chain_cooperation", "regional_strategy", "person_centred_care"]
    assert others == ["technology", "treatment"]


@pytest.mark.parametrize(
    ("definition", "new", "early"),
    [("letter", 4 + 19 + 29, 20 + 17 + 29), ("section_4_1", 67, 97), ("section_4_2", 80, 108)],
)
def test_strategic_shift_by_hand(published: Evidence, definition: str, new: int, early: int) -> None:
    shift = portfolio.strategic_shift(published, WAVE).set_index(["definition", "period"])["estimate"]
    assert shift[definition, "new"] == pytest.approx(new / 113)
    assert shift[definition, "2018-2019"] == pytest.approx(early / 205)
    assert shift[definition, "difference"] == pytest.approx(new / 113 - early / 205)


def test_section_4_2_is_what_the_source_rounds_to_71_percent(published: Evidence) -> None:
    shares = portfolio.by_definition(portfolio.strategic_shift(published, WAVE)).set_index("definition")
    rounded = shares["share_new"].round(2)
    assert list(rounded[rounded == 0.71].index) == ["section_4_2"]


def test_agreeing_counts_intervals_above_zero(published: Evidence) -> None:
    shift = portfolio.strategic_shift(published, WAVE)
    assert portfolio.agreeing(shift) == (3, 3)
    low = shift["conf_low"].where(shift["definition"] != "letter", -0.01)
    assert portfolio.agreeing(shift.assign(conf_low=low)) == (2, 3)


def test_completed_and_success_by_hand(published: Evidence) -> None:
    completed = portfolio.completed(published).set_index("wave")
    success = portfolio.success(published).set_index("wave")
    assert completed.loc[WAVE, ["projects", "n"]].tolist() == [38, 318]
    assert success.loc[WAVE, ["projects", "n"]].tolist() == [31, 38]
    assert success.loc["2020-03", "estimate"] == pytest.approx(12 / 17)


def test_success_without_completed_projects_is_not_known(counted: Counted) -> None:
    success = portfolio.success(counted([("status", "all", WAVE, "running", 5)]))
    assert success["estimate"].isna().all()
    assert success[["conf_low", "conf_high"]].to_numpy().tolist() == [[0, 1]]


def test_participation_is_bounded_by_the_missing_projects(published: Evidence) -> None:
    october = portfolio.participation(published).set_index("wave").loc[WAVE]
    assert october[["projects", "known", "missing", "n"]].tolist() == [183, 298, 20, 318]
    assert october["estimate"] == pytest.approx(183 / 298)
    assert (october["conf_low"], october["conf_high"]) == pytest.approx((183 / 318, 203 / 318))


def test_participation_that_is_complete_is_a_point(published: Evidence) -> None:
    march = portfolio.participation(published.until("2020-03")).iloc[0]
    assert march["conf_low"] == march["conf_high"] == march["estimate"] == pytest.approx(152 / 268)


def test_change_of_participation_is_bounded_too(published: Evidence) -> None:
    bounds = portfolio.participation_change(portfolio.participation(published))
    assert bounds == pytest.approx((183 / 318 - 152 / 268, 203 / 318 - 152 / 268))
    assert portfolio.participation_change(portfolio.participation(published.until("2020-03"))) is None


def test_unknown_participation_counts_as_missing(counted: Counted) -> None:
    rows = [("participation", "all", WAVE, "10+", 3), ("participation", "all", WAVE, "unknown", 1)]
    row = portfolio.participation(counted(rows)).iloc[0]
    assert (row["estimate"], row["conf_low"], row["conf_high"]) == (1.0, 0.75, 1.0)


def test_the_registers_own_edition_counts_not_the_published(published: Evidence) -> None:
    earlier = replace(published, theme_by_start=published.theme_by_start.assign(projects=1))
    assert not portfolio.knows_themes(earlier, WAVE)
