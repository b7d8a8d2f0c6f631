"""Measures beside those of PySAL access and networkx, on the same times."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from access import fca, weights

from clustergeo.indices import (
    attainment_share,
    cumulative,
    economic_potential,
    floating_catchment,
    potential,
    transport_performance,
)
from clustergeo.indices.decay import Decay, gaussian, power, step

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

EXACT = {"rel": 1e-9, "abs": 1e-9}
HOMES = [f"h{i}" for i in range(30)]
SHOPS = [f"s{i}" for i in range(12)]


@pytest.fixture(params=range(3))
def world(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return minutes from homes to shops with gaps, supply and demand with zeros."""
    rng = np.random.default_rng(request.param)
    minutes = rng.gamma(3.0, 15.0, (len(HOMES), len(SHOPS))).round(2)
    minutes[rng.random(minutes.shape) < 0.1] = np.nan
    supply = pd.Series(rng.integers(0, 9, len(SHOPS)).astype(float), SHOPS)
    demand = pd.Series(rng.integers(1, 500, len(HOMES)).astype(float), HOMES)
    return pd.DataFrame(minutes, index=HOMES, columns=SHOPS), supply, demand


def long(minutes: pd.DataFrame) -> pd.DataFrame:
    """Return the trips there are, as the library takes them."""
    table = minutes.rename_axis("origin").reset_index()
    return table.melt("origin", var_name="dest", value_name="cost").dropna()


PAIRS = [
    pytest.param(step(45), weights.step_fn({45: 1}), id="step"),
    pytest.param(gaussian(20), weights.gaussian(20), id="gaussian"),
    pytest.param(power(1.5, 5), weights.gravity(5, -1.5, 5), id="power"),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_decay_functions_weigh_alike(ours: Decay, theirs: object) -> None:
    minutes = np.linspace(0, 200, 401)
    assert ours(minutes) == pytest.approx([theirs(t) for t in minutes], **EXACT)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_potential_is_the_weighted_catchment(
    world: tuple[pd.DataFrame, pd.Series, pd.Series], ours: Decay, theirs: object
) -> None:
    minutes, supply, _ = world
    there = fca.weighted_catchment(
        supply.to_frame("supply"),
        long(minutes),
        cost_source="dest",
        cost_dest="origin",
        loc_index=True,
        loc_value="supply",
        weight_fn=theirs,
    )
    found = potential(minutes, supply, decay=ours)
    assert found.tolist() == pytest.approx(there.reindex(HOMES).tolist(), **EXACT)


def test_cumulative_is_the_catchment_up_to_a_cost(
    world: tuple[pd.DataFrame, pd.Series, pd.Series],
) -> None:
    minutes, supply, _ = world
    there = fca.weighted_catchment(
        supply.to_frame("supply"),
        long(minutes),
        max_cost=45,
        cost_source="dest",
        cost_dest="origin",
        loc_index=True,
        loc_value="supply",
    )
    expected = there.reindex(HOMES).fillna(0.0)
    found = cumulative(minutes, supply, limit_min=45)
    assert found.tolist() == pytest.approx(expected.tolist(), **EXACT)
    share = attainment_share(minutes, supply, limit_min=45)
    assert share.tolist() == pytest.approx((expected / supply.sum()).tolist(), **EXACT)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_two_steps_are_the_two_stages(
    world: tuple[pd.DataFrame, pd.Series, pd.Series], ours: Decay, theirs: object
) -> None:
    minutes, supply, demand = world
    there = fca.two_stage_fca(
        demand.to_frame("demand"),
        supply.to_frame("supply"),
        long(minutes),
        demand_index=True,
        demand_name="demand",
        supply_name="supply",
        weight_fn=theirs,
    )
    found = floating_catchment(minutes, supply, demand=demand, decay=ours)
    assert found.tolist() == pytest.approx(there.reindex(HOMES).tolist(), **EXACT)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_two_steps_with_the_place_itself(ours: Decay, theirs: object) -> None:
    """Homes that are shops too: the library takes the diagonal as it stands, we when asked."""
    rng = np.random.default_rng(7)
    minutes = pd.DataFrame(rng.uniform(5, 90, (9, 9)), index=HOMES[:9], columns=HOMES[:9])
    masses = pd.Series(rng.integers(1, 99, 9).astype(float), HOMES[:9])
    there = fca.two_stage_fca(
        masses.to_frame("demand"),
        masses.to_frame("supply"),
        long(minutes),
        demand_index=True,
        demand_name="demand",
        supply_name="supply",
        weight_fn=theirs,
    )
    inside = pd.Series(np.diag(minutes), minutes.index)
    found = floating_catchment(minutes, masses, demand=masses, decay=ours, self_minutes=inside)
    assert found.tolist() == pytest.approx(there.reindex(HOMES[:9]).tolist(), **EXACT)


@pytest.fixture
def graph() -> nx.Graph[str]:
    """Return a road graph of two islands, minutes and km along its edges."""
    mainland = nx.connected_watts_strogatz_graph(18, 4, 0.3, seed=3)
    graph = nx.relabel_nodes(
        nx.disjoint_union(mainland, nx.path_graph(3)), {i: f"n{i}" for i in range(21)}
    )
    rng = np.random.default_rng(1)
    for *_, edge in graph.edges(data=True):
        edge["minutes"] = float(rng.integers(3, 30))
        edge["km"] = float(rng.integers(1, 20))
    return graph


def matrix(graph: nx.Graph[str], weight: str) -> pd.DataFrame:
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph, weight=weight))
    nodes = list(graph)
    return pd.DataFrame(lengths, dtype=float).T.reindex(index=nodes, columns=nodes)


def test_cumulative_counts_the_ego_graph(graph: nx.Graph[str]) -> None:
    minutes = matrix(graph, "minutes")
    ego = [len(nx.ego_graph(graph, n, radius=30, distance="minutes")) - 1 for n in graph]
    assert cumulative(minutes, limit_min=30).tolist() == ego
    near = [len(nx.ego_graph(graph, n, radius=15, distance="km")) - 1 for n in graph]
    performance = transport_performance(
        minutes, distances_km=matrix(graph, "km"), limit_min=30, radius_km=15
    )
    by_hand = [100 * e / n if n else np.nan for e, n in zip(ego, near, strict=True)]
    assert performance.tolist() == pytest.approx(by_hand, nan_ok=True, **EXACT)


def test_potentials_by_inverse_are_harmonic_centrality(graph: nx.Graph[str]) -> None:
    expected = nx.harmonic_centrality(graph, distance="minutes")
    minutes = matrix(graph, "minutes")
    assert potential(minutes, decay=power(1)).to_dict() == pytest.approx(expected, **EXACT)
    assert economic_potential(minutes).to_dict() == pytest.approx(expected, **EXACT)
