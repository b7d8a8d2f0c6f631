"""A road network in the order of a nested dissection: all that does not depend on travel times."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import MissingExtraError, UsageError
from clustergeo.times.hierarchy._symbolic import eliminate, group, lower_arcs, slots

__all__ = ["Topology", "build", "fingerprint", "frozen"]

_LONG_FROM: Final = 100_000  # nodes: METIS takes about a second

_CHILD: Final = """
import sys
import numpy, pymetis
words = sys.stdin.buffer.read()
size = int.from_bytes(words[:8], "little")
numbers = numpy.frombuffer(words, numpy.int32, offset=8)
graph = pymetis.CSRAdjacency(numbers[:size], numbers[size:])
order, _ = pymetis.nested_dissection(graph)
sys.stdout.buffer.write(numpy.asarray(order, numpy.int32).tobytes())
"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Topology:
    """A contracted road network, without times; make it with :func:`build`.

    There are n nodes, m edges and a arcs. A rank is the place of a node in the order of
    contraction; arcs run from the lower rank to the higher and stand for both directions.

    Parameters
    ----------
    first, head
        Forward star of the network, in its own numbering: int64 (n + 1,), int32 (m,).
    rank
        Rank of each node, int32 (n,).
    node
        Node of each rank, int32 (n,).
    parent
        Parent of each rank in the elimination tree, -1 at a root; int32 (n,).
    up_first, up_head
        Arcs by lower end, heads sorted: int64 (n + 1,), int32 (a,).
    low_first, low_arc, low_tail
        Arcs by upper end and their lower ends: int64 (n + 1,), int32 (a,), int32 (a,).
    slot
        Of each edge twice its arc, plus one if it runs down; -1 for a loop. int32 (m,).
    """

    first: NDArray[np.int64]
    head: NDArray[np.int32]
    rank: NDArray[np.int32]
    node: NDArray[np.int32]
    parent: NDArray[np.int32]
    up_first: NDArray[np.int64]
    up_head: NDArray[np.int32]
    low_first: NDArray[np.int64]
    low_arc: NDArray[np.int32]
    low_tail: NDArray[np.int32]
    slot: NDArray[np.int32]

    def __repr__(self) -> str:
        return (
            f"Topology({self.rank.size:,} nodes, {self.head.size:,} edges, "
            f"{self.up_head.size:,} arcs)"
        )


def frozen(values: Any, dtype: type[np.generic]) -> NDArray[Any]:  # noqa: ANN401 - array-likes
    """Return a read-only, contiguous view: kernels are then compiled for one kind of array."""
    view = np.ascontiguousarray(values, dtype).view(np.ndarray)
    view.flags.writeable = False
    return view


def fingerprint(first: NDArray[np.int64], head: NDArray[np.int32]) -> str:
    """Return the SHA-256 of a forward star: equal networks have equal topologies."""
    digest = hashlib.sha256(np.ascontiguousarray(first, "<i8").tobytes())
    digest.update(np.ascontiguousarray(head, "<i4").tobytes())
    return digest.hexdigest()


def build(first: NDArray[np.int64], head: NDArray[np.int32]) -> Topology:
    """Contract a network of any shape: islands, one-ways, parallel edges and loops are welcome.

    The order is a nested dissection by METIS (Karypis and Kumar 1998) of the undirected graph;
    the contraction is that of customizable hierarchies (Dibbelt, Strasser and Wagner 2016).

    Parameters
    ----------
    first, head
        Forward star: the edges of node v are ``first[v]:first[v + 1]``.

    Returns
    -------
    topology : Topology

    Raises
    ------
    UsageError
        If the arrays are no forward star.
    MissingExtraError
        If METIS is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> build(np.array([0, 1, 2, 2]), np.array([1, 2]))
    Topology(3 nodes, 2 edges, 2 arcs)
    """
    first, head = frozen(first, np.int64), frozen(head, np.int32)
    _check(first, head)
    count = first.size - 1
    tail = np.repeat(np.arange(count, dtype=np.int32), np.diff(first))
    low, high = _pairs(tail, head, count)
    node = _dissect(low, high, count)
    rank = np.empty(count, np.int32)
    rank[node] = np.arange(count, dtype=np.int32)
    ends = rank[low], rank[high]
    shape = group(np.minimum(*ends), np.maximum(*ends), count)
    up_first, up_head, parent = eliminate(*shape)
    low_first, low_arc, low_tail = lower_arcs(up_first, up_head)
    slot = slots(up_first, up_head, rank[tail], rank[head])
    return Topology(
        first=first,
        head=head,
        rank=frozen(rank, np.int32),
        node=frozen(node, np.int32),
        parent=frozen(parent, np.int32),
        up_first=frozen(up_first, np.int64),
        up_head=frozen(up_head, np.int32),
        low_first=frozen(low_first, np.int64),
        low_arc=frozen(low_arc, np.int32),
        low_tail=frozen(low_tail, np.int32),
        slot=frozen(slot, np.int32),
    )


def _check(first: NDArray[np.int64], head: NDArray[np.int32]) -> None:
    sound = first.ndim == 1 and first.size and first[0] == 0 and first[-1] == head.size
    if not sound or (np.diff(first) < 0).any():
        message = "first: is no forward star - let it rise from 0 to the number of edges"
        raise UsageError(message)
    if head.size and not (head.min() >= 0 and head.max() < first.size - 1):
        message = f"head: names nodes that are not there - use 0 to {first.size - 2}"
        raise UsageError(message)


def _pairs(
    tail: NDArray[np.int32], head: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the pairs of nodes that any edge joins, each once, the lower node first."""
    low = np.minimum(tail, head).astype(np.int64)
    key = np.unique((low * count + np.maximum(tail, head))[tail != head])
    low, high = np.divmod(key, max(count, 1))
    return low.astype(np.int32), high.astype(np.int32)


def _dissect(low: NDArray[np.int32], high: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Return the nodes in order of contraction, the last separator last."""
    if not low.size:
        return np.arange(count, dtype=np.int32)
    try:
        import pymetis  # noqa: PLC0415 - only a network of size needs it
    except ImportError as error:
        message = 'the hierarchy needs METIS - pip install "clustergeo[large]"'
        raise MissingExtraError(message) from error

    both = np.concatenate([low, high]), np.concatenate([high, low])
    first, head = group(*both, count)
    star = first.astype(np.int32), head.astype(np.int32)
    found = _dissected_by_a_child(*star) if count >= _LONG_FROM else None
    if found is not None:
        return found
    order, _ = pymetis.nested_dissection(pymetis.CSRAdjacency(*star))
    return np.asarray(order, np.int32)


def _dissected_by_a_child(
    first: NDArray[np.int32], head: NDArray[np.int32]
) -> NDArray[np.int32] | None:
    """Return the order by a process of its own; None where none can be started.

    METIS hears no signal and lets no other thread run: some 20 s for a nation. A process can be
    ended at once.
    """
    words = first.size.to_bytes(8, "little"), first.tobytes(), head.tobytes()
    call = [sys.executable, "-P", "-c", _CHILD]
    try:
        with subprocess.Popen(  # noqa: S603 - our own interpreter
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            try:
                found, _ = child.communicate(b"".join(words))
            except BaseException:
                child.kill()
                child.wait()
                raise
    except OSError:
        return None
    order = np.frombuffer(found, np.int32) if child.returncode == 0 else None
    return order if order is not None and order.size == first.size - 1 else None
