"""The faults C1 to C22 of a timetable feed, each met as the list of faults specifies it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_feed import FILES, places, write_feed

from clustergeo._zips import read_member
from clustergeo.errors import FeedError, InputError
from clustergeo.networks import load_road_network
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.far_stops import far_stops
from clustergeo.networks.timetable import Timetable, active_services, day_notes
from clustergeo.times.by_transit import Departures, TransitRules, transit_times

TIMES = FILES["stop_times.txt"]
STOPS = FILES["stops.txt"]
TRIPS = FILES["trips.txt"]
DAY = dt.date(2026, 11, 24)


def refusal(folder: Path, **changes: str) -> str:
    with pytest.raises(FeedError) as caught:
        load_timetable(write_feed(folder, **changes))
    assert caught.value.exit_code == 3
    return str(caught.value)


def archive(path: Path, *extra: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in FILES.items():
            file.writestr(name, text)
        for member, content in extra:
            file.writestr(member, content)
    return path


def minutes(timetable: Timetable, start: dt.time, day: dt.date = DAY) -> float:
    """Return minutes from the first toy stop to the last, leaving at a time."""
    ends = places(home=(36.0, 127.0)), places(work=(36.0, 127.2))
    end = (dt.datetime.combine(day, start) + dt.timedelta(minutes=1)).time()
    found = transit_times(timetable, *ends, Departures(day, start, end), TransitRules())
    return float(found.table["minutes"].iloc[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
        (b"<?xml version='1.0'?><kml/>", "XML or HTML"),
        (b"plain words", "not a sound zip archive"),
        (b"<!DOCTYPE html><html>log in</html>", "is an HTML page"),
        (b"", "is empty"),
    ],
)
def test_c1_what_is_no_archive_is_refused_as_what_it_is(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "f.zip").write_bytes(content)
    with pytest.raises(InputError, match=words):
        load_timetable(tmp_path / "f.zip")


def test_c1_half_an_archive_and_a_flipped_bit_are_refused(tmp_path: Path) -> None:
    whole = archive(tmp_path / "whole.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    flipped = bytearray(whole)
    flipped[whole.index(b"stop_times.txt") + 30] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(bytes(flipped))
    for name in ("half.zip", "flipped.zip"):
        with pytest.raises(FeedError, match=r"sound zip|checksum"):
            load_timetable(tmp_path / name)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.data())
def test_c1_a_damaged_archive_never_gives_another_timetable(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("f")
    whole = archive(folder / "whole.zip").read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255) | st.none())
    damaged = whole[:at] if flip is None else whole[:at] + bytes([whole[at] ^ flip])
    (folder / "bad.zip").write_bytes(damaged + (b"" if flip is None else whole[at + 1 :]))
    try:
        found = load_timetable(folder / "bad.zip")
    except InputError:
        return
    for name in ("stops", "trips", "stop_times", "services", "frequencies"):
        pd.testing.assert_frame_equal(
            getattr(found, name), getattr(load_timetable(folder / "whole.zip"), name)
        )


def test_c1_a_directory_that_swallows_a_member_is_refused(tmp_path: Path) -> None:
    whole = bytearray(archive(tmp_path / "whole.zip").read_bytes())
    entry = whole.index(b"PK\x01\x02")
    following = whole.index(b"PK\x01\x02", entry + 4)
    name = int.from_bytes(whole[following + 28 : following + 30], "little")
    # The comment of the first entry, made as long as the next entry, hides that member.
    whole[entry + 32 : entry + 34] = (46 + name).to_bytes(2, "little")
    (tmp_path / "swallowed.zip").write_bytes(bytes(whole))
    with pytest.raises(FeedError, match="its end counts"):
        load_timetable(tmp_path / "swallowed.zip")


def test_c1_an_archive_that_points_before_its_beginning_is_refused(tmp_path: Path) -> None:
    # A byte lost in the middle: the directory then lies before where its end says.
    whole = archive(tmp_path / "whole.zip").read_bytes()
    (tmp_path / "short.zip").write_bytes(whole[:100] + whole[103:])
    with pytest.raises(FeedError, match="sound zip"):
        load_timetable(tmp_path / "short.zip")


def test_c2_hostile_members_are_named_and_nothing_is_unpacked(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("stops.txt", STOPS)
    cases = {"../evil.txt": "leads out", "/etc/evil.txt": "absolute path"}
    for name, words in cases.items():
        path = archive(tmp_path / "hostile.zip", (name, b"x"))
        with pytest.raises(FeedError, match=rf"{words}.*\({name}\)"):
            load_timetable(path)
    nested = tmp_path / "nested.zip"
    with zipfile.ZipFile(nested, "w") as file:
        file.writestr("google_transit.zip", inner.getvalue())
    with pytest.raises(FeedError, match=r"found: google_transit\.zip"):
        load_timetable(nested)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hostile.zip", "nested.zip"]


def test_c3_a_bomb_is_refused_unless_the_limit_is_raised(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", ("shapes.txt", b"0" * 30_000_000))
    with pytest.raises(FeedError, match=r"would inflate to 30,\d{3},\d{3} bytes, .* its size"):
        load_timetable(path)
    assert len(load_timetable(path, inflate_limit_mb=40).trips) == 2
    with pytest.raises(FeedError, match="would inflate"):
        load_timetable(path, inflate_limit_mb=20)


def test_c3_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name, text in FILES.items():
            file.writestr(name, text)
    content = path.read_bytes()
    size = len(STOPS.encode()).to_bytes(4, "little")
    at = content.rindex(b"stops.txt") - 46 + 24  # its size in the directory of the archive
    assert content[at : at + 4] == size
    path.write_bytes(content[:at] + (3).to_bytes(4, "little") + content[at + 4 :])
    with pytest.raises(FeedError, match=r"sound zip|checksum"):
        load_timetable(path)


def test_c3_too_many_members_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "many.zip", *((f"x/{i}.txt", b"") for i in range(10_001)))
    with pytest.raises(FeedError, match=r"more than 10,000 members"):
        load_timetable(path)


def test_c4_missing_empty_and_loud_files_are_refused_and_a_subfolder_is_told(
    tmp_path: Path,
) -> None:
    assert "routes.txt is missing (found: agency.txt" in refusal(tmp_path / "a", routes_txt="")
    assert "has no rows (0)" in refusal(tmp_path / "b", trips_txt="route_id,service_id,trip_id\n")
    assert "trips.txt: is empty" in refusal(tmp_path / "c", trips_txt="\n")
    write_feed(tmp_path / "outer" / "inner")
    assert "the tables lie in the subfolder inner" in load_timetable(tmp_path / "outer").notes
    folder = write_feed(tmp_path / "loud")
    (folder / "stops.txt").rename(folder / "x")
    (folder / "x").rename(folder / "STOPS.TXT")
    with pytest.raises(FeedError, match=r"rename STOPS\.TXT to stops\.txt"):
        load_timetable(folder)


@pytest.mark.parametrize(
    ("stops", "words"),
    [
        (STOPS.replace("stop_lat", "lat"), "stop_lat: column missing (found: stop_id, stop_name"),
        (STOPS.replace("stop_name", "stop_id"), "stops.txt:1: duplicate column (stop_id)"),
        (STOPS.replace(",", ";"), "not separated by commas"),
        (
            STOPS.replace("127.10", "127.10,5"),
            "stops.txt:3: 5 cells where the header has 4 - quote",
        ),
        (
            STOPS.replace(",127.10", ""),
            "stops.txt:3: 3 cells where the header has 4 - write every",
        ),
    ],
)
def test_c5_broken_columns_are_refused(tmp_path: Path, stops: str, words: str) -> None:
    assert words in refusal(tmp_path, stops_txt=stops)


def test_c5_a_file_that_may_be_cut_off_is_told(tmp_path: Path) -> None:
    timetable = load_timetable(write_feed(tmp_path, stops_txt=STOPS.rstrip()))
    assert "stops.txt: no line break at the end, may be cut off" in timetable.notes


def test_c6_what_is_legal_is_read(tmp_path: Path) -> None:
    changes = {
        "stops_txt": "\ufeff"
        + STOPS.replace("stop_name", "stop_name,zone").replace(",36", ",z,36"),
        "calendar_txt": "",
        "calendar_dates_txt": "service_id,date,exception_type\nWD,20261124,1\n",
        "stop_times_txt": TIMES.replace("07:40:00,07:40:00", "25:10:00,25:10:00"),
        "unknown_txt": "a\n1\n",
    }
    timetable = load_timetable(write_feed(tmp_path, **changes))
    assert timetable.stops["stop_id"].tolist() == ["p", "q", "r"]
    assert timetable.stop_times["arrival_s"].iloc[2] == 25 * 3600 + 600


def test_c7_other_encodings_are_refused_by_byte_and_row_or_named(tmp_path: Path) -> None:
    folder = write_feed(tmp_path, agency_txt=FILES["agency.txt"].replace("Seoul", "Tokyo"))
    path = folder / "stops.txt"
    path.write_bytes(
        STOPS.replace("큐", "Grün").replace("피", "P").replace("알", "R").encode("cp1252")
    )
    with pytest.raises(FeedError, match=r"stops\.txt:3: not UTF-8 text \(byte \d+\) .*latin-1"):
        load_timetable(folder)
    named = load_timetable(folder, encoding="latin-1")
    assert named.stops["stop_name"].tolist() == ["P", "Grün", "R"]
    assert "the files were read as latin-1, as asked" in named.notes
    with pytest.raises(FeedError, match="unknown encoding"):
        load_timetable(folder, encoding="klingon")
    path.write_bytes(STOPS.encode("utf-16"))
    assert "stops.txt read as UTF-16: by its mark" in load_timetable(folder).notes
    path.write_text(STOPS.replace("큐", "큐\x00"))
    with pytest.raises(FeedError, match=r"stops\.txt:3: holds NUL characters \(byte 5"):
        load_timetable(folder)
    # Hangul in CP949 is no guess only where the feed keeps Korean time.
    path.write_bytes(STOPS.encode("cp949"))
    with pytest.raises(FeedError, match="not UTF-8 text"):
        load_timetable(folder)


@pytest.mark.parametrize("time", ["07:61:00", "7:20 AM", "-1:00:00"])
def test_c8_what_is_no_time_is_refused(tmp_path: Path, time: str) -> None:
    words = f"stop_times.txt:3, arrival_time: not a time ({time})"
    assert words in refusal(tmp_path, stop_times_txt=TIMES.replace("07:20:00", time))


def test_c8_a_blank_end_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, stop_times_txt=TIMES.replace("07:10:00,07:10:00", ","))
    assert "stop_times.txt:2, arrival_time" in message
    assert "1 trips of 2 would be lost" in message


def test_c9_blank_inner_times_are_filled_in_and_counted(tmp_path: Path) -> None:
    inner = TIMES.replace("t1,07:20:00,07:21:00,q", "t1,,,q")
    timetable = load_timetable(write_feed(tmp_path / "a", stop_times_txt=inner))
    assert "1 blank times were interpolated by distance" in timetable.notes
    assert timetable.stop_times["arrival_s"].tolist()[1] == 26_700
    blank = "\n".join(
        ",".join([*row.split(",")[:1], "", "", *row.split(",")[3:]])
        for row in TIMES.splitlines()[1:]
    )
    ends = TIMES.splitlines()[0] + "\n" + blank + "\n"
    assert "2 trips of 2 would be lost" in refusal(tmp_path / "b", stop_times_txt=ends)


def test_c10_a_trip_that_runs_backwards_is_refused_or_set_aside(tmp_path: Path) -> None:
    folder = write_feed(tmp_path, stop_times_txt=TIMES.replace("07:20:00", "06:20:00"))
    with pytest.raises(FeedError, match=r"stop_times\.txt:3, arrival_time: arrives before"):
        load_timetable(folder)
    timetable = load_timetable(folder, lenient=True)
    assert timetable.trips["trip_id"].tolist() == ["t2"]
    assert timetable.set_aside.to_numpy().tolist() == [
        [
            "stop_times.txt",
            3,
            "arrival_time",
            "t1",
            "arrives before it left the previous stop, trip (t1)",
        ]
    ]
    assert "1 rows at fault and 1 trips set aside" in timetable.notes


def test_c10_whatever_hangs_on_a_row_at_fault_goes_with_it(tmp_path: Path) -> None:
    # s lies at the origin: the stop goes, then the trip that calls there, then nothing else.
    trips = TRIPS + "one,WD,t3\n"
    times = TIMES + "t3,07:00:00,07:00:00,p,1\nt3,08:00:00,08:00:00,s,2\n"
    folder = write_feed(
        tmp_path, stops_txt=STOPS + "s,에스,0,0\n", trips_txt=trips, stop_times_txt=times
    )
    timetable = load_timetable(folder, lenient=True)
    assert timetable.set_aside[["file", "row", "trip_id"]].to_numpy().tolist() == [
        ["stops.txt", 5, ""],
        ["stop_times.txt", 8, "t3"],
    ]
    assert timetable.trips["trip_id"].tolist() == ["t1", "t2"]


def test_c10_rows_keep_their_numbers_when_others_have_gone(tmp_path: Path) -> None:
    # Row 3 is ragged; once it is gone t1 goes backwards in what was row 4.
    times = TIMES.replace("q,2\n", "q,2,\n").replace(
        "t1,07:40:00,07:40:00", "t1,06:40:00,06:40:00"
    )
    timetable = load_timetable(write_feed(tmp_path, stop_times_txt=times), lenient=True)
    assert timetable.set_aside[["row", "what"]].iloc[0].tolist() == [
        3,
        "6 cells where the header has 5",
    ]
    assert timetable.set_aside[["row", "trip_id"]].iloc[1].tolist() == [4, "t1"]


def test_c10_files_that_are_at_fault_as_a_whole_stay_refused(tmp_path: Path) -> None:
    bad = {
        "quote": {"stops_txt": STOPS.replace("피", '"피')},
        "column": {"stops_txt": STOPS.replace("stop_lat", "lat")},
        "all": {"stop_times_txt": TIMES.replace("p,", "z,")},
    }
    for name, changes in bad.items():
        folder = write_feed(tmp_path / name, **changes)
        with pytest.raises(FeedError):
            load_timetable(folder, lenient=True)
    good = load_timetable(write_feed(tmp_path / "good"), lenient=True)
    assert good.set_aside.empty
    assert not any("set aside" in note for note in good.notes)


def test_c10_a_named_encoding_holds_for_a_lenient_reading_too(tmp_path: Path) -> None:
    times = TIMES.replace("07:20:00", "06:20:00")
    folder = write_feed(tmp_path, stop_times_txt=times)
    for name in ("stops.txt", "routes.txt"):
        (folder / name).write_bytes(FILES[name].encode("cp949"))
    for encoding in (None, "cp949"):
        timetable = load_timetable(folder, lenient=True, encoding=encoding)
        assert timetable.stops["stop_name"].tolist() == ["피", "큐", "알"]
        assert any("cp949" in note.lower() for note in timetable.notes)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("20261101", "2026.11.01", "start_date: not a date (2026.11.01)"),
        ("20261101", "20260230", "start_date: not a date (20260230)"),
        ("20261130", "20261001", "end_date: ends before it starts (20261101..20261001)"),
    ],
)
def test_c11_impossible_dates_are_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    message = refusal(tmp_path, calendar_txt=FILES["calendar.txt"].replace(old, new))
    assert f"calendar.txt:2, {words}" in message


def test_c12_a_day_without_service_names_the_range_the_nearest_day_and_its_trips(
    tmp_path: Path,
) -> None:
    exceptions = "service_id,date,exception_type\nWD,20261124,2\n"
    folder = write_feed(tmp_path, calendar_dates_txt=exceptions)
    timetable = load_timetable(folder)
    with pytest.raises(FeedError) as removed:
        active_services(timetable, DAY)
    assert str(removed.value) == (
        f"{folder}, date: no service on (2026-11-24; it runs 2026-11-02..2026-11-30) - "
        "choose a day with service; the nearest is 2026-11-23 (2 trips)"
    )
    with pytest.raises(FeedError, match=r"outside the calendar \(2027-05-01; .*2026-11-30 \(2 t"):
        active_services(timetable, dt.date(2027, 5, 1))


def test_c13_ghosts_are_refused_with_the_trips_they_cost(tmp_path: Path) -> None:
    for number, changes in enumerate(
        (
            {"stop_times_txt": TIMES.replace(",r,", ",ghost,")},
            {"trips_txt": TRIPS.replace("one,", "ghost,")},
            {"trips_txt": TRIPS.replace("WD,t1", "ghost,t1")},
        )
    ):
        message = refusal(tmp_path / str(number), **changes)
        assert "refers to nothing (ghost)" in message
        assert "would be lost - correct the rows, or set the trips aside (--lenient)" in message


def test_c13_spaces_are_stripped_and_told(tmp_path: Path) -> None:
    spaced = TIMES.replace("t1,", "t1 ,")
    timetable = load_timetable(write_feed(tmp_path, stop_times_txt=spaced))
    assert timetable.stop_times["trip"].tolist() == [0, 0, 0, 1, 1]
    assert "3 ids ended with a space, which was stripped" in timetable.notes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stops_txt": STOPS + "p,피,36,127\n"}, "stops.txt:5, stop_id: duplicate of row 2 (p)"),
        (
            {"calendar_txt": FILES["calendar.txt"] + FILES["calendar.txt"].splitlines()[1] + "\n"},
            "calendar.txt:3, service_id: duplicate of row 2 (WD)",
        ),
        (
            {"stop_times_txt": TIMES.replace("q,2", "q,1")},
            "stop_times.txt:3, trip_id, stop_sequence: duplicate of row 2 (t1, 1)",
        ),
    ],
)
def test_c14_duplicates_name_both_rows(
    tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    assert words in refusal(tmp_path, **changes)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("0,0", "a coordinate is 0, far from the other stops (0.0, 0.0)"),
        ("0,127.00", "a coordinate is 0"),
        ("127.00,36.00", "latitude out of range (127.0) - swap stop_lat and stop_lon"),
        ('"36,00",127.00', "not a number (36,00)"),
        (",127.00", "stop_lat: is blank"),
    ],
)
def test_c15_impossible_places_are_refused(tmp_path: Path, place: str, words: str) -> None:
    message = refusal(tmp_path, stops_txt=STOPS.replace("36.00,127.00", place))
    assert "stops.txt:2, stop_l" in message.replace("stop_lat, stop_lon", "stop_lat")
    assert words in message


def test_c15_a_feed_that_lies_at_the_origin_needs_no_flag(tmp_path: Path) -> None:
    stops = "stop_id,stop_lat,stop_lon\np,0,0\nq,0,0.1\nr,0.1,0\n"
    assert len(load_timetable(write_feed(tmp_path, stops_txt=stops)).stops) == 3


def test_c16_speeds_beyond_the_mode_are_told_with_trip_and_stops(tmp_path: Path) -> None:
    # r lies 9.0 km east of q; the bus takes a minute, and one is allowed for rounding.
    times = TIMES.replace("06:30:00", "06:01:00")
    timetable = load_timetable(write_feed(tmp_path / "bus", stop_times_txt=times))
    assert (
        "1 hops are faster than a bus goes (150 km/h straight); the fastest: trip t2, stops r to "
        "p, 540 km/h" in timetable.notes
    )
    lost = STOPS.replace("127.20", "-127.20")
    timetable = load_timetable(write_feed(tmp_path / "sea", stops_txt=lost))
    assert sum("faster than a" in note for note in timetable.notes) == 2
    plain = load_timetable(write_feed(tmp_path / "plain"))
    assert not any("faster" in note for note in plain.notes)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("t2,07:00:00,09:00:00,0,0", "headway_secs: below 1 (0)"),
        ("t2,07:00:00,09:00:00,-5,0", "headway_secs: below 1 (-5)"),
        ("t2,09:00:00,07:00:00,600,0", "does not lie after start_time"),
        ("t2,07:00:00,09:00:00,600,0\nt2,08:00:00,10:00:00,60,0", "frequencies.txt:3, start_time"),
        ("t2,07:00:00,09:00:00,600,2", "exact_times: not allowed (2)"),
        ("t9,07:00:00,09:00:00,600,0", "refers to nothing (t9)"),
    ],
)
def test_c17_broken_headways_are_refused(tmp_path: Path, row: str, words: str) -> None:
    head = FILES["frequencies.txt"].splitlines()[0]
    assert words in refusal(tmp_path, frequencies_txt=f"{head}\n{row}\n")


def test_c17_exact_and_inexact_headways_are_both_read(tmp_path: Path) -> None:
    text = FILES["frequencies.txt"] + "t2,09:00:00,10:00:00,600,1\n"
    timetable = load_timetable(write_feed(tmp_path, frequencies_txt=text))
    assert timetable.frequencies["exact"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("p,ghost,2,60", "transfers.txt:2, to_stop_id: refers to nothing (ghost)"),
        ("p,q,2,-5", "min_transfer_time: below 0 (-5)"),
        ("p,q,9,", "transfer_type: not allowed (9)"),
    ],
)
def test_c18_broken_transfers_are_refused(tmp_path: Path, row: str, words: str) -> None:
    head = "from_stop_id,to_stop_id,transfer_type,min_transfer_time"
    assert words in refusal(tmp_path, transfers_txt=f"{head}\n{row}\n")


def test_c18_a_forbidden_transfer_is_obeyed(tmp_path: Path) -> None:
    # A second line leaves q at 07:25: by changing there one saves a quarter of an hour.
    trips = TRIPS + "two,WD,t3\n"
    times = TIMES.replace("t1,07:40:00,07:40:00", "t1,07:55:00,07:55:00")
    times += "t3,07:25:00,07:25:00,q,1\nt3,07:40:00,07:40:00,r,2\n"
    toy = {"trips_txt": trips, "stop_times_txt": times}
    open_ = load_timetable(write_feed(tmp_path / "open", **toy))
    assert minutes(open_, dt.time(7, 10)) == 30
    head = "from_stop_id,to_stop_id,transfer_type,min_transfer_time"
    shut = load_timetable(write_feed(tmp_path / "shut", transfers_txt=f"{head}\nq,q,3,\n", **toy))
    assert minutes(shut, dt.time(7, 10)) == 45


def test_c18_rules_for_single_trips_are_kept_and_said_where_they_hold_nowhere(
    tmp_path: Path,
) -> None:
    head = "from_stop_id,to_stop_id,from_route_id,to_trip_id,transfer_type,min_transfer_time"
    rules = f"{head}\nr,r,one,t2,3,\nr,r,,t2,2,30\np,q,,,2,60\nr,,,t2,3,\n,r,one,,2,\n"
    timetable = load_timetable(write_feed(tmp_path, transfers_txt=rules))
    kept = timetable.trip_transfers[["from_stop", "from_route", "from_trip", "to_trip", "kind"]]
    assert kept.to_numpy().tolist() == [
        *([2, 0, -1, 1, 3], [2, -1, -1, 1, 2], [2, -1, -1, 1, 3], [-1, 0, -1, -1, 2])
    ]
    assert timetable.transfers[["from_stop", "to_stop"]].to_numpy().tolist() == [[0, 1]]
    assert (
        "2 transfer rules for single routes or trips do not name both stops and are not applied; "
        "1 of them would forbid a change" in timetable.notes
    )
    ghost = rules.replace("one,t2", "ghost,t2")
    assert "transfers.txt:2, from_route_id: refers to nothing (ghost)" in refusal(
        tmp_path / "g", transfers_txt=ghost
    )


def test_c19_stops_far_from_any_street_are_listed(tmp_path: Path) -> None:
    road = load_road_network()
    # One stop beside a node of the road network, one fifty kilometres out at sea, one abroad.
    lat, lon = float(road.lat[0]), float(road.lon[0])
    stops = f"stop_id,stop_lat,stop_lon\np,{lat},{lon}\nq,36.0,125.0\nr,-36.0,-60.0\n"
    timetable = load_timetable(write_feed(tmp_path, stops_txt=stops))
    far = far_stops(timetable, road)
    assert far["stop_id"].tolist() == ["r", "q"]
    assert (np.diff(far["street_m"]) <= 0).all()
    assert far["calls"].tolist() == [2, 1]
    assert far_stops(timetable, road, limit_m=np.inf).empty


def test_c20_a_day_on_which_clocks_change_is_told(tmp_path: Path) -> None:
    agency = FILES["agency.txt"].replace("Asia/Seoul", "Europe/Berlin")
    calendar = FILES["calendar.txt"].replace("20261101,20261130", "20260101,20261231")
    calendar = calendar.replace("1,1,1,1,1,0,0", "1,1,1,1,1,1,1")
    feed = write_feed(tmp_path / "b", agency_txt=agency, calendar_txt=calendar)
    timetable = load_timetable(feed)
    # Clocks went forward in the night to Sunday, 29 March 2026.
    told = [day for day in range(26, 32) if day_notes(timetable, dt.date(2026, 3, day))]
    assert told == [28, 29]
    assert (
        "clocks of Europe/Berlin change about 2026-03-29"
        in day_notes(timetable, dt.date(2026, 3, 29))[0]
    )
    unknown = agency.replace("Europe/Berlin", "Nowhere/At all")
    feed = write_feed(tmp_path / "n", agency_txt=unknown, calendar_txt=calendar)
    assert day_notes(load_timetable(feed), dt.date(2026, 3, 29)) == ()


def test_c20_agencies_of_one_feed_keep_one_time(tmp_path: Path) -> None:
    agency = FILES["agency.txt"] + "B,Bee,Asia/Tokyo,ja\n"
    message = refusal(tmp_path, agency_txt=agency)
    assert message.startswith(
        "agency.txt:3, agency_timezone: differs from the time zone of the first agency "
        "(Asia/Tokyo, Asia/Seoul)"
    )


def test_c20_trips_after_midnight_belong_to_the_day_before(tmp_path: Path) -> None:
    # t1 leaves p at 25:10 of the service day and is at r at 25:40.
    times = TIMES.replace("07:", "25:").replace("t2,06:00:00,06:00:00", "t2,06:00:00,06:00:00")
    timetable = load_timetable(write_feed(tmp_path, stop_times_txt=times, frequencies_txt=""))
    # Tuesday's last trip serves the first hours of Wednesday; nothing runs on Sunday.
    assert minutes(timetable, dt.time(1, 0), dt.date(2026, 11, 25)) == 40
    assert minutes(timetable, dt.time(1, 0), dt.date(2026, 11, 24)) == 40
    # On Monday the day before had no service: the trip of the following night is met instead.
    assert minutes(timetable, dt.time(1, 0), dt.date(2026, 11, 23)) != 40


def test_c21_two_feeds_with_the_same_ids_do_not_mix(tmp_path: Path) -> None:
    one, two = write_feed(tmp_path / "one"), write_feed(tmp_path / "two")
    both = load_timetable([one, two])
    assert both.trips["trip_id"].tolist() == ["one:t1", "one:t2", "two:t1", "two:t2"]
    assert both.stop_times["stop"].tolist() == [0, 1, 2, 2, 0, 3, 4, 5, 5, 3]


def test_c22_boarding_and_alighting_bans_are_obeyed(tmp_path: Path) -> None:
    head, *rows = TIMES.splitlines()
    marks = {"t1,07:10": ",1,0", "t2": ",0,0", "t1,07:40": ",0,0", "t1,07:20": ",0,0"}
    rows = [
        row + next(mark for start, mark in marks.items() if row.startswith(start)) for row in rows
    ]
    times = "\n".join([f"{head},pickup_type,drop_off_type", *rows]) + "\n"
    shut = load_timetable(write_feed(tmp_path / "shut", stop_times_txt=times))
    assert np.isnan(minutes(shut, dt.time(7, 10)))
    asked = load_timetable(
        write_feed(tmp_path / "ask", stop_times_txt=times.replace("p,1,1,0", "p,1,2,3"))
    )
    assert minutes(asked, dt.time(7, 10)) == 30
    assert (
        "1 calls are by arrangement only (types 2 and 3) and count as regular ones" in asked.notes
    )


def test_c22_pathways_are_said_not_to_be_modelled(tmp_path: Path) -> None:
    timetable = load_timetable(write_feed(tmp_path, pathways_txt="pathway_id\n1\n"))
    assert "pathways.txt: walks within stations are not modelled; one walks straight" in (
        timetable.notes
    )


def test_c3_a_member_is_never_read_beyond_its_size(tmp_path: Path) -> None:
    path = archive(tmp_path / "f.zip")
    with zipfile.ZipFile(path) as file:
        info = file.getinfo("stops.txt")
        assert read_member(file, info).decode() == STOPS
        info.file_size += 1
        with pytest.raises(zipfile.BadZipFile):
            read_member(file, info)
