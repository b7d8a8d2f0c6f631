"""GraphML as osmnx saves it, and files that only look like it."""

from __future__ import annotations

import re
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from toy_osm import Town, grid, road

from clustergeo.errors import MissingFileError, RoadError
from clustergeo.networks._graphml import read_graphml
from clustergeo.networks._osm import read_osm
from clustergeo.networks.road import RoadNetwork

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "bad_inputs"


def saved(folder: Path, **change: object) -> Path:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=127.0, y=36.0)
    graph.add_node(2, x=127.01, y=36.0)
    tags = {"osmid": 7, "highway": "primary", "length": 900.0, "maxspeed": "60", "oneway": False}
    for u, v in ((1, 2), (2, 1)):
        graph.add_edge(u, v, **{k: v for k, v in {**tags, **change}.items() if v is not None})
    path = folder / "town.graphml"
    ox.save_graphml(graph, path)
    return path


def test_what_osmnx_saves_is_read(tmp_path: Path) -> None:
    network = read_graphml(saved(tmp_path))
    assert network.time_ms.tolist() == [54_000, 54_000]
    assert network.osmid.tolist() == [7, 7]


def test_the_same_town_from_xml_and_from_graphml(tmp_path: Path) -> None:
    ways = {1: road(1, 2, 3, maxspeed="50"), 2: road(3, 6, 5, oneway="yes"), 3: road(2, 5, 8)}
    path = Town(grid(), ways=ways).write_xml(tmp_path / "town.osm")
    xml = RoadNetwork.from_parts(read_osm(path))
    graph = ox.graph_from_xml(path, retain_all=True)
    ox.save_graphml(graph, tmp_path / "town.graphml")
    other = read_graphml(tmp_path / "town.graphml")

    def arcs(network: RoadNetwork) -> list[tuple[int, int, int]]:
        nodes = np.asarray(network.node_id)
        return sorted(
            zip(
                nodes[network.tail].tolist(),
                nodes[network.head].tolist(),
                np.round(network.length_m).astype(int).tolist(),
                strict=True,
            )
        )

    # osmnx joins ways at nodes of degree two; here node 3 is the only one.
    joined = {(u, v) for u, v, _ in arcs(other)}
    assert sum(metres for *_, metres in arcs(xml)) == pytest.approx(
        sum(metres for *_, metres in arcs(other)), abs=3
    )
    assert joined <= {(u, v) for u in (1, 2, 3, 5, 8) for v in (1, 2, 3, 5, 8)}


def test_a_graph_without_a_crs_is_in_degrees_if_it_can_be(tmp_path: Path) -> None:
    path = saved(tmp_path)
    text = path.read_text()
    found = re.search(r'<data key="\w+">epsg:4326</data>', text, re.IGNORECASE)
    assert found
    crs = found.group()
    path.write_text(text.replace(crs, ""))
    assert read_graphml(path).lon.tolist() == [127.0, 127.01]
    path.write_text(text.replace(crs, "").replace("127.0", "1127.0"))
    with pytest.raises(RoadError, match="states no coordinate system"):
        read_graphml(path)


def test_refusals_name_the_file_and_what_is_wrong(tmp_path: Path) -> None:
    path = saved(tmp_path, length=None)
    with pytest.raises(RoadError, match=r"length: edge .* is no length") as refusal:
        read_graphml(path)
    assert {fault.file for fault in refusal.value.faults} == {str(path)}
    whole = saved(tmp_path).read_bytes()
    for content, why in (
        (whole[:-200], "no GraphML of osmnx"),
        (b"<graphml></graphml>", "no GraphML of osmnx"),
        (b"", "is empty"),
        (b"<!DOCTYPE html>", "HTML"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>" + whole, "entities .byte 21"),
        (whole.decode().encode("utf-16"), "not UTF-8"),
        (whole.replace(b"primary", b"prim\x00ry"), "NUL"),
        (whole.replace(b'id="1"', b'id="n1"'), "no GraphML of osmnx .*n1"),
    ):
        path.write_bytes(content)
        with pytest.raises(RoadError, match=why):
            read_graphml(path)
    with pytest.raises(MissingFileError):
        read_graphml(tmp_path / "none.graphml")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize(
    "name", ["billion_laughs", "external_entity", "no_length", "text_osmid", "truncated"]
)
def test_each_bad_graphml_is_refused(name: str) -> None:
    with pytest.raises(RoadError, match=name):
        read_graphml(SHARED / "generated" / "graphml" / f"{name}.graphml")
