"""Cut ways at their junctions, all at once by index arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._osm_rules import Drive
from clustergeo.networks._osm_scan import MISSING, Scan
from clustergeo.networks._osm_signals import signalled

__all__ = ["Pieces", "Traces", "cut", "degrees", "traces_of"]

_UNITS_A_DEGREE: Final = 10**7
"""OpenStreetMap keeps coordinates as whole numbers; divided, not multiplied by 1e-7, they give the
very doubles that their decimals stand for."""

_STEPS_A_TIME: Final = 2**15
"""So many fit the cache of a processor, with all that lies between."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Traces:
    """The ways that are roads, by id, as one row of nodes after the other.

    Parameters
    ----------
    way
        Positions of the ways in the scan, ascending by id, each id once.
    row, way_of
        Node of each step, as a row of the nodes of the scan, and the way it belongs to, as a
        position in ``way``. Nodes that are missing are left out.
    joined
        Whether a step follows from the one before it: False where a way starts, and after a gap.
    steps, missing
        Nodes that the ways have, and how many of them the file lacks.
    copies
        Ways that the file holds more than once.
    stubs
        Ways that have no two neighbouring nodes.
    """

    way: Rows
    row: Rows
    way_of: Rows
    joined: NDArray[np.bool_]
    steps: int
    missing: int
    copies: int
    stubs: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pieces:
    """Roads between junctions.

    Parameters
    ----------
    node_id, lon, lat
        Nodes where pieces meet, ascending by id; behind them, with ids below zero, the far sides
        of barriers.
    start, end, way
        Nodes that each piece joins, and its way as a position in the traces.
    length_m
        Metres along the piece.
    line_first, line_lon, line_lat
        Vertices of each piece.
    barriers
        Nodes that no car passes.
    signal
        Whether traffic is signalled at each node; empty where the file has no signals at all.
    signals_apart
        Signals that stand away from every junction.
    """

    node_id: Rows
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    way: Rows
    length_m: NDArray[np.float64]
    line_first: Rows
    line_lon: NDArray[np.float64]
    line_lat: NDArray[np.float64]
    barriers: int
    signal: NDArray[np.bool_]
    signals_apart: int


def traces_of(scan: Scan) -> Traces:
    """Return the ways of a scan that are roads, without gaps and repeated nodes."""
    is_road = np.array([isinstance(drive, Drive) for drive in scan.drives], bool)
    osmid, kind = np.asarray(scan.osmid, np.int64), np.asarray(scan.kind, np.int64)
    roads = np.flatnonzero(is_road[kind]) if kind.size else kind
    _, once = np.unique(osmid[roads], return_index=True)
    way = roads[once]
    length = np.asarray(scan.length, np.int64)
    first = np.concatenate([[0], np.cumsum(length)])[way]
    row = np.asarray(scan.row, np.int64)[_ranges(first, length[way])]
    way_of = np.repeat(np.arange(way.size), length[way])
    here = row != MISSING
    joined = np.zeros(row.size, bool)
    joined[1:] = (way_of[1:] == way_of[:-1]) & here[1:] & here[:-1]
    repeated = joined.copy()
    repeated[1:] &= row[1:] == row[:-1]
    kept = here & ~repeated
    row, way_of, joined = row[kept], way_of[kept], joined[kept]
    # A node without a neighbour on either side is no road.
    alone = ~joined
    alone[:-1] &= ~joined[1:]
    return Traces(
        way=way,
        row=row[~alone],
        way_of=way_of[~alone],
        joined=joined[~alone],
        steps=here.size,
        missing=int(np.count_nonzero(~here)),
        copies=roads.size - way.size,
        stubs=way.size - int(np.count_nonzero(np.bincount(way_of[~alone], minlength=way.size))),
    )


def cut(scan: Scan, traces: Traces) -> Pieces:
    """Return the pieces of the ways between junctions.

    A node is a junction if it is used twice, ends a way, borders a gap or carries a barrier. At a
    barrier the pieces do not meet: each has a node of its own there.

    Parameters
    ----------
    scan
        For the places and ids of the nodes.
    traces
        The ways; at least one.

    Returns
    -------
    pieces : Pieces
    """
    row, joined = traces.row, traces.joined
    uses = np.bincount(row, minlength=scan.node_id.size)
    meets = uses > 1
    meets[row[~joined]] = True
    meets[row[np.append(~joined[1:], True)]] = True
    blocked = np.zeros(meets.size, bool)
    blocked[_rows_of(scan.node_id, np.asarray(scan.barrier, np.int64))] = True
    blocked &= uses > 0
    meets |= blocked

    cuts = np.flatnonzero(meets[row])
    within = joined[cuts[1:]]
    start, end = cuts[:-1][within], cuts[1:][within]
    lon, lat = degrees(scan.x[row]), degrees(scan.y[row])
    vertex = _ranges(start, end - start + 1)

    node_row = np.flatnonzero(meets)
    place = np.cumsum(meets) - 1
    ends = np.stack([place[row[start]], place[row[end]]])
    far = _far_sides(ends, blocked[node_row], node_row.size)
    node_row = np.concatenate([node_row, node_row[far]])
    node_id = scan.node_id[node_row]
    node_id[node_id.size - far.size :] = -1 - np.arange(far.size)
    steps_m = _steps_m(lon, lat, joined)
    lit = np.zeros(meets.size, bool)
    lit[_rows_of(scan.node_id, np.asarray(scan.signal, np.int64))] = True
    signal, apart = np.empty(0, bool), 0
    if lit.any():
        at_node = lit[node_row]
        at_node[node_id.size - far.size :] = False
        between = np.flatnonzero(lit[row] & ~meets[row])
        piece = np.searchsorted(start, between, side="right") - 1
        along_m = np.cumsum(steps_m)
        before_m = along_m[between] - along_m[start[piece]]
        behind_m = along_m[end[piece]] - along_m[between]
        signal, apart = signalled(at_node, ends, piece, before_m, behind_m)
    return Pieces(
        node_id=node_id,
        lon=degrees(scan.x[node_row]),
        lat=degrees(scan.y[node_row]),
        start=ends[0].astype(np.int32),
        end=ends[1].astype(np.int32),
        way=traces.way_of[start],
        length_m=np.add.reduceat(steps_m, start + 1),
        line_first=np.concatenate([[0], np.cumsum(end - start + 1)]),
        line_lon=lon[vertex],
        line_lat=lat[vertex],
        barriers=int(np.count_nonzero(blocked)),
        signal=signal,
        signals_apart=apart,
    )


def degrees(units: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return degrees of coordinates as OpenStreetMap keeps them."""
    return np.divide(units, _UNITS_A_DEGREE, dtype=np.float64)


def _steps_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], joined: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return metres from the step before to each step, 0 where a line starts."""
    step = np.zeros(joined.size)
    for at in range(1, step.size, _STEPS_A_TIME):
        to = slice(at, at + _STEPS_A_TIME)
        here = slice(at - 1, min(at + _STEPS_A_TIME, step.size) - 1)
        step[to] = crow_fly_m(lat[here], lon[here], lat[to], lon[to])
    step[~joined] = 0.0
    return step


def _far_sides(ends: Rows, blocked: NDArray[np.bool_], size: int) -> Rows:
    """Give every end at a barrier but the first its own node; return the nodes they stand for."""
    flat = ends.reshape(-1)
    at = np.flatnonzero(blocked[flat])
    at = at[np.argsort(flat[at], kind="stable")]
    again = np.zeros(at.size, bool)
    again[1:] = flat[at[1:]] == flat[at[:-1]]
    far: Rows = flat[at[again]].copy()
    flat[at[again]] = size + np.arange(far.size)
    return far


def _rows_of(node_id: Rows, wanted: Rows) -> Rows:
    rows = np.minimum(np.searchsorted(node_id, wanted), node_id.size - 1)
    found: Rows = rows[node_id[rows] == wanted]
    return found


def _ranges(first: Rows, count: Rows) -> Rows:
    """Return first[i], first[i] + 1, ... (count[i] of them) for each i, one after the other."""
    before = np.cumsum(count) - count
    ranges: Rows = np.repeat(first - before, count) + np.arange(int(count.sum()))
    return ranges
