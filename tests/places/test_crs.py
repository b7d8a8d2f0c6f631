"""Coordinate systems: the right shift, an independent oracle, and refusals of the wrong system."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod, Transformer

from clustergeo.errors import InputError, UsageError
from clustergeo.places import load_places

SEOUL = (126.97794, 37.56629)

BESSEL = (6_377_397.155, 1 / 299.1528128)
WGS84 = (6_378_137.0, 1 / 298.257223563)
# EPSG "Korean 1985 to WGS 84 (1)", Molodensky-Badekas: metres, arc seconds (coordinate frame),
# parts per million, and the point it turns about.
SHIFT_M = np.array([-145.907, 505.034, 685.756])
ROTATION_S = np.array([-1.162, 2.347, 1.592])
SCALE_PPM = 6.342
PIVOT_M = np.array([-3_159_521.31, 4_068_151.32, 3_748_113.85])
# The three parameters in common use, with which the table of offices was converted.
PLAIN_SHIFT_M = np.array([-147.0, 506.0, 687.0])


def shifted(xyz: np.ndarray) -> np.ndarray:
    """Return geocentric WGS84 coordinates of geocentric Korean 1985 ones, metres."""
    rx, ry, rz = np.radians(ROTATION_S / 3600)
    turn = np.array([[1, rz, -ry], [-rz, 1, rx], [ry, -rx, 1]])
    moved: np.ndarray = PIVOT_M + SHIFT_M + (1 + SCALE_PPM * 1e-6) * (turn @ (xyz - PIVOT_M))
    return moved


def geocentric(lon: float, lat: float, ellipsoid: tuple[float, float]) -> np.ndarray:
    """Return X, Y, Z of a point on an ellipsoid (textbook formula, metres)."""
    axis, flattening = ellipsoid
    e2 = flattening * (2 - flattening)
    lam, phi = math.radians(lon), math.radians(lat)
    normal = axis / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    return np.array(
        [
            normal * math.cos(phi) * math.cos(lam),
            normal * math.cos(phi) * math.sin(lam),
            normal * (1 - e2) * math.sin(phi),
        ]
    )


def geodetic(xyz: np.ndarray, ellipsoid: tuple[float, float]) -> tuple[float, float]:
    """Return longitude and latitude of X, Y, Z by fixed-point iteration."""
    axis, flattening = ellipsoid
    e2 = flattening * (2 - flattening)
    x, y, z = xyz
    p = math.hypot(x, y)
    phi = math.atan2(z, p * (1 - e2))
    for _ in range(10):
        normal = axis / math.sqrt(1 - e2 * math.sin(phi) ** 2)
        phi = math.atan2(z + e2 * normal * math.sin(phi), p)
    return math.degrees(math.atan2(y, x)), math.degrees(phi)


def written(folder: Path, x: float, y: float) -> Path:
    """Write one place in a CSV with x and y."""
    file = folder / "a.csv"
    file.write_text(f"id,x,y\na,{x!r},{y!r}\n")
    return file


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the geodesic distance, metres."""
    return float(Geod(ellps="WGS84").inv(*one, *other)[2])


def loaded(folder: Path, x: float, y: float, crs: str | int | None) -> tuple[float, float]:
    """Return longitude and latitude of one place read in a coordinate system."""
    point = load_places(written(folder, x, y), crs=crs).geometry
    return float(point.x[0]), float(point.y[0])


@pytest.mark.parametrize("crs", [5174, "5174", "EPSG:5174", "epsg:5174", 2097, 4162])
def test_old_korean_systems_get_their_datum_shift(tmp_path: Path, crs: str | int) -> None:
    lon, lat = 127.0, 37.5
    bessel = geocentric(lon, lat, BESSEL)
    number = str(crs).upper().removeprefix("EPSG:")
    # A projection on its own datum involves no shift.
    own = Transformer.from_crs("EPSG:4162", f"EPSG:{number}", always_xy=True)
    x, y = own.transform(lon, lat)
    found = loaded(tmp_path, x, y, crs)
    assert metres_between(found, geodetic(shifted(bessel), WGS84)) < 0.01
    assert metres_between(found, geodetic(bessel + PLAIN_SHIFT_M, WGS84)) < 5
    assert 300 < metres_between(found, (lon, lat)) < 400


@pytest.mark.parametrize("crs", [4326, 5179, 5181, 5186, 3857, 32652])
def test_modern_systems_come_back_to_the_same_point(tmp_path: Path, crs: int) -> None:
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(*SEOUL)
    assert metres_between(loaded(tmp_path, x, y, crs), SEOUL) < 0.01


def test_degrees_are_kept_to_the_last_digit(tmp_path: Path) -> None:
    for crs in (None, 4326, "OGC:CRS84"):
        assert loaded(tmp_path, 126.97794123456789, 37.5, crs) == (126.97794123456789, 37.5)


@pytest.mark.parametrize("crs", ["EPSG:99999", "Bessel", 0, ""])
def test_an_unknown_system_is_a_usage_error_before_any_file_is_opened(
    tmp_path: Path, crs: str | int
) -> None:
    with pytest.raises(
        UsageError, match=r"unknown coordinate system .* pass an EPSG code such as"
    ):
        load_places(tmp_path / "missing.csv", crs=crs)


def test_a_system_of_an_unknown_datum_is_refused_rather_than_guessed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no datum shift is known for its coordinate system"):
        load_places(written(tmp_path, 127.0, 37.5), crs=4004)


def test_degrees_passed_as_metres_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, 127.0, 37.5)
    with pytest.raises(InputError) as caught:
        load_places(file, crs=5179)
    assert str(caught.value) == (
        f"{file}:2: coordinates 127,37.5 are degrees, not KGD2002 / Unified CS"
        " - leave the CRS out or pass EPSG:4326"
    )


def test_metres_passed_as_degrees_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="coordinates 586000,325000 are not degrees - pass its"):
        load_places(written(tmp_path, 586000.0, 325000.0))


def test_a_point_far_outside_the_area_of_the_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r":2, x: point outside the area of KGD2002 / Unified CS"):
        load_places(written(tmp_path, 9_000_000.0, 2_000_000.0), crs=5179)


def test_a_point_that_cannot_be_projected_back_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="point outside the area of"):
        load_places(written(tmp_path, 1e30, 1e30), crs=5186)


def test_a_system_without_a_stated_area_takes_any_point(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        1_000_000.0,
        2_000_000.0,
        "+proj=tmerc +lat_0=38 +lon_0=127.5 "
        "+x_0=1000000 +y_0=2000000 +ellps=GRS80 +towgs84=0,0,0 +units=m",
    )
    assert found == pytest.approx((127.5, 38.0), abs=1e-9)


def test_faulty_rows_stay_out_of_the_shift_and_are_all_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,lon,lat\na,127,36\nb,36,127\nc,,36\nd,190,36\n")
    with pytest.raises(InputError) as caught:
        load_places(file, crs=4162)
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [
        (3, "lat"),
        (4, "lon"),
        (5, "lon"),
    ]


def test_metres_are_read_from_x_and_y_where_degrees_stand_beside_them(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,lon,lat,x,y\na,1,2,1000000,2000000\n")
    assert load_places(file).geometry.x.tolist() == [1]
    assert load_places(file, crs=5179).geometry.x.round(6).tolist() == [127.5]


def test_what_is_asked_goes_before_what_the_file_states_and_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "a.geojson"
    file.write_text(
        '{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:5186"}}, "features": '
        '[{"type": "Feature", "id": "a", "properties": {}, "geometry": '
        '{"type": "Point", "coordinates": [1000000, 2000000]}}]}'
    )
    with caplog.at_level(logging.WARNING, logger="clustergeo"):
        places = load_places(file, crs=5179)
    assert places.geometry.x.round(6).tolist() == [127.5]
    assert "states KGD2002 / Central Belt 2010, read as KGD2002 / Unified CS" in caplog.text
