"""The rules on times, speeds and repetition against plain loops over the rows of random feeds."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from toy_feed import straight_m
from toy_lint import CLEAN, minutes, write_clean

from clustergeo.networks.feed_lint import lint_feed

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

STOPS = {f"x{i}": (36.0 + (i * i) / 2_000, 127.0 + i / 300) for i in range(9)}
LIMITS = {"one": 120.0, "two": 120.0, "cable": 40.0, "ship": 90.0}
TYPES = {"one": 1, "two": 3, "cable": 5, "ship": 4}
SPEED_CHECKS = ("too_fast", "impossible_speed", "zero_second_hop", "too_slow", "backward_time")

Call = tuple[str, int, int, str]


def random_calls(seed: int) -> dict[str, list[Call]]:
    """Return calls by trip: to the second or to the minute, some too fast or backwards."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    trips: dict[str, list[Call]] = {}
    for number in range(60):
        step = dice.choice((1, 60))
        time = dice.randrange(18_000, 60_000, step)
        calls: list[Call] = []
        for stop in dice.sample(sorted(STOPS), dice.randint(2, 6)):
            stay = dice.choice((0, 0, step))
            calls.append((list(TYPES)[number % 4], time, time + stay, stop))
            time += stay + step * dice.choice((0, 1, 2, 5, 9, 30, 400, 4_000, -1))
        trips[f"t{number}"] = calls
    for copy, of in (("t60", "t3"), ("t61", "t8"), ("t62", "t3")):
        trips[copy] = list(trips[of])
    return trips


def expected(trips: dict[str, list[Call]]) -> tuple[Counter[str], set[str]]:
    """Return hops by rule and the trips that repeat an earlier one, one row after the other."""
    found: Counter[str] = Counter()
    seen: dict[tuple[Call, ...], str] = {}
    repeated = set()
    for trip, calls in trips.items():
        if seen.setdefault(tuple(calls), trip) != trip:
            repeated.add(trip)
        for (route, _, left, start), (_, reached, _, end) in pairwise(calls):
            seconds = reached - left
            metres = straight_m(STOPS[start], STOPS[end])
            whole = left % 60 == 0 and reached % 60 == 0
            if seconds < 0:
                found["backward_time"] += 1
                continue
            kph = metres / (seconds + (60 if whole else 1)) * 3.6
            if kph > 2 * LIMITS[route] and metres > 500:
                found["impossible_speed"] += 1
            elif seconds == 0 and metres > (1_000 if whole else 100):
                found["zero_second_hop"] += 1
            elif kph > LIMITS[route]:
                found["too_fast"] += 1
            if metres >= 1_000 and metres / max(seconds - (60 if whole else 0), 1) * 3.6 < 3:
                found["too_slow"] += 1
    return found, repeated


@pytest.mark.parametrize("seed", range(4))
def test_rules_find_what_plain_loops_find(tmp_path: Path, seed: int) -> None:
    trips = random_calls(seed)
    stops = "stop_id,stop_name,stop_lat,stop_lon\n"
    stops += "".join(f"{s},{s},{lat!r},{lon!r}\n" for s, (lat, lon) in STOPS.items())
    routes = CLEAN["routes.txt"].split("\n", 1)[0] + "\n"
    routes += "".join(f"{route},A,{route},,{kind}\n" for route, kind in TYPES.items())
    table = CLEAN["trips.txt"].split("\n", 1)[0] + "\n"
    table += "".join(f"{calls[0][0]},WD,{trip}\n" for trip, calls in trips.items())
    rows = [
        f"{trip},{minutes(arrival)},{minutes(departure)},{stop},{order}\n"
        for trip, calls in trips.items()
        for order, (_, arrival, departure, stop) in enumerate(calls)
    ]
    random.Random(seed).shuffle(rows)  # noqa: S311 - no secret
    times = CLEAN["stop_times.txt"].split("\n", 1)[0] + "\n" + "".join(rows)
    files = {"stops.txt": stops, "routes.txt": routes, "trips.txt": table, "stop_times.txt": times}
    files |= {"frequencies.txt": "", "transfers.txt": ""}
    findings = lint_feed(write_clean(tmp_path, files))
    hops, repeated = expected(trips)
    counts = findings.groupby("check")["count"].sum()
    assert {c: int(counts.get(c, 0)) for c in SPEED_CHECKS} == {c: hops[c] for c in SPEED_CHECKS}
    assert all(hops[c] for c in SPEED_CHECKS)
    twice = findings[findings["check"] == "duplicate_trip"]["value"]
    assert {value.split(" ")[0] for value in twice} == repeated
    assert len(repeated) >= 3
