"""A window scanned once, labels kept, beside one search per departure: same answers, same run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from toy_feed import places

from clustergeo.networks._gtfs import load_timetable
from clustergeo.times import _transit_search as transit
from clustergeo.times._raptor import NEVER, Ends, scan_window
from clustergeo.times.by_transit import Departures, TransitRules

WINDOW = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(9))
KAIST, SEOUL = (36.36828, 127.35698), (37.55474, 126.9707)


@pytest.fixture(scope="module")
def search() -> transit.Search:
    ends = places(kaist=KAIST, seoul=SEOUL)
    rules = TransitRules(access="walk", headway_draws=1)
    return transit.prepare(load_timetable(), ends, ends, WINDOW, rules)


def scan(search: transit.Search, parts: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    day, out = search.day, search.access
    by_stop = transit._by_stop(search.egress, len(day.lines.change_s))
    rows = slice(out.ptr[0], out.ptr[1])
    ends = Ends(out.stop[rows], out.seconds[rows], *by_stop)
    found = []
    for departures in parts:
        arrivals = np.empty((len(departures), 2), dtype=np.int32)
        scan_window(day.lines, day.draws[0], ends, departures, day.horizon_s, arrivals)
        found.append(arrivals)
    return np.concatenate(found)


def test_a_window_at_once(benchmark: Any, search: transit.Search) -> None:
    together = benchmark(scan, search, [WINDOW.seconds])
    alone = scan(search, [WINDOW.seconds[i : i + 1] for i in range(len(WINDOW.seconds))])
    np.testing.assert_array_equal(together, alone)
    assert (together[:, 1] < NEVER).all()


def test_a_search_per_departure(benchmark: Any, search: transit.Search) -> None:
    parts = [WINDOW.seconds[i : i + 1] for i in range(len(WINDOW.seconds))]
    assert benchmark(scan, search, parts).shape == (120, 2)
