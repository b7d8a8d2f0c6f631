"""Several feeds as one timetable: in a list, or in the folders of an archive or a folder."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from toy_feed import FILES, places, write_feed

from clustergeo.errors import FeedError, UsageError
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import Timetable, active_services, day_notes
from clustergeo.times.by_transit import Departures, TransitRules, transit_times

# Thirty metres east of r, the last stop of the toy feed's line one.
FURTHER = "stop_id,stop_name,stop_lat,stop_lon\np,Pee,36.00,127.2003\nq,Cue,36.00,127.40\n"
ONWARD = (
    "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t1,07:50:00,07:50:00,p,1\nt1,08:10:00,08:10:00,q,2\n"
)
BUS = {
    "agency_txt": FILES["agency.txt"].replace("ko", "en"),
    "stops_txt": FURTHER,
    "stop_times_txt": ONWARD,
    "trips_txt": "route_id,service_id,trip_id\ntwo,WD,t1\n",
    "frequencies_txt": "",
}


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return write_feed(tmp_path / "rail"), write_feed(tmp_path / "bus", **BUS)


def zipped(path: Path, *folders: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for folder in folders:
            for file in sorted(folder.iterdir()):
                archive.write(file, f"{folder.name}/{file.name}")
    return path


def test_ids_are_told_apart_by_feed_and_rows_lead_to_the_right_tables(
    pair: tuple[Path, Path],
) -> None:
    both = load_timetable(pair)
    assert both.stops["stop_id"].tolist() == ["rail:p", "rail:q", "rail:r", "bus:p", "bus:q"]
    assert both.trips["trip_id"].tolist() == ["rail:t1", "rail:t2", "bus:t1"]
    assert both.routes["route_id"].take(both.trips["route"]).tolist() == [
        "rail:one",
        "rail:two",
        "bus:two",
    ]
    last = both.stop_times[both.stop_times["trip"] == 2]
    assert both.stops["stop_name"].take(last["stop"]).tolist() == ["Pee", "Cue"]
    assert both.frequencies["trip"].tolist() == [1]
    assert set(both.services["service_id"]) == {"rail:WD", "bus:WD"}
    assert both.source == f"{pair[0]}, {pair[1]}"
    assert both.feeds[["feed", "language", "timezone", "trips"]].to_numpy().tolist() == [
        ["rail", "ko", "Asia/Seoul", 2],
        ["bus", "en", "Asia/Seoul", 1],
    ]
    assert both.language == "ko"
    assert {note.split(":")[0] for note in both.notes} == {"rail", "bus"}


def test_one_feed_keeps_its_ids(pair: tuple[Path, Path]) -> None:
    alone = load_timetable([pair[0]])
    assert alone.stops["stop_id"].tolist() == ["p", "q", "r"]
    pd.testing.assert_frame_equal(alone.stop_times, load_timetable(pair[0]).stop_times)


def test_one_walks_from_a_feed_to_the_other(pair: tuple[Path, Path]) -> None:
    # Train p 07:10 - r 07:40, 30 m on foot, bus p 07:50 - q 08:10.
    ends = places(home=(36.0, 127.0)), places(work=(36.0, 127.4))
    day = Departures(dt.date(2026, 11, 24), dt.time(7, 10), dt.time(7, 11))
    found = transit_times(load_timetable(pair), *ends, day, TransitRules(headway_draws=1))
    assert found.table["minutes"].tolist() == [60.0]
    assert found.table["legs"].iloc[0].count("→") == 2


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_feeds_in_the_folders_of_an_archive_or_a_folder_are_all_read(
    pair: tuple[Path, Path], tmp_path: Path, kind: str
) -> None:
    path = zipped(tmp_path / "both.zip", *pair) if kind == "zip" else tmp_path
    found = load_timetable(path)
    assert sorted(found.feeds["feed"]) == ["bus", "rail"]
    assert sorted(found.feeds["source"]) == [f"{path}/bus", f"{path}/rail"]
    assert len(found.trips) == 3
    assert any("subfolder rail" in note for note in found.notes)


def test_an_archive_with_a_feed_at_its_top_and_below_is_refused(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    path = zipped(tmp_path / "mixed.zip", pair[1])
    with zipfile.ZipFile(path, "a") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    with pytest.raises(FeedError, match=r"at its top and others below \(bus\)"):
        load_timetable(path)


def test_feeds_of_one_name_get_a_number(pair: tuple[Path, Path], tmp_path: Path) -> None:
    other = write_feed(tmp_path / "elsewhere" / "rail", **BUS)
    both = load_timetable([pair[0], other])
    assert both.feeds["feed"].tolist() == ["rail", "rail#2"]
    assert both.trips["trip_id"].is_unique


def test_naming_no_feed_or_one_twice_is_a_slip(pair: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="no feed named"):
        load_timetable([])
    with pytest.raises(UsageError, match="feed named twice"):
        load_timetable([pair[0], pair[0].parent / "bus" / ".." / "rail"])


def test_a_fault_says_of_which_feed_it_is(pair: tuple[Path, Path]) -> None:
    (pair[1] / "trips.txt").write_text("route_id,service_id,trip_id\nghost,WD,t1\n")
    with pytest.raises(FeedError, match=r"\nbus/trips\.txt:2, route_id"):
        load_timetable(pair)


def later(folder: Path) -> Path:
    text = (folder / "calendar.txt").read_text().replace("20261101,20261130", "20270101,20270131")
    (folder / "calendar.txt").write_text(text)
    return folder


def test_a_feed_without_service_that_day_adds_nothing_and_is_told(pair: tuple[Path, Path]) -> None:
    both = load_timetable([pair[0], later(pair[1])])
    day = dt.date(2026, 11, 24)
    assert active_services(both, day) == {"rail:WD"}
    assert day_notes(both, day) == (
        "feed bus has no service on 2026-11-24 and adds nothing (runs 2027-01-01..2027-01-29)",
    )
    assert day_notes(load_timetable(pair[0]), dt.date(2027, 1, 1)) == ()


def test_a_day_without_service_in_any_feed_is_refused(pair: tuple[Path, Path]) -> None:
    both = load_timetable([pair[0], later(pair[1])])
    with pytest.raises(FeedError, match=r"no service on \(2026-12-24; .*is 2027-01-01 \(1 trips"):
        active_services(both, dt.date(2026, 12, 24))


def test_feeds_that_keep_other_time_are_refused(pair: tuple[Path, Path]) -> None:
    agency = FILES["agency.txt"]
    (pair[1] / "agency.txt").write_text(agency.replace("Asia/Seoul", "Asia/Tokyo"))
    assert len(load_timetable(pair).feeds) == 2  # another name for the same time
    (pair[1] / "agency.txt").write_text(agency.replace("Asia/Seoul", "Asia/Shanghai"))
    with pytest.raises(
        FeedError, match=r"bus, .*: keeps another time .*Asia/Shanghai, Asia/Seoul"
    ):
        load_timetable(pair)
    (pair[1] / "agency.txt").write_text(agency.replace("Asia/Seoul", "Asia/Nowhere"))
    with pytest.raises(FeedError, match="keeps another time"):
        load_timetable(pair)


def test_rules_and_runs_keep_their_trips(pair: tuple[Path, Path]) -> None:
    rules = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n,,t1,t2,4\n,,t2,t1,5\n"
    trips = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,07:50:00,07:50:00,p,1\nt1,08:10:00,08:10:00,q,2\n"
        "t2,08:20:00,08:20:00,q,1\nt2,08:40:00,08:40:00,p,2\n"
    )
    (pair[1] / "transfers.txt").write_text(rules)
    (pair[1] / "stop_times.txt").write_text(trips)
    (pair[1] / "trips.txt").write_text("route_id,service_id,trip_id\ntwo,WD,t1\ntwo,WD,t2\n")
    both = load_timetable(pair)
    assert both.through[["trip", "ridden"]].to_numpy().tolist() == [[4, 2], [4, 3]]
    assert both.trip_transfers[["from_trip", "to_trip", "from_stop"]].to_numpy().tolist() == [
        [2, 3, -1],
        [3, 2, -1],
    ]
    assert isinstance(both, Timetable)
    assert both.stop_times["trip"].is_monotonic_increasing


def test_a_file_that_cannot_be_opened_is_refused(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(FeedError, match=r"agency\.txt: cannot be read \(Permission denied\)"):
        load_timetable(pair[0])
