"""One link more at national size: edit, apply, and the drives of 16 x 16 places, beside the base.

Not collected by default; ``make bench`` runs it. ``CLUSTERGEO_BENCH_SIDE`` sets the side of the
grid: 570 (the default) gives 300 thousand nodes, 1256 the 1.46 million of a nation. The base has
its hierarchy at hand, as a saved network does, and was asked before.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import count
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from benchmarks.national import road_network

from clustergeo.networks import RoadNetwork
from clustergeo.networks.edits import Edit, edit_from
from clustergeo.networks.edits.roads import apply
from clustergeo.times import TravelTimes, car_route, car_times
from clustergeo.times.roads import trips as _trips
from clustergeo.times.roads.contracted import topology_of, turns_of
from clustergeo.times.roads.engine import Searches, engine_for
from clustergeo.times.roads.patched import Patched

SIDE = int(os.environ.get("CLUSTERGEO_BENCH_SIDE", "570"))
PLACES = 16
MOST_S = 1.0
JOINS = 8
BANS = 30_000


@pytest.fixture(scope="module", params=["free", "bans"])
def base(request: pytest.FixtureRequest) -> RoadNetwork:
    """Return the roads of a nation, without banned turns and with some."""
    made = road_network(SIDE)
    if request.param == "bans":
        random = np.random.default_rng(5)
        start = random.choice(made.tail.size, BANS, replace=False)
        end = made.first[made.head[start]]  # the first exit there is
        order = np.lexsort((end, start))
        made = replace(
            made,
            turn_from=start[order].astype(np.int32),
            turn_to=end[order].astype(np.int32),
            _made={},
        )
    topology_of(made, turns_of(made))
    return made


@pytest.fixture(scope="module")
def places(base: RoadNetwork) -> gpd.GeoDataFrame:
    nodes = np.random.default_rng(PLACES).choice(base.lon.size, PLACES, replace=False)
    at = gpd.points_from_xy(base.lon[nodes] + 0.0007, base.lat[nodes] + 0.0003)
    table = gpd.GeoDataFrame({"place_id": nodes.astype(str)}, geometry=at, crs="EPSG:4326")
    car_times(base, table, table)  # the times of the base, which every scenario is compared with
    return table


def link(base: RoadNetwork, number: int) -> Edit:
    """Return a new trunk road right across, joined to eight roads; another one each time."""
    west, east = base.lon.min(), base.lon.max()
    south, north = base.lat.min(), base.lat.max()
    share = np.linspace(0.2, 0.8, JOINS)
    lon = west + (east - west) * share
    lat = south + (north - south) * np.clip(share[::-1] + 0.01 * (number % 20), 0.02, 0.98)
    line = [[x, y] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    keys = {"line": line, "joins": [{"at": at} for at in line], "name": "New Road"}
    return edit_from({"kind": "new_road", "highway": "trunk", "speed_kph": 110.0, **keys})


EDITS: dict[str, list[dict[str, Any]]] = {
    "new link": [],
    "new link and a faster road": [{"kind": "road_speed", "factor": 1.2, "name": "Road 77"}],
    "new link and a closed road": [{"kind": "close_road", "name": "Road 77"}],
}


def expected(network: RoadNetwork, places: gpd.GeoDataFrame, origins: int = 2) -> TravelTimes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_trips, "engine_for", lambda roads, _: Searches(turns_of(roads)))
        return car_times(network, places.iloc[:origins], places)


@pytest.mark.parametrize("kind", EDITS)
def test_new_link(benchmark: Any, base: RoadNetwork, places: gpd.GeoDataFrame, kind: str) -> None:
    """Measure all of it: the edit resolved and made, places put on the roads, routes told."""
    benchmark.group = "one link more, 16 x 16"
    numbers = count()
    last: list[tuple[RoadNetwork, TravelTimes]] = []

    def from_the_file() -> None:
        edits = [link(base, next(numbers)), *map(edit_from, EDITS[kind])]
        network = apply(edits, base)
        last[:] = [(network, car_times(network, places, places))]

    benchmark.pedantic(from_the_file, rounds=5, warmup_rounds=1)
    network, times = last[0]
    assert isinstance(engine_for(network, PLACES), Patched)
    by_search = expected(network, places).table
    ours = times.table.iloc[: len(by_search)]
    assert ours.equals(by_search.reset_index(drop=True))
    if kind == "new link" and benchmark.stats:  # none where benchmarks are off
        assert benchmark.stats.stats.min <= MOST_S
    route = car_route(network, places.iloc[:1], places.iloc[1:2])
    rides = times.table.set_index(["from_id", "to_id"])["ride_min"]
    took = float(rides[places["place_id"].iloc[0], places["place_id"].iloc[1]])
    assert float(route["minutes"].sum()) == pytest.approx(took, abs=0.01)


@pytest.mark.parametrize("kind", ["base again", "hierarchy of its own", "searches"])
def test_beside_it(benchmark: Any, base: RoadNetwork, places: gpd.GeoDataFrame, kind: str) -> None:
    """Measure what the same costs on the base, and on the new roads without a patch."""
    benchmark.group = "one link more, 16 x 16"
    if kind == "base again":
        benchmark.pedantic(car_times, (base, places, places), rounds=3, warmup_rounds=1)
        return
    network = apply([link(base, 0)], base)
    network._made.pop("stem")
    if kind == "hierarchy of its own":
        benchmark.pedantic(lambda: topology_of(network, turns_of(network)), rounds=1)
        return
    benchmark.pedantic(expected, (network, places, PLACES), rounds=1)
