"""The settings under which a study is ranked again: those that cost nothing, and those that do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import FeedError
from clustergeo.indices import (
    Surroundings,
    at_share,
    each_point,
    with_samples,
    with_sites,
)
from clustergeo.networks.congestion import FREE_FLOW, load_congestion
from clustergeo.networks.states import road_state
from clustergeo.study.model import Model
from clustergeo.times import Departures, TransitRules, TravelTimes
from clustergeo.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

__all__ = [
    "ACCESS",
    "WAITS",
    "WINDOWS",
    "Setting",
    "free_settings",
    "half_hours",
    "routed_settings",
]

_BY_CAPITAL: Final = ("capital_ratio", "capital_margin")
_INSIDE: Final = ("location_indicator", "route_efficiency", "potential")
PANEL: Final = (*_BY_CAPITAL, *_INSIDE, "composite")
"""Measures ranked under each setting: two relative to the capital, one mean time, one free of
location, one potential, and the composite of them."""

_BLOCK_MIN: Final = 30
_HOUR: Final = int(MINUTES_PER_HOUR)
WINDOWS: Final = ("05:30-07:00", "10:00-12:00", "12:00-14:00", "17:00-19:00", "20:00-22:00")
WAITS: Final[dict[str, dict[str, Any]]] = {
    "plan": {"wait": "plan", "headway_wait": "half"},
    "half": {"headway_wait": "half"},
    "capped_half": {"headway_wait": "capped_half"},
    "percentile": {"headway_wait": "percentile"},
}
ACCESS: Final[dict[str, dict[str, Any]]] = {
    "walk": {"access": "walk", "egress": "as_access"},
    "taxi": {"access": "taxi", "egress": "as_access"},
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """One way to look at the same clusters.

    Parameters
    ----------
    dimension, name
        What is varied, and how.
    times
        Times under it, contract ``schemas.results.TIMES``.
    capital
        Reference points of the capital.
    around
        What stands beside the times.
    only
        Measures that it touches.
    """

    dimension: str
    name: str
    times: pd.DataFrame
    capital: tuple[str, ...]
    around: Surroundings
    only: tuple[str, ...] = PANEL


def free_settings(
    found: dict[str, TravelTimes],
    sites: pd.DataFrame,
    clusters: tuple[str, ...],
    capital: tuple[str, ...],
    around: Surroundings,
    departures: Departures,
) -> Iterator[Setting]:
    """Yield the settings that need no further search: capital points, sites, hours, spread."""
    times = _needed(pd.concat([part.table for part in found.values()]), sites, clusters, capital)
    for name, points in each_point(capital):
        yield Setting(
            dimension="capital_point",
            name=name,
            times=times,
            capital=points,
            around=around,
            only=_BY_CAPITAL,
        )
    for site, cluster in zip(sites["place_id"], sites["cluster_id"], strict=True):
        yield Setting(
            dimension="site",
            name=site,
            times=with_sites(times, {cluster: site}),
            capital=capital,
            around=_moved(around, cluster, site),
            only=("capital_ratio", "location_indicator", "route_efficiency"),
        )
    transit = found.get("transit")
    if transit is None:
        return
    for name, chosen in half_hours(transit, departures):
        some = with_samples(transit, chosen)
        yield Setting(dimension="departure", name=name, times=some, capital=capital, around=around)
    for column in ("p10_min", "p90_min"):
        other = at_share(transit.table, column)
        yield Setting(dimension="spread", name=column, times=other, capital=capital, around=around)


def routed_settings(  # noqa: PLR0913, PLR0917 - what a setting is made of
    model: Model,
    modes: Sequence[str],
    ends: gpd.GeoDataFrame,
    capital: tuple[str, ...],
    around: Surroundings,
    notify: Callable[[str], object],
    lost: list[str],
) -> Iterator[Setting]:
    """Yield the settings that need the routers again: windows, waits, ways to stops, roads.

    What cannot be computed is added to ``lost``, with the reason.
    """
    for dimension, name, other in _models(model, modes):
        mode = "car" if dimension == "road_state" else "transit"
        notify(f"stability: {dimension} {name}")
        try:
            found = getattr(other, mode)(ends, ends)
        except FeedError as error:  # such as a feed on which nothing runs
            lost.append(f"stability by {dimension} {name} left out: {error}")
            continue
        yield Setting(
            dimension=dimension, name=name, times=found.table, capital=capital, around=around
        )


def half_hours(
    found: TravelTimes, departures: Departures
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield which samples leave in each half hour; samples stand by draw, then by departure."""
    minutes = departures.minute_seconds // SECONDS_PER_MINUTE
    count = found.minutes.shape[2]
    if count % len(minutes):
        return
    leaving = np.tile(minutes, count // len(minutes))
    for start in range(int(minutes[0]), int(minutes[-1]) + 1, _BLOCK_MIN):
        last = min(start + _BLOCK_MIN, int(minutes[-1]) + 1)
        name = f"{_clock(start)}-{_clock(last)}"
        yield name, (leaving >= start) & (leaving < last)


def _models(model: Model, modes: Sequence[str]) -> Iterator[tuple[str, str, Model]]:
    """Yield dimension, name and model of each setting of the modes at hand."""
    if "transit" in modes:
        yield from _transit_models(model)
    if "car" in modes:
        for state in sorted(set(load_congestion()["state"]) - {FREE_FLOW}):
            jammed = road_state(model.road, state, delays=True)
            yield "road_state", f"{state} + delays", replace(model, road=jammed)


def _transit_models(model: Model) -> Iterator[tuple[str, str, Model]]:
    day = model.departures.date
    for window in WINDOWS:
        start, end = (dt.time.fromisoformat(part) for part in window.split("-"))
        hours = Departures(date=day, start=start, end=end)
        yield "window", window, replace(model, departures=hours)
    for dimension, ways in (("wait", WAITS), ("access", ACCESS)):
        for name, changes in ways.items():
            rules: TransitRules = replace(model.transit_rules, **changes)
            if rules != model.transit_rules:
                yield dimension, name, replace(model, transit_rules=rules)


def _clock(minute: int) -> str:
    return f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"


def _needed(
    times: pd.DataFrame, sites: pd.DataFrame, clusters: Sequence[str], capital: Sequence[str]
) -> pd.DataFrame:
    """Return the times that any of the settings looks at: no site is measured to another."""
    start, end = times["from_id"], times["to_id"]
    of_site = start.isin(sites["place_id"]), end.isin(sites["place_id"])
    cluster = start.isin(clusters), end.isin(clusters)
    from_cluster = cluster[0] & (cluster[1] | of_site[1] | end.isin(capital))
    return times.loc[from_cluster | (of_site[0] & (cluster[1] | end.isin(capital)))]


def _moved(around: Surroundings, cluster: str, site: str) -> Surroundings:
    """Return surroundings in which a cluster lies where its site does."""
    km = around.distances_km
    if km is None:
        return around
    names = [site if place == cluster else place for place in km.index]
    moved = km.loc[names, names].set_axis(km.index).set_axis(km.columns, axis=1)
    return replace(around, distances_km=moved)
