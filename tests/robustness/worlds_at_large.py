"""Many random road networks and timetables from one seed, each batch of them one input.

Islands of one network, and towns too far apart to walk between, cost one start of the engines
together, and show besides that none of them leaks into another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from roads import parts_of
from toy_feed import HOUR, Trip, World, places

from clustergeo.networks import RoadNetwork
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.times.roads.snaps import Snaps

__all__ = ["Roads", "Towns", "roads_at_large", "towns_at_large"]

Link = tuple[int, int, int, bool]
"""From, to, milliseconds, one-way."""
Call = tuple[int, int, int, bool, bool]

_MS: Final = np.array([0, 0, 1, 2, 3, 7, 400, 1_000, 12_345, 2_000_000])
_TURN_MS: Final = np.array([0, 1, 5, 400, 20_000, BANNED_MS, BANNED_MS])
_STEP_DEG: Final = 0.0085  # neighbours can be walked between, others not
_APART_DEG: Final = 0.1
_TOWNS_A_ROW: Final = 30


class Roads(NamedTuple):
    """Islands as one network, without its turns and with them, and places on their edges."""

    network: RoadNetwork
    turning: RoadNetwork
    links: list[Link]
    island: NDArray[np.int64]
    """Island of each node."""
    spots: list[tuple[int, float]]
    """Edge and share of it before each place."""

    @property
    def snaps(self) -> Snaps:
        """The places as the engines take them."""
        edge, fraction = zip(*self.spots, strict=True)
        return Snaps(np.array(edge, np.int32), np.array(fraction), np.zeros(len(self.spots)))


class Towns(NamedTuple):
    """Worlds as one, and a door to leave from and one to arrive at in each."""

    world: World
    doors: list[tuple[float, float]]
    town: list[int]
    """Town of each door."""
    stops: list[list[int]]
    """Stops of each town."""

    @property
    def places(self) -> gpd.GeoDataFrame:
        """The doors as a table."""
        return places(**{f"d{number}": door for number, door in enumerate(self.doors)})


def roads_at_large(random: np.random.Generator, islands: int) -> Roads:
    """Return random multigraphs: one-ways, parallel links, loops, no time, no way, turns."""
    links: list[Link] = []
    sizes = random.integers(1, 13, islands)
    island = np.repeat(np.arange(islands), sizes)
    begin = 0
    for size in sizes.tolist():
        for _ in range(int(random.integers(1, 2 * size + 4))):
            u, v = (begin + random.integers(0, size, 2)).tolist()
            links.append((u, v, int(random.choice(_MS)), bool(random.random() < 0.4)))
            if random.random() < 0.15:  # a parallel one
                links.append((u, v, int(random.choice(_MS)), bool(random.random() < 0.5)))
        begin += size
    at = {node: (126.5 + node % 997 / 500, 35.0 + node % 991 / 700) for node in range(begin)}
    pieces: list[tuple[int, int, dict[str, Any]]] = [
        (u, v, {"seconds": ms / 1000, "backward": not oneway}) for u, v, ms, oneway in links
    ]
    network = RoadNetwork.from_parts(parts_of(at, pieces))
    once = np.flatnonzero(network.once)
    of_edge = island[network.tail[once]]
    spots = [
        (edge, float(random.choice([0.0, 1.0, int(random.integers(65)) / 64])))
        for number in range(islands)
        for edge in random.choice(once[of_edge == number], 3).tolist()
    ]
    return Roads(network, _turning(random, network), links, island, spots)


def _turning(random: np.random.Generator, network: RoadNetwork) -> RoadNetwork:
    """Return the network with a third of its turns banned or slow."""
    turns = [
        (edge, follower)
        for edge, node in enumerate(network.head.tolist())
        for follower in range(network.first[node], network.first[node + 1])
        if random.random() < 1 / 3
    ]
    pairs = np.array(turns, np.int32).reshape(-1, 2)
    ms = random.choice(_TURN_MS, len(pairs)).astype(np.int32)
    return replace(network, turn_from=pairs[:, 0], turn_to=pairs[:, 1], turn_ms=ms)


def towns_at_large(random: np.random.Generator, towns: int) -> Towns:
    """Return random timetables: headways, other days, stops for one purpose only, transfers."""
    world = World([], [])
    doors, town, stops = [], [], []
    for number in range(towns):
        row, column = divmod(number, _TOWNS_A_ROW)
        corner = 35.0 + row * _APART_DEG, 126.3 + column * _APART_DEG
        cells = random.choice(36, int(random.integers(4, 9)), replace=False).tolist()
        begin = len(world.stops)
        own = list(range(begin, begin + len(cells)))
        world.stops += [
            (corner[0] + cell // 6 * _STEP_DEG, corner[1] + cell % 6 * _STEP_DEG) for cell in cells
        ]
        world.trips += [_trip(random, own) for _ in range(int(random.integers(4, 15)))]
        world.transfers += _transfers(random, own)
        first, last = world.stops[own[0]], world.stops[own[-1]]
        doors += [(first[0] + 0.001, first[1] - 0.001), (last[0], last[1] + 0.002)]
        town += [number, number]
        stops.append(own)
    return Towns(world, doors, town, stops)


def _trip(random: np.random.Generator, stops: list[int]) -> Trip:
    day = int(random.choice([0, 0, 0, -1, 1, 9]))  # the ninth day after is never travelled
    time = 7 * HOUR + 60 * int(random.integers(-10, 61)) - (day * 24 * HOUR if day < 1 else 0)
    if day == 1:
        time = 60 * int(random.integers(0, 61))
    calls: list[Call] = []
    start = time
    for stop in random.choice(stops, int(random.integers(3, 6))).tolist():
        dwell = 60 * int(random.choice([0, 0, 1, 3]))
        on, off = [(True, True), (True, False), (False, True)][int(random.choice(3, p=_PURPOSE))]
        calls.append((stop, time, time + dwell, on, off))
        time += dwell + 60 * int(random.integers(1, 10))
    windows = []
    if day == 0 and random.random() < 0.25:
        begin = start + 60 * int(random.integers(-30, 21))
        end = begin + 60 * int(random.integers(1, 61))
        headway = 60 * int(random.integers(2, 21))
        windows = [(begin, end, headway, bool(random.random() < 0.5))]
    return Trip(calls, windows, day)


_PURPOSE: Final = (0.8, 0.1, 0.1)


def _transfers(
    random: np.random.Generator, stops: list[int]
) -> list[tuple[int, int, int, int | None]]:
    rules: dict[tuple[int, int], tuple[int, int | None]] = {}
    for _ in range(int(random.integers(0, 5))):
        a, b = random.choice(stops, 2).tolist()
        kind = int(random.choice([0, 2, 2, 3]))
        stated = [None, 0, 90, 600][int(random.integers(4))]
        # Without a time of its own a recommended change at one stop says nothing.
        rules[a, b] = (2 if a == b and kind == 0 else kind, stated)
    return [(a, b, *rule) for (a, b), rule in rules.items()]
