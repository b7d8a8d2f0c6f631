"""``clustergeo crosscheck``: our times beside those of another engine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.cli._console import console, working
from clustergeo.cli._ends import places_of
from clustergeo.cli._roads import check_out, noting
from clustergeo.cli._times_request import parse_date, parse_window
from clustergeo.errors import GateError, UsageError
from clustergeo.networks import load_road_network, load_timetable
from clustergeo.networks.congestion import FREE_FLOW
from clustergeo.networks.states import road_state
from clustergeo.study import Study, load_study
from clustergeo.times._peers import R5, Minutes, Valhalla
from clustergeo.times.by_transit import Departures
from clustergeo.times.crosscheck import (
    Agreement,
    crosscheck_car,
    crosscheck_road_engine,
    crosscheck_transit,
    sampled_nodes,
)

__all__ = ["Asked", "show_crosscheck"]

_OSM = ".osm.pbf"
_WORST = 5
_DECIMALS = {"minutes": 4, "peer_min": 4, "difference_s": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for on the command line."""

    peer: str = "networkx"
    mode: str = "car"
    network: Path | None = None
    delays: bool = False
    feed: tuple[Path, ...] = ()
    date: str | None = None
    window: str | None = None
    places: tuple[str, ...] = ()
    sample: int = 40
    seed: int = 0
    out: Path | None = None
    crs: str | None = None
    encoding: str | None = None


def show_crosscheck(asked: Asked) -> None:
    """Compare, print how far the engines agree and write the pairs to a file.

    Raises
    ------
    UsageError
        If options contradict each other, or the other engine is not installed.
    GateError
        If the road engine and networkx differ: they have to agree to the millisecond.
    """
    _check(asked)
    if asked.out:
        check_out(asked.out, (".csv",), (*asked.places, *map(str, asked.feed)))
    study = load_study()
    # An engine that is missing is told before anything is read.
    peer = _peer(asked, study)
    with working(f"times by {asked.mode}, ours and by {asked.peer}"), noting():
        found = _compared(asked, study, peer)
    if asked.out:
        write_bytes(asked.out, csv_bytes(found.table, decimals=_DECIMALS))
    for line in _told(found):
        console.print(line, highlight=False, markup=False)
    if asked.out:
        console.print(f"{asked.out}: {len(found.table):,} pairs", highlight=False)
    if peer is None and not found.exact:
        message = f"the road engine and {found.engine} differ on one network - please report it"
        raise GateError(message)


def _check(asked: Asked) -> None:
    if asked.mode == "transit" and asked.peer != "r5":
        message = f"--with: {asked.peer} knows no timetables - use --with r5, or --mode car"
        raise UsageError(message)
    if asked.peer == "networkx" and asked.places:
        message = "--places: networkx takes nodes alone - drop it, or use --with valhalla"
        raise UsageError(message)
    if asked.mode == "car" and asked.feed:
        message = "--feed: not used by --mode car - drop it or use --mode transit"
        raise UsageError(message)
    if asked.mode == "transit" and not (asked.feed and asked.date):
        message = "--feed: R5 needs a feed and a --date inside its calendar - give both"
        raise UsageError(message)
    if asked.mode == "transit" and asked.delays:
        message = "--delays: of roads, which R5 does not take from us - drop it"
        raise UsageError(message)
    if asked.peer != "networkx" and not (asked.network and asked.network.name.endswith(_OSM)):
        message = f"--network: {asked.peer} takes OpenStreetMap alone - name an {_OSM} file"
        raise UsageError(message)


def _peer(asked: Asked, study: Study) -> Minutes | None:
    """Return the other engine; none for networkx, which takes the network itself."""
    if asked.peer == "networkx" or asked.network is None:
        return None
    if asked.peer == "valhalla":
        return Valhalla(asked.network)
    when = _departures(asked, study)
    leave = dt.datetime.combine(when.date, when.start)
    last = dt.datetime.combine(when.date, when.end)
    return R5(asked.network, asked.feed, leave, last - leave)


def _departures(asked: Asked, study: Study) -> Departures:
    when = study.departures
    if asked.date:
        when = replace(when, date=parse_date(asked.date))
    if asked.window:
        start, end = parse_window(asked.window)
        when = replace(when, start=start, end=end)
    return when


def _compared(asked: Asked, study: Study, peer: Minutes | None) -> Agreement:
    road = load_road_network(asked.network or study.networks.road)
    road = road_state(road, FREE_FLOW, delays=asked.delays)
    if peer is None:
        return crosscheck_road_engine(road, sample=asked.sample, seed=asked.seed)
    if asked.places:
        places = _some(places_of(asked.places, crs=asked.crs, encoding=asked.encoding), asked)
    else:
        places = sampled_nodes(road, asked.sample, asked.seed)
    if asked.mode == "car":
        return crosscheck_car(road, places, places, peer, study.road)
    timetable = load_timetable(asked.feed)
    rules = replace(study.transit, access="walk")
    return crosscheck_transit(timetable, places, places, _departures(asked, study), peer, rules)


def _some(places: gpd.GeoDataFrame, asked: Asked) -> gpd.GeoDataFrame:
    if len(places) <= asked.sample:
        return places
    drawn = np.random.default_rng(asked.seed).choice(len(places), asked.sample, replace=False)
    return places.iloc[np.sort(drawn)].reset_index(drop=True)


def _told(found: Agreement) -> list[str]:
    """Return how far the engines agree, and the pairs that differ most."""
    pairs = f"{len(found.table):,} pairs, {found.both:,} with a trip by both"
    alone = f"{found.ours_alone:,} by ours alone, {found.theirs_alone:,} by the other alone"
    lines = [f"{found.engine}: {pairs}, {alone}"]
    if not found.both:
        return lines
    if found.exact:
        return [*lines, "max difference 0 ms: the same to the millisecond"]
    lines.append(
        f"ours - theirs: bias {found.bias_min:+.2f} min, mean absolute difference "
        f"{found.mae_min:.2f} min, max {found.worst_s / 60:.2f} min; "
        f"{100 * found.near_share:.1f} % within 5 min"
    )
    order = found.table["difference_s"].abs().sort_values(ascending=False, kind="stable")
    for row in found.table.loc[order.index[:_WORST]].dropna().to_dict("records"):
        minutes = f"{row['minutes']:.1f} min, theirs {row['peer_min']:.1f} min"
        lines.append(f"  {row['from_id']} > {row['to_id']}: ours {minutes}")
    return lines
