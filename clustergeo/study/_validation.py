"""Hold the model against published times and against an independent search of the same feed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo._files import read_csv
from clustergeo.claims import compare_with_published
from clustergeo.errors import Fault, SchemaError
from clustergeo.networks import Timetable, ride_minutes
from clustergeo.schemas import check_table
from clustergeo.schemas.validation import PUBLISHED, VALIDATION_PAIRS
from clustergeo.study.model import Model

__all__ = ["validation_pairs"]


def validation_pairs(
    model: Model,
    places: gpd.GeoDataFrame,
    *,
    published: Path | None,
    independent: Path | None,
    road_state: str = "",
) -> pd.DataFrame:
    """Return the model's minutes beside every figure that can be compared.

    Parameters
    ----------
    model
        What computes the model's minutes.
    places
        Every place that the two files name, contract ``schemas.places.PLACES``.
    published
        File of published times, contract ``schemas.validation.PUBLISHED``.
    independent
        File of an independent search: ``from_id, to_id, median_min``.
    road_state
        State of the roads, blank where they are empty.

    Returns
    -------
    pairs : pandas.DataFrame
        Contract ``schemas.validation.VALIDATION_PAIRS``.

    Raises
    ------
    SchemaError
        If a file breaks its contract or names an unknown place or stop.
    """
    tables = []
    if published:
        table = check_table(read_csv(published), PUBLISHED, file=published.name)
        tables.append(_published(model, places, table, published.name, road_state))
    if independent:
        tables.append(_independent(model, places, read_csv(independent), independent.name))
    if not tables:
        return pd.DataFrame(columns=list(VALIDATION_PAIRS.names))
    return pd.concat(tables, ignore_index=True)


def _published(
    model: Model, places: gpd.GeoDataFrame, table: pd.DataFrame, file: str, road_state: str
) -> pd.DataFrame:
    def ids(basis: str) -> Iterable[str]:
        rows = table.loc[(table["basis"] == basis) & (table["not_compared"] == "")]
        return dict.fromkeys([*rows["from_id"], *rows["to_id"]])

    drivers = _chosen(places, ids("drive"), file)
    riders = _chosen(places, ids("door_to_door"), file)
    drives, state = model.car(drivers, drivers).table, road_state or "free-flow"
    rides = model.transit(riders, riders).table

    def minutes(row: pd.Series) -> tuple[float, str]:
        if row["basis"] == "drive":
            return _cell(drives, row, "ride_min"), f"{state} minutes at the wheel"
        if row["basis"] == "door_to_door":
            return _cell(rides, row, "minutes"), "median over the window"
        return _in_vehicle(model.timetable, row, file)

    return compare_with_published(table, minutes)


def _independent(
    model: Model, places: gpd.GeoDataFrame, table: pd.DataFrame, file: str
) -> pd.DataFrame:
    there = _chosen(places, dict.fromkeys([*table["from_id"], *table["to_id"]]), file)
    rides = model.transit(there, there).table
    names = places.set_index("place_id")["name_en"]
    rows = pd.DataFrame(
        {
            "pair": [
                f"{names[a]} - {names[b]}"
                for a, b in zip(table["from_id"], table["to_id"], strict=True)
            ],
            "from_id": table["from_id"],
            "to_id": table["to_id"],
            "minutes_low": table["median_min"].astype(float),
            "minutes_high": table["median_min"].astype(float),
            "model_mode": "transit",
            "basis": "independent_search",
            "used_as_input": "no",
            "type": "M",
            "source": "random-phase search over the same feed",
            "not_compared": "",
        }
    )
    return compare_with_published(
        rows, lambda row: (_cell(rides, row, "minutes"), "median over the window")
    )


def _chosen(places: gpd.GeoDataFrame, ids: Iterable[str], file: str) -> gpd.GeoDataFrame:
    wanted = list(ids)
    if unknown := [i for i in wanted if i not in set(places["place_id"])]:
        fix = "use an id of the study's place tables"
        raise SchemaError(*(Fault(file, f"unknown place ({i})", fix) for i in unknown))
    chosen = places.loc[places["place_id"].isin(wanted)]
    return chosen.reset_index(drop=True)


def _cell(times: pd.DataFrame, row: pd.Series, column: str) -> float:
    pair = (times["from_id"] == row["from_id"]) & (times["to_id"] == row["to_id"])
    return float(times.loc[pair, column].iloc[0])


def _in_vehicle(timetable: Timetable, row: pd.Series, file: str) -> tuple[float, str]:
    """Return the median minutes of direct rides between stops given by name."""
    ends = []
    for field in ("from_id", "to_id"):
        wanted = row[field].split("|")
        stops = timetable.stops
        ids = tuple(stops.loc[stops["stop_name"].isin(wanted), "stop_id"])
        if not ids:
            what, fix = f"no such stop in the feed ({row[field]})", "correct the name"
            raise SchemaError(Fault(file, what, fix, field=field))
        ends.append(ids)
    minutes = ride_minutes(timetable, ends[0], ends[1], route_names=row["routes"].split("|"))
    if minutes.empty:
        return float("nan"), "no direct ride in the feed"
    note = f"median of direct rides, {minutes.min():.0f}-{minutes.max():.0f}"
    return float(np.median(minutes)), note
