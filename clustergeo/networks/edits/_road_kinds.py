"""Kinds of edits of existing roads: speeds, lanes, tolls, upgrades, congestion, closures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from clustergeo.errors import Fault
from clustergeo.networks._arrays import LONGEST_MS
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.congestion import FREE_FLOW, load_congestion
from clustergeo.networks.edits._named_roads import Located, NamedRoad
from clustergeo.networks.edits._new_road import HIGHWAYS
from clustergeo.networks.edits._patch import Patch, coded, recoloured
from clustergeo.networks.edits.edit import Room, nearest, registered
from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.states import road_state
from clustergeo.schemas.roads import FASTEST_KPH
from clustergeo.units import METRES_PER_KILOMETRE, MILLISECONDS_PER_SECOND, SECONDS_PER_HOUR

__all__ = [
    "Change",
    "CloseRoad",
    "Congestion",
    "RoadLanes",
    "RoadSpeed",
    "Toll",
    "UpgradeRoad",
]

Kph: TypeAlias = Annotated[float, Field(gt=0, le=FASTEST_KPH)]
Lanes: TypeAlias = Annotated[int, Field(ge=1, le=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(NamedRoad):
    """An edit of existing roads that leaves them where they are."""

    def faults(self, network: RoadNetwork, places: Located) -> list[Fault]:
        """Return why it cannot be made."""
        own = list(self._own_faults(network))
        found = self.edges(network, places)
        return own + (found if isinstance(found, list) else [])

    def sets(self) -> dict[str, Any]:
        """Return what it sets on each of its edges; two edits of one edge must agree."""
        return {}

    def _own_faults(self, network: RoadNetwork) -> Iterator[Fault]:
        del network
        yield from ()

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        raise NotImplementedError

    def _note(self, network: RoadNetwork, edges: NDArray[np.int64], what: str) -> str:
        once = edges[network.once[edges] | (network.twin[edges] < 0)]
        km = network.length_m[once].sum() / METRES_PER_KILOMETRE
        shown = self.name or self.ref or self.highway or ", ".join(map(str, self.osmid[:3]))
        return f"scenario: {what} on {km:,.1f} km of {shown}"


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSpeed(Change):
    """Another speed limit, or the old one times a factor.

    The times of an edge follow its speed: waiting and congestion in them grow or shrink alike.
    """

    kind: ClassVar[str] = "road_speed"
    room: ClassVar[Room] = "road"

    speed_kph: Kph | None = None
    factor: Annotated[float, Field(gt=0)] | None = None

    def sets(self) -> dict[str, Any]:
        """Return the speed."""
        return {"speed": self.speed_kph or f"x {self.factor}"}

    def _own_faults(self, network: RoadNetwork) -> Iterator[Fault]:
        del network
        if (self.speed_kph is None) == (self.factor is None):
            yield self.fault("speed_kph", "needs either speed_kph or factor", "give one of them")

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        kph = network.speed_kph[edges].astype(np.float64) * (self.factor or 1.0)
        if self.speed_kph:
            kph[:] = self.speed_kph
        columns = _respeeded(network, edges, np.minimum(kph, FASTEST_KPH))
        what = f"{self.speed_kph:g} km/h" if self.speed_kph else f"speed x {self.factor:g}"
        return recoloured(network, self._note(network, edges, what), **columns)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLanes(Change):
    """Another number of lanes, both directions together. Times do not follow lanes."""

    kind: ClassVar[str] = "road_lanes"
    room: ClassVar[Room] = "road"

    lanes: Lanes

    def sets(self) -> dict[str, Any]:
        """Return the lanes."""
        return {"lanes": self.lanes}

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        what = f"{self.lanes} lanes (which change no time: the model has no capacities)"
        lanes = _with(network.lanes, edges, self.lanes)
        return recoloured(network, self._note(network, edges, what), lanes=lanes)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Toll(Change):
    """A toll charged or lifted. Times do not follow tolls."""

    kind: ClassVar[str] = "toll"
    room: ClassVar[Room] = "road"

    toll: bool

    def sets(self) -> dict[str, Any]:
        """Return whether it is tolled."""
        return {"toll": self.toll}

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        what = f"{'a toll' if self.toll else 'no toll'} (which changes no time)"
        toll = _with(network.toll, edges, self.toll)
        return recoloured(network, self._note(network, edges, what), toll=toll)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeRoad(Change):
    """A corridor rebuilt: a class, a speed, lanes or a toll of its own, whatever is given."""

    kind: ClassVar[str] = "upgrade_road"
    room: ClassVar[Room] = "road"

    to_highway: str = ""
    speed_kph: Kph | None = None
    lanes: Lanes | None = None
    toll: bool | None = None

    def sets(self) -> dict[str, Any]:
        """Return what is given."""
        told = {"class": self.to_highway or None, "speed": self.speed_kph}
        told |= {"lanes": self.lanes, "toll": self.toll}
        return {key: value for key, value in told.items() if value is not None}

    def _own_faults(self, network: RoadNetwork) -> Iterator[Fault]:
        if not self.sets():
            fix = "give to_highway, speed_kph, lanes or toll"
            yield self.fault("", "changes nothing", fix)
        known = dict.fromkeys((*HIGHWAYS, *network.classes))
        if self.to_highway and self.to_highway not in known:
            fix = nearest(self.to_highway, known) or f"use {', '.join(HIGHWAYS[:7])}"
            yield self.fault("to_highway", f"no such class of road ({self.to_highway})", fix)

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        columns: dict[str, Any] = {}
        if self.speed_kph:
            kph = np.full(edges.size, self.speed_kph)
            columns |= _respeeded(network, edges, kph)
        if self.to_highway:
            classes, code = coded(network.classes, self.to_highway)
            columns |= {"classes": classes, "highway": _with(network.highway, edges, code)}
        if self.lanes:
            columns["lanes"] = _with(network.lanes, edges, self.lanes)
        if self.toll is not None:
            columns["toll"] = _with(network.toll, edges, self.toll)
        what = ", ".join(f"{key} {value}" for key, value in self.sets().items())
        return recoloured(network, self._note(network, edges, what), **columns)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Congestion(Change):
    """Slower roads: a factor on the time of some, or a congestion state of all (``ref = "*"``)."""

    kind: ClassVar[str] = "congestion"
    room: ClassVar[Room] = "road"

    factor: Annotated[float, Field(gt=0, le=10)] | None = None
    state: str = ""

    def sets(self) -> dict[str, Any]:
        """Return the factor or the state."""
        return {"congestion": self.state or self.factor}

    def _own_faults(self, network: RoadNetwork) -> Iterator[Fault]:
        del network
        if (self.factor is None) == (not self.state):
            yield self.fault("factor", "needs either factor or state", "give one of them")
        known = sorted({FREE_FLOW, *load_congestion()["state"]})
        if self.state and self.state not in known:
            what = f"no such congestion state ({self.state})"
            yield self.fault("state", what, f"use one of {', '.join(known)}")

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        if self.state:
            ms = road_state(network, self.state).time_ms[edges].astype(np.float64)
        else:
            ms = network.time_ms[edges].astype(np.float64) * (self.factor or 1.0)
        time_ms = _with(network.time_ms, edges, np.minimum(np.rint(ms), LONGEST_MS - 1))
        slower = np.flatnonzero(time_ms != network.time_ms)
        evidence = _with(network.speed_evidence, slower, ASSUMED)
        what = f"congestion {self.state}" if self.state else f"times x {self.factor:g}"
        note = self._note(network, edges, what)
        return recoloured(network, note, time_ms=time_ms, speed_evidence=evidence)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRoad(Change):
    """A road that may not be driven any more."""

    kind: ClassVar[str] = "close_road"
    room: ClassVar[Room] = "road"

    def changed(self, network: RoadNetwork, edges: NDArray[np.int64]) -> RoadNetwork:
        """Return the network with the change on some edges."""
        patch = Patch(network)
        patch.close(edges.tolist())
        return patch.made(self._note(network, edges, "closed"))


def _with(column: NDArray[Any], edges: NDArray[np.int64], value: Any) -> NDArray[Any]:  # noqa: ANN401
    """Return a copy of a column with another value on some edges."""
    changed = column.copy()
    changed[edges] = value
    return changed


def _respeeded(
    network: RoadNetwork, edges: NDArray[np.int64], kph: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """Return speed, time and evidence with other speeds; edges that have theirs keep all."""
    other = kph.astype(np.float32) != network.speed_kph[edges]
    edges, kph = edges[other], kph[other]
    old_kph = network.speed_kph[edges].astype(np.float64)
    old_ms, free_ms, new_ms = (
        network.time_ms[edges].astype(np.float64),
        _free_ms(network, edges, old_kph),
        _free_ms(network, edges, kph),
    )
    # Times that are not those of an empty road keep their proportion to them.
    slow = np.abs(old_ms - free_ms) > 1.0 + free_ms * 1e-6
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = old_ms * old_kph / kph
    ms = np.minimum(np.rint(np.where(slow, scaled, new_ms)), LONGEST_MS - 1)
    return {
        "speed_kph": _with(network.speed_kph, edges, kph),
        "time_ms": _with(network.time_ms, edges, ms),
        "speed_evidence": _with(network.speed_evidence, edges, ASSUMED),
    }


def _free_ms(
    network: RoadNetwork, edges: NDArray[np.int64], kph: NDArray[np.float64]
) -> NDArray[np.float64]:
    hours = network.length_m[edges] / METRES_PER_KILOMETRE / kph
    return hours * SECONDS_PER_HOUR * MILLISECONDS_PER_SECOND
