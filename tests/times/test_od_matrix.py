"""The matrix of car minutes: the numbers of car_times, whatever the engine, batch or file."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from roads import parts_of

from clustergeo import _room
from clustergeo.errors import (
    InputError,
    MissingExtraError,
    MissingFileError,
    OutputError,
    ServiceError,
    UsageError,
)
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas import check_table
from clustergeo.schemas.od import OD_MATRIX
from clustergeo.times.by_road import RoadRules, car_times
from clustergeo.times.hierarchy import NEVER, build, customise
from clustergeo.times.od import job as _od_job
from clustergeo.times.od import load_od_matrix, od_matrix, od_parts, write_od_matrix
from clustergeo.times.od import workers as _workers
from clustergeo.times.od.parts import Spans
from clustergeo.times.od.share import open_job, save_job
from clustergeo.times.roads.contracted import turns_of
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.ends import origin_doors
from clustergeo.times.roads.engine import Engine, Hierarchy, Searches
from clustergeo.times.roads.snaps import snap
from clustergeo.times.roads.to_nodes import node_rows

RULES = RoadRules(snap_cap_m=900, limit_min=25)


def world(seed: int, *, bans: bool = True) -> tuple[RoadNetwork, gpd.GeoDataFrame]:
    """Return roads with one-ways, an island and turn bans, and places on, beside and off them."""
    random = np.random.default_rng(seed)
    spots = random.uniform(0, 0.1, (25, 2)) + np.array([127.0, 36.0])
    places = {number: tuple(spot) for number, spot in enumerate(spots.tolist())}
    near = np.linalg.norm(spots[:, None] - spots[None], axis=2).argsort(axis=1)
    pieces: list[Any] = []
    for u, v in sorted({(min(a, b), max(a, b)) for a in range(25) for b in near[a, 1:4].tolist()}):
        if (u == 0) != (v == 0) or random.random() < 0.1:
            continue  # node 0 is no part of the mainland
        kph = float(random.choice([30, 50, 80]))
        way = {"backward": bool(random.random() < 0.7), "speed_evidence": int(random.choice(3))}
        pieces.append((u, v, {"length_m": 2_000.0, "forward_kph": kph, "backward_kph": kph} | way))
    pieces.append((0, 0, {"via": [(spots[0, 0] + 0.001, spots[0, 1] + 0.001)]}))
    network = RoadNetwork.from_parts(parts_of(places, sorted(pieces, key=lambda p: p[:2])))
    if bans:
        turns = [
            (e, f) for e, v in enumerate(network.head) for f in np.flatnonzero(network.tail == v)
        ]
        kept = random.choice(len(turns), len(turns) // 5, replace=False)
        ends = np.array([turns[row] for row in sorted(kept.tolist())], np.int32).reshape(-1, 2)
        network = replace(
            network, turn_from=ends[:, 0].copy(), turn_to=ends[:, 1].copy(), _made={}
        )
    lines = network.lines_of(np.arange(network.tail.size), "EPSG:4326")
    points = [lines[edge].interpolate(share, normalized=True) for edge, share in zip(
        random.integers(0, lines.size, 20), random.choice([0, 0.2, 0.5, 0.9, 1], 20), strict=True
    )]  # fmt: skip
    x = np.array([point.x for point in points]) + random.choice(
        [0, 0.002, 0.3], 20, p=[0.5, 0.4, 0.1]
    )
    y = np.array([point.y for point in points])
    x[7], y[7] = x[3], y[3]
    table = {
        "place_id": [f"p{n}" for n in range(20)],
        "evidence": ["derived"] * 19 + ["estimated"],
    }
    return network, gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")


def searches(network: RoadNetwork, _: int) -> Engine:
    return Searches(turns_of(network))


def hierarchy(network: RoadNetwork, _: int) -> Engine:
    graph = turns_of(network)
    return Hierarchy(graph, customise(build(graph.first, graph.head), graph.time_ms))


@pytest.fixture(params=[searches, hierarchy])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(_od_job, "engine_for", request.param)
    return request.param


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("seed", range(8))
def test_minutes_and_statuses_are_those_of_car_times(seed: int) -> None:
    network, places = world(seed)
    origins, destinations = places.iloc[:15], places.iloc[3:]
    found = pd.concat(od_matrix(network, origins, destinations, RULES, batch=4))
    expected = car_times(network, origins, destinations, RULES).table
    for name in ("from_id", "to_id", "status"):
        assert found[name].tolist() == expected[name].tolist()
    assert np.array_equal(found["minutes"], expected["minutes"], equal_nan=True)
    # Routes are not traced, so that a grade is the same or weaker, never stronger.
    assert (found["evidence"].astype(str).to_numpy() >= expected["evidence"].to_numpy()).all()
    assert set(found["status"]) >= {"ok", "same_place"}


def test_every_status_occurs_in_the_worlds_of_the_test_above() -> None:
    seen: set[str] = set()
    for seed in range(8):
        network, places = world(seed)
        seen |= set(pd.concat(od_matrix(network, places, places, RULES))["status"])
    assert seen == {"ok", "no_path", "off_network", "beyond_limit", "same_place"}


def test_places_in_other_coordinate_systems_are_the_same_places() -> None:
    network, places = world(1)
    metric = places.to_crs("EPSG:5179")
    found = pd.concat(od_matrix(network, places, metric, RULES))
    expected = car_times(network, places, metric, RULES).table
    assert np.array_equal(found["minutes"], expected["minutes"], equal_nan=True)


def test_evidence_is_derived_only_where_no_speed_and_no_place_is_a_guess() -> None:
    network, places = world(1)
    measured = replace(network, speed_evidence=np.ones(network.tail.size, np.uint8), _made={})
    pairs = pd.concat(od_matrix(measured, places, places, RULES))
    weak = (pairs["from_id"] == "p19") | (pairs["to_id"] == "p19")
    ok = pairs["status"] == "ok"
    assert set(pairs.loc[ok & ~weak, "evidence"]) == {"derived"}
    assert set(pairs.loc[ok & weak, "evidence"]) <= {"estimated"}
    assert set(pairs.loc[~ok, "evidence"]) == {""}
    assert set(pd.concat(od_matrix(network, places, places, RULES))["evidence"]) == {
        "",
        "estimated",
    }


def test_a_matrix_keeps_its_contract_in_any_batches() -> None:
    network, places = world(2)
    whole = pd.concat(od_matrix(network, places, places, RULES), ignore_index=True)
    for batch in (1, 3, 20, 99):
        parts = list(od_matrix(network, places, places, RULES, batch=batch))
        assert [len(part) for part in parts][:-1] == [20 * batch] * (len(parts) - 1)
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    checked = check_table(whole, OD_MATRIX, file="od")
    assert checked["minutes"].equals(whole["minutes"])


def test_tables_that_are_no_places_are_refused_before_the_first_batch() -> None:
    network, places = world(1)
    with pytest.raises(UsageError, match="no column place_id"):
        od_matrix(network, places, places[["geometry"]])


def test_a_matrix_of_nothing_is_empty(tmp_path: Path) -> None:
    network, places = world(1)
    (empty,) = od_matrix(network, places[:0], places)
    assert empty.empty
    assert write_od_matrix(network, places[:0], places, tmp_path / "none").pairs == 0
    assert write_od_matrix(network, places, places[:0], tmp_path / "no").counts == {}
    assert load_od_matrix(tmp_path / "none").empty
    assert load_od_matrix(tmp_path / "no").columns.tolist() == list(OD_MATRIX.names)


# To all nodes.


def to_nodes(network: RoadNetwork, seeds: list[tuple[int, float, int]]) -> list[float]:
    """Return milliseconds to all nodes: search over edges driven to their end, by the bans.

    A seed is a node, the milliseconds to it and the edge that led there, -1 for none.
    """
    banned = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    best: dict[tuple[int, int], float] = {}
    waiting = [(ms, node, edge) for node, ms, edge in seeds]
    while waiting:
        waiting.sort()
        ms, node, edge = waiting.pop(0)
        if best.get((node, edge), np.inf) <= ms:
            continue
        best[node, edge] = ms
        waiting += [
            (ms + int(network.time_ms[onward]), int(network.head[onward]), onward)
            for onward in np.flatnonzero(network.tail == node).tolist()
            if (edge, onward) not in banned
        ]
    nodes = range(network.node_id.size)
    return [
        min((ms for (v, _), ms in best.items() if v == node), default=np.inf) for node in nodes
    ]


@pytest.mark.parametrize("seed", range(4))
def test_rows_to_all_nodes_equal_a_plain_search_that_obeys_the_bans(
    seed: int, engine: Any
) -> None:
    network, places = world(seed)
    snaps = snap(network, places, closed=(), cap_m=900)
    made = engine(network, 1)
    doors = origin_doors(network, made.graph, snaps)
    joints, seen = doors.joints, 0
    for rows, ms in node_rows(made, doors.ends):
        for row, found in zip(range(rows.start, rows.stop), ms.tolist(), strict=True):
            seeds = [
                (node, spent, edge if share > 0 else -1)
                for node, spent, edge, share in zip(
                    *(getattr(joints, n)[row].tolist() for n in ("node", "ms", "edge", "share")),
                    strict=True,
                )
                if spent < UNREACHED
            ]
            assert found == [min(ms, NEVER) for ms in to_nodes(network, seeds)]
            seen += 1
    assert seen == len(places)


def test_a_copy_of_a_node_counts_for_the_node(engine: Any) -> None:
    network, places = world(3)
    made = engine(network, 1)
    ends = origin_doors(network, made.graph, snap(network, places, closed=(), cap_m=900)).ends
    states = np.concatenate([ms for _, ms in made.rows(ends)])
    nodes = np.concatenate([ms for _, ms in node_rows(made, ends)])
    copies = made.graph.copy_first
    assert copies[-1] > 0
    for node in range(network.node_id.size):
        own = [node, *(network.node_id.size + np.arange(copies[node], copies[node + 1]))]
        assert (nodes[:, node] == states[:, own].min(axis=1)).all()


# On disk.


def content(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir()) if f.name[0] != "."}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    network, places = world(1)
    write_od_matrix(network, places, places, tmp_path / "od", RULES, part_rows=100)
    return tmp_path / "od"


def again(folder: Path, **other: Any) -> Any:
    network, places = world(1)
    asked = {"network": network, "origins": places, "destinations": places, "rules": RULES}
    return write_od_matrix(folder=folder, part_rows=100, **asked | other)


def test_a_written_matrix_is_the_streamed_one_in_parts(written: Path) -> None:
    network, places = world(1)
    assert list(content(written)) == ["od_matrix.json"] + [
        f"part-0000{n}.parquet" for n in range(4)
    ]
    streamed = pd.concat(od_matrix(network, places, places, RULES), ignore_index=True)
    pd.testing.assert_frame_equal(load_od_matrix(written, network), streamed)
    pieces = [part.astype({"from_id": str}) for part in od_parts(written)]
    assert pd.concat(pieces)["from_id"].tolist() == streamed["from_id"].tolist()
    manifest = json.loads((written / "od_matrix.json").read_text("utf-8"))
    assert manifest["counts"] == streamed["status"].value_counts().loc[lambda n: n > 0].to_dict()
    assert (manifest["origins"], manifest["destinations"]) == (20, 20)
    assert manifest["inputs"]["rules"]["limit_min"] == 25


@pytest.mark.parametrize("made", [searches, hierarchy])
def test_the_bytes_do_not_depend_on_the_engine(
    written: Path, tmp_path: Path, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_od_job, "engine_for", made)
    again(tmp_path / "other")
    assert content(tmp_path / "other") == content(written)


def test_a_second_run_computes_only_what_is_missing(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(written)
    (written / "part-00002.parquet").unlink()
    (written / "od_matrix.json").unlink()
    # What a killed run may leave aside.
    (written / ".part-00002.parquet.xyz.parquet").write_bytes(b"half")
    (written / ".job-x").mkdir()
    (written / ".DS_Store").touch()  # what a desktop leaves anywhere
    told: list[tuple[int, int]] = []
    summary = again(written, notify=lambda *counts: told.append(counts))
    assert (summary.kept, summary.parts, told) == (3, 4, [(4, 4)])
    assert sum(summary.counts.values()) == summary.pairs == 400
    assert content(written) == before
    assert not [f for f in written.iterdir() if f.name.startswith((".part", ".job"))]
    monkeypatch.setattr("clustergeo.times.od.matrix.job_of", None)  # nothing is computed any more
    assert again(written).kept == 4
    assert content(written) == before


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from times.test_od_matrix import RULES, again, world
from pathlib import Path
def notify(done, total):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
again(Path(sys.argv[1]), notify=notify)
"""


def test_a_run_that_was_killed_is_resumed_to_the_same_bytes(written: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    tests = str(Path(__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(half), tests],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert {"part-00000.parquet", "part-00001.parquet"} <= set(content(half))
    assert "od_matrix.json" not in content(half)
    with pytest.raises(MissingFileError, match="no finished matrix"):
        load_od_matrix(half)
    assert again(half).kept >= 2
    assert content(half) == content(written)


def test_an_interrupted_run_keeps_its_parts_and_leaves_the_old_ones(tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        again(tmp_path / "od", notify=stop)
    assert "od_matrix.json" not in content(tmp_path / "od")
    assert again(tmp_path / "od").kept >= 1


def test_a_folder_of_other_inputs_is_refused_by_what_differs(written: Path) -> None:
    network, places = world(1)
    before = content(written)
    moved = places.assign(geometry=places.geometry.translate(0.0001))
    faults = {
        "other network": {"network": replace(network, time_ms=network.time_ms + 1, _made={})},
        "other network)": {"network": replace(network, date="2026-12-01")},
        "other origins": {"origins": moved},
        "other destinations, rules": {"destinations": moved, "rules": RoadRules()},
    }
    for words, other in faults.items():
        with pytest.raises(InputError, match=words.replace(")", r"\)")) as refused:
            again(written, **other)
        assert refused.value.exit_code == 3
    (written / "od_matrix.json").unlink()  # a part alone tells as much
    with pytest.raises(InputError, match=r"part-00000.*another matrix \(other rules\)"):
        again(written, rules=RoadRules())
    assert content(written) == {n: b for n, b in before.items() if n != "od_matrix.json"}


def test_a_part_beyond_the_last_is_refused(written: Path) -> None:
    network, places = world(1)
    path = written / "part-00004.parquet"
    shutil.copy(written / "part-00003.parquet", path)
    with pytest.raises(InputError, match=r"part-00004.*another matrix"):
        again(written)
    path.unlink()
    (written / "od_matrix.json").unlink()
    # Made as it would have been in a longer matrix of the same inputs: cannot be, but who knows.
    from clustergeo.times.od.parts import inputs_of, part_table, write_table  # noqa: PLC0415

    inputs = inputs_of(network, places, places, RULES, Spans(20, 20, 100))
    job = _od_job.job_of(network, places, places, RULES)
    write_table(part_table(job, slice(0, 5)), written, 4, inputs)
    with pytest.raises(InputError, match=r"part-00004.*\(other number\)"):
        again(written)


@pytest.mark.parametrize(
    ("name", "content_", "words"),
    [
        ("notes.txt", b"mine", "holds other things than a matrix"),
        ("part-00001.parquet", b"mine", "part-00001.parquet: is damaged"),
        ("part-00001.parquet", None, "part-00001.parquet: is not a part of a matrix"),
        ("od_matrix.json", b"{}", "is not the manifest of a matrix"),
    ],
)
def test_what_is_not_ours_is_refused_and_left(
    written: Path, name: str, content_: bytes | None, words: str
) -> None:
    if content_ is None:
        pd.DataFrame({"x": [1]}).to_parquet(written / name)
    else:
        (written / name).write_bytes(content_)
    before = content(written)
    with pytest.raises(InputError, match=words):
        again(written)
    assert content(written) == before


def test_a_part_whose_bytes_changed_is_refused(written: Path) -> None:
    path = written / "part-00001.parquet"
    other = pd.read_parquet(path)
    same = written / "part-00000.parquet"
    path.write_bytes(same.read_bytes())
    with pytest.raises(InputError, match=r"part-00001.*another matrix \(other number\)"):
        again(written)
    with pytest.raises(InputError, match="has changed since it was written"):
        load_od_matrix(written)
    with pytest.raises(InputError, match="has changed since it was written"):
        list(od_parts(written))
    path.unlink()
    with pytest.raises(InputError, match="is missing"):
        load_od_matrix(written)
    assert len(other) == 100


def test_a_part_of_the_same_inputs_that_is_not_the_one_in_the_manifest_is_refused(
    written: Path,
) -> None:
    path = written / "od_matrix.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["parts"][0]["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(InputError, match=r"part-00000.*has changed since it was written"):
        again(written)


def test_a_flipped_bit_of_a_part_is_found_without_a_manifest(written: Path) -> None:
    path, folder = written / "part-00000.parquet", written
    (folder / "od_matrix.json").unlink()
    whole, content_ = pd.read_parquet(path), path.read_bytes()
    refused = 0
    for at in range(4, len(content_) - 8, 61):
        path.write_bytes(content_[:at] + bytes([content_[at] ^ 255]) + content_[at + 1 :])
        try:
            again(folder)
        except InputError:
            refused += 1
        else:  # in what no reader looks at, such as the name of the writer
            pd.testing.assert_frame_equal(pd.read_parquet(path), whole)
            (folder / "od_matrix.json").unlink()
    assert refused > 30


def broken(written: Path, change: Any) -> None:
    path = written / "od_matrix.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.update(version=2), "of another format"),
        (lambda m: m.update(format="csv"), "of another format"),
        (lambda m: m.update(parts="all"), "is damaged"),
        (lambda m: m.pop("origins"), "is damaged"),
        (lambda m: m["parts"][0].pop("sha256"), "is damaged"),
        (lambda m: m["parts"][0].update(file="../../x.parquet"), "is damaged"),
    ],
)
def test_a_manifest_that_is_not_whole_is_refused(written: Path, change: Any, words: str) -> None:
    broken(written, change)
    with pytest.raises(InputError, match=words):
        load_od_matrix(written)


def test_d12_a_matrix_of_another_network_or_date_is_refused(written: Path) -> None:
    network, _ = world(1)
    assert len(load_od_matrix(written, network)) == 400
    other = replace(network, date="2027-01-01")
    for read in (load_od_matrix, od_parts):
        with pytest.raises(
            InputError, match=r"another network \(by hand, 2026-11-01\)"
        ) as refused:
            read(written, other)
        assert refused.value.exit_code == 3


def test_a_folder_that_is_a_file_or_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in ("file", "file/od"):
        with pytest.raises(OutputError, match=r"cannot be written .* name another folder"):
            again(tmp_path / folder)
    with pytest.raises(MissingFileError, match="no such file"):
        load_od_matrix(tmp_path / "nowhere")


def test_two_runs_in_one_folder_do_not_meet(written: Path) -> None:
    import filelock  # noqa: PLC0415

    with (
        filelock.FileLock(written / ".od_matrix.lock"),
        pytest.raises(OutputError, match="another run is writing"),
    ):
        again(written)


# Room.


def test_d8_a_table_that_does_not_fit_into_memory_is_refused_with_advice(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_room, "free_memory_bytes", lambda: 10_000)
    with pytest.raises(InputError, match=r"needs 0.0 GB of memory .* part by part") as refused:
        load_od_matrix(written)
    assert refused.value.exit_code == 3
    assert sum(map(len, od_parts(written))) == 400


def test_d8_a_matrix_that_does_not_fit_onto_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        shutil,
        "disk_usage",
        lambda _: shutil._ntuple_diskusage(100, 100, 100),
    )
    with pytest.raises(InputError, match="of disk"):
        again(tmp_path / "od")
    assert content(tmp_path / "od") == {}


def test_free_memory_is_what_the_system_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 9 kB\nMemAvailable:    5 kB\n")
    monkeypatch.setattr(_room, "_MEMORY", told)
    assert _room.free_memory_bytes() == 5 * 1024
    told.unlink()
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 3, "SC_PAGE_SIZE": 7}.__getitem__)
    assert _room.free_memory_bytes() == 21
    monkeypatch.delattr(os, "sysconf")
    assert _room.free_memory_bytes() is None
    _room.check_memory(10**18, "x", "y")  # nobody knows: try


def test_spans_cover_all_origins_once() -> None:
    for origins, ends, rows, sweeps in itertools.product(
        (0, 1, 16, 40), (0, 1, 7), (1, 50, 300), (True, False)
    ):
        spans = Spans(origins, ends, rows, whole_sweeps=sweeps)
        cut = [spans.span(number) for number in range(spans.count)]
        assert [o for span in cut for o in range(span.start, span.stop)] == list(range(origins))
        assert all((s.stop - s.start) * ends <= max(rows, ends) for s in cut)
    assert Spans(100, 1, 40).origins_each == 32


# Many processes.


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_workers, "_CONNECT_S", 1)


@pytest.mark.parametrize(
    "address", ["local:0", "local", "10.0.0.1:8786", "tcp://host", "inproc://x"]
)
def test_what_is_no_cluster_is_a_usage_error(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use local:N or tcp://HOST:PORT"):
        again(tmp_path / "od", cluster=address)


def test_without_dask_a_cluster_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r'pip install "clustergeo\[dask\]"'):
        again(tmp_path / "od", cluster="local:2")


@pytest.mark.usefixtures("quick")
def test_a_cluster_that_does_not_answer_is_a_service_error(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    start = time.monotonic()
    with pytest.raises(ServiceError, match="no dask scheduler answers") as refused:
        again(tmp_path / "od", cluster="tcp://127.0.0.1:9")
    assert refused.value.exit_code == 4
    assert time.monotonic() - start < 15
    assert content(tmp_path / "od") == {}


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        dashboard_address="127.0.0.1:0",
    ) as cluster:
        yield cluster.scheduler_address


def test_the_workers_of_a_scheduler_write_the_same_bytes(
    written: Path, tmp_path: Path, scheduler: str
) -> None:
    told: list[tuple[int, int]] = []
    summary = again(
        tmp_path / "other", cluster=scheduler, notify=lambda *counts: told.append(counts)
    )
    assert (summary.parts, summary.kept) == (4, 0)
    assert told == [(n, 4) for n in (1, 2, 3, 4)]
    assert content(tmp_path / "other") == content(written)
    assert not list((tmp_path / "other").glob(".job-*"))


def test_a_refusal_of_a_worker_is_the_refusal_of_the_run(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The workers of this cluster are threads of this process.
    versions = itertools.chain(["0.1.0"], itertools.repeat("0.0.0"))
    monkeypatch.setattr("clustergeo.times.od.share.version", lambda: next(versions))
    with pytest.raises(OutputError, match=r"a worker runs clustergeo 0\.0\.0"):
        again(tmp_path / "other", cluster=scheduler)


@pytest.mark.slow
def test_processes_write_the_same_bytes_though_one_of_them_dies(
    written: Path, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")

    def kill_one(done: int, _: int) -> None:
        if done == 1:
            pids = distributed.default_client().run(os.getpid)
            os.kill(min(pids.values()), signal.SIGKILL)

    again(tmp_path / "other", cluster="local:2", notify=kill_one)
    assert content(tmp_path / "other") == content(written)


class Lost:
    """A client whose tasks end in an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def submit(self, *_: Any, **__: Any) -> Lost:
        return self

    def cancel(self, _: Any) -> None:
        return

    def result(self) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (lambda dask: dask.KilledWorker("part", None, 3), "workers died on the same part"),
        (lambda dask: dask.CancelledError("part"), "cluster was lost"),
        (lambda dask: dask.comm.CommClosedError("gone"), "cluster was lost"),
    ],
)
def test_a_cluster_that_is_lost_is_a_service_error(
    error: Any, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    client = Lost(error(distributed))
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: client)
    monkeypatch.setattr(distributed, "as_completed", list)
    with pytest.raises(ServiceError, match=words) as refused:
        again(tmp_path / "od", cluster="tcp://127.0.0.1:9")
    assert refused.value.exit_code == 4


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="name a folder that all machines share"):
        open_job(tmp_path / "od" / ".job-x")


def test_a_job_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    network, places = world(1)
    job = _od_job.job_of(network, places, places, RULES)
    with pytest.raises(OutputError, match="cannot be written"):
        save_job(job, tmp_path / "nowhere", {})


@pytest.mark.parametrize("made", [searches, hierarchy])
def test_a_shared_job_gives_the_same_block(
    tmp_path: Path, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_od_job, "engine_for", made)
    network, places = world(4)
    job = _od_job.job_of(network, places, places, RULES)
    save_job(job, tmp_path, {"x": 1})
    shared, inputs = open_job(tmp_path)
    assert inputs == {"x": 1}
    for name in ("minutes", "status", "grade"):
        here, there = (getattr(one.block(slice(2, 9)), name) for one in (job, shared))
        assert np.array_equal(here, there, equal_nan=name == "minutes")


def test_places_at_the_edge_of_the_network_are_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    network, places = world(1)
    summary = again(tmp_path / "od")
    assert any("edge of the road network" in warning for warning in summary.warnings)
    again_ = again(tmp_path / "od")
    assert again_.warnings == summary.warnings
    list(od_matrix(network, places, places, RULES))
    assert summary.warnings[0] in caplog.text
