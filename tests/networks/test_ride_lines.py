"""Where a ride runs on the map: along its shape, in the right direction and passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from toy_feed import FILES, write_feed

from clustergeo.errors import FeedError, UsageError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.ride_lines import ride_line

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "good_feeds"
TRIPS = "route_id,service_id,trip_id,shape_id\none,WD,t1,S\ntwo,WD,t2,\n"
HEAD = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"


def shape(*points: tuple[float, float]) -> str:
    rows = (f"S,{lat},{lon},{i}\n" for i, (lat, lon) in enumerate(points))
    return HEAD + "".join(rows)


def line(folder: Path, shapes: str, calls: tuple[int, int], **changes: str) -> list[list[float]]:
    files = {"trips_txt": TRIPS, "shapes_txt": shapes, **changes}
    timetable = load_timetable(write_feed(folder, **files), shapes=True)
    found = ride_line(timetable, 0, *calls)
    points: list[list[float]] = np.round(shapely.get_coordinates(found), 6).tolist()
    return points


def test_without_a_shape_one_goes_straight_from_stop_to_stop(tmp_path: Path) -> None:
    timetable = load_timetable(write_feed(tmp_path))
    assert timetable.shapes.empty
    assert ride_line(timetable, 0, 0, 2).wkt == "LINESTRING (127 36, 127.1 36, 127.2 36)"
    assert ride_line(timetable, 1, 0, 1).wkt == "LINESTRING (127.2 36, 127 36)"


def test_a_ride_is_cut_out_of_its_shape(tmp_path: Path) -> None:
    # Begins west of p, bends north between p and q, and goes on past r.
    bends = shape((36.0, 126.9), (36.0, 127.05), (36.01, 127.06), (36.0, 127.07), (36.0, 127.3))
    assert line(tmp_path, bends, (0, 1)) == [
        [127.0, 36.0],
        [127.05, 36.0],
        [127.06, 36.01],
        [127.07, 36.0],
        [127.1, 36.0],
    ]
    assert line(tmp_path, bends, (1, 2)) == [[127.1, 36.0], [127.2, 36.0]]


def test_a_line_that_comes_back_is_cut_at_the_right_passage(tmp_path: Path) -> None:
    # Out p - q - r and back to p by the same street, which is passed twice.
    there_and_back = shape((36.0, 127.0), (36.0, 127.2), (36.0, 127.0))
    times = FILES["stop_times.txt"] + "t1,08:10:00,08:10:00,q,4\nt1,08:30:00,08:30:00,p,5\n"
    changes = {"stop_times_txt": times}
    assert line(tmp_path, there_and_back, (0, 1), **changes) == [[127.0, 36.0], [127.1, 36.0]]
    assert line(tmp_path, there_and_back, (3, 4), **changes) == [[127.1, 36.0], [127.0, 36.0]]
    assert line(tmp_path, there_and_back, (1, 3), **changes) == [
        [127.1, 36.0],
        [127.2, 36.0],
        [127.1, 36.0],
    ]


def test_a_shape_that_does_not_lead_on_gives_way_to_the_straight_line(tmp_path: Path) -> None:
    # The line ends before q: both q and r stand at its end.
    short = shape((36.0, 127.0), (36.0, 127.05))
    assert line(tmp_path, short, (1, 2)) == [[127.1, 36.0], [127.2, 36.0]]


def test_shapes_without_a_line_are_noted_and_broken_ones_refused(tmp_path: Path) -> None:
    folder = write_feed(tmp_path, trips_txt=TRIPS, shapes_txt=shape((36.0, 127.0)))
    timetable = load_timetable(folder, shapes=True)
    assert timetable.shapes.empty
    assert "1 trips have a shape without a line and are drawn straight" in timetable.notes
    (folder / "shapes.txt").write_text(HEAD)
    assert load_timetable(folder, shapes=True).shapes.empty
    (folder / "shapes.txt").write_text(HEAD + "S,136,127,1\n")
    with pytest.raises(FeedError, match=r"shapes\.txt:2, shape_pt_lat: above 90"):
        load_timetable(folder, shapes=True)
    assert load_timetable(folder).shapes.empty  # nobody asked for it


def test_calls_that_are_not_there_are_a_slip(tmp_path: Path) -> None:
    timetable = load_timetable(write_feed(tmp_path))
    for calls in ((0, 3), (1, 1), (2, 1), (-1, 1)):
        with pytest.raises(UsageError, match="name two calls of the trip in order"):
            ride_line(timetable, 0, *calls)


def test_a_through_run_follows_the_trips_it_is_made_of(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id,shape_id,block_id\none,WD,t1,S,X\ntwo,WD,t2,,X\n"
    times = FILES["stop_times.txt"].replace("06:00:00", "07:45:00").replace("06:30:00", "08:15:00")
    bends = shape((36.0, 127.0), (36.01, 127.15), (36.0, 127.2))
    folder = write_feed(
        tmp_path, trips_txt=trips, stop_times_txt=times, shapes_txt=bends, frequencies_txt=""
    )
    timetable = load_timetable(folder, shapes=True)
    assert timetable.through["trip"].tolist() == [2, 2]
    whole = shapely.get_coordinates(ride_line(timetable, 2, 0, 4)).tolist()
    assert whole == [[127.0, 36.0], [127.15, 36.01], [127.2, 36.0], [127.2, 36.0], [127.0, 36.0]]
    assert ride_line(timetable, 2, 3, 4).wkt == "LINESTRING (127.2 36, 127 36)"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize(
    "name", ["cairns_gtfs.zip", "trimet-vermont-2018-02-06", "nyc_subway_gtfs.zip"]
)
def test_rides_of_real_feeds_begin_and_end_at_their_stops(name: str) -> None:
    timetable = load_timetable(SHARED / name, shapes=True)
    places = timetable.stops[["stop_lon", "stop_lat"]].to_numpy()
    far_m = []
    for trip in timetable.shapes["trip"].iloc[::97].tolist():
        stops = timetable.stop_times["stop"][timetable.stop_times["trip"] == trip].to_numpy()
        for from_call, to_call in ((0, len(stops) - 1), (0, 1), (len(stops) // 2, len(stops) - 1)):
            points = shapely.get_coordinates(ride_line(timetable, trip, from_call, to_call))
            for point, stop in ((points[0], stops[from_call]), (points[-1], stops[to_call])):
                far_m.append(float(crow_fly_m(*point[::-1], *places[stop][::-1])))
    assert np.median(far_m) < 25
    assert np.quantile(far_m, 0.95) < 150
