"""Contract of the standard node-link set: its tables, columns and codes.

Codes follow the guideline for building and running the ITS standard node-link set ("code values of
the base information"), whose own text was not at hand. Independent public readers of the set that
quote it agree on these, each on two or more of them:

* ROAD_RANK, TURN_TYPE and TURN_OPER: as in the tables below;
* ROAD_USE: 0 in use, 1 not in use (one reader takes 1 for "exclusive use"; two others leave such
  links out of their networks or hold them for roads not yet open or given up);
* REST_VEH, vehicles that may not pass: 0 none, 1 cars, 2 vans, 3 buses, 4 lorries, 5 motorcycles,
  6 others;
* CONNECT: 0 no ramp, 1 a ramp; in earlier editions 101 to 108, a ramp of that ROAD_RANK.

Not confirmed: that U-turns are barred where type 011 does not list them. It follows from their
being listed at all. An unknown code is counted, not guessed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.roads import FASTEST_KPH

__all__ = [
    "BANNED_TURNS",
    "LINK_SPEEDS",
    "LINK_SPEED_NAMES",
    "NODELINK_COLUMNS",
    "PERMITTED_TURNS",
    "RANK_CLASSES",
    "U_TURN",
]

NODELINK_COLUMNS: Final = MappingProxyType(
    {
        "MOCT_NODE": (("NODE_ID",), ()),
        "MOCT_LINK": (
            ("LINK_ID", "F_NODE", "T_NODE", "ROAD_RANK", "MAX_SPD"),
            (
                "LANES",
                "ROAD_NO",
                "ROAD_NAME",
                "ROAD_USE",
                "CONNECT",
                "REST_VEH",
                "LENGTH",
                "SHAPE_STLE",
            ),
        ),
        "TURNINFO": (("NODE_ID", "ST_LINK", "ED_LINK", "TURN_TYPE"), ("TURN_OPER",)),
        "MULTILINK": (("LINK_ID", "ROAD_NO"), ()),
    }
)
"""Tables of the set, and of each the columns it must have and those it may have."""

RANK_CLASSES: Final = MappingProxyType(
    {
        101: "motorway",  # national expressway
        102: "trunk",  # urban expressway
        103: "primary",  # national road
        104: "secondary",  # road of a metropolitan city
        105: "secondary",  # provincial road, built by the state
        106: "secondary",  # provincial road
        107: "tertiary",  # road of a city, county or district
        108: "unclassified",  # other
    }
)
"""ROAD_RANK (and the old values of CONNECT) to the classes of OpenStreetMap in that country."""

BANNED_TURNS: Final = MappingProxyType(
    {
        2: "only buses may turn",
        3: "no turn",
        101: "no left turn",
        102: "not straight on",
        103: "no right turn",
    }
)
"""TURN_TYPE of the turns that a car may not make."""

U_TURN: Final = 11
"""TURN_TYPE of a permitted turn back."""

PERMITTED_TURNS: Final = MappingProxyType(
    {1: "unprotected turn", U_TURN: "U-turn", 12: "P-turn, round the block"}
)
"""TURN_TYPE of the turns that are listed because they are permitted."""

LINK_SPEED_NAMES: Final = MappingProxyType(
    {
        "LINKID": "LINK_ID",
        "링크ID": "LINK_ID",
        "링크아이디": "LINK_ID",
        "SPEED_KPH": "speed_kph",
        "SPEED": "speed_kph",
        "속도": "speed_kph",
        "평균속도": "speed_kph",
    }
)
"""Names under which published tables of observed speeds hold the two columns, in upper case."""

LINK_SPEEDS: Final = Schema(
    "observed link speeds",
    (
        Column("LINK_ID", description="LINK_ID of the node-link set"),
        Column(
            "speed_kph",
            "number",
            "observed mean speed, km/h; blank or 0 where nothing was observed",
            blank=True,
            minimum=0,
            maximum=FASTEST_KPH,
        ),
    ),
    key=("LINK_ID",),
)
