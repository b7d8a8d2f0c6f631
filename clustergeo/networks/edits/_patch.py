"""A network with roads added, cut and taken away: all arrays made once, at the end."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from clustergeo.networks._arrays import fixed
from clustergeo.networks._line_grid import kept_grid, with_lines
from clustergeo.networks._network import HANDED_ON, RoadNetwork
from clustergeo.networks._stem import grown
from clustergeo.networks.edits._spliced import spliced
from clustergeo.units import WGS84

__all__ = ["Patch", "coded", "metric", "recoloured"]

_PER_EDGE: Final = (
    *("tail", "head", "time_ms", "length_m", "speed_kph", "speed_evidence", "highway", "name"),
    *("ref", "osmid", "lanes", "toll", "twin", "line", "backward"),
)

Points = NDArray[np.float64]


def metric(network: RoadNetwork, lonlat: Points) -> Points:
    """Return points in degrees, shape (n, 2), in the metres of a network."""
    project = _projection(network.metric_crs).transform
    return np.stack(project(lonlat[:, 0], lonlat[:, 1]), axis=1)


@functools.cache
def _projection(crs: str) -> Transformer:
    return Transformer.from_crs(WGS84, crs, always_xy=True)


def coded(texts: tuple[str, ...], text: str) -> tuple[tuple[str, ...], int]:
    """Return texts with one among them, and its code."""
    return (texts, texts.index(text)) if text in texts else ((*texts, text), len(texts))


def recoloured(network: RoadNetwork, note: str, **columns: Any) -> RoadNetwork:  # noqa: ANN401
    """Return the same roads with other columns, the same object if none differs.

    The shape stays, so that a hierarchy that was made of the network serves this one, too.
    """
    changed: dict[str, Any] = {
        name: value if isinstance(value, tuple) else fixed(value)
        for name, value in columns.items()
        if not np.array_equal(np.asarray(getattr(network, name)), np.asarray(value))
    }
    if not changed:
        return network
    made = network._made  # noqa: SLF001 - what holds for any times on the same roads
    kept: dict[str, Any] = {name: made[name] for name in HANDED_ON if name in made}
    return replace(network, notes=(*network.notes, note), _made=kept, **changed)


@dataclass(slots=True)
class Patch:
    """What a network gains and loses, collected until :meth:`made`."""

    network: RoadNetwork
    _lonlat: list[tuple[float, float]] = field(default_factory=list)
    _lines: list[Points] = field(default_factory=list)
    _edges: list[dict[str, Any]] = field(default_factory=list)
    # Old edges that are gone, and the new ones that a drive enters and leaves them by.
    _gone: dict[int, tuple[int, int]] = field(default_factory=dict)

    def node(self, lon: float, lat: float) -> int:
        """Add a node and return its row."""
        self._lonlat.append((float(lon), float(lat)))
        return self.network.lon.size + len(self._lonlat) - 1

    def lonlat(self, node: int) -> tuple[float, float]:
        """Return where a node is, old or new."""
        beyond = node - self.network.lon.size
        if beyond >= 0:
            return self._lonlat[beyond]
        return float(self.network.lon[node]), float(self.network.lat[node])

    def road(self, ends: tuple[int, int], line: Points, *, both_ways: bool, **told: Any) -> None:  # noqa: ANN401
        """Add a road from one node to another along a line in degrees."""
        at, row = len(self._edges), self._line(line)
        there = {**told, "tail": ends[0], "head": ends[1], "line": row, "backward": False}
        self._edges.append(there | {"twin": at + 1 if both_ways else -1})
        if both_ways:
            back = {"tail": ends[1], "head": ends[0], "backward": True, "twin": at}
            self._edges.append(there | back)

    def close(self, edges: Iterable[int]) -> None:
        """Take edges away."""
        self._gone |= dict.fromkeys(map(int, edges), (-1, -1))

    def cut(self, edge: int, places: Sequence[tuple[float, int]]) -> None:
        """Cut an edge and its twin at nodes at shares of it; times sum to the old ones."""
        twin = int(self.network.twin[edge])
        places = sorted(places)
        inner = [node for _, node in places]
        shares = [share for share, _ in places]
        lines = self._cut_line(edge, [(share, self.lonlat(node)) for share, node in places])
        rows = [self._line(line) for line in lines]
        start = len(self._edges)
        self._pieces(edge, inner, shares, rows, backward=False)
        if twin >= 0:
            back = [1.0 - share for share in reversed(shares)]
            self._pieces(twin, inner[::-1], back, rows[::-1], backward=True)
            count = len(rows)
            for i in range(count):
                there, here = start + i, start + 2 * count - 1 - i
                self._edges[there]["twin"], self._edges[here]["twin"] = here, there

    def _pieces(
        self, edge: int, inner: list[int], shares: list[float], rows: list[int], *, backward: bool
    ) -> None:
        network, start = self.network, len(self._edges)
        nodes = [int(network.tail[edge]), *inner, int(network.head[edge])]
        at = np.array([0.0, *shares, 1.0])
        ms = np.diff(np.rint(at * network.time_ms[edge])).astype(np.int64)
        told = {name: getattr(network, name)[edge] for name in _PER_EDGE}
        for i, row in enumerate(rows):
            length_m = float(network.length_m[edge] * (at[i + 1] - at[i]))
            piece = {"tail": nodes[i], "head": nodes[i + 1], "time_ms": ms[i], "twin": -1}
            piece |= {"length_m": length_m, "line": row, "backward": backward}
            self._edges.append(told | piece)
        self._gone[edge] = (start, len(self._edges) - 1)

    def _cut_line(
        self, edge: int, places: list[tuple[float, tuple[float, float]]]
    ) -> list[Points]:
        """Return the pieces of the line of an edge in the direction of travel."""
        network, row = self.network, int(self.network.line[edge])
        at = slice(int(network.line_first[row]), int(network.line_first[row + 1]))
        line = np.stack([network.line_lon[at], network.line_lat[at]], axis=1)
        line = line[::-1] if network.backward[edge] else line
        step_m = np.hypot(*np.diff(metric(network, line), axis=0).T)
        along = np.concatenate([[0.0], np.cumsum(step_m)]) / max(float(step_m.sum()), 1e-9)
        ends = [0.0, *(share for share, _ in places), 1.0]
        points = [line[0], *(np.array(point) for _, point in places), line[-1]]
        return [
            np.vstack([points[i], line[(along > ends[i]) & (along < ends[i + 1])], points[i + 1]])
            for i in range(len(ends) - 1)
        ]

    def _line(self, line: Points) -> int:
        self._lines.append(line)
        return self.network.line_first.size - 1 + len(self._lines) - 1

    def made(self, note: str, **texts: tuple[str, ...]) -> RoadNetwork:
        """Return the network with all of it, and a note that says so."""
        network, nodes = self.network, self.network.lon.size + len(self._lonlat)
        columns = {name: self._column(name) for name in _PER_EDGE}
        arrays, old_at, new_at = spliced(network, columns, self._gone, nodes)
        enter, leave = old_at.copy(), old_at
        for edge, (first, last) in self._gone.items():
            if first >= 0:
                enter[edge], leave[edge] = new_at[first], new_at[last]
        arrays |= self._turns(enter, leave) | self._places() | self._drawn()
        notes = (*network.notes, note)
        made = grown(network, enter, leave) | self._gridded(arrays["line_lon"])
        return replace(network, **{**texts, **arrays}, notes=notes, _made=made)  # type: ignore[arg-type]

    def _column(self, name: str) -> NDArray[Any]:
        new = [edge[name] for edge in self._edges]
        return np.array(new).astype(getattr(self.network, name).dtype)

    def _turns(
        self, enter: NDArray[np.int64], leave: NDArray[np.int64]
    ) -> dict[str, NDArray[Any]]:
        """Return the turns between what the edges have become, sorted; those of none are gone."""
        network = self.network
        turn_from, turn_to = leave[network.turn_from], enter[network.turn_to]
        real = (turn_from >= 0) & (turn_to >= 0)
        order = np.flatnonzero(real)[np.lexsort((turn_to[real], turn_from[real]))]
        arrays = {
            "turn_from": turn_from[order].astype(np.int32),
            "turn_to": turn_to[order].astype(np.int32),
            "turn_ms": network.turn_ms[order] if network.turn_ms.size else network.turn_ms,
        }
        return {name: fixed(array) for name, array in arrays.items()}

    def _places(self) -> dict[str, NDArray[Any]]:
        network, new = self.network, np.array(self._lonlat, np.float64).reshape(-1, 2)
        ids = network.node_id.max(initial=0) + 1 + np.arange(len(new))
        arrays = {
            "node_id": np.concatenate([network.node_id, ids.astype(np.int64)]),
            "lon": np.concatenate([network.lon, new[:, 0]]),
            "lat": np.concatenate([network.lat, new[:, 1]]),
        }
        if network.signal.size:
            arrays["signal"] = np.concatenate([network.signal, np.zeros(len(new), bool)])
        return {name: fixed(array) for name, array in arrays.items()}

    def _gridded(self, lon: NDArray[np.float64]) -> dict[str, Any]:
        """Return the grid of the lines with the new ones, if the network has one."""
        grid, old = kept_grid(self.network), self.network.line_first.size - 1
        if grid is None:
            return {}
        ends = [(*line.min(axis=0), *line.max(axis=0)) for line in self._lines]
        boxes = np.array(ends, np.float64).reshape(-1, 4).T
        return {"grid": (lon, with_lines(grid, old + np.arange(len(ends)), boxes))}

    def _drawn(self) -> dict[str, NDArray[Any]]:
        network = self.network
        vertices = np.concatenate([np.empty((0, 2)), *self._lines])
        ends = network.line_first[-1] + np.cumsum([len(line) for line in self._lines])
        arrays = {
            "line_first": np.concatenate([network.line_first, ends.astype(np.int64)]),
            "line_lon": np.concatenate([network.line_lon, vertices[:, 0]]),
            "line_lat": np.concatenate([network.line_lat, vertices[:, 1]]),
        }
        return {name: fixed(array) for name, array in arrays.items()}
