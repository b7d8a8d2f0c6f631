"""A window scanned once, labels kept, beside one search per departure: same answers, same run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from toy_feed import places

from clustergeo.networks._gtfs import load_timetable
from clustergeo.times.by_transit import Departures, TransitRules
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.search import percentiles, sampled
from clustergeo.times.transit.setup import Search, prepare

SHARED = Path(__file__).parents[3] / "shared/data/good_feeds"
WINDOW = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(9))
KAIST, SEOUL = (36.36828, 127.35698), (37.55474, 126.9707)


@pytest.fixture(scope="module")
def search() -> Search:
    ends = places(kaist=KAIST, seoul=SEOUL)
    rules = TransitRules(access="walk", headway_draws=1)
    return prepare(load_timetable(), ends, ends, WINDOW, rules)


def scan(search: Search, parts: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate([sampled(search, part, None).seconds for part in parts], axis=2)


def test_a_window_at_once(benchmark: Any, search: Search) -> None:
    together = benchmark(scan, search, [WINDOW.seconds])
    alone = scan(search, [WINDOW.seconds[i : i + 1] for i in range(len(WINDOW.seconds))])
    np.testing.assert_array_equal(together, alone)
    assert (together[0, 1] < NEVER).all()


def test_a_search_per_departure(benchmark: Any, search: Search) -> None:
    parts = [WINDOW.seconds[i : i + 1] for i in range(len(WINDOW.seconds))]
    assert benchmark(scan, search, parts).shape == (2, 2, 120)


@pytest.mark.parametrize("feed", ["cairns_gtfs.zip", "caltrain-2017-07-24", "nyc_subway_gtfs.zip"])
def test_a_real_feed_from_a_stop_to_all_stops(benchmark: Any, feed: str) -> None:
    if not (SHARED / feed).exists():
        pytest.skip("no shared data")
    timetable = load_timetable(SHARED / feed)
    counts = timetable.services["date"].value_counts().sort_index()
    date = pd.Timestamp(counts.index[int(np.argmax(counts.to_numpy()))]).date()
    lat, lon = timetable.stops["stop_lat"], timetable.stops["stop_lon"]
    placed = np.flatnonzero(lat.notna())
    ends = places(**{f"p{i}": (lat[i], lon[i]) for i in placed})
    window = Departures(date, dt.time(7), dt.time(9, 1))
    busiest = int(timetable.stop_times["stop"].value_counts().index[0])
    home = ends[ends["place_id"] == f"p{busiest}"]
    rules = TransitRules(access="walk", headway_draws=1)
    search = prepare(timetable, home, ends, window, rules)
    found = benchmark(percentiles, search, window.seconds, (0.05, 0.25, 0.5, 0.75, 0.95))
    assert (found[0, :, 2] < NEVER).mean() > 0.1
