"""The lint over feeds of other projects: bad ones are told, good ones are left alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from clustergeo.errors import InputError
from clustergeo.networks.feed_lint import lint_feed, load_and_lint
from clustergeo.schemas import check_table
from clustergeo.schemas.lint import FINDINGS

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here"),
    pytest.mark.no_cover,  # tracing would take longer than the tests
]

MOST_SECONDS = 30.0
"""A limit against hanging; the lint itself takes less than a second on a free machine."""

GOOD = (
    "cairns_gtfs.zip",
    "caltrain-2017-07-24",
    "fiji-ferry",
    "israel-public-transportation-route-2126",
    "null-island-ferry",
    "nyc_subway_gtfs.zip",
    "otp_caltrain_gtfs.zip",
    "otp_interlining",
    "r5_fake_agency.zip",
    "r5_minimal.gtfs.zip",
    "sample_gtfs.zip",
    "sample_gtfs_2.zip",
    "seattle-area-2017-11-16",
    "transitfeed_good_feed.zip",
    "trimet-vermont-2018-02-06",
    "vvs-bus-751-only.gtfs.zip",
    "vvs-bus-764-only.gtfs.zip",
)

# Faults that are there: doubled dates and trips without times; a trip that runs backwards, short
# rows and hops of a hundred kilometres; bytes that are not UTF-8 and 22 km in no time.
FAULTY = {
    "amazon-2017-08-06": {"backward_time", "blank_end_time", "duplicate_key"},
    "otp_simple": {"backward_time", "broken_table", "impossible_speed"},
    "region-nord-v2": {"impossible_speed", "not_text"},
}

# The controls of the bad corpus, and a calendar that only a day of travel can find expired.
SILENT = {
    "calendar_expired.zip",
    "time_past_midnight_ok.zip",
    "good_feed",
    "good_feed.zip",
    "only_calendar_dates",
    "unknown_file",
    "unrecognized_columns",
    "utf8bom",
}

# Not archives, or hostile ones: refused as they are opened.
REFUSED = {
    "html_login_page.zip",
    "truncated_zip.zip",
    "bomb_200MB.zip",
    "symlink.zip",
    "traversal.zip",
    "one_line.kml",
    "one_stop.kml",
    "unknown_format.zip",
}

# What is wrong, for the mutations that the manifest names one by one.
NAMED = {
    "calendar_bad_date.zip": "invalid_value",
    "calendar_no_days.zip": "service_without_days",
    "calendar_reversed.zip": "calendar_reversed",
    "crc_error.zip": "refused",
    "dup_header.zip": "refused",
    "empty_stops.zip": "empty_file",
    "formula_names.zip": "markup_in_name",
    "freq_negative_headway.zip": "headway_not_positive",
    "freq_overlap.zip": "windows_overlap",
    "freq_reversed.zip": "window_reversed",
    "freq_zero_headway.zip": "headway_not_positive",
    "headeronly_trips.zip": "empty_file",
    "html_names.zip": "markup_in_name",
    "ids_with_spaces.zip": "padded_id",
    "latin_encoding.zip": "not_text",
    "missing_calendar.zip": "missing_file",
    "nested_folder.zip": "feed_in_subfolder",
    "semicolon_sep.zip": "broken_table",
    "speed_teleport.zip": "impossible_speed",
    "stop_at_0_0.zip": "coordinate_zero",
    "stop_decimal_comma.zip": "invalid_value",
    "stop_dup_id.zip": "duplicate_key",
    "stop_missing_coord.zip": "stop_without_place",
    "stop_null_island.zip": "coordinate_zero",
    "stop_seq_dup.zip": "duplicate_key",
    "stop_seq_text.zip": "invalid_value",
    "stop_swapped_latlon.zip": "swapped_coordinates",
    "stop_time_unknown_stop.zip": "unknown_stop",
    "stop_time_unknown_trip.zip": "unknown_trip",
    "time_60_minutes.zip": "invalid_value",
    "time_all_blank.zip": "blank_end_time",
    "time_ampm.zip": "invalid_value",
    "time_decreasing.zip": "backward_time",
    "time_negative.zip": "invalid_value",
    "transfers_bad.zip": "unknown_stop",
    "trip_unknown_route.zip": "unknown_route",
    "trip_unknown_service.zip": "unknown_service",
    "truncated_stop_times.zip": "trip_without_calls",
    "unclosed_quote.zip": "broken_table",
    "uppercase_names.zip": "misnamed_file",
    "duplicate_members.zip": "refused",
    "nested": "feed_too_deep",
    "duplicate_schedule_id": "duplicate_key",
    "googletransit": "feed_in_subfolder",
    "invalid_route_agency": "unknown_agency",
    "missing_weekday_column": "missing_column",
    "repeated_route_name": "repeated_route_name",
    "same_short_long_name": "same_route_names",
    "undefined_stop": "unknown_stop",
    "unused_stop": "unused_stop",
}


@pytest.mark.parametrize("name", GOOD)
def test_good_feeds_load_and_have_no_errors(name: str) -> None:
    findings, timetable = load_and_lint(SHARED / "good_feeds" / name)
    check_table(findings, FINDINGS, file=name)
    assert findings[findings["severity"] == "error"].empty
    assert timetable is not None
    calls = timetable.stop_times
    assert len(calls) > 0
    assert (calls["departure_s"] >= calls["arrival_s"]).all()


@pytest.mark.parametrize("name", FAULTY)
def test_the_faults_of_nearly_good_feeds_are_told(name: str) -> None:
    findings = lint_feed(SHARED / "good_feeds" / name)
    errors = findings[findings["severity"] == "error"]
    assert set(errors["check"]) >= FAULTY[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder",
    [
        "generated/gtfs",
        "generated/zip",
        "zip_otp",
        "gtfs_partridge",
        "gtfs_r5/flex",
        "gtfs_transitfeed",
    ],
)
def test_bad_feeds_are_told_or_refused_in_time(folder: str) -> None:
    # A sixth of them by default, to save time; CLUSTERGEO_CORPUS=all takes every one.
    step = 1 if os.environ.get("CLUSTERGEO_CORPUS") == "all" else 6
    for path in sorted((SHARED / "bad_inputs" / folder).iterdir())[::step]:
        start = time.perf_counter()
        try:
            findings = lint_feed(path)
        except InputError:
            assert path.name in REFUSED
            continue
        assert time.perf_counter() - start < MOST_SECONDS, path
        check_table(findings, FINDINGS, file=path.name)
        loud = findings[findings["severity"] != "info"]
        assert loud.empty == (path.name in SILENT), path
        if path.name in NAMED:
            assert NAMED[path.name] in set(loud["check"]), path
