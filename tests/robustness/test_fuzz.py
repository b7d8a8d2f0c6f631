"""Damaged inputs: never another table in silence, never another kind of error.

A few cases a kind of input here; ``python fuzz.py --cases 2000`` runs many.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from robustness.fuzz import Whole, judged, whole_of
from robustness.subjects import PLACES, SUBJECTS, subject_of, told
from toy_feed import FILES, write_feed

from clustergeo.errors import ClustergeoError
from clustergeo.networks import load_timetable
from clustergeo.places import load_places

pytestmark = pytest.mark.no_cover

CASES = int(os.environ.get("CLUSTERGEO_FUZZ", "6"))
FEW = settings(derandomize=True, deadline=None, max_examples=CASES, database=None)


@pytest.fixture(scope="module", params=[subject.name for subject in SUBJECTS])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole") / "it"
    return whole_of(subject_of(request.param), folder)


@given(draw=st.randoms(use_true_random=False))
@FEW
def test_13_damage_is_refused_or_changes_nothing_or_is_warned_of(
    whole: Whole, draw: random.Random
) -> None:
    found, where = judged(whole, draw)
    assert found != "wrong", where


# Feeds: cells that no feed may hold

BAD_CELLS: dict[str, dict[str, tuple[str, ...]]] = {
    "stops.txt": {
        "stop_id": ("", "q", "ghost"),
        "stop_lat": ("", "91", "-91", "abc", "NaN", "inf", "36.0.1", "1e9", "３６", "true"),
        "stop_lon": ("", "181", "abc", "nan", "127;1", "0x7f"),
    },
    "routes.txt": {"route_id": ("", "ghost"), "route_type": ("", "x", "-1", "1.5", "99999")},
    "trips.txt": {
        "route_id": ("", "ghost"),
        "service_id": ("", "ghost"),
        "trip_id": ("", "ghost"),
    },
    "stop_times.txt": {
        "trip_id": ("", "ghost"),
        "arrival_time": ("6:61:00", "07:00:61", "-1:00:00", "07:00", "7h", "07:10:00 PM", "1e3"),
        "departure_time": ("24:00", "00:00:00", "x"),
        "stop_id": ("", "ghost"),
        "stop_sequence": ("", "-1", "1.5", "x", "1e99"),
    },
    "calendar.txt": {
        "service_id": ("", "ghost"),
        "monday": ("", "2", "x", "-1", "1.0"),
        "start_date": ("", "20260230", "2026-11-01", "20271101", "2026111"),
        "end_date": ("20250101", "20261131", "x"),
    },
    "frequencies.txt": {
        "trip_id": ("", "ghost"),
        "start_time": ("", "09:30:00", "x"),
        "headway_secs": ("", "0", "-5", "x", "1.5"),
        "exact_times": ("2", "x", "-1"),
    },
}


def heard(caplog: pytest.LogCaptureFixture, load: Callable[[], Any]) -> tuple[str | None, bool]:
    """Return what a load comes to, None if it is refused; and whether something was said."""
    caplog.clear()
    try:
        found = load()
    except ClustergeoError:
        return None, True
    said = any(record.levelno >= logging.WARNING for record in caplog.records)
    return told(found), said or bool(getattr(found, "notes", ()))


def with_cell(text: str, row: int, column: str, value: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    rows[row][rows[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("file", BAD_CELLS)
def test_13_no_impossible_cell_of_a_feed_passes_in_silence(
    file: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before, _ = heard(caplog, lambda: load_timetable(write_feed(tmp_path / "whole")))
    draw, silent = random.Random(file), []  # noqa: S311 - no secret
    for column, values in BAD_CELLS[file].items():
        for value in values:
            row = draw.randrange(1, FILES[file].count("\n"))
            if column == "stop_id" and value == "q":
                row = 1  # the id of the second stop
            changed = {file.replace(".txt", "_txt"): with_cell(FILES[file], row, column, value)}
            feed = write_feed(tmp_path / "feed", **changed)
            found, said = heard(caplog, partial(load_timetable, feed))
            if found not in {None, before} and not said:
                silent.append((row, column, value))
    assert silent == []


@pytest.mark.parametrize("file", ["stops.txt", "trips.txt", "stop_times.txt", "calendar.txt"])
def test_13_a_feed_that_lacks_a_column_is_refused(
    file: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    needed = {"monday", "start_date", *BAD_CELLS[file]}
    rows = list(csv.reader(io.StringIO(FILES[file])))
    for place, column in enumerate(rows[0]):
        kept = "".join(",".join(row[:place] + row[place + 1 :]) + "\n" for row in rows)
        feed = write_feed(tmp_path / "feed", **{file.replace(".txt", "_txt"): kept})
        found, _ = heard(caplog, partial(load_timetable, feed))
        assert found is None or column not in needed, column


SAME: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "quoted": lambda text: re.sub(r"[^,\n]+", r'"\g<0>"', text),
    "spaces": lambda text: text.replace(",", ", "),
    "columns turned round": lambda text: "".join(
        ",".join(line.split(",")[::-1]) + "\n" for line in text.splitlines()
    ),
    "a column of their own": lambda text: "".join(
        f"{line},{'x_note' if n == 0 else 'x'}\n" for n, line in enumerate(text.splitlines())
    ),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_13_what_says_the_same_in_other_bytes_is_the_same_feed(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    feed = {name.replace(".txt", "_txt"): change(text) for name, text in FILES.items()}
    changed = load_timetable(write_feed(tmp_path / "other", **feed))
    assert told(changed) == told(load_timetable(write_feed(tmp_path / "feed")))


# Places


def collection(**change: Any) -> Any:
    feature = {
        "type": "Feature",
        "properties": {"place_id": "a"},
        "geometry": {"type": "Point", "coordinates": [127.1, 36.5]},
    }
    for key, value in change.items():
        member, _, inner = key.partition("_")
        if inner:
            feature[member] = {**feature[member], inner: value}  # type: ignore[dict-item]
        else:
            feature[member] = value
    return {"type": "FeatureCollection", "features": [feature]}


BAD_POINTS: tuple[Any, ...] = (
    [],
    {},
    1e400,
    [127.1],
    ["127.1", "36.5"],
    [36.5, 127.1],
    [None, 36.5],
    [[127.1, 36.5]],
    [float("nan"), 36.5],
    [float("inf"), 36.5],
    [True, 36.5],
    [990_000, 1_818_000],
)


@pytest.mark.parametrize(
    "change",
    [
        {"geometry": None},
        {"type": "Feture"},
        {"geometry_type": "Pint"},
        *({"geometry_coordinates": bad} for bad in BAD_POINTS),
    ],
    ids=str,
)
def test_13_no_impossible_feature_passes(change: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(json.dumps(collection(**change)))
    with pytest.raises(ClustergeoError):
        load_places(tmp_path / "a.geojson")


@pytest.mark.parametrize("cut", range(1, 9))
def test_13_a_table_that_is_cut_in_its_last_cell_is_warned_of(
    cut: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.csv").write_text(PLACES[:-cut])
    found, said = heard(caplog, lambda: load_places(tmp_path / "a.csv"))
    assert found is None or said
    assert "last line has no end" in caplog.text


# Settings: no key that is misspelt is passed over


@pytest.mark.parametrize("name", ["claims.toml", "scenario.toml", "study.toml"])
@settings(derandomize=True, deadline=None, max_examples=CASES, database=None)
@given(draw=st.randoms(use_true_random=False))
def test_13_a_misspelt_key_is_refused(
    name: str, tmp_path_factory: pytest.TempPathFactory, draw: random.Random
) -> None:
    subject = subject_of(name)
    file = subject.make(tmp_path_factory.mktemp("toml"))
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    # Labels are named by places, which a study file alone does not know.
    end = next((row for row, line in enumerate(lines) if line.startswith("[outputs.lab")), None)
    keys = [row for row, line in enumerate(lines[:end]) if re.match(r"[a-z_]+ = ", line)]
    row = draw.choice(keys)
    key, rest = lines[row].split(" = ", 1)
    lines[row] = f"{key}{draw.choice('xs_')} = {rest}"
    file.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(ClustergeoError) as caught:
        subject.load(file)
    assert file.name in str(caught.value)
