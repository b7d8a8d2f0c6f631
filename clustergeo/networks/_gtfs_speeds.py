"""Speeds that no vehicle of its kind reaches: they are told, for a stop or a time is wrong."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.route_types import mode_of
from clustergeo.units import METRES_PER_KILOMETRE, SECONDS_PER_HOUR

__all__ = ["speed_notes"]

_ROUNDING_S: Final = 60
"""Times are often rounded to the minute; this much is added before a speed is judged."""


def speed_notes(
    stop_times: pd.DataFrame, trips: pd.DataFrame, routes: pd.DataFrame, stops: pd.DataFrame
) -> list[str]:
    """Return one note for each mode that is too fast somewhere, with its fastest hop.

    Parameters
    ----------
    stop_times, trips, routes, stops
        Tables of the timetable.
    """
    trip = stop_times["trip"].to_numpy()
    stop = stop_times["stop"].to_numpy()
    lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
    hops = np.flatnonzero(trip[1:] == trip[:-1])
    left, reached = stop[hops], stop[hops + 1]
    metres = crow_fly_m(lat[left], lon[left], lat[reached], lon[reached])
    seconds = (
        stop_times["arrival_s"].to_numpy()[hops + 1]
        - stop_times["departure_s"].to_numpy()[hops]
        + _ROUNDING_S
    )
    kph = np.nan_to_num(metres) / METRES_PER_KILOMETRE / seconds * SECONDS_PER_HOUR
    of_route = [mode_of(int(code)) for code in routes["route_type"]]
    route = trips["route"].to_numpy()
    limit = np.array([mode.fastest_kph for mode in of_route])[route][trip[hops]]
    fast = np.flatnonzero(kph > limit)
    names = stops["stop_id"].to_numpy()
    notes = []
    keys = np.array([mode.key for mode in of_route], dtype=object)[route]
    for key in sorted(set(keys[trip[hops[fast]]])):
        own = fast[keys[trip[hops[fast]]] == key]
        worst = own[np.argmax(kph[own])]
        mode = of_route[route[trip[hops[worst]]]]
        notes.append(
            f"{len(own):,} hops are faster than a {mode.en} goes ({mode.fastest_kph:,.0f} km/h "
            f"straight); the fastest: trip {trips['trip_id'].iloc[trip[hops[worst]]]}, stops "
            f"{names[left[worst]]} to {names[reached[worst]]}, {kph[worst]:,.0f} km/h"
        )
    return notes
