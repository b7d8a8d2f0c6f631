"""Hypothetical links: what kinds there are, what is assumed of them, and what one consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import read_csv
from clustergeo.errors import UsageError
from clustergeo.networks.edits._values import clock_s
from clustergeo.schemas import check_table
from clustergeo.schemas.missing_links import UNIT_COSTS
from clustergeo.settings import data_path
from clustergeo.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["LINKS", "RANKED_BY", "Link", "LinkKind", "LinkRules", "unit_costs"]


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A kind of link: whose minutes it changes, and what is assumed of it."""

    name: Literal["road", "rail", "tram", "bus"]
    mode: Literal["car", "transit"]
    speed_kph: float
    headway_min: float = np.nan
    route_type: int = -1
    highway: str = ""


# An expressway as Sejong - Cheongju is planned. A train as fast as CTX from Daejeon to Sejong
# (16 min for 19 straight km times 1.3) and as often as it runs in the peaks; a tram; a bus on
# lanes of its own as fast as B1 outside the cities, at the headway of B1. All are estimated.
LINKS: Final = {
    "road": LinkKind("road", "car", 100.0, highway="motorway"),
    "rail": LinkKind("rail", "transit", 95.0, 15.0, route_type=2),
    "tram": LinkKind("tram", "transit", 25.0, 10.0, route_type=0),
    "bus": LinkKind("bus", "transit", 40.0, 10.0, route_type=3),
}

RANKED_BY: Final = (
    *("saved_min", "saved_capital_min", "saved_person_min", "saved_worker_min"),
    *("per_bn", "person_min_per_bn", "worker_min_per_bn"),
)
"""Columns of ``MISSING_LINKS`` by which links can be ranked."""

_LEAST: Final = {"circuity": 1.0, "verify": 0, "dwell_min": 0.0, "least_km": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """What is asked of the finder.

    Parameters
    ----------
    links
        Kinds of links, names of ``LINKS``.
    by
        What the best link has most of: a name of ``RANKED_BY``.
    sites
        Whether links may also begin at the sites of clusters.
    speed_kph, headway_min
        In place of those of the kind.
    circuity
        Length of a link by straight metres. The default is that of new lines and ramps in
        scenarios (``detour = 1.3``); estimated.
    dwell_min
        Minutes that vehicles stand at each stop between the ends; that of new lines.
    start, end
        Operating hours of services.
    least_km
        Shortest link, straight kilometres.
    stop_limit_m
        How far the stop of a service may lie from its place, straight metres.
    near_m
        How near both ends a line that exists must call to serve them; a walk of a quarter hour.
    tolerance
        By what share what exists may be slower or rarer and still serve.
    alike_km
        Links of one kind with both ends this near those of a better one are folded under it.
    planned_km
        How near both ends a planned link must pass to be named.
    verify
        How many of the best of each mode are run in full.
    budget_krw_bn
        Billion won for each mode. The default is the cost of CTX (ministry, 2025-11-04): what the
        region has agreed to spend on one link.
    """

    links: tuple[str, ...] = ("road", "rail", "bus")
    by: str = "saved_min"
    sites: bool = False
    speed_kph: float | None = None
    headway_min: float | None = None
    circuity: float = 1.3
    dwell_min: float = 0.5
    start: str = "05:30"
    end: str = "23:30"
    least_km: float = 3.0
    stop_limit_m: float = 2_000.0
    near_m: float = 900.0
    tolerance: float = 0.1
    alike_km: float = 5.0
    planned_km: float = 3.0
    verify: int = 10
    budget_krw_bn: float = 5_113.5

    def __post_init__(self) -> None:
        for name in self.links:
            if name not in LINKS:
                message = f"links: no such kind ({name}) - use {', '.join(LINKS)}"
                raise UsageError(message)
        if self.by not in RANKED_BY:
            message = f"by: no such measure ({self.by}) - use {', '.join(RANKED_BY)}"
            raise UsageError(message)
        start, end = clock_s(self.start), clock_s(self.end)
        if start is None or end is None or start >= end:
            message = (
                f"start, end: no operating hours ({self.start}-{self.end}) - write 05:30, 23:30"
            )
            raise UsageError(message)
        for name in ("speed_kph", "headway_min"):
            value = getattr(self, name)
            if value is not None and not 0 < value < np.inf:
                message = f"{name}: not above 0 ({value:g}) - correct it"
                raise UsageError(message)
        for name in ("circuity", "verify", "dwell_min", "least_km", "tolerance", "budget_krw_bn"):
            value, least = getattr(self, name), _LEAST.get(name, 0.0)
            if not least <= value < np.inf:
                message = f"{name}: not a number of {least:g} or more ({value:g}) - correct it"
                raise UsageError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One hypothetical link.

    Parameters
    ----------
    kind
        Its kind.
    places
        Places it joins, in order.
    section_km
        Length of each section as driven.
    speed_kph, headway_min
        Speed between stops, and minutes between vehicles.
    section_min
        Minutes of each section, where they are given; else from the speed.
    dwell_min
        Minutes that a vehicle stands between the ends.
    start, end
        Operating hours of a service.
    stops
        Stops of a service.
    """

    kind: LinkKind
    places: tuple[str, ...]
    section_km: tuple[float, ...]
    speed_kph: float
    headway_min: float
    section_min: tuple[float, ...] = ()
    dwell_min: float = 0.0
    start: str = ""
    end: str = ""
    stops: tuple[str, ...] = ()

    @property
    def link_id(self) -> str:
        """Return its id: kind and places."""
        return "-".join((self.kind.name, *self.places))

    @property
    def length_km(self) -> float:
        """Return its length, kilometres to the tenth as scenarios state it."""
        return round(sum(self.section_km), 1)

    @property
    def is_road(self) -> bool:
        """Return whether it is a road."""
        return self.kind.mode == "car"

    def run_s(self) -> NDArray[np.int64]:
        """Return the seconds of each section, those standing left out."""
        if self.section_min:
            return np.array([round(m * SECONDS_PER_MINUTE) for m in self.section_min], np.int64)
        hours = np.cumsum(self.section_km) / self.speed_kph
        ends = np.rint(hours * MINUTES_PER_HOUR * SECONDS_PER_MINUTE).astype(np.int64)
        steps: NDArray[np.int64] = np.diff(np.r_[0, ends])
        return steps

    @property
    def ride_min(self) -> float:
        """Return the minutes from end to end."""
        stands = self.dwell_min * (len(self.places) - 2)
        return float(self.run_s().sum()) / SECONDS_PER_MINUTE + stands


def unit_costs() -> pd.DataFrame:
    """Return the shipped unit costs by kind of link, contract ``UNIT_COSTS``."""
    path = data_path("appraisal", "unit_costs.csv")
    table = check_table(read_csv(path), UNIT_COSTS, file=path.name)
    return table.set_index("link")
