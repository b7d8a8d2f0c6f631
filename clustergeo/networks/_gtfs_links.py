"""Read what hangs on stops, routes and trips: headways, transfers, English names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, FeedError
from clustergeo.networks._feed_rows import faults_where, unknown_keys

__all__ = ["frequencies", "transfers", "with_english"]


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


def transfers(table: pd.DataFrame, stops: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return transfer rules between stops; a rule for a station holds for all its stops.

    Rules for single routes or trips and in-seat rules (types 4 and 5) are not applied; the notes
    count them. Of several rules for one pair, one for the stops themselves beats one for their
    stations, then the first in the file holds.

    Raises
    ------
    FeedError
        With every unknown or blank stop.
    """
    restricted = table["transfer_type"].isin(("4", "5"))
    for column in ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id"):
        restricted |= table[column] != ""
    ends = ("from_stop_id", "to_stop_id")
    faults: list[Fault] = []
    for column in ends:
        faults += unknown_keys(table[column], stops["stop_id"], "transfers.txt", blank=True)
        blank = (table[column] == "") & ~restricted
        words = ("is blank", "name the stop")
        faults += faults_where(blank, table[column], "transfers.txt", column, words)
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    if count := int(restricted.sum()):
        notes.append(f"{count:,} transfer rules for single routes or trips are not applied")
    rows = table[~restricted].reset_index(drop=True)
    rules = pd.DataFrame(
        {
            "from_stop": rows["from_stop_id"],
            "to_stop": rows["to_stop_id"],
            "kind": rows["transfer_type"].replace("", "0").astype(np.int64),
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
