"""Edits of places: new sites, moves and weights, and what they refuse."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from clustergeo.errors import ScenarioError
from clustergeo.networks.edits import edit_from
from clustergeo.networks.edits.places import apply, resolve
from clustergeo.places import load_clusters


def places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "place_id": ["a", "b"],
            "name_en": ["A", "B"],
            "kind": ["cluster", "site"],
            "cluster_id": ["", "a"],
            "evidence": ["published", "published"],
            "employees": [100.0, np.nan],
        },
        geometry=gpd.points_from_xy([127.0, 127.1], [36.0, 36.1]),
        crs="EPSG:4326",
    )


def told(*tables: dict[str, Any]) -> list[str]:
    edits = [edit_from(table) for table in tables]
    return [f"{fault.what} | {fault.fix}" for fault in resolve(edits, places())]


def site(**keys: Any) -> dict[str, Any]:
    return {"kind": "new_site", "place_id": "c", "lon": 127.2, "lat": 36.2, **keys}


def test_a_new_site_is_one_row_more_and_the_base_stays() -> None:
    base = places()
    grown = apply([edit_from(site(name_en="C", cluster_id="a", accuracy_m=50))], base)
    assert len(base) == 2
    assert grown["place_id"].tolist() == ["a", "b", "c"]
    row = grown.iloc[2]
    assert (row["name_en"], row["kind"], row["cluster_id"]) == ("C", "site", "a")
    assert row["evidence"] == "estimated"
    assert np.isnan(row["employees"])
    assert row.geometry.coords[0] == (127.2, 36.2)
    assert grown.columns.tolist() == base.columns.tolist()
    assert grown.crs == base.crs


def test_a_move_and_a_weight_change_their_cells_alone() -> None:
    base = places()
    moved = apply([edit_from({"kind": "move_place", "place_id": "b", "lon": 1.0, "lat": 2})], base)
    assert moved.geometry[1].coords[0] == (1.0, 2.0)
    assert moved.geometry[0].equals(base.geometry[0])
    assert moved["evidence"].tolist() == ["published", "estimated"]
    weight = {"kind": "weight", "place_id": "a", "column": "employees"}
    assert apply([edit_from(weight | {"factor": 1.5})], base)["employees"][0] == 150.0
    assert apply([edit_from(weight | {"value": 7})], base)["employees"][0] == 7.0
    assert base["employees"][0] == 100.0


def test_what_changes_nothing_gives_the_same_table() -> None:
    base = places()
    tables = [
        {"kind": "move_place", "place_id": "a", "lon": 127.0, "lat": 36.0},
        {"kind": "weight", "place_id": "a", "column": "employees", "factor": 1.0},
    ]
    for table in tables:
        assert apply([edit_from(table)], base) is base


def test_weights_of_the_shipped_clusters_grow() -> None:
    grown = apply(
        [edit_from({"kind": "weight", "place_id": "osong", "column": "firms", "factor": 1.5})],
        load_clusters(),
    )
    assert grown.set_index("place_id").at["osong", "firms"] == 390.0


def test_unknown_and_wrong_things_are_told_with_the_nearest() -> None:
    weight = {"kind": "weight", "place_id": "a", "column": "employees"}
    assert told({"kind": "move_place", "place_id": "x", "lon": 1, "lat": 2}) == [
        "no such place (x) | use a place_id of the tables"
    ]
    assert told(site(place_id="a"))[0].startswith("there is such a place already (a)")
    assert told(site(stands_for="shop", cluster_id="aa")) == [
        (
            "no such kind of place (shop) | "
            "use one of cluster, site, capital, anchor, municipality, place"
        ),
        "no such cluster (aa) | did you mean a?",
    ]
    assert told(weight) == ["needs either value or factor | give one of them"]
    assert told(weight | {"column": "employes", "value": 1.0}) == [
        "no such column of numbers (employes) | did you mean employees?"
    ]
    assert told(weight | {"place_id": "b", "factor": 2.0}) == [
        "has no employees to multiply (b) | give value instead"
    ]
    assert len(told(weight | {"place_id": "z", "column": "x"})) == 3


def test_edits_that_disagree_are_refused() -> None:
    move = {"kind": "move_place", "place_id": "a", "lon": 1.0, "lat": 2.0}
    assert told(move, move) == []
    assert told(move, move | {"lat": 3.0}) == [
        "contradicts (point (1.0, 3.0) here, (1.0, 2.0) by edit 1) | take one of the two out"
    ]
    with pytest.raises(ScenarioError, match="contradicts"):
        apply([edit_from(move), edit_from(move | {"lat": 3.0})], places())


def test_only_edits_of_places_are_taken() -> None:
    with pytest.raises(TypeError, match="not an edit of places"):
        apply([edit_from({"kind": "close_road", "ref": "1"})], places())
