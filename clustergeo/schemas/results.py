"""Contracts of the tables the study writes; other work relies on them."""

from __future__ import annotations

from clustergeo.schemas._schema import Column, Schema

__all__ = [
    "CLAIMS",
    "EVIDENCE",
    "ISOLATION",
    "MODES",
    "PILOT_REGIONS",
    "SNAPS",
    "STATUSES",
    "TIMES",
]

EVIDENCE = ("published", "derived", "estimated")
"""Evidence grades, strongest first; a result inherits the weakest of its inputs."""

MODES = ("car", "transit")

STATUSES = ("ok", "no_path", "no_service", "off_network", "beyond_limit", "same_place")
"""Reason codes of a travel time.

ok: a time was found. no_path: no road leads there. no_service: no timetabled trip leads there on
that day. off_network: the place is further from the network than the cap. beyond_limit: the trip
takes longer than the limit. same_place: origin and destination are one place.
"""

VERDICTS = ("holds", "mixed", "fails", "cannot_tell")

_MINUTES = tuple(
    Column(name, "number", description, blank=True, minimum=0)
    for name, description in (
        ("minutes", "door-to-door minutes; the median over the departures of the window"),
        ("p10_min", "10th percentile over departures"),
        ("p90_min", "90th percentile over departures; blank where a tenth finds no trip"),
        ("best_min", "shortest over departures"),
        ("worst_min", "longest over departures; blank where one finds no trip"),
        ("access_min", "from the door to the network or first stop, of the median trip"),
        ("wait_min", "wait for the first vehicle, of the median trip"),
        ("ride_min", "in vehicles, of the median trip"),
        ("transfer_min", "walks and waits between vehicles, of the median trip"),
        ("egress_min", "from the network or last stop to the door, of the median trip"),
    )
)

TIMES = Schema(
    "times",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        Column("mode", choices=MODES),
        *_MINUTES,
        Column("distance_m", "number", "metres along the network", blank=True, minimum=0),
        Column("legs", description="legs of the median trip, in order", blank=True),
        Column("status", choices=STATUSES),
        Column("evidence", choices=EVIDENCE, blank=True),
    ),
    key=("from_id", "to_id", "mode"),
)

SNAPS = Schema(
    "snaps",
    (
        Column("place_id"),
        Column("osmid", description="edge the place meets", blank=True),
        Column("road", description="what a traveller calls it", blank=True),
        Column("fraction", "number", "share of the edge before the place", blank=True),
        Column("snap_m", "number", "straight metres to the nearest edge", blank=True, minimum=0),
        Column("status", choices=("ok", "off_network")),
    ),
    key=("place_id",),
)

ISOLATION = Schema(
    "isolation",
    (
        Column("cluster_id"),
        Column("mode", choices=MODES),
        Column("index"),
        Column("value", "number", "blank where a time it needs has no value", blank=True),
        Column("unit"),
    ),
    key=("cluster_id", "mode", "index"),
)

CLAIMS = Schema(
    "claims",
    (
        Column("claim_id"),
        Column("mode", choices=MODES),
        Column("origin_id"),
        Column("left_min", "number", "median of the left side", blank=True, minimum=0),
        Column("right_min", "number", "median of the right side", blank=True, minimum=0),
        Column("share_true", "number", "share of departures", blank=True, minimum=0, maximum=1),
        Column("verdict", choices=VERDICTS),
        Column("note"),
    ),
    key=("claim_id", "mode", "origin_id"),
)

PILOT_REGIONS = Schema(
    "pilot_regions",
    (
        Column("municipality_id"),
        Column("project_id"),
        Column("name_en"),
        Column("name_ko"),
        Column("mode", choices=MODES),
        Column("target", choices=("capital", "cluster"), description="nearest of which kind"),
        Column("to_id", description="the nearest of that kind", blank=True),
        *_MINUTES,
        Column("distance_m", "number", "metres along the network", blank=True, minimum=0),
        Column("legs", blank=True),
        Column("status", choices=STATUSES),
        Column("evidence", choices=EVIDENCE, blank=True),
    ),
    key=("municipality_id", "mode", "target"),
)
