"""What is promised of safety, each promise a test.

Elsewhere: names that are script, in a real browser (exhibits/test_browser.py); formulas in cells
(test_files.py); archives (networks/test_feed_faults.py, C1 to C3); the cache (test_cache.py, F7).
"""

from __future__ import annotations

import ast
import functools
import http.server
import os
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, Self

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import requests
from robustness.materials import COPYLEFT, bill, forbidden, licence_of, materials
from toy_feed import write_feed
from toy_osm import Town, grid, road

import clustergeo
from clustergeo._files import write_bytes
from clustergeo.cli import main
from clustergeo.errors import InputError, RoadError, ServiceError, UsageError
from clustergeo.networks import _overpass, load_road_network, load_timetable
from clustergeo.networks._osm import read_osm
from clustergeo.networks._overpass import read_overpass
from clustergeo.networks.shaping import merge_networks
from clustergeo.places import load_places

ROOM = Path(clustergeo.__file__).parent
SOURCES = [path for path in sorted(ROOM.rglob("*.py")) if "_data" not in path.parts]

BOX = (127.0, 36.0, 127.1, 36.1)
BANNED_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
BANNED_MODULES |= {"subprocess", "pty", "yaml", "ctypes.util", "code", "codeop", "xmlrpc"}
BANNED_CALLS = {"eval", "exec", "compile", "__import__", "read_pickle", "to_pickle", "system"}
BANNED_CALLS |= {"popen", "expandvars", "extractall", "unpack_archive", "urlopen"}
TO_GDAL = {"read_file", "read_dataframe", "read_bounds", "read_info", "read_arrow"}
GDAL_READERS = {"networks/_nodelink_tables.py", "places/_vector.py", "study/_peers.py"}
"""Read by GDAL: copies under names of our own, and what is shipped."""
RUNS = {"times/_peers.py": {"subprocess"}, "times/hierarchy/topology.py": {"subprocess"}}
"""Start our own interpreter on a fixed program: no shell, and no text of the user is run."""
ON_THE_NETWORK = {"networks/_overpass.py"}


@functools.cache
def _nodes(path: Path) -> list[ast.AST]:
    return [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in _nodes(path):
        if isinstance(node, ast.Call):
            called = node.func
            name = str(getattr(called, "attr", None) or getattr(called, "id", ""))
            method = isinstance(called, ast.Attribute)
            root = getattr(called.value, "id", "") if isinstance(called, ast.Attribute) else ""
            if not (name == "compile" and method and root == "re"):
                yield name, node


def _imports(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


@pytest.mark.no_cover
def test_nothing_runs_what_it_reads() -> None:
    assert len(SOURCES) > 150
    for path in SOURCES:
        name = path.relative_to(ROOM).as_posix()
        assert not (BANNED_MODULES & {*_imports(path)}) - RUNS.get(name, set()), name
        for called, node in _calls(path):
            assert called not in BANNED_CALLS, f"{name}:{node.lineno}"
            said = {word.arg: word.value for word in node.keywords}
            assert "shell" not in said, f"{name}:{node.lineno}"
            if called in {"load", "save"} and getattr(node.func, "value", None) is not None:
                owner = getattr(node.func.value, "id", "")  # type: ignore[attr-defined]
                if owner == "np":
                    allowed = said.get("allow_pickle")
                    assert isinstance(allowed, ast.Constant), f"{name}:{node.lineno}"
                    assert allowed.value is False, f"{name}:{node.lineno}"


@pytest.mark.no_cover
def test_gdal_and_the_network_are_used_in_few_rooms() -> None:
    readers = set()
    online = set()
    for path in SOURCES:
        name = path.relative_to(ROOM).as_posix()
        if {called for called, _ in _calls(path)} & TO_GDAL:
            readers.add(name)
        heads = {module.partition(".")[0] for module in _imports(path)}
        if heads & {"requests", "urllib3", "socket", "http", "ftplib", "smtplib"}:
            online.add(name)
    assert readers <= GDAL_READERS
    assert online == ON_THE_NETWORK


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Block every connection and return what was tried."""
    tried: list[Any] = []

    def refuse(*words: Any, **_: Any) -> NoReturn:
        tried.append(words)
        message = "no network"
        raise OSError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


def _run(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return int(stopped.value.code or 0)


@pytest.mark.no_cover
def test_commands_ask_no_server_unless_told_to(
    offline: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    feed = write_feed(tmp_path / "feed")
    town = Town(grid(), ways={1: road(1, 2, 3)}).write_xml(tmp_path / "town.osm")
    trip = ["--from", "osong", "--to", "sejong"]
    assert _run("places") == 0
    assert _run("times", "--mode", "car", *trip, "--out", "t.csv") == 0
    assert _run("route", *trip) == 0
    assert _run("network", "build", town, "--out", "net") == 0
    assert _run("network", "info", "net") == 0
    assert _run("feed", "build", feed, "--out", "built") == 0
    assert _run("check", town, feed) in {0, 6}
    assert _run("new", "mine") == 0
    assert offline == []
    assert _run("network", "build", "--bbox", "127,36,127.1,36.1", "--out", "other") == 4
    assert len(offline) >= 1
    assert not Path("other").exists()


@pytest.fixture
def loopback() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server on this machine and the paths it is asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - names of the library

        def log_message(self, *_: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.no_cover
def test_no_file_option_takes_an_address_and_no_disguise_asks_a_server(
    loopback: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places and areas are tried in test_faults_places.py (A6); here is the rest."""
    address, asked = loopback
    monkeypatch.chdir(tmp_path)
    host = f"/vsicurl/{address}/x"
    out = ["--out", "new.csv"]
    trip = ["times", "--from", "osong", "--to", "sejong", *out]
    for words in (
        [*trip, "--mode", "transit", "--feed", f"{host}.zip", "--date", "2026-11-19"],
        [*trip, "--mode", "car", "--network", f"{address}/x.osm.pbf"],
        ["network", "build", f"{host}.graphml", "--out", "net"],
        ["network", "build", f"{host}.zip", "--out", "net"],
        ["feed", "build", f"{address}/x.zip", "--out", "net"],
        ["isolation", "--times", f"{host}.parquet"],
        ["study", f"{address}/x.toml", "--out", "maps"],
        ["check", f"{host}.geojson", f"{address}/x.shp", f"/vsizip/{host}.zip"],
    ):
        assert _run(*words) == 3, words
    layer = f"<OGRVRTLayer name='x'><SrcDataSource>/vsicurl/{address}/y</SrcDataSource>"
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTLayer></OGRVRTDataSource>"
    for name in ("v.geojson", "v.gpkg", "v.shp", "v.csv", "v.json", "v.zip", "v.osm", "v.graphml"):
        Path(name).write_text(vrt, encoding="utf-8")
        assert _run("check", name) == 3, name
    assert asked == []
    assert not Path("new.csv").exists()


def test_overpass_is_asked_by_https_and_leads_nowhere_else(
    loopback: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, asked = loopback
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(ox.settings, "overpass_url", f"{address}/api")
    with pytest.raises(ServiceError, match=r"127.0.0.1 refused \(302: http://169.254.169.254"):
        read_overpass(BOX)
    assert len(asked) == 1
    for url in ("http://overpass.example.org/api", "file:///etc/passwd", "ftp://example.org"):
        monkeypatch.setattr(ox.settings, "overpass_url", url)
        with pytest.raises(UsageError, match="not an https address"):
            read_overpass(BOX)


class _Endless:
    status_code, headers, url = 200, dict[str, str](), "https://overpass.example.org"
    read = 0

    def __init__(self, *_: Any, **options: Any) -> None:
        assert options["stream"]
        assert not options["allow_redirects"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def iter_content(self, size: int) -> Iterator[bytes]:
        while True:
            type(self).read += size
            yield b" " * size


def test_an_answer_without_end_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "request", _Endless)
    monkeypatch.setattr(_overpass, "LARGEST_BYTES", 3_000_000)
    with pytest.raises(ServiceError, match=r"sends too much .* - ask for a smaller area"):
        read_overpass(BOX)
    assert _Endless.read < 5_000_000
    monkeypatch.setattr(_overpass, "LONGEST_S", -1.0)
    with pytest.raises(ServiceError, match="sends too much"):
        read_overpass(BOX)


LAUGHS = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
ENTITIES = {
    "laughs": (f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{LAUGHS}]>', "&j;"),
    "file": ('<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>', "&j;"),
    "parameter": ('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>', ""),
}


@pytest.mark.parametrize("kind", ENTITIES)
def test_entities_of_xml_are_never_expanded(kind: str, tmp_path: Path) -> None:
    declared, used = ENTITIES[kind]
    head = f'<?xml version="1.0" encoding="UTF-8"?>{declared}'
    osm = f'{head}<osm version="0.6"><node id="1" lat="36" lon="127"><tag k="n" v="{used}"/>'
    (tmp_path / "x.osm").write_text(f"{osm}</node></osm>", encoding="utf-8")
    with pytest.raises(RoadError, match=r"x\.osm: .*(entities|no roads|no ways)"):
        read_osm(tmp_path / "x.osm")
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=127.0, y=36.0)
    text = "".join(nx.generate_graphml(graph))
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / "x.graphml").write_bytes(f"{head}{text}".encode(encoding))
        with pytest.raises(RoadError, match=r"x\.graphml: .*(document type|not UTF-8)"):
            load_road_network(tmp_path / "x.graphml")


@pytest.mark.parametrize("member", ["../x.shp", "/x.shp", "C:\\x.shp", "a/../../x.shp"])
def test_archives_of_places_and_roads_lead_nowhere(member: str, tmp_path: Path) -> None:
    path = tmp_path / "room" / "x.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, b"\x00\x00\x27\x0a")
        archive.writestr("stops.txt", "stop_id\n1\n")
    for read in (load_road_network, load_timetable):
        with pytest.raises(InputError, match=r"absolute path|leads out of the archive"):
            read(path)
    with pytest.raises(InputError):  # places are read in memory, whatever members are called
        load_places(path)
    assert [each.name for each in tmp_path.rglob("*")] == ["room", "x.zip"]


def test_bombs_are_refused_by_what_they_declare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("places.shp", bytes(30_000_000))
    assert path.stat().st_size < 40_000
    for read in (load_road_network, load_timetable):
        with pytest.raises(InputError, match="would inflate to 30,000,000 bytes"):
            read(path)
    monkeypatch.setattr("clustergeo.places._readers.ZIP_LIMIT_BYTES", 20_000_000)
    with pytest.raises(InputError, match="unpacks to 30,000,000 bytes"):
        load_places(path)


def test_links_are_read_as_the_system_reads_them_and_never_written_through(tmp_path: Path) -> None:
    feed, other = write_feed(tmp_path / "feed"), write_feed(tmp_path / "other")
    (other / "stops.txt").unlink()
    (other / "stops.txt").symlink_to(feed / "stops.txt")
    assert load_timetable(other).stops.equals(load_timetable(feed).stops)
    kept = tmp_path / "kept.csv"
    kept.write_text("kept", encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(kept)
    write_bytes(link, b"new")
    assert (kept.read_text(encoding="utf-8"), link.is_symlink()) == ("kept", False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
def test_a_pipe_or_device_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("x.csv", "x.geojson", "x.zip", "x.osm", "x.graphml", "x.gpkg"):
        os.mkfifo(tmp_path / name)
        assert _run("check", tmp_path / name) == 3
    assert _run("network", "build", tmp_path / "x.osm", "--out", tmp_path / "net") == 3
    assert _run("claims", "/dev/zero") == 3


class _Bomb:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, ("exploded",)


def test_saved_networks_and_timetables_are_data_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    town = Town(grid(), ways={1: road(1, 2, 3), 2: road(3, 6)}).write_xml(tmp_path / "town.osm")
    merge_networks([load_road_network(town)]).save(tmp_path / "net")
    load_timetable(write_feed(tmp_path / "feed")).save(tmp_path / "built")
    for folder, load in (("net", load_road_network), ("built", load_timetable)):
        members = sorted((tmp_path / folder).rglob("*.npy"))
        assert members
        np.save(members[0], np.array([_Bomb()], dtype=object), allow_pickle=True)
        with pytest.raises(InputError):
            load(tmp_path / folder)
    assert not (tmp_path / "exploded").exists()


def test_the_core_stands_on_permissive_licences_only() -> None:
    found = materials()
    assert {"numpy", "pandas", "osmnx", "numba", "requests"} <= found.keys()
    licences = {name: licence_of(each) for name, each in found.items()}
    refused = {name: licence for name, licence in licences.items() if forbidden(licence)}
    assert refused == {}
    assert not [name for name, licence in licences.items() if COPYLEFT.search(licence)]
    for text in ("GPL-3.0-only", "GNU Affero General Public License", "LGPL-2.1", "UNKNOWN", ""):
        assert forbidden(text)
    assert not forbidden("GPL-2.0-only OR MIT")


def test_the_bill_of_materials_is_the_same_every_time() -> None:
    first = bill()
    assert first == bill()
    assert b'"CycloneDX"' in first
    assert b"timestamp" not in first
