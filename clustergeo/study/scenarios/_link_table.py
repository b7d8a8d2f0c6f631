"""Rows of the tables of missing links: what a link is, where it ranks, which one it is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clustergeo.schemas.missing_links import MISSING_LINKS
from clustergeo.study.scenarios._link_candidates import Corridor
from clustergeo.study.scenarios._link_kinds import LINKS, Link, LinkRules, unit_costs
from clustergeo.units import METRES_PER_KILOMETRE, METRIC_CRS

__all__ = ["best", "fold", "ranked", "shaped", "told", "unmade"]


def told(link: Link) -> dict[str, Any]:
    """Return the columns that say what a link is."""
    return {
        "link_id": link.link_id,
        "kind": "road" if link.is_road else "service",
        "link": link.kind.name,
        "mode": link.kind.mode,
        "from_id": link.places[0],
        "to_id": link.places[-1],
        "via_ids": " ".join(link.places[1:-1]),
        "from_stop": link.stops[0] if link.stops else "",
        "to_stop": link.stops[-1] if link.stops else "",
        "length_km": link.length_km,
        "speed_kph": link.speed_kph,
        "headway_min": link.headway_min,
        "ride_min": link.ride_min,
    }


def unmade(corridor: Corridor, name: str, reason: str) -> dict[str, Any]:
    """Return the row of a corridor along which there can be no link of a kind."""
    mode = LINKS[name].mode
    return {
        "link_id": "-".join((name, *corridor.places)),
        "kind": "road" if mode == "car" else "service",
        "link": name,
        "mode": mode,
        "from_id": corridor.places[0],
        "to_id": corridor.places[-1],
        "via_ids": " ".join(corridor.places[1:-1]),
        "from_stop": "",
        "to_stop": "",
        "exists": "",
        "reason": reason,
    }


def ranked(rows: list[dict[str, Any]], by: str) -> pd.DataFrame:
    """Return links by mode and what counts, with their costs."""
    table = pd.DataFrame(rows, columns=list(MISSING_LINKS.names))
    prices = unit_costs()["krw_bn_per_km"]
    km, price = table["length_km"].astype(float), table["link"].map(prices).astype(float)
    table["cost_krw_bn"] = (km * price).round(1)
    why = "no unit cost in sources (data/appraisal/unit_costs.csv)"
    table["cost_reason"] = np.where(table["cost_krw_bn"].isna(), why, "")
    for saved, name in (
        ("saved_min", "per_bn"),
        ("saved_person_min", "person_min_per_bn"),
        ("saved_worker_min", "worker_min_per_bn"),
    ):
        table[name] = table[saved].astype(float) / table["cost_krw_bn"]
    # A first trip between two clusters comes before minutes saved on those there are.
    keys = table[["mode", "link_id"]].assign(
        new=-table["new_pairs"].astype(float), saved=-table[by].astype(float).round(9)
    )
    table = table.loc[keys.sort_values(["mode", "new", "saved", "link_id"]).index]
    table = table.reset_index(drop=True)
    blank = ("verified_saved_min", "verified_capital_min", "disagreement_min")
    return table.astype(dict.fromkeys(blank, float)).assign(alike="")


def fold(
    table: pd.DataFrame, links: Mapping[str, Link], places: gpd.GeoDataFrame, rules: LinkRules
) -> pd.DataFrame:
    """Return links with their rank, and the better one of their kind that joins nearly as they do.

    A link that is like a better one has the rank of that.
    """
    points = places.set_index("place_id").geometry.to_crs(METRIC_CRS)
    spots = dict(zip(points.index, shapely.get_coordinates(points.to_numpy()), strict=True))
    leaders: dict[str, list[tuple[str, Any]]] = {}
    alike = []
    for name, useful in zip(table["link_id"], _useful(table, rules.by), strict=True):
        link = links[name]
        ends = np.array([spots[link.places[0]], spots[link.places[-1]]])
        known = leaders.setdefault(link.kind.name, [])
        like = ""
        for other, theirs in known:
            apart = [np.hypot(*(ends - one).T).max() for one in (theirs, theirs[::-1])]
            if min(apart) <= rules.alike_km * METRES_PER_KILOMETRE:
                like = other
                break
        alike.append(like)
        if not like and useful:
            known.append((name, ends))
    table = table.assign(alike=alike)
    own = table["alike"] == ""
    ranks = own.groupby(table["mode"]).cumsum()
    theirs = dict(zip(table["link_id"], ranks, strict=True))
    table["rank"] = [
        theirs[like or name] for name, like in zip(table["link_id"], alike, strict=True)
    ]
    return table


def best(table: pd.DataFrame, by: str, count: int) -> list[str]:
    """Return the best links of each mode that are like no better one and are of use."""
    real = table[(table["alike"] == "") & _useful(table, by)]
    return real.groupby("mode", sort=False).head(count)["link_id"].tolist()


def _useful(table: pd.DataFrame, by: str) -> pd.Series[bool]:
    """Return which links lead to a first trip between clusters, or save what counts."""
    return (table["new_pairs"] > 0) | (table[by] > 0)


def shaped(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return a table with the columns of its contract."""
    return table.reindex(columns=list(names)).reset_index(drop=True)
