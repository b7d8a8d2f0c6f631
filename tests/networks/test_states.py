"""The state of the roads: what lies in a town, and congestion and delays together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer
from roads import parts_of

from clustergeo.errors import MissingFileError, UsageError
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.networks.states import road_state, urban_edges
from clustergeo.times import car_times

CELL_M = 2_000.0
AREAS = "state,highway,area,factor,with_signals,source,evidence\n"
WAITS = "event,highway,area,seconds,signals_per_km,source,evidence\n"
X, Y = 950_000.0, 1_850_000.0  # a corner of cells, metres in EPSG:5179


def roads() -> RoadNetwork:
    """Return two roads of 1 km and a minute: one in the cell east of the corner, one west."""
    places = {1: (X + 300, Y + 500), 2: (X + 1300, Y + 500), 3: (X - 1300, Y + 500),
              4: (X - 300, Y + 500)}  # fmt: skip
    degrees = Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True)
    at = {node: degrees.transform(*xy) for node, xy in places.items()}
    pieces: list[Any] = [
        (1, 2, {"seconds": 60.0, "backward": False}),
        (3, 4, {"seconds": 60.0, "backward": False, "via": [at[3], at[4]]}),
    ]
    return RoadNetwork.from_parts(parts_of(at, pieces))


def grid(east: int, west: int) -> pd.DataFrame:
    cells = [(X + 1000, Y + 1000, east), (X - 1000, Y + 1000, west)]
    return pd.DataFrame(cells, columns=["x", "y", "population"])


def tables(folder: Path) -> tuple[Path, Path]:
    congestion, delays = folder / "congestion.csv", folder / "delays.csv"
    congestion.write_text(
        f"{AREAS}jam,any,urban,3,1,x,estimated\njam,any,any,2,0,x,estimated\n"
        "even,any,any,2,0,x,estimated\n"
    )
    delays.write_text(
        f"{WAITS}signal,any,any,30,,x,estimated\nsignal_density,any,any,,1,x,estimated\n"
    )
    return congestion, delays


def test_the_cell_of_the_middle_of_a_road_makes_it_a_town() -> None:
    network = roads()
    # 1,500 people on a square kilometre are 6,000 in a cell.
    assert urban_edges(network, grid(6_000, 5_999)).tolist() == [True, False]
    assert urban_edges(network, grid(5_999, 6_000)).tolist() == [False, True]
    assert urban_edges(network, grid(6_000, 6_000)).all()
    assert urban_edges(network, grid(400, 399), people_per_km2=100).tolist() == [True, False]
    assert not urban_edges(network, grid(6_000, 6_000).iloc[:0]).any()


def test_towns_are_those_one_would_name() -> None:
    network = load_road_network()
    urban = urban_edges(network)
    spots = {"daejeon": (127.385, 36.350, True), "seoul": (127.0, 37.56, True),
             "muju": (127.75, 35.95, False)}  # fmt: skip
    for lon, lat, is_town in spots.values():
        near = np.hypot(network.lon[network.tail] - lon, network.lat[network.tail] - lat).argmin()
        assert urban[near] == is_town
    # Both directions of a road lie in the same place.
    two_way = network.twin >= 0
    assert (urban[two_way] == urban[network.twin[two_way]]).all()


def test_factors_multiply_first_and_delays_are_added_where_they_are_not_contained(
    tmp_path: Path,
) -> None:
    congestion, delays = tables(tmp_path)
    network, cells = roads(), grid(6_000, 0)

    def seconds(state: str, *, waits: bool | Path) -> list[float]:
        found = road_state(network, state, congestion=congestion, delays=waits, grid=cells)
        return (found.time_ms / 1000).tolist()  # type: ignore[no-any-return]

    assert seconds("free_flow", waits=False) == [60, 60]
    assert seconds("free_flow", waits=delays) == [90, 90]
    assert seconds("jam", waits=False) == [180, 120]
    assert seconds("jam", waits=delays) == [180, 150]
    assert seconds("even", waits=delays) == [150, 150]


def test_without_state_and_delays_the_network_is_the_same_object(tmp_path: Path) -> None:
    network = roads()
    assert road_state(network) is network
    assert road_state(network, congestion=tables(tmp_path)[0]) is network
    assert road_state(network, delays=False) is network


def test_states_and_tables_that_are_not_there_are_refused(tmp_path: Path) -> None:
    network = roads()
    with pytest.raises(UsageError, match=r"no such congestion state \(rush\)"):
        road_state(network, "rush")
    with pytest.raises(UsageError, match=r"\(weekday_am\) - use one of even, free_flow, jam"):
        road_state(network, "weekday_am", congestion=tables(tmp_path)[0])
    with pytest.raises(MissingFileError):
        road_state(network, "jam", congestion=tmp_path / "no.csv")
    with pytest.raises(MissingFileError):
        road_state(network, delays=tmp_path / "no.csv")


def test_notes_tell_the_state_and_the_delays() -> None:
    notes = road_state(load_road_network(), "holiday", delays=True).notes
    assert notes[-2] == "times are of the congestion state holiday, whose factors are estimated"
    assert notes[-1].startswith("delays added: signals unknown, expected by signals per km")


def test_shipped_states_order_the_times_as_one_expects() -> None:
    lonlat = {"kaist": (127.36, 36.37), "osong": (127.327, 36.62), "seoul": (126.97, 37.555)}
    places = gpd.GeoDataFrame(
        {"place_id": list(lonlat)},
        geometry=gpd.points_from_xy(*zip(*lonlat.values(), strict=True)),
        crs="EPSG:4326",
    )
    network = load_road_network()
    minutes = {
        (state, delays): car_times(
            road_state(network, state, delays=delays), places, places
        ).minutes[~np.eye(3, dtype=bool)]
        for state in ("free_flow", "weekday_am", "weekday_pm", "weekend", "holiday")
        for delays in (False, True)
    }
    for state in ("free_flow", "weekday_am", "weekday_pm", "weekend", "holiday"):
        assert (minutes[state, True] >= minutes[state, False]).all()
    for less, more in (
        ("free_flow", "weekday_am"),
        ("weekday_am", "weekday_pm"),
        ("weekend", "holiday"),
    ):
        assert (minutes[less, False] <= minutes[more, False]).all()
