"""A feed as the lint sees it: loose tables, the calls in order and the hops between them."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import read_bytes, refuse_no_file
from clustergeo._zips import opened_zip, read_member, sound_members
from clustergeo.errors import Fault, FeedError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.gtfs import REQUIRED_FILES
from clustergeo.schemas.lint import LINTED

__all__ = ["LintFeed", "feed_contents", "tables_of"]

_DEEPEST: Final = 5
"""Folders below the one named that are searched for a feed."""

_MINUTE_S: Final = 60


@dataclass(frozen=True)
class LintFeed:
    """The tables of a feed and what several rules need of them.

    Parameters
    ----------
    tables
        Typed tables by file name, each with ``row``; blank where nothing sound stands.
    broken
        Files of which rows could not be read: an id may be there after all.
    name
        What ids of a timetable made of several feeds begin with; blank for one feed.
    from_files
        Whether the tables are those of files, which hold more than a timetable keeps.
    """

    tables: dict[str, pd.DataFrame]
    broken: frozenset[str] = frozenset()
    name: str = ""
    from_files: bool = True

    @cached_property
    def stops(self) -> pd.DataFrame:
        """The stops, each id once."""
        return self._once("stops.txt", "stop_id")

    @cached_property
    def routes(self) -> pd.DataFrame:
        """The routes, each id once, with ``name`` (short and long together)."""
        routes = self._once("routes.txt", "route_id")
        name = routes["route_short_name"] + " " + routes["route_long_name"]
        return routes.assign(name=name.str.strip())

    @cached_property
    def trips(self) -> pd.DataFrame:
        """The trips, each id once, with ``route`` (position, -1 for none)."""
        trips = self._once("trips.txt", "trip_id")
        route = pd.Index(self.routes["route_id"]).get_indexer(trips["route_id"])
        return trips.assign(route=route)

    @cached_property
    def headway_trips(self) -> NDArray[np.bool_]:
        """Whether each trip is a template of frequencies.txt."""
        return self.trips["trip_id"].isin(self.tables["frequencies.txt"]["trip_id"]).to_numpy()

    @cached_property
    def calls(self) -> pd.DataFrame:
        """The calls of known trips by trip and sequence.

        ``trip`` and ``stop`` (positions, a stop -1 for none), ``arrival_s``, ``departure_s`` (NaN
        for none), ``lat``, ``lon``, ``row``. A single time stands for both.
        """
        table = self.tables["stop_times.txt"]
        arrival = table["arrival_time"].to_numpy(dtype=np.float64, na_value=np.nan)
        departure = table["departure_time"].to_numpy(dtype=np.float64, na_value=np.nan)
        stop = pd.Index(self.stops["stop_id"]).get_indexer(table["stop_id"])
        calls = pd.DataFrame(
            {
                "trip": pd.Index(self.trips["trip_id"]).get_indexer(table["trip_id"]),
                "sequence": table["stop_sequence"].to_numpy(dtype=np.float64, na_value=np.nan),
                "stop": stop,
                "arrival_s": np.where(np.isnan(arrival), departure, arrival),
                "departure_s": np.where(np.isnan(departure), arrival, departure),
                "lat": _at(self.stops["stop_lat"], stop),
                "lon": _at(self.stops["stop_lon"], stop),
                "row": table["row"],
            }
        )
        calls = calls[(calls["trip"] >= 0) & calls["sequence"].notna()]
        return calls.sort_values(["trip", "sequence"], kind="stable", ignore_index=True)

    @cached_property
    def hops(self) -> pd.DataFrame:
        """What lies between two timed calls that follow each other in a trip.

        ``trip``, ``route`` (positions), ``from_stop``, ``to_stop``, ``metres`` (straight, NaN
        where a stop has no place), ``seconds``, ``whole_minutes`` (both times are), ``row``.
        """
        return self._between(self.calls[self.calls["arrival_s"].notna()])

    @cached_property
    def steps(self) -> pd.DataFrame:
        """As ``hops``, between all calls that follow each other."""
        return self._between(self.calls)

    def without_places(self, stop_ids: Collection[str]) -> LintFeed:
        """Return the feed with some stops nowhere, so that nothing is judged by their place."""
        if not stop_ids:
            return self  # keeps the calls and hops it has worked out
        stops = self.tables["stops.txt"].copy()
        stops.loc[stops["stop_id"].isin(stop_ids), ["stop_lat", "stop_lon"]] = np.nan
        return replace(self, tables=self.tables | {"stops.txt": stops})

    def _between(self, calls: pd.DataFrame) -> pd.DataFrame:
        trip = calls["trip"].to_numpy()
        left = np.flatnonzero(trip[1:] == trip[:-1])
        a, b = calls.iloc[left], calls.iloc[left + 1]
        leaves, arrives = a["departure_s"].to_numpy(), b["arrival_s"].to_numpy()
        metres = crow_fly_m(
            a["lat"].to_numpy(), a["lon"].to_numpy(), b["lat"].to_numpy(), b["lon"].to_numpy()
        )
        return pd.DataFrame(
            {
                "trip": trip[left],
                "route": self.trips["route"].to_numpy()[trip[left]],
                "from_stop": a["stop"].to_numpy(),
                "to_stop": b["stop"].to_numpy(),
                "metres": metres,
                "seconds": arrives - leaves,
                "whole_minutes": (leaves % _MINUTE_S == 0) & (arrives % _MINUTE_S == 0),
                "row": b["row"].to_numpy(),
            }
        )

    def _once(self, file: str, key: str) -> pd.DataFrame:
        return self.tables[file].drop_duplicates(key, ignore_index=True)

    def stop_names(self, positions: pd.Series[int]) -> NDArray[np.object_]:
        """Return stop ids by position; a question mark for none."""
        return _names(self.stops["stop_id"], positions)

    def trip_names(self, positions: pd.Series[int]) -> NDArray[np.object_]:
        """Return trip ids by position."""
        return _names(self.trips["trip_id"], positions)

    def route_names(self, positions: pd.Series[int]) -> NDArray[np.object_]:
        """Return route ids by position; a question mark for none."""
        return _names(self.routes["route_id"], positions)


def _at(values: pd.Series[float], positions: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return values by position; NaN for none."""
    return np.append(values.to_numpy(dtype=np.float64), np.nan)[positions]


def _names(ids: pd.Series[str], positions: pd.Series[int]) -> NDArray[np.object_]:
    return np.append(ids.to_numpy(dtype=object), "?")[np.asarray(positions, dtype=np.int64)]


def feed_contents(path: Path) -> dict[str, dict[str, bytes]]:
    """Return the known files of each feed of a folder or zip by the feed's folder, blank for top.

    Names are taken as they are, so that those in capitals can be told; nothing need be complete.

    Raises
    ------
    InputError
        If there is no such file, or no sound archive.
    """
    refuse_no_file(path, folder=True)
    if path.is_dir():
        members = {PurePosixPath(file.relative_to(path).as_posix()): file for file in _below(path)}
        return {
            home: {name: _content(members[where]) for name, where in inside.items()}
            for home, inside in _by_home(list(members)).items()
        }
    read_bytes(path)
    with opened_zip(path, error=FeedError, again="download the feed again") as archive:
        infos = sound_members(archive, file=str(path), error=FeedError)
        by_path = {PurePosixPath(info.filename): info for info in infos}
        return {
            home: {name: read_member(archive, by_path[where]) for name, where in inside.items()}
            for home, inside in _by_home(list(by_path)).items()
        }


def _below(folder: Path) -> list[Path]:
    """Return the known files of a folder and of those below it, not too deep."""
    files = []
    for home, folders, names in os.walk(folder):
        files += [Path(home) / name for name in names if name.lower() in LINTED]
        deep = len(Path(home).relative_to(folder).parts) >= _DEEPEST
        folders[:] = [] if deep else sorted(folders)
    return sorted(files)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise FeedError(Fault(str(file), what, "check its permissions")) from error


def _by_home(paths: list[PurePosixPath]) -> dict[str, dict[str, PurePosixPath]]:
    """Return the known files by their folder, which must hold a required one.

    A feed at the top is the feed; what lies below it is something else.
    """
    homes: dict[str, dict[str, PurePosixPath]] = {}
    for path in paths:
        if path.name.lower() in LINTED:
            home = "" if path.parent == PurePosixPath() else str(path.parent)
            homes.setdefault(home, {})[path.name] = path
    required = set(REQUIRED_FILES)
    found = {home: files for home, files in homes.items() if required & {f.lower() for f in files}}
    return {"": found[""]} if "" in found else found or {"": {}}


def tables_of(timetable: Timetable) -> dict[str, pd.DataFrame]:
    """Return the tables of a timetable as a feed has them; its rows have no number.

    Through-runs are left out: they repeat the calls of the trips they are made of.
    """
    own = ~timetable.trips.index.isin(timetable.through["trip"])
    calls = timetable.stop_times[own[timetable.stop_times["trip"]]]
    trip_ids = timetable.trips["trip_id"].to_numpy(dtype=object)
    stop_ids = timetable.stops["stop_id"].to_numpy(dtype=object)
    trips = timetable.trips[own]
    windows, rules = timetable.frequencies, timetable.transfers
    windows = windows[own[windows["trip"]]]
    route_ids = timetable.routes["route_id"].to_numpy(dtype=object)
    # Where a route has one name only, a timetable holds it as short name.
    short, long = timetable.routes["short_name"], timetable.routes["long_name"]
    known = {
        "stops.txt": timetable.stops,
        "routes.txt": timetable.routes.assign(
            route_short_name=short, route_long_name=long.where(long != short, "")
        ),
        "trips.txt": trips.assign(route_id=route_ids[trips["route"]]),
        "stop_times.txt": pd.DataFrame(
            {
                "trip_id": trip_ids[calls["trip"]],
                "arrival_time": calls["arrival_s"],
                "departure_time": calls["departure_s"],
                "stop_id": stop_ids[calls["stop"]],
                "stop_sequence": np.arange(len(calls)),
            }
        ),
        "calendar_dates.txt": timetable.services.assign(
            date=timetable.services["date"].dt.strftime("%Y%m%d"), exception_type="1"
        ),
        "frequencies.txt": pd.DataFrame(
            {
                "trip_id": trip_ids[windows["trip"]],
                "start_time": windows["start_s"],
                "end_time": windows["end_s"],
                "headway_secs": windows["headway_s"],
            }
        ),
        "transfers.txt": pd.DataFrame(
            {
                "from_stop_id": stop_ids[rules["from_stop"]],
                "to_stop_id": stop_ids[rules["to_stop"]],
            }
        ),
    }
    return {name: _filled(known.get(name), name) for name in LINTED}


def _filled(table: pd.DataFrame | None, name: str) -> pd.DataFrame:
    """Return a table with all columns of its contract, those unknown blank."""
    rows = len(table) if table is not None else 0
    kinds: dict[str, Any] = {"number": "float64", "integer": "Int64", "time": "Int64"}
    columns = {}
    for column in LINTED[name].columns:
        kind = kinds.get(column.kind, object)
        if table is not None and column.name in table.columns:
            values = table[column.name].tolist()
        else:
            values = [{"float64": np.nan, "Int64": pd.NA}.get(kind, "")] * rows
        columns[column.name] = pd.Series(values, dtype=kind)
    return pd.DataFrame(columns).assign(row=pd.array([pd.NA] * rows, dtype="Int64"))
