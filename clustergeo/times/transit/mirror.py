"""The day run backward: a search by deadline is a search by departure in a mirror."""

from __future__ import annotations

import numpy as np

from clustergeo.times.transit.day import Lines, Vehicles

__all__ = ["mirrored"]


def mirrored(lines: Lines, vehicles: Vehicles) -> tuple[Lines, Vehicles]:
    """Return a day on which time runs backward, each vehicle from its last stop to its first.

    Seconds are negated. Who boards alights, who arrives leaves; a latest departure from a door by
    a deadline is an earliest arrival at it, negated. Patterns, positions, profiles and vehicles
    are numbered from the other end; a window of a flow holds the negated moments at which one gets
    ready for its vehicles, so that the wait comes where one alights.

    Parameters
    ----------
    lines, vehicles
        One draw of a day of service.
    """
    ptr = len(lines.stop) - lines.ptr[::-1]
    stop = lines.stop[::-1]
    usable = lines.alight[::-1].copy()
    # Nobody alights where a vehicle starts, which is where it ends in the mirror.
    usable[ptr[1:] - 1] = False
    positions = np.flatnonzero(usable)
    at = positions[np.argsort(stop[positions], kind="stable")]
    stops = len(lines.change_s)
    length = np.diff(lines.ptr)
    foot_from = np.repeat(np.arange(stops, dtype=np.int32), np.diff(lines.foot_ptr))
    back = np.argsort(lines.foot_stop, kind="stable")
    turned = Lines(
        ptr=ptr,
        stop=np.ascontiguousarray(stop),
        board=usable,
        alight=np.ascontiguousarray(lines.board[::-1]),
        pattern=len(length) - 1 - lines.pattern[::-1],
        at_ptr=np.searchsorted(stop[at], np.arange(stops + 1)).astype(np.int32),
        at=at.astype(np.int32),
        arrive=-lines.depart[::-1],
        depart=-lines.arrive[::-1],
        foot_ptr=np.searchsorted(lines.foot_stop[back], np.arange(stops + 1)).astype(np.int32),
        foot_stop=foot_from[back],
        foot_s=lines.foot_s[back],
        change_s=lines.change_s,
        flow=np.ascontiguousarray(lines.flow[::-1]),
    )
    own = np.repeat(length, np.diff(vehicles.ptr))
    windows = np.repeat(lines.flow, np.diff(vehicles.ptr))
    start = np.where(windows, 1 - vehicles.end, -vehicles.start)
    end = np.where(windows, 1 - vehicles.start, 0)
    return turned, Vehicles(
        ptr=len(vehicles.start) - vehicles.ptr[::-1],
        start=np.ascontiguousarray(start[::-1]),
        profile=np.ascontiguousarray((len(lines.arrive) - vehicles.profile - own)[::-1]),
        trip=np.ascontiguousarray(vehicles.trip[::-1]),
        end=np.ascontiguousarray(end[::-1]),
        wait=np.ascontiguousarray(vehicles.wait[::-1]),
    )
