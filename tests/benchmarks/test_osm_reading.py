"""Reading a PBF beside a bare pass of pyosmium over the same file; and osmnx on a small one.

Not collected by default; run ``pytest tests/benchmarks/test_osm_reading.py --benchmark-enable``.
Two bare passes, both with node locations: one whose handler does nothing with a way, the least
that pyosmium can do, and one whose handler looks at the places of the nodes of each way, the least
that a reader in Python does. Peak memory is that of a fresh process, imports included.

Targets, from file to network: 2.5 times the idle pass at most, 400 MB, and 30 times faster than
osmnx. ``graph_from_xml`` with speeds and travel times took 154.6 s and 4.2 GB for the XML of the
large grid (one run, November 2026, 2 cores, osmnx 2.1.1); here it is timed on a small town only,
where what any call costs counts.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import osmnx as ox
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from clustergeo.networks._osm import read_osm
from clustergeo.networks.road import RoadNetwork

pytestmark = pytest.mark.benchmark(group="OpenStreetMap to roads", min_rounds=3)

SIDE = 548  # 300,304 junctions
SMALL = 60
SPACING = 0.002
CLASSES = ("residential",) * 6 + ("tertiary", "secondary", "primary", "unclassified")

MEMORY = """
import re, sys
from pathlib import Path
from clustergeo.networks._osm import read_osm
from clustergeo.networks.road import RoadNetwork
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
RoadNetwork.from_parts(read_osm(sys.argv[1]))
print(before, peak())
"""


def write_grid(path: Path, side: int, seed: int = 7) -> Path:
    """Write a town of side x side junctions: streets of 1 to 5 blocks, bent in 3 blocks of 5."""
    rng = np.random.default_rng(seed)
    writer = osmium.SimpleWriter(str(path))
    junction = np.arange(1, side * side + 1).reshape(side, side)
    jitter = rng.normal(0, 1e-4, (side, side, 2))

    def add(node: int, lon: float, lat: float) -> None:
        at = osmium.osm.Location(lon, lat)
        writer.add_node(osmium.osm.mutable.Node(id=node, location=at))

    for row in range(side):
        for column in range(side):
            shift = jitter[row, column]
            lon, lat = 127 + column * SPACING + shift[0], 36 + row * SPACING + shift[1]
            add(int(junction[row, column]), float(lon), float(lat))
    bend = side * side
    streets: list[list[int]] = []
    for across in (True, False):
        for line in range(side):
            nodes = junction[line] if across else junction[:, line]
            at = 0
            while at < side - 1:
                end = min(side - 1, at + int(rng.integers(1, 6)))
                street = [int(nodes[at])]
                for block in range(at + 1, end + 1):
                    if rng.random() < 0.6:
                        bend += 1
                        along, beside = (block - 0.5) * SPACING, line * SPACING + 2e-4
                        x, y = (along, beside) if across else (beside, along)
                        add(bend, 127 + x, 36 + y)
                        street.append(bend)
                    street.append(int(nodes[block]))
                streets.append(street)
                at = end
    for way, street in enumerate(streets, 1):
        tags = {"highway": CLASSES[rng.integers(len(CLASSES))]}
        more = (
            ("name", f"길 {rng.integers(5_000)}", 0.3),
            ("maxspeed", str(rng.choice([30, 50, 60, 80])), 0.3),
            ("oneway", "yes", 0.2),
            ("lanes", "2", 0.2),
            ("surface", "asphalt", 0.2),
        )
        tags |= {key: value for key, value, share in more if rng.random() < share}
        writer.add_way(osmium.osm.mutable.Way(id=way, nodes=street, tags=tags))
    writer.close()
    return path


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_grid(tmp_path_factory.mktemp("osm") / "grid.osm.pbf", SIDE)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_grid(tmp_path_factory.mktemp("osm") / "small.osm", SMALL)


class Idle(osmium.SimpleHandler):
    """Is handed every way and does nothing."""

    def way(self, _: osmium.osm.Way) -> None:
        return


class Looking(osmium.SimpleHandler):
    """Is handed every way and looks where its nodes are."""

    def way(self, way: osmium.osm.Way) -> None:
        for node in way.nodes:
            _ = node.ref, node.x, node.y


@pytest.mark.parametrize("handler", [Idle, Looking])
def test_bare_pass(
    benchmark: BenchmarkFixture, grid: Path, handler: type[osmium.SimpleHandler]
) -> None:
    benchmark(lambda: handler().apply_file(str(grid), locations=True, idx="flex_mem"))


def test_read_osm(benchmark: BenchmarkFixture, grid: Path) -> None:
    parts = benchmark(read_osm, grid)
    assert parts.node_id.size == SIDE * SIDE


def test_read_osm_to_network(benchmark: BenchmarkFixture, grid: Path) -> None:
    benchmark(lambda: RoadNetwork.from_parts(read_osm(grid)))


def test_read_osm_to_network_beside_an_idle_pass(grid: Path) -> None:
    """Taken in turns, so that both meet the same load of the machine."""
    runs: tuple[Callable[[], object], ...] = (
        lambda: Idle().apply_file(str(grid), locations=True, idx="flex_mem"),
        lambda: RoadNetwork.from_parts(read_osm(grid)),
    )
    seconds = np.empty((5, len(runs)))
    for row in seconds:
        for column, run in enumerate(runs):
            start = time.perf_counter()
            run()
            row[column] = time.perf_counter() - start
    idle, ours = np.median(seconds, axis=0)
    sys.stderr.write(f"\n{ours:.2f} s, {ours / idle:.2f} times an idle pass\n")
    assert ours <= 2.5 * idle


def test_read_osm_in_memory(grid: Path) -> None:
    run = [sys.executable, "-c", MEMORY, str(grid)]
    before, peak = map(
        float, subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    )
    sys.stderr.write(f"\npeak {peak:.0f} MB, of which imports {before:.0f} MB\n")
    assert peak <= 400


@pytest.mark.benchmark(group="a small town to roads")
def test_read_osm_small(benchmark: BenchmarkFixture, small: Path) -> None:
    benchmark(read_osm, small)


@pytest.mark.benchmark(group="a small town to roads")
def test_osmnx_small(benchmark: BenchmarkFixture, small: Path) -> None:
    benchmark(lambda: ox.add_edge_speeds(ox.graph_from_xml(small, retain_all=True)))
