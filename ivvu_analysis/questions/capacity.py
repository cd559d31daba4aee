"""What becomes of places and staff in Utrecht if demand, beds, stay or care at home change?

Clients are counted at one moment. Places times occupancy are the clients that fit in them; clients at home
and clients who want a residential place are all clients; admissions a year times the length of stay are the
clients present (Little's law). A shorter stay therefore lets more people use the same places in a year, and
changes nothing in how many are cared for at one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import pandas as pd

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions.utrecht import Tables, number

SHOWN = ["demand", "home_clients", "residential_demand", "places", "places_short"]
QUANTITIES = [*SHOWN[:-1], "places_needed", "places_short", "staff", "staff_needed"]


@dataclass(frozen=True)
class Care:
    """Care at the start of a scenario: the members' own figures of 2021.

    Parameters
    ----------
    beds, home_clients, staff
        Residential places, clients cared for at home, and members of staff.
    occupancy
        Share of the places in use, in (0, 1]; no source gives it.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care
    >>> Care(beds=100, home_clients=100, staff=50, occupancy=0.9).clients
    190.0
    """

    beds: float
    home_clients: float
    staff: float
    occupancy: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.occupancy <= 1:
            raise ParameterError(f"'occupancy' cannot be {self.occupancy}.", "Give a share above 0, up to 1.")

    @property
    def clients(self) -> float:
        """All clients, residential and at home."""
        return self.beds * self.occupancy + self.home_clients

    @property
    def home_share(self) -> float:
        """Share of clients cared for at home."""
        return self.home_clients / self.clients


@dataclass(frozen=True)
class Change:
    """What becomes of it: the share at home, and changes as shares above -1 (0.78 for 78% more).

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Change
    >>> Change(home_share=0.5, demand=0.78).beds
    0.0
    """

    home_share: float
    demand: float = 0.0
    beds: float = 0.0
    stay: float = 0.0
    staff: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.home_share <= 1:
            raise ParameterError(f"'home_share' cannot be {self.home_share}.", "Give a share from 0 to 1.")
        for field in fields(self)[1:]:
            if not getattr(self, field.name) > -1:
                problem = f"'{field.name}' cannot fall by 100% or more."
                raise ParameterError(problem, "Give a change above -1.")


def members(tables: Tables, occupancy: float = 1.0) -> Care:
    """Return the members' beds, clients at home and staff of 2021 as the start of a scenario.

    Examples
    --------
    >>> from ivvu_analysis import capacity, data
    >>> capacity.members(data.utrecht()).beds
    8924.0
    """
    names = ("wlz_beds", "vpt_clients", "mpt_clients", "staff")
    beds, vpt, mpt, staff = (number(tables["key_figures"], {"figure": name}, "value") for name in names)
    return Care(beds, vpt + mpt, staff, occupancy)


def balance(care: Care, change: Change) -> pd.DataFrame:
    """Return what a scenario makes of places and staff.

    Returns
    -------
    DataFrame
        `scenario_quantity, start, end, share`: `share` is the change as a share, NaN for `places_short`, a
        difference; a negative `places_short` are places left over. Of `admissions` only the change is known,
        because no source gives the length of stay.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care, Change, balance
    >>> now = Care(beds=100, home_clients=100, staff=50)
    >>> after = balance(now, Change(0.5, demand=0.1)).set_index("scenario_quantity")["end"]
    >>> round(after["places_short"], 6)
    np.float64(10.0)
    """
    both = {
        "demand": [care.clients, care.clients * (1 + change.demand)],
        "home": [care.home_share, change.home_share],
        "places": [care.beds, care.beds * (1 + change.beds)],
        "staff": [care.staff, care.staff * (1 + change.staff)],
    }
    now = pd.DataFrame(both, index=["start", "end"])
    now["home_clients"] = now["demand"] * now["home"]
    now["residential_demand"] = now["demand"] * (1 - now["home"])
    now["places_needed"] = now["residential_demand"] / care.occupancy
    now["places_short"] = now["places_needed"] - now["places"]
    now["staff_needed"] = now["demand"] * care.staff / care.clients
    found = now[QUANTITIES].T
    found["share"] = (found["end"] / found["start"].where(found["start"] != 0) - 1).drop("places_short")
    found.loc["admissions", "share"] = (1 + change.beds) / (1 + change.stay) - 1
    return found.reset_index(names="scenario_quantity")


def fitting_home_share(care: Care, change: Change) -> float:
    """Return the share at home at which no residential place is short and none is left over.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care, Change, fitting_home_share
    >>> fitting_home_share(Care(beds=100, home_clients=100, staff=50), Change(0.5, demand=1.0))
    0.75
    """
    room = care.beds * (1 + change.beds) * care.occupancy
    return max(0.0, 1 - room / (care.clients * (1 + change.demand)))


def places_short(care: Care, change: Change, home_shares: Iterable[float]) -> pd.DataFrame:
    """Return the places short by the share of clients cared for at home: `home_share, estimate`.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care, Change, places_short
    >>> now = Care(beds=100, home_clients=100, staff=50)
    >>> places_short(now, Change(0.5), [0.4, 0.5])["estimate"].tolist()
    [20.0, 0.0]
    """
    shares = pd.Series(list(home_shares), dtype=float)
    needed = care.clients * (1 + change.demand) * (1 - shares) / care.occupancy
    return pd.DataFrame({"home_share": shares, "estimate": needed - care.beds * (1 + change.beds)})


def scenarios(tables: Tables, growth: float, occupancy: float = 1.0) -> pd.DataFrame:
    """Return what growth in demand makes of the members' care, one column a scenario.

    Returns
    -------
    DataFrame
        `scenario_quantity, as_published, same_share, fits`: how it was, and what growth makes of it with the
        same share at home and with the share at which no places are short.

    Examples
    --------
    >>> from ivvu_analysis import capacity, data
    >>> shown = capacity.scenarios(data.utrecht(), growth=0.5).set_index("scenario_quantity")
    >>> shown.loc["places_short"].tolist()
    [0, 4462, 0]
    """
    care = members(tables, occupancy)
    grown = Change(care.home_share, growth)
    fitting = Change(fitting_home_share(care, grown), growth)
    cases = {"as_published": Change(care.home_share), "same_share": grown, "fits": fitting}
    ends = {name: balance(care, case).set_index("scenario_quantity")["end"] for name, case in cases.items()}
    return pd.DataFrame(ends).loc[SHOWN].round().astype(int).reset_index()
