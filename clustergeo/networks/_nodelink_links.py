"""Links of a node-link set that a car can drive, joined to their nodes; the rest is counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo.errors import Fault, RoadError
from clustergeo.networks._nodelink_keys import first_repeat, rows_of
from clustergeo.networks._nodelink_shapes import Lines, gap_m, joined_to_nodes, lines_of, points_of
from clustergeo.networks._nodelink_tables import Table

__all__ = ["Links", "Nodes", "links_of", "nodes_of"]

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

MOST_LOST = 0.01
"""Share of links that may be lost to missing nodes before the set counts as incomplete."""

MOST_APART_M = 100.0
"""Further apart, a line and its node are two places."""

_CLOSED = 1
_NOT_FOR_CARS = 1
# Stated over measured length; outside lies another unit, not a winding road.
_LENGTH_RATIOS = (0.5, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Nodes of the set: id and place in degrees, shape (nodes,)."""

    file: str
    node_id: Rows
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links that can be driven, from their start to their end.

    Parameters
    ----------
    row
        Their rows in the table, increasing; shape (links,).
    link_id, start, end
        Id, and rows of the nodes they leave and enter; shape (links,).
    length_m
        Metres as stated, measured along the line where none is stated; shape (links,).
    lines
        In the direction of travel.
    notes
        What was dropped, mended or counted.
    """

    row: Rows
    link_id: Rows
    start: Rows
    end: Rows
    length_m: NDArray[np.float64]
    lines: Lines
    notes: tuple[str, ...]


def nodes_of(table: Table, asked: CRS | None) -> Nodes:
    """Return the nodes of the set.

    Raises
    ------
    RoadError
        If an id is broken or stands twice, or the places cannot be known.
    """
    node_id = table.ids("NODE_ID")
    if fault := _repeat(table, "NODE_ID", node_id):
        raise RoadError(fault)
    return Nodes(table.file, node_id, *points_of(table, asked))


def _repeat(table: Table, field: str, ids: Rows) -> Fault | None:
    if not (found := first_repeat(ids)):
        return None
    row, count = found
    what = f"stands more than once ({ids[row]}; {count:,} rows in all)"
    return Fault(table.file, what, "keep one of them", row=row + 1, field=field)


def links_of(table: Table, nodes: Nodes, asked: CRS | None) -> Links:
    """Return the links that a car can drive.

    Raises
    ------
    RoadError
        If ids are broken or stand twice, more than MOST_LOST of the links name missing nodes or
        end away from them, lengths are no metres, or nothing is left.
    """
    link_id = table.ids("LINK_ID")
    ends = np.stack([rows_of(table.ids(name), nodes.node_id) for name in ("F_NODE", "T_NODE")])
    ghost = (ends[0] < 0) | (ends[1] < 0)
    faults = [_repeat(table, "LINK_ID", link_id), _ghosts(table, nodes, link_id, ghost)]
    if found := [fault for fault in faults if fault]:
        raise RoadError(*found)
    closed = table.codes("ROAD_USE") == _CLOSED
    barred = table.codes("REST_VEH") == _NOT_FOR_CARS
    keep = ~(ghost | closed | barred)
    if not keep.any():
        what = f"no link is left to drive on (of {keep.size:,})"
        raise RoadError(Fault(table.file, what, "use a whole set"))
    row = np.flatnonzero(keep)
    start, end = ends[:, row]
    places = nodes.lon[ends[:, row]], nodes.lat[ends[:, row]]
    lines, drawn, turned = joined_to_nodes(lines_of(table, asked).taken(keep), *places)
    apart = gap_m(lines, *places) > MOST_APART_M
    _refuse_apart(table, nodes, link_id[row], apart)
    length_m, unstated = _lengths(table, row, lines.length_m)
    counted = (
        (ghost, "links are left out: their nodes are not in MOCT_NODE."),
        (closed & ~ghost, "links are left out: not in use (ROAD_USE 1)."),
        (barred & ~closed & ~ghost, "links are left out: closed to cars (REST_VEH 1)."),
        (drawn, "links without a line are drawn straight."),
        (turned, "links drawn from end to start are turned round."),
        (apart, f"links end more than {MOST_APART_M:.0f} m from their node."),
        (unstated, "links without a length are measured along their line."),
        (length_m <= 0, "links have no length at all; they take no time."),
    )
    notes = tuple(f"{np.count_nonzero(rows):,} {what}" for rows, what in counted if rows.any())
    return Links(row, link_id[row], start, end, length_m, lines, notes)


def _ghosts(table: Table, nodes: Nodes, link_id: Rows, ghost: Mask) -> Fault | None:
    if ghost.mean() <= MOST_LOST:
        return None
    what = (
        f"{np.count_nonzero(ghost):,} of {ghost.size:,} links name nodes that {nodes.file} lacks "
        f"(first: link {link_id[ghost.argmax()]})"
    )
    return Fault(table.file, what, "use nodes and links of one edition", field="F_NODE, T_NODE")


def _refuse_apart(table: Table, nodes: Nodes, link_id: Rows, apart: Mask) -> None:
    if apart.mean() > MOST_LOST:
        what = (
            f"{np.count_nonzero(apart):,} of {apart.size:,} links end more than "
            f"{MOST_APART_M:.0f} m from their nodes in {nodes.file} "
            f"(first: link {link_id[apart.argmax()]})"
        )
        fix = "use nodes and links of one edition, or pass their CRS"
        raise RoadError(Fault(table.file, what, fix))


def _lengths(
    table: Table, row: Rows, measured_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Mask]:
    """Return metres, and where none are stated."""
    stated = table.numbers("LENGTH")[row]
    # Some editions state the length of the shape only.
    stated = np.where(stated > 0, stated, table.numbers("SHAPE_STLE")[row])
    known = np.isfinite(stated) & (stated > 0)
    both = known & (measured_m > 0)
    if both.any():
        low, high = _LENGTH_RATIOS
        ratio = float(np.median(stated[both] / measured_m[both]))
        if not low <= ratio <= high:
            what = f"is not in metres (half of the links: {ratio:.3g} times their line, or less)"
            raise RoadError(Fault(table.file, what, "write it in metres", field="LENGTH"))
    return np.where(known, stated, measured_m), ~known
