"""What a car may drive on, by the tags of OpenStreetMap: the rules, and nothing but the rules.

The tables are the documentation. What they decide where mappers or routers differ:

* ``private`` and everything like it is closed: it is never a short cut. ``destination`` is open,
  because trips may end there; that it bars through traffic is not modelled, and is noted.
* ``oneway=reversible`` is left out: which way is open depends on the hour. ``alternating`` (turns
  taken in minutes, as at road works) is two-way. Both are counted in the notes.
* A limit above 200 km/h is cut to 200, one of zero or less is none. Both are counted.
* Traffic signals are nodes with ``highway=traffic_signals``. Signals of a crossing for pedestrians
  (``highway=crossing``) do not count.
* Ferries carry cars unless a tag says no. Without a duration or limit they sail at an assumed
  ``FERRY_KPH``.
* Service roads are an option. Driveways, aisles of car parks and the like are never roads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clustergeo.networks._osm_speeds import Zone, duration_s, lane_count, limit_kph
from clustergeo.networks.parts import ASSUMED, PUBLISHED

__all__ = ["BARRIER_KEY", "KEYS", "ROAD_CLASSES", "SIGNAL", "Drive", "blocks", "drive"]

ROAD_CLASSES: Final = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "road",
    "service",
    "ferry",
)
"""Values of ``highway`` that are roads for cars; ``service`` on demand, ``ferry`` by ``route``."""

FERRY_KPH: Final = 20.0
"""Assumed speed of a ferry that states neither duration nor limit, about 11 knots."""

_ONEWAY_CLASSES: Final = frozenset({"motorway", "motorway_link"})
_ONEWAY_JUNCTIONS: Final = frozenset({"roundabout", "circular"})
_ONEWAY: Final = {
    "yes": (True, False),
    "true": (True, False),
    "1": (True, False),
    "-1": (False, True),
    "reverse": (False, True),
    "no": (True, True),
    "false": (True, True),
    "0": (True, True),
    "alternating": (True, True),
    "reversible": (False, False),
}
"""(forward, backward) of each value of ``oneway``; any other value counts as absent."""

_ONEWAY_KEYS: Final = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
_ACCESS_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Most specific first: the first one with a known value decides."""

_OPEN: Final = frozenset(
    {"yes", "permissive", "designated", "official", "public", "destination", "discouraged"}
    | {"customers", "toll", "unknown", "hov"}
)
_CLOSED: Final = frozenset(
    {"no", "private", "agricultural", "forestry", "delivery", "permit", "military", "emergency"}
    | {"residents", "employees", "staff", "psv", "bus", "taxi", "foot", "bicycle", "hgv", "none"}
    | {"restricted", "use_sidepath", "agricultural;forestry", "unauthorized"}
)
_NO_THROUGH: Final = frozenset({"destination", "customers"})

_NEVER_SERVICE: Final = frozenset(
    {"driveway", "parking_aisle", "parking", "private", "emergency_access", "drive-through"}
    | {"slipway", "bus"}
)
_TRUE: Final = frozenset({"yes", "true", "1"})
_ZONE_KEYS: Final = ("maxspeed:type", "zone:maxspeed")

BARRIER_KEY: Final = "barrier"
_BLOCKING: Final = frozenset(
    {"bollard", "block", "chain", "barrier", "bus_trap", "cycle_barrier", "debris", "ditch"}
    | {"fence", "full-height_turnstile", "guard_rail", "hedge", "horse_stile", "jersey_barrier"}
    | {"kissing_gate", "log", "motorcycle_barrier", "planter", "retaining_wall", "rope", "stile"}
    | {"sump_buster", "tank_trap", "turnstile", "wall", "wicket_gate", "wedge", "yes"}
)
"""Barriers that no car passes unless a tag says so. Gates, lift gates, toll booths, kerbs, cattle
grids and every other value are open unless a tag closes them."""

SIGNAL: Final = ("highway", "traffic_signals")
"""Tag of a node where traffic is signalled."""

KEYS: Final = (
    "highway",
    "maxspeed",
    "lanes",
    "area",
    "junction",
    "route",
    "service",
    "toll",
    "duration",
    "impassable",
    "maxspeed:forward",
    "maxspeed:backward",
    *_ZONE_KEYS,
    *_ONEWAY_KEYS,
    *_ACCESS_KEYS,
    *(f"{key}:{way}" for key in _ACCESS_KEYS for way in ("forward", "backward")),
)
"""Keys of ways that the rules ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """How a way with certain tags is driven.

    Parameters
    ----------
    highway
        One of ``ROAD_CLASSES``.
    forward, backward
        Whether it may be driven as drawn, and against it.
    forward_kph, backward_kph
        Limits, kilometres per hour; NaN where none is posted.
    evidence
        ``PUBLISHED`` or ``ASSUMED``, of the limits.
    seconds
        Time of the whole way if it is fixed, else NaN.
    lanes
        Lanes of both directions, 0 where unknown.
    toll
        Whether it is tolled.
    odd
        Names of what was read differently, for the notes.
    """

    highway: str
    forward: bool
    backward: bool
    forward_kph: float
    backward_kph: float
    evidence: int
    seconds: float
    lanes: int
    toll: bool
    odd: tuple[str, ...] = ()


def drive(tags: Mapping[str, str], zones: Mapping[str, Zone], *, service: bool) -> Drive | str:
    """Return how a car drives on a way, or why it does not.

    Parameters
    ----------
    tags
        Tags of the way; only ``KEYS`` matter.
    zones
        Limits of zones.
    service
        Whether service roads count.

    Returns
    -------
    drive : Drive or str
        A text is the reason why it is left out.

    Examples
    --------
    >>> drive({"highway": "residential", "oneway": "-1"}, {}, service=False).backward
    True
    >>> drive({"highway": "footway"}, {}, service=False)
    'no road'
    """
    highway = _class_of(tags, service=service)
    if highway not in ROAD_CLASSES:
        return highway
    forward, backward, why = _directions(tags, highway)
    if not (forward or backward):
        return why
    lanes = lane_count(tags["lanes"]) if "lanes" in tags else 0
    each_way = lanes / 2 if forward and backward else float(lanes)
    forward_kph, odd = _limit(tags, "forward", zones, each_way)
    backward_kph, odd_back = _limit(tags, "backward", zones, each_way)
    remarks = {odd, odd_back, why, _oneway(tags, highway)[2]}
    evidence, seconds = PUBLISHED, math.nan
    if highway == "ferry":
        seconds = duration_s(tags.get("duration", ""))
        if math.isnan(forward_kph) and math.isnan(seconds):
            forward_kph = backward_kph = FERRY_KPH
            evidence = ASSUMED
            remarks.add("ferry speed")
    return Drive(
        highway=highway,
        forward=forward,
        backward=backward,
        forward_kph=forward_kph,
        backward_kph=backward_kph,
        evidence=evidence,
        seconds=seconds,
        lanes=lanes,
        toll=_word(tags, "toll") in _TRUE,
        odd=tuple(sorted(remarks - {""})),
    )


def _class_of(tags: Mapping[str, str], *, service: bool) -> str:
    """Return the class of road, or the reason why it is none."""
    highway = _word(tags, "highway")
    if highway not in ROAD_CLASSES or highway == "ferry":
        # A ferry has no highway tag; a street or path with route=ferry beside it is none.
        ferry = highway in ("", "ferry") and _word(tags, "route") == "ferry"
        return "ferry" if ferry else "no road"
    if _word(tags, "area") in _TRUE:
        return "area"
    if _word(tags, "impassable") in _TRUE:
        return "impassable"
    if highway == "service" and (not service or _word(tags, "service") in _NEVER_SERVICE):
        return "service road"
    return highway


def _directions(tags: Mapping[str, str], highway: str) -> tuple[bool, bool, str]:
    """Return whether it is open forward and backward, and why not or why with a remark."""
    forward, backward, _ = _oneway(tags, highway)
    if not (forward or backward):
        return False, False, "reversible"
    access = {way: _access(tags, way) for way in ("forward", "backward")}
    forward = forward and access["forward"] not in _CLOSED
    backward = backward and access["backward"] not in _CLOSED
    if not (forward or backward):
        return False, False, "closed to cars"
    used = {access["forward"]} if forward else set()
    used |= {access["backward"]} if backward else set()
    return forward, backward, "destination" if used & _NO_THROUGH else ""


def _oneway(tags: Mapping[str, str], highway: str) -> tuple[bool, bool, str]:
    for key in _ONEWAY_KEYS:
        if (value := _word(tags, key)) in _ONEWAY:
            return *_ONEWAY[value], "alternating" if value == "alternating" else ""
    implied = highway in _ONEWAY_CLASSES or _word(tags, "junction") in _ONEWAY_JUNCTIONS
    return True, not implied, ""


def _access(tags: Mapping[str, str], way: str = "") -> str:
    """Return the value that decides on cars, ``"yes"`` where no tag does."""
    for key in _ACCESS_KEYS:
        for name in (f"{key}:{way}", key) if way else (key,):
            for value in _word(tags, name).split(";"):
                if (known := value.strip()) in _OPEN or known in _CLOSED:
                    return known
    return "yes"


def _limit(
    tags: Mapping[str, str], way: str, zones: Mapping[str, Zone], lanes_each_way: float
) -> tuple[float, str]:
    for key in (f"maxspeed:{way}", "maxspeed"):
        if key in tags:
            return limit_kph(tags[key], zones, lanes_each_way)
    for key in _ZONE_KEYS:
        if (zone := _word(tags, key)) in zones:
            return zones[zone].limit(lanes_each_way), ""
    return math.nan, ""


def blocks(tags: Mapping[str, str]) -> bool:
    """Return whether a car cannot pass a node with these tags.

    Examples
    --------
    >>> blocks({"barrier": "bollard"}), blocks({"barrier": "gate"})
    (True, False)
    >>> blocks({"barrier": "gate", "access": "private"})
    True
    """
    barrier = _word(tags, BARRIER_KEY)
    if not barrier or barrier == "no":
        return False
    if any(key in tags for key in _ACCESS_KEYS):
        return _access(tags) in _CLOSED
    return barrier in _BLOCKING or _word(tags, "locked") in _TRUE


def _word(tags: Mapping[str, str], key: str) -> str:
    return tags.get(key, "").strip().casefold()
