"""What kind of vehicle a ``route_type`` stands for: its name, and what it cannot exceed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["MODES", "Mode", "mode_of"]


@dataclass(frozen=True, slots=True)
class Mode:
    """A kind of vehicle.

    Parameters
    ----------
    key
        Short name for tables, such as ``bus``.
    en, ko
        What people call it.
    fastest_kph
        Straight kilometres per hour from stop to stop that it does not exceed: the threshold of
        MobilityData's gtfs-validator (notice ``fast_travel_between_consecutive_stops``) where it
        has one, else estimated.
    """

    key: str
    en: str
    ko: str
    fastest_kph: float


MODES: Final = {
    mode.key: mode
    for mode in (
        Mode("tram", "tram", "트램", 100.0),
        Mode("metro", "metro", "지하철", 150.0),
        Mode("rail", "train", "기차", 500.0),
        Mode("high_speed_rail", "high-speed train", "고속열차", 500.0),
        Mode("bus", "bus", "버스", 150.0),
        Mode("coach", "coach", "시외·고속버스", 150.0),
        Mode("trolleybus", "trolleybus", "트롤리버스", 150.0),
        Mode("monorail", "monorail", "모노레일", 150.0),
        Mode("ferry", "ferry", "여객선", 80.0),
        Mode("cable_tram", "cable tram", "케이블 트램", 30.0),
        Mode("aerial_lift", "aerial lift", "케이블카", 50.0),
        Mode("funicular", "funicular", "푸니쿨라", 50.0),
        Mode("air", "aeroplane", "항공", 1_200.0),
        Mode("taxi", "taxi", "택시", 200.0),
        Mode("other", "other", "기타", 200.0),
    )
}
"""Every mode by its key. Aeroplane and taxi are estimated, coach and high-speed rail take the
thresholds of bus and rail."""

_BASIC: Final = {
    0: "tram",
    1: "metro",
    2: "rail",
    3: "bus",
    4: "ferry",
    5: "cable_tram",
    6: "aerial_lift",
    7: "funicular",
    11: "trolleybus",
    12: "monorail",
}
_EXTENDED: Final = {101: "high_speed_rail", 405: "monorail"}
_HUNDREDS: Final = {
    1: "rail",
    2: "coach",
    3: "rail",
    4: "metro",
    5: "metro",
    6: "metro",
    7: "bus",
    8: "trolleybus",
    9: "tram",
    10: "ferry",
    11: "air",
    12: "ferry",
    13: "aerial_lift",
    14: "funicular",
    15: "taxi",
}
_CLASS: Final = 100


def mode_of(route_type: int) -> Mode:
    """Return the mode of a GTFS route type, basic (0-12) or extended (100-1799).

    Extended types are the hundreds of TPEG: 100 rail, 200 coach, 300 suburban rail, 400 urban
    rail, 500 and 600 metro, 700 bus, 800 trolleybus, 900 tram, 1000 and 1200 water, 1100 air,
    1300 aerial lift, 1400 funicular, 1500 taxi. A code that stands for nothing is ``other``.

    Parameters
    ----------
    route_type
        Code in routes.txt.

    Examples
    --------
    >>> mode_of(3).en, mode_of(702).key, mode_of(101).ko
    ('bus', 'bus', '고속열차')
    >>> mode_of(99).key
    'other'
    """
    key = _BASIC.get(route_type) or _EXTENDED.get(route_type)
    return MODES[key or _HUNDREDS.get(route_type // _CLASS, "other")]
