"""Curved lines between places, so that the two directions of a pair lie side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "Curve",
    "Point",
    "bounds_of",
    "clear_sides",
    "curve",
    "label_points",
    "offset_side",
]

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

_Box = tuple[float, float, float, float]
"""South, west, north, east."""

_SWEEPS: Final = 3
_BEND: Final = 0.16
_STEPS: Final = 24
_LABELS_AT: Final = (0.5, 0.42, 0.58, 0.36, 0.64, 0.3, 0.7)
"""Shares of a line where its label may stand, the best first."""

_ARROW_AT: Final = 0.74
_ARROW: Final = 0.0062
_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve from one place to another.

    Parameters
    ----------
    points
        Along the curve, from start to end.
    arrow
        Triangle near its end, pointing there.
    """

    points: tuple[Point, ...]
    arrow: tuple[Point, Point, Point]


def curve(start: Point, end: Point, *, bend: float = _BEND) -> Curve:
    """Return a curve that bends to the right of its direction.

    The way back bends to its own right, so the two never lie on each other.

    Parameters
    ----------
    start, end
        Latitude and longitude.
    bend
        Distance of the control point from the chord, as a share of the chord.

    Examples
    --------
    >>> there, back = curve((36.0, 127.0), (37.0, 127.0)), curve((37.0, 127.0), (36.0, 127.0))
    >>> there.points[12][1] > 127.0 > back.points[12][1]
    True
    """
    squeeze = math.cos(math.radians((start[0] + end[0]) / 2))
    x0, y0, x1, y1 = start[1] * squeeze, start[0], end[1] * squeeze, end[0]
    dx, dy = x1 - x0, y1 - y0
    # A control point off the chord by twice the bend lifts the middle by once the bend.
    cx, cy = (x0 + x1) / 2 + 2 * bend * dy, (y0 + y1) / 2 - 2 * bend * dx

    def at(share: float) -> Point:
        a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
        return a * x0 + b * cx + c * x1, a * y0 + b * cy + c * y1

    def on_map(x: float, y: float) -> Point:
        return round(y, _DIGITS), round(x / squeeze, _DIGITS)

    tip_x, tip_y = at(_ARROW_AT)
    near_x, near_y = at(_ARROW_AT - 0.02)
    along = math.atan2(tip_y - near_y, tip_x - near_x)
    wings = [
        on_map(tip_x + _ARROW * math.cos(along + turn), tip_y + _ARROW * math.sin(along + turn))
        for turn in (0.0, math.radians(135), math.radians(-135))
    ]
    return Curve(
        points=tuple(on_map(*at(step / _STEPS)) for step in range(_STEPS + 1)),
        arrow=(wings[0], wings[1], wings[2]),
    )


def label_points(
    lines: Sequence[Sequence[Point]], taken: Sequence[Point], *, apart_deg: float
) -> list[Point]:
    """Return for each line a point for its label, near its middle but clear of the others.

    Parameters
    ----------
    lines
        Points along each line, evenly spread.
    taken
        Points labels must keep away from.
    apart_deg
        Least distance, in degrees of latitude; where no point of a line keeps it, the one that
        comes nearest to keeping it is taken.

    Examples
    --------
    >>> line = [(36.0, 127.0 + step / 100) for step in range(25)]
    >>> label_points([line, line], [], apart_deg=0.01)
    [(36.0, 127.12), (36.0, 127.1)]
    """
    placed = list(taken)
    chosen = []
    for line in lines:
        best, best_room = line[len(line) // 2], -1.0
        for share in _LABELS_AT:
            point = line[round(share * (len(line) - 1))]
            room = min((_apart(point, other) for other in placed), default=math.inf)
            if min(room, apart_deg) > best_room:
                best, best_room = point, min(room, apart_deg)
        placed.append(best)
        chosen.append(best)
    return chosen


def _apart(one: Point, other: Point) -> float:
    squeeze = math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], (one[1] - other[1]) * squeeze)


def bounds_of(
    corners: tuple[Point, Point], *, margin_deg: float
) -> tuple[float, float, float, float]:
    """Return west, south, east, north around two corners, with a margin.

    Examples
    --------
    >>> bounds_of(((36.0, 127.0), (37.0, 128.0)), margin_deg=1)
    (126.0, 35.0, 129.0, 38.0)
    """
    (south, west), (north, east) = corners
    return west - margin_deg, south - margin_deg, east + margin_deg, north + margin_deg


def offset_side(point: Point, all_points: Sequence[Point]) -> str:
    """Return the side of a point that faces away from the middle of all points.

    Examples
    --------
    >>> offset_side((36.0, 128.0), [(36.0, 127.0), (36.0, 128.0)])
    'east'
    """
    lat = sum(each[0] for each in all_points) / len(all_points)
    lon = sum(each[1] for each in all_points) / len(all_points)
    north, east = point[0] - lat, (point[1] - lon) * math.cos(math.radians(lat))
    if abs(north) > 1.5 * abs(east):
        return "north" if north > 0 else "south"
    return "east" if east >= 0 else "west"


def clear_sides(points: Sequence[Point], *, width_deg: float, height_deg: float) -> list[str]:
    """Return for each point the side on which its label covers the least.

    On the east where that is clear; a point covered counts as much as two thirds of a label.

    Parameters
    ----------
    points
        Latitude and longitude.
    width_deg, height_deg
        Size of a label in degrees of latitude, its distance from the point included.

    Examples
    --------
    >>> clear_sides([(36.0, 127.0), (36.0, 127.2)], width_deg=0.3, height_deg=0.1)
    ['west', 'east']
    """
    boxes: dict[int, _Box] = {}
    chosen = ["east"] * len(points)
    # Each is placed in turn; in the next sweeps it knows where the ones after it stand.
    for rank in [*range(len(points))] * _SWEEPS:
        lat, lon = points[rank]
        width, height = width_deg / math.cos(math.radians(lat)), height_deg
        places = {
            "east": (lat - height / 2, lon, lat + height / 2, lon + width),
            "west": (lat - height / 2, lon - width, lat + height / 2, lon),
            "north": (lat, lon - width / 2, lat + height, lon + width / 2),
            "south": (lat - height, lon - width / 2, lat, lon + width / 2),
        }
        others = [box for each, box in boxes.items() if each != rank]
        costs = {
            side: sum(_overlap(box, other) for other in others) / (width * height)
            + sum(box[0] < north < box[2] and box[1] < east < box[3] for north, east in points)
            / 1.5
            for side, box in places.items()
        }
        chosen[rank] = min(costs, key=lambda side: costs[side])
        boxes[rank] = places[chosen[rank]]
    return chosen


def _overlap(one: _Box, other: _Box) -> float:
    high = min(one[2], other[2]) - max(one[0], other[0])
    wide = min(one[3], other[3]) - max(one[1], other[1])
    return max(high, 0.0) * max(wide, 0.0)
