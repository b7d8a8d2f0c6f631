"""The lint of a feed: a clean feed has no findings, every mutation is found by its own rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from toy_lint import CLEAN, write_clean

from clustergeo.networks.feed_lint import CHECKS, lint_feed
from clustergeo.schemas import check_table
from clustergeo.schemas.lint import FINDINGS, GRADES

# Rule, file, what stands there, what stands there instead.
MUTATIONS = [
    ("missing_file", "agency.txt", CLEAN["agency.txt"], ""),
    ("empty_file", "frequencies.txt", CLEAN["frequencies.txt"], " \n"),
    ("empty_file", "transfers.txt", CLEAN["transfers.txt"], "<!DOCTYPE html><html></html>"),
    ("broken_table", "stops.txt", "큰샘,36.000,127.020,,", "큰샘,36.000,127.020,"),
    ("broken_table", "routes.txt", CLEAN["routes.txt"], CLEAN["routes.txt"].replace(",", ";")),
    ("missing_column", "agency.txt", "agency_timezone", "timezone"),
    ("missing_column", "stop_times.txt", "arrival_time", "arrives"),
    ("blank_value", "agency.txt", "A,Toy", "A,"),
    ("duplicate_key", "stops.txt", "s,새들", "s,다른,36.0,127.061,0,\ns,새들"),
    ("headway_not_positive", "frequencies.txt", "1200", "0"),
    ("headway_not_positive", "frequencies.txt", "1200", "-60"),
    ("invalid_value", "stop_times.txt", "07:19:00,07:19:00", "7:61:00,07:19:00"),
    ("invalid_value", "stop_times.txt", "07:10:00,07:10:00", "AM,AM"),
    ("invalid_value", "stops.txt", "36.000,127.060", "36.000,127;060"),
    ("padded_id", "stop_times.txt", "q,2\nt1", "q ,2\nt1"),
    ("unknown_agency", "routes.txt", "two,A", "two,B"),
    ("unknown_route", "trips.txt", "two,WD,t3", "three,WD,t3"),
    ("unknown_service", "trips.txt", "two,WD,t3", "two,XX,t3"),
    ("unknown_stop", "stop_times.txt", "p,2\nt3", "x,2\nt3"),
    ("unknown_stop", "transfers.txt", "p,q", "p,x"),
    ("unknown_trip", "frequencies.txt", "t2,09:00:00", "x,09:00:00"),
    ("unknown_station", "stops.txt", "s,새들,36.000,127.060,0,", "s,새들,36.000,127.060,0,X"),
    ("unused_stop", "stops.txt", "s,새들", "u,빈터,36.0,127.07,,\ns,새들"),
    ("station_without_stops", "stops.txt", "s,새들", "T,빈역,36.0,127.07,1,\ns,새들"),
    ("unused_route", "routes.txt", "two,A", "six,A,6,여섯,3\ntwo,A"),
    ("unused_service", "calendar.txt", "WE,0", "XX,1,0,0,0,0,0,0,20261101,20261130\nWE,0"),
    ("trip_without_calls", "trips.txt", "two,WD,t3", "two,WD,t3\ntwo,WD,t9"),
    ("single_call_trip", "stop_times.txt",
     "t4,08:10:00,08:10:00,p,1\nt4,08:14:00,08:14:00,q,2\n", ""),
    ("blank_end_time", "stop_times.txt", "t3,07:05:00,07:05:00", "t3,,"),
    ("backward_time", "stop_times.txt", "t1,07:19:00,07:19:00", "t1,07:12:00,07:19:00"),
    ("departs_before_arriving", "stop_times.txt", "07:14:00,07:15:00", "07:16:00,07:15:00"),
    ("too_fast", "stop_times.txt", "t3,07:05:00,07:05:00", "t3,07:00:48,07:00:48"),
    ("impossible_speed", "stop_times.txt", "t3,07:05:00,07:05:00", "t3,07:00:10,07:00:10"),
    ("too_slow", "stop_times.txt", "t3,07:05:00,07:05:00", "t3,09:05:00,09:05:00"),
    ("unknown_route_type", "routes.txt", "둘째 버스,3", "둘째,99"),
    ("route_type_against_name", "routes.txt", "둘째 버스,3", "둘째 버스,1"),
    ("route_type_against_name", "routes.txt", "1호선,첫째,1", "1호선,첫째,3"),
    ("route_type_against_name", "routes.txt", "2,둘째 버스,3", "KTX,둘째,1"),
    ("route_type_against_name", "routes.txt", "2,둘째 버스,3", "Island ferry,둘째,3"),
    ("repeated_route_name", "routes.txt", "one,A,1호선,첫째,1", "one,A,2,둘째 버스,3"),
    ("same_route_names", "routes.txt", "1호선,첫째", "1호선,1호선"),
    ("markup_in_name", "stops.txt", "큰샘", "<script>x</script>"),
    ("markup_in_name", "routes.txt", "첫째", "=HYPERLINK(1)"),
    ("stop_without_place", "stops.txt", "36.000,127.060", ","),
    ("coordinate_out_of_range", "stops.txt", "36.000,127.060", "36.000,1270.60"),
    ("coordinate_zero", "stops.txt", "36.000,127.060", "0,0"),
    ("coordinate_zero", "stops.txt", "36.000,127.060", "36.000,0"),
    ("swapped_coordinates", "stops.txt", "36.000,127.060", "127.060,36.000"),
    ("calendar_reversed", "calendar.txt", "0,0,20261101,20261130", "0,0,20261130,20261101"),
    ("service_without_days", "calendar.txt", "WE,0,0,0,0,0,1,1", "WE,0,0,0,0,0,0,0"),
    ("same_service_all_week", "calendar.txt", CLEAN["calendar.txt"].split("\n", 1)[1],
     "WD,1,1,1,1,1,1,1,20261101,20261130\nWE,1,1,1,1,1,1,1,20261101,20261130\n"),
    ("feed_dates_missing", "feed_info.txt", CLEAN["feed_info.txt"], ""),
    ("feed_dates_missing", "feed_info.txt", "20261101,20261130", "20261101,"),
    ("window_reversed", "frequencies.txt", "09:00:00,12:00:00", "12:00:00,09:00:00"),
    ("windows_overlap", "frequencies.txt", "09:00:00,12:00:00", "08:59:00,12:00:00"),
    ("headway_long", "frequencies.txt", "12:00:00,1200", "22:00:00,11000"),
    ("stops_at_one_point", "stops.txt", "36.000,127.060", "36.000,127.040"),
]  # fmt: skip

ELSEWHERE = {
    "misnamed_file", "not_text", "permuted_route_types", "hop_too_long_for_type", "outside_korea",
    "tokyo_datum", "stop_far_from_street", "calendar_ended", "calendar_not_begun",
    "no_service_on_date", "headway_beside_trips", "even_headways", "same_run_times",
    "feed_in_subfolder", "feed_too_deep", "refused", "duplicate_trip", "zero_second_hop",
}  # fmt: skip


def checks(findings: pd.DataFrame) -> set[str]:
    check_table(findings, FINDINGS, file="findings")
    return set(findings["check"])


def test_a_clean_feed_has_no_findings(tmp_path: Path) -> None:
    findings = lint_feed(write_clean(tmp_path / "feed"), date=dt.date(2026, 11, 24))
    assert findings.empty
    assert tuple(findings.columns) == FINDINGS.names


def together() -> Iterator[tuple[str, dict[str, str], int]]:
    """Return each rule, spoilt files and what to find: mutations of one rule share a feed."""
    feeds: dict[str, list[tuple[dict[str, str], int]]] = {}
    for check, file, old, new in MUTATIONS:
        spoilt = feeds.setdefault(check, [({}, 0)])
        files, number = spoilt[-1]
        if files.get(file, CLEAN[file]).count(old) != 1:
            files, number = {}, 0  # another mutation has changed the same text
            spoilt.append((files, 0))
        files[file] = files.get(file, CLEAN[file]).replace(old, new)
        spoilt[-1] = files, number + 1
    for check, spoilt in feeds.items():
        yield from ((check, files, number) for files, number in spoilt)


@pytest.mark.parametrize(
    ("check", "files", "number"),
    [pytest.param(*case, id=f"{case[0]}-{i}") for i, case in enumerate(together())],
)
def test_each_mutation_is_found_by_its_rule_alone(
    tmp_path: Path, check: str, files: dict[str, str], number: int
) -> None:
    findings = lint_feed(write_clean(tmp_path / "feed", files))
    assert checks(findings) == {check}
    # AM stands in two columns, and is told for each.
    assert len(findings) == number + sum("AM,AM" in text for text in files.values())


def test_mutations_are_of_the_clean_feed() -> None:
    assert all(CLEAN[file].count(old) == 1 for _, file, old, _ in MUTATIONS)


def test_every_rule_has_a_test_and_states_what_it_rests_on() -> None:
    names = [check.check for check in CHECKS]
    assert len(names) == len(set(names))
    assert {check for check, *_ in MUTATIONS} | ELSEWHERE == set(names)
    for check in CHECKS:
        assert check.what
        assert check.remedy
        assert check.source
        assert check.grade in GRADES
        assert (check.threshold is None) == (check.unit == "")
