"""``clustergeo crosscheck`` as a planner calls it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cli.test_reach import run
from numpy.typing import NDArray
from toy_feed import write_feed
from toy_osm import Town, grid, road

from clustergeo.cli import _crosscheck
from clustergeo.times.crosscheck import Agreement, crosscheck_road_engine

FEED = ("--feed", "f.zip", "--date", "2026-11-24")
PLACES = "place_id,name_en,lon,lat\nx,Town X,127.0001,36.0001\ny,Town Y,127.0019,36.0011\n"


def town_in(folder: Path) -> Path:
    ways = {10: road(1, 2, 3), 11: road(4, 5, 6), 12: road(1, 4), 13: road(3, 6)}
    return Town(grid(3), ways=ways).write(folder / "town.osm.pbf")


class Slow:
    """An engine for which every trip takes a quarter of an hour."""

    name = "slow 1"

    def __init__(self, *_: Any) -> None:
        pass

    def minutes(self, origins: Any, destinations: Any) -> NDArray[np.float64]:
        return np.full((len(origins), len(destinations)), 15.0)


def test_the_shipped_roads_agree_with_networkx(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "pairs.csv"
    code, told, err = run(capsys, "crosscheck", "--sample", "8", "--delays", "--out", out)
    assert code == 0
    assert "networkx 3" in told
    assert "56 pairs, 56 with a trip by both, 0 by ours alone, 0 by the other alone" in told
    assert "max difference 0 ms" in told
    assert told.splitlines()[-1] == f"{out}: 56 pairs"
    assert "by networkx" in err
    assert len(pd.read_csv(out)) == 56


def test_a_difference_on_one_network_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def differs(*args: Any, **more: Any) -> Agreement:
        found = crosscheck_road_engine(*args, **more)
        table = found.table.assign(difference_s=0.001)
        return replace(found, table=table)

    monkeypatch.setattr(_crosscheck, "crosscheck_road_engine", differs)
    code, _, err = run(capsys, "crosscheck", "--sample", "3")
    assert code == 6
    assert "differ on one network" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--mode", "transit"], "networkx knows no timetables"),
        (["--mode", "transit", "--with", "valhalla"], "valhalla knows no timetables"),
        (["--mode", "transit", "--with", "r5"], "--date inside its calendar"),
        (["--places", "osong"], "nodes alone"),
        (["--feed", "x.zip"], "not used by --mode car"),
        (["--with", "valhalla"], "name an .osm.pbf file"),
        (["--with", "r5", "--network", "x.graphml"], "name an .osm.pbf file"),
        (["--out", "x.gpkg"], "end it in .csv"),
        (["--with", "valhalla", "--network", "x.osm.pbf"], "pip install pyvalhalla"),
        (["--with", "r5", "--network", "x.osm.pbf"], "pip install r5py"),
        (["--mode", "transit", "--with", "r5", "--delays", *FEED], "drop it"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    message: str,
) -> None:
    for name in ("valhalla", "r5py"):
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = run(capsys, "crosscheck", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_another_engine_by_car_between_places_and_nodes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_crosscheck, "Valhalla", Slow)
    town = town_in(tmp_path)
    words = ["crosscheck", "--with", "valhalla", "--network", town]
    code, told, _ = run(capsys, *words, "--sample", "3")
    assert code == 0
    assert "slow 1: 6 pairs, 6 with a trip by both" in told
    assert "ours - theirs: bias -" in told
    assert "theirs 15.0 min" in told
    places = tmp_path / "places.csv"
    places.write_text(PLACES, encoding="utf-8")
    code, told, _ = run(capsys, *words, "--places", places, "--sample", "2")
    assert code == 0, told
    assert "2 pairs" in told


def test_another_engine_by_transit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []

    def r5(*args: Any) -> Slow:
        asked.append(args)
        return Slow()

    monkeypatch.setattr(_crosscheck, "R5", r5)
    town = town_in(tmp_path)
    feed = write_feed(tmp_path / "feed")
    places = tmp_path / "places.csv"
    rows = ["p,P,127.0,36.0", "q,Q,127.1,36.0", "r,R,127.2,36.0"]
    places.write_text("\n".join(["place_id,name_en,lon,lat", *rows]), encoding="utf-8")
    words = ["--network", town, "--feed", feed, "--date", "2026-11-24", "--window", "07:00-07:30"]
    words += ["--places", places, "--sample", "2"]
    code, told, err = run(capsys, "crosscheck", "--mode", "transit", "--with", "r5", *words)
    assert code == 0, err
    assert "slow 1: 2 pairs" in told
    assert asked[0][2].isoformat() == "2026-11-24T07:00:00"
    assert asked[0][3].total_seconds() == 1_800
