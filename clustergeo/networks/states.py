"""The state of the roads that a study assumes: congestion, delays, and what lies in a town."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

from clustergeo.networks._network import RoadNetwork
from clustergeo.networks._stem import stem_of
from clustergeo.networks.congestion import (
    FREE_FLOW,
    congested_network,
    contains_signals,
    load_congestion,
)
from clustergeo.networks.delays import delayed_network, load_delays
from clustergeo.places import load_population_grid
from clustergeo.units import METRES_PER_KILOMETRE, METRIC_CRS, WGS84

__all__ = ["URBAN_PEOPLE_PER_KM2", "road_state", "urban_edges"]

URBAN_PEOPLE_PER_KM2: Final = 1_500.0
"""People per square kilometre from which a cell counts as a town: that of an urban centre in the
degree of urbanisation (Eurostat and others 2021), here without its test for 50,000 people."""


def urban_edges(
    network: RoadNetwork,
    grid: pd.DataFrame | None = None,
    *,
    people_per_km2: float = URBAN_PEOPLE_PER_KM2,
    cell_m: float = 2_000.0,
) -> NDArray[np.bool_]:
    """Return whether each edge lies in a town: the cell of the middle of its line decides.

    Parameters
    ----------
    network
        Any road network.
    grid
        ``x`` and ``y`` (centres of cells, metres in EPSG:5179) and ``population``; the grid of
        South Korea that comes with the package if None. Outside the grid nothing is a town.
    people_per_km2
        From how many people per square kilometre on a cell is a town.
    cell_m
        Side of the cells, metres.

    Returns
    -------
    urban : ndarray of bool
        Shape (edges,).

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> urban = urban_edges(roads)
    >>> bool(0.1 < roads.length_m[urban].sum() / roads.length_m.sum() < 0.2)
    True
    """
    grid = load_population_grid() if grid is None else grid
    area_km2 = (cell_m / METRES_PER_KILOMETRE) ** 2
    dense = grid[grid["population"] >= people_per_km2 * area_km2]
    middle = (network.line_first[:-1] + network.line_first[1:]) // 2
    x, y = Transformer.from_crs(WGS84, METRIC_CRS, always_xy=True).transform(
        network.line_lon[middle], network.line_lat[middle]
    )
    towns = np.unique(_cells(dense["x"].to_numpy(), dense["y"].to_numpy(), cell_m))
    in_town = np.isin(_cells(x, y, cell_m), towns)
    return np.asarray(in_town[network.line])


def road_state(
    network: RoadNetwork,
    state: str = FREE_FLOW,
    *,
    congestion: Path | None = None,
    delays: bool | Path = False,
    grid: pd.DataFrame | None = None,
) -> RoadNetwork:
    """Return a network in the state that a study or a request assumes.

    Free-flow times are multiplied by the factors of the state first; then the waiting at signals,
    junctions and turns is added. Factors that contain the waiting already (``with_signals``) are
    not charged for it twice. Without either the network itself is returned.

    Parameters
    ----------
    network
        A network with free-flow times.
    state
        A state of the congestion table, or ``FREE_FLOW``.
    congestion
        Table of congestion states; the one that comes with the package if None.
    delays
        Whether junctions take time, or the table of their delays.
    grid
        People by cell, as for :func:`urban_edges`.

    Raises
    ------
    InputError
        If a table breaks its contract.
    UsageError
        If the table does not have the state.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> road_state(roads) is roads
    True
    >>> slow = road_state(roads, "weekday_am", delays=True)
    >>> bool((slow.time_ms >= roads.time_ms).all())
    True
    """
    if state == FREE_FLOW and congestion is None and delays is False:
        return network
    factors = load_congestion(congestion)
    waits = load_delays(delays if isinstance(delays, Path) else None) if delays else None
    if grid is not None:
        return _stated(network, state, factors, waits, grid)
    key = (state, *(table.to_csv() for table in (factors, waits) if table is not None))
    known = _kept(network, key)
    if known is None:
        known = _rooted(network, key, _stated(network, state, factors, waits, None))
        network._made["state"] = _arrays(network), key, known  # noqa: SLF001 - what it remembers
    return known


def _stated(
    network: RoadNetwork,
    state: str,
    factors: pd.DataFrame,
    waits: pd.DataFrame | None,
    grid: pd.DataFrame | None,
) -> RoadNetwork:
    areas: set[Any] = set(factors.loc[factors["state"] == state, "area"])
    areas |= set() if waits is None else set(waits["area"])
    urban = urban_edges(network, grid) if areas - {"any"} else None
    jammed = congested_network(network, state, factors, urban=urban)
    if waits is None:
        return jammed
    paid = contains_signals(network, state, factors, urban=urban)
    return delayed_network(jammed, waits, urban=urban, paid=paid)


def _kept(network: RoadNetwork, key: tuple[str, ...]) -> RoadNetwork | None:
    """Return the network in a state, if that was the last one asked for: its hierarchy serves on.

    A copy of the network with other arrays may share what is kept: it is asked whose it is.
    """
    of, same, kept = network._made.get("state", ((), (), None))  # noqa: SLF001
    mine = same == key and all(a is b for a, b in zip(of, _arrays(network), strict=True))
    known: RoadNetwork | None = kept if mine else None
    return known


def _arrays(network: RoadNetwork) -> tuple[Any, ...]:
    return tuple(
        getattr(network, field.name) for field in fields(network) if field.name != "_made"
    )


def _rooted(network: RoadNetwork, key: tuple[str, ...], made: RoadNetwork) -> RoadNetwork:
    """Return an edited network in a state, made of the base of its edits in this same state."""
    stem = stem_of(network)
    base = _kept(stem.base, key) if stem is not None else None
    if stem is None or base is None or made is network:
        return made
    kept = made._made | {"stem": replace(stem, base=base)}  # noqa: SLF001
    return replace(made, _made=kept)


def _cells(x: NDArray[Any], y: NDArray[Any], cell_m: float) -> NDArray[np.int64]:
    """Return one number for each cell that points lie in."""
    column, row = (np.floor(axis / cell_m).astype(np.int64) for axis in (x, y))
    return column * 2**32 + row
