"""Public transport at national size, on a synthetic timetable of towns and the lines between them.

Not collected by default; ``make bench`` runs it. ``CLUSTERGEO_BENCH_STOPS`` sets the number of
stops: 20,000 by default; 200,000 make a nation of 287,000 trips with 6.4 million calls.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pytest
from benchmarks.nation_feed import DATE, write_nation
from numpy.typing import NDArray

from clustergeo.networks import Timetable, load_timetable
from clustergeo.times.by_transit import Departures, TransitRules
from clustergeo.times.transit import search as engine
from clustergeo.times.transit.patterns import day_of_service
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.setup import Search, prepare
from clustergeo.times.transit.walks import footpaths

STOPS = int(os.environ.get("CLUSTERGEO_BENCH_STOPS", "20000"))
ORIGINS = 12
WINDOW = Departures(DATE, dt.time(7), dt.time(9, 1))
RULES = TransitRules(access="walk", walk_limit_min=5.2)  # 300 m
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
HOUR_S = 3_600

MEMORY = """
import re, sys
from pathlib import Path
from clustergeo.networks import load_timetable
load_timetable(sys.argv[1])
print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


class Nation(NamedTuple):
    feed: Path
    saved: Path
    timetable: Timetable
    search: Search


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    folder = tmp_path_factory.mktemp("nation")
    feed = write_nation(folder / "feed", STOPS)
    saved = load_timetable(feed).save(folder / "saved")
    timetable = load_timetable(saved)
    served = timetable.stop_times["stop"].unique()
    origins = np.random.default_rng(3).choice(served, ORIGINS, replace=False)
    everywhere = np.arange(len(timetable.stops))
    ends = (stops_of(timetable, origins), stops_of(timetable, everywhere))
    return Nation(feed, saved, timetable, prepare(timetable, *ends, WINDOW, RULES))


def stops_of(timetable: Timetable, rows: NDArray[np.int64]) -> gpd.GeoDataFrame:
    stops = timetable.stops.iloc[rows]
    points = gpd.points_from_xy(stops["stop_lon"], stops["stop_lat"])
    return gpd.GeoDataFrame({"place_id": stops["stop_id"]}, geometry=points, crs="EPSG:4326")


def test_reading_the_feed(benchmark: Any, nation: Nation) -> None:
    read = benchmark.pedantic(load_timetable, (nation.feed,), rounds=1)
    assert len(read.stop_times) == len(nation.timetable.stop_times)
    script = [sys.executable, "-c", MEMORY, str(nation.feed)]
    peak = subprocess.run(script, capture_output=True, check=True, text=True).stdout
    benchmark.extra_info["peak_mb"] = round(float(peak))


def test_loading_it_saved(benchmark: Any, nation: Nation) -> None:
    loaded = benchmark.pedantic(load_timetable, (nation.saved,), rounds=3)
    assert len(loaded.trips) == len(nation.timetable.trips)


def test_walks_between_stops(benchmark: Any, nation: Nation) -> None:
    walks = benchmark.pedantic(footpaths, (nation.timetable, RULES), rounds=3)
    assert len(walks.ptr) == STOPS + 1


def test_arranging_a_day(benchmark: Any, nation: Nation) -> None:
    walks = footpaths(nation.timetable, RULES)
    day = benchmark.pedantic(
        day_of_service,
        (nation.timetable, WINDOW, walks),
        {"draws": 1, "limit_s": 6 * HOUR_S},
        rounds=3,
        warmup_rounds=1,
    )
    assert len(day.draws) == 1


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("hours", [3, 6])
def test_five_percentiles_of_121_departures_to_all_stops(
    benchmark: Any, nation: Nation, monkeypatch: pytest.MonkeyPatch, hours: int, threads: int
) -> None:
    monkeypatch.setattr(engine, "_MOST_THREADS", threads)

    def run() -> NDArray[np.int32]:
        limit_s = hours * HOUR_S
        return engine.percentiles(nation.search, WINDOW.seconds, SHARES, limit_s=limit_s)

    found = benchmark.pedantic(run, rounds=2, warmup_rounds=1)
    reached = (found[..., 2] < NEVER).mean()
    benchmark.extra_info["reached"] = round(float(reached), 3)
    benchmark.extra_info["origins"] = ORIGINS
    assert reached > 0


def test_one_departure_at_a_time(benchmark: Any, nation: Nation) -> None:
    first = WINDOW.seconds[:1]

    def run() -> NDArray[np.int32]:
        return engine.percentiles(nation.search, first, (1.0,), limit_s=3 * HOUR_S)

    assert benchmark.pedantic(run, rounds=2, warmup_rounds=1).shape == (ORIGINS, STOPS, 1)
