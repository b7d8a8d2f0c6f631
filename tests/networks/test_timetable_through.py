"""Riders who stay seated: runs that join trips, and that join no more than the feed says."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_feed import FILES, places, write_feed

from clustergeo.errors import FeedError
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import Timetable, services_on
from clustergeo.times.by_transit import Departures, TransitRules, transit_times

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "good_feeds"
STOPS = "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(
    f"{name},{name.upper()},36.00,{127 + i / 10:.2f}\n" for i, name in enumerate("abcde")
)
HEAD = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


def trip(name: str, *calls: str) -> str:
    """Return the rows of a trip from calls like ``a 07:10``."""
    rows = []
    for number, call in enumerate(calls):
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


TWO = trip("t1", "a 07:00", "b 07:10") + trip("t2", "b 07:15", "c 07:25")


def test_a_block_joins_trips_that_meet_at_a_stop(tmp_path: Path) -> None:
    timetable = feed(tmp_path, "one,WD,t1,X\ntwo,WD,t2,X\n", TWO)
    assert runs(timetable) == ["t1+t2"]
    calls = timetable.stop_times[timetable.stop_times["trip"] == 2]
    assert calls["stop"].tolist() == [0, 1, 1, 2]
    assert calls["board"].tolist() == [True, False, False, False]
    assert calls["alight"].tolist() == [False, False, False, True]
    assert timetable.routes.iloc[2].tolist()[:3] == ["one+two", "1호선→2", "첫째→둘째"]
    assert "1 through-runs added for riders who stay seated from trip to trip" in timetable.notes
    assert "2 trips, 4 calls, 1 through-runs" in repr(timetable)


def test_staying_seated_needs_no_change_and_says_both_lines(tmp_path: Path) -> None:
    # Changing at b takes ten minutes by rule, so that only who stays seated makes t2.
    rule = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nb,b,2,600\n"
    ends = places(home=(36.0, 127.0)), places(work=(36.0, 127.2))
    day = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(7, 1))
    for folder, block, minutes in (("seated", "X", 25.0), ("apart", "", None)):
        trips = f"one,WD,t1,{block}\ntwo,WD,t2,{block}\n"
        timetable = feed(tmp_path / folder, trips, TWO, transfers_txt=rule)
        found = transit_times(timetable, *ends, day, TransitRules()).table.iloc[0]
        assert found["status"] == ("ok" if minutes else "no_service")
        if minutes:
            assert found["minutes"] == minutes
            assert "1호선→2 A→C" in found["legs"]


@pytest.mark.parametrize(
    ("trips", "times", "transfers"),
    [
        # Not the same block, none, another stop, too long a stay, overlapping, other days.
        ("one,WD,t1,X\ntwo,WD,t2,Y\n", TWO, ""),
        ("one,WD,t1,\ntwo,WD,t2,\n", TWO, ""),
        (
            "one,WD,t1,X\ntwo,WD,t2,X\n",
            TWO.replace("t2,07:15:00,07:15:00,b", "t2,07:15:00,,d"),
            "",
        ),
        (
            "one,WD,t1,X\ntwo,WD,t2,X\n",
            TWO.replace("07:25", "07:59").replace("07:15", "07:41"),
            "",
        ),
        ("one,WD,t1,X\ntwo,WD,t2,X\n", TWO.replace("07:15", "07:09"), ""),
        ("one,WD,t1,X\ntwo,SA,t2,X\n", TWO, ""),
        # Type 5: everybody leaves the vehicle.
        ("one,WD,t1,X\ntwo,WD,t2,X\n", TWO, "b,b,t1,t2,5\n"),
    ],
)
def test_what_is_no_through_service_is_not_joined(
    tmp_path: Path, trips: str, times: str, transfers: str
) -> None:
    calendar = FILES["calendar.txt"] + "SA,0,0,0,0,0,1,0,20261101,20261130\n"
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n"
    timetable = feed(tmp_path, trips, times, calendar_txt=calendar, transfers_txt=head + transfers)
    assert runs(timetable) == []
    assert len(timetable.trips) == 2


def test_a_rule_joins_without_block_and_across_stops(tmp_path: Path) -> None:
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n"
    times = trip("t1", "a 07:00", "b 07:10") + trip("t2", "d 09:15", "c 09:25")
    timetable = feed(
        tmp_path, "one,WD,t1,\none,WD,t2,\n", times, transfers_txt=head + ",,t1,t2,4\n"
    )
    assert runs(timetable) == ["t1+t2"]
    calls = timetable.stop_times[timetable.stop_times["trip"] == 2]
    # At the other stop one may leave: that is a ride no trip of the feed has.
    assert calls["alight"].tolist() == [False, False, True, True]
    assert timetable.trips["route"].tolist() == [0, 0, 0]


def test_a_block_goes_on_from_another_platform_of_the_station(tmp_path: Path) -> None:
    stops = STOPS.replace("stop_lon\n", "stop_lon,location_type,parent_station\n")
    stops = "".join(f"{row},0,{'S' if row[0] in 'bd' else ''}\n" for row in stops.splitlines()[1:])
    head = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    times = TWO.replace("t2,07:15:00,07:15:00,b", "t2,07:15:00,07:15:00,d")
    trips = "one,WD,t1,X\ntwo,WD,t2,X\n"
    station = head + stops + "S,Station,36.0,127.2,1,\n"
    timetable = feed(tmp_path, trips, times, stops_txt=station)
    assert runs(timetable) == ["t1+t2"]
    # The platform it goes on to is a stop of its own, where those from a may get off.
    calls = timetable.stop_times[timetable.stop_times["trip"] == 2]
    assert calls["alight"].tolist() == [False, False, True, True]


def test_a_rule_that_no_day_can_keep_is_noted(tmp_path: Path) -> None:
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n"
    trips = "one,WD,t1,\ntwo,WD,t2,\n"
    timetable = feed(tmp_path, trips, TWO, transfers_txt=head + "b,b,t2,t1,4\n")
    assert runs(timetable) == []
    assert any(note.startswith("1 in-seat rules join trips") for note in timetable.notes)


def test_an_in_seat_rule_without_trips_is_refused(tmp_path: Path) -> None:
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n"
    with pytest.raises(FeedError, match=r"transfers\.txt:2, to_trip_id: is blank in an in-seat"):
        feed(tmp_path, "one,WD,t1,\ntwo,WD,t2,\n", TWO, transfers_txt=head + "b,b,t1,,4\n")


def test_runs_on_some_days_only_get_a_service_of_their_own(tmp_path: Path) -> None:
    # t1 runs Monday to Friday; on Friday the vehicle goes on as t3, else as t2.
    calendar = FILES["calendar.txt"] + (
        "MT,1,1,1,1,0,0,0,20261101,20261130\nFS,0,0,0,0,1,1,0,20261101,20261130\n"
    )
    times = TWO + trip("t3", "b 07:15", "d 07:25")
    trips = "one,WD,t1,X\none,MT,t2,X\none,FS,t3,X\n"
    timetable = feed(tmp_path, trips, times, calendar_txt=calendar)
    assert runs(timetable) == ["t1+t2", "t1+t3"]
    assert timetable.trips["service_id"].tolist()[3:] == ["MT", "WD+FS"]
    friday, saturday = dt.date(2026, 11, 27), dt.date(2026, 11, 28)
    assert services_on(timetable, friday) == {"WD", "FS", "WD+FS"}
    assert services_on(timetable, saturday) == {"FS"}


def test_a_chain_holds_only_on_days_of_all_its_trips(tmp_path: Path) -> None:
    # The first two share Monday to Thursday, the last two Friday; nobody rides through all three.
    calendar = FILES["calendar.txt"] + (
        "MT,1,1,1,1,0,0,0,20261101,20261130\nFR,0,0,0,0,1,0,0,20261101,20261130\n"
    )
    times = TWO + trip("t3", "c 07:30", "d 07:40")
    trips = "one,MT,t1,X\none,WD,t2,X\none,FR,t3,X\n"
    timetable = feed(tmp_path, trips, times, calendar_txt=calendar)
    assert runs(timetable) == ["t1+t2", "t2+t3"]
    assert timetable.trips["service_id"].tolist()[3:] == ["MT", "FR"]


def test_a_rule_outdoes_the_block(tmp_path: Path) -> None:
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n"
    times = TWO + trip("t3", "b 07:20", "d 07:40")
    trips = "one,WD,t1,X\none,WD,t2,X\none,WD,t3,\n"
    timetable = feed(tmp_path, trips, times, transfers_txt=head + "b,b,t1,t3,4\n")
    assert runs(timetable) == ["t1+t3"]


def test_a_vehicle_to_and_fro_needs_few_runs(tmp_path: Path) -> None:
    starts = [25_200 + 1_500 * i for i in range(6)]
    rows = []
    for i, start in enumerate(starts):
        for n, stop in enumerate("abc" if i % 2 == 0 else "cba"):
            clock = dt.timedelta(seconds=start + 600 * n)
            rows.append(f"t{i},0{clock},0{clock},{stop},{n}\n")
    trips = "".join(f"one,WD,t{i},X\n" for i in range(6))
    timetable = feed(tmp_path, trips, "".join(rows))
    # Only neighbours: whoever stays longer boards the same stop again later.
    assert runs(timetable) == [f"t{i}+t{i + 1}" for i in range(5)]


def test_headway_trips_are_not_joined(tmp_path: Path) -> None:
    windows = "trip_id,start_time,end_time,headway_secs\nt2,07:00:00,08:00:00,600\n"
    trips = "one,WD,t1,X\ntwo,WD,t2,X\n"
    assert runs(feed(tmp_path, trips, TWO, frequencies_txt=windows)) == []


def test_a_new_id_that_is_taken_gets_a_mark(tmp_path: Path) -> None:
    times = TWO + trip("t1+t2", "d 07:00", "e 07:10")
    timetable = feed(tmp_path, "one,WD,t1,X\ntwo,WD,t2,X\none,WD,t1+t2,\n", times)
    assert runs(timetable) == ["t1+t2'"]


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=4), min_size=2, max_size=5))
def test_runs_serve_whoever_stays_seated_and_nobody_else(
    tmp_path_factory: pytest.TempPathFactory, paths: list[list[str]]
) -> None:
    """Against the plain meaning: the vehicle as one long trip, boarded and left anywhere."""
    clock, rows, whole = 25_200, [], []
    for i, path in enumerate(paths):
        for n, stop in enumerate(path):
            shown = f"0{dt.timedelta(seconds=clock)}"
            rows.append(f"t{i},{shown},{shown},{stop},{n}\n")
            whole.append((i, stop, clock, n))
            clock += 60
    trips = "".join(f"one,WD,t{i},X\n" for i in range(len(paths)))
    timetable = feed(tmp_path_factory.mktemp("f"), trips, "".join(rows))
    names = timetable.stops["stop_id"].to_numpy()
    rides: set[tuple[str, int, str, int]] = set()
    for _, calls in timetable.stop_times.groupby("trip"):
        table = list(
            zip(
                names[calls["stop"]],
                calls["departure_s"],
                calls["arrival_s"],
                calls["board"],
                calls["alight"],
                strict=True,
            )
        )
        for one, other in itertools.combinations(table, 2):
            if one[3] and other[4]:
                rides.add((one[0], one[1], other[0], other[2]))
    # At the end of a trip one boards the next, and leaves the one that ends.
    plain = {
        (a[1], a[2], b[1], b[2])
        for a, b in itertools.combinations(whole, 2)
        if all(paths[i][-1] == paths[i + 1][0] for i in range(a[0], b[0]))
        and a[3] < len(paths[a[0]]) - 1
        and b[3] > 0
    }
    assert rides <= plain
    for stop, ready in {(ride[0], ride[1]) for ride in plain}:
        for to in "abc":
            best = [r[3] for r in plain if r[0] == stop and r[1] >= ready and r[2] == to]
            found = [r[3] for r in rides if r[0] == stop and r[1] >= ready and r[2] == to]
            assert min(best, default=0) == min(found, default=0)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")
def test_the_hand_checkable_feed_joins_what_it_says() -> None:
    """Its README: block0 and block2 go on, route2 forbids it by type 5, block1 has one trip."""
    timetable = load_timetable(SHARED / "otp_interlining")
    assert runs(timetable) == ["route0-trip1+route3-trip1", "route1-trip1+route1-trip2"]
    from_to = []
    for row in timetable.through["trip"].unique():
        calls = timetable.stop_times[timetable.stop_times["trip"] == row]
        on, off = calls[calls["board"]].iloc[0], calls[calls["alight"]].iloc[-1]
        from_to.append((on["stop"], on["departure_s"], off["stop"], off["arrival_s"]))
    assert from_to == [(0, 600, 6, 2_100), (0, 600, 3, 2_400)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")
def test_staying_seated_never_takes_longer_on_a_real_feed() -> None:
    timetable = load_timetable(SHARED / "trimet-vermont-2018-02-06")
    first = int(timetable.through["trip"].min())
    bare = replace(
        timetable,
        trips=timetable.trips.iloc[:first],
        stop_times=timetable.stop_times[timetable.stop_times["trip"] < first],
    )
    some = timetable.stops.iloc[::12]
    points = zip(some["stop_lat"], some["stop_lon"], strict=True)
    ends = places(**dict(zip(some["stop_id"], points, strict=True)))
    day = Departures(dt.date(2018, 2, 6), dt.time(8), dt.time(8, 10))
    rules = TransitRules(walk_limit_min=5, min_change_min=3)
    seated, apart = (
        transit_times(table, ends, ends, day, rules).table for table in (timetable, bare)
    )
    assert (seated["status"] == "ok").sum() >= (apart["status"] == "ok").sum()
    assert not (seated["minutes"] > apart["minutes"] + 1e-9).any()
