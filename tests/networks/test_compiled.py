"""Networks from the cache are those that were read, and nothing else."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
import pytest
from toy_nodelink import cross, link_id, saved
from toy_osm import Town, grid, road

from clustergeo._cache import user_cache
from clustergeo.errors import MissingFileError, RoadError
from clustergeo.networks import RoadNetwork, _compiled, load_road_network

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLUSTERGEO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(_compiled, "DEAR_BYTES", 0)
    return tmp_path / "cache"


def osm(folder: Path) -> Path:
    ways = {1: road(1, 2, 3, maxspeed="50"), 2: road(3, 6, 5, oneway="yes"), 3: road(2, 5, 8)}
    return Town(grid(), ways=ways).write_xml(folder / "town.osm")


def graphml(folder: Path) -> Path:
    graph = ox.graph_from_xml(osm(folder), retain_all=True)
    ox.save_graphml(graph, folder / "town.graphml")
    return folder / "town.graphml"


def nodelink(folder: Path) -> Path:
    return saved(folder / "[2024-01-15]NODELINK", *cross())


def same(one: RoadNetwork, two: RoadNetwork) -> bool:
    pairs: list[tuple[Any, Any]] = [
        (getattr(one, f.name), getattr(two, f.name)) for f in fields(one) if f.name != "_made"
    ]
    return all(
        a.dtype == b.dtype and np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        for a, b in pairs
    ) and (one.nodes, one.edges) == (two.nodes, two.edges)


def told(graph: nx.MultiDiGraph[Any]) -> tuple[Any, ...]:
    return list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)), graph.graph


@pytest.mark.parametrize("make", [osm, graphml, nodelink])
def test_with_and_without_the_cache_the_network_is_the_same(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    source = make(tmp_path)
    plain = load_road_network(source, cache=False)
    assert user_cache().entries() == []
    cold, warm = load_road_network(source), load_road_network(source)
    assert not isinstance(cold.lon.base, np.memmap)
    assert isinstance(warm.lon.base, np.memmap)
    assert same(plain, cold)
    assert same(plain, warm)
    assert told(plain.graph) == told(warm.graph)
    with pytest.raises(ValueError, match="read-only"):
        warm.time_ms[0] = 1
    (entry,) = user_cache().entries()
    assert (entry.key["what"], entry.key["name"]) == ("road network", source.name)


@pytest.mark.parametrize(
    "name",
    ["good_feeds/liechtenstein.osm.pbf", "osm/seoul_songpa_2024.osm.gz"],
)
def test_real_networks_are_the_same_too(name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip("needs ../shared")
    plain = load_road_network(SHARED / name, cache=False)
    assert same(plain, load_road_network(SHARED / name))
    assert same(plain, load_road_network(SHARED / name))


def test_f6_the_content_counts_not_the_name_or_the_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = osm(tmp_path)
    before = load_road_network(source)
    times = source.stat()
    text = source.read_text("utf-8")
    source.write_text(text.replace('v="50"', 'v="60"'), "utf-8")
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = load_road_network(source)
    assert after.time_ms.sum() < before.time_ms.sum()
    assert "taken from the cache" not in caplog.text
    source.write_text(text, "utf-8")
    assert same(before, load_road_network(source))
    assert "taken from the cache" in caplog.text
    (tmp_path / "else").mkdir()
    moved = source.rename(tmp_path / "else" / source.name)
    assert same(before, load_road_network(moved))
    assert len(user_cache().entries()) == 2


def test_f6_the_name_is_told_so_another_name_is_another_network(tmp_path: Path) -> None:
    source = osm(tmp_path)
    one = load_road_network(source)
    two = load_road_network(source.rename(tmp_path / "city.osm"))
    assert (one.source, two.source) == ("town.osm", "city.osm")


def test_f6_rules_and_libraries_that_change_make_another_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = osm(tmp_path)
    load_road_network(source)
    monkeypatch.setattr(_compiled, "code_of", lambda *_: "other rules")
    load_road_network(source)
    monkeypatch.setattr(_compiled, "version", lambda: "9.9.9")
    load_road_network(source)
    assert len(user_cache().entries()) == 3


def test_f6_options_and_their_files_count(tmp_path: Path) -> None:
    source, speeds = nodelink(tmp_path), tmp_path / "speeds.csv"
    mean: list[float] = []
    for kph in (30, 45, 30):
        pd.DataFrame({"LINK_ID": [link_id(1, 2)], "speed_kph": [kph]}).to_csv(speeds, index=False)
        mean.append(float(load_road_network(source, speeds=speeds).speed_kph.min()))
    assert mean == [30.0, 45.0, 30.0]
    load_road_network(source)
    load_road_network(source, crs="EPSG:5186")
    assert len(user_cache().entries()) == 4


def test_f6_any_file_of_a_folder_counts_but_not_its_neighbours(tmp_path: Path) -> None:
    source = nodelink(tmp_path)
    load_road_network(source)
    (source / "readme.txt").write_text("downloaded on Monday")
    load_road_network(source)
    assert len(user_cache().entries()) == 1
    nodes, links = cross()
    links["MAX_SPD"] = 70.0
    saved(source, nodes, links)
    assert load_road_network(source).speed_kph.tolist() == [70.0] * 8
    assert len(user_cache().entries()) == 2


def test_f6_a_file_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source = osm(tmp_path)
    real = RoadNetwork.from_parts

    def slow(parts: Any) -> RoadNetwork:
        source.write_text(source.read_text("utf-8") + "\n", "utf-8")
        return real(parts)

    monkeypatch.setattr(RoadNetwork, "from_parts", slow)
    load_road_network(source)
    assert user_cache().entries() == []
    assert "has changed while it was read" in caplog.text


def test_ids_that_a_save_would_rename_are_not_kept() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node("a", x=127.0, y=36.0)
    graph.add_node("b", x=127.01, y=36.0)
    graph.add_edge("a", "b", key=3, osmid=7, highway="primary", length=900.0)
    assert not _compiled._survives(RoadNetwork.from_osmnx(graph))
    numbered = RoadNetwork.from_osmnx(nx.relabel_nodes(graph, {"a": 1, "b": 2}))
    assert numbered.edges == ((1, 2, 3),)
    assert not _compiled._survives(numbered)


def test_what_does_not_survive_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_compiled, "_survives", lambda _: False)
    source = graphml(tmp_path)
    assert same(load_road_network(source), load_road_network(source))
    assert user_cache().entries() == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_graph_of_a_file_that_is_another_by_now_is_refused(tmp_path: Path) -> None:
    source = graphml(tmp_path)
    load_road_network(source)
    warm = load_road_network(source)
    source.write_text(source.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(RoadError, match="has changed since the network was loaded - load it"):
        _ = warm.graph


def test_small_files_and_refused_ones_are_not_kept(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = osm(tmp_path)
    with pytest.raises(MissingFileError):
        load_road_network(source.with_name("none.osm"))
    source.with_name("bad.osm").write_text("<osm><way", "utf-8")
    with pytest.raises(RoadError):
        load_road_network(source.with_name("bad.osm"))
    assert not cached.exists() or not list(cached.iterdir())
    monkeypatch.setattr(_compiled, "DEAR_BYTES", 1_000_000)
    load_road_network(source)
    assert not cached.exists() or not list(cached.iterdir())


def test_off_keeps_nothing(tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERGEO_CACHE", "off")
    source = osm(tmp_path)
    assert same(load_road_network(source), load_road_network(source))
    assert not cached.exists()
