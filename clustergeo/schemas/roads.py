"""Contracts of the files of a road network: nodes, links, congestion states and delays."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema

__all__ = [
    "CONGESTION",
    "DELAYS",
    "DELAY_EVENTS",
    "FASTEST_KPH",
    "ROAD_LINKS",
    "ROAD_NODES",
    "SPEED_EVIDENCE",
]

FASTEST_KPH: Final = 200.0
"""No road of any country is signed faster; above it lies a slip of the unit or of a digit."""

SPEED_EVIDENCE: Final = ("published", "measured", "assumed")
"""Where the speed of a link comes from: a sign or list, a measurement, or a rule of thumb."""

DELAY_EVENTS: Final = (
    "signal",
    "junction",
    "left_turn",
    "right_turn",
    "u_turn",
    "signal_density",
)
"""What makes a drive wait: the last is not an event but how many signals there are."""

_SHORTEST_M = 0.001
_EVIDENCE = ("published", "measured", "derived", "estimated")

ROAD_NODES: Final = Schema(
    "road nodes",
    (
        Column("node_id", description="id of the node"),
        Column("lon", "number", "longitude, degrees", minimum=-180, maximum=180),
        Column("lat", "number", "latitude, degrees", minimum=-90, maximum=90),
        Column("name_ko", description="Korean name", optional=True, blank=True),
        Column("name_en", description="English name", optional=True, blank=True),
        Column("kind", description="what meets there", optional=True, blank=True),
    ),
    key=("node_id",),
)

ROAD_LINKS: Final = Schema(
    "road links",
    (
        Column("link_id", description="id of the link"),
        Column("from_node", description="node_id of its start"),
        Column("to_node", description="node_id of its end"),
        Column("oneway", "integer", "1: only from start to end", minimum=0, maximum=1),
        Column("highway", description="class of road, as in OpenStreetMap"),
        Column("ref", description="road number", optional=True, blank=True),
        Column("name_ko", description="name of the road", optional=True, blank=True),
        Column("length_m", "number", "driven metres", minimum=_SHORTEST_M),
        Column(
            "maxspeed_kph",
            "number",
            "speed limit; blank takes the mean of the class",
            blank=True,
            minimum=1,
            maximum=FASTEST_KPH,
        ),
        Column("lanes", "integer", "both directions", optional=True, blank=True, minimum=1),
        Column("toll", "integer", "1: tolled", optional=True, default="0", minimum=0, maximum=1),
        Column("opened", "integer", "year of opening", optional=True, blank=True),
        Column("source", description="origin of the line", optional=True, blank=True),
        Column("source_kind", description="origin of the speed", choices=SPEED_EVIDENCE),
        Column("shape", description="lon lat;lon lat;... from start to end", blank=True),
    ),
    key=("link_id",),
)

CONGESTION: Final = Schema(
    "congestion states",
    (
        Column("state", description="name of the state"),
        Column("highway", description="class of road, as in OpenStreetMap, or any"),
        Column("area", description="where it holds", choices=("any", "rural", "urban")),
        Column("factor", "number", "on the free-flow time", minimum=0.1, maximum=10),
        Column(
            "with_signals",
            "integer",
            "1: the factor contains the waiting at signals and junctions",
            optional=True,
            default="0",
            minimum=0,
            maximum=1,
        ),
        Column("source", description="where it is from"),
        Column("evidence", description="how it is known", choices=_EVIDENCE),
        Column("note", description="how it was derived", optional=True, blank=True),
    ),
    key=("state", "highway", "area"),
)

DELAYS: Final = Schema(
    "delays at junctions",
    (
        Column("event", description="what happens", choices=DELAY_EVENTS),
        Column("highway", description="class of the road driven, or any"),
        Column(
            "crossed",
            description="class of the road crossed or turned into, or any",
            optional=True,
            default="any",
        ),
        Column("area", description="where it holds", choices=("any", "rural", "urban")),
        Column("seconds", "number", "of one event", blank=True, minimum=0, maximum=600),
        Column(
            "signals_per_km",
            "number",
            "of signal_density only",
            optional=True,
            blank=True,
            minimum=0,
            maximum=50,
        ),
        Column("source", description="where it is from"),
        Column("evidence", description="how it is known", choices=_EVIDENCE),
        Column("note", description="how it was derived", optional=True, blank=True),
    ),
    key=("event", "highway", "crossed", "area"),
)
