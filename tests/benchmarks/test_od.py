"""A matrix of 3,500 x 3,500 written to Parquet on a synthetic nation, by threads and by dask.

Not collected by default; ``make bench`` runs it. ``CLUSTERGEO_BENCH_OD_SIDE`` sets the side of
the grid: 570 (the default) gives 300 thousand nodes. Contracting the network stands outside the
clock, as it does for a network that was saved with its hierarchy.
"""

from __future__ import annotations

import itertools
import os
import re
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from benchmarks.national import road_network

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.od import load_od_matrix, write_od_matrix

SIDE = int(os.environ.get("CLUSTERGEO_BENCH_OD_SIDE", "570"))
MANY = int(os.environ.get("CLUSTERGEO_BENCH_PLACES", "3500"))


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return road_network(SIDE)


@pytest.fixture(scope="module")
def places(network: RoadNetwork) -> gpd.GeoDataFrame:
    nodes = np.random.default_rng(3).choice(network.node_id.size, MANY, replace=False)
    points = gpd.points_from_xy(network.lon[nodes] + 0.0004, network.lat[nodes] + 0.0003)
    ids = [f"place_{number}" for number in range(MANY)]
    return gpd.GeoDataFrame({"place_id": ids}, geometry=points, crs="EPSG:4326")


@pytest.mark.benchmark(group="matrix to Parquet")
@pytest.mark.parametrize("cluster", [None, "local:1", "local:2"], ids=str)
def test_matrix_to_parquet(
    benchmark: Any,
    network: RoadNetwork,
    places: gpd.GeoDataFrame,
    tmp_path: Path,
    cluster: str | None,
) -> None:
    if cluster:
        pytest.importorskip("distributed")
    write_od_matrix(network, places, places[:9], tmp_path / "warm")  # compiled and contracted
    folders = (tmp_path / str(number) for number in itertools.count())

    def write() -> Path:
        folder = next(folders)
        write_od_matrix(network, places, places, folder, cluster=cluster)
        return folder

    folder = benchmark.pedantic(write, rounds=3)
    size = sum(part.stat().st_size for part in folder.glob("part-*"))
    peak = int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("ascii"))[1])
    sys.stderr.write(
        f"\n{cluster}: {size / MANY**2:.2f} bytes a pair, peak {peak / 1024:.0f} MB\n"
    )
    pairs = load_od_matrix(folder, network)
    assert len(pairs) == MANY**2
    assert (pairs["status"] == "ok").mean() > 0.99
