"""Files of other projects, good and bad: refused with a reason or read, never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.errors import RoadError
from clustergeo.networks._osm import read_osm

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
BAD = SHARED / "bad_inputs"
pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here"),
    pytest.mark.no_cover,  # tracing would take longer than the tests
]

READ = {
    "osm_libosmium": {"data.osm"},
    "osm_osmnx": {"West-Oakland.osm.bz2", "planet_10.068,48.135_10.071,48.137.osm"},
    "osm_otp": {
        "NYC_small.osm.pbf",
        "accessno-at-end.pbf",
        "bridge_construction.osm.pbf",
        "ehningen-minimal.osm.pbf",
        "hackett_pr.osm.pbf",
        "herrenberg-island-prune-nothru.osm.pbf",
        "lund-station-sweden.osm.pbf",
        "skoyen.osm.pbf",
        "wendlingen-bahnhof.osm.pbf",
    },
    "osm_r5": {
        "cathedral-no-left.pbf",
        "delft-station.pbf",
        "fiji-ferry.pbf",
        "reisterstown-via-restriction.pbf",
        "snake-rd.pbf",
        "speedFlagsTest.pbf",
        "subgraph.pbf",
    },
    "osm_testdata/misc": {"64bit_ids.osm"},
    "generated/pbf": set(),
}

# In generated/osm these are refused and everything else is read.
REFUSED = {
    "bad_coord.osm": "wrong format for coordinate",
    "dup_node.osm": "node 0 lies at two places",
    "missing_node.osm": "1 of 2 way nodes missing",
    "oneway_reversible.osm": "change direction by the hour",
    "truncated.osm": "XML parsing error",
}

WHY = {
    "generated/pbf/empty.osm.pbf": "is empty",
    "generated/pbf/html_error_page.osm.pbf": "HTML",
    "generated/pbf/liechtenstein_bitflip.osm.pbf": "block at byte 999,855",
    "generated/pbf/liechtenstein_cut_at_block_boundary.osm.pbf": "no ways .184,000 nodes",
    "generated/pbf/liechtenstein_cut_in_len_prefix.osm.pbf": "breaks off at byte 999,855",
    "generated/pbf/liechtenstein_cut_mid_block.osm.pbf": "block at byte 999,855",
    "generated/pbf/liechtenstein_header_only.osm.pbf": "no ways .0 nodes",
    "generated/pbf/liechtenstein_nodes_only.osm.pbf": "no ways .24,000 nodes",
    "osm_r5/missing-nodes.pbf": r"1 of 5 way nodes missing \(20.0 %\)",
    "osm_otp/map.osm.pbf": "header block is missing",
    "osm_libosmium/deleted_nodes.osh.pbf": "history",
    "osm_libosmium/corrupt_data_bzip2.txt.bz2": "bzip2",
    "osm_testdata/xml/data/110-entity_declaration/data.osm": "entities are not supported",
    "osm_testdata/xml/data/121-truncated_gzip_file/data.osm.gz": "gzip",
    "osm_testdata/xml/data/300-change-file/data.osc": "change file",
}


def files(folder: str) -> list[str]:
    return sorted(p.name for p in (BAD / folder).iterdir() if p.is_file()) if BAD.is_dir() else []


@pytest.mark.parametrize(("folder", "name"), [(f, name) for f in READ for name in files(f)])
def test_each_file_is_read_or_refused_by_name(folder: str, name: str) -> None:
    path = BAD / folder / name
    if name in READ[folder]:
        read_osm(path).check()
        return
    with pytest.raises(RoadError) as refusal:
        read_osm(path)
    assert refusal.value.faults[0].file == str(path)


@pytest.mark.parametrize("name", files("generated/osm"))
def test_each_small_trap_is_read_or_refused_for_its_reason(name: str) -> None:
    path = BAD / "generated" / "osm" / name
    if name not in REFUSED:
        read_osm(path).check()
        return
    with pytest.raises(RoadError, match=REFUSED[name]):
        read_osm(path)


@pytest.mark.parametrize(("name", "why"), WHY.items())
def test_broken_files_say_where_they_break(name: str, why: str) -> None:
    with pytest.raises(RoadError, match=why):
        read_osm(BAD / name)


def test_no_file_of_the_xml_tests_passes_for_roads() -> None:
    for path in sorted((BAD / "osm_testdata" / "xml" / "data").glob("*/data.*")):
        with pytest.raises(RoadError):
            read_osm(path)


def test_restrictions_ferries_and_speeds_of_real_extracts() -> None:
    cathedral = read_osm(BAD / "osm_r5" / "cathedral-no-left.pbf")
    assert cathedral.ban_from.size == 130
    via_way = read_osm(BAD / "osm_r5" / "reisterstown-via-restriction.pbf").notes
    assert "turn restrictions not modelled because they go via a way: 1" in via_way
    fiji = read_osm(BAD / "osm_r5" / "fiji-ferry.pbf")
    # A piece over the antimeridian is as long as it is, not once around the earth.
    assert fiji.length_m.max() < 1_000_000
    ferry = read_osm(BAD / "generated" / "osm" / "ferry.osm")
    assert ferry.seconds[ferry.osmid == 2].tolist() == [1200.0]
