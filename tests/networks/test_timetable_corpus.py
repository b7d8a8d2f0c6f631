"""Bad feeds of other projects: refused with a reason or read, never anything else.

The good ones are loaded as they are linted, in ``test_feed_lint_corpus.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clustergeo.errors import FeedError, InputError
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import active_services

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here"),
    pytest.mark.no_cover,  # tracing would take longer than the tests
]

# Read by tolerant tools, but ambiguous or damaged as they stand: amazon's trips have two calls of
# one sequence number, and most lack the times of their ends, being cut out of a larger feed;
# otp_simple has rows shorter than the header, and a trip that runs backwards on purpose.
NEARLY_GOOD = {
    "amazon-2017-08-06": "duplicate of row 1231",
    "otp_simple": "6 cells where the header has 7",
    "region-nord-v2": r"stops\.txt:2: not UTF-8 text .*--feed-encoding latin-1",
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
        "speed_teleport.zip",
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


@pytest.mark.parametrize("name", NEARLY_GOOD)
def test_damaged_feeds_are_refused_with_their_reason(name: str) -> None:
    with pytest.raises(FeedError, match=NEARLY_GOOD[name]):
        load_timetable(SHARED / "good_feeds" / name)


@pytest.mark.parametrize(
    ("path", "trips", "rows", "lost"),
    [
        ("good_feeds/amazon-2017-08-06", 442, 379, 372),
        ("good_feeds/otp_simple", 34, 10, 2),
        # Valid by its makers, yet a trip without calls is what a cut stop_times.txt looks like.
        ("bad_inputs/gtfs_transitfeed/flatten_feed", 11, 1, 1),
        ("bad_inputs/generated/gtfs/truncated_stop_times.zip", 11, 7, 7),
    ],
)
def test_a_lenient_reading_sets_aside_what_is_damaged_and_counts_it(
    path: str, trips: int, rows: int, lost: int
) -> None:
    with pytest.raises(FeedError):
        load_timetable(SHARED / path)
    timetable = load_timetable(SHARED / path, lenient=True)
    ridden = len(timetable.trips) - timetable.through["trip"].nunique()
    assert ridden == trips - lost
    assert len(timetable.set_aside) == rows
    cut = [note for note in timetable.notes if note.endswith("may be cut off")]
    assert any(note.startswith("stop_times.txt") for note in cut) == ("truncated" in path)
    assert timetable.notes[-1] == f"{rows:,} rows at fault and {lost:,} trips set aside"


def test_a_named_encoding_opens_a_feed_that_is_not_utf_8() -> None:
    timetable = load_timetable(SHARED / "good_feeds" / "region-nord-v2", encoding="latin-1")
    assert timetable.stops["stop_name"].str.contains("ø").any()
    assert "the files were read as latin-1, as asked" in timetable.notes
    assert timetable.notes[-1].endswith(
        "the fastest: trip 03120001, stops 17191322 to 17191323, 1,322 km/h"
    )


@pytest.mark.parametrize("folder", LEGAL)
def test_bad_feeds_are_refused_and_legal_ones_read(folder: str) -> None:
    read = set()
    members = sorted((SHARED / "bad_inputs" / folder).iterdir())
    # Every other one by default, beside those that the lint takes; CLUSTERGEO_CORPUS=all has all.
    if os.environ.get("CLUSTERGEO_CORPUS") != "all":
        members = members[1::2]
    for path in members:
        try:
            load_timetable(path)
        except InputError as error:
            assert all(fault.what and fault.fix for fault in error.faults)  # noqa: PT017
        else:
            read.add(path.name)
    assert read - EITHER == LEGAL[folder] & {path.name for path in members}


def test_an_expired_calendar_is_refused_for_the_day_asked() -> None:
    timetable = load_timetable(SHARED / "bad_inputs" / "generated/gtfs/calendar_expired.zip")
    day = timetable.services["date"].max().date().replace(year=2026)
    with pytest.raises(FeedError, match=r"outside the calendar.*2001-01-01\.\.2001-12-31"):
        active_services(timetable, day)
