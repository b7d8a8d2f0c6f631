from __future__ import annotations

import datetime as dt
import io
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from toy_feed import FILES, write_feed

from clustergeo._zips import hostile
from clustergeo.errors import FeedError, MissingFileError, UsageError
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import Timetable, active_services, ride_minutes

STOPS = FILES["stops.txt"]
TIMES = FILES["stop_times.txt"]
TRANSFERS = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\n"


@pytest.fixture
def toy(tmp_path: Path) -> Timetable:
    return load_timetable(write_feed(tmp_path / "feed"))


def refusal(folder: Path, **changes: str) -> str:
    with pytest.raises(FeedError) as caught:
        load_timetable(write_feed(folder / "feed", **changes))
    return str(caught.value)


def zipped(path: Path, members: list[tuple[str | zipfile.ZipInfo, str]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return path


def test_a_feed_becomes_linked_tables(toy: Timetable) -> None:
    assert toy.language == "ko"
    assert toy.stop_times["trip"].tolist() == [0, 0, 0, 1, 1]
    assert toy.stop_times["stop"].tolist() == [0, 1, 2, 2, 0]
    assert toy.stop_times["departure_s"].tolist() == [25_800, 26_460, 27_600, 21_600, 23_400]
    assert toy.routes["evidence"].tolist() == ["derived", "derived"]
    assert toy.frequencies.iloc[0].tolist() == [1, 25_200, 32_400, 600, False]
    assert "3 stops, 2 routes, 2 trips, 5 calls, 1 headway rows" in repr(toy)
    assert "2026-11-02..2026-11-30" in repr(toy)


def test_the_embedded_feed_loads_without_notes() -> None:
    timetable = load_timetable()
    assert timetable.notes == ()
    assert set(timetable.routes["evidence"]) == {"published", "derived", "estimated"}
    named = timetable.stops.set_index("stop_id").loc["DJ1_101"]
    assert named["stop_name_en"] == "Panam (Daejeon Metro)"


def test_evidence_of_routes_is_read_and_unstated_routes_are_noted(tmp_path: Path) -> None:
    sources = "route_id,evidence\none,interpolated\n"
    timetable = load_timetable(write_feed(tmp_path / "f", sources_csv=sources))
    assert timetable.routes["evidence"].tolist() == ["derived", "derived"]
    assert timetable.notes == ("1 routes state no evidence and count as derived",)
    assert "sources.csv:2, route_id" in refusal(
        tmp_path, sources_csv="route_id,evidence\nghost,estimated\n"
    )


def test_a_zip_a_subfolder_and_a_bom_read_alike(tmp_path: Path, toy: Timetable) -> None:
    flat = zipped(tmp_path / "flat.zip", list(FILES.items()))
    deep = zipped(tmp_path / "deep.zip", [(f"feed/{n}", t) for n, t in FILES.items()])
    bom = write_feed(tmp_path / "bom", stops_txt="\ufeff" + STOPS)
    for path in (flat, deep, bom, (tmp_path / "feed").parent / "feed"):
        pd.testing.assert_frame_equal(load_timetable(path).stops, toy.stops)
    outer = tmp_path / "outer"
    write_feed(outer / "inner")
    pd.testing.assert_frame_equal(load_timetable(outer).stop_times, toy.stop_times)


def test_cp949_is_recognised_and_other_encodings_can_be_named(tmp_path: Path) -> None:
    folder = write_feed(tmp_path / "feed")
    (folder / "stops.txt").write_bytes(STOPS.encode("cp949"))
    timetable = load_timetable(folder)
    assert timetable.stops["stop_name"].tolist() == ["피", "큐", "알"]
    assert "stops.txt read as CP949: not UTF-8, and the feed keeps Korean time" in timetable.notes
    (folder / "stops.txt").write_bytes(STOPS.replace("피", "Grønne r").encode("latin-1", "ignore"))
    with pytest.raises(FeedError, match=r"stops\.txt"):
        load_timetable(folder)


def test_spaces_around_ids_do_not_break_links(tmp_path: Path, toy: Timetable) -> None:
    spaced = TIMES.replace(",p,", ", p ,")
    timetable = load_timetable(write_feed(tmp_path / "s", stop_times_txt=spaced))
    pd.testing.assert_frame_equal(timetable.stop_times, toy.stop_times)


def test_blank_inner_times_are_interpolated_by_distance_and_noted(tmp_path: Path) -> None:
    # q lies half way from p to r, so the half hour is halved.
    times = TIMES.replace("t1,07:20:00,07:21:00,q", "t1,,,q")
    timetable = load_timetable(write_feed(tmp_path / "f", stop_times_txt=times))
    assert timetable.stop_times["arrival_s"].tolist()[1] == 25_800 + 900
    assert "1 blank times were interpolated by distance" in timetable.notes
    at_once = STOPS.replace("127.20", "127.00").replace("127.10", "127.00")
    still = load_timetable(write_feed(tmp_path / "g", stop_times_txt=times, stops_txt=at_once))
    assert still.stop_times["arrival_s"].tolist()[1] == 25_800 + 900


def test_one_time_of_a_call_stands_for_both(tmp_path: Path) -> None:
    times = TIMES.replace("t1,07:20:00,07:21:00,q", "t1,07:20:00,,q")
    timetable = load_timetable(write_feed(tmp_path / "f", stop_times_txt=times))
    assert timetable.stop_times["departure_s"].tolist()[1] == 26_400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"stops_txt": STOPS.replace("36.00,127.00", "127.00,36.00")},
            ["stops.txt:2, stop_lat", "(127.0)", "swap stop_lat and stop_lon"],
        ),
        ({"stops_txt": STOPS.replace("36.00,127.00", "136.00,127.00")}, ["write WGS84 degrees"]),
        ({"stops_txt": STOPS.replace("127.00", "227.00")}, ["stop_lon", "227.0"]),
        ({"stops_txt": STOPS.replace("36.00,127.00", "0,0")}, ["0.0, 0.0", "far from the other"]),
        ({"stops_txt": "stop_id,stop_lat,stop_lon\np,0,0\nq,0,0\nr,0,0\n"}, ["stops.txt:4"]),
        ({"stops_txt": STOPS.replace("36.00,127.00", ",")}, ["stop_lat: is blank"]),
        ({"stops_txt": STOPS + "p,피,36,127\n"}, ["stops.txt:5", "duplicate of row 2"]),
        ({"routes_txt": FILES["routes.txt"].replace("one,A", "one,Z")}, ["agency_id", "(Z)"]),
        (
            {
                "agency_txt": FILES["agency.txt"] + "B,Bee,Asia/Seoul,ko\n",
                "routes_txt": FILES["routes.txt"].replace("one,A", "one,"),
            },
            ["routes.txt:2", "blank"],
        ),
        ({"trips_txt": FILES["trips.txt"].replace("one,", "ghost,")}, ["trips.txt:2, route_id"]),
        ({"trips_txt": FILES["trips.txt"].replace("WD,t1", "XX,t1")}, ["service_id", "(XX)"]),
        ({"trips_txt": FILES["trips.txt"] + "one,WD,t3\n"}, ["trips.txt:4", "may be cut off"]),
        ({"stop_times_txt": TIMES.replace("t2", "t9")}, ["stop_times.txt:5", "stop_times.txt:6"]),
        ({"stop_times_txt": TIMES.replace(",r,", ",z,")}, ["refers to nothing (z)"]),
        ({"stop_times_txt": TIMES.replace("07:20:00", "07:61:00")}, ["not a time (07:61:00)"]),
        ({"stop_times_txt": TIMES.replace("07:20:00", "06:20:00")}, ["stop_times.txt:3", "left"]),
        ({"stop_times_txt": TIMES.replace("07:21:00", "07:19:00")}, ["before it arrives"]),
        ({"stop_times_txt": TIMES.replace("07:10:00,07:10:00", ",")}, ["need a time (t1)"]),
        ({"stop_times_txt": TIMES.replace("q,2", "q,1")}, ["trip_id, stop_sequence"]),
        ({"stop_times_txt": "trip_id,arrival_time\n"}, ["column missing", "departure_time"]),
        ({"stop_times_txt": TIMES.split("\n")[0] + "\n"}, ["has no rows"]),
        (
            {"calendar_txt": FILES["calendar.txt"].replace("20261130", "20261031")},
            ["swap the dat"],
        ),
        ({"calendar_txt": FILES["calendar.txt"].replace("20261130", "20261131")}, ["not a date"]),
        ({"calendar_txt": FILES["calendar.txt"].replace("20261130", "22261130")}, ["century"]),
        ({"calendar_txt": FILES["calendar.txt"].replace("1,1,1,1,1", "0,0,0,0,0")}, ["ever runs"]),
        ({"calendar_txt": ""}, ["calendar.txt is missing"]),
        ({"frequencies_txt": FILES["frequencies.txt"].replace("600", "0")}, ["below 1 (0)"]),
        (
            {"frequencies_txt": FILES["frequencies.txt"].replace("09:00:00", "07:00:00")},
            ["after s"],
        ),
        ({"frequencies_txt": FILES["frequencies.txt"].replace("t2", "t9")}, ["(t9)"]),
        (
            {"frequencies_txt": FILES["frequencies.txt"] + "t2,08:00:00,10:00:00,60,0\n"},
            ["frequencies.txt:3", "overlaps"],
        ),
        (
            {"transfers_txt": TRANSFERS + "p,z,2,60\n"},
            ["transfers.txt:2, to_stop_id", "(z)"],
        ),
        (
            {"transfers_txt": TRANSFERS + "p,q,2,-5\n"},
            ["below 0 (-5)"],
        ),
        ({"transfers_txt": "from_stop_id,to_stop_id,transfer_type\n,q,2\n"}, ["is blank"]),
        ({"agency_txt": "<html>log in</html>"}, ["agency.txt", "HTML page"]),
        ({"stops_txt": STOPS.replace(",", ";")}, ["separated by commas"]),
    ],
)
def test_a_fault_is_named_with_file_row_and_field(
    tmp_path: Path, changes: dict[str, str], words: list[str]
) -> None:
    message = refusal(tmp_path, **changes)
    for word in words:
        assert word in message


def test_all_faults_of_one_file_come_together(tmp_path: Path) -> None:
    stops = STOPS.replace("36.00,127.00", "99,127").replace("36.00,127.10", "36.00,999")
    assert refusal(tmp_path, stops_txt=stops).count("\n") == 1


def test_stops_at_the_origin_are_believed_when_the_feed_lies_there(tmp_path: Path) -> None:
    stops = "stop_id,stop_lat,stop_lon\np,0,0\nq,0,1\nr,0,-1\n"
    assert len(load_timetable(write_feed(tmp_path, stops_txt=stops)).stops) == 3


def test_exceptions_add_and_remove_days(tmp_path: Path) -> None:
    exceptions = "service_id,date,exception_type\nWD,20261128,1\nWD,20261124,2\n"
    timetable = load_timetable(write_feed(tmp_path, calendar_dates_txt=exceptions))
    assert active_services(timetable, dt.date(2026, 11, 28)) == {"WD"}
    with pytest.raises(FeedError, match=r"no service on.*2026-11-24.*nearest is 2026-11-23"):
        active_services(timetable, dt.date(2026, 11, 24))


def test_dates_alone_make_a_calendar(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nWD,20261128,1\n"
    feed = write_feed(tmp_path, calendar_txt="", calendar_dates_txt=dates)
    assert active_services(load_timetable(feed), dt.date(2026, 11, 28)) == {"WD"}


def test_a_date_outside_the_calendar_names_the_range_and_the_nearest_day(toy: Timetable) -> None:
    with pytest.raises(FeedError, match=r"outside.*2026-11-02\.\.2026-11-30.*is 2026-11-30"):
        active_services(toy, dt.date(2027, 1, 1))


def test_a_feed_whose_period_holds_no_service_day_says_so(tmp_path: Path) -> None:
    weekend = FILES["calendar.txt"].replace("20261101,20261130", "20261107,20261108")
    timetable = load_timetable(write_feed(tmp_path, calendar_txt=weekend))
    assert "1 services never run (WD)" in timetable.notes
    assert "no service" in repr(timetable)
    with pytest.raises(FeedError, match="no service ever runs"):
        active_services(timetable, dt.date(2026, 11, 7))


def test_transfers_of_a_station_hold_for_its_stops_and_own_rules_win(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "p,피,36.00,127.00,,S\nq,큐,36.00,127.10,,\nr,알,36.00,127.20,,S\nS,역,36.0,127.1,1,\n"
    )
    rules = (
        "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time\n"
        "S,q,,,2,60\nr,q,,,2,30\np,q,t1,t2,2,5\np,p,t1,t2,4,\n"
    )
    timetable = load_timetable(write_feed(tmp_path, stops_txt=stops, transfers_txt=rules))
    found = timetable.transfers[["from_stop", "to_stop", "min_s"]].to_numpy().tolist()
    assert found == [[0, 1, 60], [2, 1, 30], [3, 1, 60]]
    assert not any("transfer rules" in note for note in timetable.notes)
    kept = timetable.trip_transfers[["from_stop", "to_stop", "from_trip", "to_trip", "kind"]]
    assert kept.to_numpy().tolist() == [[0, 1, 0, 1, 2], [0, 0, 0, 1, 4]]
    assert timetable.trip_transfers["from_route"].tolist() == [-1, -1]


def test_english_names_come_by_record_or_by_value(tmp_path: Path) -> None:
    head = "table_name,field_name,language,translation,record_id,field_value\n"
    rows = "stops,stop_name,en,Pee,p,\nstops,stop_name,en-GB,Cue,,큐\nstops,stop_name,fr,Re,r,\n"
    timetable = load_timetable(write_feed(tmp_path, translations_txt=head + rows))
    assert timetable.stops["stop_name_en"].tolist() == ["Pee", "Cue", "알"]


def test_translations_in_the_old_form_are_left_aside(tmp_path: Path) -> None:
    feed = write_feed(tmp_path, translations_txt="trans_id,lang,translation\n피,en,Pee\n")
    timetable = load_timetable(feed)
    assert timetable.stops["stop_name_en"].tolist() == ["피", "큐", "알"]
    assert any("translations.txt" in note for note in timetable.notes)


def test_the_language_of_the_feed_is_that_of_feed_info(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "a", feed_info_txt="feed_publisher_name,feed_lang\nToy,en-US\n")
    assert load_timetable(feed).language == "en"
    silent = write_feed(
        tmp_path / "b",
        agency_txt="agency_name,agency_timezone\nA,Asia/Seoul\n",
        routes_txt="route_id,route_type\none,1\ntwo,3\n",
    )
    timetable = load_timetable(silent)
    assert timetable.language == ""
    assert timetable.routes["short_name"].tolist() == ["one", "two"]


def test_a_trip_with_one_call_is_noted(tmp_path: Path) -> None:
    trips = FILES["trips.txt"] + "one,WD,t3\n"
    times = TIMES + "t3,07:00:00,07:00:00,p,1\n"
    timetable = load_timetable(write_feed(tmp_path, trips_txt=trips, stop_times_txt=times))
    assert "1 trips have a single stop and carry nobody" in timetable.notes


def test_what_is_not_there_or_not_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        load_timetable(tmp_path / "nothing.zip")
    (tmp_path / "text.zip").write_text("not a zip")
    with pytest.raises(FeedError, match="sound zip"):
        load_timetable(tmp_path / "text.zip")
    whole = zipped(tmp_path / "whole.zip", list(FILES.items())).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FeedError, match="sound zip"):
        load_timetable(tmp_path / "cut.zip")


def test_a_member_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stored.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in {**FILES, "shapes.txt": "shape_id\nMARK\n"}.items():
            archive.writestr(name, text)
    path.write_bytes(path.read_bytes().replace(b"MARK", b"MIRK"))
    with pytest.raises(FeedError, match=r"checksum \(shapes\.txt\)"):
        load_timetable(path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/stops.txt", "absolute path"),
        ("C:/stops.txt", "absolute path"),
        ("..\\stops.txt", "leads out"),
        ("a/../../stops.txt", "leads out"),
    ],
)
def test_members_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, words: str) -> None:
    feed = zipped(tmp_path / "f.zip", [*FILES.items(), (name, "x")])
    with pytest.raises(FeedError, match=words):
        load_timetable(feed)


def test_links_and_encrypted_members_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("stops.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(FeedError, match="symbolic link"):
        load_timetable(zipped(tmp_path / "l.zip", [(link, "/etc/passwd")]))
    locked = zipfile.ZipInfo("stops.txt")
    locked.flag_bits |= 1
    assert hostile(locked) == "is encrypted"


def test_an_archive_that_inflates_beyond_reason_is_refused(tmp_path: Path) -> None:
    feed = zipped(tmp_path / "b.zip", [*FILES.items(), ("shapes.txt", "0" * 30_000_000)])
    with pytest.raises(FeedError, match="times its size"):
        load_timetable(feed)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("stops.txt", STOPS)
    (tmp_path / "d.zip").write_bytes(buffer.getvalue())
    with pytest.raises(FeedError, match="two members of one name"):
        load_timetable(tmp_path / "d.zip")


def test_names_in_capitals_are_refused(tmp_path: Path) -> None:
    loud = zipped(tmp_path / "loud.zip", [(n.upper(), t) for n, t in FILES.items()])
    with pytest.raises(FeedError, match=r"rename STOPS\.TXT to stops\.txt"):
        load_timetable(loud)


def test_ride_minutes_are_those_in_the_vehicle(toy: Timetable) -> None:
    assert ride_minutes(toy, ["p"], ["r"]).to_dict() == {"t1": 30.0}
    assert ride_minutes(toy, ["q"], ["r"]).to_dict() == {"t1": 19.0}
    assert ride_minutes(toy, ["p", "r"], ["p", "r"]).to_dict() == {"t1": 30.0, "t2": 30.0}
    assert ride_minutes(toy, ["p"], ["r"], route_names=["2"]).empty
    with pytest.raises(UsageError, match=r"unknown stop_id \(x\)"):
        ride_minutes(toy, ["x"], ["r"])
    with pytest.raises(UsageError, match="unknown route name"):
        ride_minutes(toy, ["p"], ["r"], route_names=["9"])
