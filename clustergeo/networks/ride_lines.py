"""The line of a ride on the map: along the shape of its trip, or straight from stop to stop."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.networks.timetable import Timetable
from clustergeo.units import EARTH_RADIUS_M

__all__ = ["ride_line"]

Points = NDArray[np.float64]
"""Longitudes and latitudes, shape (n, 2)."""


def ride_line(timetable: Timetable, trip: int, from_call: int, to_call: int) -> shapely.LineString:
    """Return where a vehicle runs between two of its calls.

    Stops are placed on the shape in the order of the trip, so that a line that passes the same
    street twice is cut at the right passage. A through-run follows the trips it is made of.

    Parameters
    ----------
    timetable
        The timetable, read with ``shapes=True`` for more than straight lines.
    trip
        Row of the trip.
    from_call, to_call
        Calls of the trip, from 0.

    Returns
    -------
    line : shapely.LineString
        Longitudes and latitudes, degrees.

    Raises
    ------
    UsageError
        If the trip has no such calls, or they are not in order.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> ride_line(load_timetable(), 0, 0, 1).geom_type
    'LineString'
    """
    first, last = _calls(timetable, trip)
    if not 0 <= from_call < to_call < last - first:
        message = (
            f"no ride on trip {trip} (calls {from_call} to {to_call} of {last - first}) - "
            "name two calls of the trip in order"
        )
        raise UsageError(message)
    pieces = []
    for ridden, begin, count in _parts(timetable, trip):
        start, end = max(from_call - begin, 0), min(to_call - begin, count - 1)
        if start < end:
            pieces.append(_part_line(timetable, ridden, start, end))
    return shapely.LineString(np.concatenate(pieces))


def _calls(timetable: Timetable, trip: int) -> tuple[int, int]:
    """Return the first call of a trip in stop_times, and the one after its last."""
    rows = timetable.stop_times["trip"].to_numpy()
    first, last = np.searchsorted(rows, [trip, trip + 1])
    return int(first), int(last)


def _parts(timetable: Timetable, trip: int) -> list[tuple[int, int, int]]:
    """Return the trips that are ridden, where each begins within the run, and its calls."""
    runs = timetable.through
    rows = runs[runs["trip"] == trip]
    parts = list(zip(rows["ridden"].tolist(), rows["first_call"].tolist(), strict=True))
    found = []
    for ridden, begin in parts or [(trip, 0)]:
        first, last = _calls(timetable, ridden)
        found.append((ridden, begin, last - first))
    return found


def _part_line(timetable: Timetable, trip: int, start: int, end: int) -> Points:
    first, last = _calls(timetable, trip)
    stop = timetable.stop_times["stop"].to_numpy()[first:last]
    stops: Points = timetable.stops[["stop_lon", "stop_lat"]].to_numpy(dtype=np.float64)[stop]
    placed = np.isfinite(stops[:, 0] + stops[:, 1])
    straight: Points = stops[start : end + 1][placed[start : end + 1]]
    lines = timetable.shapes["line"][timetable.shapes["trip"] == trip]
    if lines.empty or not (placed[start] and placed[end]):
        return straight
    line: Points = lines.iloc[0]
    offsets, along = _along(line, stops[placed])
    rank = np.cumsum(placed) - 1
    begin, finish = along[rank[start]], along[rank[end]]
    if finish <= begin:
        return straight
    inside = line[(offsets > begin) & (offsets < finish)]
    ends = [
        [np.interp(at, offsets, line[:, 0]), np.interp(at, offsets, line[:, 1])]
        for at in (begin, finish)
    ]
    cut: Points = np.concatenate([ends[:1], inside, ends[1:]])
    return cut


def _along(line: Points, stops: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return metres along a line of its vertices and of stops that follow each other on it.

    Of all ways to place the stops in order on the pieces of the line, the one with the least sum
    of distances is taken; metres backwards within a piece count as such.
    """
    scale = np.radians(EARTH_RADIUS_M) * np.array([np.cos(np.radians(stops[:, 1].mean())), 1.0])
    vertices, points = line * scale, stops * scale
    piece = np.diff(vertices, axis=0)
    length = np.hypot(*piece.T)
    offsets = np.concatenate([[0.0], np.cumsum(length)])
    away = points[:, None] - vertices[None, :-1]
    share = (away * piece).sum(axis=2) / np.maximum(length**2, 1e-12)
    share = np.clip(share, 0.0, 1.0)
    metres = np.hypot(*(away - share[..., None] * piece).transpose(2, 0, 1))
    best, pieces = metres[0], np.arange(len(length))
    came: list[NDArray[np.int64]] = []
    for row, at, before in zip(metres[1:], share[1:], share[:-1], strict=True):
        least = np.minimum.accumulate(best)
        # Where the least so far was met: the last piece that lowered it.
        met = np.maximum.accumulate(np.where(best == least, pieces, 0))
        stay = best + np.maximum(before - at, 0.0) * length
        earlier = np.r_[np.inf, least[:-1]]
        came.append(np.where(stay <= earlier, pieces, np.r_[0, met[:-1]]))
        best = row + np.minimum(stay, earlier)
    where = [int(np.argmin(best))]
    for at in reversed(came):
        where.append(int(at[where[-1]]))
    where.reverse()
    along = offsets[where] + share[np.arange(len(stops)), where] * length[where]
    return offsets, np.maximum.accumulate(along)
