"""Small towns, written as files and read back: the pieces, bans and notes that come of them."""

from __future__ import annotations

import gzip
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_osm import Member, Tags, Town, grid, road

from clustergeo.errors import MissingFileError, OutputError, RoadError, UsageError
from clustergeo.networks import _osm, _osm_scan
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._osm import read_osm
from clustergeo.networks.parts import RoadParts
from clustergeo.networks.road import RoadNetwork

Arc = tuple[int, int, int]
Relation = tuple[list[Member], Tags]


def read(folder: Path, town: Town, *, service: bool = False) -> RoadParts:
    parts = read_osm(town.write_xml(folder / "town.osm"), service=service)
    parts.check()
    return parts


def arcs(parts: RoadParts) -> set[Arc]:
    """Return (from node, to node, way) of every direction that is open."""
    start, end = parts.node_id[parts.start], parts.node_id[parts.end]
    rows = [
        (*pair, way)
        for u, v, way, ahead, back in zip(
            start, end, parts.osmid, parts.forward, parts.backward, strict=True
        )
        for pair, is_open in (((u, v), ahead), ((v, u), back))
        if is_open
    ]
    return {(int(u), int(v), int(way)) for u, v, way in rows}


def bans(parts: RoadParts) -> set[tuple[Arc, Arc]]:
    """Return the banned successions as pairs of arcs."""

    def arc(piece: int, *, forward: bool) -> Arc:
        u, v = parts.node_id[parts.start[piece]], parts.node_id[parts.end[piece]]
        return (*(int(u), int(v))[:: 1 if forward else -1], int(parts.osmid[piece]))  # type: ignore[return-value]

    return {
        (arc(a, forward=fa), arc(b, forward=fb))
        for a, fa, b, fb in zip(
            parts.ban_from,
            parts.ban_from_forward,
            parts.ban_to,
            parts.ban_to_forward,
            strict=True,
        )
    }


def test_ways_are_cut_where_they_meet(tmp_path: Path) -> None:
    town = Town(grid(), ways={10: road(1, 2, 3), 20: road(2, 5, 8), 30: road(4, 5, 6)})
    parts = read(tmp_path, town)
    assert parts.node_id.tolist() == [1, 2, 3, 4, 5, 6, 8]
    assert {arc for arc in arcs(parts) if arc[0] < arc[1]} == {
        (1, 2, 10),
        (2, 3, 10),
        (2, 5, 20),
        (5, 8, 20),
        (4, 5, 30),
        (5, 6, 30),
    }
    assert parts.notes == ()


def test_a_bend_is_a_vertex_and_lengths_follow_it(tmp_path: Path) -> None:
    town = Town(grid(), ways={10: road(1, 2, 5, 8)})
    parts = read(tmp_path, town)
    assert parts.line_first.tolist() == [0, 4]
    lat, lon = np.array([town.nodes[node] for node in (1, 2, 5, 8)]).T
    assert parts.line_lon.tolist() == lon.round(7).tolist()
    assert parts.line_lat.tolist() == lat.round(7).tolist()
    steps = [float(crow_fly_m(lat[i], lon[i], lat[i + 1], lon[i + 1])) for i in range(3)]
    assert parts.length_m[0] == pytest.approx(sum(steps), abs=1e-3)


def test_names_numbers_lanes_and_tolls_are_kept(tmp_path: Path) -> None:
    tags = {"name": "한밭대로", "ref": "4", "lanes": "6", "toll": "yes", "maxspeed": "60"}
    ways = {7: road(1, 2), 9: ([2, 3], {"highway": "primary", **tags})}
    parts = read(tmp_path, Town(grid(), ways=ways))
    assert [parts.names[i] for i in parts.name] == ["", "한밭대로"]
    assert [parts.refs[i] for i in parts.ref] == ["", "4"]
    assert [parts.classes[i] for i in parts.highway] == ["residential", "primary"]
    assert (parts.lanes.tolist(), parts.toll.tolist()) == ([0, 6], [False, True])
    assert parts.forward_kph[1] == 60
    assert np.isnan(parts.forward_kph[0])


def test_loops_parallels_and_pieces_without_length_are_legal(tmp_path: Path) -> None:
    nodes = {**grid(), 20: (36.0, 127.0)}
    ways = {1: road(1, 2, 5, 4, 1), 2: road(1, 20), 3: road(2, 3), 4: road(2, 3), 5: road(3, 3, 6)}
    parts = read(tmp_path, Town(nodes, ways=ways))
    assert (1, 20, 2) in arcs(parts)
    assert parts.length_m[parts.osmid == 2].tolist() == [0.0]
    assert {(2, 3, 3), (2, 3, 4)} <= arcs(parts)
    assert (parts.osmid == 5).sum() == 1  # its repeated node is no loop
    alone = read(tmp_path, Town(grid(), ways={1: road(1, 2, 5, 1)}))
    assert arcs(alone) == {(1, 1, 1)}


def test_a_roundabout_runs_one_way(tmp_path: Path) -> None:
    ways = {1: road(1, 2, 5, 4, 1, junction="circular"), 2: road(5, 6), 3: road(7, 4)}
    found = arcs(read(tmp_path, Town(grid(), ways=ways)))
    assert {arc for arc in found if arc[2] == 1} == {(1, 5, 1), (5, 4, 1), (4, 1, 1)}


def test_what_is_no_road_leaves_no_trace(tmp_path: Path) -> None:
    ways = {
        1: road(1, 2, 3),
        2: ([2, 5], {"building": "yes"}),
        3: ([2, 5], {"waterway": "river"}),
        4: ([2, 5], {"highway": "construction"}),
        5: road(2, 5, area="yes"),
        6: ([2, 5], {"highway": "footway", "route": "hiking"}),
        7: ([2, 5], {"route": "bus"}),
        8: ([2, 5], {"highway": "service", "access": "private"}),
        9: road(2, 5, oneway="reversible"),
    }
    parts = read(tmp_path, Town(grid(), ways=ways))
    assert arcs(parts) == {(1, 3, 1), (3, 1, 1)}
    assert parts.notes == (
        "ways left out because they are areas: 1",
        "ways left out because they are service roads: 1",
        "ways left out because they change direction by the hour (oneway=reversible): 1",
    )


def test_private_roads_are_no_short_cut_and_service_roads_an_option(tmp_path: Path) -> None:
    ways = {
        1: road(1, 2, access="private"),
        2: road(1, 4, 5, 2),
        3: ([2, 3], {"highway": "service"}),
    }
    town = Town(grid(), ways=ways)
    assert {arc[2] for arc in arcs(read(tmp_path, town))} == {2}
    parts = read(tmp_path, town, service=True)
    assert {arc[2] for arc in arcs(parts)} == {2, 3}
    assert parts.notes == ("ways left out because they are private or closed to cars: 1",)


def test_odd_limits_and_rare_tags_are_counted_by_way(tmp_path: Path) -> None:
    ways = {
        1: road(1, 2, maxspeed="0"),
        2: road(2, 3, maxspeed="999"),
        3: road(3, 6, maxspeed="quick"),
        4: road(6, 9, access="destination"),
        5: ([9, 8], {"route": "ferry"}),
        6: road(8, 7, oneway="alternating"),
        7: road(7, 4, oneway="reversible"),
    }
    assert read(tmp_path, Town(grid(), ways=ways)).notes == (
        "ways left out because they change direction by the hour (oneway=reversible): 1",
        "ways with a speed limit of zero or less, removed: 1",
        "ways with a speed limit above 200 km/h, cut to 200: 1",
        "ways with a speed limit that cannot be read, removed: 1",
        "ways with traffic that takes turns (oneway=alternating), open both ways: 1",
        "ways with access for residents and visitors only, open, through traffic not barred: 1",
        "ways with a ferry without duration or limit, assumed to sail at 20 km/h: 1",
    )


def test_a_ferry_takes_its_duration_in_shares_of_its_pieces(tmp_path: Path) -> None:
    ways = {1: ([1, 2, 3], {"route": "ferry", "duration": "00:20"}), 2: road(2, 5)}
    parts = read(tmp_path, Town(grid(), ways=ways))
    ferry = parts.osmid == 1
    assert parts.seconds[ferry].tolist() == pytest.approx([600, 600], rel=1e-3)
    assert parts.seconds[ferry].sum() == pytest.approx(1200)
    assert np.isnan(parts.seconds[~ferry]).all()


def test_nobody_passes_a_bollard_but_both_sides_are_reached(tmp_path: Path) -> None:
    ways = {1: road(1, 2, 3), 2: road(3, 6, 5, 4)}
    town = Town(grid(), {2: {"barrier": "bollard"}, 6: {"barrier": "gate"}}, ways)
    parts = read(tmp_path, town)
    assert arcs(parts) == {(1, -1, 1), (-1, 1, 1), (2, 3, 1), (3, 2, 1), (3, 4, 2), (4, 3, 2)}
    assert (parts.lon[-1], parts.lat[-1]) == (parts.lon[1], parts.lat[1])
    assert parts.notes == ("nodes with a barrier that cars do not pass: 1",)


def test_a_barrier_where_roads_cross_parts_them_all(tmp_path: Path) -> None:
    ways = {1: road(4, 5, 6), 2: road(2, 5, 8)}
    town = Town(grid(), {5: {"barrier": "block"}, 1: {"barrier": "block"}}, ways)
    parts = read(tmp_path, town)
    assert sorted(parts.node_id.tolist()) == [-3, -2, -1, 2, 4, 5, 6, 8]
    assert len(arcs(parts)) == 8


def restriction(kind: str, source: int, via: int, target: int, **tags: str) -> Relation:
    members = [("way", source, "from"), ("node", via, "via"), ("way", target, "to")]
    return members, {"type": "restriction", "restriction": kind, **tags}


CROSS = {1: road(4, 5), 2: road(5, 6), 3: road(5, 2), 4: road(5, 8)}


def banned(folder: Path, *relations: Relation, ways: dict[int, Any] | None = None) -> RoadParts:
    town = Town(grid(), {}, ways or CROSS, dict(enumerate(relations, 1)))
    return read(folder, town)


@pytest.mark.parametrize("kind", ["no_left_turn", "no_straight_on", "no_entry", " No_Exit"])
def test_a_ban_forbids_one_turn(tmp_path: Path, kind: str) -> None:
    parts = banned(tmp_path, restriction(kind, 1, 5, 3))
    assert bans(parts) == {((4, 5, 1), (5, 2, 3))}
    assert parts.notes == ()


def test_only_forbids_every_other_exit(tmp_path: Path) -> None:
    parts = banned(tmp_path, restriction("only_straight_on", 1, 5, 2))
    assert bans(parts) == {((4, 5, 1), (5, to, way)) for to, way in ((2, 3), (8, 4), (4, 1))}
    both = banned(
        tmp_path,
        restriction("only_straight_on", 1, 5, 2),
        restriction("only_left_turn", 1, 5, 4),
    )
    assert bans(both) == {((4, 5, 1), (5, to, way)) for to, way in ((2, 3), (4, 1))}


def test_a_u_turn_is_banned_on_both_pieces_of_a_way(tmp_path: Path) -> None:
    ways = {1: road(4, 5, 6), 3: road(5, 2)}
    parts = banned(tmp_path, restriction("no_u_turn", 1, 5, 1), ways=ways)
    assert bans(parts) == {((4, 5, 1), (5, 4, 1)), ((6, 5, 1), (5, 6, 1))}
    end = banned(tmp_path, restriction("no_u_turn", 1, 5, 1))
    assert bans(end) == {((4, 5, 1), (5, 4, 1))}


def test_one_way_streets_settle_which_piece_is_meant(tmp_path: Path) -> None:
    ways = {1: road(4, 5, 6, oneway="yes"), 3: road(5, 2)}
    parts = banned(tmp_path, restriction("no_left_turn", 1, 5, 3), ways=ways)
    assert bans(parts) == {((4, 5, 1), (5, 2, 3))}
    ways = {1: road(4, 5, 6), 3: road(5, 2)}
    parts = banned(tmp_path, restriction("no_left_turn", 1, 5, 3), ways=ways)
    assert bans(parts) == set()
    assert parts.notes == (
        (
            "turn restrictions not modelled because they have a member that passes through the "
            "via node: 1"
        ),
    )


@pytest.mark.parametrize(
    ("relation", "why"),
    [
        (restriction("no_left_turn", 1, 5, 3, **{"except": "psv;motorcar"}), ""),
        (restriction("", 1, 5, 3, **{"restriction:hgv": "no_left_turn"}), "unknown"),
        (restriction("no_way_at_all", 1, 5, 3), "are of an unknown kind"),
        (restriction("no_left_turn", 1, 5, 3, hour_on="07:00"), "hold at certain times only"),
        (restriction("no_left_turn", 99, 5, 3), "have members that are no roads of this network"),
        (restriction("no_left_turn", 1, 99, 3), "have members that are no roads of this network"),
        (restriction("no_left_turn", 1, 6, 3), "have members that are no roads of this network"),
        (([("way", 1, "from"), ("way", 2, "via"), ("way", 3, "to")], "no_u_turn"), "go via a way"),
        (([("way", 1, "from"), ("node", 5, "via")], "no_u_turn"), "lack a member"),
    ],
    ids=str,
)
def test_what_is_not_modelled_is_counted(tmp_path: Path, relation: Any, why: str) -> None:
    members, tags = relation
    if isinstance(tags, str):
        tags = {"type": "restriction", "restriction": tags}
    if why == "unknown":
        tags = {k: v for k, v in tags.items() if k != "restriction"}
        why = ""
    parts = banned(tmp_path, (members, tags))
    assert bans(parts) == set()
    wanted = (f"turn restrictions not modelled because they {why}: 1",) if why else ()
    assert parts.notes == wanted


def test_conditional_restrictions_are_counted_and_those_for_cars_go_first(tmp_path: Path) -> None:
    members, _ = restriction("", 1, 5, 3)
    timed = (members, {"type": "restriction", "restriction:conditional": "no_u_turn @ (07:00)"})
    assert "hold at certain times only: 1" in banned(tmp_path, timed).notes[0]
    own = {
        "type": "restriction",
        "restriction:motorcar": "no_left_turn",
        "restriction": "no_exit?",
    }
    assert len(bans(banned(tmp_path, (members, own)))) == 1


def test_a_segment_to_a_missing_node_is_dropped_and_counted(tmp_path: Path) -> None:
    nodes = grid(15)
    ways = {row: road(*range(1 + row * 15, 16 + row * 15)) for row in range(15)}
    ways[99] = road(1, 2, 9_999, 3, 4)
    parts = read(tmp_path, Town(nodes, ways=ways))
    assert {arc for arc in arcs(parts) if arc[2] == 99} == {
        (1, 2, 99),
        (2, 1, 99),
        (3, 4, 99),
        (4, 3, 99),
    }
    assert parts.notes == ("way nodes missing in the file, their segments dropped: 1 of 230",)
    ways[98] = road(9_998, 5, 9_997)
    with pytest.raises(RoadError, match=r"3 of 233 way nodes missing \(1\.3 %\).*incomplete"):
        read(tmp_path, Town(nodes, ways=ways))


def test_a_way_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    text = Town(grid(), ways={1: road(1, 2)}).xml()
    way = text[text.index("<way") : text.index("</way>") + 6]
    path = tmp_path / "twice.osm"
    path.write_text(text.replace("</osm>", f"{way}</osm>"))
    parts = read_osm(path)
    assert parts.osmid.tolist() == [1]
    assert parts.notes == ("ways that the file holds again, read once: 1",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("<!doctype html><html>", "HTML"),
        ("n1 v1 x1 y1", "no OpenStreetMap file"),
        ("PK\x03\x04zip", "zip archive"),
        ("\x1a\x20tile", "vector tile"),
        ("<osm version='0.6'><node id='1'", "damaged .XML parsing error"),
        ("<osm version='0.6'></osm>", r"no ways \(0 nodes\)"),
        ("<osmChange version='0.6'></osmChange>", "history or change file"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><osm version='0.6'></osm>", "entities"),
        ("<osm version='0.6'><node id='1' lat='abc' lon='2'/></osm>", "wrong format"),
    ],
)
def test_what_is_no_map_is_refused_by_name(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "town.osm.pbf"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RoadError, match=why) as refusal:
        read_osm(path)
    assert refusal.value.faults[0].file == str(path)


def test_nodes_at_two_places_or_off_the_earth_are_refused(tmp_path: Path) -> None:
    town = Town(grid(), ways={1: road(1, 2)})
    path = tmp_path / "town.osm"
    path.write_text(town.xml().replace("<way", '<node id="1" lat="1" lon="1"/><way', 1))
    with pytest.raises(RoadError, match="node 1 lies at two places"):
        read_osm(path)
    path.write_text(town.xml().replace("<way", '<node id="1" lat="36" lon="127"/><way', 1))
    assert arcs(read_osm(path)) == {(1, 2, 1), (2, 1, 1)}
    town.nodes[2], town.nodes[9] = (99.0, 127.0), (99.0, 127.0)
    with pytest.raises(RoadError, match=r"node 2 is no place on earth \(99, 127\)"):
        read(tmp_path, town)
    town.nodes[2] = (36.0, 127.1)
    assert len(arcs(read(tmp_path, town))) == 2


def test_a_file_without_roads_says_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(RoadError, match=r"no roads for cars .no highways"):
        read(tmp_path, Town(grid(), ways={1: ([1, 2], {"building": "yes"})}))
    with pytest.raises(RoadError, match=r"no roads for cars .*private or closed to cars: 1"):
        read(tmp_path, Town(grid(), ways={1: road(1, 2, access="no")}))


def test_tags_that_are_not_text_are_refused(tmp_path: Path) -> None:
    path = Town(grid(), ways={1: road(1, 2, name="abcdef")}).write(tmp_path / "town.osm.pbf")
    raw = tmp_path / "raw.osm.pbf"
    writer = osmium.SimpleWriter(osmium.io.File(str(raw), "pbf,pbf_compression=none"))
    for entity in osmium.FileProcessor(str(path)):
        writer.add(entity)
    writer.close()
    raw.write_bytes(raw.read_bytes().replace(b"abcdef", b"ab\xff\xfeef"))
    with pytest.raises(RoadError, match="not UTF-8"):
        read_osm(raw)


def test_a_full_folder_for_temporary_files_is_no_fault_of_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        message = "Write failed: No space left on device"
        raise RuntimeError(message)

    monkeypatch.setattr(_osm, "scan", fail)
    with pytest.raises(OutputError, match="is full - make room, or set TMPDIR"):
        read(tmp_path, Town(grid(), ways={1: road(1, 2)}))


def test_an_interrupted_writer_of_lines_is_closed(tmp_path: Path) -> None:
    path = Town(grid(), ways={1: road(1, 2)}).write(tmp_path / "town.osm")
    lines = tmp_path / "ways.opl"

    def interrupted() -> None:
        with _osm_scan._opl(lines) as writer, osmium.io.Reader(str(path)) as reader:
            osmium.apply(reader, writer)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "w1 Thighway=residential Nn1,n2" in lines.read_text()


def test_a_missing_file_a_folder_and_an_unknown_mode(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        read_osm(tmp_path / "none.osm.pbf")
    with pytest.raises(MissingFileError, match="folder"):
        read_osm(tmp_path)
    with pytest.raises(UsageError, match="rocket"):
        read_osm(tmp_path, mode="rocket")


def many_blocks(path: Path) -> bytes:
    nodes = {i: (36.0 + i * 1e-4, 127.0) for i in range(1, 20_001)}
    return Town(nodes, ways={1: road(*range(1, 101))}).write(path).read_bytes()


def test_a_pbf_cut_anywhere_is_never_taken_for_whole(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    whole = many_blocks(path)
    read_osm(path)
    boundary = whole.rindex(b"OSMData") - 6
    for cut in (3, 10, 40, boundary - 1, boundary, boundary + 2, boundary + 8, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(RoadError):
            read_osm(path)
    path.write_bytes(whole[:boundary])
    with pytest.raises(RoadError, match=r"no ways .20,000 nodes"):
        read_osm(path)
    path.write_bytes(whole[: boundary + 2])
    with pytest.raises(RoadError, match=f"breaks off at byte {boundary:,}"):
        read_osm(path)
    path.write_bytes(whole[:-1])
    with pytest.raises(RoadError, match=f"block at byte {boundary:,} .1 bytes missing"):
        read_osm(path)
    path.write_bytes(whole[whole.index(b"OSMData") - 6 :])
    with pytest.raises(RoadError, match="header block is missing"):
        read_osm(path)


def test_a_flipped_bit_is_named_by_its_block(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    whole = bytearray(many_blocks(path))
    start = whole.index(b"OSMData") - 6
    whole[start + 120] ^= 0x10
    path.write_bytes(whole)
    with pytest.raises(RoadError, match=f"damaged .block at byte {start:,}"):
        read_osm(path)


def test_the_date_of_the_header_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "dated.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-01-02T03:04:05Z")
    writer = osmium.SimpleWriter(str(path), header=header)
    town = Town(grid(), ways={1: road(1, 2)}).write(tmp_path / "plain.osm")
    for entity in osmium.FileProcessor(str(town)):
        writer.add(entity)
    writer.close()
    parts = read_osm(path)
    assert (parts.date, parts.source) == ("2026-01-02T03:04:05Z", "dated.osm.pbf")


tags = st.fixed_dictionaries(
    {"highway": st.sampled_from(["residential", "primary", "motorway", "footway", "service"])},
    optional={
        "oneway": st.sampled_from(["yes", "-1", "no", "reversible"]),
        "maxspeed": st.sampled_from(["50", "30 mph", "none", "0"]),
        "name": st.sampled_from(["가", "나", "<b>&\"'"]),
        "access": st.sampled_from(["private", "yes"]),
    },
)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    node = st.integers(1, 9)
    lines = st.lists(node, min_size=2, max_size=6)
    ways = draw(
        st.dictionaries(st.integers(1, 99), st.tuples(lines, tags), min_size=1, max_size=6)
    )
    ways[100] = road(1, 2)
    ids = st.sampled_from(sorted(ways))
    kinds = st.sampled_from(["no_left_turn", "no_u_turn", "only_straight_on"])
    relations = draw(
        st.dictionaries(
            st.integers(1, 9), st.builds(restriction, kinds, ids, node, ids), max_size=3
        )
    )
    blocked = draw(st.sets(node, max_size=2))
    return Town(grid(), {node: {"barrier": "bollard"} for node in blocked}, ways, relations)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(towns())
def test_every_format_and_order_gives_the_same_parts(tmp_path: Path, town: Town) -> None:
    ordered = Town(
        town.nodes,
        town.node_tags,
        dict(sorted(town.ways.items())),
        dict(sorted(town.relations.items())),
    )
    xml = read(tmp_path, ordered)
    turned = town.write_xml(tmp_path / "turned.osm", backwards=True)
    zipped = tmp_path / "town.osm.gz"
    zipped.write_bytes(gzip.compress(ordered.xml().encode()))
    others = [
        turned,
        zipped,
        *(ordered.write(tmp_path / f"t.{kind}") for kind in ("osm.pbf", "osm.bz2")),
    ]
    for other in map(read_osm, others):
        for field in fields(RoadParts):
            if field.name != "source":
                ours, theirs = getattr(xml, field.name), getattr(other, field.name)
                assert (
                    np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f")
                    if isinstance(ours, np.ndarray)
                    else ours == theirs
                ), field.name


@settings(
    derandomize=True,
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(towns())
def test_pieces_are_the_ways_step_by_step(tmp_path: Path, town: Town) -> None:
    """Walks every way node by node, in plain Python, and compares what may be driven."""
    parts = read(tmp_path, town)
    at = {(round(lat, 7), round(lon, 7)): node for node, (lat, lon) in town.nodes.items()}
    steps = []
    for piece in range(parts.start.size):
        first, last = parts.line_first[piece : piece + 2]
        nodes = [
            at[round(lat, 7), round(lon, 7)]
            for lon, lat in zip(
                parts.line_lon[first:last], parts.line_lat[first:last], strict=True
            )
        ]
        way = int(parts.osmid[piece])
        for u, v in pairwise(nodes):
            steps += [(way, u, v)] if parts.forward[piece] else []
            steps += [(way, v, u)] if parts.backward[piece] else []
    wanted = []
    for way, (refs, given_tags) in town.ways.items():
        oneway = given_tags.get("oneway") or (
            "yes" if given_tags["highway"] == "motorway" else "no"
        )
        closed = given_tags.get("access") == "private" or oneway == "reversible"
        if closed or given_tags["highway"] in ("footway", "service"):
            continue
        for u, v in pairwise(refs):
            if u != v:
                wanted += [(way, u, v)] if oneway != "-1" else []
                wanted += [(way, v, u)] if oneway != "yes" else []
    assert sorted(steps) == sorted(wanted)
    assert RoadNetwork.from_parts(parts).length_m.sum() == pytest.approx(
        parts.length_m @ (parts.forward.astype(int) + parts.backward)
    )
