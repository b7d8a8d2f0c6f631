"""Routes whose type is unknown, or contradicted by their name or by how far apart they stop."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.networks._lint_feed import LintFeed
from clustergeo.networks._lint_findings import Check, found, whole
from clustergeo.networks.route_types import MODES, mode_of
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["CHECKS", "LONGEST_HOP_KM", "mode_keys", "route_findings"]

LONGEST_HOP_KM: Final = {
    "tram": 20.0,
    "metro": 30.0,
    "monorail": 20.0,
    "cable_tram": 10.0,
    "aerial_lift": 20.0,
    "funicular": 10.0,
}
"""Straight kilometres between two calls that no line of the kind spans (estimated)."""

_OURS: Final = "this project"
_CORRECT: Final = "correct route_type: 0 tram, 1 metro, 2 rail, 3 bus, 4 ferry, 1100 air"

_UNKNOWN_TYPE = Check(
    "unknown_route_type", "warning", "stands for no kind of vehicle", _CORRECT,
    source="GTFS Schedule reference and the extended route types of Google Transit",
)  # fmt: skip
_NAME = Check(
    "route_type_against_name", "warning", "the name speaks of another vehicle", _CORRECT,
    source=_OURS, grade="estimated",
)  # fmt: skip
_PERMUTED = Check(
    "permuted_route_types", "error", "the types of the feed are mixed up: most names contradict",
    "translate the codes of the producer into those of GTFS",
    threshold=0.5, unit="share of the routes that name a vehicle, at least 3",
    source="mfdz/GTFS-Issues#264 describes such a feed", grade="estimated",
)  # fmt: skip
_LONG_HOP = Check(
    "hop_too_long_for_type", "warning", "no line of this type has stops so far apart",
    "correct route_type or the place of a stop",
    source="clustergeo.networks._lint_routes.LONGEST_HOP_KM", grade="estimated",
)  # fmt: skip

_REPEATED = Check(
    "repeated_route_name", "warning", "another route of the agency has the same names and type",
    "name the routes apart or make them one",
    source="notice duplicate_route_name of MobilityData gtfs-validator",
)  # fmt: skip
_SAME_NAMES = Check(
    "same_route_names", "warning", "short and long name are equal", "leave one of them blank",
    source="notice route_short_and_long_name_equal of MobilityData gtfs-validator",
)  # fmt: skip
_MARKUP = Check(
    "markup_in_name", "warning", "the name holds a formula or markup", "write plain text",
    source="OWASP: CSV injection, cross-site scripting",
)  # fmt: skip

CHECKS: Final = (_UNKNOWN_TYPE, _NAME, _PERMUTED, _LONG_HOP, _REPEATED, _SAME_NAMES, _MARKUP)
"""The rules of this theme."""

_FEWEST_NAMED: Final = 3
_KNOWN_TYPES: Final = frozenset(
    {*range(8), 11, 12, *range(100, 118), *range(200, 210), 300, *range(400, 406)}
    | {500, 600, *range(700, 717), 717, 800, *range(900, 907), 1000, 1100, 1200}
    | {*range(1300, 1308), 1400, *range(1500, 1508), 1700, 1702}
)
_FAST_TRAIN: Final = re.compile(r"KTX|SRT|고속열차|\b(?:TGV|ICE|AVE|Shinkansen|Eurostar)\b")

_CODE: Final = re.compile(r"^[=@]\s*\w|^[+-]\w+[(|!]|</?[a-zA-Z!]")

# A word of a name, the vehicle it speaks of, and the modes that may bear it. A word before
# "station" or "terminal" names a place on the way.
_WORDS: Final = (
    (
        re.compile(
            r"버스(?!\s*터미널|\s*정류)|\bBRT\b"
            r"|\bbus(?:es)?\b(?!\s*(?:station|terminal|stop|depot))",
            re.IGNORECASE,
        ),
        "bus",
        frozenset({"bus", "coach", "trolleybus"}),
    ),
    (
        re.compile(r"지하철|도시철도|\d\s*호선(?!\s*역)|\bsubway\b(?!\s*station)", re.IGNORECASE),
        "metro",
        frozenset({"metro", "rail", "tram", "monorail"}),
    ),
    (
        re.compile(
            r"(?<![A-Z])(?:KTX|SRT|ITX|무궁화호|새마을호|누리로)(?!\s*\S*(?:역|[Ss]tation))"
        ),
        "rail",
        frozenset({"rail", "high_speed_rail"}),
    ),
    (
        re.compile(
            r"여객선(?!\s*터미널)|\bferry\b(?!\s*(?:terminal|landing|building|dock))",
            re.IGNORECASE,
        ),
        "ferry",
        frozenset({"ferry"}),
    ),
)


def mode_keys(feed: LintFeed) -> list[str]:
    """Return the mode of each route by its type; rail with a name of fast trains counts as such.

    Plain type 2 stands for all trains, and many feeds use nothing else.
    """
    keys = []
    for code, name in zip(feed.routes["route_type"], feed.routes["name"], strict=True):
        key = "other" if pd.isna(code) else mode_of(int(code)).key
        keys.append("high_speed_rail" if key == "rail" and _FAST_TRAIN.search(name) else key)
    return keys


def route_findings(feed: LintFeed) -> list[pd.DataFrame]:
    """Return types that are unknown or contradicted."""
    routes = feed.routes
    unknown = routes[routes["route_type"].notna() & ~routes["route_type"].isin(_KNOWN_TYPES)]
    place = ("routes.txt", "route_type")
    return [
        found(_UNKNOWN_TYPE, place, unknown["row"], unknown["route_type"]),
        *_contradictions(feed),
        _long_hops(feed),
        *_names(feed),
    ]


def _names(feed: LintFeed) -> list[pd.DataFrame]:
    routes, stops = feed.routes, feed.stops
    named = routes["name"] != ""
    same = routes[(routes["route_short_name"] == routes["route_long_name"]) & named]
    alike = ["agency_id", "route_short_name", "route_long_name", "route_type"]
    twice = routes[routes.duplicated(alike) & named]
    findings = [
        found(
            _SAME_NAMES, ("routes.txt", "route_long_name"), same["row"], same["route_short_name"]
        ),
        found(_REPEATED, ("routes.txt", "route_id"), twice["row"], twice["name"]),
    ]
    for table, file, column in (
        (stops, "stops.txt", "stop_name"),
        (routes, "routes.txt", "route_short_name"),
        (routes, "routes.txt", "route_long_name"),
    ):
        bad = table[table[column].str.contains(_CODE)]
        findings.append(found(_MARKUP, (file, column), bad["row"], bad[column]))
    return findings


def _contradictions(feed: LintFeed) -> list[pd.DataFrame]:
    rows, values, pairs, named = [], [], [], 0
    keys = mode_keys(feed)
    for name, row, key in zip(feed.routes["name"], feed.routes["row"], keys, strict=True):
        spoken = [(vehicle, fit) for word, vehicle, fit in _WORDS if word.search(name)]
        # A name of two vehicles, such as a bus in place of a train, proves nothing.
        if len(spoken) != 1 or key == "other":
            continue
        named += 1
        vehicle, fit = spoken[0]
        if key not in fit:
            rows.append(row)
            values.append(f"{name}: {MODES[key].en}")
            pairs.append(f"{vehicle} as {MODES[key].en}")
    findings = [found(_NAME, ("routes.txt", "route_type"), rows, values)]
    share = len(pairs) / named if named else 0.0
    if len(pairs) >= _FEWEST_NAMED and share > (_PERMUTED.threshold or 0.0):
        kinds = pd.Series(pairs).value_counts()
        shown = ", ".join(f"{kind} {count}" for kind, count in kinds.head(3).items())
        value = f"{len(pairs):,} of {named:,}: {shown}"
        findings.append(whole(_PERMUTED, "routes.txt", value, len(pairs), "route_type"))
    return findings


def _long_hops(feed: LintFeed) -> pd.DataFrame:
    """Return the longest hop of each route that is too long for its type."""
    limits = np.array([*(LONGEST_HOP_KM.get(key, np.inf) for key in mode_keys(feed)), np.inf])
    steps = feed.steps
    km = steps["metres"] / METRES_PER_KILOMETRE
    steps = steps.assign(km=km)[km.to_numpy() > limits[steps["route"].to_numpy(dtype=np.int64)]]
    number = steps.groupby("route")["km"].transform("size")
    steps = steps.assign(number=number).sort_values("km", ascending=False, kind="stable")
    worst = steps.drop_duplicates("route")
    texts = zip(
        feed.route_names(worst["route"]),
        feed.stop_names(worst["from_stop"]),
        feed.stop_names(worst["to_stop"]),
        worst["km"],
        strict=True,
    )
    keys = mode_keys(feed)
    kinds = [MODES[keys[route]].en for route in worst["route"]]
    values = [
        f"{kind} {route}: {start} to {end}, {length:,.0f} km"
        for kind, (route, start, end, length) in zip(kinds, texts, strict=True)
    ]
    return found(_LONG_HOP, ("stop_times.txt", "stop_id"), worst["row"], values, worst["number"])
