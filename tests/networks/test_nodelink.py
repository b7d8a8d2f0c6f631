"""The standard node-link set: read whole, joined right, refused with every fault named."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from pyproj import CRS, Transformer
from shapely import LineString, MultiLineString, Point
from toy_nodelink import ORIGIN, cross, link_id, noted, place, row, saved, write

from clustergeo._shapefiles import Part
from clustergeo.errors import InputError, MissingFileError, RoadError, UsageError
from clustergeo.networks import _nodelink_files
from clustergeo.networks._nodelink import read_nodelink
from clustergeo.networks._nodelink_keys import rows_of
from clustergeo.networks.parts import MEASURED, PUBLISHED, RoadParts


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return saved(tmp_path / "set", *cross())


def zipped(folder: Path, archive: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for member in sorted(folder.iterdir()):
            out.write(member, prefix + member.name)
    return archive


def same(one: RoadParts, other: RoadParts) -> bool:
    """Whether two readings are alike to the byte, but for where they come from."""
    fields = (name for name in RoadParts.__dataclass_fields__ if name not in ("source", "date"))
    pairs = [(getattr(one, name), getattr(other, name)) for name in fields]
    return all(
        a.tobytes() == b.tobytes() if isinstance(a, np.ndarray) else a == b for a, b in pairs
    )


def turns(*rows: tuple[int, int, int, str]) -> pd.DataFrame:
    """Rows of TURNINFO: from arm, over the middle, to arm, type."""
    return pd.DataFrame(
        {
            "NODE_ID": [str(9_000_000_000 + node) for _, node, _, _ in rows],
            "ST_LINK": [str(link_id(arm, node)) for arm, node, _, _ in rows],
            "ED_LINK": [str(link_id(node, arm)) for _, node, arm, _ in rows],
            "TURN_TYPE": [kind for *_, kind in rows],
            "TURN_OPER": "0",
        }
    )


def bans(parts: RoadParts) -> set[tuple[int, int]]:
    return {
        (int(parts.osmid[i]) % 100, int(parts.osmid[j]) % 100)
        for i, j in zip(parts.ban_from, parts.ban_to, strict=True)
    }


def test_every_link_is_one_piece_driven_from_its_start_to_its_end(whole: Path) -> None:
    parts = read_nodelink(whole)
    parts.check()
    assert (parts.node_id.size, parts.start.size) == (5, 8)
    assert parts.forward.all()
    assert not parts.backward.any()
    at = row(parts, 1, 2)
    assert parts.node_id[[parts.start[at], parts.end[at]]].tolist() == [
        9_000_000_001,
        9_000_000_002,
    ]
    assert parts.length_m[at] == 1000.0
    assert parts.forward_kph[at] == 60.0
    assert parts.speed_evidence[at] == PUBLISHED
    assert parts.classes[parts.highway[at]] == "primary"
    assert parts.names[parts.name[at]] == "일반국도3호선"
    assert parts.refs[parts.ref[at]] == "3"
    assert parts.lanes[at] == 2
    assert noted(parts, "no TURNINFO")


def test_places_are_those_of_the_projection(whole: Path) -> None:
    parts = read_nodelink(whole)
    way = Transformer.from_crs(5186, 4326, always_xy=True)
    for node_id, lon, lat in zip(parts.node_id, parts.lon, parts.lat, strict=True):
        assert (lon, lat) == pytest.approx(way.transform(*place(int(node_id) % 100)), abs=1e-9)
    first = parts.line_first[row(parts, 1, 2)]
    assert parts.line_lon[first] == pytest.approx(parts.lon[parts.start[row(parts, 1, 2)]])


@pytest.mark.parametrize("code", [5179, 5174, 4326])
def test_other_coordinate_systems_lead_to_the_same_places(
    tmp_path: Path, whole: Path, code: int
) -> None:
    nodes, links = cross()
    moved = saved(tmp_path / "moved", nodes.to_crs(code), links.to_crs(code))
    for member in moved.glob("*.prj"):
        member.unlink()
    with pytest.raises(RoadError, match="states no coordinate system"):
        read_nodelink(moved)
    ours, theirs = read_nodelink(whole), read_nodelink(moved, crs=code)
    assert theirs.lon == pytest.approx(ours.lon, abs=1e-6)
    assert theirs.line_lat == pytest.approx(ours.line_lat, abs=1e-6)


def test_a_prj_in_the_words_of_another_program_is_understood(tmp_path: Path, whole: Path) -> None:
    nodes, links = cross()
    moved = saved(tmp_path / "moved", nodes.to_crs(5179), links.to_crs(5179))
    for member in moved.glob("*.prj"):
        member.write_text(CRS.from_epsg(5179).to_wkt("WKT1_ESRI"))
    assert read_nodelink(moved).lat == pytest.approx(read_nodelink(whole).lat, abs=1e-8)


def test_folder_zip_subfolder_prefix_and_case_read_alike(tmp_path: Path, whole: Path) -> None:
    (whole / "README.txt").write_text("not a table")
    parts = read_nodelink(whole)
    flat = zipped(whole, tmp_path / "flat.zip")
    deep = zipped(whole, tmp_path / "deep.zip", prefix="2024/[2024-01-15]")
    loud = tmp_path / "loud"
    loud.mkdir()
    for member in whole.iterdir():
        shutil.copy(member, loud / f"[2024-01-15]{member.stem.lower()}{member.suffix.upper()}")
    nested = tmp_path / "nested"
    shutil.copytree(whole, nested / "inner")
    for source in (flat, deep, loud, nested):
        assert same(read_nodelink(source), parts)
    assert read_nodelink(deep).date == read_nodelink(loud).date == "2024-01-15"
    assert parts.date == ""
    assert parts.source == "standard node-link set (set)"


def test_a_system_without_links_to_files_reads_copies(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = read_nodelink(whole)

    def refused(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "symlink_to", refused)
    assert same(read_nodelink(whole), parts)


def test_two_runs_give_the_same_bytes(whole: Path) -> None:
    one, other = read_nodelink(whole), read_nodelink(whole)
    assert one.line_lon.tobytes() == other.line_lon.tobytes()
    assert same(one, other)


def test_utf_8_text_and_text_without_a_code_page_are_read(tmp_path: Path) -> None:
    folder = saved(tmp_path / "set", *cross())
    (folder / "MOCT_LINK.cpg").unlink()
    assert "일반국도3호선" in read_nodelink(folder).names
    write(cross()[1], folder / "MOCT_LINK.shp", encoding="UTF-8")
    assert "일반국도3호선" in read_nodelink(folder).names


def test_text_in_an_unknown_encoding_is_refused(whole: Path) -> None:
    (whole / "MOCT_LINK.cpg").write_text("UTF-8")
    dbf = (whole / "MOCT_LINK.dbf").read_bytes()
    name = "일반국도3호선".encode("cp949")
    (whole / "MOCT_LINK.dbf").write_bytes(dbf.replace(name, b"\xff" * len(name)))
    with pytest.raises(RoadError, match="attributes are not utf-8 or cp949 text"):
        read_nodelink(whole)


@pytest.mark.parametrize(
    ("rank", "connect", "highway"),
    [
        ("101", "000", "motorway"),
        ("102", "000", "trunk"),
        ("103", "0", "primary"),
        ("104", "", "secondary"),
        ("105", None, "secondary"),
        ("106", "000", "secondary"),
        ("107", "000", "tertiary"),
        ("108", "000", "unclassified"),
        ("999", "000", "unclassified"),
        ("101", "1", "motorway_link"),
        ("103", "101", "motorway_link"),
        ("107", "1", "tertiary_link"),
        ("108", "1", "unclassified"),
    ],
)
def test_ranks_and_ramps_become_classes(
    tmp_path: Path, rank: str, connect: str | None, highway: str
) -> None:
    nodes, links = cross()
    links.loc[0, ["ROAD_RANK", "CONNECT"]] = [rank, connect]
    parts = read_nodelink(saved(tmp_path / "set", nodes, links))
    assert parts.classes[parts.highway[0]] == highway
    assert noted(parts, "1 links have an unknown ROAD_RANK") == (rank == "999")


def test_limits_of_zero_and_absurd_ones_count_as_none(tmp_path: Path) -> None:
    nodes, links = cross()
    links["MAX_SPD"] = [0.0, 999.0, -50.0, np.nan, 80.0, 60.0, 60.0, 200.0]
    parts = read_nodelink(saved(tmp_path / "set", nodes, links))
    assert np.isnan(parts.forward_kph).tolist() == [True] * 4 + [False] * 4
    assert parts.forward_kph[4:].tolist() == [80.0, 60.0, 60.0, 200.0]
    assert noted(parts, "4 links have no limit")


def test_numbers_written_as_text_and_ids_as_numbers_are_read(tmp_path: Path, whole: Path) -> None:
    nodes, links = cross()
    links["MAX_SPD"] = ["60", " 60.0", "6e1", "+60", "60.", "sixty", "", None]
    links["LANES"] = "2"
    links["ROAD_NO"] = 3
    links["LINK_ID"] = links["LINK_ID"].astype("int64")
    nodes["NODE_ID"] = nodes["NODE_ID"].astype("float64")
    links["F_NODE"] = links["F_NODE"].astype("float64")
    parts = read_nodelink(saved(tmp_path / "other", nodes, links))
    assert np.isnan(parts.forward_kph).tolist() == [False] * 5 + [True] * 3
    assert parts.refs == ("", "3")
    assert np.array_equal(parts.osmid, read_nodelink(whole).osmid)
    assert np.array_equal(parts.start, read_nodelink(whole).start)


def test_links_out_of_use_or_closed_to_cars_are_left_out_and_counted(tmp_path: Path) -> None:
    nodes, links = cross()
    links.loc[0, "ROAD_USE"] = "1"
    links.loc[1, "REST_VEH"] = "1"
    links.loc[2, "REST_VEH"] = "5"
    parts = read_nodelink(saved(tmp_path / "set", nodes, links))
    assert parts.osmid.size == 6
    assert noted(parts, "1 links are left out: not in use")
    assert noted(parts, "1 links are left out: closed to cars")
    assert noted(parts, "1 nodes are left out: no link meets them")
    parts.check()
    links["ROAD_USE"] = "1"
    with pytest.raises(RoadError, match="no link is left"):
        read_nodelink(saved(tmp_path / "none", nodes, links))


def test_a_length_that_is_not_stated_is_that_of_the_shape_or_measured(tmp_path: Path) -> None:
    nodes, links = cross()
    links["LENGTH"] = [0.0, -1.0, np.nan, *[1000.0] * 5]
    links["SHAPE_STLe"] = [1100.0, 0.0, np.nan, *[900.0] * 5]
    parts = read_nodelink(saved(tmp_path / "set", nodes, links))
    assert parts.length_m == pytest.approx([1100.0, 1000.0, 1000.0, *[1000.0] * 5])
    assert noted(parts, "2 links without a length are measured")
    only = read_nodelink(saved(tmp_path / "only", nodes, links.drop(columns="LENGTH")))
    assert only.length_m[3] == 900.0
    bare = links.drop(columns=["LENGTH", "SHAPE_STLe"])
    assert read_nodelink(saved(tmp_path / "bare", nodes, bare)).length_m == pytest.approx(1000.0)


def test_lengths_in_kilometres_are_refused(tmp_path: Path) -> None:
    nodes, links = cross()
    links["LENGTH"] = 1.0
    with pytest.raises(RoadError, match="LENGTH: is not in metres"):
        read_nodelink(saved(tmp_path / "set", nodes, links))


def test_a_link_of_no_length_takes_no_time_and_is_counted(tmp_path: Path) -> None:
    nodes, links = cross()
    twin = nodes.iloc[[0]].assign(NODE_ID="9000000009")
    short = links.iloc[[0]].assign(LINK_ID="3000000099", T_NODE="9000000009", LENGTH=0.0)
    short.geometry = [LineString([place(1), place(1)])]
    parts = read_nodelink(
        saved(tmp_path / "set", pd.concat([nodes, twin]), pd.concat([links, short]))
    )
    parts.check()
    assert parts.length_m[-1] == 0.0
    assert noted(parts, "1 links have no length at all")


def test_lines_are_drawn_turned_strung_together_and_rid_of_repeats(tmp_path: Path) -> None:
    nodes, links = cross()
    lines = list(links.geometry)
    west, middle = place(1), place(2)
    half = ((west[0] + middle[0]) / 2, west[1])
    lines[0] = MultiLineString([[west, half], [half, half, middle]])
    lines[1] = lines[1].reverse()
    lines[2] = None
    parts = read_nodelink(saved(tmp_path / "set", nodes, links.set_geometry(lines, crs=5186)))
    parts.check()
    assert np.diff(parts.line_first).tolist() == [3, *[2] * 7]
    starts, ends = parts.line_first[:-1], parts.line_first[1:] - 1
    assert parts.line_lon[starts] == pytest.approx(parts.lon[parts.start], abs=1e-9)
    assert parts.line_lat[ends] == pytest.approx(parts.lat[parts.end], abs=1e-9)
    assert noted(parts, "1 links without a line are drawn straight")
    assert noted(parts, "1 links drawn from end to start are turned round")


def test_road_numbers_of_multilink_are_joined(tmp_path: Path) -> None:
    shared = pd.DataFrame(
        {
            "LINK_ID": [str(link_id(1, 2))] * 3 + ["3999999999"],
            "ROAD_NO": ["38", "3", "-", "7"],
        }
    )
    nodes, links = cross()
    links.loc[1, "ROAD_NO"] = "-"
    parts = read_nodelink(saved(tmp_path / "set", nodes, links, MULTILINK=shared))
    assert [parts.refs[i] for i in parts.ref[:3]] == ["3;38", "", "3"]
    assert parts.refs[0] == ""
    assert noted(parts, "1 road numbers of MULTILINK belong to no link")
    none = read_nodelink(saved(tmp_path / "none", nodes, links, MULTILINK=shared.iloc[3:]))
    assert none.refs == ("", "3")


def test_banned_turns_are_banned_and_permitted_ones_are_not(tmp_path: Path) -> None:
    kinds = ["002", "003", "101", "102", "103"]
    for kind in kinds:
        table = turns((1, 2, 4, kind), (3, 2, 5, "001"), (4, 2, 3, "012"), (5, 2, 1, "777"))
        parts = read_nodelink(saved(tmp_path / kind, *cross(), TURNINFO=table))
        parts.check()
        listed = {(a, b) for a, b in bans(parts) if a // 10 != b % 10}
        assert listed == {(12, 24)}
        assert noted(parts, "1 banned turns of TURNINFO")
        assert noted(parts, "1 turns of TURNINFO are of an unknown type")


def test_turning_back_near_a_banned_turn_is_banned_unless_it_is_listed(tmp_path: Path) -> None:
    table = turns((1, 2, 4, "101"), (3, 2, 3, "011"))
    parts = read_nodelink(saved(tmp_path / "set", *cross(), TURNINFO=table))
    back = {(a, b) for a, b in bans(parts) if a // 10 == b % 10}
    # At the middle, but for the listed one; at the tips there is nothing else to do.
    assert back == {(12, 21), (42, 24), (52, 25)}
    free = read_nodelink(saved(tmp_path / "free", *cross(), TURNINFO=turns((3, 2, 3, "011"))))
    assert not bans(free)


def test_turning_back_far_from_any_banned_turn_is_left_alone(tmp_path: Path) -> None:
    # A chain 0 - 1 - 2 - 3 - 4 - 5 with a side road at 0, where a turn is banned.
    places = [(100.0 * i, 0.0) for i in range(6)] + [(0.0, 100.0), (-100.0, 0.0)]
    pairs = [(i, i + 1) for i in range(5)] + [(0, 6), (0, 7)]
    ways = [way for pair in pairs for way in (pair, pair[::-1])]
    nodes = gpd.GeoDataFrame(
        {"NODE_ID": [str(i) for i in range(8)]},
        geometry=[Point(x + ORIGIN[0], y + ORIGIN[1]) for x, y in places],
        crs="EPSG:5186",
    )
    at = nodes.geometry
    links = gpd.GeoDataFrame(
        {
            "LINK_ID": [str(10 * a + b) for a, b in ways],
            "F_NODE": [str(a) for a, _ in ways],
            "T_NODE": [str(b) for _, b in ways],
            "ROAD_RANK": "107",
            "MAX_SPD": 50,
            "LENGTH": 100.0,
        },
        geometry=[LineString([at[a], at[b]]) for a, b in ways],
        crs="EPSG:5186",
    )
    table = pd.DataFrame(
        {"NODE_ID": ["0"], "ST_LINK": ["70"], "ED_LINK": ["6"], "TURN_TYPE": ["101"]}
    )
    parts = read_nodelink(saved(tmp_path / "set", nodes, links, TURNINFO=table))
    back_at = {
        int(parts.node_id[parts.end[i]])
        for i, j in zip(parts.ban_from, parts.ban_to, strict=True)
        if parts.start[i] == parts.end[j]
    }
    assert back_at == {0, 1, 2}


def test_bans_of_links_that_do_not_meet_and_bans_by_the_hour_are_counted(tmp_path: Path) -> None:
    table = turns((1, 2, 4, "101"), (1, 2, 3, "102"))
    table.loc[0, "ED_LINK"] = str(link_id(3, 2))
    table.loc[1, "TURN_OPER"] = "1"
    parts = read_nodelink(saved(tmp_path / "set", *cross(), TURNINFO=table))
    assert (12, 23) in bans(parts)
    assert noted(parts, "1 banned turns hold at stated hours only")
    assert noted(parts, "1 banned turns are left out: their links do not meet")
    table["ST_LINK"] = "3999999999"
    assert not bans(read_nodelink(saved(tmp_path / "no", *cross(), TURNINFO=table)))


def test_observed_speeds_go_before_limits_and_count_on_both_sides(
    tmp_path: Path, whole: Path
) -> None:
    speeds = tmp_path / "speeds.csv"
    rows = [(link_id(1, 2), "31.5"), (link_id(2, 1), "0"), (link_id(3, 2), ""), (7, "50")]
    speeds.write_text("링크ID,평균속도\n" + "".join(f"{a},{b}\n" for a, b in rows), "cp949")
    parts = read_nodelink(whole, speeds=speeds)
    assert parts.forward_kph[row(parts, 1, 2)] == 31.5
    assert parts.forward_kph[row(parts, 2, 1)] == 60.0
    assert np.count_nonzero(parts.speed_evidence == MEASURED) == 1
    assert noted(parts, "1 of 8 links have an observed speed")
    assert noted(parts, "1 of 4 observed speeds belong to no link")
    assert noted(parts, "2 rows of observed speeds are blank or 0")
    speeds.write_text(f"LINK_ID,speed_kph\n{link_id(1, 2)},31.5\n")
    assert not noted(read_nodelink(whole, speeds=speeds), "blank or 0")


def test_observed_speeds_of_no_link_at_all_are_refused(tmp_path: Path, whole: Path) -> None:
    speeds = tmp_path / "speeds.csv"
    speeds.write_text("LINK_ID,speed_kph\n7,50\nA8,60\n")
    with pytest.raises(RoadError, match=r"0 of 2 LINK_IDs .* \(here 7, A8; there 3000000012"):
        read_nodelink(whole, speeds=speeds)
    speeds.write_text("LINK_ID,speed_kph\n3000000012,500\n3000000012,fast\n")
    with pytest.raises(RoadError) as caught:
        read_nodelink(whole, speeds=speeds)
    assert len(caught.value.faults) >= 2
    with pytest.raises(MissingFileError, match="no such file"):
        read_nodelink(whole, speeds=tmp_path / "none.csv")


def test_ghost_nodes_lose_a_few_links_or_refuse_the_set(tmp_path: Path) -> None:
    nodes, links = cross()
    links.loc[[0, 3], "F_NODE"] = "9999999999"
    with pytest.raises(RoadError, match=r"F_NODE, T_NODE: 2 of 8 links name nodes .* 3000000012"):
        read_nodelink(saved(tmp_path / "set", nodes, links))
    more = [links.assign(LINK_ID=[str(i * 100 + k) for k in range(8)]) for i in range(1, 60)]
    many = pd.concat([links.assign(F_NODE=cross()[1]["F_NODE"]), *more])
    many.iloc[8:, 1] = np.tile(cross()[1]["F_NODE"], 59)
    many.iloc[-1, 1] = "9999999999"
    parts = read_nodelink(saved(tmp_path / "many", nodes, many))
    assert parts.start.size == 479
    assert noted(parts, "1 links are left out: their nodes are not in MOCT_NODE")


def test_repeated_and_broken_ids_are_refused_with_their_row(tmp_path: Path) -> None:
    nodes, links = cross()
    links.loc[3, "LINK_ID"] = str(link_id(2, 1))
    with pytest.raises(RoadError, match=r"MOCT_LINK.shp:4, LINK_ID: stands more than once"):
        read_nodelink(saved(tmp_path / "a", nodes, links))
    links.loc[3, "LINK_ID"] = "L7"
    with pytest.raises(RoadError, match=r"MOCT_LINK.shp:4, LINK_ID: is no id \(L7; 1 in all"):
        read_nodelink(saved(tmp_path / "b", nodes, links))
    links.loc[3, "LINK_ID"] = None
    with pytest.raises(RoadError, match=r"is no id \(None"):
        read_nodelink(saved(tmp_path / "c", nodes, links))
    nodes.loc[4, "NODE_ID"] = "9000000001"
    with pytest.raises(RoadError, match=r"MOCT_NODE.shp:5, NODE_ID: stands more than once"):
        read_nodelink(saved(tmp_path / "d", nodes, cross()[1]))
    half = cross()[0].assign(NODE_ID=[1.5, 2, 3, 4, 5])
    with pytest.raises(RoadError, match=r"NODE_ID: is no id \(1.5"):
        read_nodelink(saved(tmp_path / "e", half, cross()[1]))


def test_nodes_and_links_in_two_places_are_refused(tmp_path: Path) -> None:
    nodes, links = cross()
    moved = links.set_geometry(links.translate(5000))
    with pytest.raises(RoadError, match="8 of 8 links end more than 100 m from their nodes"):
        read_nodelink(saved(tmp_path / "set", nodes, moved))


def test_coordinates_in_another_system_than_stated_are_refused(
    tmp_path: Path, whole: Path
) -> None:
    nodes, links = cross()
    with pytest.raises(RoadError, match="point outside the area"):
        read_nodelink(whole, crs=5179)
    with pytest.raises(RoadError, match="point outside the area"):
        read_nodelink(whole, crs=4326)
    degrees = saved(tmp_path / "degrees", nodes.to_crs(4326), links.to_crs(4326))
    with pytest.raises(RoadError, match="are degrees, not"):
        read_nodelink(degrees, crs=5186)
    swapped = nodes.to_crs(4326)
    swapped.geometry = gpd.points_from_xy(swapped.geometry.y, swapped.geometry.x)
    with pytest.raises(RoadError, match="looks swapped: export x before y"):
        read_nodelink(saved(tmp_path / "swapped", swapped, links.to_crs(4326)))
    with pytest.raises(UsageError, match="unknown coordinate system"):
        read_nodelink(whole, crs="Korea")


def test_what_is_missing_is_named_all_at_once(tmp_path: Path, whole: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        read_nodelink(tmp_path / "nowhere.zip")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(RoadError) as caught:
        read_nodelink(empty)
    assert [fault.what for fault in caught.value.faults] == [
        "MOCT_NODE is missing (found: nothing)",
        "MOCT_LINK is missing (found: nothing)",
    ]
    for suffix in ("shx", "dbf"):
        part = whole / f"MOCT_LINK.{suffix}"
        content = part.read_bytes()
        part.unlink()
        with pytest.raises(InputError, match=f"has no .{suffix} beside it"):
            read_nodelink(whole)
        part.write_bytes(content)
    (whole / "MOCT_LINK.shp").unlink()
    with pytest.raises(RoadError, match=r"has no \.shp beside it"):
        read_nodelink(whole)


def test_columns_that_are_missing_are_named_all_at_once(tmp_path: Path) -> None:
    nodes, links = cross()
    with pytest.raises(RoadError) as caught:
        read_nodelink(saved(tmp_path / "set", nodes, links.drop(columns=["F_NODE", "MAX_SPD"])))
    assert [fault.field for fault in caught.value.faults] == ["F_NODE", "MAX_SPD"]


def test_two_editions_in_one_place_are_refused(whole: Path) -> None:
    for member in list(whole.glob("MOCT_LINK.*")):
        shutil.copy(member, whole / f"[2020-01-01]{member.name}")
    with pytest.raises(RoadError, match="holds MOCT_LINK 2 times"):
        read_nodelink(whole)


@pytest.mark.parametrize("suffix", ["shp", "shx", "dbf"])
def test_cut_parts_are_refused_wherever_they_are_cut(whole: Path, suffix: str) -> None:
    part = whole / f"MOCT_LINK.{suffix}"
    content = part.read_bytes()
    for size in (0, 1, 50, len(content) // 2, len(content) - 2):
        part.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"MOCT_LINK\.shp: "):
            read_nodelink(whole)


def test_a_cut_turn_table_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path / "set", *cross(), TURNINFO=turns((1, 2, 4, "101")))
    part = folder / "TURNINFO.dbf"
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"TURNINFO\.dbf: its \.dbf is cut short"):
        read_nodelink(folder)


def test_other_shapes_and_empty_tables_are_refused(tmp_path: Path) -> None:
    nodes, links = cross()
    with pytest.raises(RoadError, match="holds Point shapes, not LineString"):
        read_nodelink(saved(tmp_path / "a", nodes, links.set_geometry(links.centroid)))
    with pytest.raises(RoadError, match="has no rows"):
        read_nodelink(saved(tmp_path / "b", nodes, links.iloc[:0]))
    bare = nodes.set_geometry([None, *nodes.geometry[1:]], crs=5186)
    with pytest.raises(RoadError, match=r"MOCT_NODE.shp:1: node without a point \(1 in all"):
        read_nodelink(saved(tmp_path / "c", bare, links))


def test_damaged_records_are_refused_in_our_words(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "bad\n record"
        raise RuntimeError(message)

    monkeypatch.setattr(pyogrio, "read_arrow", broken)
    with pytest.raises(RoadError, match=r"GDAL cannot read it \(bad record\)"):
        read_nodelink(whole)


def test_a_part_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Part.of_path(tmp_path)


def test_hostile_and_damaged_archives_are_refused(tmp_path: Path, whole: Path) -> None:
    archive = zipped(whole, tmp_path / "set.zip")
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(RoadError, match="is not a sound zip archive"):
        read_nodelink(archive)
    flipped = bytearray(content)
    flipped[80] ^= 0xFF
    archive.write_bytes(bytes(flipped))
    with pytest.raises(InputError):
        read_nodelink(archive)
    archive.write_bytes(content)
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr("../MOCT_LINK.shp", b"x")
        link = zipfile.ZipInfo("TURNINFO.dbf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")
    with pytest.raises(RoadError) as caught:
        read_nodelink(archive)
    assert len(caught.value.faults) == 2


def test_an_empty_turn_table_bans_nothing_and_a_stray_part_is_no_table(tmp_path: Path) -> None:
    folder = saved(tmp_path / "set", *cross(), TURNINFO=turns((1, 2, 4, "101")).iloc[:0])
    (folder / "MULTILINK.cpg").write_text("949")
    (folder / "MOCT_LINK.sbn").write_bytes(b"an index nobody needs")
    parts = read_nodelink(folder)
    assert not bans(parts)
    assert not noted(parts, "TURNINFO")


def test_nothing_is_found_among_no_ids() -> None:
    assert rows_of(np.array([7]), np.array([], dtype=np.int64)).tolist() == [-1]


def test_dates_are_those_of_names_only() -> None:
    assert _nodelink_files.stated_date(["20240115_NODE.zip"]) == "2024-01-15"
    assert _nodelink_files.stated_date(["1234567890", "2024-13-01"]) == ""
