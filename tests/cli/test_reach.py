"""``clustergeo isochrones``, ``route`` and ``nearest`` as a planner calls them."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from clustergeo.cli import main

PLACES = "place_id,name_en,lon,lat\nx,Town X,127.30,36.50\ny,Town Y,127.40,36.60\n"
LONELY = "place_id,name_en,lon,lat\nz,Far out at sea,124.00,35.00\n"


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in argv])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def written(folder: Path, text: str, name: str = "places.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--help")[1]
    assert all(name in out for name in ("isochrones", "route", "nearest"))


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_isochrones_are_written_the_same_each_time(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str
) -> None:
    words = ["isochrones", "--from", "osong,sejong", "--minutes", "30,15", "--out"]
    files = [tmp_path / f"{name}{suffix}" for name in ("one", "two")]
    for file in files:
        code, out, err = run(capsys, *words, file)
        assert code == 0
        assert "2 x 2 isochrones by car" in err
    assert out.splitlines()[-1] == f"{files[1]}: 4 areas"
    assert out.startswith("osong 15 min: ")
    assert files[0].read_bytes() == files[1].read_bytes()
    read = gpd.read_parquet(files[0]) if suffix == ".parquet" else gpd.read_file(files[0])
    assert read["place_id"].tolist() == ["osong", "osong", "sejong", "sejong"]
    assert read["minutes"].tolist() == [15, 30, 15, 30]
    assert read.geometry.is_valid.all()
    assert read.crs == "EPSG:4326"
    assert read["area_km2"].is_monotonic_increasing or read["area_km2"][1] > read["area_km2"][0]


def test_people_a_state_and_a_wider_band_change_the_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    areas = {}
    for name, more in {
        "plain": ["--people"],
        "late": ["--state", "weekday_am"],
        "wide": ["--snap-cap-m", "4000"],
    }.items():
        file = tmp_path / f"{name}.geojson"
        code, out, _ = run(
            capsys, "isochrones", "--from", "osong", "--minutes", "60", *more, "--out", file
        )
        assert code == 0
        (feature,) = json.loads(file.read_text(encoding="utf-8"))["features"]
        areas[name] = feature["properties"]
        assert (" people\n" in out) == (name == "plain")
    assert areas["plain"]["population"] > 1e6
    assert areas["late"]["area_km2"] < areas["plain"]["area_km2"] < areas["wide"]["area_km2"]


def test_isochrones_by_transit_take_a_window_and_a_share(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["isochrones", "--mode", "transit", "--from", "osong", "--minutes", "60"]
    km2 = {}
    for name, more in {
        "median": ["--window", "07:00-07:15"],
        "lucky": ["--window", "07:00-07:15", "--share", "0.1"],
        "later": ["--window", "09:00-09:15", "--date", "2026-11-24"],
    }.items():
        # Once more is enough to see that it is the same.
        again = (1, 2) if name == "median" else (1,)
        files = [tmp_path / f"{name}{i}.geojson" for i in again]
        for file in files:
            code, out, err = run(capsys, *words, *more, "--people", "--out", file)
            assert code == 0
            assert "1 x 1 isochrones by transit" in err
        assert out.startswith("osong 60 min: ")
        assert " people\n" in out
        assert files[0].read_bytes() == files[-1].read_bytes()
        (feature,) = json.loads(files[0].read_text(encoding="utf-8"))["features"]
        assert feature["properties"]["mode"] == "transit"
        assert feature["properties"]["population"] > 0
        km2[name] = feature["properties"]["area_km2"]
    assert km2["lucky"] > km2["median"]
    assert km2["later"] != km2["median"]


@pytest.mark.parametrize("mode", ["car", "transit"])
def test_people_are_counted_on_a_grid_of_ones_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, mode: str
) -> None:
    # Around the place one person lives in each hectare, so that people tell the area.
    rows = [f"{980_050 + 100 * i},{1_845_050 + 100 * j},1" for i in range(99) for j in range(99)]
    grid = written(tmp_path, "\n".join(["x,y,population", *rows]), "grid.csv")
    out = tmp_path / "areas.parquet"
    words = ["--mode", mode, "--from", "osong", "--minutes", "8", "--grid", grid, "--out", out]
    assert run(capsys, "isochrones", *words)[0] == 0
    area = gpd.read_parquet(out).iloc[0]
    assert area["population"] == pytest.approx(100 * area["area_km2"], abs=2)
    assert area["area_km2"] > 0.5


def test_what_is_doubtful_is_noted_beside_the_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    edge = "note: seogwipo_hall: less than 5 km from the edge of the road network"
    for words in (
        ["isochrones", "--from", "seogwipo_hall", "--out", tmp_path / "a.gpkg"],
        ["nearest", "--from", "seogwipo_hall", "--to", "osong", "--out", tmp_path / "n.csv"],
        ["route", "--from", "osong", "--to", "seogwipo_hall"],
    ):
        assert edge in " ".join(run(capsys, *words)[2].split())


def test_delays_and_states_of_ones_own_slow_every_drive(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    states = "state,highway,area,factor,with_signals,source,evidence,note\n"
    table = written(tmp_path, states + "mine,any,any,2.0,0,made up,estimated,\n", "states.csv")
    own = ["--congestion", table, "--state", "mine"]
    minutes = []
    for more in ([], ["--delays"], own):
        out = tmp_path / "nearest.csv"
        words = ["nearest", "--from", "osong", "--to", "sejong", *more, "--out", out]
        assert run(capsys, *words)[0] == 0
        minutes.append(pd.read_csv(out)["minutes"][0])
        code, said, _ = run(capsys, "route", "--from", "osong", "--to", "sejong", *more)
        assert code == 0
        assert f", {minutes[-1]:.1f} min door to door" in said
    assert minutes[0] < minutes[1] < minutes[2]


def test_a_place_off_the_network_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "areas.geojson"
    words = ["--from", written(tmp_path, LONELY), "--minutes", "30", "--people", "--out", out]
    code, said, _ = run(capsys, "isochrones", *words)
    assert (code, said) == (0, f"z 30 min: off_network\n{out}: 1 areas\n")


def test_a_route_is_read_road_by_road(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["route", "--from", "osong", "--to", "seoul_station"]
    code, said, _ = run(capsys, *words)
    lines = said.splitlines()
    assert code == 0
    assert lines[0].startswith("osong > seoul_station: 1")
    assert "min door to door (access 2.0, drive " in lines[0]
    assert any(line.endswith("min  경부고속도로") for line in lines)
    assert any(line.endswith("(ramp)") for line in lines)
    assert any(line.endswith(" without a name)") for line in lines)
    assert lines[-1].startswith("speeds assumed on ")
    out = tmp_path / "route.geojson"
    code, again, _ = run(capsys, *words, "--out", out)
    assert code == 0
    assert again == f"{said}{out}: {len(gpd.read_file(out)):,} edges\n"
    kilometres = sum(float(line.split(" km")[0]) for line in lines[1:-1])
    assert kilometres == pytest.approx(gpd.read_file(out)["length_m"].sum() / 1000, abs=1)


def test_the_nearest_of_a_file_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    places = written(tmp_path, PLACES)
    for suffix, read in ((".csv", pd.read_csv), (".parquet", pd.read_parquet)):
        out = tmp_path / f"nearest{suffix}"
        words = ["nearest", "--from", places, "--to", "sejong", "seoul_station", "--out", out]
        code, said, _ = run(capsys, *words)
        assert (code, said) == (0, f"{out}: 2 places (1 off_network, 1 ok)\n")
        table = read(out)
        assert list(table) == ["place_id", "facility_id", "minutes", "status", "evidence"]
        assert table["facility_id"].fillna("").tolist() == ["sejong", ""]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("isochrones --from osong --out a.csv", 2, "--out: unknown format (a.csv) - end it in"),
        ("isochrones --from osong --minutes 3O --out a.gpkg", 2, "--minutes: not minutes (3O)"),
        ("isochrones --from osong --minutes 999 --out a.gpkg", 2, "up to 480 (999)"),
        ("isochrones --from nowhere --out a.gpkg", 2, "nowhere: neither a shipped place"),
        ("isochrones --from osong --state x --out a.gpkg", 2, "no such congestion state (x)"),
        ("isochrones --from osong --network no.osm --out a.gpkg", 3, "no.osm: no such file"),
        ("isochrones --from osong --share 1 --out a.gpkg", 2, "--share: not used by --mode car"),
        (
            "isochrones --mode transit --from osong --snap-cap-m 0 --out a.gpkg",
            2,
            "--snap-cap-m: not used by --mode transit - drop it or use --mode car",
        ),
        ("isochrones --mode transit --from osong --delays --out a.gpkg", 2, "--delays: not used"),
        ("isochrones --mode transit --from osong --feed x --out a.gpkg", 2, "--date: needed with"),
        ("isochrones --mode transit --from osong --share 2 --out a.gpkg", 2, "share: not above 0"),
        ("isochrones --from osong --congestion x.csv --out a.gpkg", 2, "--congestion: needs a"),
        ("nearest --from osong --to ochang --congestion x.csv --out a.csv", 2, "needs a state"),
        ("route --from osong,sejong --to ochang", 2, "--from: stands for 2 places - name one"),
        ("route --from osong --to osong", 3, "osong > osong: no route (same_place) - choose"),
        ("route --from osong --to ochang --out a.csv", 2, "--out: unknown format (a.csv)"),
        ("nearest --from osong --to ochang --out a.gpkg", 2, "--out: unknown format (a.gpkg)"),
        ("nearest --from a.csv --to ochang --out a.csv", 2, "--out: is also an input (a.csv)"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: str,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found, _, err = run(capsys, *words.split())
    assert found == code
    (line,) = [line for line in err.splitlines() if "error" in line]
    assert message in line
    assert not list(tmp_path.iterdir())


def test_an_earlier_file_survives_a_refusal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = written(tmp_path, "old", "areas.geojson")
    places = written(tmp_path, PLACES.replace("36.60", "96.60"))
    assert run(capsys, "isochrones", "--from", places, "--out", out)[0] == 3
    assert out.read_text(encoding="utf-8") == "old"
