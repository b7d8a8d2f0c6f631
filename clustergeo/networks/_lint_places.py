"""Stops that cannot lie where the feed says: blank, impossible, swapped, astray or shifted."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd
from pyproj import Transformer

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._lint_feed import LintFeed
from clustergeo.networks._lint_findings import Check, found, whole
from clustergeo.networks.far_stops import FAR_M, far_stops
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.units import METRES_PER_KILOMETRE, WGS84

__all__ = ["CHECKS", "KOREA", "misplaced_stops", "place_findings", "street_findings"]

KOREA: Final = (124.5, 32.9, 132.0, 38.7)
"""West, south, east, north of the Republic of Korea with its islands, degrees."""

_KOREAN_TIME: Final = "Asia/Seoul"

_OURS: Final = "this project"
_DEGREES: Final = "write WGS84 degrees"

_NO_PLACE = Check("stop_without_place", "error", "the stop has no coordinate", _DEGREES)
_OUT_OF_RANGE = Check("coordinate_out_of_range", "error", "no such degrees", _DEGREES)
_ZERO = Check(
    "coordinate_zero", "error", "a coordinate is 0, far from the other stops",
    "fill in the position", threshold=2_000.0, unit="km from the median of the stops",
    source="notice point_near_origin of MobilityData gtfs-validator; distance: this project",
    grade="estimated",
)  # fmt: skip
_SWAPPED = Check(
    "swapped_coordinates", "error", "latitude and longitude look swapped",
    "swap stop_lat and stop_lon", threshold=200.0,
    unit="km from the median of the stops, within which it lies swapped and not as it stands",
    source=_OURS, grade="estimated",
)  # fmt: skip
_ABROAD = Check(
    "outside_korea", "warning", "outside Korea, though the agency keeps Korean time",
    "correct the position", source="extent of the Republic of Korea", grade="derived",
)  # fmt: skip
_TOKYO = Check(
    "tokyo_datum", "error", "the stops are shifted as positions in the Tokyo datum are",
    "transform the positions from EPSG:4162 (or 4301) to EPSG:4326",
    threshold=100.0, unit="m from the shift of EPSG:4162, median of at least 3 stops by name",
    source="EPSG:4162 to EPSG:4326, transformation 1", grade="derived",
)  # fmt: skip
_SAME_POINT = Check(
    "stops_at_one_point", "info", "several stops lie on one point",
    "give each its place, or one parent_station", threshold=1.0e-6, unit="degrees",
    source=_OURS, grade="estimated",
)  # fmt: skip
_FAR = Check(
    "stop_far_from_street", "warning", "no street is near",
    "correct the position, or name a road network of the area", threshold=FAR_M, unit="m",
    source="clustergeo.networks.far_stops", grade="estimated",
)  # fmt: skip

CHECKS: Final = (
    _NO_PLACE,
    _OUT_OF_RANGE,
    _ZERO,
    _SWAPPED,
    _ABROAD,
    _TOKYO,
    _SAME_POINT,
    _FAR,
)
"""The rules of this theme."""

_FILE: Final = "stops.txt"
_WHERE: Final = "stop_lat, stop_lon"
_PLACELESS: Final = ("3", "4")
_MOST_LAT: Final = 90.0
_MOST_LON: Final = 180.0
_ZERO_DEG: Final = 1e-6
_NAMESAKE_M: Final = 3_000.0
"""A stop of the same name farther off is another place."""
_ONE_PLACE_M: Final = 200.0
"""Reference stops of one name must lie this close together to stand for one place."""
_FEWEST_EVIDENCE: Final = 3
_SUFFIX: Final = re.compile(r"\s*\(.*?\)|\s+")
_KOREAN_1985: Final = "EPSG:4162"


def place_findings(feed: LintFeed, reference: pd.DataFrame) -> list[pd.DataFrame]:
    """Return stops whose position is blank, impossible, swapped, abroad, shifted or shared.

    Parameters
    ----------
    feed
        The feed.
    reference
        Stops known to be right: ``stop_name``, ``stop_lat``, ``stop_lon``.
    """
    stops = feed.stops
    wrong = _misplaced(feed)
    sound = stops[~wrong.any(axis=1)]
    shown = _shown(stops)
    return [
        *(
            found(check, (_FILE, _WHERE), stops["row"][at], shown[at])
            for check in (_NO_PLACE, _OUT_OF_RANGE, _SWAPPED, _ZERO, _ABROAD)
            for at in [wrong[check.check]]
        ),
        *_shifted(sound, reference),
        _shared(sound),
    ]


def misplaced_stops(feed: LintFeed) -> frozenset[str]:
    """Return the ids of stops whose position is no use to anyone."""
    wrong = _misplaced(feed).drop(columns=_ABROAD.check)
    return frozenset(feed.stops["stop_id"][wrong.any(axis=1)])


def _misplaced(feed: LintFeed) -> pd.DataFrame:
    """Return a column of truth values by rule for every stop."""
    stops = feed.stops
    lat, lon = stops["stop_lat"], stops["stop_lon"]
    needed = ~stops["location_type"].isin(_PLACELESS)
    turned = (lat.abs() > _MOST_LAT) & (lat.abs() <= _MOST_LON) & (lon.abs() <= _MOST_LAT)
    wide = ((lat.abs() > _MOST_LAT) | (lon.abs() > _MOST_LON)) & ~turned
    legal = lat.notna() & lon.notna() & ~wide & ~turned
    zero, astray = _against_median(stops, legal)
    korean = (feed.tables["agency.txt"]["agency_timezone"] == _KOREAN_TIME).any()
    return pd.DataFrame(
        {
            _NO_PLACE.check: needed & (lat.isna() | lon.isna()) & ~wide & ~turned,
            _OUT_OF_RANGE.check: wide,
            _SWAPPED.check: turned | astray,
            _ZERO.check: zero,
            _ABROAD.check: legal & ~zero & ~astray & ~_in_korea(stops) & bool(korean),
        }
    )


def _shown(stops: pd.DataFrame) -> pd.Series[str]:
    columns = zip(stops["stop_id"], stops["stop_lat"], stops["stop_lon"], strict=True)
    texts = [f"{stop}: {lat:g}, {lon:g}".replace("nan", "blank") for stop, lat, lon in columns]
    return pd.Series(texts, index=stops.index, dtype=object)


def _in_korea(stops: pd.DataFrame) -> pd.Series[bool]:
    west, south, east, north = KOREA
    return stops["stop_lat"].between(south, north) & stops["stop_lon"].between(west, east)


def _against_median(
    stops: pd.DataFrame, legal: pd.Series[bool]
) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Return which stops have a forgotten coordinate, and which fit the others when swapped."""
    lat, lon = stops["stop_lat"], stops["stop_lon"]
    zero = legal & ((lat.abs() < _ZERO_DEG) | (lon.abs() < _ZERO_DEG))
    rest = legal & ~zero
    if not rest.any():
        # Nothing but zeros: believable for a feed that crosses the origin, not for one point.
        spread = lat[zero].max() - lat[zero].min() + lon[zero].max() - lon[zero].min()
        return zero & bool(spread < _ZERO_DEG), zero & False
    middle = lat[rest].median(), lon[rest].median()
    km = crow_fly_m(lat, lon, *middle) / METRES_PER_KILOMETRE
    turned = crow_fly_m(lon, lat, *middle) / METRES_PER_KILOMETRE
    zero &= km > (_ZERO.threshold or 0.0)
    limit = _SWAPPED.threshold or 0.0
    return zero, rest & (km > limit) & (turned < limit)


def _shifted(stops: pd.DataFrame, reference: pd.DataFrame) -> list[pd.DataFrame]:
    """Return one finding if stops lie beside their namesakes as the Tokyo datum would put them."""
    pairs = _namesakes(stops[_in_korea(stops)], reference)
    if len(pairs) < _FEWEST_EVIDENCE:
        return []
    to_tokyo = Transformer.from_crs(WGS84, _KOREAN_1985, always_xy=True)
    lon, lat = to_tokyo.transform(pairs["true_lon"].to_numpy(), pairs["true_lat"].to_numpy())
    # The median of all stops together: single namesakes may lie anywhere.
    east, north = pairs["stop_lon"].median(), pairs["stop_lat"].median()
    base = pairs["true_lon"].to_numpy(), pairs["true_lat"].to_numpy()
    moved = (
        float((pairs["stop_lon"] - base[0]).median()),
        float((pairs["stop_lat"] - base[1]).median()),
    )
    expected = float(np.median(lon - base[0])), float(np.median(lat - base[1]))
    off_m = crow_fly_m(north, east, north + moved[1] - expected[1], east + moved[0] - expected[0])
    if off_m > (_TOKYO.threshold or 0.0):
        return []
    length_m = float(crow_fly_m(north, east, north + moved[1], east + moved[0]))
    names = ", ".join(pairs["stop_name"].head(_FEWEST_EVIDENCE))
    value = f"{len(pairs):,} namesakes, median shift {length_m:,.0f} m: {names}"
    return [whole(_TOKYO, _FILE, value, len(stops), _WHERE)]


def _namesakes(stops: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Return stops with the true position of the one place nearby that bears their name."""
    if stops.empty or reference.empty:
        return pd.DataFrame(columns=["stop_name", "stop_lat", "stop_lon", "true_lat", "true_lon"])
    known = reference.assign(name=_plain(reference["stop_name"]))
    groups = known.groupby("name")
    places = groups[["stop_lat", "stop_lon"]].mean()
    spread = groups[["stop_lat", "stop_lon"]].agg(["min", "max"])
    across_m = crow_fly_m(
        *(spread[c, e] for e in ("min", "max") for c in ("stop_lat", "stop_lon"))
    )
    places = places[across_m <= _ONE_PLACE_M].set_axis(["true_lat", "true_lon"], axis=1)
    pairs = stops.assign(name=_plain(stops["stop_name"])).merge(
        places, left_on="name", right_index=True
    )
    metres = crow_fly_m(*(pairs[c] for c in ("stop_lat", "stop_lon", "true_lat", "true_lon")))
    near = pairs[(metres <= _NAMESAKE_M) & (pairs["name"] != "")]
    return near.drop_duplicates("name")


def _plain(names: pd.Series[str]) -> pd.Series[str]:
    """Return names without what stands in brackets, blanks and the word for station."""
    return names.str.replace(_SUFFIX, "", regex=True).str.removesuffix("역")


def _shared(stops: pd.DataFrame) -> pd.DataFrame:
    """Return points that several stops share without belonging together."""
    digits = round(-np.log10(_SAME_POINT.threshold or 1.0))
    plain = stops[stops["location_type"].isin(("", "0"))]
    lat, lon = plain["stop_lat"].round(digits), plain["stop_lon"].round(digits)
    home = plain["parent_station"].where(plain["parent_station"] != "", plain["stop_id"])
    points = plain.assign(lat=lat, lon=lon, home=home).groupby(["lat", "lon"], sort=False)
    several = points["home"].transform("nunique") > 1
    if not several.any():
        return found(_SAME_POINT, (_FILE, _WHERE), [], [])
    groups = plain[several].assign(lat=lat, lon=lon).groupby(["lat", "lon"], sort=False)
    table = groups.agg(row=("row", "min"), ids=("stop_id", ", ".join), count=("row", "size"))
    return found(_SAME_POINT, (_FILE, _WHERE), table["row"], table["ids"], table["count"])


def street_findings(feed: LintFeed, timetable: Timetable, road: RoadNetwork) -> pd.DataFrame:
    """Return the stops that lie far from any street."""
    far = far_stops(timetable, road)
    ids = far["stop_id"].str.removeprefix(f"{feed.name}:") if feed.name else far["stop_id"]
    row_of = feed.stops.set_index("stop_id")["row"]
    own = ids.isin(row_of.index)
    values = [
        f"{stop} {name}: " + (f"{metres:,.0f} m" if np.isfinite(metres) else "outside the area")
        for stop, name, metres in zip(
            ids[own], far["stop_name"][own], far["street_m"][own], strict=True
        )
    ]
    return found(_FAR, (_FILE, _WHERE), row_of.reindex(ids[own]), values)
