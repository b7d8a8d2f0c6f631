"""Contracts of what a day of departures offers, and of one mode against another."""

from __future__ import annotations

from collections.abc import Sequence

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE, MODES, STATUSES

__all__ = [
    "COMPARED",
    "DEPARTURES",
    "PROFILE",
    "PROFILE_SHARES",
    "RIDE_MODES",
    "RIDE_OPTIONS",
    "percentile_names",
    "profile_schema",
]

PROFILE_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Shares of the departures of which the percentiles are given by default."""

RIDE_MODES = ("rail", "metro", "tram", "bus", "coach", "ferry", "air", "other")
"""Kinds of vehicle whose ride minutes stand apart: high-speed trains are rail, monorails metro,
trolleybuses bus, cable trams tram; lifts, funiculars and taxis by timetable are other."""

DAY_NOTES = ("", "same_place", "no_trip_out", "no_trip_home", "no_time_on_site")
MISSED_NOTES = ("", "no_trip", "no_transfer", "stranded")


def _minutes(name: str, description: str) -> Column:
    return Column(name, "number", description, blank=True, minimum=0)


def _anatomy(prefix: str, of: str) -> tuple[Column, ...]:
    parts = (
        ("access_min", "from the door to the first stop"),
        ("wait_min", "wait for the first vehicle"),
        ("ride_min", "in vehicles"),
        *((f"ride_{mode}_min", f"of that by {mode}") for mode in RIDE_MODES),
        ("transfer_min", "between vehicles"),
        ("transfer_walk_min", "of that on foot"),
        ("transfer_wait_min", "of that waiting"),
        ("egress_min", "from the last stop to the door"),
    )
    return tuple(_minutes(f"{prefix}{name}", f"{what}, {of}") for name, what in parts)


def percentile_names(shares: Sequence[float]) -> tuple[str, ...]:
    """Return the columns of percentiles: ``p5_min`` for 0.05.

    Examples
    --------
    >>> percentile_names((0.05, 0.5, 0.975))
    ('p5_min', 'p50_min', 'p97_5_min')
    """
    return tuple(f"p{share * 100:g}_min".replace(".", "_") for share in shares)


def profile_schema(shares: Sequence[float] = PROFILE_SHARES) -> Schema:
    """Return the contract of a profile with percentiles of these shares.

    Examples
    --------
    >>> profile_schema((0.5,)).names[:4]
    ('from_id', 'to_id', 'status', 'evidence')
    """
    return Schema(
        "profile",
        (
            Column("from_id", description="origin"),
            Column("to_id", description="destination"),
            Column("status", choices=STATUSES, description="of the median trip"),
            Column("evidence", choices=EVIDENCE, blank=True),
            Column(
                "usable_share",
                "number",
                "share of the departures with a trip within the limit; blank for one place",
                blank=True,
                minimum=0,
                maximum=1,
            ),
            *(
                _minutes(name, "percentile over departures; blank where fewer find a trip")
                for name in percentile_names(shares)
            ),
            _minutes("mean_min", "mean over the departures with a trip"),
            *_anatomy("", "of the median trip; blank unless ok"),
            *_anatomy("mean_", "mean over the departures with a trip"),
            Column("transfers", "number", "of the median trip", blank=True, minimum=0),
            Column("transfers_least", "number", "fewest of any departure", blank=True, minimum=0),
            _minutes("transfers_mean", "mean over the departures with a trip"),
            _minutes(
                "good_options_per_h",
                "trips of the window that none leaves later than and is there as soon; every "
                "minute is one where one can walk",
            ),
            _minutes("first_arrival_min", "earliest at the destination, minutes past midnight"),
            _minutes("last_departure_home_min", "latest way home, minutes past midnight"),
            _minutes("time_on_site_min", "between the two"),
            Column("day_note", choices=DAY_NOTES, blank=True, description="why one is blank"),
            _minutes("missed_connection_worst_min", "delay by the worst connection to miss"),
            _minutes("missed_connection_mean_min", "mean delay over the connections"),
            Column("missed_note", choices=MISSED_NOTES, blank=True, description="why blank"),
        ),
        key=("from_id", "to_id"),
    )


PROFILE = profile_schema()

DEPARTURES = Schema(
    "departures",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        Column("departure_min", "number", "minutes past midnight", minimum=0),
        _minutes("minutes", "door to door; median over the draws, blank where half find no trip"),
        _minutes("least_min", "least over the draws; blank where none finds a trip"),
        _minutes("most_min", "most over the draws; blank where one finds no trip"),
        _minutes(
            "leave_min", "last minute to leave, minutes past midnight; median over the draws"
        ),
        Column("usable_share", "number", "share of the draws with a trip", minimum=0, maximum=1),
    ),
    key=("from_id", "to_id", "departure_min"),
)

COMPARED = Schema(
    "compared",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        _minutes("car_min", "median; blank unless ok"),
        _minutes("transit_min", "median; blank unless ok"),
        _minutes("ratio", "transit over car, of the medians; blank unless both are ok"),
        Column(
            "transit_wins_share",
            "number",
            "share of the samples in which transit is faster, not as fast; a mode without a trip "
            "loses; blank where neither has one",
            blank=True,
            minimum=0,
            maximum=1,
        ),
        Column("fastest", choices=(*MODES, "tie"), blank=True, description="by the medians"),
        Column("margin_min", "number", "transit less car; blank unless both are ok", blank=True),
        Column("car_status", choices=STATUSES),
        Column("transit_status", choices=STATUSES),
        Column("evidence", choices=EVIDENCE, blank=True, description="the weaker of the two"),
    ),
    key=("from_id", "to_id"),
)

RIDE_OPTIONS = Schema(
    "ride_options",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        Column("rides", "number", "most rides allowed; 0 is a walk", blank=True, minimum=0),
        _minutes("minutes", "median with that many rides at most"),
        _minutes("saved_min", "minutes less than with fewer rides; blank for the first option"),
        Column(
            "usable_share",
            "number",
            "share of the samples with a trip within the limit",
            blank=True,
            minimum=0,
            maximum=1,
        ),
        Column("status", choices=STATUSES),
    ),
)
