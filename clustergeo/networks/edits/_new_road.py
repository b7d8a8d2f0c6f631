"""A new road: a line, what it is, and where it meets the roads there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field

from clustergeo.errors import Fault
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.edits._meeting import Join, Meeting, length_m_of, meetings
from clustergeo.networks.edits._named_roads import Located, Point, located
from clustergeo.networks.edits._patch import Patch, coded, metric
from clustergeo.networks.edits.edit import Edit, Room, nearest, registered
from clustergeo.networks.parts import ASSUMED
from clustergeo.schemas.roads import FASTEST_KPH
from clustergeo.units import METRES_PER_KILOMETRE, MILLISECONDS_PER_SECOND, SECONDS_PER_HOUR

__all__ = ["HIGHWAYS", "NewRoad"]

HIGHWAYS: Final = (
    *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
)
_MOTORWAYS: Final = ("motorway", "motorway_link")
_RAMP_M: Final = 800.0  # as the strategic network assumes for its ramps, and their speed
_RAMP_KPH: Final = 50.0
_DETOUR: Final = 1.3
_SAME_M: Final = 1.0
_DIRECT_M: Final = 20.0  # nearer than this a road is joined as it is, without a piece between


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoad(Edit):
    """A new road.

    It is entered where it joins others, and, unless it is a motorway, by places that it is the
    nearest road of. Its speed counts as assumed: nobody has driven it.

    Parameters
    ----------
    highway
        Class of road, as in OpenStreetMap: ``motorway``, ``trunk``, ``primary`` ...
    speed_kph
        Speed limit.
    line
        Its course, two points or more; each ``[lon, lat]``, a place_id or a node.
    length_km
        Length of the whole line as published; that of the line as drawn by default.
    joins
        ``"ends"``: it meets the nearest road at both ends, within a kilometre; or a list.
    both_ways
        False: only in the direction of the line.
    name, ref, lanes, toll
        What it is called, its lanes in both directions (0: unknown) and whether it is tolled.
    """

    kind: ClassVar[str] = "new_road"
    room: ClassVar[Room] = "road"

    highway: str
    speed_kph: Annotated[float, Field(gt=0, le=FASTEST_KPH)]
    line: Annotated[tuple[Point, ...], Field(min_length=2)]
    length_km: Annotated[float, Field(gt=0)] | None = None
    joins: tuple[Join, ...] | Literal["ends"] = "ends"
    both_ways: bool = True
    name: str = ""
    ref: str = ""
    lanes: Annotated[int, Field(ge=0, le=20)] = 0
    toll: bool = False

    def built(self, network: RoadNetwork, places: Located) -> RoadNetwork | list[Fault]:
        """Return the network with the road, or why it cannot be built."""
        found = [*self._wrong_class(network)]
        line = self._line(network, places)
        if isinstance(line, list):
            return found + line
        joins = self._joins(network, places)
        if faults := [join for join in joins if isinstance(join, Fault)]:
            return found + faults
        found += self._wrong_length(line)
        met = self._met(network, line, joins)
        found += [one for one in met if isinstance(one, Fault)]
        real = [one for one in met if isinstance(one, Meeting)]
        found += self._unnamed(network, real)
        spots = {(-1, one.node) if one.node >= 0 else (one.edge, one.share) for one in real}
        if not found and len(spots) < 2:  # noqa: PLR2004
            what = "joins the other roads at one point only, and so leads nowhere"
            found.append(self.fault("joins", what, "join them at two points or more"))
        return found or _built(self, network, line, real)

    def _line(self, network: RoadNetwork, places: Located) -> NDArray[np.float64] | list[Fault]:
        points = [
            located(self, ("line", i), point, network, places) for i, point in enumerate(self.line)
        ]
        if faults := [point for point in points if isinstance(point, Fault)]:
            return faults
        return np.array(points, np.float64)

    def _joins(
        self, network: RoadNetwork, places: Located
    ) -> list[tuple[Join, tuple[float, float]] | Fault]:
        listed: list[tuple[tuple[str | int, ...], Join]]
        if self.joins == "ends":
            listed = [(("line", i), Join(at=self.line[i])) for i in (0, len(self.line) - 1)]
        else:
            listed = [(("joins", i, "at"), join) for i, join in enumerate(self.joins)]
        found: list[tuple[Join, tuple[float, float]] | Fault] = []
        for key, join in listed:
            point = located(self, key, join.at, network, places)
            found.append(point if isinstance(point, Fault) else (join, point))
        return found

    def _met(
        self,
        network: RoadNetwork,
        line: NDArray[np.float64],
        joins: list[tuple[Join, tuple[float, float]] | Fault],
    ) -> list[Meeting | Fault]:
        told = [join for join in joins if isinstance(join, tuple)]
        return meetings(self, network, line, told, ends=self.joins == "ends")

    def _wrong_class(self, network: RoadNetwork) -> Iterator[Fault]:
        known = dict.fromkeys((*HIGHWAYS, *network.classes))
        if self.highway not in known:
            fix = nearest(self.highway, known) or f"use {', '.join(HIGHWAYS[:7])}"
            yield self.fault("highway", f"no such class of road ({self.highway})", fix)

    def _wrong_length(self, line: NDArray[np.float64]) -> Iterator[Fault]:
        drawn_m = length_m_of(line)
        if drawn_m < _SAME_M:
            yield self.fault("line", "has no length (0 m)", "draw it from one point to another")
        elif self.length_km and self.length_km * METRES_PER_KILOMETRE < drawn_m * 0.98:
            shown = f"{self.length_km:g} km; the line as drawn has {drawn_m / 1000:.1f}"
            what = f"shorter than its own line ({shown})"
            yield self.fault("length_km", what, "correct the length or the line")

    def _unnamed(self, network: RoadNetwork, met: list[Meeting]) -> Iterator[Fault]:
        """Yield the joins of motorways that are not named: one is entered nowhere else."""
        for one in met:
            over = network.classes[network.highway[one.edge]]
            if (self.highway in _MOTORWAYS or over in _MOTORWAYS) and not one.join.name:
                what = "a motorway is joined at named interchanges only"
                fix = 'write joins = [{ at = [lon, lat], name = "..." }, ...]'
                yield self.fault(("joins", one.number, "name"), what, fix)


@dataclass(slots=True)
class _Course:
    """The line in degrees and metres, and how driven metres follow from those drawn."""

    lonlat: NDArray[np.float64]
    line: shapely.LineString
    factor: float
    at: list[float] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)


def _built(
    edit: NewRoad, network: RoadNetwork, lonlat: NDArray[np.float64], met: list[Meeting]
) -> RoadNetwork:
    patch, drawn_m = Patch(network), length_m_of(lonlat)
    length_m = edit.length_km * METRES_PER_KILOMETRE if edit.length_km else drawn_m
    course = _Course(lonlat, shapely.LineString(metric(network, lonlat)), 1.0)
    course.factor = length_m / course.line.length
    told, texts = _told(edit, network)
    reached = _met_nodes(patch, met)
    ramps = _line_nodes(edit, patch, course, met, reached)
    for i in range(len(course.nodes) - 1):
        piece = _piece(course, i, patch)
        driven_m = (course.at[i + 1] - course.at[i]) * course.factor
        ends = (course.nodes[i], course.nodes[i + 1])
        timed = _timed(driven_m, edit.speed_kph)
        patch.road(ends, piece, both_ways=edit.both_ways, **told, **timed)
    link = told | {"highway": texts.pop("link"), "toll": False, "lanes": 0}
    for node, other, ramp_m in ramps:
        line = np.array([patch.lonlat(node), patch.lonlat(other)])
        driven_m = max(length_m_of(line) * _DETOUR, ramp_m)
        kph = min(_RAMP_KPH, edit.speed_kph)
        patch.road((node, other), line, both_ways=True, **link, **_timed(driven_m, kph))
    named = ", ".join(dict.fromkeys(one.join.name for one in met if one.join.name))
    note = (
        f"scenario: new road {edit.name or edit.ref or edit.highway} of {length_m / 1000:.1f} km"
    )
    note += f" at {edit.speed_kph:g} km/h" + (f", joined at {named}" if named else "")
    return patch.made(note, **texts)


def _told(edit: NewRoad, network: RoadNetwork) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of the road, and the texts of the network with its own."""
    classes, highway = coded(network.classes, edit.highway)
    ramp = edit.highway if edit.highway.endswith("_link") else f"{edit.highway}_link"
    classes, link = coded(classes, ramp)
    names, name = coded(network.names, edit.name)
    refs, ref = coded(network.refs, edit.ref)
    columns = {
        "highway": highway,
        "name": name,
        "ref": ref,
        "osmid": int(network.osmid.max(initial=0)) + 1,
        "lanes": edit.lanes,
        "toll": edit.toll,
        "speed_evidence": ASSUMED,
    }
    return columns, {"classes": classes, "names": names, "refs": refs, "link": link}


def _timed(length_m: float, kph: float) -> dict[str, float]:
    seconds = (length_m / METRES_PER_KILOMETRE) / (kph / SECONDS_PER_HOUR)
    ms = int(np.rint(seconds * MILLISECONDS_PER_SECOND))
    return {"length_m": length_m, "speed_kph": kph, "time_ms": ms}


def _met_nodes(patch: Patch, met: list[Meeting]) -> list[int]:
    """Return the node of the network at each meeting; where there is none an edge is cut."""
    found: dict[tuple[int, float], int] = {}
    cuts: dict[int, list[tuple[float, int]]] = {}
    for one in met:
        key = (one.edge, one.share)
        if one.node >= 0:
            found[key] = one.node
        elif key not in found:
            found[key] = patch.node(*one.lonlat)
            cuts.setdefault(one.edge, []).append((one.share, found[key]))
    for edge, places in cuts.items():
        patch.cut(edge, places)
    return [found[one.edge, one.share] for one in met]


def _line_nodes(
    edit: NewRoad, patch: Patch, course: _Course, met: list[Meeting], reached: list[int]
) -> list[tuple[int, int, float]]:
    """Set the nodes of the line in its order; return the ramps to what they meet."""
    ramps: list[tuple[int, int, float]] = []
    stops = sorted((one.along_m, i) for i, one in enumerate(met))
    last_m = course.line.length
    if stops[0][0] >= _SAME_M:
        stops = [(0.0, -1), *stops]
    if last_m - stops[-1][0] >= _SAME_M:
        stops = [*stops, (last_m, -1)]
    for along_m, i in stops:
        ramp_m = _ramp_m(edit, patch.network, met[i]) if i >= 0 else 0.0
        if not course.at or along_m - course.at[-1] >= _SAME_M:
            # A road that passes through a point of another is joined there without a ramp.
            direct = i >= 0 and ramp_m == 0 and met[i].away_m < _DIRECT_M
            course.at.append(along_m)
            course.nodes.append(reached[i] if direct else patch.node(*_lonlat(course, along_m)))
        if i >= 0 and course.nodes[-1] != reached[i]:
            ramps.append((course.nodes[-1], reached[i], ramp_m))
    return ramps


def _ramp_m(edit: NewRoad, network: RoadNetwork, one: Meeting) -> float:
    if one.join.ramp_m is not None:
        return one.join.ramp_m
    if isinstance(one.join.at, int):  # a node that is named is met as it is
        return 0.0
    over = network.classes[network.highway[one.edge]]
    return _RAMP_M if edit.highway in _MOTORWAYS or over in _MOTORWAYS else 0.0


def _lonlat(course: _Course, along_m: float) -> tuple[float, float]:
    """Return the degrees of a point of the line, by its share of the piece it lies on."""
    at = _along(course)
    i = int(np.clip(np.searchsorted(at, along_m, side="right") - 1, 0, len(at) - 2))
    share = (along_m - at[i]) / max(at[i + 1] - at[i], 1e-9)
    lon, lat = course.lonlat[i] + share * (course.lonlat[i + 1] - course.lonlat[i])
    return float(lon), float(lat)


def _piece(course: _Course, i: int, patch: Patch) -> NDArray[np.float64]:
    start, end = course.at[i], course.at[i + 1]
    at = _along(course)
    inner = course.lonlat[(at > start) & (at < end)]
    ends = (patch.lonlat(course.nodes[i]), patch.lonlat(course.nodes[i + 1]))
    return np.vstack([ends[0], inner, ends[1]])


def _along(course: _Course) -> NDArray[np.float64]:
    steps = np.hypot(*np.diff(shapely.get_coordinates(course.line), axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])
