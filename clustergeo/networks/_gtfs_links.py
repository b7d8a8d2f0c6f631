"""Read what hangs on stops, routes and trips: headways, transfers, English names."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, FeedError
from clustergeo.networks._feed_rows import faults_where, unknown_keys

__all__ = ["frequencies", "transfers", "trip_transfers", "with_english"]

_FORBIDDEN: Final = "3"
_SEATED: Final = ("4", "5")
"""Types of the rules that say whether riders stay seated from trip to trip."""


def with_english(
    table: pd.DataFrame, translations: pd.DataFrame, name: str, field: str
) -> pd.DataFrame:
    """Return the table with the English name of each record, or its own name where none is given.

    Parameters
    ----------
    table
        Stops or routes.
    translations
        Checked translations.txt.
    name
        Name of the table in GTFS, which is also the stem of its id column.
    field
        Name field that is translated.
    """
    key, out = ("stop_id", "stop_name_en") if name == "stops" else ("route_id", "name_en")
    local = "stop_name" if name == "stops" else "long_name"
    english = translations[
        (translations["table_name"] == name)
        & (translations["field_name"] == field)
        & translations["language"].str.lower().str.match(r"en($|-)")
        & (translations["translation"] != "")
    ]
    by_record = english[english["record_id"] != ""]
    by_value = english[english["record_id"] == ""]
    records = dict(zip(by_record["record_id"], by_record["translation"], strict=True))
    values = dict(zip(by_value["field_value"], by_value["translation"], strict=True))
    names = [
        records.get(record, values.get(own, own))
        for record, own in zip(table[key], table[local], strict=True)
    ]
    return table.assign(**{out: pd.Series(names, index=table.index, dtype=object)})


def frequencies(
    table: pd.DataFrame, trips: pd.DataFrame, stop_times: pd.DataFrame
) -> pd.DataFrame:
    """Return headway rows by position of the trip, ordered by trip and time.

    Raises
    ------
    FeedError
        With every unknown trip, reversed or overlapping window, and trip without calls.
    """
    file = "frequencies.txt"
    if faults := unknown_keys(table["trip_id"], trips["trip_id"], file):
        raise FeedError(*faults)
    rows = pd.DataFrame(
        {
            "trip": pd.Index(trips["trip_id"]).get_indexer(table["trip_id"]),
            "start_s": table["start_time"].to_numpy(dtype=np.int64),
            "end_s": table["end_time"].to_numpy(dtype=np.int64),
            "headway_s": table["headway_secs"].to_numpy(dtype=np.int64),
            "exact": table["exact_times"] == "1",
        }
    ).sort_values(["trip", "start_s"], kind="stable")
    ids = table["trip_id"].loc[rows.index]
    before = rows.groupby("trip")["end_s"].shift()
    faults = [
        *faults_where(
            rows["start_s"] >= rows["end_s"],
            ids,
            file,
            "end_time",
            ("does not lie after start_time, trip", "swap or correct the times"),
        ),
        *faults_where(
            rows["start_s"] < before,
            ids,
            file,
            "start_time",
            ("overlaps the row before, trip", "let a window start where the last ends"),
        ),
        *faults_where(
            ~rows["trip"].isin(stop_times["trip"]),
            ids,
            file,
            "trip_id",
            ("has no calls in stop_times.txt", "add its stop_times"),
        ),
    ]
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    return rows.reset_index(drop=True)


def transfers(table: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    """Return transfer rules between stops; a rule for a station holds for all its stops.

    Of several rules for one pair, one for the stops themselves beats one for their stations, then
    the first in the file holds. Rules for single routes or trips are :func:`trip_transfers`.

    Raises
    ------
    FeedError
        With every unknown or blank stop.
    """
    restricted = _restricted(table)
    ends = ("from_stop_id", "to_stop_id")
    faults: list[Fault] = []
    for column in ends:
        faults += unknown_keys(table[column], stops["stop_id"], "transfers.txt", blank=True)
        blank = (table[column] == "") & ~restricted
        words = ("is blank", "name the stop")
        faults += faults_where(blank, table[column], "transfers.txt", column, words)
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    rows = table[~restricted].reset_index(drop=True)
    rules = pd.DataFrame(
        {
            "from_stop": rows["from_stop_id"],
            "to_stop": rows["to_stop_id"],
            "kind": _kinds(rows),
            "min_s": rows["min_transfer_time"].to_numpy(dtype=np.float64, na_value=np.nan),
            "rank": np.zeros(len(rows), dtype=np.int64),
        }
    )
    members = _members(stops)
    for column in ("from_stop", "to_stop"):
        rules = rules.merge(members, left_on=column, right_on="named", how="left")
        rules[column] = rules["stop"]
        rules["rank"] += rules["via"]
        rules = rules.drop(columns=["named", "stop", "via"])
    rules = rules.sort_values(["from_stop", "to_stop", "rank"], kind="stable")
    rules = rules.drop_duplicates(["from_stop", "to_stop"]).drop(columns="rank")
    return rules.astype({"from_stop": np.int64, "to_stop": np.int64}).reset_index(drop=True)


def trip_transfers(
    table: pd.DataFrame,
    stops: pd.DataFrame,
    routes: pd.DataFrame,
    trips: pd.DataFrame,
    notes: list[str],
) -> pd.DataFrame:
    """Return the transfer rules for single routes or trips, in the order of the file.

    Types 4 and 5 say where riders stay seated and become through-runs. The router obeys the
    others; only those that do not name both stops hold nowhere, and the notes count them.

    Raises
    ------
    FeedError
        With every unknown route or trip, and every rule of type 4 or 5 without its two trips.
    """
    file = "transfers.txt"
    rows = table[_restricted(table)]
    ends = {
        "from_stop": ("from_stop_id", stops["stop_id"]),
        "to_stop": ("to_stop_id", stops["stop_id"]),
        "from_route": ("from_route_id", routes["route_id"]),
        "to_route": ("to_route_id", routes["route_id"]),
        "from_trip": ("from_trip_id", trips["trip_id"]),
        "to_trip": ("to_trip_id", trips["trip_id"]),
    }
    faults: list[Fault] = []
    seated = rows["transfer_type"].isin(_SEATED)
    for column, known in ends.values():
        faults += unknown_keys(rows[column], known, file, blank=True)
        if column.endswith("trip_id"):
            words = ("is blank in an in-seat rule (type 4 or 5)", "name both trips")
            blank = seated & (rows[column] == "")
            faults += faults_where(blank, rows[column], file, column, words)
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    nowhere = ~seated & ((rows["from_stop_id"] == "") | (rows["to_stop_id"] == ""))
    if count := int(nowhere.sum()):
        forbid = int((rows["transfer_type"] == _FORBIDDEN)[nowhere].sum())
        told = f"; {forbid:,} of them would forbid a change" if forbid else ""
        notes.append(
            f"{count:,} transfer rules for single routes or trips do not name both stops and are "
            f"not applied{told}"
        )
    rules = {
        name: pd.Index(known).get_indexer(rows[column]).astype(np.int64)
        for name, (column, known) in ends.items()
    }
    wait_s = rows["min_transfer_time"].to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.DataFrame({**rules, "kind": _kinds(rows).to_numpy(), "min_s": wait_s})


def _restricted(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which rules hold for single routes or trips only."""
    restricted = table["transfer_type"].isin(_SEATED)
    for column in ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id"):
        restricted |= table[column] != ""
    return restricted


def _kinds(table: pd.DataFrame) -> pd.Series[int]:
    return table["transfer_type"].replace("", "0").astype(np.int64)


def _members(stops: pd.DataFrame) -> pd.DataFrame:
    """Return which stops (rows) an id stands for: itself, and for a station its children."""
    rows = np.arange(len(stops), dtype=np.int64)
    child = (stops["parent_station"] != "").to_numpy()
    return pd.DataFrame(
        {
            "named": np.concatenate([stops["stop_id"], stops["parent_station"][child]]),
            "stop": np.concatenate([rows, rows[child]]),
            "via": np.concatenate([np.zeros(len(rows)), np.ones(child.sum())]).astype(np.int64),
        }
    )
