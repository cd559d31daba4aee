"""Simulate the register and the phases of two editions to come: March and October 2021.

Nothing in them is true. The projects of October 2020 are drawn so that every published table comes back
(`ivvu reconstruct`); after that, projects and regions move at random, by the chances below. What happens in
them on purpose: projects come, end, stop, are renamed and rated otherwise; one region falls back; and one
theme and one status are known only to the codebook beside this file.

    python params/example_edition/simulate.py
"""

from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import load as load_codebook
from ivvu_analysis.data import load
from ivvu_analysis.data.reconstruction import rows

HERE = Path(__file__).parent
SEED = 2021
WAVES = ("2020-10", "2021-03", "2021-10")
COLUMNS = (
    *("wave", "id", "title", "region", "holder", "theme", "start", "status", "participation"),
    *("impact", "sharing", "scalability", "origin"),
)

NEW = {"2021-03": (20, ("2021", "2022")), "2021-10": (22, ("2022",))}
MOVES = {  # from each status, the chance to have come to another in half a year
    "not_started": {"running": 0.6, "stopped": 0.05, "paused": 0.05},
    "running": {
        "completed_successful": 0.15,
        "completed_unsuccessful": 0.02,
        "stopped": 0.03,
        "paused": 0.03,
    },
    "paused": {"running": 0.5},
}
RISE = {"impact": 0.12, "sharing": 0.25, "scalability": 0.15}  # the chance to be rated a level higher
FALL = 0.03  # and a level lower
RENAMED = 0.02
CLIMB = {"agreements": 0.5, "dynamics": 0.35, "vision": 0.4}  # the chance of a region to take a step
FALLS_BACK = ("flevoland", "2021-10", "dynamics")  # the one region that falls back, and when


def main() -> None:
    """Write `register.csv` and `phases.csv` beside this file."""
    rng = np.random.default_rng(SEED)
    book = load_codebook(HERE / "codebook.yaml")
    published = load(wave="2020-10")
    projects = first(rows(published, SEED), published.regions, book, rng)
    editions = [projects]
    for wave in WAVES[1:]:
        projects = later(projects, wave, published.regions, book, rng)
        editions.append(projects)
    register = pd.concat(editions, ignore_index=True).assign(origin="simulated")
    register[list(COLUMNS)].to_csv(HERE / "register.csv", index=False, lineterminator="\n")
    panel = phases(published.standing(), book, rng)
    panel.to_csv(HERE / "phases.csv", index=False, lineterminator="\n")


def first(drawn: pd.DataFrame, regions: pd.DataFrame, book, rng) -> pd.DataFrame:
    """Return the projects of October 2020, each with a region of its holder and a title."""
    projects = drawn[drawn["wave"] == WAVES[0]].reset_index(drop=True)
    projects["id"] = [f"P{number:03d}" for number in range(1, len(projects) + 1)]
    of = regions.groupby("holder")["region"].agg(list)
    projects["region"] = [rng.choice(of[holder]) for holder in projects["holder"]]
    return projects.assign(title=titles(projects, book))


def later(before: pd.DataFrame, wave: str, regions: pd.DataFrame, book, rng) -> pd.DataFrame:
    """Return the projects half a year on: those that stand in the register, and new ones."""
    projects = before.assign(wave=wave)
    waits = projects["start"].str[:4] > wave[:4]
    projects["status"] = [
        status if later else moved(status, rng)
        for status, later in zip(projects["status"], waits, strict=True)
    ]
    going = projects["status"].isin(["running", "completed_successful"])
    for measure, chance in RISE.items():
        levels = book.scale(measure).rated
        projects[measure] = [
            shifted(code, levels, chance, rng) if moves else code
            for code, moves in zip(projects[measure], going, strict=True)
        ]
    renamed = rng.random(len(projects)) < RENAMED
    projects["title"] = projects["title"].where(~renamed, projects["title"] + " – vervolg")
    return pd.concat([projects, fresh(len(projects), wave, regions, book, rng)], ignore_index=True)


def moved(status: str, rng) -> str:
    """Return the status of a project half a year after it had `status`."""
    chances = MOVES.get(status, {})
    return str(rng.choice([status, *chances], p=[1 - sum(chances.values()), *chances.values()]))


def shifted(code: str, levels: tuple[str, ...], chance: float, rng) -> str:
    """Return a rating half a year on: mostly the same, sometimes a level up, rarely one down."""
    if code not in levels:
        return code
    step = rng.choice([1, -1, 0], p=[chance, FALL, 1 - chance - FALL])
    return levels[int(np.clip(levels.index(code) + step, 0, len(levels) - 1))]


def fresh(known: int, wave: str, regions: pd.DataFrame, book, rng) -> pd.DataFrame:
    """Return the projects that are new at `wave`; every fourth has the theme that only the codebook adds."""
    amount, starts = NEW[wave]
    chosen = regions.sample(amount, random_state=rng, ignore_index=True)
    projects = pd.DataFrame(
        {
            "wave": wave,
            "id": [f"P{known + number:03d}" for number in range(1, amount + 1)],
            "region": chosen["region"],
            "holder": chosen["holder"],
            "theme": rng.choice(book.scale("theme").codes[:-1], amount),
            "start": rng.choice(starts, amount),
            "participation": rng.choice(book.scale("participation").rated, amount),
            "impact": rng.choice(book.scale("impact").codes, amount),
            "sharing": "no",
            "scalability": rng.choice(book.scale("scalability").rated, amount),
        }
    )
    projects.loc[::4, "theme"] = "housing"
    begun = projects["start"] == wave[:4]
    projects["status"] = np.where(begun, "running", "not_started")
    return projects.assign(title=titles(projects, book))


def titles(projects: pd.DataFrame, book) -> list[str]:
    """Return a title for each project that says nothing but its theme and number."""
    themes = [book.scale("theme").level(theme).short_labels["nl"] for theme in projects["theme"]]
    return [f"{theme} {number[1:]}" for theme, number in zip(themes, projects["id"], strict=True)]


def phases(standing: pd.DataFrame, book, rng) -> pd.DataFrame:
    """Return the phases of all regions at both waves, climbing from where they stood in October 2020."""
    panel, region_now = [], standing.set_index("region")
    for wave in WAVES[1:]:
        for dimension in book.dimensions:
            top = len(book.scale(dimension).codes)
            climbs = rng.random(len(region_now)) < CLIMB[dimension]
            region_now[dimension] = np.minimum(region_now[dimension] + climbs, top)
            if FALLS_BACK[1:] == (wave, dimension):
                region_now.loc[FALLS_BACK[0], dimension] = int(region_now.loc[FALLS_BACK[0], dimension]) - 1
            rows_now = region_now[dimension].rename("phase").reset_index()
            panel.append(rows_now.assign(wave=wave, dimension=dimension))
    columns = ["region", "wave", "dimension", "phase", "origin"]
    return pd.concat(panel, ignore_index=True).assign(origin="simulated")[columns]


if __name__ == "__main__":
    main()
