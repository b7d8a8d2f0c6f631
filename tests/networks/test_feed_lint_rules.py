"""The rules of the lint that look at a feed as a whole, or at more than the feed."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from toy_feed import Trip, World
from toy_lint import CLEAN, minutes, write_clean

from clustergeo.errors import InputError, MissingFileError
from clustergeo.networks import RoadNetwork, load_road_network, load_timetable
from clustergeo.networks.feed_lint import lint_feed, load_and_lint
from clustergeo.settings import data_path

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

ROUTES = CLEAN["routes.txt"]
STOPS = CLEAN["stops.txt"]
TRIPS = CLEAN["trips.txt"]
TIMES = CLEAN["stop_times.txt"]


@pytest.fixture(scope="module")
def road() -> RoadNetwork:
    """Return the embedded roads."""
    return load_road_network()


def only(findings: pd.DataFrame) -> dict[str, Any]:
    """Return the one finding there is."""
    assert len(findings) == 1, findings[["check", "value"]]
    return dict(findings.iloc[0])


def checks(findings: pd.DataFrame) -> set[str]:
    return set(findings["check"])


def lines(headway_s: list[int], runs_s: list[int], routes: int = 3) -> dict[str, str]:
    """Return bus routes whose gaps and run times go round in turn, from 06:00 to 20:00."""
    trips, calls, names = [], [], []
    for route in range(routes):
        names.append(f"b{route},A,{route + 10},노선,3\n")
        time, number = 6 * 3600 + route * 300, 0
        while time < 20 * 3600:
            trip = f"b{route}_{number}"
            trips.append(f"b{route},WD,{trip}\n")
            end = time + runs_s[number % len(runs_s)]
            calls.append(f"{trip},{minutes(time)},{minutes(time)},p,1\n")
            calls.append(f"{trip},{minutes(end)},{minutes(end)},r,2\n")
            time += headway_s[number % len(headway_s)]
            number += 1
    return {
        "routes.txt": ROUTES + "".join(names),
        "trips.txt": TRIPS + "".join(trips),
        "stop_times.txt": TIMES + "".join(calls),
    }


def test_equal_values_count_as_one_finding_that_names_the_first_row(tmp_path: Path) -> None:
    wrong = TIMES.replace("q,2", "x,2").replace("r,3", "x,3")
    finding = only(lint_feed(write_clean(tmp_path, {"stop_times.txt": wrong})).query("row == 3"))
    assert finding == {
        "severity": "error",
        "check": "unknown_stop",
        "file": "stop_times.txt",
        "row": 3,
        "field": "stop_id",
        "value": "x",
        "what": "there is no such stop",
        "remedy": "correct the id or add it to its table",
        "count": 4,
    }


def test_errors_come_first(tmp_path: Path) -> None:
    wrong = {"stop_times.txt": TIMES.replace("p,1\nt1", "x,1\nt1"), "feed_info.txt": ""}
    wrong["stops.txt"] = STOPS.replace("s,새들", "u,빈터,36.0,127.07,,\ns,새들")
    findings = lint_feed(write_clean(tmp_path, wrong))
    assert findings["severity"].tolist() == ["error", "warning", "info"]


def test_a_trip_that_repeats_another_is_told_but_no_template(tmp_path: Path) -> None:
    again = {
        "trips.txt": TRIPS + "two,WD,t5\ntwo,WD,t6\n",
        "stop_times.txt": TIMES
        + "t5,07:00:00,07:00:00,r,1\nt5,07:05:00,07:05:00,s,2\n"
        + "t6,06:00:00,06:00:00,r,1\nt6,06:09:00,06:09:00,p,2\n",
        "frequencies.txt": CLEAN["frequencies.txt"] + "t6,05:00:00,06:00:00,600,0\n",
    }
    finding = only(lint_feed(write_clean(tmp_path, again)))
    assert (finding["check"], finding["row"]) == ("duplicate_trip", 6)
    assert finding["value"] == "t5 as t3"


def test_the_other_way_round_is_no_repetition(tmp_path: Path) -> None:
    back = {
        "trips.txt": TRIPS + "two,WD,t5\n",
        "stop_times.txt": TIMES + "t5,07:00:00,07:00:00,s,1\nt5,07:05:00,07:05:00,r,2\n",
    }
    assert lint_feed(write_clean(tmp_path, back)).empty


@pytest.mark.parametrize(
    ("start", "seconds", "found"),
    [
        # The stops are 1.8 km apart; two whole minutes may be up to a minute more.
        ("07:00:00", 60, set()),
        ("07:00:00", 0, {"zero_second_hop"}),
        ("07:00:01", 60, set()),
        ("07:00:01", 48, {"too_fast"}),
        ("07:00:01", 20, {"impossible_speed"}),
        ("07:00:01", 2100, set()),
        ("07:00:01", 2200, {"too_slow"}),
    ],
)
def test_speeds_are_judged_by_mode_and_by_how_times_are_rounded(
    tmp_path: Path, start: str, seconds: int, found: set[str]
) -> None:
    first = 7 * 3600 + int(start[-2:])
    times = TIMES.replace("t3,07:00:00,07:00:00", f"t3,{start},{start}")
    end = minutes(first + seconds)
    times = times.replace("t3,07:05:00,07:05:00", f"t3,{end},{end}")
    assert checks(lint_feed(write_clean(tmp_path, {"stop_times.txt": times}))) == found


def test_a_fast_train_of_plain_type_2_is_judged_by_its_name(tmp_path: Path) -> None:
    # 18 km in four minutes are 270 km/h.
    far = STOPS.replace("127.060", "127.240")
    times = TIMES.replace("t3,07:05:00,07:05:00", "t3,07:03:59,07:03:59")
    for name, found in (("KTX", set()), ("무궁화호", {"too_fast"})):
        routes = ROUTES.replace("2,둘째 버스,3", f"{name},둘째,2")
        files = {"routes.txt": routes, "stops.txt": far, "stop_times.txt": times}
        assert checks(lint_feed(write_clean(tmp_path, files))) == found


def test_hops_of_one_pair_of_stops_are_one_finding_with_the_fastest(tmp_path: Path) -> None:
    more = {
        "trips.txt": TRIPS + "two,WD,t5\n",
        "stop_times.txt": TIMES.replace("t3,07:05:00,07:05:00", "t3,07:00:10,07:00:10")
        + "t5,09:00:00,09:00:00,r,1\nt5,09:00:12,09:00:12,s,2\n",
    }
    finding = only(lint_feed(write_clean(tmp_path, more)))
    assert (finding["check"], finding["row"], finding["count"]) == ("impossible_speed", 8, 2)
    assert finding["value"] == "route two, trip t3: r to s, 1.8 km in 10 s, 589 km/h"


def test_a_metro_between_far_stops_is_none(tmp_path: Path) -> None:
    far = STOPS.replace("127.040", "127.940")
    times = TIMES.replace("07:19:00,07:19:00", "08:55:00,08:55:00").replace("08:18", "09:54")
    times = times.replace("06:09", "07:39").replace("07:05:00", "08:35:00")
    files = {"stops.txt": far, "stop_times.txt": times}
    finding = only(lint_feed(write_clean(tmp_path, files)))
    assert finding["check"] == "hop_too_long_for_type"
    assert finding["value"] == "metro one: q to r, 83 km"
    assert finding["count"] == 2


def test_mixed_up_route_types_are_an_error(tmp_path: Path) -> None:
    names = ("광역버스", "KTX", "여객선 하나")
    swapped = lines([1200, 1500], [600, 700])
    for i, (name, code) in enumerate(zip(names, (1, 3, 3), strict=True)):
        swapped["routes.txt"] = swapped["routes.txt"].replace(
            f"b{i},A,{i + 10},노선,3", f"b{i},A,{name},노선,{code}"
        )
    findings = lint_feed(write_clean(tmp_path, swapped))
    assert checks(findings) == {"permuted_route_types", "route_type_against_name"}
    assert findings["value"].iloc[0] == "3 of 5: bus as metro 1, rail as bus 1, ferry as bus 1"
    # Names of places on the way and names of two vehicles prove nothing.
    for i, name in enumerate(("KTX 새들역", "Bus Station", "SRT 대체버스")):
        swapped["routes.txt"] = swapped["routes.txt"].replace(f"A,{names[i]}", f"A,{name}")
    swapped["routes.txt"] = swapped["routes.txt"].replace("KTX 새들역,노선,1", "KTX 새들역,노선,3")
    assert lint_feed(write_clean(tmp_path, swapped)).empty


def test_stops_outside_korea_are_doubted_where_clocks_are_korean(tmp_path: Path) -> None:
    files = {"stops.txt": STOPS.replace("36.000,127.060", "34.700,135.500")}
    times = TIMES.replace("t3,07:05:00,07:05:00", "t3,19:05:00,19:05:00")
    found = checks(lint_feed(write_clean(tmp_path, files | {"stop_times.txt": times})))
    assert found == {"outside_korea"}
    files["agency.txt"] = CLEAN["agency.txt"].replace("Seoul", "Tokyo")
    found = checks(lint_feed(write_clean(tmp_path, files | {"stop_times.txt": times})))
    assert found == set()


def test_stops_on_the_origin_are_believed_where_the_feed_lies_there(tmp_path: Path) -> None:
    rows = STOPS.replace("36.00", "0.00").replace("127.0", "0.0")
    agency = CLEAN["agency.txt"].replace("Asia/Seoul", "Africa/Accra")
    files = {"stops.txt": rows, "agency.txt": agency}
    assert lint_feed(write_clean(tmp_path / "a", files)).empty
    one = "\n".join(
        ",".join([*r.split(",")[:2], "0", "0", *r.split(",")[4:]]) for r in rows.split("\n")[1:-1]
    )
    files["stops.txt"] = rows.split("\n", 1)[0] + "\n" + one + "\n"
    assert checks(lint_feed(write_clean(tmp_path / "b", files))) == {"coordinate_zero"}


def shifted_stops(count: int) -> pd.DataFrame:
    """Return stops of the embedded feed as the Tokyo datum of Korea has them."""
    stops = pd.read_csv(data_path("gtfs", "stops.txt"), dtype={"stop_id": str})
    stops = stops[stops["stop_id"].str.startswith("DJ1")].head(count)
    to_tokyo = Transformer.from_crs("EPSG:4326", "EPSG:4162", always_xy=True)
    lon, lat = to_tokyo.transform(stops["stop_lon"], stops["stop_lat"])
    return stops.assign(tokyo_lat=lat, tokyo_lon=lon)


def feed_of_stops(folder: Path, names: pd.Series[str], lat: Any, lon: Any) -> Path:
    """Write a feed that goes along some stops, slowly."""
    rows = pd.DataFrame({"name": names, "lat": lat, "lon": lon})
    ids = [f"m{i}" for i in range(len(rows))]
    stops = "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(
        f"{i},{row.name_},{row.lat:.6f},{row.lon:.6f}\n"
        for i, row in zip(ids, rows.rename(columns={"name": "name_"}).itertuples(), strict=True)
    )
    calls = "".join(
        f"{trip},{minutes(start + 240 * k)},{minutes(start + 240 * k)},{stop},{k}\n"
        for trip, start in (("t1", 25_200), ("t4", 28_800), ("t3", 30_000), ("t2", 21_600))
        for k, stop in enumerate(ids if trip != "t3" else ids[::-1])
    )
    times = TIMES.split("\n", 1)[0] + "\n" + calls
    return write_clean(folder, {"stops.txt": stops, "stop_times.txt": times, "transfers.txt": ""})


def test_stops_in_the_tokyo_datum_are_told_by_their_namesakes(tmp_path: Path) -> None:
    # Of five stops one shares its name with places elsewhere and proves nothing.
    stops = shifted_stops(5)
    names = stops["stop_name"]
    moved = feed_of_stops(tmp_path / "moved", names, stops["tokyo_lat"], stops["tokyo_lon"])
    finding = only(lint_feed(moved))
    assert (finding["check"], finding["count"]) == ("tokyo_datum", 5)
    assert str(finding["value"]).startswith("4 namesakes, median shift 379 m")
    right = feed_of_stops(tmp_path / "right", names, stops["stop_lat"], stops["stop_lon"])
    assert lint_feed(right).empty
    # As far off, the other way.
    other = 2 * stops[["stop_lat", "stop_lon"]].to_numpy()
    other -= stops[["tokyo_lat", "tokyo_lon"]].to_numpy()
    astray = feed_of_stops(tmp_path / "astray", names, other[:, 0], other[:, 1])
    assert lint_feed(astray).empty
    few = stops.head(2)
    two = feed_of_stops(tmp_path / "two", few["stop_name"], few["tokyo_lat"], few["tokyo_lon"])
    assert lint_feed(two).empty
    # A reference of one's own, which does not know them.
    strangers = pd.DataFrame({"stop_name": ["x"], "stop_lat": [36.0], "stop_lon": [127.0]})
    assert lint_feed(moved, reference=strangers).empty
    assert lint_feed(moved, reference=strangers.head(0)).empty


def test_stops_far_from_streets_are_listed_with_a_network(
    tmp_path: Path, road: RoadNetwork
) -> None:
    far = STOPS.replace("36.000,127.060", "34.100,125.100")
    times = TIMES.replace("t3,07:05:00,07:05:00", "t3,19:05:00,19:05:00")
    feed = write_clean(tmp_path, {"stops.txt": far, "stop_times.txt": times})
    findings = lint_feed(feed, road=road)
    assert checks(findings) == {"stop_far_from_street"}
    rows = findings.set_index("row")["value"]
    assert rows[6].startswith("s 새들: ")
    assert rows[6].endswith(" m")
    assert (
        lint_feed(load_timetable(feed), road=road)["value"].tolist() == findings["value"].tolist()
    )
    # A feed that is refused is read leniently for it.
    broken = times.replace("t1,07:19:00", "t1,07:12:00")
    feed = write_clean(tmp_path, {"stop_times.txt": broken})
    assert "stop_far_from_street" in checks(lint_feed(feed, road=road))
    feed = write_clean(tmp_path, {"agency.txt": "x\n"})
    assert "stop_far_from_street" not in checks(lint_feed(feed, road=road))


@pytest.mark.parametrize(
    ("date", "found", "value"),
    [
        (dt.date(2026, 11, 30), None, ""),
        (dt.date(2026, 12, 1), "calendar_ended", "2026-12-01; it runs 2026-11-01..2026-11-30"),
        (dt.date(2026, 10, 31), "calendar_not_begun", "2026-10-31; it runs 2026-11-01"),
        (dt.date(2026, 11, 25), "no_service_on_date", "2026-11-25; it runs"),
    ],
)
def test_the_calendar_is_compared_with_the_day_asked_for(
    tmp_path: Path, date: dt.date, found: str | None, value: str
) -> None:
    removed = "service_id,date,exception_type\nWD,20261125,2\n"
    findings = lint_feed(write_clean(tmp_path, {"calendar_dates.txt": removed}), date=date)
    assert checks(findings) == ({found} if found else set())
    assert all(v.startswith(value) for v in findings["value"])


def week(services: dict[str, str]) -> str:
    """Return a calendar of services by their seven days."""
    rows = [f"{name},{','.join(days)},20261101,20261130" for name, days in services.items()]
    return CLEAN["calendar.txt"].split("\n", 1)[0] + "\n" + "\n".join(rows) + "\n"


def test_weekends_that_repeat_weekdays_under_another_name_are_told(tmp_path: Path) -> None:
    calls = TIMES.splitlines(keepends=True)
    services = {"WD": "1111100", "SA": "0000010", "SU": "0000001"}
    files = {
        "calendar.txt": week(services),
        "trips.txt": TRIPS.split("\n", 1)[0] + "\n",
        "stop_times.txt": calls[0],
        "frequencies.txt": CLEAN["frequencies.txt"].split("\n", 1)[0] + "\n",
    }
    for service in services:
        for route, trip in (("one", "t1"), ("two", "t2"), ("two", "t3")):
            files["trips.txt"] += f"{route},{service},{trip}{service}\n"
            own = [call for call in calls if call.startswith(trip)]
            files["stop_times.txt"] += "".join(own).replace(trip, f"{trip}{service}")
        files["frequencies.txt"] += f"t2{service},07:00:00,09:00:00,600,0\n"
    finding = only(lint_feed(write_clean(tmp_path, files)))
    assert finding["check"] == "same_service_all_week"
    assert (finding["value"], finding["count"]) == ("3 services: SA, SU, WD", 9)
    for name, old, new in (
        ("frequencies.txt", "t2SU,07:00:00,09:00:00,600", "t2SU,07:00:00,09:00:00,900"),
        ("stop_times.txt", "t3SU,07:05:00,07:05:00", "t3SU,07:05:00,07:06:00"),
        ("trips.txt", "one,SU,t1SU", "two,SU,t1SU"),
        ("calendar.txt", "SU,0,0,0,0,0,0,1", "SU,0,0,0,0,0,1,0"),
    ):
        other = files | {name: files[name].replace(old, new)}
        assert lint_feed(write_clean(tmp_path, other)).empty


def test_one_week_is_found_in_single_dates_too(tmp_path: Path) -> None:
    days = pd.date_range("2026-11-01", "2026-11-14").strftime("%Y%m%d")
    dates = "service_id,date,exception_type\n"
    dates += "".join(f"{service},{day},1\n" for service in ("WD", "WE") for day in days)
    every = {"calendar.txt": "", "calendar_dates.txt": dates}
    finding = only(lint_feed(write_clean(tmp_path / "a", every)))
    assert (finding["check"], finding["file"]) == ("same_service_all_week", "calendar_dates.txt")
    # Six days prove nothing.
    every["calendar_dates.txt"] = "".join(dates.splitlines(keepends=True)[:7]) + "WE,20261102,1\n"
    assert lint_feed(write_clean(tmp_path / "b", every)).empty


def test_trips_beside_a_headway_of_the_same_line_count_twice(tmp_path: Path) -> None:
    both = {
        "trips.txt": TRIPS + "two,WD,t5\ntwo,WD,t6\ntwo,WE,t7\n",
        "stop_times.txt": TIMES
        + "t5,07:03:00,07:03:00,r,1\nt5,07:12:00,07:12:00,p,2\n"
        + "t6,12:00:00,12:00:00,r,1\nt6,12:09:00,12:09:00,p,2\n"
        + "t7,07:03:00,07:03:00,r,1\nt7,07:12:00,07:12:00,p,2\n",
    }
    finding = only(lint_feed(write_clean(tmp_path, both)))
    assert (finding["check"], finding["row"]) == ("headway_beside_trips", 2)
    assert (finding["value"], finding["count"]) == ("t2: 07:00-09:00", 1)


@pytest.mark.parametrize(
    ("headway_s", "runs_s", "routes", "found"),
    [
        ([1200, 1500], [600, 700], 3, set()),
        ([1200], [600, 700], 3, {"even_headways"}),
        ([1200, 1500], [600], 3, {"same_run_times"}),
        ([1200], [600], 3, {"even_headways", "same_run_times"}),
        ([1200], [600], 2, set()),
    ],
)
def test_invented_timetables_are_even(
    tmp_path: Path, headway_s: list[int], runs_s: list[int], routes: int, found: set[str]
) -> None:
    findings = lint_feed(write_clean(tmp_path, lines(headway_s, runs_s, routes)))
    assert checks(findings) == found
    if "even_headways" in found:
        row = findings[findings["check"] == "even_headways"].iloc[0]
        assert row["value"] == "3 of 3 lines, 100%; route b0 every 20 min, 42 trips"
        assert row["count"] == 126


def test_names_in_capitals_are_read_and_told(tmp_path: Path) -> None:
    folder = write_clean(tmp_path)
    (folder / "stops.txt").rename(folder / "STOPS.TXT")
    assert checks(lint_feed(folder)) == {"misnamed_file"}


def test_other_encodings_are_told_and_read_when_named(tmp_path: Path) -> None:
    folder = write_clean(tmp_path, {"agency.txt": CLEAN["agency.txt"].replace("Seoul", "Tokyo")})
    (folder / "stops.txt").write_bytes(STOPS.replace("큰샘", "Øst").encode("latin-1", "replace"))
    finding = only(lint_feed(folder))
    assert (finding["check"], finding["row"]) == ("not_text", 4)
    assert lint_feed(folder, encoding="latin-1").empty


def test_a_table_without_rows_is_told_once(tmp_path: Path) -> None:
    header = ROUTES.split("\n", 1)[0] + "\n"
    finding = only(lint_feed(write_clean(tmp_path, {"routes.txt": header})))
    assert (finding["check"], finding["value"]) == ("empty_file", "0 rows")


def test_a_quote_that_swallows_the_rest_is_told_once(tmp_path: Path) -> None:
    rest = "".join(f"u{i},빈터,36.0,127.1,,\n" for i in range(12_000))
    open_quote = STOPS.replace("s,새들", 's,"새들') + rest
    findings = lint_feed(write_clean(tmp_path, {"stops.txt": open_quote}))
    assert "broken_table" in checks(findings)
    assert "unknown_stop" not in checks(findings)


def test_translations_of_before_2019_are_left_alone(tmp_path: Path) -> None:
    old = "trans_id,lang,translation\n큰샘,en,Keunsaem\n"
    assert lint_feed(write_clean(tmp_path, {"translations.txt": old})).empty


def test_what_only_the_reader_refuses_is_an_error_too(tmp_path: Path) -> None:
    agencies = CLEAN["agency.txt"] + "B,Other,Asia/Tokyo,ja\n"
    finding = only(lint_feed(write_clean(tmp_path / "a", {"agency.txt": agencies})))
    assert (finding["check"], finding["file"], finding["row"]) == ("refused", "agency.txt", 3)
    assert finding["field"] == "agency_timezone"
    never = {"calendar.txt": CLEAN["calendar.txt"].replace(",1", ",0")}
    never["calendar.txt"] = never["calendar.txt"].replace("start_date", "start_date")
    findings = lint_feed(write_clean(tmp_path / "b", never), date=dt.date(2026, 11, 24))
    assert checks(findings) == {"refused", "service_without_days"}


def zipped(path: Path, **feeds: dict[str, str]) -> Path:
    """Write feeds below folders of an archive; ``top`` stands for none."""
    with zipfile.ZipFile(path, "w") as archive:
        for folder, files in feeds.items():
            for name, text in (CLEAN | files).items():
                home = "" if folder == "top" else folder.replace("_", "/") + "/"
                archive.writestr(home + name, text)
    return path


def test_archives_are_linted_wherever_their_tables_lie(tmp_path: Path) -> None:
    assert lint_feed(zipped(tmp_path / "top.zip", top={})).empty
    below = only(lint_feed(zipped(tmp_path / "below.zip", inner={})))
    assert (below["check"], below["value"]) == ("feed_in_subfolder", "inner")
    deep = only(lint_feed(zipped(tmp_path / "deep.zip", a_b={})))
    assert (deep["check"], deep["value"]) == ("feed_too_deep", "a/b")


def test_a_feed_at_the_top_is_the_feed(tmp_path: Path) -> None:
    write_clean(tmp_path / "feed" / "old", {"agency.txt": ""})
    assert lint_feed(write_clean(tmp_path / "feed")).empty
    finding = only(lint_feed(zipped(tmp_path / "both.zip", top={}, inner={})))
    assert finding["check"] == "refused"
    assert "holds a feed at its top and others below" in finding["value"]
    deep = tmp_path / "deep" / "a" / "b" / "c"
    assert write_clean(deep).is_dir()
    assert checks(lint_feed(tmp_path / "deep")) == {"feed_too_deep"}
    assert write_clean(tmp_path / "deeper" / "1" / "2" / "3" / "4" / "5" / "6").is_dir()
    assert checks(lint_feed(tmp_path / "deeper")) == {"missing_file"}


def test_a_file_that_cannot_be_read_is_an_input_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = write_clean(tmp_path / "feed")

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)"):
        lint_feed(feed)


def test_several_feeds_of_an_archive_are_told_apart(tmp_path: Path, road: RoadNetwork) -> None:
    wrong = {"stop_times.txt": TIMES.replace("p,2\nt3", "x,2\nt3")}
    findings, timetable = load_and_lint(zipped(tmp_path / "two.zip", east={}, west=wrong))
    finding = only(findings)
    assert timetable is None
    assert (finding["check"], finding["file"]) == ("unknown_stop", "west/stop_times.txt")
    both = zipped(tmp_path / "both.zip", east={}, west={})
    found = lint_feed(both, road=road)
    assert set(found["file"]) <= {"east/stops.txt", "west/stops.txt"}
    assert len(set(found["file"].value_counts())) == 1


def test_what_is_no_feed_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        lint_feed(tmp_path / "no.zip")
    (tmp_path / "page.zip").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(InputError, match="HTML"):
        lint_feed(tmp_path / "page.zip")
    (tmp_path / "empty").mkdir()
    assert checks(lint_feed(tmp_path / "empty")) == {"missing_file"}


def test_a_timetable_is_linted_without_its_files(tmp_path: Path) -> None:
    assert lint_feed(load_timetable(write_clean(tmp_path / "a"))).empty
    fast = TIMES.replace("t3,07:05:00,07:05:00", "t3,07:00:10,07:00:10")
    finding = only(
        lint_feed(load_timetable(write_clean(tmp_path / "b", {"stop_times.txt": fast})))
    )
    assert finding["check"] == "impossible_speed"
    assert pd.isna(finding["row"])


def test_through_runs_are_no_trips_of_their_own() -> None:
    read, timetable = load_and_lint(data_path("gtfs"))
    assert timetable is not None
    assert lint_feed(timetable)["check"].tolist() == read["check"].tolist()


def test_an_invented_world_can_be_linted() -> None:
    trips = [Trip([(0, 0, 0, True, True), (1, 60, 60, True, True)])]
    world = World(stops=[(36.0, 127.0), (36.0, 127.005)], trips=trips)
    assert lint_feed(world.timetable()).empty


def test_the_embedded_feed_has_no_errors() -> None:
    findings = lint_feed(date=dt.date(2026, 11, 24))
    assert checks(findings) == {"headway_long", "stops_at_one_point"}
    assert set(findings["severity"]) == {"warning", "info"}


@pytest.mark.slow
@given(
    name=st.sampled_from(sorted(CLEAN)),
    cut=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 12),
    text=st.text(alphabet='0123456789,:"\nx -tpqr', max_size=4),
)
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_a_feed_that_is_refused_always_has_errors(
    tmp_path_factory: pytest.TempPathFactory, name: str, cut: float, length: int, text: str
) -> None:
    at = int(cut * len(CLEAN[name]))
    spoilt = CLEAN[name][:at] + text + CLEAN[name][at + length :]
    folder = write_clean(tmp_path_factory.mktemp("feed"), {name: spoilt})
    findings, timetable = load_and_lint(folder)
    errors = findings[findings["severity"] == "error"]
    assert (timetable is not None) or len(errors) > 0
    assert np.all(findings["count"] >= 1)
    assert (errors["remedy"] != "").all()
