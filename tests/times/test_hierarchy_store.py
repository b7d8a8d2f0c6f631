"""A saved hierarchy comes back as it was, or is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clustergeo.errors import MissingFileError, RoadError
from clustergeo.times.hierarchy import Ends, Topology, build, customise, matrix
from clustergeo.times.hierarchy._store import load, save

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
    ("change", "message"),
    [({"version": 0}, "version"), ({"sha256": 3}, "no statement"), (None, "no statement")],
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
