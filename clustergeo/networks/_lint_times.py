"""Times that are missing or run backwards, and vehicles too fast or too slow for their kind."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._lint_feed import LintFeed
from clustergeo.networks._lint_findings import Check, found
from clustergeo.networks._lint_routes import mode_keys
from clustergeo.units import METRES_PER_KILOMETRE, SECONDS_PER_HOUR

__all__ = ["CHECKS", "FASTEST_KPH", "time_findings"]

FASTEST_KPH: Final = {
    "tram": 90.0,
    "metro": 120.0,
    "rail": 200.0,
    "high_speed_rail": 320.0,
    "bus": 120.0,
    "coach": 130.0,
    "trolleybus": 90.0,
    "monorail": 110.0,
    "ferry": 90.0,
    "cable_tram": 40.0,
    "aerial_lift": 50.0,
    "funicular": 50.0,
    "air": 1_000.0,
    "taxi": 150.0,
    "other": 200.0,
}
"""Straight km/h between calls beyond which a planner should look (estimated)."""

_OURS: Final = "this project"

_BLANK_END = Check(
    "blank_end_time", "error", "first and last call of a trip need a time", "fill in the time"
)
_BACKWARD = Check(
    "backward_time", "error", "arrives before it left the previous stop",
    "correct the times or the order of the calls",
)  # fmt: skip
_REVERSED_STAY = Check(
    "departs_before_arriving", "error", "leaves before it arrives", "swap the two times"
)
_TOO_FAST = Check(
    "too_fast", "warning", "faster between two calls than its kind goes",
    "correct the times, the place of a stop or the route_type",
    source="clustergeo.networks._lint_times.FASTEST_KPH", grade="estimated",
)  # fmt: skip
_IMPOSSIBLE = Check(
    "impossible_speed", "error", "no vehicle of its kind is as fast between two calls",
    "correct the times, the place of a stop or the route_type",
    threshold=2.0, unit="times the speed of too_fast", source=_OURS, grade="estimated",
)  # fmt: skip
_ZERO_SECONDS = Check(
    "zero_second_hop", "warning", "goes from stop to stop in no time",
    "give the calls times of their own", threshold=100.0,
    unit="m, 1,000 m where times are whole minutes", source=_OURS, grade="estimated",
)  # fmt: skip
_TOO_SLOW = Check(
    "too_slow", "warning", "slower between two calls than one walks",
    "correct the times, or give the wait to the departure_time", threshold=3.0,
    unit="km/h straight over at least 1 km", source=_OURS, grade="estimated",
)  # fmt: skip

CHECKS: Final = (
    _BLANK_END,
    _BACKWARD,
    _REVERSED_STAY,
    _TOO_FAST,
    _IMPOSSIBLE,
    _ZERO_SECONDS,
    _TOO_SLOW,
)
"""The rules of this theme."""

_FILE: Final = "stop_times.txt"
_ROUNDING_S: Final = (1.0, 60.0)
"""Added before a speed is judged: times to the second, and whole minutes."""
_ZERO_HOP_M: Final = (100.0, 1_000.0)
_SURE_M: Final = 500.0
"""Shorter hops are never called impossible: the place of a stop may be that far off."""
_SLOW_M: Final = 1_000.0


def time_findings(feed: LintFeed) -> list[pd.DataFrame]:
    """Return blank and backward times, and hops that are too fast, too slow or take no time."""
    return [*_order(feed), *_speeds(feed)]


def _order(feed: LintFeed) -> list[pd.DataFrame]:
    calls, hops = feed.calls, feed.hops
    if calls.empty:
        return []
    trip = calls["trip"].to_numpy()
    ends = np.r_[True, trip[1:] != trip[:-1]] | np.r_[trip[1:] != trip[:-1], True]
    blank = calls[ends & calls["arrival_s"].isna().to_numpy()]
    stays = calls[calls["departure_s"] < calls["arrival_s"]]
    back = hops[hops["seconds"] < 0]
    return [
        found(check, (_FILE, field), rows["row"], feed.trip_names(rows["trip"]))
        for check, field, rows in (
            (_BLANK_END, "arrival_time", blank),
            (_REVERSED_STAY, "departure_time", stays),
            (_BACKWARD, "arrival_time", back),
        )
    ]


def _speeds(feed: LintFeed) -> list[pd.DataFrame]:
    hops = feed.hops
    seconds, metres = hops["seconds"].to_numpy(), hops["metres"].fillna(0.0).to_numpy()
    whole = hops["whole_minutes"].to_numpy()
    sound = seconds >= 0
    limits = np.array([*(FASTEST_KPH[key] for key in mode_keys(feed)), np.inf])
    limit = limits[hops["route"].to_numpy(dtype=np.int64)]
    least_s = np.maximum(seconds, 0.0) + np.where(whole, _ROUNDING_S[1], _ROUNDING_S[0])
    kph = _kph(metres, least_s)
    twice = (_IMPOSSIBLE.threshold or 0.0) * limit
    impossible = sound & (kph > twice) & (metres > _SURE_M)
    zero = sound & ~impossible & (seconds == 0)
    zero &= metres > np.where(whole, _ZERO_HOP_M[1], _ZERO_HOP_M[0])
    fast = sound & ~impossible & ~zero & (kph > limit)
    most_s = np.maximum(seconds - np.where(whole, _ROUNDING_S[1], 0.0), 1.0)
    slow = sound & (metres >= _SLOW_M) & (_kph(metres, most_s) < (_TOO_SLOW.threshold or 0.0))
    return [
        _grouped(feed, check, kph if quick else _kph(metres, np.maximum(seconds, 1.0)), wrong)
        for check, wrong, quick in (
            (_IMPOSSIBLE, impossible, True),
            (_TOO_FAST, fast, True),
            (_ZERO_SECONDS, zero, False),
            (_TOO_SLOW, slow, False),
        )
    ]


def _kph(metres: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    return metres / METRES_PER_KILOMETRE / seconds * SECONDS_PER_HOUR


def _grouped(
    feed: LintFeed, check: Check, kph: NDArray[np.float64], wrong: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return one finding for each route and pair of stops: its extreme hop and their number."""
    place = (_FILE, "arrival_time")
    if not wrong.any():
        return found(check, place, [], [])
    hops = feed.hops.assign(kph=kph)[wrong]
    ways = hops.groupby(["route", "from_stop", "to_stop"], sort=False)
    number = ways["row"].transform("size")
    order = hops["kph"] if check is _TOO_SLOW else -hops["kph"]
    worst = hops.assign(number=number, order=order).sort_values("order", kind="stable")
    worst = worst.drop_duplicates(["route", "from_stop", "to_stop"]).sort_index()
    texts = zip(
        feed.route_names(worst["route"]),
        feed.trip_names(worst["trip"]),
        feed.stop_names(worst["from_stop"]),
        feed.stop_names(worst["to_stop"]),
        worst["metres"],
        worst["seconds"],
        worst["kph"],
        strict=True,
    )
    values = [
        f"route {route}, trip {trip}: {start} to {end}, {metres / METRES_PER_KILOMETRE:,.1f} km "
        f"in {seconds:,.0f} s" + (f", {kph:,.0f} km/h" if check is not _ZERO_SECONDS else "")
        for route, trip, start, end, metres, seconds, kph in texts
    ]
    return found(check, place, worst["row"], values, worst["number"])
