"""Saved timetables: the same timetable comes back, and nothing else does."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from toy_feed import FILES, World, write_feed

from clustergeo import _files as files
from clustergeo.errors import ClustergeoError, FeedError, OutputError, UsageError
from clustergeo.networks import load_timetable
from clustergeo.networks._feed_store import FEED_MANIFEST, verify_timetable
from clustergeo.networks.timetable import Timetable

SHARED = Path(__file__).parents[3] / "shared/data"


def toy(folder: Path, **changes: str) -> Timetable:
    return load_timetable(write_feed(folder, **changes))


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def array_file(folder: Path, name: str) -> Path:
    (found,) = folder.glob(f"*/{name}.npy")
    return found


def assert_same(one: Timetable, two: Timetable) -> None:
    for field in dataclasses.fields(Timetable):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if isinstance(a, pd.DataFrame) and "line" not in a:
            pd.testing.assert_frame_equal(a, b)
        elif isinstance(a, pd.DataFrame):
            pd.testing.assert_frame_equal(a.drop(columns="line"), b.drop(columns="line"))
            for line, other in zip(a["line"], b["line"], strict=True):
                np.testing.assert_array_equal(line, other)
        else:
            assert a == b


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    timetable = toy(tmp_path / "feed")
    loaded = load_timetable(timetable.save(tmp_path / "saved"))
    assert_same(timetable, loaded)
    assert repr(loaded) == repr(timetable)
    base = loaded.stop_times["arrival_s"].to_numpy().base
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    verify_timetable(tmp_path / "saved")
    with pytest.raises(ValueError, match="read-only"):
        loaded.stop_times["arrival_s"].to_numpy()[0] = 1


def test_the_shipped_feed_and_a_plain_world_come_back(tmp_path: Path) -> None:
    shipped = load_timetable()
    assert_same(shipped, load_timetable(shipped.save(tmp_path / "shipped")))
    world = World([(36.0, 127.0)], []).timetable()
    assert_same(world, load_timetable(world.save(tmp_path / "world")))


def test_lines_come_back_and_are_kept_once(tmp_path: Path) -> None:
    lines = [np.array([[127.0, 36.0], [127.1, 36.1]]), np.array([[127.0, 36.0]] * 3)]
    shapes = pd.DataFrame({"trip": [0, 1, 2], "line": [lines[0], lines[1], lines[0]]})
    timetable = dataclasses.replace(toy(tmp_path / "feed"), shapes=shapes)
    loaded = load_timetable(timetable.save(tmp_path / "saved"))
    assert_same(timetable, loaded)
    assert np.load(array_file(tmp_path / "saved", "shapes.line.data")).shape == (5, 2)


def test_real_feeds_come_back(tmp_path: Path) -> None:
    if not (SHARED / "good_feeds").exists():
        pytest.skip("no shared data")
    for feed in ("caltrain-2017-07-24", "otp_interlining", "vvs-bus-764-only.gtfs.zip"):
        timetable = load_timetable(SHARED / "good_feeds" / feed, shapes=True)
        assert_same(timetable, load_timetable(timetable.save(tmp_path / feed)))


def test_the_same_timetable_gives_the_same_bytes(tmp_path: Path) -> None:
    timetable = toy(tmp_path / "feed")
    timetable.save(tmp_path / "one")
    timetable.save(tmp_path / "two")
    timetable.save(tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_new_timetable_replaces_the_old_one_while_it_is_mapped(tmp_path: Path) -> None:
    old = toy(tmp_path / "a")
    new = toy(tmp_path / "b", frequencies_txt="")
    folder = old.save(tmp_path / "saved")
    mapped = load_timetable(folder)
    new.save(folder)
    assert_same(mapped, old)
    assert_same(load_timetable(folder), new)
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 1


def test_a_crash_leaves_the_old_timetable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = toy(tmp_path / "a")
    folder = old.save(tmp_path / "saved")
    new = toy(tmp_path / "b", frequencies_txt="")

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", fail)
    with pytest.raises(OutputError, match="No space left"):
        new.save(folder)
    monkeypatch.undo()
    assert_same(load_timetable(folder), old)
    assert files.sha256(folder)


def test_strange_folders_are_not_written_to(tmp_path: Path) -> None:
    timetable = toy(tmp_path / "feed")
    with pytest.raises(OutputError, match=r"holds other things than a saved timetable \(agency"):
        timetable.save(tmp_path / "feed")
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        timetable.save(tmp_path / "file")


def test_a_broken_manifest_is_replaced(tmp_path: Path) -> None:
    timetable = toy(tmp_path / "feed")
    folder = timetable.save(tmp_path / "saved")
    (folder / FEED_MANIFEST).write_text("{")
    assert_same(load_timetable(timetable.save(folder)), timetable)


def test_every_damage_is_named(tmp_path: Path) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    array_file(folder, "stops.stop_lat").unlink()
    file = array_file(folder, "trips.route")
    file.write_bytes(file.read_bytes()[:-4])
    np.save(array_file(folder, "stop_times.stop"), np.zeros(2, np.int64))
    with pytest.raises(FeedError) as error:
        load_timetable(folder)
    text = str(error.value)
    assert "stops.stop_lat.npy: is missing - build it again: clustergeo feed build" in text
    assert "trips.route.npy: is damaged" in text
    assert "stop_times.stop.npy: has (2,) of <i8 instead of (5,) of <i8" in text


def test_arrays_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    file = array_file(folder, "trips.service_id")
    np.save(file, np.array([0, 7], np.int32))
    with pytest.raises(FeedError, match="do not belong together"):
        load_timetable(folder)
    np.save(file, np.array([0, 0], np.int32))
    np.save(array_file(folder, "trips.service_id.ends"), np.array([99]))
    with pytest.raises(FeedError, match="do not belong together"):
        load_timetable(folder)


def test_a_column_without_its_arrays_is_refused(tmp_path: Path) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    manifest = json.loads((folder / FEED_MANIFEST).read_text())
    del manifest["arrays"]["trips.route"]
    (folder / FEED_MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(FeedError, match="do not belong together"):
        load_timetable(folder)


def test_a_changed_byte_is_found_on_request(tmp_path: Path) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    file = array_file(folder, "stop_times.arrival_s")
    data = bytearray(file.read_bytes())
    data[-8] ^= 1
    file.write_bytes(data)
    load_timetable(folder)
    with pytest.raises(FeedError, match=r"stop_times.arrival_s.npy: has changed since"):
        verify_timetable(folder)
    data[-8] ^= 1
    file.write_bytes(data)
    manifest = json.loads((folder / FEED_MANIFEST).read_text())
    manifest["source"] = "elsewhere"
    (folder / FEED_MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(FeedError, match=r"timetable.json: has changed since"):
        verify_timetable(folder)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("format", "other", "is not the manifest of a saved timetable"),
        ("version", 99, "version: is of version 99, this is version 1 - build it again"),
        ("notes", "one", "notes: is damaged"),
        ("source", 3, "source: is damaged"),
        ("content", "xyz", "content: is damaged"),
        ("tables", {}, "tables: is damaged"),
        ("rows", None, "rows: is damaged"),
        ("sha256", {"a": 1}, "sha256: is damaged"),
    ],
)
def test_a_wrong_manifest_is_refused(
    tmp_path: Path, member: str, value: object, message: str
) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    manifest = json.loads((folder / FEED_MANIFEST).read_text())
    manifest[member] = value
    (folder / FEED_MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(FeedError, match=message):
        load_timetable(folder)


def test_what_is_not_json_is_refused(tmp_path: Path) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    (folder / FEED_MANIFEST).write_text("no")
    with pytest.raises(FeedError, match="is not JSON"):
        load_timetable(folder)


def test_a_saved_timetable_stands_alone(tmp_path: Path) -> None:
    folder = toy(tmp_path / "feed").save(tmp_path / "saved")
    with pytest.raises(UsageError, match="stands alone"):
        load_timetable([folder, tmp_path / "feed"])
    shutil.rmtree(folder)
    with pytest.raises(ClustergeoError):
        load_timetable(folder)
    assert "trips.txt" in FILES
