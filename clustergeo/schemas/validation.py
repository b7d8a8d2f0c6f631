"""Contracts of the published travel times and of the comparison with them."""

from __future__ import annotations

from clustergeo.schemas._schema import Column, Schema

__all__ = ["PUBLISHED", "VALIDATION", "VALIDATION_PAIRS"]

BASES = ("drive", "in_vehicle", "door_to_door", "independent_search")
"""What a published figure covers.

drive: at the wheel. in_vehicle: in one vehicle, stop to stop. door_to_door: all of the trip.
independent_search: another program on the same feed.
"""

PUBLISHED = Schema(
    "published times",
    (
        Column("pair", description="the two ends, as published"),
        Column("mode", description="mode, as published"),
        Column("minutes_low", "number", blank=True, minimum=0),
        Column("minutes_high", "number", blank=True, minimum=0),
        Column("conditions", blank=True),
        Column("type", description="T timetable, R report, F forecast, P promotion, M model"),
        Column("source"),
        Column("confidence", blank=True),
        Column("model_mode", choices=("car", "transit"), blank=True),
        Column("basis", choices=BASES, blank=True),
        Column("from_id", description="place id, or stop names joined by |", blank=True),
        Column("to_id", blank=True),
        Column("routes", description="route names joined by |, for in_vehicle", blank=True),
        Column("used_as_input", choices=("yes", "partly", "no"), blank=True),
        Column("not_compared", description="why the figure is left out", blank=True),
        Column(
            "explanation",
            description="why the model departs from the figure",
            blank=True,
            optional=True,
            default="",
        ),
    ),
)

VALIDATION_PAIRS = Schema(
    "validation pairs",
    (
        Column("pair"),
        Column("mode", choices=("car", "transit")),
        Column("basis", choices=BASES),
        Column("published_min", "number", "middle of the published range", minimum=0),
        Column("model_min", "number", blank=True, minimum=0),
        Column("error_min", "number", "model less published", blank=True),
        Column("used_as_input", choices=("yes", "partly", "no")),
        Column("type"),
        Column("source"),
        Column("note", blank=True),
        Column("explanation", description="why the two differ", blank=True),
    ),
)

VALIDATION = Schema(
    "validation",
    (
        Column("mode", choices=("car", "transit")),
        Column("basis", choices=BASES),
        Column("used_as_input", choices=("yes", "partly", "no")),
        Column("pairs", "integer", minimum=0),
        Column("bias_min", "number", "mean error"),
        Column("mae_min", "number", "mean absolute error", minimum=0),
        Column("mape", "number", "mean absolute error over published, percent", minimum=0),
        Column("within_5_min", "number", "share of pairs", minimum=0, maximum=1),
    ),
    key=("mode", "basis", "used_as_input"),
)
