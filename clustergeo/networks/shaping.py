"""Make one network of several, or of the part in which every place reaches every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.networks._arrays import BANNED_MS, arranged, fixed
from clustergeo.networks._components import strong_components
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._lines import slices
from clustergeo.networks._network import RoadNetwork

__all__ = ["largest_component", "merge_networks"]

_SAME_PLACE_M: Final = 1.0

_CODED: Final = {"highway": "classes", "name": "names", "ref": "refs"}
_PER_EDGE: Final = (
    "tail",
    "head",
    "time_ms",
    "length_m",
    "speed_kph",
    "speed_evidence",
    "highway",
    "name",
    "ref",
    "osmid",
    "lanes",
    "toll",
    "twin",
    "line",
    "backward",
)

Arrays = dict[str, NDArray[Any]]


def largest_component(network: RoadNetwork) -> RoadNetwork:
    """Return the largest strongly connected component; what is left out is said in the notes.

    Within it every node reaches every other. Of components of one size the first is taken.

    Parameters
    ----------
    network
        Any road network.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> len(largest_component(load_road_network()).nodes)
    4433
    """
    component = strong_components(network.first, network.head)
    sizes = np.bincount(component)
    kept = component == component[np.argmax(sizes[component])]
    if kept.all():
        return network
    edges = np.flatnonzero(kept[network.tail] & kept[network.head])
    lost = network.tail.size - edges.size
    note = (
        f"largest strongly connected component kept: {np.count_nonzero(~kept):,} nodes and "
        f"{lost:,} edges in {sizes.size - 1:,} other components left out"
    )
    return _part(network, np.flatnonzero(kept), edges, note)


def _part(
    network: RoadNetwork, nodes: NDArray[np.int64], edges: NDArray[np.int64], note: str
) -> RoadNetwork:
    """Return the network of some nodes and edges, in the order of the whole."""
    node_at, edge_at = _places(nodes, network.lon.size), _places(edges, network.tail.size)
    columns: Arrays = {name: getattr(network, name)[edges] for name in _PER_EDGE}
    columns |= {
        "tail": node_at[columns["tail"]],
        "head": node_at[columns["head"]],
        "twin": edge_at[columns["twin"]],
    }
    lines, columns["line"] = (
        a.astype(np.int32) for a in np.unique(columns["line"], return_inverse=True)
    )
    index, step = slices(network.line_first, lines)
    at = network.line_first[lines][index] + step
    turn_from, turn_to = edge_at[network.turn_from], edge_at[network.turn_to]
    real = (turn_from >= 0) & (turn_to >= 0)
    turn_ms = network.turn_ms[real] if network.turn_ms.size else network.turn_ms
    arrays = arranged(nodes.size, columns, turn_from[real], turn_to[real], turn_ms)
    counts = np.bincount(index, minlength=lines.size)
    arrays |= {
        "node_id": network.node_id[nodes],
        "lon": network.lon[nodes],
        "lat": network.lat[nodes],
        "line_first": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "line_lon": network.line_lon[at],
        "line_lat": network.line_lat[at],
        "signal": network.signal[nodes] if network.signal.size else network.signal,
    }
    return _network(arrays, network, notes=(*network.notes, note))


def _places(rows: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    """Return where each row went, -1 where it was left out; -1 goes on pointing nowhere."""
    at = np.full(size + 1, -1, np.int32)
    at[rows] = np.arange(rows.size, dtype=np.int32)
    return at


def merge_networks(networks: Sequence[RoadNetwork]) -> RoadNetwork:
    """Return one network of several.

    Nodes of equal id within a metre of each other are one. Where an id stands for different
    places the later node gets a new one, above all others: extracts of one source share ids,
    different sources only clash by chance. Of roads that two networks share (same nodes, way and
    length) one is kept. Speeds stay as each network has them.

    Parameters
    ----------
    networks
        One or more networks.

    Raises
    ------
    UsageError
        If there is none.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> merged = merge_networks([roads, roads])
    >>> len(merged.nodes), len(merged.edges)
    (4438, 13006)
    """
    if not networks:
        message = "no network to merge - name one or more"
        raise UsageError(message)
    merged = networks[0]
    for other in networks[1:]:
        merged = _merged(merged, other)
    return merged


def _merged(one: RoadNetwork, two: RoadNetwork) -> RoadNetwork:
    node_at, node_id, renumbered = _matched(one, two)
    same = _same_edge(one, two, node_at)
    own = np.flatnonzero(same < 0)
    rest = _part(two, np.arange(two.lon.size), own, "")
    edge_at = same.copy()
    edge_at[own] = one.tail.size + np.arange(own.size)
    texts = {name: _united(getattr(one, name), getattr(two, name)) for name in _CODED.values()}
    columns = _joined(one, rest, node_at, {name: texts[_CODED[name]][1] for name in _CODED})
    turns = [
        np.concatenate([getattr(one, name), edge_at[getattr(two, name)]])
        for name in ("turn_from", "turn_to")
    ]
    fresh = node_at >= one.node_id.size
    arrays = arranged(node_id.size, columns, turns[0], turns[1], _turn_ms(one, two)) | {
        "node_id": node_id,
        "lon": np.concatenate([one.lon, two.lon[fresh]]),
        "lat": np.concatenate([one.lat, two.lat[fresh]]),
        "line_first": np.concatenate([one.line_first, rest.line_first[1:] + one.line_first[-1]]),
        "line_lon": np.concatenate([one.line_lon, rest.line_lon]),
        "line_lat": np.concatenate([one.line_lat, rest.line_lat]),
        "signal": _signals(one, two, node_at, node_id.size),
    }
    note = (
        f"merged: {np.count_nonzero(~fresh):,} nodes in common, {two.tail.size - own.size:,} "
        f"edges of both kept once, {renumbered:,} nodes with an id that was taken renumbered"
    )
    return _network(
        arrays,
        one,
        **{name: united for name, (united, _) in texts.items()},
        source="; ".join(dict.fromkeys((one.source, two.source))),
        date="; ".join(dict.fromkeys(date for date in (one.date, two.date) if date)),
        notes=(*dict.fromkeys((*one.notes, *two.notes)), note),
    )


def _turn_ms(one: RoadNetwork, two: RoadNetwork) -> NDArray[np.int32]:
    """Return the milliseconds of the turns of both, none where all are banned in both."""
    if not (one.turn_ms.size or two.turn_ms.size):
        return one.turn_ms
    return np.concatenate(
        [
            network.turn_ms
            if network.turn_ms.size
            else np.full(network.turn_from.size, BANNED_MS, np.int32)
            for network in (one, two)
        ]
    )


def _signals(
    one: RoadNetwork, two: RoadNetwork, node_at: NDArray[np.int32], nodes: int
) -> NDArray[np.bool_]:
    """Return the signals of both; where only one of them knows its own, the other has none."""
    if not (one.signal.size or two.signal.size):
        return one.signal
    signal = np.zeros(nodes, bool)
    if one.signal.size:
        signal[: one.lon.size] = one.signal
    if two.signal.size:
        signal[node_at[two.signal]] = True
    return signal


def _matched(
    one: RoadNetwork, two: RoadNetwork
) -> tuple[NDArray[np.int32], NDArray[np.int64], int]:
    """Return the row of each node of two in both together, all ids, and how many are new ids."""
    _, ours, theirs = np.intersect1d(one.node_id, two.node_id, return_indices=True)
    apart_m = crow_fly_m(one.lat[ours], one.lon[ours], two.lat[theirs], two.lon[theirs])
    near = apart_m <= _SAME_PLACE_M
    node_at = np.full(two.node_id.size, -1, np.int32)
    node_at[theirs[near]] = ours[near]
    fresh = np.flatnonzero(node_at < 0)
    node_at[fresh] = one.node_id.size + np.arange(fresh.size)
    ids = two.node_id.copy()
    clash = np.sort(theirs[~near])
    ids[clash] = max(one.node_id.max(), two.node_id.max()) + 1 + np.arange(clash.size)
    return node_at, np.concatenate([one.node_id, ids[fresh]]), clash.size


def _same_edge(
    one: RoadNetwork, two: RoadNetwork, node_at: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return for each edge of two the edge of one over the same way, else -1."""
    known = np.flatnonzero(np.maximum(node_at[two.tail], node_at[two.head]) < one.lon.size)
    ours, theirs = (
        pd.DataFrame(
            {
                "tail": tail,
                "head": head,
                "osmid": network.osmid[rows],
                "mm": np.rint(network.length_m[rows] * 1000).astype(np.int64),
                "edge": rows,
            }
        )
        for network, rows, tail, head in (
            (one, np.arange(one.tail.size), one.tail, one.head),
            (two, known, node_at[two.tail[known]], node_at[two.head[known]]),
        )
    )
    key = ["tail", "head", "osmid", "mm"]
    found = theirs.merge(ours.drop_duplicates(key), on=key, suffixes=("", "_one"))
    same = np.full(two.tail.size, -1, np.int64)
    same[found["edge"].to_numpy()] = found["edge_one"].to_numpy()
    return same


def _joined(
    one: RoadNetwork, rest: RoadNetwork, node_at: NDArray[np.int32], codes: Arrays
) -> Arrays:
    """Return the columns of both, those of the second renumbered."""
    columns: Arrays = {}
    for name in _PER_EDGE:
        first, second = getattr(one, name), getattr(rest, name)
        if name in {"tail", "head"}:
            second = node_at[second]
        elif name == "twin":
            second = np.where(second >= 0, second + one.tail.size, -1)
        elif name == "line":
            second = second + (one.line_first.size - 1)
        elif name in codes:
            second = codes[name][second]
        columns[name] = np.concatenate([first, second.astype(first.dtype)])
    return columns


def _united(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[Any]]:
    """Return the texts of both, and the code in it of each text of the second."""
    united = tuple(dict.fromkeys((*one, *two)))
    at = {text: code for code, text in enumerate(united)}
    return united, np.array([at[text] for text in two], np.int64)


def _network(arrays: Arrays, like: RoadNetwork, **others: Any) -> RoadNetwork:  # noqa: ANN401
    """Return a network of some arrays; texts that are not given are those of another."""
    texts = {
        field.name: getattr(like, field.name)
        for field in fields(like)
        if field.name not in {*arrays, "_made"}
    }
    frozen = {name: fixed(array) for name, array in arrays.items()}
    return RoadNetwork(**(texts | frozen | others))
