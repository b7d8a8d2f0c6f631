"""Read the routes and trips of a feed, and how well each route is founded."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from clustergeo.errors import FeedError
from clustergeo.networks import _gtfs_links as links
from clustergeo.networks._feed_rows import faults_where, unknown_keys, with_trips_lost

__all__ = ["feed_routes", "feed_trips"]

_GRADES: Final = {
    "published": "published",
    "interpolated": "derived",
    "derived": "derived",
    "estimated": "estimated",
}
_GRADE_UNSTATED: Final = "derived"


def feed_routes(tables: dict[str, pd.DataFrame], notes: list[str]) -> pd.DataFrame:
    """Return the routes; see :class:`clustergeo.networks.Timetable`.

    Raises
    ------
    FeedError
        With every unknown agency and every grade of a route there is not.
    """
    routes, agencies = tables["routes.txt"], tables["agency.txt"]
    faults = unknown_keys(routes["agency_id"], agencies["agency_id"], "routes.txt", blank=True)
    if len(agencies) > 1:
        fix = ("is blank where the feed has several agencies", "name the agency")
        blank = routes["agency_id"] == ""
        faults += faults_where(blank, routes["route_id"], "routes.txt", "agency_id", fix)
    if faults:
        raise FeedError(*faults)
    sources = tables["sources.csv"]
    if faults := unknown_keys(sources["route_id"], routes["route_id"], "sources.csv"):
        raise FeedError(*faults)
    stated = zip(sources["route_id"], sources["evidence"], strict=True)
    grades = {route: _GRADES[grade] for route, grade in stated}
    evidence = [grades.get(route, _GRADE_UNSTATED) for route in routes["route_id"]]
    if unstated := int((~routes["route_id"].isin(sources["route_id"])).sum()):
        notes.append(f"{unstated:,} routes state no evidence and count as {_GRADE_UNSTATED}")
    short, long = routes["route_short_name"], routes["route_long_name"]
    named = pd.DataFrame(
        {
            "route_id": routes["route_id"],
            "short_name": short.where(short != "", long).where(
                (short != "") | (long != ""), routes["route_id"]
            ),
            "long_name": long,
            "route_type": routes["route_type"].astype(np.int64),
            "evidence": evidence,
        }
    )
    return links.with_english(named, tables["translations.txt"], "routes", "route_long_name")


def feed_trips(
    tables: dict[str, pd.DataFrame], routes: pd.DataFrame, services: pd.DataFrame
) -> pd.DataFrame:
    """Return the trips by row of their route; see :class:`clustergeo.networks.Timetable`.

    Raises
    ------
    FeedError
        With every unknown route and service.
    """
    trips = tables["trips.txt"]
    stated = pd.concat(
        [
            services["service_id"],
            tables["calendar.txt"]["service_id"],
            tables["calendar_dates.txt"]["service_id"],
        ]
    )
    faults = [
        *unknown_keys(trips["route_id"], routes["route_id"], "trips.txt"),
        *unknown_keys(trips["service_id"], stated, "trips.txt"),
    ]
    if faults:
        raise FeedError(*with_trips_lost(faults, trips["trip_id"]))
    positions = pd.Index(routes["route_id"]).get_indexer(trips["route_id"])
    return pd.DataFrame(
        {
            "trip_id": trips["trip_id"],
            "route": positions.astype(np.int64),
            "service_id": trips["service_id"],
        }
    )
