"""A matrix of 3,500 x 3,500 written to Parquet on a synthetic nation, by threads and by dask.

Not collected by default; ``make bench`` runs it. ``CLUSTERGEO_BENCH_SIDE`` sets the side of the
grid: 570 (the default) gives 300 thousand nodes. Contracting the network stands outside the clock,
as it does for a network that was saved with its hierarchy.
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
from benchmarks.national import national

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.od.matrix import load_od_matrix, write_od_matrix

SIDE = int(os.environ.get("CLUSTERGEO_BENCH_SIDE", "570"))
MANY = int(os.environ.get("CLUSTERGEO_BENCH_PLACES", "3500"))

_DEGREES = 0.00153  # about the 170 metres between lines of the grid


def national_network(side: int) -> RoadNetwork:
    """Return the synthetic nation as a road network of straight links."""
    first, head, time_ms, place = national(side)
    nodes, edges = first.size - 1, head.size
    tail = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(first))
    lon, lat = 127.0 + place[:, 0] * _DEGREES, 33.0 + place[:, 1] * _DEGREES
    order = np.lexsort((tail, head))  # edges by the key of their opposite
    key, opposite = tail * np.int64(nodes) + head, (head * np.int64(nodes) + tail)[order]
    at = np.minimum(np.searchsorted(opposite, key), edges - 1)
    twin = np.where(opposite[at] == key, order[at], -1).astype(np.int32)
    line = np.where(twin >= 0, np.minimum(twin, np.arange(edges)), np.arange(edges))
    ends = np.stack([tail, head], axis=1).ravel()
    zeros = np.zeros(edges, np.int32)
    return RoadNetwork(
        node_id=np.arange(nodes, dtype=np.int64),
        lon=lon.astype(float),
        lat=lat.astype(float),
        tail=tail,
        head=head,
        first=first,
        time_ms=time_ms,
        length_m=time_ms / 60.0,
        speed_kph=np.full(edges, 60.0, np.float32),
        speed_evidence=np.zeros(edges, np.uint8),
        highway=np.zeros(edges, np.uint8),
        classes=("primary",),
        name=zeros,
        names=("",),
        ref=zeros,
        refs=("",),
        osmid=np.arange(edges, dtype=np.int64),
        lanes=np.zeros(edges, np.uint8),
        toll=np.zeros(edges, bool),
        twin=twin,
        line=line.astype(np.int32),
        backward=line != np.arange(edges),
        line_first=2 * np.arange(edges + 1),
        line_lon=lon[ends].astype(float),
        line_lat=lat[ends].astype(float),
        turn_from=np.empty(0, np.int32),
        turn_to=np.empty(0, np.int32),
        source="synthetic",
        date="",
        notes=(),
    )


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return national_network(SIDE)


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
