"""The composite against hand values, plain Python and the laws it must keep."""

from __future__ import annotations

import importlib
import statistics
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustergeo.errors import MeasureError
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.composite import components, composite, rank_intervals

module = importlib.import_module("clustergeo.indices.composite")  # the function has its name

ENDS = {"minutes": "high", "speed": "low"}


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"minutes": [10.0, 20.0, 40.0, 90.0], "speed": [60.0, 40.0, 50.0, 30.0]}, list("abcd")
    )


def test_robust_scores_are_those_of_plain_python(table: pd.DataFrame) -> None:
    expected = []
    for name, sign in (("minutes", 1), ("speed", -1)):
        values = [sign * value for value in table[name]]
        middle = statistics.median(values)
        spread = statistics.median(abs(value - middle) for value in values) / 0.6744897501960817
        expected.append([(value - middle) / spread for value in values])
    found = composite(table, {"minutes": 3, "speed": 1}, directions=ENDS)
    by_hand = [(3 * a + b) / 4 for a, b in zip(*expected, strict=True)]
    assert found.to_numpy() == pytest.approx(by_hand, abs=1e-9)
    assert found.name == "composite"
    assert found.attrs["unit"] == "1"


def test_minmax_runs_from_the_least_to_the_most_isolated(table: pd.DataFrame) -> None:
    found = composite(table, directions=ENDS, standardise="minmax")
    assert found.tolist() == pytest.approx(
        [0.0, (10 / 80 + 20 / 30) / 2, (30 / 80 + 1 / 3) / 2, 1]
    )


def test_the_geometric_mean_forgives_nothing_to_the_least_isolated(table: pd.DataFrame) -> None:
    how = {"directions": ENDS, "standardise": "minmax", "mean": "geometric"}
    found = composite(table, **how)
    assert found.tolist() == pytest.approx([0.0, (1 / 8 * 2 / 3) ** 0.5, (3 / 8 / 3) ** 0.5, 1.0])
    alone = composite(table, {"minutes": 1, "speed": 0}, **how)
    assert alone.tolist() == pytest.approx([0, 1 / 8, 3 / 8, 1])
    with pytest.raises(MeasureError, match="geometric mean of robust"):
        composite(table, directions=ENDS, mean="geometric")


def test_where_half_of_the_places_are_equal_the_mean_deviation_scales() -> None:
    table = pd.DataFrame({"m": [5.0, 5.0, 5.0, 9.0]}, list("abcd"))
    found = composite(table, directions={"m": "high"})
    assert found.tolist() == pytest.approx([0, 0, 0, 4 / (np.sqrt(np.pi / 2) * 1.0)])


@pytest.mark.parametrize("standardise", ["robust", "minmax"])
def test_a_measure_that_is_equal_everywhere_says_nothing(standardise: str) -> None:
    table = pd.DataFrame({"m": [5.0, 5.0]}, list("ab"))
    assert composite(table, directions={"m": "low"}, standardise=standardise).tolist() == [0, 0]


def test_a_place_without_a_measure_has_no_score_and_spoils_none(table: pd.DataFrame) -> None:
    gap = pd.concat([table, pd.DataFrame({"minutes": [30.0], "speed": [np.nan]}, ["e"])])
    found = composite(gap, directions=ENDS)
    assert found.drop("e").tolist() == composite(table, directions=ENDS).tolist()
    assert np.isnan(found["e"])
    assert found.attrs["reasons"] == {"e": "no_trip"}
    assert rank_intervals(gap, directions=ENDS).loc["e"].isna().all()


def test_stated_answers(table: pd.DataFrame) -> None:
    nothing = composite(table.iloc[:0], directions=ENDS)
    assert nothing.empty
    assert rank_intervals(table.iloc[:0], directions=ENDS).empty
    alone = composite(table.iloc[:1], directions=ENDS)
    assert alone.attrs["reasons"] == {"a": "single_place"}
    assert rank_intervals(table.iloc[:1], directions=ENDS).loc["a"].isna().all()
    assert composite(table.iloc[:0], directions=ENDS, standardise="minmax").empty


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"minutes": 1}, "no weight of speed"),
        ({"minutes": 1, "speed": 1, "size": 1}, r"no such measure \(size\)"),
        ({"minutes": -1, "speed": 1}, r"not a weight of minutes \(-1\)"),
        ({"minutes": float("nan"), "speed": 1}, "not a weight of minutes"),
        ({"minutes": 0, "speed": 0}, "add up to nothing"),
    ],
)
def test_wrong_weights_are_refused(
    table: pd.DataFrame, weights: dict[str, float], said: str
) -> None:
    with pytest.raises(MeasureError, match=said):
        composite(table, weights, directions=ENDS)


def test_wrong_ways_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(MeasureError, match=r"speed: none"):
        composite(table, directions={"minutes": "high"})
    with pytest.raises(MeasureError, match=r"no such way \(zscore\)"):
        composite(table, directions=ENDS, standardise="zscore")
    with pytest.raises(MeasureError, match="an endless value"):
        composite(table.replace(10.0, np.inf), directions=ENDS)
    with pytest.raises(MeasureError, match="no measures"):
        composite(table[[]], directions={})


def test_rank_intervals_hold_what_plain_python_draws(table: pd.DataFrame) -> None:
    found = rank_intervals(table, directions=ENDS, standardise="minmax", draws=500, seed=7)
    scores = np.stack(
        [
            composite(table, {"minutes": a, "speed": b}, directions=ENDS, standardise="minmax")
            for a, b in np.random.default_rng(7).dirichlet([1, 1], 500)
        ]
    )
    ranks = [[1 + sum(other > mine for other in row) for mine in row] for row in scores.tolist()]
    for i, place in enumerate(table.index):
        mine = sorted(row[i] for row in ranks)
        assert found.loc[place, "low"] == mine[24]
        assert found.loc[place, "high"] == mine[474]
        assert found.loc[place, "first_share"] == pytest.approx(mine.count(1) / 500)
    # By minutes c is second and b third; by speed it is the other way round.
    assert found.loc["b", ["best", "worst"]].tolist() == [2.0, 3.0]
    assert found.loc["d"].tolist() == [1.0, 1.0, 1.0, 1.0, 1.0]


def test_the_same_seed_draws_the_same(table: pd.DataFrame) -> None:
    one, two = (rank_intervals(table, directions=ENDS, draws=50) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


def test_inputs_are_left_alone(table: pd.DataFrame) -> None:
    before = table.copy()
    composite(table, directions=ENDS)
    rank_intervals(table, directions=ENDS, draws=10)
    pd.testing.assert_frame_equal(table, before)


def test_the_shipped_components_have_a_direction_and_one_is_free_of_location() -> None:
    indices = [load_indices()[part.index_id] for part in components()]
    assert all(index.isolated != "neither" for index in indices)
    assert any(index.location_neutral for index in indices)
    assert not all(index.location_neutral for index in indices)


def test_a_component_of_a_wrong_kind_is_refused_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "composite.toml"
    path.write_text("[[component]]\nindex_id = 5\n", encoding="utf-8")
    monkeypatch.setattr(module, "data_path", lambda *_: path)
    with pytest.raises(MeasureError, match=r"composite.toml:2"):
        components.__wrapped__()


numbers = st.floats(1, 1000)


@given(
    values=st.lists(st.tuples(numbers, numbers), min_size=2, max_size=6),
    seed=st.integers(0, 99),
    scale=st.floats(0.1, 10),
)
def test_relabelling_permutes_and_units_do_not_matter(
    values: list[tuple[float, float]], seed: int, scale: float
) -> None:
    table = pd.DataFrame(values, columns=["minutes", "speed"])
    order = np.random.default_rng(seed).permutation(len(table))
    for standardise in ("robust", "minmax"):
        found = composite(table, directions=ENDS, standardise=standardise)
        shuffled = composite(table.iloc[order], directions=ENDS, standardise=standardise)
        assert shuffled.to_numpy() == pytest.approx(found.iloc[order].to_numpy(), abs=1e-6)
        scaled = composite(table * scale, directions=ENDS, standardise=standardise)
        assert scaled.to_numpy() == pytest.approx(found.to_numpy(), rel=1e-6, abs=1e-6)
