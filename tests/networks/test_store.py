"""Saved networks: the same network comes back, and nothing else does."""

from __future__ import annotations

import json
import shutil
import threading
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from roads import parts_of

from clustergeo import _files as files
from clustergeo._cache import locked
from clustergeo.errors import ClustergeoError, OutputError, RoadError
from clustergeo.networks import _saved
from clustergeo.networks._store import MANIFEST, verify_network
from clustergeo.networks.road import RoadNetwork, load_road_network

PLACES = {30: (127.0, 36.0), 10: (127.01, 36.0), 20: (127.02, 36.0)}


def small(name: str = "큰길") -> RoadNetwork:
    return RoadNetwork.from_parts(
        parts_of(
            PLACES,
            [(10, 20, {"name": name, "forward_kph": 70.0}), (30, 10, {"backward": False})],
            ban_from=np.array([1], np.int32),
            ban_to=np.array([0], np.int32),
            ban_from_forward=np.array([True]),
            ban_to_forward=np.array([True]),
            notes=("one thing dropped",),
        )
    )


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def array_file(folder: Path, name: str) -> Path:
    (found,) = folder.glob(f"*/{name}.npy")
    return found


def same(one: RoadNetwork, two: RoadNetwork) -> bool:
    pairs: list[tuple[Any, Any]] = [
        (getattr(one, f.name), getattr(two, f.name)) for f in fields(one) if f.name != "_made"
    ]
    return all(
        a.dtype == b.dtype and np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        for a, b in pairs
    )


@pytest.mark.parametrize("make", [small, load_road_network])
def test_what_is_saved_comes_back(tmp_path: Path, make: Any) -> None:
    network = make()
    loaded = load_road_network(network.save(tmp_path / "net"))
    assert same(network, loaded)
    assert isinstance(loaded.lon.base, np.memmap)
    verify_network(tmp_path / "net")
    with pytest.raises(ValueError, match="read-only"):
        loaded.time_ms[0] = 1


def test_a_saved_network_makes_the_same_graph(tmp_path: Path) -> None:
    network = small()
    loaded = load_road_network(network.save(tmp_path / "net"))
    assert list(loaded.graph.edges(keys=True, data="travel_time")) == list(
        network.graph.edges(keys=True, data="travel_time")
    )
    assert loaded.route(30, 20) == (30, 10, 20)


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    small().save(tmp_path / "one")
    small().save(tmp_path / "two")
    small().save(tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_new_network_replaces_the_old_and_leaves_no_rest(tmp_path: Path) -> None:
    mapped = load_road_network(small().save(tmp_path / "net"))
    small("작은길").save(tmp_path / "net")
    small("작은길").save(tmp_path / "fresh")
    assert content(tmp_path / "net") == content(tmp_path / "fresh")
    assert mapped.time_ms.tolist() == small().time_ms.tolist()


def test_a_writer_that_dies_at_any_file_leaves_the_old_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small().save(tmp_path / "net")
    real = files.writing
    for last in range(26):
        calls = iter(range(100))

        def dying(path: Path, calls: Any = calls, last: int = last) -> Any:
            if next(calls) == last:
                raise KeyboardInterrupt
            return real(path)

        monkeypatch.setattr(_saved, "writing", dying)
        with pytest.raises(KeyboardInterrupt):
            small("작은길").save(folder)
        assert same(load_road_network(folder), small())
    monkeypatch.undo()
    small("작은길").save(folder)
    assert same(load_road_network(folder), small("작은길"))


def test_what_killed_writers_left_goes_with_the_next_save(tmp_path: Path) -> None:
    folder = small().save(tmp_path / "net")
    (kept,) = (path for path in folder.iterdir() if path.is_dir())
    (folder / ("0" * 16)).mkdir()
    (folder / ("0" * 16) / "lon.npy").touch()
    for rest in (folder / f".{MANIFEST}.abc.json", kept / ".lon.npy.abc.npy"):
        rest.touch()
    (folder / f".{MANIFEST}.lock").touch()  # its process is dead, and so is the lock
    small().save(folder)
    assert content(folder) == content(small().save(tmp_path / "fresh"))
    assert len(list(folder.iterdir())) == 2


def test_of_two_writers_one_waits_for_the_other(tmp_path: Path) -> None:
    folder = small().save(tmp_path / "net")
    networks = [small(f"{number}번길") for number in range(8)]
    threads = [threading.Thread(target=network.save, args=(folder,)) for network in networks]
    with locked(folder / f".{MANIFEST}.lock"):
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        assert same(load_road_network(folder), small())
    for thread in threads:
        thread.join()
    verify_network(folder)
    assert any(same(load_road_network(folder), network) for network in networks)
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"net: cannot be written \(Not a directory\)"):
        small().save(tmp_path / "file" / "net")


@pytest.mark.parametrize("name", ["lon", "time_ms", "line_first", "turn_to", "toll"])
def test_missing_and_damaged_arrays_are_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    folder = small().save(tmp_path / "net")
    file = array_file(folder, name)
    whole = file.read_bytes()
    for damage in (None, b"", whole[:40], whole[:-1], b"<html></html>", whole + b"x" * 200):
        file.unlink(missing_ok=True)
        if damage is not None:
            file.write_bytes(damage)
        if damage is not None and damage.startswith(whole):
            continue  # bytes behind the end are never mapped
        with pytest.raises(RoadError, match=rf"{name}\.npy.*build it again"):
            load_road_network(folder)


def test_arrays_of_another_size_type_or_kind_are_refused(tmp_path: Path) -> None:
    folder = small().save(tmp_path / "net")
    file = array_file(folder, "osmid")
    for other in (
        np.array([1, 2]),
        np.array([1.0, 2.0, 3.0]),
        np.array([[1, 2, 3]]),
        np.array(["a", "b", "c"], object),
    ):
        np.save(file, other, allow_pickle=True)
        with pytest.raises(RoadError, match=r"osmid\.npy: (has|is damaged)"):
            load_road_network(folder)


def test_offsets_that_do_not_end_where_they_should_are_refused(tmp_path: Path) -> None:
    folder = small().save(tmp_path / "net")
    np.save(array_file(folder, "first"), np.array([0, 1, 2, 9]))
    with pytest.raises(RoadError, match="do not belong together"):
        load_road_network(folder)


@pytest.mark.parametrize(
    ("name", "array"),
    [("turn_ms", np.zeros(2, np.int32)), ("signal", np.zeros(1, bool))],
)
def test_arrays_that_are_whole_or_empty_are_never_in_between(
    tmp_path: Path, name: str, array: np.ndarray[Any, Any]
) -> None:
    other = {"turn_ms": "turn_times", "signal": "signal_nodes"}
    folder = small().save(tmp_path / "net")
    np.save(array_file(folder, name), array)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["counts"][other[name]] = array.size
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(RoadError, match="do not belong together"):
        load_road_network(folder)


def test_a_changed_byte_is_found_by_the_full_check(tmp_path: Path) -> None:
    folder = small().save(tmp_path / "net")
    file = array_file(folder, "length_m")
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    load_road_network(folder)
    with pytest.raises(RoadError, match=r"length_m\.npy: has changed since it was written"):
        verify_network(folder)


def test_a_changed_text_is_found_by_the_full_check(tmp_path: Path) -> None:
    folder = small().save(tmp_path / "net")
    file = folder / MANIFEST
    file.write_text(file.read_text("utf-8").replace("큰길", "작은길"), "utf-8")
    with pytest.raises(RoadError, match=rf"{MANIFEST}: has changed"):
        verify_network(folder)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("version", 1, "is of version 1, this is version 2 - build it again"),
        ("version", 3, "is of version 3"),
        ("format", "something", "is not the manifest of a saved network"),
        ("counts", {"nodes": 3}, "counts: is damaged"),
        ("counts", None, "counts: is damaged"),
        ("content", "../../etc", "content: is damaged"),
        ("sha256", {}, "sha256: is damaged"),
        ("names", "큰길", "names: is damaged"),
        ("source", ["x"], "source: is damaged"),
        ("notes", [1], "notes: is damaged"),
    ],
)
def test_manifests_of_another_kind_are_refused(
    tmp_path: Path, member: str, value: object, message: str
) -> None:
    folder = small().save(tmp_path / "net")
    file = folder / MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {member: value}), "utf-8")
    with pytest.raises(RoadError) as caught:
        load_road_network(folder)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "<html></html>", "{", "[]", "\x00\x01", '{"format": 1}'])
def test_what_is_no_manifest_is_refused_and_mended_by_saving_again(
    tmp_path: Path, text: str
) -> None:
    folder = small().save(tmp_path / "net")
    (folder / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(ClustergeoError, match=MANIFEST):
        load_road_network(folder)
    assert same(load_road_network(small().save(folder)), small())


def test_folders_with_other_things_and_files_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(OutputError, match=r"holds other things than a saved network \(thesis"):
        small().save(tmp_path)
    with pytest.raises(OutputError, match="is a file, not a folder"):
        small().save(tmp_path / "thesis.doc")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_saved_network_can_be_moved(tmp_path: Path) -> None:
    shutil.move(small().save(tmp_path / "net"), tmp_path / "elsewhere")
    assert same(load_road_network(tmp_path / "elsewhere"), small())


def test_a_header_that_python_cannot_read_is_damage(tmp_path: Path) -> None:
    file = array_file(small().save(tmp_path / "net"), "lon")
    content = file.read_bytes()
    file.write_bytes(content.replace(b"}", b"(", 1))
    with pytest.raises(RoadError, match=r"lon\.npy: is damaged"):
        load_road_network(tmp_path / "net")
