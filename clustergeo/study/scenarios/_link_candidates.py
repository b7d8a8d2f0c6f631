"""Between which places a link is tried: all pairs, or corridors that are given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import read_csv
from clustergeo.errors import Fault, SchemaError, UsageError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.edits.edit import nearest
from clustergeo.networks.timetable import Timetable, services_on
from clustergeo.schemas import Column, Schema, check_table
from clustergeo.schemas.missing_links import LINK_KINDS
from clustergeo.study.scenarios._link_kinds import LINKS, Link, LinkKind, LinkRules
from clustergeo.units import METRES_PER_KILOMETRE, WGS84

__all__ = [
    "Corridor",
    "NearestStops",
    "all_pairs",
    "check_corridors",
    "kinds_of",
    "load_corridors",
    "made",
]

_CORRIDORS: Final = Schema(
    "corridors",
    (
        Column("corridor_id", description="rows of one corridor share it"),
        Column("place_id", description="a stop of it, in the order of the rows"),
        Column("link", optional=True, blank=True, choices=LINK_KINDS),
        Column("speed_kph", "number", optional=True, blank=True, minimum=0),
        Column("headway_min", "number", optional=True, blank=True, minimum=0),
        Column(
            "section_min", "number", "from the row before", optional=True, blank=True, minimum=0
        ),
    ),
    key=("corridor_id", "place_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """Places that one link is to join, in order.

    Parameters
    ----------
    places
        Two or more.
    link
        Its kind; every kind that is asked for if blank.
    speed_kph, headway_min
        In place of those of the kind.
    section_min
        Minutes of each section, in place of the speed.
    file
        Where it was read from, for messages.

    Examples
    --------
    >>> Corridor(places=("osong", "ochang"), link="bus").places
    ('osong', 'ochang')
    """

    places: tuple[str, ...]
    link: str = ""
    speed_kph: float | None = None
    headway_min: float | None = None
    section_min: tuple[float, ...] = ()
    file: str = ""


def load_corridors(path: Path | str) -> tuple[Corridor, ...]:
    """Return the corridors of a CSV file.

    Parameters
    ----------
    path
        A table with ``corridor_id`` and ``place_id``, a row for each stop in the order of the
        ride; ``link``, ``speed_kph`` and ``headway_min`` on the first row of a corridor and
        ``section_min`` on all the others if wanted.

    Raises
    ------
    SchemaError
        If the table is refused.
    """
    file = Path(path)
    table = check_table(read_csv(file), _CORRIDORS, file=str(file))
    found = []
    for name, rows in table.groupby("corridor_id", sort=False):
        first = rows.iloc[0]
        minutes = rows["section_min"].iloc[1:]
        if minutes.notna().any() and (minutes.isna() | (minutes <= 0)).any():
            what = f"minutes of some sections only ({name})"
            fix = "give minutes above 0 in every row but the first, or none"
            raise SchemaError(Fault(str(file), what, fix, field="section_min"))
        told = {
            key: float(first[key]) for key in ("speed_kph", "headway_min") if pd.notna(first[key])
        }
        found.append(
            Corridor(
                places=tuple(rows["place_id"]),
                link=str(first["link"] or ""),
                file=str(file),
                section_min=tuple(minutes.astype(float)) if minutes.notna().any() else (),
                **told,
            )
        )
    return tuple(found)


class NearestStops:
    """The stop nearest to each place at which vehicles of the day can be boarded."""

    def __init__(self, timetable: Timetable, date: object, places: gpd.GeoDataFrame) -> None:
        """Find them."""
        trips = timetable.trips["service_id"].isin(services_on(timetable, date))  # type: ignore[arg-type]
        calls = timetable.stop_times
        running = trips.to_numpy()[calls["trip"].to_numpy()]
        rows = np.unique(calls["stop"].to_numpy()[running])
        stops = timetable.stops
        lat, lon = (stops[name].to_numpy()[rows] for name in ("stop_lat", "stop_lon"))
        points = places.geometry.to_crs(WGS84)
        away = crow_fly_m(
            points.y.to_numpy()[:, None], points.x.to_numpy()[:, None], lat[None], lon[None]
        )
        best = np.argmin(away, axis=1)
        self.stops = stops
        self.spots = dict(
            zip(places["place_id"], zip(points.y, points.x, strict=True), strict=True)
        )
        self.row = dict(zip(places["place_id"], rows[best].tolist(), strict=True))
        self.away_m = dict(zip(places["place_id"], away.min(axis=1).tolist(), strict=True))

    def ids(self, places: Sequence[str]) -> tuple[str, ...]:
        """Return the ids of the stops of places."""
        return tuple(self.stops["stop_id"].iloc[[self.row[place] for place in places]])

    def straight_km(self, places: Sequence[str]) -> tuple[float, ...]:
        """Return the straight kilometres from each of some places to the next."""
        spots = [self.spots[place] for place in places]
        return tuple(
            float(crow_fly_m(*one, *other)) / METRES_PER_KILOMETRE
            for one, other in pairwise(spots)
        )

    def section_km(self, places: Sequence[str]) -> tuple[float, ...]:
        """Return the straight kilometres from the stop of each place to the next one's."""
        chosen = self.stops.iloc[[self.row[place] for place in places]]
        lat, lon = chosen["stop_lat"].to_numpy(), chosen["stop_lon"].to_numpy()
        metres: NDArray[np.float64] = crow_fly_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
        return tuple((metres / METRES_PER_KILOMETRE).tolist())


def all_pairs(places: gpd.GeoDataFrame, rules: LinkRules) -> Iterator[Corridor]:
    """Yield every pair of the clusters, of what lies between them, and of sites if asked for."""
    kinds = ["cluster", "anchor", *(["site"] if rules.sites else [])]
    ids = [place for kind in kinds for place in places.loc[places["kind"] == kind, "place_id"]]
    for pair in combinations(ids, 2):
        yield Corridor(places=pair)


def check_corridors(corridors: Sequence[Corridor], place_ids: Collection[str]) -> None:
    """Refuse corridors of unknown places, or of no two.

    Raises
    ------
    SchemaError, UsageError
        With every fault; the first where one was read from a file.
    """
    faults = []
    for corridor in corridors:
        file = corridor.file or "corridor"
        for place in corridor.places:
            if place not in place_ids:
                fix = nearest(place, place_ids) or "use a place_id of the study"
                faults.append(Fault(file, f"no such place ({place})", fix))
        if len(set(corridor.places)) < max(2, len(corridor.places)):
            told = ", ".join(corridor.places)
            fix = "name two places or more, each once"
            faults.append(Fault(file, f"leads nowhere ({told})", fix))
    if any(corridor.file for corridor in corridors) and faults:
        raise SchemaError(*dict.fromkeys(faults))
    if faults:
        raise UsageError("\n".join(dict.fromkeys(map(str, faults))))


def made(
    corridor: Corridor,
    kind: LinkKind,
    stops: NearestStops,
    rules: LinkRules,
) -> Link | str:
    """Return the link of a kind along a corridor, or why there can be none."""
    straight = stops.straight_km(corridor.places)
    told: dict[str, object] = {
        "kind": kind,
        "places": corridor.places,
        "speed_kph": corridor.speed_kph or rules.speed_kph or kind.speed_kph,
        "headway_min": corridor.headway_min or rules.headway_min or kind.headway_min,
        "section_min": corridor.section_min,
    }
    if kind.mode == "car":
        told["headway_min"] = np.nan
        told["section_km"] = tuple(km * rules.circuity for km in straight)
        link = Link(**told)  # type: ignore[arg-type]
    else:
        told["section_km"] = tuple(km * rules.circuity for km in stops.section_km(corridor.places))
        link = Link(
            **told,  # type: ignore[arg-type]
            dwell_min=rules.dwell_min,
            start=rules.start,
            end=rules.end,
            stops=stops.ids(corridor.places),
        )
        far = [place for place in link.places if stops.away_m[place] > rules.stop_limit_m]
        if far:
            at = stops.away_m[far[0]] / METRES_PER_KILOMETRE
            return f"no stop near {far[0]}: the nearest lies {at:.1f} km away"
        if len(set(link.stops)) < len(link.stops):
            return "two of its places have the same nearest stop"
    if sum(straight) < rules.least_km:
        return f"too short ({sum(straight):.1f} km)"
    if link.run_s().min() <= 0:
        return "takes no time between two of its places"
    return link


def kinds_of(corridor: Corridor, rules: LinkRules) -> tuple[LinkKind, ...]:
    """Return the kinds of links to try along a corridor."""
    return tuple(LINKS[name] for name in ([corridor.link] if corridor.link else rules.links))
