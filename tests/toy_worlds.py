"""Random worlds small enough for plain searches, with everything a timetable may hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from toy_feed import DATE, HOUR, Trip, World, places

from clustergeo.times.by_transit import Departures

__all__ = ["SETTINGS", "WINDOW", "two_ends", "worlds"]

WINDOW = Departures(DATE, dt.time(7), dt.time(7, 20), step_min=4)
STEP_DEG = 0.005  # 556 m: neighbours can be walked, others not
SETTINGS = settings(derandomize=True, deadline=None, max_examples=12)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    cells = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=8, unique=True
        )
    )
    stops = [(36.0 + i * STEP_DEG * 1.7, 127.0 + j * STEP_DEG * 1.7) for i, j in cells]
    stop = st.integers(0, len(stops) - 1)
    trips = []
    for _ in range(draw(st.integers(4, 14))):
        path = draw(st.lists(stop, min_size=3, max_size=5))
        day = draw(st.sampled_from([0, 0, 0, -1, 1]))
        time = 7 * HOUR + 60 * draw(st.integers(-10, 60)) - day * 24 * HOUR
        if day == 1:
            time = 60 * draw(st.integers(0, 60))
        calls = []
        for s in path:
            dwell = 60 * draw(st.sampled_from([0, 0, 1, 3]))
            on, off = draw(st.sampled_from([(True, True)] * 8 + [(True, False), (False, True)]))
            calls.append((s, time, time + dwell, on, off))
            time += dwell + 60 * draw(st.integers(1, 9))
        windows = []
        if day == 0 and draw(st.integers(0, 3)) == 0:
            start = 7 * HOUR + 60 * draw(st.integers(-30, 20))
            length, headway = draw(st.integers(1, 60)), draw(st.integers(2, 20))
            windows = [(start, start + 60 * length, 60 * headway, draw(st.booleans()))]
        trips.append(Trip(calls, windows, day))
    rule = st.tuples(
        stop, stop, st.sampled_from([0, 2, 2, 3]), st.sampled_from([None, 0, 90, 600])
    )
    rules = draw(st.lists(rule, max_size=4, unique_by=lambda r: (r[0], r[1])))
    # The kinds without their own time of change are covered by hand-made tests.
    rules = [r if r[0] != r[1] or r[2] != 0 else (r[0], r[1], 2, r[3]) for r in rules]
    return World(stops, trips, rules)


def two_ends(world: World) -> tuple[Any, dict[str, tuple[float, float]]]:
    first, last = world.stops[0], world.stops[-1]
    points = {"home": (first[0] + 0.001, first[1] - 0.001), "work": (last[0], last[1] + 0.002)}
    return places(**points), points
