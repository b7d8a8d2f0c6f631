"""The anatomy of a trip: its legs in order, its five parts, and how it reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from clustergeo.networks.route_types import mode_of
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times.transit.kept_days import kept
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["PARTS", "Journey", "Leg", "journey_legs", "journey_parts", "journey_text"]

PARTS: Final = ("access_min", "wait_min", "ride_min", "transfer_min", "egress_min")
"""The five parts of a door-to-door time, in order; they add up to it."""

_WORDS: Final = {
    "ko": {
        "walk": "도보",
        "taxi": "택시",
        "bicycle": "자전거",
        "car": "승용차",
        "minutes": "{}분",
    },
    "en": {
        "walk": "walk",
        "taxi": "taxi",
        "bicycle": "bicycle",
        "car": "car",
        "minutes": "{} min",
    },
}
"""Words of the legs by language of the feed; English for every other language."""

_CENTS: Final = 100

DOOR: Final = -1
"""In place of a stop: the door of the origin or destination."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of a journey.

    Parameters
    ----------
    kind
        ``walk``, ``taxi``, ``bicycle``, ``car``, ``wait`` or ``ride``.
    depart_s, arrive_s
        Seconds past midnight.
    from_stop, to_stop
        Rows of ``Timetable.stops``, or ``DOOR``.
    length_m
        Metres: straight from stop to stop when riding, as walked or driven otherwise.
    trip
        Row of ``Timetable.trips`` when riding.
    """

    kind: Literal["walk", "taxi", "bicycle", "car", "wait", "ride"]
    depart_s: int
    arrive_s: int
    from_stop: int
    to_stop: int
    length_m: float = 0.0
    trip: int = -1

    @property
    def seconds(self) -> int:
        """Duration."""
        return self.arrive_s - self.depart_s


@dataclass(frozen=True, slots=True)
class Journey:
    """A trip from door to door.

    Parameters
    ----------
    from_id, to_id
        Place ids.
    legs
        Without gaps in time. With vehicles the first leg is the access and the last the egress,
        even if they take no time; otherwise there is one walk. A trip by deadline may end with a
        wait at the door.
    """

    from_id: str
    to_id: str
    legs: tuple[Leg, ...]


def journey_parts(journey: Journey) -> dict[str, float]:
    """Return the five parts in minutes with two decimals; they add up to the rounded total.

    Every part is rounded down and the hundredths that are missing go to the parts that lost most
    (largest remainders), so that the parts of a table can be summed.

    Returns
    -------
    parts : dict of str to float
        Minutes by the names in :data:`PARTS`. A walk all the way is all access; what one is early
        for a deadline is a wait.

    Examples
    --------
    >>> walk = Journey("a", "b", (Leg("walk", 0, 100, DOOR, DOOR),))
    >>> journey_parts(walk)["access_min"]
    1.67
    """
    legs = journey.legs
    seconds = dict.fromkeys(PARTS, 0)
    rides = [i for i, leg in enumerate(legs) if leg.kind == "ride"]
    for i, leg in enumerate(legs):
        if leg.kind == "ride":
            part = "ride_min"
        elif leg.kind == "wait" and leg.from_stop == DOOR:
            part = "wait_min"
        elif not rides or i < rides[0]:
            part = "wait_min" if leg.kind == "wait" else "access_min"
        else:
            part = "egress_min" if i > rides[-1] else "transfer_min"
        seconds[part] += leg.seconds
    total = round_half_up(sum(seconds.values()) * _CENTS, SECONDS_PER_MINUTE)
    return {part: cents / _CENTS for part, cents in shared_cents(seconds, total).items()}


def shared_cents(seconds: dict[str, int], total: int) -> dict[str, int]:
    """Share hundredths of a minute over parts: rounded down, the rest to those that lost most."""
    cents = {part: s * _CENTS // SECONDS_PER_MINUTE for part, s in seconds.items()}
    lost = sorted(seconds, key=lambda part: -(seconds[part] * _CENTS % SECONDS_PER_MINUTE))
    for part in lost[: total - sum(cents.values())]:
        cents[part] += 1
    return cents


def round_half_up(numerator: int, denominator: int) -> int:
    """Return the nearest whole number of a ratio, halves away from zero, without floats."""
    return (2 * numerator + denominator) // (2 * denominator)


def journey_evidence(journey: Journey, timetable: Timetable) -> str:
    """Return the weakest evidence of the routes ridden.

    Even published timetables give a ``derived`` time: nobody has published the door-to-door trip.
    """
    rides = [leg.trip for leg in journey.legs if leg.kind == "ride"]
    if not rides:
        return "derived"
    grades, routes = kept(
        timetable,
        "evidence",
        lambda: (timetable.routes["evidence"].to_numpy(), timetable.trips["route"].to_numpy()),
    )
    ridden: list[str] = grades[routes[rides]].tolist()
    return max(["derived", *ridden], key=EVIDENCE.index)


def journey_text(journey: Journey, timetable: Timetable, *, language: str | None = None) -> str:
    """Return a journey in one line: ``walk 4 min > 918 A→B 6 min > ...``.

    Waits are left out, whole minutes shown, and at least one for a leg that takes any time.

    Parameters
    ----------
    journey
        The journey.
    timetable
        For the names.
    language
        ``en`` for English names of stops; the language of the feed when None.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> walk = Journey("a", "b", (Leg("walk", 0, 240, DOOR, DOOR),))
    >>> journey_text(walk, load_timetable(), language="en")
    'walk 4 min'
    """
    words = _WORDS.get(language or timetable.language, _WORDS["en"])
    named = "stop_name_en" if language == "en" else "stop_name"
    names, ids, lines, routes = kept(
        timetable,
        named,
        lambda: (
            timetable.stops[named].to_numpy(),
            timetable.stops["stop_id"],
            timetable.routes["short_name"].to_numpy(),
            timetable.trips["route"].to_numpy(),
        ),
    )
    shown = []
    for leg in journey.legs:
        if leg.kind == "wait" or (leg.kind != "ride" and not leg.seconds):
            continue
        minutes = max(1, round_half_up(leg.seconds, SECONDS_PER_MINUTE))
        what = words.get(leg.kind, "")
        if leg.kind == "ride":
            ends = (names[stop] or ids.iloc[stop] for stop in (leg.from_stop, leg.to_stop))
            what = f"{lines[routes[leg.trip]]} {'→'.join(ends)}"
        shown.append(f"{what} {words['minutes'].format(minutes)}")
    return " > ".join(shown)


def journey_legs(journeys: Iterable[Journey], timetable: Timetable) -> pd.DataFrame:
    """Return the legs of journeys as a table, one row a leg; legs without duration are left out.

    Parameters
    ----------
    journeys
        Journeys, such as those of :func:`clustergeo.times.by_transit.transit_journeys`.
    timetable
        For names and evidence.

    Returns
    -------
    legs : pandas.DataFrame
        ``from_id``, ``to_id``, ``leg`` (from 1), ``kind``, ``mode`` (of a ride, such as
        ``metro``), ``route``, ``route_name``, ``route_name_en`` (blank unless one rides),
        ``from_stop``, ``from_stop_en``, ``to_stop``, ``to_stop_en`` (blank at the doors),
        ``depart_min`` (minutes past midnight), ``minutes``, ``length_m``, ``evidence`` (of a
        ride's route).

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> walk = Journey("a", "b", (Leg("walk", 0, 240, DOOR, DOOR),))
    >>> journey_legs([walk], load_timetable())[["kind", "minutes"]].values.tolist()
    [['walk', 4.0]]
    """
    stops, routes = timetable.stops, timetable.routes
    # A last blank stands for the door: DOOR is -1.
    local = np.append(stops["stop_name"].to_numpy(dtype=object), "")
    english = np.append(stops["stop_name_en"].to_numpy(dtype=object), "")
    of_trip = timetable.trips["route"].to_numpy()
    rows = []
    for journey in journeys:
        legs = [leg for leg in journey.legs if leg.seconds or leg.kind == "ride"]
        for number, leg in enumerate(legs, start=1):
            ride = leg.kind == "ride"
            route = routes.iloc[of_trip[leg.trip]] if ride else None
            rows.append(
                {
                    "from_id": journey.from_id,
                    "to_id": journey.to_id,
                    "leg": number,
                    "kind": leg.kind,
                    "mode": mode_of(int(route["route_type"])).key if route is not None else "",
                    **{
                        column: route[name] if route is not None else ""
                        for column, name in _ROUTE_COLUMNS.items()
                    },
                    "from_stop": local[leg.from_stop],
                    "from_stop_en": english[leg.from_stop],
                    "to_stop": local[leg.to_stop],
                    "to_stop_en": english[leg.to_stop],
                    "depart_min": round(leg.depart_s / SECONDS_PER_MINUTE, 2),
                    "minutes": round(leg.seconds / SECONDS_PER_MINUTE, 2),
                    "length_m": round(leg.length_m),
                }
            )
    return pd.DataFrame(rows, columns=_LEG_COLUMNS)


_ROUTE_COLUMNS: Final = {
    "route": "short_name",
    "route_name": "long_name",
    "route_name_en": "name_en",
    "evidence": "evidence",
}

_LEG_COLUMNS: Final = [
    "from_id",
    "to_id",
    "leg",
    "kind",
    "mode",
    "route",
    "route_name",
    "route_name_en",
    "from_stop",
    "from_stop_en",
    "to_stop",
    "to_stop_en",
    "depart_min",
    "minutes",
    "length_m",
    "evidence",
]
