"""Read what OpenStreetMap writes as a speed limit, a number of lanes or a duration."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clustergeo._files import read_csv
from clustergeo.errors import RoadError
from clustergeo.schemas import Column, Schema, check_table
from clustergeo.schemas.roads import FASTEST_KPH
from clustergeo.settings import data_path
from clustergeo.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["Zone", "duration_s", "lane_count", "limit_kph", "load_zones"]

WALK_KPH: Final = 5.0
"""What ``maxspeed=walk`` stands for: walking pace."""

_NO_NUMBER: Final = frozenset({"none", "unlimited", "no", "signals", "variable", "default"})
"""Values that say, rightly, that no number is posted."""

_UNITS: Final = {
    "": 1.0,
    "km/h": 1.0,
    "kmh": 1.0,
    "kph": 1.0,
    "kmph": 1.0,
    "mph": 1.609344,
    "knots": 1.852,
    "knot": 1.852,
}
"""Kilometres per hour in each unit (international mile and nautical mile)."""

_NUMBER: Final = re.compile(r"([+-]?\d+(?:[.,]\d)?|[+-]?\d+\.\d+)\s*([a-z/]*)")
_ZONE_SIGN: Final = re.compile(r"(?:[a-z]{2}:)?zone:?\s*(\d+)")
_CLOCK: Final = re.compile(r"(\d+):(\d{1,2})(?::(\d{1,2}))?")
_ISO: Final = re.compile(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?")
_MINUTES: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:min|minutes)?")

_ZONES: Final = Schema(
    "zone speeds",
    (
        Column("zone", description="value of maxspeed, in lower case"),
        Column("kph", "number", "limit where the lanes are not known", minimum=1, maximum=200),
        Column("kph_one_lane", "number", "one lane a direction", minimum=1, maximum=200),
        Column("kph_more_lanes", "number", "two or more a direction", minimum=1, maximum=200),
        Column("source", description="rule that sets it"),
    ),
    key=("zone",),
)


@dataclass(frozen=True, slots=True)
class Zone:
    """The limit that a country sets in a zone, kilometres per hour.

    Parameters
    ----------
    kph
        Where the number of lanes is not known.
    kph_one_lane, kph_more_lanes
        With one lane, and with two or more lanes, in a direction.
    """

    kph: float
    kph_one_lane: float
    kph_more_lanes: float

    def limit(self, lanes_each_way: float) -> float:
        """Return the limit for so many lanes in a direction, 0 where unknown."""
        if not lanes_each_way:
            return self.kph
        return self.kph_one_lane if lanes_each_way < 2 else self.kph_more_lanes  # noqa: PLR2004


def load_zones() -> dict[str, Zone]:
    """Return the limits of zones such as ``KR:urban`` by their lower-case value.

    Raises
    ------
    RoadError
        If the table breaks its contract.

    Examples
    --------
    >>> load_zones()["kr:urban"].kph
    50.0
    """
    path = data_path("osm") / "zone_speeds.csv"
    table = check_table(read_csv(path), _ZONES, file=str(path), error=RoadError)
    columns = (table[name] for name in ("zone", "kph", "kph_one_lane", "kph_more_lanes"))
    return {zone: Zone(*map(float, limits)) for zone, *limits in zip(*columns, strict=True)}


def limit_kph(text: str, zones: Mapping[str, Zone], lanes_each_way: float) -> tuple[float, str]:
    """Return a speed limit in kilometres per hour, and what is odd about it.

    Of several values (``50;30``, ``80|60``) the lowest counts. Walking pace is 5 km/h. A limit of
    zero or less is none; one above 200 km/h is cut to 200, the highest of any road.

    Parameters
    ----------
    text
        Value of the tag.
    zones
        As :func:`load_zones` gives them.
    lanes_each_way
        Lanes in a direction, 0 where unknown; some zones depend on it.

    Returns
    -------
    kph : float
        NaN where no number is posted or can be read.
    odd : str
        ``"absurd"``, ``"capped"``, ``"unreadable"`` or ``""``.

    Examples
    --------
    >>> limit_kph("30 mph", {}, 0)
    (48.28032, '')
    >>> limit_kph("999", {}, 0)
    (200.0, 'capped')
    """
    found: list[float] = []
    odd = ""
    for part in re.split(r"[;|]", text.casefold()):
        kph = _one_limit(part.strip(), zones, lanes_each_way)
        if kph is None:
            odd = odd or "unreadable"
        elif math.isnan(kph):
            continue
        elif kph <= 0:
            odd = "absurd"
        else:
            found.append(min(kph, FASTEST_KPH))
            if kph > FASTEST_KPH:
                odd = "capped"
    return min(found, default=math.nan), odd


def _one_limit(word: str, zones: Mapping[str, Zone], lanes_each_way: float) -> float | None:
    """Return a limit, NaN for a word that means no number, None for what cannot be read."""
    if word in zones:
        return zones[word].limit(lanes_each_way)
    if word in _NO_NUMBER:
        return math.nan
    if word in ("walk", "walking"):
        return WALK_KPH
    if sign := _ZONE_SIGN.fullmatch(word):
        return float(sign[1])
    number = _NUMBER.fullmatch(word)
    if number is None or number[2] not in _UNITS:
        return None
    # A comma before one digit is a decimal comma; lists are written with semicolons.
    return float(number[1].replace(",", ".")) * _UNITS[number[2]]


def lane_count(text: str) -> int:
    """Return lanes of both directions, the lowest of several values; 0 where it cannot be read.

    Examples
    --------
    >>> lane_count("4"), lane_count("2;3"), lane_count("1.5"), lane_count("many")
    (4, 2, 1, 0)
    """
    counts = []
    for part in text.split(";"):
        try:
            counts.append(math.floor(float(part)))
        except (ValueError, OverflowError):
            return 0
    return max(0, min(*counts, 255))


def duration_s(text: str) -> float:
    """Return seconds of a duration (``HH:MM``, ``HH:MM:SS``, ISO 8601, minutes), NaN if none.

    Examples
    --------
    >>> duration_s("00:20"), duration_s("PT1H30M"), duration_s("45"), duration_s("0")
    (1200.0, 5400.0, 2700.0, nan)
    """
    word = text.strip().casefold()
    minute, hour = float(SECONDS_PER_MINUTE), SECONDS_PER_MINUTE * MINUTES_PER_HOUR
    if clock := _CLOCK.fullmatch(word):
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        total = hours * hour + minutes * minute + seconds
    elif iso := _ISO.fullmatch(word):
        days, hours, minutes, seconds = (float(part or 0) for part in iso.groups())
        total = days * 24 * hour + hours * hour + minutes * minute + seconds
    elif plain := _MINUTES.fullmatch(word):
        total = float(plain[1]) * minute
    else:
        total = 0.0
    return total if 0 < total < math.inf else math.nan
