"""Delays at junctions: signals, crossings and turns, in seconds from a table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import read_csv
from clustergeo.errors import Fault, RoadError, UsageError
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks._retimed import retimed
from clustergeo.networks._turn_kinds import LEFT, RIGHT, U_TURN, crossed, turns
from clustergeo.schemas import check_table
from clustergeo.schemas.roads import DELAYS
from clustergeo.settings import data_path
from clustergeo.units import METRES_PER_KILOMETRE, MILLISECONDS_PER_SECOND

__all__ = ["delayed_network", "load_delays"]

_ANY: Final = "any"
_AREAS: Final = ("rural", "urban")
_TURNS: Final = {LEFT: "left_turn", RIGHT: "right_turn", U_TURN: "u_turn"}


def load_delays(path: Path | None = None) -> pd.DataFrame:
    """Load a table of delays.

    Parameters
    ----------
    path
        CSV file after the contract ``DELAYS``; the one that comes with the package if None.

    Raises
    ------
    MissingFileError
        If there is no such file.
    RoadError
        If it breaks its contract, with every fault.

    Examples
    --------
    >>> delays = load_delays().set_index(["event", "highway", "crossed"])
    >>> float(delays.loc[("signal", "any", "any"), "seconds"])
    24.3
    """
    file = data_path("roads", "delays.csv") if path is None else path
    table = check_table(read_csv(file), DELAYS, file=str(file), error=RoadError)
    wanted = np.where(table["event"] == "signal_density", "signals_per_km", "seconds")
    faults = [
        Fault(
            str(file),
            f"{event} needs {column} alone",
            "give it and leave the other blank",
            row=row,
            field=column,
        )
        for row, (event, column, seconds, density) in enumerate(
            zip(table["event"], wanted, table["seconds"], table["signals_per_km"], strict=True),
            start=2,
        )
        if np.isnan(seconds) != (column == "signals_per_km")
        or np.isnan(density) != (column == "seconds")
    ]
    if faults or table.empty:
        raise RoadError(*faults or [Fault(str(file), "has no rows", "add at least one row")])
    return table


def delayed_network(
    network: RoadNetwork,
    table: pd.DataFrame | None = None,
    *,
    urban: NDArray[np.bool_] | None = None,
    signals: NDArray[np.bool_] | None = None,
    paid: NDArray[np.bool_] | None = None,
) -> RoadNetwork:
    """Return the network with the waiting at its junctions, and a note that says so.

    An edge pays at its head: the seconds of a signal where there is one, else those of a junction
    where three roads or more meet. Where signals are unknown, an edge whose class and area has a
    signal density pays length x density x seconds of a signal instead, and nothing at its head:
    never both at once. Turns pay on top, where three roads meet: left and right beyond 45 degrees,
    and back along the same road anywhere. Left is across traffic: for countries that drive on the
    left exchange the two rows.

    The row nearest to an event counts: its class before ``any``, then the class crossed (or
    turned into) before ``any``, then the area. An event without a row takes no time.

    Parameters
    ----------
    network
        A network, free or in a congestion state, without delays.
    table
        As :func:`load_delays` returns it; the one that comes with the package if None.
    urban
        Whether each edge lies in a town, shape (edges,); none does if None.
    signals
        Whether traffic is signalled at each node, shape (nodes,); what the network knows if None.
    paid
        Edges whose time contains the waiting at signals and junctions already; they pay for turns
        alone. Shape (edges,); none does if None.

    Raises
    ------
    UsageError
        If turns of the network take time already, or an array has another shape.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> delayed = delayed_network(roads)
    >>> bool((delayed.time_ms >= roads.time_ms).all()), int((~delayed.banned).sum()) > 0
    (True, True)
    """
    table = load_delays() if table is None else table
    edges = network.head.size
    urban = np.zeros(edges, bool) if urban is None else urban
    paid = np.zeros(edges, bool) if paid is None else paid
    signals = network.signal if signals is None else signals
    if (~network.banned).any():
        message = "the turns of the network take time already - pass the network without delays"
        raise UsageError(message)
    for name, array, size in (
        ("urban", urban, edges),
        ("paid", paid, edges),
        ("signals", signals, network.lon.size if signals.size else 0),
    ):
        if array.shape != (size,):
            message = f"{name}: has {array.shape} entries - give one of {size:,}"
            raise UsageError(message)
    area = urban.astype(np.int8)
    rows = _Rows(network, table)
    head_s = np.where(paid, 0.0, _head_seconds(network, rows, area, signals))
    ms = network.time_ms + head_s * MILLISECONDS_PER_SECOND
    note = (
        f"delays added: {_signal_note(signals)}; "
        f"grades of the table: {', '.join(sorted(set(table['evidence'])))}"
    )
    return retimed(network, ms, note, **_turn_arrays(network, rows, area))


def _signal_note(signals: NDArray[np.bool_]) -> str:
    if not signals.size:
        return "signals unknown, expected by signals per km"
    return f"{np.count_nonzero(signals):,} nodes with signals"


class _Rows:
    """The cells of the table by event, for the classes of a network: [driven, crossed, area]."""

    def __init__(self, network: RoadNetwork, table: pd.DataFrame) -> None:
        self._classes = network.classes
        columns = (table[name] for name in ("event", "highway", "crossed", "area"))
        numbers = table["seconds"].fillna(table["signals_per_km"])
        self._known = dict(zip(zip(*columns, strict=True), map(float, numbers), strict=True))

    def cells(self, event: str) -> NDArray[np.float64]:
        """Return the numbers of an event; the last class crossed is none at all."""
        over = (*self._classes, _ANY)
        return np.array(
            [
                [[self._nearest(event, driven, other, area) for area in _AREAS] for other in over]
                for driven in self._classes
            ]
        )

    def _nearest(self, event: str, driven: str, over: str, area: str) -> float:
        keys = (
            (event, highway, other, place)
            for highway in (driven, _ANY)
            for other in (over, _ANY)
            for place in (area, _ANY)
        )
        return next((self._known[key] for key in keys if key in self._known), 0.0)


def _head_seconds(
    network: RoadNetwork, rows: _Rows, area: NDArray[np.int8], signals: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the seconds each edge pays at its head, or along it where signals are unknown."""
    over = crossed(network)
    signal_s = rows.cells("signal")[network.highway, -1, area]
    junction_s = rows.cells("junction")[network.highway, over, area]
    junction_s[over < 0] = 0.0
    if signals.size:
        return np.where(signals[network.head], signal_s, junction_s)
    density = rows.cells("signal_density")[network.highway, -1, area]
    expected_s = network.length_m / METRES_PER_KILOMETRE * density * signal_s
    return np.where(density > 0, expected_s, junction_s)


def _turn_arrays(
    network: RoadNetwork, rows: _Rows, area: NDArray[np.int8]
) -> dict[str, NDArray[np.int32]]:
    """Return the turns that are banned or take time, in the order of the network."""
    found = turns(network)
    seconds = np.zeros(found.start.size)
    for kind, event in _TURNS.items():
        of = found.kind == kind
        start, end = found.start[of], found.end[of]
        seconds[of] = rows.cells(event)[network.highway[start], network.highway[end], area[start]]
    ms = np.rint(seconds * MILLISECONDS_PER_SECOND).astype(np.int32)
    slow = ms > 0
    banned = np.full(network.turn_from.size, BANNED_MS, np.int32)
    start = np.concatenate([network.turn_from, found.start[slow]])
    end = np.concatenate([network.turn_to, found.end[slow]])
    ms = np.concatenate([banned, ms[slow]])
    # A ban comes first among turns of the same edges, and the first one is kept.
    order = np.lexsort((-ms, end, start))
    start, end, ms = start[order], end[order], ms[order]
    new = np.ones(order.size, bool)
    new[1:] = (np.diff(start) != 0) | (np.diff(end) != 0)
    return {"turn_from": start[new], "turn_to": end[new], "turn_ms": ms[new]}
