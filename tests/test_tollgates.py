"""Distances between toll gates: the network shipped against the operator's matrix of 2011."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from clustergeo.networks import load_road_network
from clustergeo.networks._geodesy import crow_fly_m

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

YEAR = 2011
REACH_M = 2000.0
EXPRESSWAY = ("motorway", "motorway_link")


@pytest.fixture(scope="module")
def gates(root: Path) -> pd.DataFrame:
    return pd.read_csv(root / "data/validation/tollgates.csv")


@pytest.fixture(scope="module")
def links(root: Path) -> pd.DataFrame:
    """Return both directions of the expressways in the network, with what the files add."""
    listed = pd.read_csv(root / "data/roads/links.csv", dtype={"ref": str})
    edges = pd.DataFrame(
        [
            (start, end, data["osmid"] - 1, data["length"])
            for start, end, data in load_road_network().to_osmnx().edges(data=True)
        ],
        columns=["start", "end", "row", "metres"],
    )
    assert set(edges["row"]) == set(range(len(listed)))
    told = edges.join(listed[["highway", "ref", "opened"]], on="row")
    return told[told["highway"].isin(EXPRESSWAY)]


@pytest.fixture(scope="module")
def nodes(root: Path) -> pd.DataFrame:
    table = pd.read_csv(root / "data/roads/nodes.csv")
    return table.set_index(pd.RangeIndex(1, len(table) + 1))


def opened_later(links: pd.DataFrame, nodes: pd.DataFrame, root: Path) -> NDArray[np.bool_]:
    later = (links["opened"] > YEAR).to_numpy(bool)
    lon, lat = (
        (nodes[axis].loc[links["start"]].to_numpy() + nodes[axis].loc[links["end"]].to_numpy()) / 2
        for axis in ("lon", "lat")
    )
    motorway = (links["highway"] == "motorway").to_numpy(bool)
    refs = links["ref"].fillna("").to_numpy(str)
    roads = pd.read_csv(root / "data/validation/later_roads.csv", dtype={"ref": str})
    assert (roads["opened"] > YEAR).all()
    boxes = roads[["west", "east", "south", "north"]].to_numpy(float)
    for ref, (west, east, south, north) in zip(roads["ref"], boxes, strict=True):
        within = (lon > west) & (lon < east) & (lat > south) & (lat < north)
        gone = within & motorway & (refs == ref)
        assert gone.any(), ref
        later = later | gone
    return later


def network_km(
    gates: pd.DataFrame, links: pd.DataFrame, nodes: pd.DataFrame
) -> NDArray[np.float64]:
    """Return the shortest kilometres by expressway between the interchanges nearest the gates."""
    size = int(nodes.index[-1]) + 1
    road = links.groupby(["start", "end"])["metres"].min().reset_index()
    graph = coo_matrix((road["metres"], (road["start"], road["end"])), shape=(size, size)).tocsr()
    on_motorway = set(links.loc[links["highway"] == "motorway", "start"])
    usable = nodes[(nodes["kind"] == "interchange") & nodes.index.isin(list(on_motorway))]
    ends = []
    for side in ("from", "to"):
        metres = crow_fly_m(
            gates[f"{side}_lat"].to_numpy()[:, None],
            gates[f"{side}_lon"].to_numpy()[:, None],
            usable["lat"].to_numpy(),
            usable["lon"].to_numpy(),
        )
        assert metres.min(axis=1).max() <= REACH_M
        ends.append(usable.index.to_numpy()[metres.argmin(axis=1)])
    starts, place = np.unique(ends[0], return_inverse=True)
    metres = dijkstra(graph, indices=starts)[place, ends[1]]
    km: NDArray[np.float64] = metres / 1000
    return km


def figures(error: NDArray[np.float64]) -> dict[str, float]:
    return {
        "median": float(np.median(np.abs(error))),
        "signed": float(np.median(error)),
        "p90": float(np.quantile(np.abs(error), 0.9)),
    }


def test_the_network_is_within_two_percent_of_the_published_distances(
    gates: pd.DataFrame, links: pd.DataFrame, nodes: pd.DataFrame, root: Path
) -> None:
    kept = links[~opened_later(links, nodes, root)]
    km = network_km(gates, kept, nodes)
    assert km == pytest.approx(gates["network_km"].to_numpy(), abs=0.006)
    published = gates["published_km"].to_numpy()
    error = 100 * (km - published) / published
    assert error == pytest.approx(gates["error_percent"].to_numpy(), abs=0.1)
    found = figures(error)
    print(f"\n{len(gates)} pairs of toll gates, error in percent: {found}")  # noqa: T201
    assert found["median"] <= 2.0
    assert abs(found["signed"]) <= 1.0


def test_roads_opened_later_shorten_trips_and_are_why_they_are_left_out(
    gates: pd.DataFrame, links: pd.DataFrame, nodes: pd.DataFrame
) -> None:
    today = network_km(gates, links, nodes)
    assert (today <= gates["network_km"].to_numpy() + 0.5).mean() > 0.95
    published = gates["published_km"].to_numpy()
    assert figures(100 * (today - published) / published)["signed"] < 0


def test_the_sample_is_two_hundred_different_pairs(gates: pd.DataFrame) -> None:
    assert len(gates) == 200
    assert not gates.duplicated(["from_gate", "to_gate"]).any()
    assert (gates["from_gate"] != gates["to_gate"]).all()


def test_the_readme_states_the_figures_of_the_table(gates: pd.DataFrame, root: Path) -> None:
    found = figures(gates["error_percent"].to_numpy())
    text = (root / "data/validation/README.md").read_text(encoding="utf-8")
    stated = (
        f"median {found['median']:.1f} %, signed {found['signed']:+.1f} %, "
        f"90th percentile {found['p90']:.1f} %"
    )
    assert stated in text
