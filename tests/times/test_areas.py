"""Areas drawn over a grid: what makes them fast changes nothing of what they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from clustergeo.times.roads.areas import Grid, area_of, stamp
from clustergeo.times.roads.metres import in_metres
from clustergeo.times.roads.strewn import Points

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 400),
    spread_m=st.sampled_from([300.0, 4_000.0, 20_000.0]),
    widest_m=st.sampled_from([30.0, 500.0, 2_000.0]),
)
def test_circles_that_are_left_out_do_not_move_the_outline(
    seed: int, count: int, spread_m: float, widest_m: float
) -> None:
    random = np.random.default_rng(seed)
    x, y = random.uniform(-spread_m, spread_m, (2, count))
    radius = np.minimum(random.uniform(0, 3 * widest_m, count), widest_m)
    for hole_m2 in (0.0, 1e6):
        area = area_of(x, y, radius, cell_m=100, least_hole_m2=hole_m2)
        grid = Grid.around(x, y, float(radius.max()), 100)
        beyond = grid.beyond()
        stamp(beyond, *grid.cells(x, y), radius / 100)
        whole = shapely.union_all(grid.outline(beyond, hole_m2))
        assert area.normalize().equals_exact(
            shapely.MultiPolygon(shapely.get_parts(whole).tolist()).normalize(), 1e-6
        )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 300))
def test_of_points_that_are_one_the_earliest_stays(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.uniform(-30, 30, (2, count))
    ms = random.integers(0, 40, count).astype(float)
    kept = Points(x, y, ms).thinned(160.0)
    table = pd.DataFrame({"x": x, "y": y, "ms": ms})
    spots = [np.floor(table[axis] / 10) for axis in ("x", "y")]
    first = table.groupby(spots)["ms"].idxmin() if count else table.index
    expected = table.loc[np.sort(first)]
    found = pd.DataFrame({"x": kept.x, "y": kept.y, "ms": kept.ms})
    assert found.sort_values(["x", "y"]).to_numpy().tolist() == (
        expected.sort_values(["x", "y"]).to_numpy().tolist()
    )


@pytest.mark.parametrize("count", [0, 7, 100_000])
def test_degrees_become_metres_to_two_centimetres(count: int) -> None:
    lon, lat = np.random.default_rng(3).uniform((126.2, 33.1), (127.4, 34.3), (count, 2)).T
    exact = Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True).transform(lon, lat)
    found = in_metres(lon, lat)
    assert np.hypot(*np.subtract(found, exact)).max(initial=0) < 0.02
    # The lattice lies the same for any points.
    if count == 100_000:
        north = lat > 33.4
        some = in_metres(lon[north], lat[north])
        assert np.allclose(some[0], found[0][north], rtol=0, atol=1e-6)
