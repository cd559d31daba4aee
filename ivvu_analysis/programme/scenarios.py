"""Scenarios of beds, length of stay, demand, care at home and staff, held together by three identities.

Clients are counted at one moment. Places times occupancy are the clients that fit in them; clients at home
and clients who want a residential place are all clients; admissions a year times the length of stay are the
clients present (Little's law). A shorter stay therefore lets more people use the same places in a year, and
changes nothing in how many are cared for at one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import pandas as pd

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.programme.tables import Programme, number


@dataclass(frozen=True)
class CareSystem:
    """Care as it is at the start.

    Parameters
    ----------
    beds
        Residential places.
    occupancy
        Share of the places in use, in (0, 1].
    stay_years
        Mean length of stay in a residential place, in years.
    home_clients
        Clients cared for at home.
    staff
        Members of staff.

    Raises
    ------
    ParameterError
        If a number is out of its range.
    """

    beds: float
    occupancy: float
    stay_years: float
    home_clients: float
    staff: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value >= 0 or (value == 0 and field.name != "home_clients"):
                raise ParameterError(f"'{field.name}' cannot be {value}.", "Give a number above zero.")
        if self.occupancy > 1:
            raise ParameterError(f"'occupancy' cannot be {self.occupancy}.", "Give a share up to 1.")

    @property
    def residential_clients(self) -> float:
        """Clients in a residential place: places times occupancy."""
        return self.beds * self.occupancy

    @property
    def clients(self) -> float:
        """All clients, residential and at home."""
        return self.residential_clients + self.home_clients

    @property
    def home_share(self) -> float:
        """Share of clients cared for at home."""
        return self.home_clients / self.clients


@dataclass(frozen=True)
class Scenario:
    """What becomes of it.

    Parameters
    ----------
    home_share
        Share of clients cared for at home, in [0, 1].
    demand_growth, beds_change, stay_change, staff_change
        Changes against the start, as shares (0.78 for 78 % more), above -1.

    Raises
    ------
    ParameterError
        If a number is out of its range.
    """

    home_share: float
    demand_growth: float = 0.0
    beds_change: float = 0.0
    stay_change: float = 0.0
    staff_change: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.home_share <= 1:
            raise ParameterError(f"'home_share' cannot be {self.home_share}.", "Give a share from 0 to 1.")
        for name in ("demand_growth", "beds_change", "stay_change", "staff_change"):
            if not getattr(self, name) > -1:
                raise ParameterError(f"'{name}' cannot be {getattr(self, name)}.", "Give a change above -1.")


def published_system(programme: Programme, occupancy: float, stay_years: float) -> CareSystem:
    """Return the members' beds, clients at home and staff as the start of a scenario.

    Parameters
    ----------
    programme
        The tables.
    occupancy, stay_years
        Assumptions: no source publishes them.
    """
    beds, vpt, mpt, staff = (
        number(programme.key_figures, "figure", figure, "value")
        for figure in ("wlz_beds", "vpt_clients", "mpt_clients", "staff")
    )
    return CareSystem(
        beds=beds, occupancy=occupancy, stay_years=stay_years, home_clients=vpt + mpt, staff=staff
    )


def project(system: CareSystem, scenario: Scenario) -> pd.DataFrame:
    """Return what a scenario makes of a care system.

    Parameters
    ----------
    system
        Care at the start.
    scenario
        What changes.

    Returns
    -------
    DataFrame
        `quantity, start, end, change, change_percent`; a negative `places_short` are places left over. The
        quantities are labelled in `codes` under `scenario_quantity`. The change in percent is NaN from a
        start of zero, and for `places_short`, which is a difference and not a level.
    """
    start = _balance(system, system, system.home_share, system.clients)
    after = replace(
        system,
        beds=system.beds * (1 + scenario.beds_change),
        stay_years=system.stay_years * (1 + scenario.stay_change),
        staff=system.staff * (1 + scenario.staff_change),
    )
    end = _balance(after, system, scenario.home_share, system.clients * (1 + scenario.demand_growth))
    frame = pd.DataFrame({"start": start, "end": end}).rename_axis("quantity").reset_index()
    frame["change"] = frame["end"] - frame["start"]
    level = frame["start"].where((frame["start"] != 0) & (frame["quantity"] != "places_short"))
    frame["change_percent"] = 100 * frame["change"] / level
    return frame


def _balance(now: CareSystem, before: CareSystem, home_share: float, demand: float) -> dict[str, float]:
    wanted = demand * (1 - home_share)
    return {
        "demand": demand,
        "home_clients": demand * home_share,
        "residential_demand": wanted,
        "places": now.beds,
        "residential_capacity": now.residential_clients,
        "places_needed": wanted / now.occupancy,
        "places_short": wanted / now.occupancy - now.beds,
        "admissions": now.residential_clients / now.stay_years,
        "staff": now.staff,
        "clients_per_staff": demand / now.staff,
        "staff_needed": demand * before.staff / before.clients,
    }


def home_share_that_fits(system: CareSystem, scenario: Scenario) -> float:
    """Return the share at home at which a scenario's residential places are neither short nor left over.

    Parameters
    ----------
    system
        Care at the start.
    scenario
        What changes; its own share at home plays no part.

    Returns
    -------
    float
        A share in [0, 1]; 0 where the places outnumber all clients.
    """
    capacity = system.residential_clients * (1 + scenario.beds_change)
    return max(0.0, 1 - capacity / (system.clients * (1 + scenario.demand_growth)))


def stay_change_for(client_growth: float) -> float:
    """Return the change in length of stay that lets the same places serve more clients in a year.

    By Little's law clients a year = clients present / stay, so the stay must change by 1 / (1 + growth) - 1.

    Parameters
    ----------
    client_growth
        Growth in clients a year, as a share above -1.

    Raises
    ------
    ParameterError
        If the growth is -1 or less.
    """
    if not client_growth > -1:
        raise ParameterError(f"Clients cannot change by {client_growth}.", "Give a growth above -1.")
    return 1 / (1 + client_growth) - 1


def sweep(system: CareSystem, scenario: Scenario, lever: str, values: Iterable[float]) -> pd.DataFrame:
    """Return what a scenario makes of a care system at each value of one lever.

    Parameters
    ----------
    system, scenario
        As in `project`.
    lever
        A field of `Scenario`.
    values
        The values it takes.

    Returns
    -------
    DataFrame
        The columns of `project`, after `lever` and `value`.

    Raises
    ------
    ParameterError
        If there is no such lever, or a value is out of its range.
    """
    known = [field.name for field in fields(Scenario)]
    if lever not in known:
        raise ParameterError(f"A scenario has no lever '{lever}'.", f"Choose one of: {', '.join(known)}.")
    frames = [
        project(system, replace(scenario, **{lever: value})).assign(lever=lever, value=value)
        for value in values
    ]
    columns = ["lever", "value", "quantity", "start", "end", "change", "change_percent"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
