"""Small inputs of every kind to be damaged, and what each comes to when it is read."""

from __future__ import annotations

import atexit
import dataclasses
import functools
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
from robustness import writers
from toy_feed import FILES, write_feed
from toy_nodelink import cross, saved
from toy_osm import Town, grid, road

from clustergeo.claims import load_claims
from clustergeo.networks import load_road_network, load_timetable
from clustergeo.networks._feed_store import verify_timetable
from clustergeo.networks._store import verify_network
from clustergeo.networks.edits import load_scenario
from clustergeo.places import load_places
from clustergeo.settings import data_path
from clustergeo.study import load_study

__all__ = ["SUBJECTS", "Subject", "subject_of"]

PLACES: Final = (
    "place_id,name_en,lon,lat\n"
    'seoul,Seoul,126.9707,37.5547\nosong,"Osong, station",127.3275,36.6203\n'
    "daejeon,Daejeon,127.4342,36.3323\n"
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kind of input.

    Parameters
    ----------
    name
        What to call it.
    make
        Writes it whole into a folder, and returns what is to be read.
    load
        Reads it; equal texts are equal inputs.
    file
        The file to be damaged, below what is to be read; blank for itself.
    sealed
        Whether it carries checksums: then no byte can change unseen.
    closed
        Whether its form has an end: then none can be cut off unseen.
    binary
        Whether it may hold NUL bytes; text never does.
    """

    name: str
    make: Callable[[Path], Path]
    load: Callable[[Path], str]
    file: str = ""
    sealed: bool = False
    closed: bool = False
    binary: bool = False


def told(value: Any) -> str:
    """Return a text that is equal for equal things, whatever they are made of."""
    if isinstance(value, gpd.GeoDataFrame):
        value = pd.DataFrame(value.drop(columns="geometry")).assign(at=value.geometry.to_wkt())
    if isinstance(value, pd.DataFrame):
        return str(value.to_csv(index=False))
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    if dataclasses.is_dataclass(value):
        fields = (f.name for f in dataclasses.fields(value) if f.name not in UNTOLD)
        return "\n".join(f"{name}={told(getattr(value, name))}" for name in fields)
    if isinstance(value, tuple):
        return "\n".join(map(told, value))
    return repr(value)


UNTOLD: Final = {"_made", "source", "notes", "date", "feeds", "file", "lines"}


def text(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def town() -> Town:
    ways = {1: road(1, 2, 3, maxspeed="50"), 2: road(3, 6, 9, oneway="yes"), 3: road(2, 5, 8)}
    return Town(grid(), ways=ways)


def graphml(folder: Path) -> Path:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
    for node in (1, 2):
        graph.add_node(node, x=127 + node / 100, y=36.0)
    for u, v in ((1, 2), (2, 1)):
        graph.add_edge(u, v, osmid=7, highway="primary", length=900.0, maxspeed="60", oneway=False)
    ox.save_graphml(graph, folder / "town.graphml")
    return folder / "town.graphml"


def zipped(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "feed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    return folder / "feed.zip"


def geojson(folder: Path) -> Path:
    table = pd.read_csv(text(folder, "places.csv", PLACES))
    points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"), crs=4326)
    layer = gpd.GeoDataFrame(table, geometry=points)
    return text(folder, "places.geojson", layer.to_json(drop_id=True))


def geopackage(folder: Path) -> Path:
    gpd.read_file(geojson(folder)).to_file(folder / "places.gpkg", driver="GPKG")
    return folder / "places.gpkg"


def shipped(*parts: str) -> Callable[[Path], Path]:
    """Return the maker of a copy of a shipped file; its paths lead where they led."""

    def make(folder: Path) -> Path:
        content = data_path(*parts).read_text(encoding="utf-8")
        content = content.replace('"../', f'"{data_path().as_posix()}/')
        return text(folder, parts[-1], content)

    return make


def read_by(load: Callable[[Path], object]) -> Callable[[Path], str]:
    """Return the reader of what something loads."""
    return lambda path: told(load(path))


def network(path: Path) -> str:
    return told(load_road_network(path))


def timetable(path: Path) -> str:
    return told(load_timetable(path))


def saved_network(folder: Path) -> Path:
    return writers.network(1).save(folder / "net")


def saved_timetable(folder: Path) -> Path:
    return writers.timetable(1).save(folder / "feed")


def verified_network(path: Path) -> str:
    verify_network(path)
    return network(path)


def verified_timetable(path: Path) -> str:
    verify_timetable(path)
    return timetable(path)


def nodelink(folder: Path) -> Path:
    return saved(folder / "nodelink", *cross())


@functools.cache
def matrix() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="clustergeo-matrix-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    writers.od_parts(folder, 1)
    return folder


def matrix_copy(folder: Path) -> Path:
    return Path(shutil.copytree(matrix(), folder / "od"))


def matrix_rows(path: Path) -> str:
    from clustergeo.times.od import load_od_matrix  # noqa: PLC0415 - brings the road engine

    return told(load_od_matrix(path))


def places(path: Path) -> str:
    return told(load_places(path))


SUBJECTS: Final = (
    Subject(name="places.csv", make=lambda f: text(f, "places.csv", PLACES), load=places),
    Subject(name="places.geojson", make=geojson, load=places, closed=True),
    Subject(name="places.gpkg", make=geopackage, load=places, binary=True),
    Subject(name="feed.zip", make=zipped, load=timetable, sealed=True),
    *(
        Subject(
            name=file, make=lambda f: write_feed(f / "feed"), load=timetable, file=f"feed/{file}"
        )
        for file in ("stops.txt", "stop_times.txt", "trips.txt", "calendar.txt")
    ),
    Subject(
        name="town.osm.pbf",
        make=lambda f: town().write(f / "town.osm.pbf"),
        load=network,
        sealed=True,
    ),
    Subject(
        name="town.osm", make=lambda f: town().write_xml(f / "town.osm"), load=network, closed=True
    ),
    Subject(name="town.graphml", make=graphml, load=network, closed=True),
    *(
        Subject(
            name=f"nodelink {file}",
            make=nodelink,
            load=network,
            file=f"nodelink/{file}",
            closed=True,
            binary=True,
        )
        for file in ("MOCT_LINK.dbf", "MOCT_LINK.shp", "MOCT_NODE.dbf")
    ),
    *(
        Subject(name=name, make=shipped(*parts), load=read_by(load))
        for name, parts, load in (
            ("claims.toml", ("claims", "chungcheong.toml"), load_claims),
            ("scenario.toml", ("scenarios", "sejong_anseong.toml"), load_scenario),
            ("study.toml", ("studies", "chungcheong.toml"), load_study),
        )
    ),
    Subject(
        name="saved network", make=saved_network, load=verified_network, file="*", sealed=True
    ),
    Subject(
        name="saved timetable",
        make=saved_timetable,
        load=verified_timetable,
        file="*",
        sealed=True,
    ),
    Subject(name="matrix parts", make=matrix_copy, load=matrix_rows, file="*", sealed=True),
)  # fmt: skip


def subject_of(name: str) -> Subject:
    """Return the subject of a name."""
    (found,) = (subject for subject in SUBJECTS if subject.name == name)
    return found
