"""Feeds of other projects, good and bad: refused with a reason or read, never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.errors import FeedError, InputError
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import active_services

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")

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

# Read by tolerant tools, but ambiguous or damaged as they stand.
NEARLY_GOOD = {
    "amazon-2017-08-06": "duplicate of row 1231",
    "otp_simple": "6 cells where the header has 7",
    "region-nord-v2": "not utf-8",
}

# Tolerated or not by the reader of tables: a blank line in the middle.
EITHER = {"bad_eol.zip"}

# Everything else in these folders must be refused.
LEGAL = {
    "generated/gtfs": {
        "calendar_expired.zip",
        "formula_names.zip",
        "html_names.zip",
        "ids_with_spaces.zip",
        "nested_folder.zip",
        "time_past_midnight_ok.zip",
    },
    "generated/zip": set(),
    "zip_otp": set(),
    "gtfs_partridge": set(),
    "gtfs_r5/flex": set(),
    "gtfs_transitfeed": {
        "filter_unusual_trips",
        "good_feed",
        "good_feed.zip",
        "googletransit",
        "missing_departure_time",
        "only_calendar_dates",
        "repeated_route_name",
        "same_short_long_name",
        "unknown_file",
        "unrecognized_columns",
        "unused_stop",
        "utf8bom",
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_good_feeds_load(name: str) -> None:
    timetable = load_timetable(SHARED / "good_feeds" / name)
    calls = timetable.stop_times
    assert len(calls) > 0
    assert (calls["departure_s"] >= calls["arrival_s"]).all()


@pytest.mark.parametrize("name", NEARLY_GOOD)
def test_damaged_feeds_are_refused_with_their_reason(name: str) -> None:
    with pytest.raises(FeedError, match=NEARLY_GOOD[name]):
        load_timetable(SHARED / "good_feeds" / name)


def test_a_named_encoding_opens_a_feed_that_is_not_utf_8() -> None:
    timetable = load_timetable(SHARED / "good_feeds" / "region-nord-v2", encoding="latin-1")
    assert timetable.stops["stop_name"].str.contains("ø").any()
    assert "1 hops are faster than 1,200 km/h (trip 03120001)" in timetable.notes


@pytest.mark.parametrize("folder", LEGAL)
def test_bad_feeds_are_refused_and_legal_ones_read(folder: str) -> None:
    read = set()
    members = sorted((SHARED / "bad_inputs" / folder).iterdir())
    for path in members:
        try:
            load_timetable(path)
        except InputError as error:
            assert all(fault.what and fault.fix for fault in error.faults)  # noqa: PT017
        else:
            read.add(path.name)
    assert read - EITHER == LEGAL[folder]


def test_an_expired_calendar_is_refused_for_the_day_asked() -> None:
    timetable = load_timetable(SHARED / "bad_inputs" / "generated/gtfs/calendar_expired.zip")
    day = timetable.services["date"].max().date().replace(year=2026)
    with pytest.raises(FeedError, match=r"outside the calendar.*2001-01-01\.\.2001-12-31"):
        active_services(timetable, day)
