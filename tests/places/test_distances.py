from __future__ import annotations

import geopandas as gpd
import numpy as np
import osmnx as ox
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from clustergeo.errors import UsageError
from clustergeo.places import distances_km, load_all_places
from clustergeo.units import METRIC_CRS, WGS84


def points(*lonlat: tuple[float, float], names: str = "abcdef") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"place_id": list(names[: len(lonlat)])},
        geometry=[shapely.Point(at) for at in lonlat],
        crs=WGS84,
    )


def test_a_degree_of_latitude_and_a_place_to_itself() -> None:
    places = points((127, 36), (127, 37))
    found = distances_km(places, places)
    assert found.loc["a", "b"] == pytest.approx(111.195, abs=1e-3)
    assert (np.diag(found) == 0).all()
    assert found.loc["a", "b"] == found.loc["b", "a"]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    *(st.floats(-179, 179), st.floats(-85, 85)) * 2,
)
def test_osmnx_measures_the_same(lon: float, lat: float, to_lon: float, to_lat: float) -> None:
    found = distances_km(points((lon, lat)), points((to_lon, to_lat), names="b")).loc["a", "b"]
    expected = ox.distance.great_circle(lat, lon, to_lat, to_lon) / 1000
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_it_is_near_the_length_on_the_ellipsoid() -> None:
    places = load_all_places().set_index("place_id", drop=False)
    ends = places.loc[["daedeok", "seoul_station"]]
    length = Geod(ellps="WGS84").line_length(ends.geometry.x, ends.geometry.y) / 1000
    found = distances_km(ends.iloc[:1], ends.iloc[1:]).loc["daedeok", "seoul_station"]
    assert found == pytest.approx(length, rel=3e-3)


def test_rows_and_columns_are_other_places_in_any_system() -> None:
    here, there = points((127, 36)), points((127, 37), (128, 37), names="bc")
    found = distances_km(here.to_crs(METRIC_CRS), there)
    assert found.index.tolist() == ["a"]
    assert found.columns.tolist() == ["b", "c"]
    np.testing.assert_allclose(found, distances_km(here, there), rtol=1e-7)
    assert distances_km(here.iloc[:0], there).shape == (0, 2)


def test_what_are_no_places_is_refused() -> None:
    good = points((127, 36))
    bad = {
        "no column place_id": good.rename(columns={"place_id": "id"}),
        "no coordinate system": good.set_crs(None, allow_override=True),
        r"place_id twice \(a\)": points((127, 36), (127, 37), names="aa"),
        "holds other than points": good.set_geometry([shapely.box(127, 36, 128, 37)], crs=WGS84),
    }
    for message, places in bad.items():
        with pytest.raises(UsageError, match=f"places_to: {message}"):
            distances_km(good, places)
