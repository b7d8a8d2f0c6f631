"""The faults D1 to D12 of matrices and indices, each by its id; some have more tests in times/."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from roads import parts_of
from robustness.trials import well_formed
from toy_feed import DATE, HOUR, Trip, World, places

from clustergeo import _room
from clustergeo.cli import _od, main
from clustergeo.errors import InputError, MeasureError
from clustergeo.indices import (
    attainment_share,
    closeness,
    cumulative,
    floating_catchment,
    isolation_table,
    potential,
)
from clustergeo.indices.decay import exponential, linear, step
from clustergeo.indices.measure import minutes_matrix
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.results import TIMES
from clustergeo.times import load_od_matrix, write_od_matrix
from clustergeo.times.by_road import RoadRules, car_times
from clustergeo.times.by_transit import Departures, TransitRules, transit_times

# A road of three nodes and, 20 km north of it, an island of two.
NODES = {
    0: (127.0, 36.0),
    1: (127.01, 36.0),
    2: (127.02, 36.0),
    8: (127.0, 36.2),
    9: (127.01, 36.2),
}
ROADS: list[tuple[int, int, dict[str, Any]]] = [(0, 1, {}), (1, 2, {}), (8, 9, {})]
RULES = RoadRules(start_min=2, park_min=3)


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return RoadNetwork.from_parts(parts_of(NODES, ROADS))


@pytest.fixture
def files(tmp_path: Path, network: RoadNetwork) -> list[str]:
    """Return the words that name the toy places and the toy network."""
    network.save(tmp_path / "roads")
    rows = "id,lon,lat\na,127.0,36.0\nb,127.02,36.0\nisle,127.005,36.2\nsea,127.0,36.5\n"
    (tmp_path / "p.csv").write_text(rows, encoding="utf-8")
    file = str(tmp_path / "p.csv")
    return ["--from", file, "--to", file, "--network", str(tmp_path / "roads")]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["times", "--mode", "car", *words])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_d01_what_cannot_be_reached_is_blank_with_its_reason_and_counted(
    tmp_path: Path, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t.csv"
    code, told, _ = run(capsys, *files, "--out", str(out))
    assert code == 0
    counts = "4 no_path, 6 off_network, 2 ok, 4 same_place"
    assert told.splitlines()[0] == f"{out}: 16 times ({counts})"
    table = pd.read_csv(out, dtype=str, keep_default_na=False).set_index(["from_id", "to_id"])
    for end, why in (("isle", "no_path"), ("sea", "off_network")):
        assert [table[name].loc["a", end] for name in ("minutes", "status")] == ["", why]
    assert (table.loc[table["status"] == "ok", "minutes"].astype(float) > 0).all()
    # Strictly that is not enough, for a file and for a folder of parts.
    for name in ("t.csv", "od"):
        code, _, said = run(capsys, *files, "--strict", "--out", str(tmp_path / name))
        assert code == 6
        line = said.splitlines()[-1]
        assert line == (
            f"clustergeo: error: {tmp_path / name}: trips without a time (4 no_path, "
            "6 off_network) - see the column status, or drop --strict"
        )
        assert well_formed([line])


def test_d02_from_a_place_to_itself_there_is_no_trip(network: RoadNetwork) -> None:
    """Blank and ``same_place``, not 0: the faults list has 0, which would be a time of a trip.

    Two places that meet the network at one point are not one place: their legs and allowances
    remain. What the inside of a place counts is each measure's own ``self_minutes``.
    """
    ends = places(a=(36.0, 127.0), beside=(36.0, 127.0 - 1e-6), b=(36.0, 127.02))
    table = car_times(network, ends, ends, RULES).table.set_index(["from_id", "to_id"])
    assert table.loc[("a", "a"), "status"] == "same_place"
    assert np.isnan(table["minutes"].loc["a", "a"])
    assert table.loc[("a", "beside"), "status"] == "ok"
    assert table.loc[("a", "beside"), "minutes"] == pytest.approx(5.0, abs=0.01)
    away = minutes_matrix(table.reset_index(), ["a", "b"], ["a", "b"])
    assert np.isnan(np.diag(away)).all()
    own = pd.Series({"a": 7.0, "b": 7.0})
    assert potential(away, None, decay=step(9), self_minutes=own).tolist()[0] == 1 + (
        away["b"].loc["a"] <= 9
    )


@pytest.mark.parametrize("minutes", ["inf", "nan", "-5", "1e400"])
def test_d03_what_is_no_number_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], minutes: str
) -> None:
    cells = dict.fromkeys(TIMES.names, "") | {
        "from_id": "daedeok", "to_id": "osong", "mode": "car", "status": "ok",
        "evidence": "derived", "minutes": minutes,
    }  # fmt: skip
    path, out = tmp_path / "t.csv", tmp_path / "out.csv"
    pd.DataFrame([cells]).to_csv(path, index=False)
    out.write_text("old")
    with pytest.raises(SystemExit) as stopped:
        main(["isolation", "--times", str(path), "--out", str(out)])
    assert stopped.value.code == 3
    (line,) = capsys.readouterr().err.splitlines()
    why = "below 0" if minutes == "-5" else "not a number"
    assert line.startswith(f"clustergeo: error: {path}:2, minutes: {why} ({minutes}) - ")
    assert out.read_text() == "old"
    away = pd.DataFrame([[0.0, 30.0]], index=["a"], columns=["a", "b"])
    with pytest.raises(MeasureError):
        cumulative(away, pd.Series({"a": 1.0, "b": float("inf")}), limit_min=60)


def test_d04_the_threshold_itself_counts() -> None:
    away = pd.DataFrame([[29 + 59 / 60, 30.0, 30 + 1 / 60]], index=["o"], columns=list("abc"))
    masses = pd.Series({"a": 1.0, "b": 2.0, "c": 4.0})
    assert cumulative(away, masses, limit_min=30).tolist() == [3.0]
    assert attainment_share(away, masses, limit_min=30).tolist() == [3 / 7]
    assert step(30)(away).tolist() == [[1.0, 1.0, 0.0]]
    assert linear(30)([30.0]).tolist() == [0.0]


def test_d05_nothing_to_divide_by_has_a_defined_value_and_a_gap_is_refused() -> None:
    away = pd.DataFrame([[0.0, 20.0]], index=["a"], columns=["a", "b"])
    none = pd.Series({"a": 0.0, "b": 0.0})
    assert cumulative(away, none, limit_min=30).tolist() == [0.0]
    shared = attainment_share(away, none, limit_min=30)
    assert shared.isna().all()
    assert shared.attrs["reasons"] == {"a": "zero_mass"}
    for masses in (pd.Series({"a": 1.0, "b": np.nan}), pd.Series({"a": 1.0})):
        with pytest.raises(MeasureError, match="b") as caught:
            cumulative(away, masses, limit_min=30)
        assert caught.value.exit_code == 3
        assert well_formed(str(caught.value).splitlines())


def test_d06_no_trip_at_all_is_blank_and_not_nought() -> None:
    away = pd.DataFrame([[np.nan, np.nan]], index=["a"], columns=["b", "c"])
    assert closeness(away).isna().all()
    ends = ("a", "b"), ("s",)
    pairs = [(i, j) for i in "ab" for j in "abs"]
    times = pd.DataFrame(pairs, columns=["from_id", "to_id"]).assign(
        mode="transit", minutes=np.nan, distance_m=np.nan, access_min=np.nan, egress_min=np.nan,
        status="no_service", evidence="",
    )  # fmt: skip
    table = isolation_table(times, *ends)
    counted = table["value"].notna()
    # Only what counts or shares out what is reached has the value 0, and it says no minute.
    assert not (table.loc[counted, "unit"] == "min").any()
    assert (table.loc[counted, "value"] == 0).all()
    assert (table.loc[~counted, "reason"] != "").all()


def test_d07_catchments_and_decays_at_their_edges() -> None:
    away = pd.DataFrame([[10.0, 99.0]], index=["a"], columns=["x", "y"])
    supply, heads = pd.Series({"x": 0.0, "y": 7.0}), pd.Series({"a": 10.0})
    found = floating_catchment(away, supply, demand=heads, decay=step(60))
    assert found.tolist() == [0.0]
    assert found.attrs["unused"] == {"y": 7.0}
    for decay in (linear(60), step(60)):
        assert decay([61.0, 1e9]).tolist() == [0.0, 0.0]
    for beta in (-0.1, 0.0, float("nan")):
        with pytest.raises(MeasureError, match=r"b: .*\(") as caught:
            exponential(b=beta)
        assert caught.value.exit_code == 3


def test_d08_more_pairs_than_fit_are_refused_with_advice(
    tmp_path: Path,
    files: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "t.csv"
    out.write_text("old")
    monkeypatch.setattr(_room, "free_memory_bytes", lambda: 10_000)
    code, _, said = run(capsys, *files, "--out", str(out))
    assert code == 3
    assert (
        f"needs 0.0 GB of memory (0.0 GB free) - name a folder instead: --out {tmp_path}" in said
    )
    assert out.read_text() == "old"
    # And the advice is good: a folder takes them part by part.
    assert run(capsys, *files, "--out", str(tmp_path / "t"))[0] == 0


def test_d09_a_run_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path,
    files: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*args: Any, notify: Any, **options: Any) -> Any:
        def notified(done: int, total: int) -> None:
            notify(done, total)
            if done == 2:
                raise KeyboardInterrupt

        return write_od_matrix(*args, notify=notified, part_rows=4, **options)

    out = tmp_path / "od"
    with monkeypatch.context() as patch:
        patch.setattr(_od, "write_od_matrix", stopped)
        code, told, said = run(capsys, *files, "--out", str(out))
    assert code == 130
    assert said.splitlines()[-1].startswith("clustergeo: interrupted; ")
    assert told == ""
    with pytest.raises(InputError, match="is no finished matrix"):
        load_od_matrix(out)
    kept = {path.name: path.read_bytes() for path in out.glob("part-*.parquet")}
    assert 0 < len(kept) < 4

    def on(*args: Any, **options: Any) -> Any:
        return write_od_matrix(*args, part_rows=4, **options)

    monkeypatch.setattr(_od, "write_od_matrix", on)
    code, told, _ = run(capsys, *files, "--out", str(out))
    assert code == 0
    assert f"in 4 parts, {len(kept)} of them from an earlier run" in told
    assert all((out / name).read_bytes() == content for name, content in kept.items())
    # The whole is that of a run in one piece.
    assert run(capsys, *files, "--out", str(tmp_path / "whole"))[0] == 0
    whole = load_od_matrix(tmp_path / "whole").astype(str).to_csv()
    assert load_od_matrix(out).astype(str).to_csv() == whole


def test_d10_the_same_question_has_the_same_bytes(
    tmp_path: Path, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    for out in (first, again):
        assert run(capsys, *files, "--out", str(out))[0] == 0
    assert again.read_bytes() == first.read_bytes()
    # Another process, hash seed and number of threads.
    other = os.environ | {"PYTHONHASHSEED": "7", "NUMBA_NUM_THREADS": "1"}
    words = [sys.executable, "-m", "clustergeo", "times", "--mode", "car", *files]
    subprocess.run([*words, "--out", str(again)], env=other, check=True, capture_output=True)
    assert again.read_bytes() == first.read_bytes()
    # Another order of the places: the same rows in another order.
    rows = Path(files[1]).read_text().splitlines()
    Path(files[1]).write_text("\n".join([rows[0], *rows[:0:-1]]) + "\n")
    assert run(capsys, *files, "--out", str(again))[0] == 0
    assert again.read_bytes() != first.read_bytes()
    assert sorted(again.read_bytes().splitlines()) == sorted(first.read_bytes().splitlines())


def test_d11_every_minute_of_the_window_counts_and_percentiles_rise() -> None:
    # Rides at 7:05 and 7:25 take 20 minutes; after the second no departure finds a trip.
    stops = [(36.0, 127.0), (36.1, 127.0)]
    rides = []
    for minute in (5, 25):
        at, to = 7 * HOUR + minute * 60, 7 * HOUR + (minute + 20) * 60
        rides.append(Trip([(0, at, at, True, True), (1, to, to, True, True)], [], 0, "published"))
    ends = places(a=stops[0]), places(z=stops[1])
    window = Departures(DATE, dt.time(7), dt.time(7, 40))
    times = transit_times(
        World(stops, rides).timetable(), *ends, window, TransitRules(access="walk")
    )
    samples = times.samples("a", "z")
    expected = [25 - m if m <= 5 else 45 - m if m <= 25 else np.nan for m in range(40)]
    assert np.array_equal(samples, expected, equal_nan=True)
    row = times.table.iloc[0]
    assert row["best_min"] <= row["p10_min"] <= row["minutes"]
    # 14 of 40 departures find no trip: beyond what they leave, a percentile has no value.
    assert row["best_min"] == 20
    assert np.isnan(row["p90_min"])
    assert np.isnan(row["worst_min"])
    reached = np.sort(np.where(np.isnan(samples), np.inf, samples))
    assert row["minutes"] == reached[(40 - 1) // 2]


def test_d12_parts_of_another_matrix_are_not_taken_for_this_one(
    tmp_path: Path, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "od"
    assert run(capsys, *files, "--out", str(out))[0] == 0
    kept = {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.is_file()}
    nodes = NODES | {2: (127.03, 36.0)}
    RoadNetwork.from_parts(parts_of(nodes, ROADS)).save(tmp_path / "roads")
    code, _, said = run(capsys, *files, "--out", str(out))
    assert code == 3
    assert (
        f"{out / 'od_matrix.json'}: is of another matrix (other network) - name a new folder"
        in said
    )
    assert {p.name: p.read_bytes() for p in sorted(out.iterdir()) if p.is_file()} == kept
