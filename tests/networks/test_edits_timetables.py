"""Edits of public transport: counted by hand in small worlds, and what must hold in any."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_feed import DATE, FILES, HOUR, Trip, World, places, straight_m, write_feed
from toy_worlds import SETTINGS, WINDOW, two_ends, worlds

from clustergeo.errors import ScenarioError
from clustergeo.networks import Timetable, load_timetable
from clustergeo.networks.edits import edit_from
from clustergeo.networks.edits._seated import joined, parted
from clustergeo.networks.edits.scenario import load_scenario
from clustergeo.networks.edits.timetables import Headway, NewLine, NewStop, apply, resolve
from clustergeo.networks.feed_lint import lint_feed
from clustergeo.times.by_transit import Departures, TransitRules, transit_times
from clustergeo.times.transit.search import Samples, sampled
from clustergeo.times.transit.setup import prepare

RULES = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
LINE = {
    "kind": "new_line", "route_id": "new", "route_type": 3, "stops": ["p", "q", "r"],
    "section_min": [5.0, 7.5], "dwell_min": 1.0, "every_min": 10.0, "start": "06:00",
    "end": "22:00",
}  # fmt: skip


STOPS = "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(
    f"{name},{name.upper()},36.00,{127 + i / 10:.2f}\n" for i, name in enumerate("abcde")
)
HEAD = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


def trip(name: str, *stops: str) -> str:
    """Return the rows of a trip from calls like ``a 07:10``."""
    rows = []
    for number, call in enumerate(stops):
        stop, time = call.split()
        rows.append(f"{name},{time}:00,{time}:00,{stop},{number}\n")
    return "".join(rows)


def feed(folder: Path, trips: str, times: str, **changes: str) -> Timetable:
    files = {"stops_txt": STOPS, "frequencies_txt": "", **changes}
    header = "route_id,service_id,trip_id,block_id\n"
    written = write_feed(folder, trips_txt=header + trips, stop_times_txt=HEAD + times, **files)
    return load_timetable(written)


def runs(timetable: Timetable) -> list[str]:
    return timetable.trips["trip_id"].iloc[timetable.through["trip"].unique()].tolist()


@pytest.fixture
def toy(tmp_path: Path) -> Timetable:
    return load_timetable(write_feed(tmp_path / "toy"))


def changed(timetable: Timetable, *edits: dict[str, Any]) -> Timetable:
    return apply([edit_from(edit) for edit in edits], timetable)


def said(timetable: Timetable, *edits: dict[str, Any]) -> list[str]:
    """Return the faults without the way out."""
    found = resolve([edit_from(edit) for edit in edits], timetable)
    return [f"{fault.field}: {fault.what}" for fault in found]


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}" + (
        f":{seconds % 60:02d}" if seconds % 60 else ""
    )


def calls(timetable: Timetable, trip_id: str) -> list[str]:
    """Return the calls of a trip as ``p 07:10-07:11``; one time where it does not stand."""
    row = timetable.trips["trip_id"].tolist().index(trip_id)
    table = timetable.stop_times[timetable.stop_times["trip"] == row]
    names = timetable.stops["stop_id"].to_numpy()
    return [
        f"{names[stop]} {clock(a)}" + (f"-{clock(d)}" if d != a else "")
        for stop, a, d in zip(table["stop"], table["arrival_s"], table["departure_s"], strict=True)
    ]


def windows(timetable: Timetable, trip_id: str) -> list[str]:
    row = timetable.trips["trip_id"].tolist().index(trip_id)
    table = timetable.frequencies[timetable.frequencies["trip"] == row]
    return [
        f"{clock(s)}-{clock(e)} every {h}" + (" exact" if x else "")
        for s, e, h, x in table[["start_s", "end_s", "headway_s", "exact"]].itertuples(index=False)
    ]


def evidence(timetable: Timetable) -> dict[str, str]:
    return dict(zip(timetable.routes["route_id"], timetable.routes["evidence"], strict=True))


def assert_sound(timetable: Timetable, folder: Path) -> None:
    """Assert that lint, disk and router take it."""
    findings = lint_feed(timetable)
    assert not (findings["severity"] == "error").any(), findings
    loaded = load_timetable(timetable.save(folder / "saved"))
    assert_same(loaded, timetable)
    trip_rows = timetable.stop_times["trip"].to_numpy()
    assert (trip_rows[1:] >= trip_rows[:-1]).all()


def assert_same(one: Timetable, other: Timetable) -> None:
    for field in fields(Timetable):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, pd.DataFrame):
            pd.testing.assert_frame_equal(a, b)
        else:
            assert a == b


# A new line


def test_a_new_line_runs_both_ways_by_its_minutes(toy: Timetable, tmp_path: Path) -> None:
    made = changed(toy, LINE)
    assert calls(made, "new_0") == ["p 06:00", "q 06:05-06:06", "r 06:13:30"]
    assert calls(made, "new_1") == ["r 06:00", "q 06:07:30-06:08:30", "p 06:13:30"]
    assert windows(made, "new_0") == windows(made, "new_1") == ["06:00-22:00 every 600"]
    assert evidence(made) == {"one": "derived", "two": "derived", "new": "estimated"}
    assert made.notes[-1] == "new line new: 3 stops, 14 min, 14 min, assumed"
    assert len(made.services) == len(toy.services)  # the service of all days is there already
    assert_sound(made, tmp_path)


def test_a_line_of_one_way_with_periods_and_exact_times(toy: Timetable) -> None:
    line = {k: v for k, v in LINE.items() if k not in {"every_min", "start", "end"}}
    periods = [
        {"every_min": 20, "start": "05:30", "end": "07:00"},
        {"every_min": 7.5, "start": "07:00", "end": "25:00"},
    ]
    made = changed(toy, line | {"periods": periods, "exact": True, "both_ways": False})
    assert len(made.trips) == len(toy.trips) + 1
    assert windows(made, "new_0") == [
        "05:30-07:00 every 1200 exact",
        "07:00-25:00 every 450 exact",
    ]


def test_new_stops_and_names_in_two_languages(toy: Timetable) -> None:
    new = {"stop_id": "s", "lon": 127.25, "lat": 36.0, "name_en": "Ess", "name_ko": "에스"}
    plain = {"stop_id": "u", "lon": 127.28, "lat": 36.0}
    names = {"short_name": "N", "name_en": "New", "name_ko": "새"}
    stops = ["r", new, plain]
    made = changed(toy, LINE | names | {"stops": stops})
    assert made.stops.iloc[3][["stop_id", "stop_name", "stop_name_en"]].tolist() == [
        "s", "에스", "Ess",
    ]  # fmt: skip
    assert made.stops.iloc[4][["stop_name", "stop_name_en"]].tolist() == ["u", "u"]
    assert made.routes.iloc[-1][["short_name", "long_name", "name_en"]].tolist() == [
        "N", "새", "New",
    ]  # fmt: skip
    # A later edit may name the stop, or state it again just so.
    again = changed(
        toy, LINE | {"stops": stops}, LINE | {"route_id": "other", "stops": ["r", "s", plain]}
    )
    assert again.stops["stop_id"].tolist() == ["p", "q", "r", "s", "u"]


def test_minutes_from_a_speed_and_from_end_to_end(toy: Timetable) -> None:
    base = {k: v for k, v in LINE.items() if k not in {"section_min", "dwell_min"}}
    first = straight_m((36.0, 127.0), (36.0, 127.1))
    second = straight_m((36.0, 127.1), (36.0, 127.2))
    made = changed(toy, base | {"vehicle_kph": 30.0, "detour": 1.5, "dwell_min": 0.5})
    run = made.stop_times[made.stop_times["trip"] == 2]
    arrive, depart = run["arrival_s"].tolist(), run["departure_s"].tolist()
    assert arrive[1] - depart[0] == round(first * 1.5 / (30 / 3.6))
    assert arrive[2] - depart[1] == pytest.approx(second * 1.5 / (30 / 3.6), abs=1)
    assert depart[1] - arrive[1] == 30
    made = changed(toy, base | {"end_to_end_min": 33.0, "dwell_min": 1.0})
    assert calls(made, "new_0") == ["p 06:00", "q 06:16-06:17", "r 06:33"]


def test_another_way_back(toy: Timetable) -> None:
    made = changed(toy, LINE | {"stops_back": ["r", "p"], "section_back_min": [9.0]})
    assert calls(made, "new_1") == ["r 06:00", "p 06:09"]
    made = changed(toy, LINE | {"stops_back": ["r", "q", "p"]})
    assert calls(made, "new_1") == ["r 06:00", "q 06:07:30-06:08:30", "p 06:13:30"]


@pytest.mark.parametrize(
    ("days", "count", "service"),
    [("daily", 21, "WD"), ("weekdays", 21, "WD"), ("weekends", 0, "")],
)
def test_days_are_those_of_the_calendar(
    toy: Timetable, days: str, count: int, service: str
) -> None:
    if not count:
        assert said(toy, LINE | {"days": days}) == [
            f"edit.days: no such days in the calendar of the timetable ({days})"
        ]
        return
    made = changed(toy, LINE | {"days": days})
    assert made.trips["service_id"].iloc[-1] == service
    assert (made.services["service_id"] == service).sum() == count


def test_days_that_no_service_has_get_one(tmp_path: Path) -> None:
    calendar = FILES["calendar.txt"].replace("WD,1,1,1,1,1,0,0", "ALL,1,1,1,1,1,1,1")
    trips = FILES["trips.txt"].replace("WD", "ALL")
    toy = load_timetable(write_feed(tmp_path, calendar_txt=calendar, trips_txt=trips))
    made = changed(toy, LINE | {"days": "saturdays"})
    days = made.services.loc[made.services["service_id"] == "scenario-saturdays", "date"]
    assert len(days) == 4
    assert set(days.dt.day_of_week) == {5}
    assert made.services["date"].is_monotonic_increasing


FAULTY = [
    ({"every_min": 0}, "every_min: no headway (0 min)"),
    ({"end": "05:00"}, "end: the period does not end after it starts (06:00-05:00)"),
    ({"start": "6 Uhr"}, "start: no time (6 Uhr)"),
    ({"start": "49:00"}, "start: no time (49:00)"),
    ({"end": ""}, "end: no operating hours"),
    ({"stops": ["p", "q", "qq"]}, "stops: no such stop (qq)"),
    ({"stops": ["p", "p", "q"]}, "stops: follows itself (p)"),
    ({"stops": ["p"], "section_min": [], "vehicle_kph": 9}, "stops: joins nothing (1 stops)"),
    ({"section_min": [5.0]}, "section_min: 1 sections are given for 2"),
    ({"section_min": [5.0, -1]}, "section_min: times run backwards or stand still (-1 min)"),
    ({"section_min": []}, ": needs one statement of its times (none)"),
    ({"vehicle_kph": 30}, "vehicle_kph: needs one statement of its times (section_min, vehicle_kph)"),  # noqa: E501
    ({"section_min": [], "vehicle_kph": 0}, "vehicle_kph: is not above 0 (0)"),
    ({"section_min": [], "vehicle_kph": 9, "detour": 0.9}, "detour: no way is shorter than the straight line (0.9)"),  # noqa: E501
    ({"dwell_min": -1}, "dwell_min: is below 0 (-1)"),
    ({"section_min": [], "end_to_end_min": 1}, "end_to_end_min: times run backwards or stand still between two stops"),  # noqa: E501
    ({"section_min": [1, 7]}, "section_min: section 1 (9.0 km straight in 1.0 min) is faster than a bus goes (150 km/h)"),  # noqa: E501
    ({"route_id": "one"}, "route_id: there is such a route already (one)"),
    ({"route_id": ""}, "route_id: is blank"),
    ({"route_type": 5000}, "route_type: is no kind of vehicle (5000)"),
    ({"periods": [{"every_min": 5, "start": "05:00", "end": "06:00"}]}, "periods: states its headway both ways"),  # noqa: E501
    ({"every_min": None}, ": states its headway not at all"),
    ({"every_min": None, "periods": [{"every_min": 5, "start": "05:00", "end": "07:00"}, {"every_min": 5, "start": "06:00", "end": "08:00"}]}, "periods.start: a period starts before the one above it ends"),  # noqa: E501
    ({"both_ways": False, "stops_back": ["r", "p"]}, "both_ways: a way back is stated for a line of one way"),  # noqa: E501
    ({"stops_back": ["r", "p"]}, "stops_back: 2 stops back, 3 there"),
    ({"section_back_min": [1.0]}, "section_back_min: 1 sections are given for 2"),
    ({"section_back_min": [1.0, 0]}, "section_back_min: times run backwards or stand still (0 min)"),  # noqa: E501
    ({"stops": ["p", {"stop_id": "p", "lon": 1, "lat": 2}, "q"]}, "stops.stop_id: a stop elsewhere has this id (p)"),  # noqa: E501
    ({"stops": ["p", {"stop_id": "", "lon": 1, "lat": 2}, "q"]}, "stops.stop_id: is blank"),
    ({"stops": ["p", {"stop_id": "z", "lon": 36.0, "lat": 127.0}, "q"]}, "stops.lat: lies nowhere on earth (lon 36, lat 127)"),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), FAULTY)
def test_a_line_that_cannot_run_is_refused(
    toy: Timetable, change: dict[str, Any], message: str
) -> None:
    shown = f"edit.{message}" if not message.startswith(":") else f"edit{message}"
    assert shown in said(toy, LINE | change)


def test_a_stop_without_a_place_joins_nothing(tmp_path: Path) -> None:
    stops = FILES["stops.txt"].replace("stop_lon\n", "stop_lon,location_type\n")
    stops = stops.replace("127.00\n", "127.00,0\n").replace("127.10\n", "127.10,0\n")
    stops = stops.replace("127.20\n", "127.20,0\nn,노드,,,3\n")
    toy = load_timetable(write_feed(tmp_path, stops_txt=stops))
    assert said(toy, LINE | {"stops": ["p", "n", "r"]}) == ["edit.stops: has no place (n)"]


# Headways


def test_a_headway_changes_in_its_rows(toy: Timetable, tmp_path: Path) -> None:
    made = changed(toy, {"kind": "headway", "route": "two", "every_min": 5})
    assert windows(made, "t2") == ["07:00-09:00 every 300"]
    assert evidence(made) == {"one": "derived", "two": "estimated"}
    assert made.notes[-1] == "two every 5 min"
    part = {"kind": "headway", "route": "2", "every_min": 5, "start": "08:00", "end": "10:00"}
    made = changed(toy, part)  # the short name; and hours in which it did not run
    assert windows(made, "t2") == ["07:00-08:00 every 600", "08:00-10:00 every 300"]
    assert_sound(made, tmp_path)


def test_the_headway_it_has_changes_nothing(toy: Timetable) -> None:
    null = {"kind": "headway", "route": "two", "every_min": 10}
    assert changed(toy, null) is toy
    assert changed(toy, null | {"start": "07:30", "end": "08:15"}) is toy


def test_hours_that_are_denser_already_may_stay(toy: Timetable, tmp_path: Path) -> None:
    rows = (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "t2,07:00:00,09:00:00,420,0\nt2,09:00:00,12:00:00,1200,0\n"
    )
    two = load_timetable(write_feed(tmp_path, frequencies_txt=rows))
    edit = {"kind": "headway", "route": "two", "every_min": 10, "keep_denser": True}
    made = changed(two, edit)
    assert windows(made, "t2") == ["07:00-09:00 every 420", "09:00-12:00 every 600"]
    assert made.notes[-1] == "two at least every 10 min"
    assert changed(toy, edit | {"every_min": 12}) is toy
    # One train in 25 min is rarer than one in 20; three in an hour are not rarer than that.
    assert changed(toy, edit | {"route": "one", "every_min": 20, "end": "07:20"}) is toy
    rare = {"route": "one", "every_min": 20, "start": "06:55", "end": "07:20"}
    assert changed(toy, edit | rare) is not toy


def test_trips_with_clock_times_become_a_headway_of_their_median(tmp_path: Path) -> None:
    trips = "one,WD,a1,\none,WD,a2,\none,WD,a3,\none,WD,b1,\n"
    times = (
        trip("a1", "a 07:00", "b 07:10", "c 07:30")
        + trip("a2", "a 08:00", "b 08:12", "c 08:28")
        + trip("a3", "a 09:00", "b 09:11", "c 09:40")
        + trip("b1", "c 07:05", "a 07:55")
    )
    timetable = feed(tmp_path, trips, times)
    made = changed(timetable, {"kind": "headway", "route": "one", "every_min": 15})
    assert made.trips["trip_id"].tolist() == ["one_headway", "one_headway.2"]
    # From the first departure to the last, and as long as the headway after it.
    assert windows(made, "one_headway") == ["07:00-09:15 every 900"]
    assert calls(made, "one_headway") == ["a 07:00", "b 07:11", "c 07:30"]
    assert windows(made, "one_headway.2") == ["07:05-07:20 every 900"]
    assert made.notes[-1] == (
        "one every 15 min: 4 trips became 2 headway trips of the median run time"
    )
    assert_sound(made, tmp_path)
    hours = {"kind": "headway", "route": "one", "every_min": 15, "start": "08:00", "end": "10:00"}
    made = changed(timetable, hours)
    assert made.trips["trip_id"].tolist() == ["a1", "b1", "one_headway", "one_headway.2"]
    assert calls(made, "one_headway") == ["a 08:00", "b 08:11", "c 08:28"]
    assert windows(made, "one_headway.2") == ["08:00-10:00 every 900"]  # as it runs at all


def test_trips_with_other_stops_share_the_departures_of_their_way(tmp_path: Path) -> None:
    trips = "one,WD,a1,\none,WD,a2,\none,WD,a3,\n"
    times = (
        trip("a1", "a 07:00", "b 07:10", "c 07:30")
        + trip("a2", "a 08:00", "c 08:25")
        + trip("a3", "a 09:00", "c 09:25")
    )
    made = changed(
        feed(tmp_path, trips, times), {"kind": "headway", "route": "one", "every_min": 10}
    )
    found = {
        tuple(calls(made, trip_id)): windows(made, trip_id) for trip_id in made.trips["trip_id"]
    }
    assert found == {
        ("a 07:00", "b 07:10", "c 07:30"): ["07:00-09:10 every 1800"],
        ("a 07:00", "c 07:25"): ["07:00-09:10 every 900"],
    }


def test_headway_trips_share_where_both_run_and_alone_where_one_does(tmp_path: Path) -> None:
    trips = "one,WD,a1,\none,WD,a2,\n"
    times = trip("a1", "a 07:00", "b 07:10", "c 07:30") + trip("a2", "a 07:00", "c 07:25")
    rows = (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "a1,06:00:00,09:00:00,600,0\na2,08:00:00,09:00:00,300,0\n"
    )
    timetable = feed(tmp_path, trips, times, frequencies_txt=rows)
    made = changed(timetable, {"kind": "headway", "route": "one", "every_min": 4})
    assert windows(made, "a1") == ["06:00-08:00 every 240", "08:00-09:00 every 720"]
    assert windows(made, "a2") == ["08:00-09:00 every 360"]


def test_loops_of_two_directions_are_two_ways(tmp_path: Path) -> None:
    trips = "one,WD,a1,\none,WD,a2,\n"
    times = trip("a1", "a 07:00", "b 07:10", "c 07:20", "d 07:30", "a 07:40") + trip(
        "a2", "a 07:00", "d 07:10", "c 07:20", "b 07:30", "a 07:40"
    )
    made = changed(
        feed(tmp_path, trips, times), {"kind": "headway", "route": "one", "every_min": 10}
    )
    assert [windows(made, t) for t in made.trips["trip_id"]] == [["07:00-07:10 every 600"]] * 2


def test_a_headway_that_means_nothing_is_refused(toy: Timetable, tmp_path: Path) -> None:
    headway = {"kind": "headway", "route": "two", "every_min": 5}
    assert said(toy, headway | {"every_min": 0, "route": ["two", "twoo"]}) == [
        "edit.route: no such route (twoo)",
        "edit.every_min: no headway (0 min)",
    ]
    assert said(toy, headway | {"start": "10:00"}) == [
        "edit.start: the line does not run then (10:00-end)"
    ]
    assert said(toy, headway | {"end": "06:00"}) == [
        "edit.end: the line does not run then (0:00-06:00)"
    ]
    assert said(toy, headway | {"route": []}) == ["edit.route: names no route"]
    routes = FILES["routes.txt"] + "three,A,1호선,셋째,1\n"
    other = load_timetable(write_feed(tmp_path / "other", routes_txt=routes))
    assert said(other, headway | {"route": "1호선"}) == [
        "edit.route: 2 routes are called so (1호선)"
    ]
    assert said(other, headway | {"route": "three"}) == ["edit.route: has no trips (three)"]
    calendar = FILES["calendar.txt"] + "MON,1,0,0,0,0,0,0,20261101,20261130\n"
    trips = "one,WD,a1,\none,MON,a2,\n"
    times = trip("a1", "a 07:00", "b 07:10") + trip("a2", "a 07:30", "b 07:40")
    mixed = feed(tmp_path / "mixed", trips, times, calendar_txt=calendar)
    assert said(mixed, headway | {"route": "one", "keep_denser": True}) == [
        "edit.keep_denser: services of one way share some days, not all (MON, WD)"
    ]


def test_services_that_share_some_days_are_taken_apart(tmp_path: Path) -> None:
    calendar = FILES["calendar.txt"] + "MON,1,0,0,0,0,0,0,20261101,20261130\n"
    trips = "one,WD,a1,\none,MON,a2,\none,WD,a3,\none,MON,h,\n"
    times = (
        trip("a1", "a 07:00", "b 07:10")
        + trip("a2", "a 07:30", "b 07:44")
        + trip("a3", "a 12:00", "b 12:10")
        + trip("h", "a 07:00", "b 07:08")
    )
    rows = "trip_id,start_time,end_time,headway_secs,exact_times\nh,07:00:00,09:00:00,1800,0\n"
    timetable = feed(tmp_path, trips, times, calendar_txt=calendar, frequencies_txt=rows)
    edit = {"kind": "headway", "route": "one", "every_min": 10, "start": "07:00", "end": "08:00"}
    made = changed(timetable, edit)
    assert made.trips["trip_id"].tolist()[:1] == ["a3"]  # outside the hours
    days = dict(zip(made.trips["trip_id"], made.trips["service_id"], strict=True))
    # On Mondays two trips and two of the headway: each half of six an hour. Else one trip only.
    found = {(days[t], calls(made, t)[-1], *windows(made, t)) for t in list(days)[1:]}
    assert found == {
        ("MON", "b 07:10", "07:00-08:00 every 1200"),
        ("MON", "b 07:08", "07:00-08:00 every 1200", "08:00-09:00 every 1800"),
        ("WD.2", "b 07:10", "07:00-08:00 every 600"),
    }
    dates = made.services.loc[made.services["service_id"] == "WD.2", "date"]
    assert set(dates.dt.day_of_week) == {1, 2, 3, 4}
    assert_sound(made, tmp_path)


# Faster sections


def test_a_faster_section_moves_what_comes_after_it(toy: Timetable, tmp_path: Path) -> None:
    edit = {"kind": "faster_section", "route": "one", "from_stop": "p", "to_stop": "q"}
    made = changed(toy, edit | {"saves_min": 4.0})
    assert calls(toy, "t1") == ["p 07:10", "q 07:20-07:21", "r 07:40"]
    assert calls(made, "t1") == ["p 07:10", "q 07:16-07:17", "r 07:36"]
    assert evidence(made)["one"] == "estimated"
    # Of both sections: a fifth of 30 min; the minute at q stays, 9 + 19 in motion become 23.
    both = edit | {"to_stop": "r", "share": 0.2}
    made = changed(toy, both)
    assert calls(made, "t1") == ["p 07:10", "q 07:17:56-07:18:56", "r 07:34"]
    made = changed(
        toy, edit | {"from_stop": "r", "to_stop": "p", "minutes": 15.0, "route": ["one", "two"]}
    )
    assert calls(made, "t1") == ["p 07:10", "q 07:14:50-07:15:50", "r 07:25"]
    assert calls(made, "t2") == ["r 06:00", "p 06:15"]
    assert_sound(made, tmp_path)


def test_a_section_as_fast_as_it_is_changes_nothing(toy: Timetable) -> None:
    edit = {"kind": "faster_section", "route": "one", "from_stop": "p", "to_stop": "q"}
    assert changed(toy, edit | {"minutes": 10.0}) is toy
    assert changed(toy, edit | {"saves_min": 0}) is toy


def test_a_section_one_way_only(tmp_path: Path) -> None:
    times = trip("t1", "a 07:00", "b 07:10") + trip("t2", "b 08:00", "a 08:10")
    timetable = feed(tmp_path, "one,WD,t1,\none,WD,t2,\n", times)
    edit = {"kind": "faster_section", "route": "one", "from_stop": "b", "to_stop": "a"}
    made = changed(timetable, edit | {"saves_min": 1, "both_ways": False})
    assert calls(made, "t1") == calls(timetable, "t1")
    assert calls(made, "t2") == ["b 08:00", "a 08:09"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"saves_min": 10.0}, "saves_min: times run backwards: 10 min in motion (trip t1)"),
        ({"minutes": 11.0}, "minutes: would be slower: it takes 10 min now (trip t1)"),
        ({"share": 1.0}, "share: times run backwards (1)"),
        ({"saves_min": -1.0}, "saves_min: times run backwards (-1)"),
        ({}, ": needs one statement of its times (none)"),
        ({"saves_min": 1, "to_stop": "nowhere"}, "to_stop: no such stop (nowhere)"),
        ({"saves_min": 1, "route": "two"}, "from_stop: no trip of the line goes from p to q"),
    ],
)
def test_a_section_that_cannot_be_so_fast_is_refused(
    toy: Timetable, change: dict[str, Any], message: str
) -> None:
    edit = {"kind": "faster_section", "route": "one", "from_stop": "p", "to_stop": "q"} | change
    assert said(toy, edit) == [f"edit.{message}" if message[0] != ":" else f"edit{message}"]


# Stops more and less

ADD = {"kind": "add_stop", "route": "two", "stop": "q", "dwell_min": 2.0, "loss_min": 3.0}


def test_trips_call_at_a_stop_they_pass(toy: Timetable, tmp_path: Path) -> None:
    made = changed(toy, ADD)
    # Half of 30 min, half of the loss before: 06:16:30; later calls are 5 min later.
    assert calls(made, "t2") == ["r 06:00", "q 06:16:30-06:18:30", "p 06:35"]
    assert windows(made, "t2") == windows(toy, "t2")
    assert evidence(made)["two"] == "estimated"
    assert made.notes[-1] == "1 trips call at q too"
    assert_sound(made, tmp_path)


def test_a_stop_off_the_way_needs_to_be_named_between(tmp_path: Path) -> None:
    stops = STOPS + "x,X,36.10,127.05\n"
    times = trip("t1", "a 07:00", "b 07:20", "c 07:40")
    timetable = feed(tmp_path, "one,WD,t1,\n", times, stops_txt=stops)
    edit = ADD | {"route": "one", "stop": "x"}
    assert said(timetable, edit) == ["edit.route: no trip passes it without a stop (x)"]
    made = changed(timetable, edit | {"between": ["b", "a"]})
    assert calls(made, "t1") == ["a 07:00", "x 07:11:30-07:13:30", "b 07:25", "c 07:45"]
    assert said(timetable, edit | {"between": ["a", "d"]}) == [
        "edit.between: no trip passes it without a stop (x)"
    ]
    made = changed(timetable, edit | {"passing_detour": 3.0})
    assert calls(made, "t1")[1] == "x 07:11:30-07:13:30"
    assert said(timetable, edit | {"passing_detour": 0.5}) == [
        "edit.passing_detour: no way is shorter than the straight line (0.5)"
    ]
    assert said(timetable, edit | {"between": ["a"]}) == ["edit.between: 1 stops"]


def test_only_some_trips_call(tmp_path: Path) -> None:
    trips = "".join(f"one,WD,t{i},\n" for i in range(5))
    times = "".join(trip(f"t{i}", f"a {7 + i:02}:00", f"c {7 + i:02}:20") for i in range(4))
    times += trip("t4", "a 12:00", "b 12:10", "c 12:30")
    timetable = feed(tmp_path, trips, times)
    edit = ADD | {"route": "one", "stop": "b"}

    def touched(**change: Any) -> list[str]:
        made = changed(timetable, edit | change)
        return [t for t in timetable.trips["trip_id"] if calls(made, t) != calls(timetable, t)]

    assert touched() == ["t0", "t1", "t2", "t3"]
    assert touched(share=0.5) == ["t1", "t3"]
    assert touched(share=0.75) == ["t1", "t2", "t3"]
    assert touched(start="08:00", end="10:00") == ["t1", "t2"]
    assert said(timetable, edit | {"unless_calling": ["c"]}) == [
        "edit.route: no trip passes it without a stop (b)"
    ]
    assert said(timetable, edit | {"share": 0, "dwell_min": -1}) == [
        "edit.share: is no share (0)",
        "edit.dwell_min: is below 0 (-1)",
    ]


def test_a_headway_trip_is_split_by_hours_and_by_share(toy: Timetable, tmp_path: Path) -> None:
    made = changed(toy, ADD | {"start": "08:00", "end": "09:00"})
    assert windows(made, "t2") == ["07:00-08:00 every 600"]
    assert windows(made, "t2.changed") == ["08:00-09:00 every 600"]
    assert calls(made, "t2") == calls(toy, "t2")
    assert calls(made, "t2.changed") == ["r 06:00", "q 06:16:30-06:18:30", "p 06:35"]
    made = changed(toy, ADD | {"share": 0.25})
    assert windows(made, "t2") == ["07:00-09:00 every 800"]  # three of four
    assert windows(made, "t2.changed") == ["07:00-09:00 every 2400"]
    assert_sound(made, tmp_path)
    assert said(toy, ADD | {"start": "10:00"}) == [
        "edit.route: no trip passes it without a stop (q)"
    ]


def test_a_copied_headway_trip_keeps_its_shape(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id,shape_id\none,WD,t1,\ntwo,WD,t2,S\n"
    shapes = (
        "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
        "S,36.0,127.2,1\nS,36.01,127.1,2\nS,36.0,127.0,3\n"
    )
    folder = write_feed(tmp_path, trips_txt=trips, shapes_txt=shapes)
    made = changed(load_timetable(folder, shapes=True), ADD | {"share": 0.5})
    lines = dict(zip(made.shapes["trip"], made.shapes["line"], strict=True))
    assert lines[1] is lines[2]


def test_trips_no_longer_call(toy: Timetable, tmp_path: Path) -> None:
    edit = {"kind": "remove_stop", "route": "one", "stop": "q", "gain_min": 3.0}
    made = changed(toy, edit)
    assert calls(made, "t1") == ["p 07:10", "r 07:36"]
    assert calls(changed(toy, edit | {"stop": "r"}), "t1") == ["p 07:10", "q 07:20-07:21"]
    assert calls(changed(toy, edit | {"stop": "p"}), "t1") == ["q 07:20-07:21", "r 07:40"]
    assert_sound(made, tmp_path)
    assert said(toy, edit | {"gain_min": 29.0}) == [
        "edit.gain_min: times run backwards on trip t1 (29 min)"
    ]
    assert said(toy, edit | {"route": "two"}) == ["edit.stop: no trip of the line calls there (q)"]
    assert said(toy, edit | {"route": "two", "stop": "p"}) == [
        "edit.stop: nothing would be left of trip t2"
    ]


def test_a_headway_trip_that_begins_later_leaves_later(toy: Timetable) -> None:
    more = changed(toy, ADD)
    less = changed(more, {"kind": "remove_stop", "route": "two", "stop": "r", "gain_min": 0})
    assert calls(less, "t2") == ["q 06:16:30-06:18:30", "p 06:35"]
    assert windows(less, "t2") == ["07:18:30-09:18:30 every 600"]


def test_a_new_station_on_a_line(toy: Timetable, tmp_path: Path) -> None:
    station = {
        "kind": "new_station", "route": "two", "stop_id": "z", "lon": 127.05, "lat": 36.0,
        "name_en": "Zed", "dwell_min": 1.0, "loss_min": 2.0,
    }  # fmt: skip
    made = changed(toy, station)
    # Three quarters of 30 min and one for half of the loss.
    assert calls(made, "t2") == ["r 06:00", "z 06:23:30-06:24:30", "p 06:33"]
    assert made.stops["stop_name"].tolist()[-1] == "Zed"
    assert_sound(made, tmp_path)
    assert said(toy, station | {"stop_id": "p", "lon": 127.0}) == [
        "edit.stop_id: there is such a stop already (p)"
    ]


# Longer lines


def test_a_line_goes_on_at_either_end(toy: Timetable, tmp_path: Path) -> None:
    new = {"stop_id": "s", "lon": 127.3, "lat": 36.0}
    edit = {
        "kind": "extend_line", "route": "one", "at": "r", "stops": [new], "section_min": [6],
        "dwell_min": 2,
    }  # fmt: skip
    made = changed(toy, edit)
    assert calls(made, "t1") == ["p 07:10", "q 07:20-07:21", "r 07:40-07:42", "s 07:48"]
    far = {"stop_id": "u", "lon": 127.4, "lat": 36.0}
    made = changed(toy, edit | {"route": "two", "stops": [new, far], "section_min": [6, 9]})
    assert calls(made, "t2") == ["u 05:41", "s 05:50-05:52", "r 05:58-06:00", "p 06:30"]
    assert windows(made, "t2") == ["06:41-08:41 every 600"]
    assert evidence(made)["two"] == "estimated"
    assert_sound(made, tmp_path)


def test_lines_that_would_leave_before_midnight(tmp_path: Path) -> None:
    times = FILES["stop_times.txt"].replace("06:00:00", "00:00:00").replace("06:30:00", "00:30:00")
    toy = load_timetable(write_feed(tmp_path, stop_times_txt=times))
    edit = {
        "kind": "extend_line", "route": "two", "at": ["r"], "stops": ["q"], "section_min": [10],
        "dwell_min": 0,
    }  # fmt: skip
    # The times of a headway trip count from its first departure; its hours say when that is.
    made = changed(toy, edit)
    assert calls(made, "t2") == ["q 00:00", "r 00:10", "p 00:40"]
    assert windows(made, "t2") == ["06:50-08:50 every 600"]
    early = write_feed(tmp_path / "early", stop_times_txt=times, frequencies_txt="")
    assert said(load_timetable(early), edit) == [
        "edit.stops: trips would start before midnight (10 min earlier)"
    ]


def test_a_line_that_cannot_go_on_is_refused(toy: Timetable) -> None:
    edit = {"kind": "extend_line", "route": "one", "at": "q", "stops": ["r"], "section_min": [6]}
    assert said(toy, edit) == ["edit.at: no trip of one ends or begins there (q)"]
    assert said(toy, edit | {"stops": []}) == [
        "edit.stops: joins nothing (0 stops)",
        "edit.section_min: 1 sections are given for 0",
    ]
    assert said(toy, edit | {"at": "r", "stops": ["p"], "section_min": [1]})[0].startswith(
        "edit.section_min: section 1 (18.0 km"
    )


# Changes


def test_a_change_takes_other_minutes(toy: Timetable, tmp_path: Path) -> None:
    edit = {"kind": "transfer", "from_stop": "p", "to_stop": "q", "min_change_min": 3.0}
    made = changed(toy, edit)
    assert made.transfers.to_numpy().tolist() == [[0, 1, 2, 180], [1, 0, 2, 180]]
    assert_sound(made, tmp_path)
    assert changed(made, edit) is made
    made = changed(made, edit | {"min_change_min": 2.0, "both_ways": False})
    assert made.transfers["min_s"].tolist() == [120, 180]
    same = {"kind": "transfer", "from_stop": "p", "to_stop": "p", "guaranteed": True}
    made = changed(toy, same)
    assert made.transfers[["from_stop", "to_stop", "kind"]].to_numpy().tolist() == [[0, 0, 1]]
    assert changed(made, same) is made
    assert said(toy, same | {"min_change_min": 1}) == ["edit.guaranteed: states the change twice"]
    assert said(toy, edit | {"min_change_min": -1, "to_stop": "pp"}) == [
        "edit.to_stop: no such stop (pp)",
        "edit.min_change_min: is below 0 (-1)",
    ]


def test_a_station_stands_for_its_stops(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "p,피,36.00,127.00,0,S\nq,큐,36.00,127.10,0,\nr,알,36.00,127.0001,0,S\n"
        "S,에스,36.00,127.00,1,\n"
    )
    toy = load_timetable(write_feed(tmp_path, stops_txt=stops))
    edit = {"kind": "transfer", "from_stop": "S", "to_stop": "S", "min_change_min": 1}
    made = changed(toy, edit)
    assert len(made.transfers) == 9
    made = changed(toy, edit | {"to_stop": "q", "both_ways": False})
    assert made.transfers["from_stop"].tolist() == [0, 2, 3]


THROUGH = {"kind": "through_service", "routes": ["one", "two"], "at": "b", "stay_min": 10}


def test_riders_stay_seated_where_two_lines_are_joined(tmp_path: Path) -> None:
    trips = "one,WD,t1,\none,WD,t2,\ntwo,WD,u1,\ntwo,WD,u2,\none,WD,v1,\n"
    times = (
        trip("t1", "a 07:00", "b 07:10")
        + trip("t2", "a 08:00", "b 08:10")
        + trip("u1", "b 07:15", "c 07:25")
        + trip("u2", "b 08:21", "c 08:31")
        + trip("v1", "c 06:00", "d 06:05")
    )
    timetable = feed(tmp_path, trips, times)
    made = changed(timetable, THROUGH)
    assert runs(made) == ["t1+u1"]  # the other would stand longer
    assert made.notes[-1] == "1 trips of one and two go on as the other line"
    assert_sound(made, tmp_path)
    rules = TransitRules(access="walk", min_change_min=6, headway_draws=1)
    window = Departures(DATE, dt.time(6, 55), dt.time(6, 56), step_min=1)
    ends = places(home=(36.0, 127.0), work=(36.0, 127.2))
    before = transit_times(timetable, ends, ends, window, rules).samples("home", "work")[0]
    after = transit_times(made, ends, ends, window, rules).samples("home", "work")[0]
    assert (before, after) == (96.0, 30.0)  # 07:25 instead of 08:31


def test_headway_lines_are_joined_at_the_rarer_headway(tmp_path: Path) -> None:
    trips = "one,WD,t1,\ntwo,WD,u1,\n"
    times = trip("t1", "a 07:00", "b 07:10") + trip("u1", "b 00:00", "c 00:12")
    rows = (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "t1,06:00:00,09:00:00,600,1\nu1,08:00:00,10:00:00,900,1\n"
    )
    timetable = feed(tmp_path, trips, times, frequencies_txt=rows)
    made = changed(timetable, THROUGH | {"stay_min": 2})
    assert runs(made) == ["t1+u1"]
    assert calls(made, "t1+u1") == ["a 07:00", "b 07:10", "b 07:12", "c 07:24"]
    # It leaves a twelve minutes before it leaves b.
    assert windows(made, "t1+u1") == ["07:48-09:00 every 900 exact"]
    assert_sound(made, tmp_path)
    # Edits that follow find the lines as they are, and the vehicles still go on.
    again = changed(
        made,
        {
            "kind": "faster_section",
            "route": "one",
            "from_stop": "a",
            "to_stop": "b",
            "saves_min": 1,
        },
    )
    assert calls(again, "t1+u1") == ["a 07:00", "b 07:09", "b 07:11", "c 07:23"]
    assert windows(again, "t1+u1") == ["07:49-09:00 every 900 exact"]


def test_vehicles_of_a_loop_go_round_again(toy: Timetable, tmp_path: Path) -> None:
    s = {"stop_id": "s", "lon": 127.1, "lat": 36.05}
    loop = LINE | {"stops": ["p", "q", s, "p"], "section_min": [5, 5, 6]}
    again = {"kind": "through_service", "routes": ["new", "new"], "at": "p", "stay_min": 1}
    made = changed(toy, loop, again)
    assert runs(made) == ["new_0+new_0", "new_1+new_1"]
    assert made.notes[-1] == "2 trips of new go on round again"
    assert calls(made, "new_0+new_0")[2:6] == [
        "s 06:11-06:12",
        "p 06:18",
        "p 06:19",
        "q 06:24-06:25",
    ]
    assert windows(made, "new_0+new_0") == ["06:00-21:41 every 600"]
    assert made.trips["route"].tolist()[-4:] == [2, 2, 2, 2]
    assert_sound(made, tmp_path)
    times = trip("t1", "a 07:00", "b 07:10", "c 07:20", "a 07:30") + trip(
        "t2", "a 07:30", "b 07:40", "c 07:50", "a 08:00"
    )
    times += trip("t3", "a 07:30", "c 07:40", "b 07:50", "a 08:00")
    timed = feed(tmp_path / "timed", "one,WD,t1,\none,WD,t2,\none,WD,t3,\n", times)
    made = changed(timed, again | {"routes": ["one", "one"], "at": "a"})
    assert runs(made) == ["t1+t2"]


def test_lines_that_do_not_meet_are_not_joined(toy: Timetable) -> None:
    edit = THROUGH | {"at": "p"}
    assert said(toy, edit) == ["edit.at: no trip of one line ends where the other begins (p)"]
    assert said(toy, edit | {"routes": ["one"], "stay_min": -1}) == [
        "edit.routes: 1 routes",
        "edit.stay_min: times run backwards (-1 min)",
    ]
    assert said(toy, edit | {"routes": ["one", "x"]})[0] == "edit.routes: no such route (x)"
    # One has clock times, the other headways.
    assert said(toy, edit | {"at": "r"}) == [
        "edit.at: no trip of one line ends where the other begins (r)"
    ]


BLOCKS = "one,WD,t1,X\ntwo,WD,t2,X\nthree,WD,t3,X\n"
ROUTES = FILES["routes.txt"] + "three,A,3,셋째,3\n"
CHAIN = (
    trip("t1", "a 07:00", "b 07:10")
    + trip("t2", "b 07:15", "c 07:25")
    + trip("t3", "c 07:30", "d 07:40")
)


def test_through_runs_follow_the_trips_they_are_made_of(tmp_path: Path) -> None:
    timetable = feed(tmp_path, BLOCKS, CHAIN, routes_txt=ROUTES)
    assert runs(timetable) == ["t1+t2", "t1+t2+t3", "t2+t3"]
    made = changed(timetable, LINE | {"stops": ["a", "e"], "section_min": [60]})
    assert runs(made) == runs(timetable)
    for run in runs(made):
        assert calls(made, run) == calls(timetable, run)
    assert made.routes["route_id"].tolist()[3] == "new"
    edit = {"kind": "faster_section", "route": "two", "from_stop": "b", "to_stop": "c"}
    made = changed(timetable, edit | {"saves_min": 2})
    assert calls(made, "t1+t2+t3")[3:] == ["c 07:23", "c 07:30", "d 07:40"]
    assert_sound(made, tmp_path)


def test_links_that_break_are_told(tmp_path: Path) -> None:
    timetable = feed(tmp_path, BLOCKS, CHAIN, routes_txt=ROUTES)
    headway = {"kind": "headway", "route": "three", "every_min": 10}
    made = changed(timetable, headway)
    assert runs(made) == ["t1+t2"]
    told = "1 trips no longer go on as others: their times, days or headways do not meet"
    assert told in made.notes
    late = {"kind": "extend_line", "route": "two", "at": "c", "stops": ["e"], "section_min": [9]}
    assert runs(changed(timetable, late)) == ["t1+t2"]


def test_rules_of_trips_and_routes_keep_their_meaning(tmp_path: Path) -> None:
    rules = (
        "from_stop_id,to_stop_id,from_route_id,to_route_id,from_trip_id,to_trip_id,transfer_type\n"
        "b,b,one,two,,,2\n,,,,t2,t3,5\n"
    )
    timetable = feed(tmp_path, BLOCKS, CHAIN, routes_txt=ROUTES, transfers_txt=rules)
    made = changed(timetable, {"kind": "headway", "route": "one", "every_min": 10})
    assert made.trips["trip_id"].tolist()[:3] == ["t2", "t3", "one_headway"]
    kept = made.trip_transfers[["from_route", "to_route", "from_trip", "to_trip"]]
    assert kept.to_numpy().tolist() == [[0, 1, -1, -1], [-1, -1, 0, 1]]
    made = changed(timetable, {"kind": "headway", "route": "two", "every_min": 10})
    assert made.trip_transfers["kind"].tolist() == [2]


# Contradictions, and where they stand


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        (
            {"kind": "headway", "route": "two", "every_min": 5, "end": "08:00"},
            {"kind": "headway", "route": "2", "every_min": 6, "start": "07:59"},
            "every_min",
        ),
        (
            {"kind": "transfer", "from_stop": "p", "to_stop": "q", "min_change_min": 5},
            {"kind": "transfer", "from_stop": "q", "to_stop": "p", "min_change_min": 6},
            "from_stop",
        ),
        (
            {
                "kind": "faster_section",
                "route": "one",
                "from_stop": "p",
                "to_stop": "q",
                "saves_min": 1,
            },
            {
                "kind": "faster_section",
                "route": "one",
                "from_stop": "q",
                "to_stop": "p",
                "saves_min": 1,
            },
            "from_stop",
        ),
        (ADD, {"kind": "remove_stop", "route": "two", "stop": "q", "gain_min": 0}, "stop"),
        (
            {"kind": "remove_stop", "route": "one", "stop": "q", "gain_min": 0},
            ADD | {"route": "one"},
            "stop",
        ),
    ],
)
def test_edits_that_disagree_are_refused(
    toy: Timetable, one: dict[str, Any], other: dict[str, Any], key: str
) -> None:
    (fault,) = said(toy, one, other)
    assert fault.startswith(f"edit.{key}: contradicts edit 1 (")


def test_edits_that_agree_or_do_not_touch_are_not(toy: Timetable) -> None:
    edits = [
        {"kind": "headway", "route": "two", "every_min": 5, "end": "08:00"},
        {"kind": "headway", "route": "two", "every_min": 6, "start": "08:00"},
        {"kind": "headway", "route": "two", "every_min": 6, "start": "08:30"},
        {"kind": "transfer", "from_stop": "p", "to_stop": "q", "min_change_min": 5},
        {"kind": "transfer", "from_stop": "p", "to_stop": "q", "min_change_min": 5},
        {
            "kind": "faster_section",
            "route": "one",
            "from_stop": "p",
            "to_stop": "q",
            "saves_min": 1,
        },
        {
            "kind": "faster_section",
            "route": "one",
            "from_stop": "q",
            "to_stop": "r",
            "saves_min": 1,
        },
    ]
    assert said(toy, *edits) == []
    assert calls(changed(toy, *edits), "t1") == ["p 07:10", "q 07:19-07:20", "r 07:38"]


def test_an_edit_of_what_was_removed_is_refused(toy: Timetable) -> None:
    gone = {"kind": "remove_stop", "route": "one", "stop": "q", "gain_min": 0}
    edit = {"kind": "faster_section", "route": "one", "from_stop": "p", "to_stop": "q"}
    assert said(toy, gone, edit | {"saves_min": 1}) == [
        "edit.from_stop: no trip of the line goes from p to q"
    ]


def test_all_faults_come_together_and_nothing_is_applied(toy: Timetable) -> None:
    edits = [
        Headway(route="nine", every_min=5),
        NewLine(
            route_id="x", route_type=3, vehicle_kph=20, every_min=5, start="06:00", end="09:00",
            stops=("p", NewStop(stop_id="s", lon=127.3, lat=36.0)),
        ),
        Headway(route="x", every_min=-1),
    ]  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        apply(edits, toy)
    assert [fault.field for fault in caught.value.faults] == ["edit.route", "edit.every_min"]


def test_what_an_edit_at_fault_would_have_brought_is_not_missed_too(toy: Timetable) -> None:
    s, u = ({"stop_id": name, "lon": 127.3, "lat": 36.0} for name in "su")
    station = {"kind": "new_station", "route": "one", "stop_id": "v", "lon": 0, "lat": 0}
    faults = said(
        toy,
        LINE | {"stops": ["q", "r", s], "every_min": 0},
        LINE | {"route_id": "other", "stops": ["q", "r", "s"]},
        {"kind": "headway", "route": "new", "every_min": 5},
        {"kind": "extend_line", "route": "one", "at": "q", "stops": [u], "vehicle_kph": 30},
        station | {"dwell_min": 0, "loss_min": 0},
        {"kind": "transfer", "from_stop": "u", "to_stop": "v", "min_change_min": 1},
        {"kind": "headway", "route": "newer", "every_min": 5},
    )
    assert faults == [
        "edit.every_min: no headway (0 min)",
        "edit.at: no trip of one ends or begins there (q)",
        "edit.route: no trip passes it without a stop (v)",
        "edit.route: no such route (newer)",
    ]


def test_faults_stand_at_the_lines_of_their_keys(toy: Timetable, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(
        '[scenario]\nscenario_id = "x"\ntitle_en = "x"\ntitle_ko = "x"\n'
        '[[edit]]\nkind = "headway"\nroute = [\n  "two",\n  "three",\n]\nevery_min = 0\n'
        '[[edit]]\nkind = "new_line"\nroute_id = "n"\nroute_type = 3\nvehicle_kph = 20\n'
        'stops = [\n  "p",\n  {stop_id = "s", lon = 36.0, lat = 127.0},\n]\n'
        'periods = [\n  {every_min = 5, start = "06:00", end = "08:00"},\n'
        '  {every_min = 5, start = "07:00", end = "09:00"},\n]\n',
        encoding="utf-8",
    )
    faults = resolve(load_scenario(file).edits, toy)
    assert [(fault.file, fault.row, fault.field) for fault in faults] == [
        (str(file), 9, "edit.route"),
        (str(file), 11, "edit.every_min"),
        (str(file), 23, "edit.periods.start"),
        (str(file), 19, "edit.stops.lat"),
    ]


def test_an_edit_of_another_room_is_a_bug_of_the_caller(toy: Timetable) -> None:
    other = edit_from({"kind": "move_place", "place_id": "osong", "lon": 127.3, "lat": 36.6})
    with pytest.raises(TypeError, match="not an edit of public transport"):
        apply([other], toy)


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("피", "name it by its id: p"),
        ("T_DJB80070555", "did you mean T_DJB8007055"),
        ("zzzz", "use a stop_id, or state it as a new stop"),
    ],
)
def test_the_way_out_names_stops(toy: Timetable, name: str, fix: str) -> None:
    timetable = load_timetable() if name.startswith("T_") else toy
    (fault,) = resolve(
        [
            edit_from(
                LINE
                | {"stops": [name, "q" if timetable is toy else "KR_Osong"], "section_min": [60]}
            )
        ],
        timetable,
    )
    assert fault.fix.startswith(fix)


# Laws


@given(world=worlds(), data=st.data())
@settings(SETTINGS, max_examples=4)
def test_no_edit_touches_the_base(world: World, data: st.DataObject) -> None:
    timetable, twin = world.timetable(), world.timetable()
    some = [f"t{i}" for i in range(len(world.trips))]
    route = data.draw(st.sampled_from(some))
    for edit in (
        {"kind": "headway", "route": route, "every_min": 7},
        LINE | {"stops": ["s0", "s1"], "section_min": [4]},
        {"kind": "transfer", "from_stop": "s0", "to_stop": "s1", "min_change_min": 1},
        {"kind": "remove_stop", "route": some, "stop": "s0", "gain_min": 0, "share": 0.5},
    ):
        if not said(timetable, edit):
            made = changed(timetable, edit)
            assert not (lint_feed(made)["severity"] == "error").any()
    assert_same(timetable, twin)
    assert apply([], timetable) is timetable


def times_of(world: World, timetable: Timetable) -> Samples:
    table, _ = two_ends(world)
    return sampled(prepare(timetable, table, table, WINDOW, RULES), WINDOW.seconds, None)


@given(world=worlds(), every=st.integers(2, 20), exact=st.booleans())
@SETTINGS
def test_a_new_line_never_lengthens(world: World, every: int, exact: bool) -> None:  # noqa: FBT001
    base = world.timetable()
    line = LINE | {"stops": ["s0", "s2", "s1"], "section_min": [9.0, 8.0], "exact": exact}
    line |= {"every_min": every, "start": "06:00", "end": "09:00"}
    made = changed(base, line)
    assert (times_of(world, made).seconds <= times_of(world, base).seconds).all()
    later = changed(base, line, {"kind": "headway", "route": "t0", "every_min": 10})
    same = changed(base, {"kind": "headway", "route": "t0", "every_min": 10}, line)
    assert (times_of(world, later).seconds == times_of(world, same).seconds).all()


@given(world=worlds())
@SETTINGS
def test_a_new_line_is_worth_the_trips_it_is_made_of(world: World) -> None:
    base = world.timetable()
    line = LINE | {"stops": ["s0", "s2", "s1"], "section_min": [9.0, 8.0], "exact": True}
    made = changed(base, line | {"every_min": 7, "start": "06:30", "end": "08:00"})
    start = 6 * HOUR + 1_800
    window = [(start, 8 * HOUR, 420, True)]
    for stops, run in (((0, 2, 1), (540, 480)), ((1, 2, 0), (480, 540))):
        arrive = (start, start + run[0], start + run[0] + 60 + run[1])
        depart = (start, start + run[0] + 60, arrive[2])
        calls_ = [(s, a, d, True, True) for s, a, d in zip(stops, arrive, depart, strict=True)]
        days = sorted({0, *(trip.day for trip in world.trips)})
        world.trips += [Trip(calls_, window, day) for day in days]
    assert (times_of(world, made).seconds == times_of(world, world.timetable()).seconds).all()


SPOT = st.sampled_from(["s0", "s1", "s2", "s3"])
MINUTES = st.sampled_from([0.0, 0.5, 2.0])


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["add", "remove", "extend", "faster", "headway", "through"]))
    route, stop, other = f"t{draw(st.integers(0, 3))}", draw(SPOT), draw(SPOT)
    calling = {"route": route, "stop": stop, "share": draw(st.sampled_from([1, 0.5, 0.3]))}
    by_kind: dict[str, dict[str, Any]] = {
        "add": calling
        | {
            "kind": "add_stop",
            "dwell_min": draw(MINUTES),
            "loss_min": draw(MINUTES),
            "passing_detour": 9,
        },
        "remove": calling | {"kind": "remove_stop", "gain_min": draw(MINUTES)},
        "extend": {
            "kind": "extend_line",
            "route": route,
            "at": stop,
            "stops": [other],
            "vehicle_kph": 30,
            "dwell_min": draw(MINUTES),
        },
        "faster": {
            "kind": "faster_section",
            "route": route,
            "from_stop": stop,
            "to_stop": other,
            "share": 0.4,
        },
        "headway": {
            "kind": "headway",
            "route": route,
            "every_min": draw(st.integers(1, 30)),
            "start": "06:30",
            "end": "07:30",
        },
        "through": {
            "kind": "through_service",
            "routes": [route, f"t{draw(st.integers(0, 3))}"],
            "at": stop,
            "stay_min": 30,
        },
    }
    return by_kind[kind]


@given(world=worlds(), some=st.lists(edits(), min_size=1, max_size=4))
@settings(SETTINGS, max_examples=6)
def test_whatever_is_edited_stays_a_timetable(world: World, some: list[dict[str, Any]]) -> None:
    base, twin = world.timetable(), world.timetable()
    good: list[dict[str, Any]] = []
    for edit in some:
        if not said(base, *good, edit):
            good.append(edit)
    made = changed(base, *good)
    assert_same(base, twin)
    assert not (lint_feed(made)["severity"] == "error").any()
    table = made.stop_times
    same = table["trip"].to_numpy()[1:] == table["trip"].to_numpy()[:-1]
    arrive, depart = table["arrival_s"].to_numpy(), table["departure_s"].to_numpy()
    assert (depart >= arrive).all()
    assert (arrive[1:] >= depart[:-1])[same].all()
    assert (np.diff(table["trip"]) >= 0).all()
    assert table["trip"].nunique() == len(made.trips) == made.trips["trip_id"].nunique()
    rows = made.frequencies
    assert (rows["end_s"] > rows["start_s"]).all()
    assert (rows["headway_s"] > 0).all()
    ordered = rows.sort_values(["trip", "start_s"])
    before = ordered.groupby("trip")["end_s"].shift()
    assert not (ordered["start_s"] < before).any()
    times_of(world, made)


@st.composite
def vehicles(draw: st.DrawFn) -> tuple[str, str]:
    """Draw trips of a few vehicles on two kinds of days, and their calls."""
    trips, times = [], []
    for number in range(draw(st.integers(2, 6))):
        name, day = f"t{number}", draw(st.sampled_from(["WD", "MON", "ALL"]))
        block, route = draw(st.sampled_from("XY")), draw(st.sampled_from(["one", "two"]))
        trips.append(f"{route},{day},{name},{block}\n")
        minute = draw(st.integers(0, 60))
        path = draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=4))
        stops = []
        for stop in path:
            stops.append(f"{stop} {7 + minute // 60:02}:{minute % 60:02}")
            minute += draw(st.integers(1, 9))
        times.append(trip(name, *stops))
    return "".join(trips), "".join(times)


@given(two=vehicles())
@settings(SETTINGS, max_examples=10)
def test_runs_taken_apart_come_together_as_they_were(two: tuple[str, str]) -> None:
    calendar = (
        FILES["calendar.txt"]
        + "MON,1,0,0,0,0,0,0,20261101,20261130\nALL,1,1,1,1,1,1,1,20261101,20261130\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        timetable = feed(Path(folder), *two, calendar_txt=calendar)
    plain, seats = parted(timetable)
    assert plain.through.empty
    made = joined(plain, seats)
    assert summary(made) == summary(timetable)


def summary(timetable: Timetable) -> list[Any]:
    """Return the through-runs: trips, days, route and calls."""
    days = timetable.services.groupby("service_id")["date"].agg(tuple)
    ids, routes = timetable.trips["trip_id"], timetable.routes["short_name"]
    return sorted(
        (
            tuple(ids.iloc[parts["ridden"]]),
            days[timetable.trips["service_id"].iloc[run]],
            routes.iloc[timetable.trips["route"].iloc[run]],
            timetable.stop_times[timetable.stop_times["trip"] == run]
            .drop(columns="trip")
            .to_numpy()
            .tolist(),
        )
        for run, parts in timetable.through.groupby("trip")
    )


@given(world=worlds())
@SETTINGS
def test_a_faster_last_section_never_lengthens(world: World) -> None:
    base = world.timetable()
    lasts = {}
    for i, one in enumerate(world.trips):
        (s, _, _, _, _), (t, _, _, _, _) = one.calls[-2:]
        if s != t and [c[0] for c in one.calls].count(t) == 1:
            lasts[i] = (f"s{s}", f"s{t}")
    edits = [
        {
            "kind": "faster_section",
            "route": f"t{i}",
            "from_stop": s,
            "to_stop": t,
            "share": 0.3,
            "both_ways": False,
        }
        for i, (s, t) in lasts.items()
    ]
    made = changed(base, *edits)
    assert (times_of(world, made).seconds <= times_of(world, base).seconds).all()


def test_the_calls_of_a_day_do_not_move_with_the_language(tmp_path: Path) -> None:
    files = {"agency_txt": FILES["agency.txt"].replace(",ko\n", ",en\n")}
    toy = load_timetable(write_feed(tmp_path, **files))
    new = {"stop_id": "s", "lon": 127.25, "lat": 36.0, "name_en": "Ess", "name_ko": "에스"}
    made = changed(toy, LINE | {"stops": ["r", "q", new], "name_ko": "새"})
    assert made.stops["stop_name"].tolist()[-1] == "Ess"
    assert made.routes["long_name"].tolist()[-1] == "새"
    assert made.frequencies["start_s"].tolist()[-1] == 6 * HOUR
