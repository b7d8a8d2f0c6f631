"""The largest inputs: refused before the work if they cannot fit, broken off at any time."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.test_reach import run
from times.test_turns import network_of
from toy_feed import DATE, HOUR, Trip, World, places, write_feed

from clustergeo import _room
from clustergeo.errors import FeedError, InputError
from clustergeo.networks import load_timetable
from clustergeo.times import (
    Departures,
    TransitRules,
    car_times,
    transit_isochrones,
    transit_journeys,
    transit_times,
)
from clustergeo.times.crosscheck import sampled_nodes
from clustergeo.times.hierarchy import build, topology
from clustergeo.times.transit import search as scans

ROAD = network_of(4, [(0, 1, 60_000, False), (1, 2, 60_000, False), (2, 3, 60_000, False)])
STAR = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], np.int32)
WINDOW = Departures(DATE, dt.time(7), dt.time(8))
ENDS = places(a=(36.0, 127.0), b=(36.0, 127.1))
CALLS = [(0, 0, 0, True, True), (1, 900, 900, True, True)]
LINE = World([(36.0, 127.0), (36.0, 127.1)], [Trip(CALLS, [(0, 24 * HOUR, 600, False)])])


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what sets the bytes that are free."""

    def free(count: int) -> None:
        monkeypatch.setattr(_room, "free_memory_bytes", lambda: count)

    return free


def test_described_trips_by_car_that_do_not_fit_are_refused_with_advice(memory: Any) -> None:
    spots = sampled_nodes(ROAD, 4)
    memory(26_000)
    with pytest.raises(InputError, match=r"16 described trips by car: needs .* write_od_matrix"):
        car_times(ROAD, spots, spots)
    memory(27_000)
    assert len(car_times(ROAD, spots, spots).table) == 16


def test_samples_by_transit_that_do_not_fit_are_refused_with_advice(memory: Any) -> None:
    timetable, rules = LINE.timetable(), TransitRules(access="walk", headway_draws=4)
    memory(40_000)
    # 60 departures in 4 draws, 40 bytes each, and what describes the trip.
    words = r"4 pairs of places by transit, 240 samples each: needs .* shorter window"
    for ask in (transit_times, transit_journeys):
        with pytest.raises(InputError, match=words):
            ask(timetable, ENDS, ENDS, WINDOW, rules)
    few = TransitRules(access="walk", headway_draws=1)
    assert len(transit_times(timetable, ENDS, ENDS, WINDOW, few).table) == 4
    with pytest.raises(InputError, match="240 samples each"):
        transit_times(
            timetable,
            ENDS,
            ENDS,
            Departures(DATE, dt.time(7), dt.time(8), step_min=10),
            TransitRules(access="walk", headway_draws=4, wait="plan"),
        )


def test_isochrones_by_transit_that_do_not_fit_are_refused_with_advice(memory: Any) -> None:
    rules = TransitRules(access="walk", headway_draws=4)
    memory(10_000)
    with pytest.raises(InputError, match=r"over 2 stops, 240 samples each: .* shorter window"):
        transit_isochrones(LINE.timetable(), ENDS, [30], WINDOW, rules)


def test_a_feed_that_does_not_fit_is_refused_before_it_is_read(
    memory: Any, tmp_path: Path
) -> None:
    feed = write_feed(tmp_path / "feed")
    archive = tmp_path / "feed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for member in feed.iterdir():
            packed.write(member, member.name)
        packed.writestr("unknown.txt", "x" * 100_000)  # never read
    text = sum(member.stat().st_size for member in feed.iterdir())
    memory(8 * text)
    for path in (feed, archive):
        with pytest.raises(FeedError, match=r"needs 0.0 GB of memory .* cut it to your region"):
            load_timetable(path)
    memory(10 * text)
    assert len(load_timetable(archive).trips) == len(load_timetable(feed).trips) == 2


def test_a_command_that_cannot_fit_ends_with_one_line_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], memory: Any, tmp_path: Path
) -> None:
    out = tmp_path / "times.csv"
    memory(300_000)
    words = ["--from", "osong", "--to", "sejong", "--mode", "transit"]
    code, _, err = run(capsys, "times", *words, "--out", out)
    assert code == 3
    (line,) = (line for line in err.splitlines() if line.startswith("clustergeo: error"))
    assert "of memory" in line
    assert " - " in line
    assert not out.exists()


def test_a_long_dissection_does_not_hold_up_an_interruption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topology, "_LONG_FROM", 0)
    monkeypatch.setattr(topology, "_CHILD", "import time; time.sleep(60)")
    began = time.monotonic()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        build(*STAR)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("program", [sys.executable, "/bin/false", "/no/such/program"])
def test_a_dissection_by_a_child_is_the_same_and_none_is_needed(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    here = build(*STAR)
    monkeypatch.setattr(topology, "_LONG_FROM", 0)
    monkeypatch.setattr(sys, "executable", program)
    assert build(*STAR).node.tobytes() == here.node.tobytes()


def test_scans_that_have_not_begun_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_MOST_THREADS", 1)
    begun: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        assert total == 500
        if done == 3:
            raise KeyboardInterrupt

    def scan(task: tuple[int, int]) -> None:
        begun.append(task)
        time.sleep(0.002)

    with pytest.raises(KeyboardInterrupt):
        scans._in_threads(scan, [(0, origin) for origin in range(500)], stop)
    assert len(begun) < 100


def test_progress_counts_every_scan() -> None:
    seen: list[tuple[int, int]] = []
    rules = TransitRules(access="walk", headway_draws=2)
    transit_times(
        LINE.timetable(), ENDS, ENDS, WINDOW, rules, progress=lambda *told: seen.append(told)
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert np.diff([done for done, _ in seen]).tolist() == [1, 1, 1]
