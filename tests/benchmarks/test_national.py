"""The hierarchy at national size beside RoutingKit, on the same roads and in the same run.

Not collected by default; ``make bench`` runs it. ``CLUSTERGEO_BENCH_SIDE`` sets the side of the
grid: 570 (the default) gives 300 thousand nodes, 1256 the 1.46 million of a nation. Peers that
are not installed (extra ``bench``) are skipped. routingkit_cch is handed the order found here, so
that it differs in nothing but the engine; pyroutingkit makes its own, as it always does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import geopandas as gpd
import numpy as np
import pytest
from benchmarks.national import national, road_network
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from clustergeo.networks import RoadNetwork
from clustergeo.times import car_times
from clustergeo.times.hierarchy import Ends, build, customise, matrix, one_to_all
from clustergeo.times.hierarchy.metric import Metric
from clustergeo.times.hierarchy.topology import Topology
from clustergeo.times.roads import trips as _trips
from clustergeo.times.roads.contracted import metric_of, turns_of
from clustergeo.times.roads.engine import Engine as AnyEngine
from clustergeo.times.roads.engine import Hierarchy, Searches, engine_for

SIDE = int(os.environ.get("CLUSTERGEO_BENCH_SIDE", "570"))
SIZES = (100, 1_000, 3_500)
MANY = 3_500
FEW = 16

MEMORY = """
import re, sys
from pathlib import Path
import numpy as np
from clustergeo.times.hierarchy import Ends, build, customise, matrix, one_to_all
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
roads = np.load(sys.argv[1])
first, head, ms, ends = (roads[name] for name in ("first", "head", "ms", "ends"))
metric = customise(build(first, head), ms)
matrix(metric, Ends.at(ends), Ends.at(ends))
for _ in one_to_all(metric, Ends.at(ends[:128])):
    pass
print(peak())
"""


class Roads(NamedTuple):
    first: NDArray[np.int64]
    head: NDArray[np.int32]
    ms: NDArray[np.int32]
    place: NDArray[np.float32]

    @property
    def tail(self) -> NDArray[np.int32]:
        return np.repeat(np.arange(self.first.size - 1, dtype=np.int32), np.diff(self.first))

    def ends(self, count: int, seed: int) -> NDArray[np.int32]:
        nodes = np.random.default_rng(seed).choice(self.first.size - 1, count, replace=False)
        return nodes.astype(np.int32)


class Engine(Protocol):
    """What is measured of an engine; its contraction is behind it."""

    def reweigh(self, ms: NDArray[np.int32], *, few: bool = False) -> None: ...
    def matrix(self, origins: NDArray[np.int32], targets: NDArray[np.int32]) -> Any: ...


class Ours:
    def __init__(self, _: Roads, topology: Topology) -> None:
        self.topology = topology

    def reweigh(self, ms: NDArray[np.int32], *, few: bool = False) -> None:
        self.metric = customise(self.topology, ms, perfect=not few)

    def matrix(self, origins: NDArray[np.int32], targets: NDArray[np.int32]) -> Any:
        return matrix(self.metric, Ends.at(origins), Ends.at(targets))


class RoutingKitCch:
    def __init__(self, roads: Roads, topology: Topology) -> None:
        self.peer = pytest.importorskip("routingkit_cch")
        order = topology.node.tolist()
        self.cch = self.peer.CCH(order, roads.tail.tolist(), roads.head.tolist(), False)  # noqa: FBT003

    def reweigh(self, ms: NDArray[np.int32], *, few: bool = False) -> None:
        del few  # it knows one way
        self.metric = self.peer.CCHMetric(self.cch, ms.tolist())

    def matrix(self, origins: NDArray[np.int32], targets: NDArray[np.int32]) -> Any:
        search = self.peer.CCHOneToMany(self.metric, targets.tolist())
        return [search.distances_from(origin) for origin in origins.tolist()]


class PyRoutingKit:
    def __init__(self, roads: Roads, _: Topology) -> None:
        self.cch = pytest.importorskip("pyroutingkit").CCH()
        ends = roads.tail.astype(np.uint32), roads.head.astype(np.uint32)
        lat, lon = (np.ascontiguousarray(roads.place[:, axis] / 600) for axis in (1, 0))
        self.cch.build_topology(*ends, lat, lon, node_count=roads.first.size - 1)

    def reweigh(self, ms: NDArray[np.int32], *, few: bool = False) -> None:
        del few  # it knows one way
        self.cch.customize_weights(ms.astype(np.uint32))

    def matrix(self, origins: NDArray[np.int32], targets: NDArray[np.int32]) -> Any:
        return self.cch.distances_many_to_many(
            origins.astype(np.uint32), targets.astype(np.uint32)
        )


@pytest.fixture(scope="module")
def roads() -> Roads:
    return Roads(*national(SIDE))


@pytest.fixture(scope="module")
def topology(roads: Roads) -> Topology:
    small = Roads(*national(20))
    warm = customise(build(small.first, small.head), small.ms)
    customise(warm.topology, small.ms, perfect=False)
    matrix(warm, Ends.at(small.ends(9, 1)), Ends.at(small.ends(9, 2)))  # compiled before the clock
    list(one_to_all(warm, Ends.at(small.ends(9, 1))))
    return build(roads.first, roads.head)


@pytest.fixture(scope="module")
def metric(topology: Topology, roads: Roads) -> Metric:
    return customise(topology, roads.ms)


@pytest.fixture(
    scope="module", params=[Ours, RoutingKitCch, PyRoutingKit], ids=["ours", "cch", "py"]
)
def engine(request: pytest.FixtureRequest, roads: Roads, topology: Topology) -> Engine:
    made: Engine = request.param(roads, topology)
    made.reweigh(roads.ms)
    return made


def expected(roads: Roads, origins: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the rows of the origins by scipy: doubles hold whole milliseconds exactly."""
    count = roads.first.size - 1
    graph = csr_array((roads.ms.astype(float), roads.head, roads.first), (count, count))
    times: NDArray[np.int64] = np.rint(dijkstra(graph, indices=origins)).astype(np.int64)
    return times


@pytest.mark.benchmark(group="build")
def test_build(benchmark: Any, roads: Roads, topology: Topology) -> None:
    again = benchmark.pedantic(build, (roads.first, roads.head), rounds=1)
    assert (again.rank == topology.rank).all()


@pytest.mark.benchmark(group="customise")
@pytest.mark.parametrize("perfect", [False, True])
def test_customise(
    benchmark: Any,
    roads: Roads,
    topology: Topology,
    perfect: bool,  # noqa: FBT001 - drawn
) -> None:
    benchmark.pedantic(
        customise, (topology, roads.ms), {"perfect": perfect}, rounds=3, warmup_rounds=1
    )


@pytest.mark.benchmark(group="16 x 16 after new weights")
def test_few_after_new_weights(benchmark: Any, roads: Roads, engine: Engine) -> None:
    ends = roads.ends(FEW, 3)

    def renew() -> Any:
        engine.reweigh(roads.ms * 2, few=True)
        return engine.matrix(ends, ends)

    times = np.array(benchmark.pedantic(renew, rounds=3, warmup_rounds=1))
    engine.reweigh(roads.ms)
    assert (times == 2 * expected(roads, ends)[:, ends]).all()


@pytest.mark.parametrize("size", SIZES)
def test_matrix(benchmark: Any, roads: Roads, engine: Engine, size: int) -> None:
    benchmark.group = f"{size:,} x {size:,}"
    origins, targets = roads.ends(size, 3), roads.ends(size, 4)
    rounds = 3 if size < MANY or isinstance(engine, Ours) else 1
    times = benchmark.pedantic(engine.matrix, (origins, targets), rounds=rounds)
    rows = slice(0, size, size // 5)
    assert (np.array(times)[rows] == expected(roads, origins[rows])[:, targets]).all()


@pytest.mark.benchmark(group="origins twice as many")
@pytest.mark.parametrize("count", [MANY // 2, MANY])
def test_twice_as_many_origins(benchmark: Any, roads: Roads, metric: Metric, count: int) -> None:
    origins, targets = Ends.at(roads.ends(count, 3)), Ends.at(roads.ends(MANY, 4))
    benchmark.pedantic(matrix, (metric, origins, targets), rounds=3)


@pytest.mark.benchmark(group="3,500 x all, streamed")
def test_many_to_all(benchmark: Any, roads: Roads, metric: Metric) -> None:
    origins = roads.ends(MANY, 3)
    kept = {}

    def stream() -> None:
        for rows, times in one_to_all(metric, Ends.at(origins)):
            if rows.start % 800 == 0:
                kept[rows.start] = times[0]

    benchmark.pedantic(stream, rounds=1)
    rows = list(kept)
    assert (np.array(list(kept.values())) == expected(roads, origins[rows])).all()


@pytest.fixture(scope="module")
def network(topology: Topology) -> RoadNetwork:
    """Return the roads as a network that has its hierarchy at hand, as a saved one does."""
    made = road_network(SIDE)
    made._made["topology"] = topology
    return made


def searched(network: RoadNetwork, _: int) -> AnyEngine:
    return Searches(turns_of(network))


def swept(network: RoadNetwork, origins: int) -> AnyEngine:
    graph = turns_of(network)
    return Hierarchy(graph, metric_of(network, graph, origins))


@pytest.mark.parametrize("places", [16, 200])
@pytest.mark.parametrize("engine", [searched, swept, engine_for], ids=lambda made: made.__name__)
def test_car_times(
    benchmark: Any,
    monkeypatch: pytest.MonkeyPatch,
    network: RoadNetwork,
    engine: Any,
    places: int,
) -> None:
    """Measure all of it: places put on the roads, times put on the hierarchy, routes told."""
    benchmark.group = f"car_times of {places} places"
    nodes = np.random.default_rng(places).choice(network.lon.size, places, replace=False)
    at = gpd.points_from_xy(network.lon[nodes] + 0.0007, network.lat[nodes] + 0.0003)
    table = gpd.GeoDataFrame({"place_id": nodes.astype(str)}, geometry=at, crs="EPSG:4326")
    monkeypatch.setattr(_trips, "engine_for", engine)

    def from_nothing() -> Any:
        network._made.pop("metric", None)
        return car_times(network, table, table)

    times = benchmark.pedantic(from_nothing, rounds=3, warmup_rounds=1)
    assert set(times.table["status"]) <= {"ok", "same_place"}


def test_peak_memory(roads: Roads, tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    np.savez(path, first=roads.first, head=roads.head, ms=roads.ms, ends=roads.ends(MANY, 3))
    run = [sys.executable, "-c", MEMORY, str(path)]
    peak = float(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    sys.stderr.write(f"\n{roads.first.size - 1:,} nodes: peak {peak:.0f} MB\n")
    assert peak <= 2_048
