from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.exhibits.maps.curves import curve, label_points, offset_side

LAT = st.floats(33, 39)
LON = st.floats(125, 130)


@settings(derandomize=True, deadline=None)
@given(LAT, LON, LAT, LON)
def test_a_curve_starts_and_ends_at_its_places(a: float, b: float, c: float, d: float) -> None:
    points = curve((a, b), (c, d)).points
    assert points[0] == pytest.approx((a, b), abs=1e-5)
    assert points[-1] == pytest.approx((c, d), abs=1e-5)


def test_there_and_back_bend_to_different_sides() -> None:
    there, back = curve((36.0, 127.0), (36.0, 128.0)), curve((36.0, 128.0), (36.0, 127.0))
    assert there.points[12][0] < 36.0 < back.points[12][0]


def test_the_arrow_points_along_the_curve() -> None:
    tip, *wings = curve((36.0, 127.0), (37.0, 127.0), bend=0.0).arrow
    assert all(tip[0] > wing[0] for wing in wings)


def test_one_place_twice_gives_a_point_and_no_error() -> None:
    assert set(curve((36.0, 127.0), (36.0, 127.0)).points) == {(36.0, 127.0)}


@pytest.mark.parametrize(
    ("point", "side"),
    [((37.0, 127.0), "north"), ((35.0, 127.0), "south"), ((36.0, 128.0), "east"),
     ((36.0, 126.0), "west")],
)  # fmt: skip
def test_labels_stand_on_the_outer_side(point: tuple[float, float], side: str) -> None:
    around = [(36.0, 127.0), (35.0, 127.0), (37.0, 127.0), (36.0, 128.0), (36.0, 126.0)]
    assert offset_side(point, around) == side


def test_labels_keep_apart_along_their_lines_and_from_points_taken() -> None:
    line = [(36.0, 127.0 + step / 100) for step in range(25)]
    first, second, third = label_points([line, line, line], [(36.0, 127.12)], apart_deg=0.02)
    spots = [127.12, first[1], second[1], third[1]]
    assert min(abs(a - b) for a, b in combinations(spots, 2)) >= 0.02 * 0.9


def test_without_room_a_label_takes_the_place_with_most_room() -> None:
    line = [(36.0, 127.0 + step / 1000) for step in range(25)]
    assert label_points([line], [(36.0, 127.0)], apart_deg=1.0) == [(36.0, 127.017)]
