"""A region of the user's own: two towns, a capital, one road, one train; its study file."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_feed import write_feed

from clustergeo.cli import main

__all__ = ["content", "edited", "write_region"]

# Two towns and a capital on one line of latitude; a road of 60 km/h joins them.
CLUSTERS = (
    "place_id,name_en,name_ko,lon,lat\nwest,West,서쪽,127.0,36.0\nmid,Mid,가운데,127.1,36.0\n"
)
ANCHORS = "place_id,name_en,category,lon,lat\ncentral_station,Central,capital,127.2,36.0\n"
NODES = "node_id,lon,lat\na,127.0,36.0\nb,127.1,36.0\nc,127.2,36.0\n"
LINKS = (
    "link_id,from_node,to_node,oneway,highway,length_m,maxspeed_kph,source_kind,shape\n"
    "ab,a,b,0,primary,9000,60,published,\nbc,b,c,0,primary,9000,60,assumed,\n"
)


def write_region(tmp_path: Path) -> Path:
    """Write a study of another region to the working folder, from the template; its file."""
    with pytest.raises(SystemExit) as stopped:
        main(["new", "mine"])
    assert not stopped.value.code
    (tmp_path / "clusters.csv").write_text(CLUSTERS, encoding="utf-8")
    (tmp_path / "anchors.csv").write_text(ANCHORS, encoding="utf-8")
    (tmp_path / "roads").mkdir()
    (tmp_path / "roads" / "nodes.csv").write_text(NODES, encoding="utf-8")
    (tmp_path / "roads" / "links.csv").write_text(LINKS, encoding="utf-8")
    write_feed(tmp_path / "gtfs")
    drawn = '"location", "desire_lines", "mode_ratio", # figures'
    edited(tmp_path / "mine.toml", drawn, "# figures")
    rest = '"isochrone_panels", "time_space", "anatomy", "departures", "method",'
    return edited(tmp_path / "mine.toml", rest, "")  # drawn in test_all_outputs.py


def edited(region: Path, old: str, new: str) -> Path:
    text = region.read_text(encoding="utf-8")
    assert old in text
    region.write_text(text.replace(old, new), encoding="utf-8")
    return region


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
