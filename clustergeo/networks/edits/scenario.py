"""A scenario: edits in their order, read from a file, checked whole, applied to a copy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

import geopandas as gpd
from pydantic import Field, TypeAdapter, ValidationError

from clustergeo._toml import TomlFile, read_toml
from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.edits import places as place_edits
from clustergeo.networks.edits import roads as road_edits
from clustergeo.networks.edits import timetables as timetable_edits
from clustergeo.networks.edits._named_roads import Located
from clustergeo.networks.edits._parsing import edit_from, faults_of
from clustergeo.networks.edits.edit import STRICT, Edit, Room, Where
from clustergeo.networks.timetable import Timetable
from clustergeo.units import WGS84

__all__ = ["Base", "Scenario", "apply", "load_scenario", "resolve_all"]

_MEANING: Final = ("cost_krw_bn", "opening_year", "evidence")
_WORDS: Final = ("source", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """The table ``[scenario]`` of a file."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    scenario_id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    title_en: str
    title_ko: str
    note_en: str = ""
    note_ko: str = ""
    cost_krw_bn: Annotated[float, Field(ge=0)] | None = None
    opening_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    sources: tuple[str, ...] = ()
    evidence: str = "estimated"
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(_Head):
    """An ordered list of edits with what is to be known of it.

    Parameters
    ----------
    scenario_id
        Its short name.
    title_en, title_ko, note_en, note_ko
        What it is called, and what a reader must know.
    cost_krw_bn, opening_year
        What it costs, billion won, and when it opens, where known.
    sources
        Where it is from.
    evidence
        Grade of its numbers.
    stands_for
        Names by which claims call what it builds, beside its id.
    edits
        The changes, in their order.
    file
        Where it was read from; no part of its meaning.

    Examples
    --------
    >>> Scenario(scenario_id="nothing", title_en="Nothing", title_ko="없음").content_id[:12]
    '...'
    """

    edits: tuple[Edit, ...] = ()
    file: str = field(default="", compare=False)

    @property
    def content_id(self) -> str:
        """Hash of what it builds, for how much, by when, and how firmly that is known.

        The same however the file is formatted, commented or ordered, and whatever the scenario is
        called: two files that give the same times and costs have the same id. Titles, notes and
        sources are words about it; correcting one must not look as if the link had changed.
        """
        told = {name: getattr(self, name) for name in _MEANING}
        told["edits"] = [
            {key: value for key, value in edit.meaning.items() if key not in _WORDS}
            for edit in self.edits
        ]
        text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def edits_of(self, room: Room) -> tuple[Edit, ...]:
        """Return the edits of places, of roads or of the timetable."""
        return tuple(edit for edit in self.edits if edit.room == room)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Base:
    """What a scenario changes a copy of.

    Parameters
    ----------
    places
        Contract ``schemas.places.PLACES``, with further columns that may be weights.
    road, timetable
        By what one travels. Roads should be free of congestion and delays: those come on top.
    """

    places: gpd.GeoDataFrame
    road: RoadNetwork
    timetable: Timetable


def load_scenario(path: Path | str) -> Scenario:
    """Return the scenario of a TOML file.

    Parameters
    ----------
    path
        The file: a table ``[scenario]`` and tables ``[[edit]]``.

    Returns
    -------
    scenario : Scenario

    Raises
    ------
    ScenarioError
        With every fault of the file, each at its line. Whether its stops and roads exist is asked
        by :func:`resolve_all`.
    """
    toml = read_toml(Path(path), error=ScenarioError, name=str(path))
    faults = [
        toml.fault((key,), f"unknown table ({key})", "use [scenario] and [[edit]]")
        for key in toml.content.keys() - {"scenario", "edit"}
    ]
    head = _head(toml, faults)
    tables = toml.content.get("edit", [])
    if not isinstance(tables, list):
        faults.append(toml.fault(("edit",), "is one table", "write [[edit]], in double brackets"))
        tables = []
    edits: list[Edit] = []
    for number, table in enumerate(tables):
        try:
            edits.append(edit_from(table, Where(toml, number)))
        except ScenarioError as error:
            faults += error.faults
    if head is None or faults:
        raise ScenarioError(*sorted(faults, key=lambda fault: fault.row or 0))
    told = {name.name: getattr(head, name.name) for name in fields(_Head)}
    return Scenario(**told, edits=tuple(edits), file=str(path))


def _head(toml: TomlFile, faults: list[Fault]) -> _Head | None:
    table = toml.content.get("scenario")
    if not isinstance(table, dict):
        fix = "add it; `clustergeo scenario new` shows every key"
        faults.append(toml.fault(("scenario",), "no table [scenario]", fix))
        return None
    try:
        text = json.dumps(table, default=str, ensure_ascii=False)
        head: _Head = TypeAdapter(_Head).validate_json(text)
    except ValidationError as error:
        faults += [
            toml.fault(("scenario", *path), what, fix)
            for path, what, fix in faults_of(error, _Head)
        ]
        return None
    return head


def resolve_all(scenarios: Scenario | Sequence[Scenario], base: Base) -> list[Fault]:
    """Return every fault of scenarios that are applied one after the other.

    Parameters
    ----------
    scenarios
        One, or several that make one package.
    base
        What they change.

    Returns
    -------
    faults : list of Fault
        Unknown places, stops, roads and routes with the nearest names, links that join nothing,
        edits that contradict each other; in the order of the files, each at its line.

    Examples
    --------
    >>> from clustergeo.networks import load_road_network, load_timetable
    >>> from clustergeo.networks.edits import edit_from
    >>> from clustergeo.places import load_clusters
    >>> base = Base(places=load_clusters(), road=load_road_network(), timetable=load_timetable())
    >>> moved = edit_from({"kind": "move_place", "place_id": "osung", "lon": 127.3, "lat": 36.6})
    >>> scenario = Scenario(scenario_id="x", title_en="", title_ko="", edits=(moved,))
    >>> print(*resolve_all(scenario, base))
    edit 1 (move_place), edit.place_id: no such place (osung) - did you mean osong, sejong, ochang?
    """
    listed = _listed(scenarios)
    rooms = {room: _edits(listed, room) for room in ("places", "road", "timetable")}
    faults = [*place_edits.resolve(rooms["places"], base.places)] if rooms["places"] else []
    places = base.places if faults else place_edits.apply(rooms["places"], base.places)
    if rooms["road"]:
        faults += road_edits.resolve(rooms["road"], base.road, _located(places))
    if rooms["timetable"]:
        faults += timetable_edits.resolve(rooms["timetable"], base.timetable)
    order = {scenario.file: i for i, scenario in enumerate(listed)}
    return sorted(faults, key=lambda fault: (order.get(fault.file, 0), fault.row or 0))


def apply(scenarios: Scenario | Sequence[Scenario], base: Base) -> Base:
    """Return the base as scenarios make it; it is left as it is.

    Parameters
    ----------
    scenarios
        One, or several in their order.
    base
        What is changed in a copy. Parts that nothing changes are the same objects.

    Raises
    ------
    ScenarioError
        With every fault of :func:`resolve_all`.

    Examples
    --------
    >>> from clustergeo.networks import load_road_network, load_timetable
    >>> from clustergeo.places import load_clusters
    >>> base = Base(places=load_clusters(), road=load_road_network(), timetable=load_timetable())
    >>> apply([], base) is base
    True
    """
    listed = _listed(scenarios)
    if not any(scenario.edits for scenario in listed):
        return base
    try:
        places = place_edits.apply(_edits(listed, "places"), base.places)
        roads, rides = _edits(listed, "road"), _edits(listed, "timetable")
        road = road_edits.apply(roads, base.road, _located(places)) if roads else base.road
        timetable = timetable_edits.apply(rides, base.timetable) if rides else base.timetable
    except ScenarioError as error:
        # The first room that refuses is not the only one: all are asked for the report.
        raise ScenarioError(*resolve_all(listed, base)) from error
    return Base(places=places, road=road, timetable=timetable)


def _listed(scenarios: Scenario | Sequence[Scenario]) -> tuple[Scenario, ...]:
    return (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)


def _edits(scenarios: Iterable[Scenario], room: str) -> list[Edit]:
    return [edit for scenario in scenarios for edit in scenario.edits if edit.room == room]


def _located(places: gpd.GeoDataFrame) -> Located:
    points = places.geometry.to_crs(WGS84)
    pairs = zip(points.x.tolist(), points.y.tolist(), strict=True)
    return dict(zip(places["place_id"], pairs, strict=True))
