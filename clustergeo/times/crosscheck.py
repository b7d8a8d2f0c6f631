"""Our times beside those of another engine: networkx at any time, others where they are installed.

Nothing here says which engine is right. Two engines that share no code and no model of the
streets, and still agree, are hard to explain otherwise; where they differ the table says where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times._peers import Minutes, networkx_ms
from clustergeo.times.by_road import RoadRules, car_times
from clustergeo.times.by_transit import Departures, TransitRules, transit_times
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.snaps import Snaps
from clustergeo.units import MILLISECONDS_PER_MINUTE, SECONDS_PER_MINUTE, WGS84

__all__ = [
    "Agreement",
    "crosscheck_car",
    "crosscheck_road_engine",
    "crosscheck_transit",
    "sampled_nodes",
]

_NEAR_MIN: Final = 5.0
_MILLISECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two engines agree.

    Parameters
    ----------
    engine
        The other one.
    table
        One row per pair after the contract ``CROSSCHECK``.

    Examples
    --------
    >>> pairs = [("a", "b", 10.0, 9.0, 60.0), ("b", "a", 7.0, np.nan, np.nan)]
    >>> names = ["from_id", "to_id", "minutes", "peer_min", "difference_s"]
    >>> found = Agreement("other", pd.DataFrame(pairs, columns=names))
    >>> found.both, found.ours_alone, found.bias_min, found.worst_s
    (1, 1, 1.0, 60.0)
    """

    engine: str
    table: pd.DataFrame

    @property
    def both(self) -> int:
        """Pairs for which both engines found a trip."""
        return int(self.table["difference_s"].notna().sum())

    @property
    def ours_alone(self) -> int:
        """Pairs for which only ours found one."""
        return int((self.table["minutes"].notna() & self.table["peer_min"].isna()).sum())

    @property
    def theirs_alone(self) -> int:
        """Pairs for which only the other found one."""
        return int((self.table["minutes"].isna() & self.table["peer_min"].notna()).sum())

    @property
    def bias_min(self) -> float:
        """Mean of ours minus the other, minutes; NaN where no pair has both."""
        return float(self.table["difference_s"].mean()) / SECONDS_PER_MINUTE

    @property
    def mae_min(self) -> float:
        """Mean absolute difference, minutes; NaN where no pair has both."""
        return float(self.table["difference_s"].abs().mean()) / SECONDS_PER_MINUTE

    @property
    def worst_s(self) -> float:
        """Largest absolute difference, seconds; 0 where no pair has both."""
        return float(np.nan_to_num(self.table["difference_s"].abs().max()))

    @property
    def near_share(self) -> float:
        """Share of the pairs with both that differ by five minutes at most; NaN without any."""
        differ_s = self.table["difference_s"].dropna().abs()
        return float((differ_s <= _NEAR_MIN * SECONDS_PER_MINUTE).mean())

    @property
    def exact(self) -> bool:
        """Whether both find the same trips, to the millisecond."""
        return self.worst_s == 0 and self.ours_alone + self.theirs_alone == 0


def crosscheck_road_engine(network: RoadNetwork, *, sample: int = 40, seed: int = 0) -> Agreement:
    """Return the drives between some nodes by the road engine and by networkx.

    Both take the same network, turns included, so that they have to agree to the millisecond; the
    engine is the one that :func:`clustergeo.times.car_times` would choose.

    Parameters
    ----------
    network
        The road network.
    sample
        Nodes drawn, 2 and more; all pairs of them are driven.
    seed
        Of the draw: the same seed draws the same nodes.

    Returns
    -------
    agreement : Agreement

    Raises
    ------
    UsageError
        If fewer than two nodes are asked for.
    InputError
        If the network is too large for networkx and the memory there is.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> found = crosscheck_road_engine(load_road_network(), sample=4)
    >>> found.both, found.worst_s
    (12, 0.0)
    """
    nodes = _drawn(network, sample, seed)
    # At the start of an edge one stands on its node and may leave by any of its roads.
    at = Snaps(network.first[nodes].astype(np.int32), np.zeros(nodes.size), np.zeros(nodes.size))
    engine = engine_for(network, nodes.size)
    ours = np.stack([drives.ms for drives in drives_between(network, engine, at, at)])
    version, theirs = networkx_ms(network, nodes)
    minutes = [
        np.where(ms < UNREACHED, ms / MILLISECONDS_PER_MINUTE, np.nan) for ms in (ours, theirs)
    ]
    ids = network.node_id[nodes].astype(str)
    return Agreement(f"networkx {version}", _table((ids, ids), *minutes))


def crosscheck_car(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    peer: Minutes,
    rules: RoadRules | None = None,
) -> Agreement:
    """Return the drives between places by the road engine and by another one.

    Compared is the drive alone, without access, start and parking, of which engines know nothing.

    Parameters
    ----------
    network
        The road network, best read from the file that the other engine takes.
    origins, destinations
        Tables of places.
    peer
        The other engine.
    rules
        As for :func:`clustergeo.times.car_times`.

    Returns
    -------
    agreement : Agreement

    Raises
    ------
    UsageError
        If a table is not one of places.
    RoadError
        If the network is not of the area of the places.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> spots = sampled_nodes(roads, 3)
    >>> slow = SimpleNamespace(name="slow", minutes=lambda a, b: np.full((3, 3), 999.0))
    >>> bool(crosscheck_car(roads, spots, spots, slow).bias_min < 0)
    True
    """
    found = car_times(network, origins, destinations, rules)
    return _agreement(found.table["ride_min"], origins, destinations, peer)


def crosscheck_transit(
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    peer: Minutes,
    rules: TransitRules | None = None,
) -> Agreement:
    """Return the median trips between places by the router and by another one.

    Parameters
    ----------
    timetable, origins, destinations, departures, rules
        As for :func:`clustergeo.times.transit_times`.
    peer
        The other engine, asked for the same day and window.

    Returns
    -------
    agreement : Agreement

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If a table is not one of places.

    Examples
    --------
    >>> import datetime as dt
    >>> from types import SimpleNamespace
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> nowhere = gpd.GeoDataFrame({"place_id": []}, geometry=[], crs="EPSG:4326")
    >>> other = SimpleNamespace(name="other", minutes=lambda a, b: np.empty((0, 0)))
    >>> window = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(8))
    >>> crosscheck_transit(load_timetable(), nowhere, nowhere, window, other).both
    0
    """
    found = transit_times(timetable, origins, destinations, departures, rules)
    return _agreement(found.table["minutes"], origins, destinations, peer)


def sampled_nodes(network: RoadNetwork, sample: int, seed: int = 0) -> gpd.GeoDataFrame:
    """Return some nodes of a network as a table of places.

    Parameters
    ----------
    network, sample, seed
        As for :func:`crosscheck_road_engine`.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> len(sampled_nodes(load_road_network(), 5))
    5
    """
    nodes = _drawn(network, sample, seed)
    points = gpd.points_from_xy(network.lon[nodes], network.lat[nodes])
    ids = network.node_id[nodes].astype(str).astype(object)
    return gpd.GeoDataFrame({"place_id": ids}, geometry=points, crs=WGS84)


def _drawn(network: RoadNetwork, sample: int, seed: int) -> NDArray[np.int64]:
    """Return nodes that one can leave, in order."""
    if sample < 2:  # noqa: PLR2004 - a pair
        message = f"sample: a pair takes two nodes ({sample}) - draw more"
        raise UsageError(message)
    left = np.flatnonzero(np.diff(network.first) > 0)
    count = min(sample, left.size)
    return np.sort(np.random.default_rng(seed).choice(left, count, replace=False))


def _agreement(
    minutes: pd.Series, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame, peer: Minutes
) -> Agreement:
    shape = len(origins), len(destinations)
    ids = tuple(table["place_id"].to_numpy().astype(str) for table in (origins, destinations))
    theirs = peer.minutes(origins.to_crs(WGS84), destinations.to_crs(WGS84))
    return Agreement(peer.name, _table(ids, minutes.to_numpy(float).reshape(shape), theirs))


def _table(
    ids: tuple[NDArray[np.str_], ...], ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> pd.DataFrame:
    """Return the pairs of different places after the contract CROSSCHECK."""
    starts, ends = np.repeat(ids[0], len(ids[1])), np.tile(ids[1], len(ids[0]))
    apart = starts != ends
    a, b = ours.ravel()[apart], theirs.ravel()[apart]
    return pd.DataFrame(
        {
            "from_id": starts[apart].astype(object),
            "to_id": ends[apart].astype(object),
            "minutes": a,
            "peer_min": b,
            "difference_s": ((a - b) * SECONDS_PER_MINUTE).round(_MILLISECONDS),
        }
    )
