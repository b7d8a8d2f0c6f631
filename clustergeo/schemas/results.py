"""Contracts of the tables the study writes; other work relies on them."""

from __future__ import annotations

from clustergeo.schemas._schema import Column, Schema

__all__ = [
    "CLAIMS",
    "CLAIM_REASONS",
    "CLAIM_VERDICTS",
    "EVIDENCE",
    "ISOLATION",
    "MODES",
    "PEERS",
    "PILOT_REGIONS",
    "SNAPS",
    "STABILITY",
    "STABILITY_SUMMARY",
    "STATUSES",
    "TIMES",
    "WEIGHTS",
]

EVIDENCE = ("published", "derived", "estimated")
"""Evidence grades, strongest first; a result inherits the weakest of its inputs."""

MODES = ("car", "transit")

WEIGHTS = ("workers", "population", "institutions")
"""What a place may count by: people employed there, people who live around it, tenants."""

STATUSES = ("ok", "no_path", "no_service", "off_network", "beyond_limit", "same_place")
"""Reason codes of a travel time.

ok: a time was found. no_path: no road leads there. no_service: no timetabled trip leads there on
that day. off_network: the place is further from the network than the cap. beyond_limit: the trip
takes longer than the limit. same_place: origin and destination are one place.
"""

VERDICTS = ("holds", "mixed", "fails", "cannot_tell")

CLAIM_REASONS = ("no_trip", "no_measure", "needs_scenario")
"""Why nothing can be told: no trip on one side, no such measure, or it is not built yet."""

FLIP_REASONS = ("cannot_tell", "not_minutes", "never")
"""Why there is no flip point: no verdict, a side that is no minutes, or no change turns it."""

HEADWAY_REASONS = ("cannot_tell", "no_transit_trip", "gaps", "no_wait", "never")
"""Why no headway turns a verdict.

no_transit_trip: the left side is none, taken departure by departure. gaps: at some departure it
has no trip. no_wait: it takes as long at every departure. never: none is short or long enough.
"""

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

_INDEX_KEY = (
    Column("mode", choices=MODES),
    Column("index", description="id in the catalogue, or to_<place_id>"),
    Column("weights", description="masses it is weighted by", choices=WEIGHTS, blank=True),
)

ISOLATION = Schema(
    "isolation",
    (
        Column("cluster_id", description="region for measures of all clusters together"),
        *_INDEX_KEY,
        Column("value", "number", "blank where the reason says why", blank=True),
        Column("unit"),
        Column("reason", description="code of indices.REASONS where blank", blank=True),
        Column("evidence", "text", "weakest of its inputs", choices=EVIDENCE, blank=True),
    ),
    key=("cluster_id", "mode", "index", "weights"),
)

_RANK = Column("rank", "number", "1 is the most isolated; equals share it", blank=True, minimum=1)
STABILITY = Schema(
    "stability",
    (
        Column("dimension", description="what is varied: index and mode (study), window, wait"),
        Column("setting", description="how it is set; study is the study as it is"),
        *_INDEX_KEY,
        Column("cluster_id"),
        Column("value", "number", blank=True),
        _RANK,
    ),
    key=("dimension", "setting", "mode", "index", "weights", "cluster_id"),
)

STABILITY_SUMMARY = Schema(
    "stability_summary",
    (
        Column("mode", choices=MODES),
        Column("dimension", description="what is varied; all for every dimension"),
        Column("cluster_id"),
        Column("rankings", "integer", "settings times measures", minimum=1),
        Column("best_rank", "number", "least rank", minimum=1),
        Column("worst_rank", "number", "greatest rank", minimum=1),
        Column("first_share", "number", "rankings in which it is first", minimum=0, maximum=1),
        Column("changed_share", "number", "unlike the study's", blank=True, minimum=0, maximum=1),
        Column("changed_by", description="settings that move it most", blank=True),
    ),
    key=("mode", "dimension", "cluster_id"),
)

PEERS = Schema(
    "peers",
    (
        Column("place_id"),
        Column("kind", description="cluster, or what it is compared with"),
        Column("name_en", blank=True),
        Column("name_ko", blank=True),
        *_INDEX_KEY,
        Column("value", "number", "blank where the reason says why", blank=True),
        Column("unit"),
        Column("reason", description="code of indices.REASONS where blank", blank=True),
        Column("evidence", "text", "weakest of its inputs", choices=EVIDENCE, blank=True),
        Column("rank", "number", "among all, 1 is the most isolated", blank=True, minimum=1),
        Column("of", "integer", "places with a value", minimum=0),
        Column("percentile", "number", "% less isolated", blank=True, minimum=0, maximum=100),
    ),
    key=("place_id", "mode", "index", "weights"),
)

_SIDES = tuple(
    Column(f"{side}_{name}min", "number", f"{what} of the {side} side", blank=True, minimum=0)
    for side in ("left", "right")
    for name, what in (("", "median"), ("p10_", "10th percentile"), ("p90_", "90th percentile"))
)

CLAIMS = Schema(
    "claims",
    (
        Column("claim_id"),
        Column("mode", choices=MODES),
        Column("origin_id"),
        *_SIDES,
        Column("left_value", "number", "left side of a measure not in minutes", blank=True),
        Column("right_value", "number", "right side of it", blank=True),
        Column("unit", description="of the two values", blank=True),
        Column("share_true", "number", "share of departures", blank=True, minimum=0, maximum=1),
        Column("holds_at", description="departures at which nine draws of ten hold", blank=True),
        Column("verdict", choices=VERDICTS),
        Column("reason", description="why none", choices=CLAIM_REASONS, blank=True),
        Column("flip_min", "number", "change of the left side that reverses it", blank=True),
        Column("turn_min", "number", "least change of it that alters the verdict", blank=True),
        Column("flip_reason", description="why blank", choices=FLIP_REASONS, blank=True),
        Column(
            "flip_kph",
            "number",
            "as the crow flies, of the left trip as reversed; blank where it would take no time",
            blank=True,
            minimum=0,
        ),
        Column("headway_min", "number", "effective headway of the left trip", blank=True),
        Column("flip_headway_min", "number", "that reverses the verdict", blank=True, minimum=0),
        Column("headway_reason", description="why blank", choices=HEADWAY_REASONS, blank=True),
        Column("evidence", description="weakest of its inputs", choices=EVIDENCE, blank=True),
        Column("rests_on", description="times and measures behind it", blank=True),
        Column("note"),
    ),
    key=("claim_id", "mode", "origin_id"),
)

CLAIM_VERDICTS = Schema(
    "claim_verdicts",
    (
        Column("claim_id"),
        Column("mode", choices=MODES),
        Column("verdict", choices=("holds", "holds_except", *VERDICTS[1:])),
        Column("reason", description="why none", choices=CLAIM_REASONS, blank=True),
        Column("origins", "integer", "places it was tested from", minimum=0),
        Column("hold", "integer", "of them hold", minimum=0),
        Column("mix", "integer", "are mixed", minimum=0),
        Column("fail", "integer", "fail", minimum=0),
        Column("untold", "integer", "cannot be told", minimum=0),
        Column("exceptions", description="origins unlike the verdict, by id", blank=True),
        Column("sentence_en", description="the conditions in one sentence"),
        Column("sentence_ko", description="the same in Korean"),
        Column("evidence", description="weakest of its inputs", choices=EVIDENCE, blank=True),
    ),
    key=("claim_id", "mode"),
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
