"""What becomes of places and staff in Utrecht if demand, beds, stay or care at home change?

Clients are counted at one moment. Places times occupancy are the clients that fit in them; clients at home
and clients who want a residential place are all clients; admissions a year times the length of stay are the
clients present (Little's law). A shorter stay therefore lets more people use the same places in a year, and
changes nothing in how many are cared for at one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ivvu_analysis.errors import ParameterError, refuse_unknown
from ivvu_analysis.questions.utrecht import Tables, number

LEVERS = ("demand", "beds", "staff", "stay")
SHOWN = ["demand", "home_clients", "residential_demand", "places", "places_short"]


@dataclass(frozen=True)
class Care:
    """Care at one moment: that of the members in 2021, or what becomes of it.

    Parameters
    ----------
    clients, places, staff
        All clients, residential and at home, residential places, and members of staff.
    home_share
        Share of the clients that is cared for at home.
    occupancy
        Share of the places in use, in (0, 1]; no source gives it.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care
    >>> now = Care(clients=200, places=100, staff=50, home_share=0.5)
    >>> now.changed(demand=1.0).fitting_home_share
    0.75
    """

    clients: float
    places: float
    staff: float
    home_share: float
    occupancy: float = 1.0

    def __post_init__(self) -> None:
        for name, share in (("occupancy", self.occupancy), ("home_share", self.home_share)):
            if not 0 <= share <= 1:
                raise ParameterError(f"'{name}' cannot be {share}.", "Give a share from 0 to 1.")

    @property
    def places_short(self) -> float:
        """The places that lack; those that are left over are fewer than none."""
        return self.clients * (1 - self.home_share) / self.occupancy - self.places

    @property
    def fitting_home_share(self) -> float:
        """The share at home at which no residential place is short and none is left over."""
        return max(0.0, 1 - self.places * self.occupancy / self.clients)

    def changed(self, home_share: float | None = None, **changes: float) -> Care:
        """Return what becomes of it.

        Parameters
        ----------
        home_share
            The share at home, by default the same.
        **changes
            Of `demand`, `beds` and `staff`, as shares above -1: 0.78 for 78% more. That of the length of
            `stay` changes nothing at one moment.

        Examples
        --------
        >>> from ivvu_analysis.questions.capacity import Care
        >>> Care(clients=200, places=100, staff=50, home_share=0.5).changed(0.4, beds=0.5).places_short
        -30.0
        """
        for name, change in changes.items():
            refuse_unknown("change", name, LEVERS)
            if not change > -1:
                raise ParameterError(f"'{name}' cannot change by {change}.", "Give a share above -1.")
        demand, beds, staff = (1 + changes.get(name, 0.0) for name in ("demand", "beds", "staff"))
        share = self.home_share if home_share is None else home_share
        amounts = self.clients * demand, self.places * beds, self.staff * staff
        return Care(*amounts, share, self.occupancy)


def members(tables: Tables, occupancy: float = 1.0) -> Care:
    """Return the members' beds, clients and staff of 2021 as the start of a scenario.

    Examples
    --------
    >>> from ivvu_analysis import capacity, data
    >>> capacity.members(data.utrecht()).places
    8924.0
    """
    names = ("wlz_beds", "vpt_clients", "mpt_clients", "staff")
    beds, vpt, mpt, staff = (number(tables["key_figures"], {"figure": name}, "value") for name in names)
    clients = beds * occupancy + vpt + mpt
    return Care(clients, beds, staff, (vpt + mpt) / clients, occupancy)


def balance(now: Care, home_share: float, **changes: float) -> pd.DataFrame:
    """Return what a scenario makes of places and staff; see `Care.changed`.

    Returns
    -------
    DataFrame
        `scenario_quantity, start, end, share`: `share` is the change as a share, NaN for `places_short`, a
        difference; a negative `places_short` are places left over. Of `admissions` only the change is known,
        because no source gives the length of stay.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care, balance
    >>> now = Care(clients=200, places=100, staff=50, home_share=0.5)
    >>> after = balance(now, 0.5, demand=0.1).set_index("scenario_quantity")["end"]
    >>> round(after["places_short"], 6)
    np.float64(10.0)
    """
    found = pd.DataFrame({"start": _told(now), "end": _told(now.changed(home_share, **changes))})
    found.loc["staff_needed"] = found.loc["demand"] * now.staff / now.clients
    found["share"] = (found["end"] / found["start"].where(found["start"] != 0) - 1).drop("places_short")
    found.loc["admissions", "share"] = (1 + changes.get("beds", 0.0)) / (1 + changes.get("stay", 0.0)) - 1
    return found.reset_index(names="scenario_quantity")


def _told(care: Care) -> pd.Series:
    residential = care.clients * (1 - care.home_share)
    told = {"demand": care.clients, "home_clients": care.clients * care.home_share}
    told |= {"residential_demand": residential, "places": care.places}
    told |= {"places_needed": residential / care.occupancy, "places_short": care.places_short}
    return pd.Series({**told, "staff": care.staff})


def places_short(care: Care, home_shares: Iterable[float]) -> pd.DataFrame:
    """Return the places short by the share of clients cared for at home: `home_share, estimate`.

    Examples
    --------
    >>> from ivvu_analysis.questions.capacity import Care, places_short
    >>> now = Care(clients=200, places=100, staff=50, home_share=0.5)
    >>> places_short(now, [0.4, 0.5])["estimate"].tolist()
    [20.0, 0.0]
    """
    found = [(share, care.changed(share).places_short) for share in home_shares]
    return pd.DataFrame(found, columns=["home_share", "estimate"])


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
    grown = care.changed(demand=growth)
    cases = {"as_published": care, "same_share": grown, "fits": grown.changed(grown.fitting_home_share)}
    ends = pd.DataFrame({name: _told(case) for name, case in cases.items()})
    return ends.loc[SHOWN].round().astype(int).reset_index(names="scenario_quantity")
