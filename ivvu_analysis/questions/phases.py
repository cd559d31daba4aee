"""How far have the regions come on the ladders of collaboration phases, and what do the counts fix?"""

from itertools import pairwise

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import INTERVAL, Statistic, nothing, stacked
from ivvu_analysis.stats import transitions


def tops(evidence: Evidence) -> pd.Series:
    """Return the highest phase of each ladder.

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> phases.tops(load()).to_dict()
    {'agreements': 4, 'dynamics': 4, 'vision': 5}
    """
    ladders = evidence.codebook.dimensions
    return pd.Series({name: len(evidence.codebook.scale(name).codes) for name in ladders})


def comparable(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the counts of a ladder at the last waves, as long as they count the same number of regions.

    Where regions merged or split, the counts before are of other regions: no step can be told from them.

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> phases.comparable(load(wave="2020-10"), "vision").index.tolist()
    ['2019-03', '2019-10', '2020-03', '2020-10']
    """
    counts = evidence.table(dimension)
    regions = counts.sum(axis=1)
    return counts[(regions == regions.iloc[-1])[::-1].cummin()[::-1]]


def each_ladder(evidence: Evidence, statistic: Statistic) -> pd.DataFrame:
    """Ask a statistic of the counts of each ladder that are `comparable`, such as those of `transitions`.

    Returns
    -------
    DataFrame
        What the statistic returns of each ladder, with `dimension`.

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> from ivvu_analysis.stats import transitions
    >>> progress = phases.each_ladder(load(wave="2020-10"), transitions.ladder_of_assumptions)
    >>> found = progress.query("from_wave == '2020-03' and assumption == 'monotone' and quantity == 'moved'")
    >>> found.query("dimension == 'vision'")[["conf_low", "conf_high"]].to_numpy().tolist()
    [[10.0, 20.0]]
    """
    ladders = evidence.codebook.dimensions
    found = [statistic(comparable(evidence, name)).assign(dimension=name) for name in ladders]
    return pd.concat(found, ignore_index=True)


def at_top(evidence: Evidence) -> pd.DataFrame:
    """Return how many regions stand on the highest phase, one row a ladder and wave.

    Returns
    -------
    DataFrame
        `wave, estimate, conf_low, conf_high, n, share, method, dimension`; a count is known, so that its
        bounds equal it.

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> phases.at_top(load(wave="2020-10")).query("wave == '2020-10'")["estimate"].tolist()
    [32.0, 23.0, 18.0]
    """
    found = []
    for name in evidence.codebook.dimensions:
        counts = evidence.table(name)
        top, n = counts.iloc[:, -1].astype(float), counts.sum(axis=1)
        known = pd.DataFrame(dict.fromkeys(INTERVAL.split(), top))
        found.append(known.assign(n=n, share=top / n, method="count", dimension=name).reset_index())
    return pd.concat(found, ignore_index=True)


def flows(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the flows between phases for each pair of successive waves that are `comparable`.

    Between waves at which each region is known they are counted; between others the counts leave a range.

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> flows = phases.flows(load(wave="2020-10"), "vision").query("from_wave == '2020-03'")
    >>> flows.groupby("to_phase")["estimate"].sum().tolist()
    [0.0, 0.0, 2.0, 14.0, 18.0]
    """
    counts = comparable(evidence, dimension)
    found = {}
    for since, until in pairwise(counts.index):
        moves = then_and_now(evidence.until(until), since).query("dimension == @dimension")
        sizes = moves.value_counts(["from_phase", "to_phase"]).astype(float)
        counted = pd.DataFrame(dict.fromkeys(INTERVAL.split(), sizes)).reset_index().assign(identified=True)
        found[since, until] = counted if len(moves) else transitions.flow_matrix(counts.loc[[since, until]])
    return stacked(found, "from_wave to_wave", f"from_wave to_wave from_phase to_phase {INTERVAL} identified")


def then_and_now(evidence: Evidence, since: str) -> pd.DataFrame:
    """Return the phases of each region since a wave and now: `region, dimension, from_phase, to_phase`.

    A region that merged or split in between is followed into what it became. Without rows where the phases
    of the regions are not known at both waves, as in the publication.

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> evidence = load(phases="../params/example_edition/phases.csv")
    >>> pairs = phases.then_and_now(evidence, "2021-03")
    >>> int((pairs["to_phase"] > pairs["from_phase"]).sum())
    10
    """
    columns = ["region", "dimension", "from_phase", "to_phase"]
    if since == evidence.wave or not {since, evidence.wave} <= set(evidence.waves("regions")):
        return nothing(" ".join(columns))
    known = evidence.region_phases.set_index("wave")[["region", "dimension", "phase"]]
    then = known.loc[since].rename(columns={"phase": "from_phase"})
    then["region"] = then["region"].map(lambda code: evidence.codebook.became(code, evidence.wave))
    found = then.explode("region").merge(known.loc[evidence.wave].rename(columns={"phase": "to_phase"}))
    once = found.sort_values(["dimension", "region"])[columns].drop_duplicates()  # of two that merged alike
    return once.reset_index(drop=True)
