"""A saved hierarchy comes back as it was, or is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clustergeo.errors import MissingFileError, OutputError, RoadError
from clustergeo.times.hierarchy import Ends, build, customise, matrix
from clustergeo.times.hierarchy.store import _STORED, load, save
from clustergeo.times.hierarchy.topology import Topology

FIRST, HEAD = np.array([0, 2, 3, 4, 4]), np.array([1, 2, 2, 0], np.int32)
MS = np.array([5, 20, 4, 7])


@pytest.fixture
def topology() -> Topology:
    return build(FIRST, HEAD)


def test_a_saved_topology_answers_as_before(topology: Topology, tmp_path: Path) -> None:
    save(topology, tmp_path / "new")
    again = load(tmp_path / "new", FIRST, HEAD)
    ends = Ends.at(np.arange(4))
    before, after = (matrix(customise(t, MS), ends, ends) for t in (topology, again))
    assert (before == after).all()
    assert before[0].tolist()[:3] == [0, 5, 9]


def test_a_topology_of_another_network_is_refused(topology: Topology, tmp_path: Path) -> None:
    save(topology, tmp_path)
    with pytest.raises(RoadError, match="another network"):
        load(tmp_path, FIRST, HEAD[::-1])


def test_a_damaged_file_is_refused_by_name(topology: Topology, tmp_path: Path) -> None:
    save(topology, tmp_path)
    content = bytearray((tmp_path / "rank.npy").read_bytes())
    content[-1] ^= 1
    (tmp_path / "rank.npy").write_bytes(content)
    with pytest.raises(RoadError, match=r"rank\.npy.*build the hierarchy again"):
        load(tmp_path, FIRST, HEAD)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: np.save(path, np.arange(5, dtype=np.int32)),
        lambda path: np.save(path, np.arange(4.0)),
        lambda path: np.save(path, np.zeros((2, 2), np.int32)),
    ],
)
@pytest.mark.parametrize("verify", [False, True])
def test_a_file_of_another_size_or_type_is_refused_without_reading_it(
    topology: Topology,
    tmp_path: Path,
    damage: Any,
    verify: bool,  # noqa: FBT001 - drawn
) -> None:
    save(topology, tmp_path)
    damage(tmp_path / "rank.npy")
    with pytest.raises(RoadError, match=r"rank\.npy.*build the hierarchy again"):
        load(tmp_path, FIRST, HEAD, verify=verify)


def test_a_missing_file_is_named(topology: Topology, tmp_path: Path) -> None:
    save(topology, tmp_path)
    (tmp_path / "slot.npy").unlink()
    with pytest.raises(MissingFileError, match=r"slot\.npy"):
        load(tmp_path, FIRST, HEAD, verify=False)


def test_bytes_are_compared_only_when_that_is_asked_for(
    topology: Topology, tmp_path: Path
) -> None:
    save(topology, tmp_path)
    content = bytearray((tmp_path / "low_tail.npy").read_bytes())
    content[-1] ^= 1
    (tmp_path / "low_tail.npy").write_bytes(content)
    load(tmp_path, FIRST, HEAD, verify=False)
    with pytest.raises(RoadError, match="sha256"):
        load(tmp_path, FIRST, HEAD)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 0}, "version"),
        ({"arrays": 3}, "no statement"),
        ({"arrays": {}}, "no statement"),
        ({"arrays": {name: {"size": 1} for name in _STORED}}, "no statement"),
        (None, "no statement"),
    ],
)
def test_a_statement_that_is_old_or_broken_is_refused(
    topology: Topology, tmp_path: Path, change: dict[str, Any] | None, message: str
) -> None:
    save(topology, tmp_path)
    path = tmp_path / "topology.json"
    text = path.read_text()
    path.write_text(text[:20] if change is None else json.dumps(json.loads(text) | change))
    with pytest.raises(RoadError, match=message):
        load(tmp_path, FIRST, HEAD)


def test_a_folder_without_a_statement_is_no_hierarchy(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        load(tmp_path, FIRST, HEAD)


def test_one_that_is_written_over_counts_no_longer_from_the_start_on(
    topology: Topology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    save(topology, tmp_path)
    monkeypatch.setattr("numpy.save", stop)
    with pytest.raises(KeyboardInterrupt):
        save(topology, tmp_path)
    with pytest.raises(MissingFileError):
        load(tmp_path, FIRST, HEAD)


def test_what_cannot_be_written_over_is_an_output_error(
    topology: Topology, tmp_path: Path
) -> None:
    (tmp_path / "topology.json").mkdir()
    with pytest.raises(OutputError, match=r"topology\.json: cannot be removed"):
        save(topology, tmp_path)
