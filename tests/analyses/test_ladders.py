from __future__ import annotations

import pytest
from scipy import stats

from ivvu_analysis.analyses import ladders
from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.evidence import Evidence

WAVE = "2020-10"
BEFORE = "2020-03"
SEED = 5


def test_matrix_is_the_published_table(published: Evidence) -> None:
    matrix = ladders.matrix(published, "dynamics", WAVE)
    assert matrix.to_numpy().tolist() == [[2, 14, 17, 1], [1, 12, 19, 2], [0, 4, 13, 17], [0, 0, 11, 23]]
    assert ladders.matrix(published, "dynamics", BEFORE).index.tolist() == ["2019-03", "2019-10", BEFORE]


def test_a_phase_without_regions_stays_in_the_matrix(published: Evidence) -> None:
    assert ladders.matrix(published, "vision", "2019-03").columns.tolist() == [1, 2, 3, 4, 5]


def test_standing_knows_nothing_later(published: Evidence) -> None:
    assert sorted(ladders.standing(published, "2019-10")["wave"].unique()) == ["2019-03", "2019-10"]


@pytest.mark.parametrize(
    ("dimension", "at_top", "mean"),
    [
        ("agreements", 32, (2 * 3 + 32 * 4) / 34),
        ("dynamics", 23, (11 * 3 + 23 * 4) / 34),
        ("vision", 18, (2 * 3 + 14 * 4 + 18 * 5) / 34),
    ],
)
def test_at_top_and_mean_by_hand(published: Evidence, dimension: str, at_top: int, mean: float) -> None:
    tops = ladders.at_top(published, WAVE).set_index(["dimension", "wave"])
    means = ladders.mean(published, WAVE).set_index(["dimension", "wave"])
    assert tops.loc[(dimension, WAVE), "estimate"] == at_top
    assert means.loc[(dimension, WAVE), "estimate"] == pytest.approx(mean)


def test_one_wave_has_a_standing_but_no_progress(published: Evidence) -> None:
    first = published.until("2019-03")
    assert ladders.at_top(first, "2019-03")["estimate"].tolist() == [16, 1, 0]
    assert ladders.progress(first, "2019-03").empty


def test_net_steps_by_hand(published: Evidence) -> None:
    progress = ladders.progress(published, WAVE)
    net = ladders.net_steps(progress, BEFORE, WAVE).set_index("dimension")["estimate"]
    assert net.to_dict() == {
        "agreements": (2 * 3 + 32 * 4) - (3 * 2 + 4 * 3 + 27 * 4),
        "dynamics": (11 * 3 + 23 * 4) - (4 * 2 + 13 * 3 + 17 * 4),
        "vision": (2 * 3 + 14 * 4 + 18 * 5) - (4 * 2 + 6 * 3 + 16 * 4 + 8 * 5),
    }


def test_movers_by_hand(published: Evidence) -> None:
    movers = ladders.movers(ladders.progress(published, WAVE), BEFORE, WAVE).set_index("row")
    assert list(movers.index) == [f"{d}.{a}" for d in DIMENSIONS for a in scale("assumption").codes]
    # Vision went from 0, 4, 6, 16, 8 to 0, 0, 2, 14, 18: at least 4 + 4 + 2 left their phase.
    assert movers.loc["vision.any", ["conf_low", "conf_high"]].tolist() == [10, 34]
    # No one had to stay on a phase: of agreements at least 27 + 32 - 34 did.
    assert movers.loc["agreements.any", ["conf_low", "conf_high"]].tolist() == [5, 34 - 25]
    # One step a wave: 4 regions crossed from 2 to 3 in dynamics, and 6 from 3 to 4.
    assert movers.loc["dynamics.one_step", ["conf_low", "conf_high"]].tolist() == [10, 10]


def test_an_assumption_that_the_counts_rule_out_has_no_bounds(published: Evidence) -> None:
    movers = ladders.movers(ladders.progress(published, WAVE), BEFORE, WAVE).set_index("row")
    # Eight regions crossed from 3 to 4, and only six stood on 3.
    assert movers.loc["vision.one_step"].isna()[["estimate", "conf_low", "conf_high"]].all()
    jumped = ladders.jumps(ladders.progress(published, WAVE), BEFORE, WAVE).set_index("dimension")
    assert jumped.loc["vision", "estimate"] == 8 - 6
    assert jumped.loc["dynamics", "estimate"] == 0


def test_key_figures_of_progress_have_their_names_once(published: Evidence) -> None:
    keys = ladders.progress_keys(ladders.progress(published, WAVE))
    assert keys["name"].is_unique
    kinds = ("net_steps", "movers.any", "movers.monotone", "two_steps.monotone")
    wanted = {f"phases.{d}.{BEFORE}..{WAVE}.{kind}" for d in DIMENSIONS for kind in kinds}
    assert wanted <= set(keys["name"])


def test_flows_lead_from_the_counts_to_the_counts(published: Evidence) -> None:
    flows = ladders.flows(published, "dynamics", WAVE)
    last = flows[(flows["from_wave"] == BEFORE) & (flows["to_wave"] == WAVE)]
    start, end = (last.groupby(f"{side}_phase")["estimate"].sum() for side in ("from", "to"))
    assert start[start > 0].to_dict() == {"2": 4, "3": 13, "4": 17}
    assert end[end > 0].to_dict() == {"3": 11, "4": 23}


@pytest.mark.parametrize(("one", "other"), ladders.PAIRS)
def test_agreement_is_kendalls_tau_b(published: Evidence, one: str, other: str) -> None:
    regions = published.ladders(WAVE)
    tau = stats.kendalltau(regions[one], regions[other]).statistic
    pairs = ladders.agreement(published, WAVE, SEED).set_index("pair")
    assert pairs.loc[f"{one}_{other}", "estimate"] == pytest.approx(tau)
    assert tuple(pairs.index) == scale("pair").codes


def test_disagreeing_regions_by_name(published: Evidence) -> None:
    split = ladders.disagreeing(published, WAVE)
    assert split["region"].tolist()[:2] == ["food-valley", "utrecht"]
    assert set(split["region"][2:]) == {
        "zuid-oost-brabant",
        "twente",
        "achterhoek",
        "noord-oost-brabant",
        "noord-midden-limburg",
        "flevoland",
        "t-gooi",
    }


def test_regions_at_all_tops_and_disagreeing_make_up_each_top(published: Evidence) -> None:
    everywhere = ladders.at_all_tops(published, WAVE)
    split = ladders.disagreeing(published, WAVE)
    assert len(everywhere) == 16
    assert "zwolle" not in everywhere
    assert len(everywhere) + (split["vision"] == 5).sum() == 18
    assert len(everywhere) + (split["dynamics"] == 4).sum() == 23


def test_tops_by_holder_add_up(published: Evidence) -> None:
    tops = ladders.tops_by_holder(published, WAVE).set_index("holder")
    assert tuple(tops.index) == scale("holder").codes
    assert tops.loc["menzis"].tolist() == [5, 5, 3, 2]
    assert tops.loc["zorg_en_zekerheid"].tolist() == [2, 2, 0, 0]
    assert tops.sum().tolist() == [34, 32, 23, 18]
