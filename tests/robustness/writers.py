"""Every writer of the package in small: two versions of what it writes, and how to read them back.

A new writer is one more line of :data:`WRITERS`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Literal
from unittest import mock

import geopandas as gpd
import numpy as np
import pandas as pd
from roads import parts_of
from toy_feed import FILES

from clustergeo._cache import Cache
from clustergeo._files import csv_bytes, write_bytes
from clustergeo.cli._roads import write_shapes
from clustergeo.exhibits import Exhibit
from clustergeo.networks import RoadNetwork, Timetable, load_timetable
from clustergeo.networks._feed_store import FEED_MANIFEST, verify_timetable
from clustergeo.networks._store import MANIFEST, verify_network
from clustergeo.study import _outputs
from clustergeo.times.hierarchy import build
from clustergeo.times.hierarchy import store as hierarchy_store

__all__ = ["SECOND", "WRITERS", "Writer", "kept", "writer_of"]

SECOND: Final = 2
ROOM: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One kind of output.

    Parameters
    ----------
    name
        What to call it.
    write
        Writes a version, 1 or 2, into a folder.
    check
        Reads what is there, whatever version, and raises if it is none.
    grain
        What is whole at any time: the ``folder``; what its ``manifest`` names; or every ``file``,
        the old ones beside the new.
    manifest
        Name of that file.
    may_lack
        Whether the manifest may be missing: what is there then counts for nothing.
    starts_empty
        Whether there is one version only, which is taken up where it was left.
    goes_on
        Whether a full disk is no error: it is only not kept.
    like
        Another writer that writes by the same way; few tries of that one do for both.
    """

    name: str
    write: Callable[[Path, int], object]
    check: Callable[[Path], object] = lambda _folder: None
    grain: Literal["folder", "manifest", "file"] = "folder"
    manifest: str = ""
    may_lack: bool = False
    starts_empty: bool = False
    goes_on: bool = False
    like: str = ""


def table(version: int) -> pd.DataFrame:
    rows = 400 * version
    return pd.DataFrame({"from_id": [f"p{n}" for n in range(rows)], "minutes": float(version)})


def shapes(version: int) -> gpd.GeoDataFrame:
    cells = table(version)
    points = gpd.points_from_xy(np.linspace(126, 128, len(cells)), np.full(len(cells), 36.0))
    return gpd.GeoDataFrame(cells, geometry=points, crs="EPSG:4326")


def exhibit(version: int, media_type: Any, start: bytes) -> Exhibit:
    return Exhibit(
        exhibit_id="page",
        title_ko="쪽",
        title_en="Page",
        caption="",
        media_type=media_type,
        content=start + str(version).encode() * 300_000,
    )


def an_exhibit(media_type: str, start: bytes) -> Callable[[Path, int], object]:
    """Return the writer of exhibits of a media type."""

    def write(folder: Path, version: int) -> None:
        made = exhibit(version, media_type, start)
        made.save(folder / made.file_name)

    return write


@functools.cache
def network(version: int) -> RoadNetwork:
    places = {n: (127.0 + n / 100, 36.0) for n in range(40)}
    kph = {"forward_kph": 30.0 * version}
    return RoadNetwork.from_parts(parts_of(places, [(n, n + 1, kph) for n in range(39)]))


@functools.cache
def timetable(version: int) -> Timetable:
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        for file, text in FILES.items():
            changed = text.replace("07:40:00", f"07:4{version}:00")
            (Path(name) / file).write_text(changed, encoding="utf-8")
        return load_timetable(Path(name))


@functools.cache
def topology(version: int) -> Any:
    size = 20 * version
    return build(
        np.arange(size + 1).clip(0, size), ((np.arange(size) + 1) % size).astype(np.int32)
    )


def hierarchy_whole(folder: Path) -> None:
    """Read a hierarchy, whichever it is of; none is right too."""
    if not (folder / hierarchy_store.STATEMENT).exists():
        return
    for version in (1, SECOND):
        made = topology(version)
        try:
            hierarchy_store.load(folder, made.first, made.head, verify=True)
        except ValueError as error:
            if "another network" not in str(error):
                raise
        else:
            return
    raise AssertionError


def cache_entry(folder: Path, version: int) -> None:
    def save(found: list[int], place: Path) -> None:
        place.mkdir()
        for name in ("a", "b"):
            write_bytes(place / f"{name}.json", json.dumps(found).encode())

    cache = Cache(folder / "cache", ROOM)
    found = cache.fetch(
        {"what": "numbers", "source": str(version)},
        make=lambda: [version] * 20_000,
        save=save,
        load=lambda place: json.loads((place / "a.json").read_bytes()),
    )
    assert found == [version] * 20_000
    cache.clear(unused_since_s=0.0)  # nothing is that old, but what killed writers left goes


def cache_whole(folder: Path) -> None:
    assert Cache(folder / "cache", ROOM).verify() == []


def study_outputs(folder: Path, version: int) -> None:
    """Write tables, exhibits and record of a study; the record in small."""
    page = exhibit(version, "text/html", b"<!doctype html>")
    results: Any = SimpleNamespace(
        tables={"times": table(version), "isolation": table(version)},
        exhibits={"index.html": page, "en/index.html": page},
    )
    small = {"version": version, "of": len(results.tables)}
    with mock.patch.object(_outputs, "_record", return_value=small):
        _outputs.write_outputs(results, folder)


@functools.cache
def od_world() -> Any:
    from times.test_od_matrix import RULES, world  # noqa: PLC0415 - brings the road engine

    roads, places = world(1)
    return roads, places, RULES


def od_parts(folder: Path, _version: int) -> None:
    from clustergeo.times.od import write_od_matrix  # noqa: PLC0415

    roads, places, rules = od_world()
    write_od_matrix(roads, places, places, folder, rules, part_rows=100)


def shaped(name: str) -> Callable[[Path, int], object]:
    """Return the writer of shapes to a file of a name."""
    return lambda folder, version: write_shapes(shapes(version), folder / name, layer="places")


HTML: Final = an_exhibit("text/html", b"<!doctype html>")
PNG: Final = an_exhibit("image/png", b"\x89PNG")
WRITERS: Final = (
    Writer(
        name="table.csv",
        write=lambda folder, v: write_bytes(folder / "t.csv", csv_bytes(table(v))),
    ),
    Writer(name="page.html", write=HTML, like="table.csv"),
    Writer(name="figure.png", write=PNG, like="table.csv"),
    Writer(
        name="places.gpkg",
        write=shaped("p.gpkg"),
        check=lambda folder: gpd.read_file(folder / "p.gpkg"),
    ),
    Writer(
        name="areas.parquet",
        write=shaped("p.parquet"),
        check=lambda folder: gpd.read_parquet(folder / "p.parquet"),
    ),
    Writer(name="areas.geojson", write=shaped("p.geojson"), like="table.csv"),
    Writer(name="study outputs", write=study_outputs, grain="file"),
    Writer(
        name="road network",
        write=lambda folder, v: network(v).save(folder),
        check=verify_network,
        grain="manifest",
        manifest=MANIFEST,
    ),
    Writer(
        name="timetable",
        write=lambda folder, v: timetable(v).save(folder),
        check=verify_timetable,
        grain="manifest",
        manifest=FEED_MANIFEST,
        like="road network",
    ),
    Writer(
        name="hierarchy",
        write=lambda folder, v: hierarchy_store.save(topology(v), folder),
        check=hierarchy_whole,
        grain="manifest",
        manifest=hierarchy_store.STATEMENT,
        may_lack=True,
    ),
    Writer(name="cache", write=cache_entry, check=cache_whole, goes_on=True),
    Writer(
        name="matrix parts",
        write=od_parts,
        grain="manifest",
        manifest="od_matrix.json",
        may_lack=True,
        starts_empty=True,
    ),
)


def kept() -> None:
    """Make what the writers write, so that their processes need not."""
    for version in (1, SECOND):
        network(version)
        timetable(version)
        topology(version)
    od_world()


def writer_of(name: str) -> Writer:
    """Return the writer of a name."""
    (found,) = (writer for writer in WRITERS if writer.name == name)
    return found
