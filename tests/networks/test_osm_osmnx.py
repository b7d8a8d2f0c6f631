"""Real extracts by this reader and by ``osmnx.graph_from_xml``: the same roads, save its errors.

The comparison is of the ways that this reader takes for roads; on them the extracts show no
difference. What ``graph_from_xml`` is known to do otherwise, which the small files of the other
tests pin for this reader only: it applies no filter (buildings, rivers, footways, private roads,
and areas become roads), runs ``motorway`` and ``junction=circular`` both ways unless tagged, takes
``oneway=reversible`` for two-way, and models no barriers, ferry durations or turn restrictions.
"""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from clustergeo.networks._osm import read_osm
from clustergeo.networks.parts import RoadParts

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "osm"
pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="the extracts are not here"),
    pytest.mark.no_cover,  # tracing would take longer than the tests
]

Point = tuple[float, float]


def steps(parts: RoadParts) -> set[tuple[Point, Point, int]]:
    found = set()
    for piece in range(parts.start.size):
        first, last = parts.line_first[piece : piece + 2]
        line = list(zip(parts.line_lon[first:last], parts.line_lat[first:last], strict=True))
        for u, v in pairwise(line):
            way = int(parts.osmid[piece])
            found |= {(u, v, way)} if parts.forward[piece] else set()
            found |= {(v, u, way)} if parts.backward[piece] else set()
    return found


def metres(parts: RoadParts, sources: np.ndarray) -> np.ndarray:
    arcs: dict[tuple[int, int], float] = {}
    for u, v, length, ahead, back in zip(
        parts.start, parts.end, parts.length_m, parts.forward, parts.backward, strict=True
    ):
        for pair in ([(u, v)] if ahead else []) + ([(v, u)] if back else []):
            arcs[pair] = min(length, arcs.get(pair, np.inf))
    rows, columns = np.array(list(arcs)).T
    size = parts.node_id.size
    matrix = coo_array((list(arcs.values()), (rows, columns)), shape=(size, size)).tocsr()
    found: np.ndarray = dijkstra(matrix, indices=sources)
    return found


@pytest.mark.parametrize("name", ["seoul_dongjak_2024", "seoul_songpa_2024"])
def test_osmnx_finds_the_same_roads_and_distances(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.osm"
    path.write_bytes(gzip.decompress((SHARED / f"{name}.osm.gz").read_bytes()))
    parts = read_osm(path)
    graph: Any = ox.graph_from_xml(path, simplify=False, retain_all=True)
    at = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    ours = steps(parts)
    kept = set(parts.osmid.tolist())
    theirs = {
        (at[u], at[v], data["osmid"])
        for u, v, data in graph.edges(data=True)
        if data["osmid"] in kept and u != v
    }
    # On the ways that both take for roads every step and direction is the same.
    assert ours == theirs
    graph.remove_edges_from(
        [(u, v, k) for u, v, k, osmid in graph.edges(keys=True, data="osmid") if osmid not in kept]
    )
    sources = np.random.default_rng(5).choice(parts.node_id.size, 12, replace=False)
    for source, row in zip(sources, metres(parts, sources), strict=True):
        found = nx.single_source_dijkstra_path_length(
            graph, int(parts.node_id[source]), weight="length"
        )
        wanted = [found.get(int(node), np.inf) for node in parts.node_id]
        np.testing.assert_allclose(row, wanted, rtol=1e-9)


def test_the_large_extracts_are_read_whole() -> None:
    primary = read_osm(SHARED / "osm_chungcheong_primary_union.osm.gz")
    # Two of its 6,940 ways have a single node.
    assert np.unique(primary.osmid).size == 6_938
    assert primary.notes == ("ways without two neighbouring nodes, left out: 2",)
    directed = primary.length_m @ (primary.forward.astype(int) + primary.backward)
    assert primary.length_m.sum() == pytest.approx(3_203e3, rel=0.01)
    assert directed == pytest.approx(4_440e3, rel=0.01)
    motorway = read_osm(SHARED / "osm_motorway_nolanes_union.osm.gz")
    assert motorway.length_m.sum() == pytest.approx(2_838e3, rel=0.01)
    assert not (motorway.forward & motorway.backward).all()
