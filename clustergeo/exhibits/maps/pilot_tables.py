"""What the map of the pilot regions says in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._readings import Readings, Trip, number, records, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language, StudyTables
from clustergeo.exhibits.maps.pilot_marks import Pilot
from clustergeo.exhibits.maps.told import about_trip
from clustergeo.exhibits.style import ratio_class

__all__ = [
    "PilotTrips",
    "about_pilot",
    "pilot_ratio",
    "pilots_finding",
    "pilots_table",
    "short_minutes",
    "trips_of",
    "trips_told",
]

PilotTrips = Mapping[tuple[str, str, str], Trip]
"""Trips by municipality, mode and target (``capital`` or ``cluster``)."""

_TARGETS: Final = ("capital", "cluster")


def trips_of(tables: StudyTables) -> PilotTrips:
    """Return the trips of the table of pilot regions; none where it is missing."""
    if tables.pilot_regions is None:
        return {}
    return {
        (str(row["municipality_id"]), str(row["mode"]), str(row["target"])): Trip.of(
            {
                **row,
                "from_id": row["municipality_id"],
                "to_id": row["to_id"] if isinstance(row["to_id"], str) else "",
            }
        )
        for row in records(tables.pilot_regions)
    }


def _minutes(pilot: Pilot, mode: str, target: str, trips: PilotTrips) -> float:
    trip = trips.get((pilot.municipality_id, mode, target))
    return math.nan if trip is None else number(trip.minutes)


def pilot_ratio(pilot: Pilot, mode: str, trips: PilotTrips) -> float:
    """Return minutes to the nearest cluster over minutes to the nearest capital point."""
    capital = _minutes(pilot, mode, "capital", trips)
    return _minutes(pilot, mode, "cluster", trips) / capital if capital > 0 else math.nan


def about_pilot(
    pilot: Pilot,
    pilots: Sequence[Pilot],
    modes: Sequence[str],
    trips: PilotTrips,
    lang: Language,
) -> list[str]:
    """Return what a tooltip says of a municipality: project, partners, minutes."""
    key = pilot.project["project_id"]
    partners = [each.names(lang)[0] for each in pilots if each.project["project_id"] == key]
    return [
        pilot.names(lang)[1],
        pilot.sector,
        say(lang, "project", name=pilot.project["project_name"], budget=pilot.budget),
        f"{say(lang, 'municipality')}: {', '.join(partners)}" if len(partners) > 1 else "",
        *(f"{say(lang, mode)}: {short_minutes(pilot, mode, trips, lang)}" for mode in modes),
    ]


def trips_told(
    pilot: Pilot, modes: Sequence[str], trips: PilotTrips, readings: Readings
) -> list[str]:
    """Return what the popup adds: where each trip leads, its parts, its route, its evidence."""
    lang = readings.lang
    lines = []
    for mode in modes:
        for target in _TARGETS:
            trip = trips.get((pilot.municipality_id, mode, target))
            end = readings.name(trip.to_id) if trip and trip.to_id else ""
            what = f"{say(lang, mode)} → {end or say(lang, f'{target}_short')}"
            told = [each for each in about_trip(trip, math.nan, readings) if each]
            lines.append(f"{what}: {' · '.join(told)}")
    return lines


def short_minutes(pilot: Pilot, mode: str, trips: PilotTrips, lang: Language) -> str:
    """Return the minutes to the capital and to the nearest cluster, beside the name."""
    return (
        " · ".join(
            f"{sign} {whole(_minutes(pilot, mode, target, trips))}"
            for sign, target in (("★", "capital"), ("◉", "cluster"))
        )
        + say(lang, "minutes", value="").rstrip()
    )


def pilots_finding(
    pilots: Sequence[Pilot], modes: Sequence[str], trips: PilotTrips, lang: Language
) -> str:
    """Return how many municipalities are nearer to the capital than to any cluster."""
    if not modes:
        return say(lang, "pilots_bare", total=len(pilots))
    counts = []
    for mode in modes:
        ratios = [pilot_ratio(pilot, mode, trips) for pilot in pilots]
        known = [ratio for ratio in ratios if math.isfinite(ratio)]
        n = sum(ratio > 1 for ratio in known)
        counts.append(say(lang, "count", mode=say(lang, mode), n=n, total=len(known)))
    return say(lang, "pilots_finding", counts=", ".join(counts))


def pilots_table(
    pilots: Sequence[Pilot], modes: Sequence[str], trips: PilotTrips, readings: Readings
) -> Markup:
    """Return budgets and minutes of each municipality, for readers without the map."""
    lang = readings.lang
    heads = [say(lang, "budget_column")]
    heads += [
        f"{say(lang, mode)} → {say(lang, f'{target}_short')}"
        for mode in modes
        for target in _TARGETS
    ]
    rows = []
    for pilot in pilots:
        cells = [f"<td>{escape(pilot.budget)}</td>"]
        for mode in modes:
            key = ratio_class(pilot_ratio(pilot, mode, trips)).key
            capital = whole(_minutes(pilot, mode, "capital", trips))
            cluster = whole(_minutes(pilot, mode, "cluster", trips))
            cells.append(f'<td>{capital}</td><td class="ratio-{key}">{cluster}</td>')
        name = escape(pilot.names(lang)[0])
        rows.append(f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>')
    first = f'<th class="text" scope="col">{escape(say(lang, "municipality"))}</th>'
    first += "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return Markup(  # noqa: S704 - every piece is escaped above
        f"<table><caption>{escape(say(lang, 'door_to_door'))}</caption>"
        f"<thead><tr>{first}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
