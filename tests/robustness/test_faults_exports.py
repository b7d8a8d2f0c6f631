"""The faults E1 to E10 of exports, each by its id."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from clustergeo._files import csv_bytes, parse_csv, read_csv
from clustergeo.cli import main
from clustergeo.places import load_places

TESTS = Path(__file__).parents[1]
HOSTILE = "<script>x()</script> \"q\" 'a' `b` ${c} \\2019 \u2028 </x>"
ROWS = pd.DataFrame(
    {
        "place_id": ["007", "1-2", "1e3", "NA", "=1+1"],
        "name_en": [HOSTILE, "@SUM(A1)", "-2+3", "+49", "two\nlines, a comma"],
        "name_ko": ["가람", "나래", "", "뫼", "들"],
        "lon": [127.3, 127.4, 127.5, 127.6, 127.7],
        "lat": [36.5] * 5,
    }
)

ELSEWHERE = {
    "E1": [
        "exhibits/test_browser_safety.py::test_hostile_names_stay_text_in_every_slot",
        "exhibits/test_browser_safety.py::test_the_policy_stops_a_script_that_slipped_in",
    ],
    "E2": ["test_files.py::test_a_cell_that_a_spreadsheet_would_run_is_disarmed"],
    "E6": [
        "robustness/test_crashes.py::test_f2_e6_a_writer_that_is_killed_leaves_the_old_or_the_new",
        "robustness/test_crashes.py::test_e6_f5_a_full_disk_leaves_the_old_and_no_scraps",
        "robustness/test_crashes.py::test_e6_g4_a_place_that_cannot_be_written_is_an_output_error",
    ],
    "E7": ["exhibits/test_browser.py::test_a_map_draws_without_a_request_and_its_details_open_by"],
}


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Return what runs a command beside a file of hostile places."""
    monkeypatch.chdir(tmp_path)
    ROWS.to_csv("p.csv", index=False)

    def command(*argv: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(word) for word in argv])
        return int(stopped.value.code or 0), capsys.readouterr().err

    return command


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_each_fault_that_is_tested_elsewhere_is_tested(fault: str) -> None:
    for place in ELSEWHERE[fault]:
        file, name = place.split("::")
        assert re.search(rf"^def {name}", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_e01_hostile_names_are_plain_text_in_every_table(run: Any) -> None:
    assert run("places", "p.csv", "--out", "o.geojson")[0] == 0
    read = json.loads(Path("o.geojson").read_text(encoding="utf-8"))
    assert read["features"][0]["properties"]["name_en"] == HOSTILE


def test_e02_a_formula_is_disarmed_in_csv(run: Any) -> None:
    """There is no option to switch it off: a table that runs code is nobody's wish."""
    assert run("places", "p.csv", "--out", "o.csv")[0] == 0
    found = read_csv(Path("o.csv"))
    assert found["place_id"].tolist() == ["007", "1-2", "1e3", "NA", "'=1+1"]
    assert found["name_en"].tolist()[1:4] == ["'@SUM(A1)", "'-2+3", "'+49"]
    assert csv_bytes(pd.DataFrame({"n": [-5.0]})) == b"n\n-5.0\n"  # numbers are no formulas


def test_e03_controls_and_long_cells_come_back_from_csv_and_json() -> None:
    """Limits of rows, columns and cells are those of XLSX alone; CSV and Parquet have none."""
    table = pd.DataFrame({"a": ["x\x0by", "z" * 40_000, "tab\there"]})
    assert parse_csv(csv_bytes(table).decode(), file="t").equals(table.astype(str))


def test_e04_what_is_no_number_is_blank_in_csv_and_null_in_json(run: Any) -> None:
    table = pd.DataFrame({"a": [math.inf, -math.inf, math.nan, 1.0], "b": [math.inf, 1, 2, 3.5]})
    assert csv_bytes(table, decimals={"a": 1}) == b"a,b\n,\n,1.0\n,2.0\n1.0,3.5\n"
    assert table["b"].iloc[0] == math.inf  # the table itself is left alone
    far = "place_id,lon,lat\nfar,126.0,33.0\n"  # beside every road of the shipped network
    Path("far.csv").write_text(far, encoding="utf-8")
    words = ["times", "--mode", "car", "--from", "far.csv", "--to", "osong", "--out"]
    for name in ("o.csv", "o.geojson"):
        assert run(*words, name)[0] == 0
    row = read_csv(Path("o.csv")).iloc[0]
    assert (row["minutes"], row["status"] != "ok") == ("", True)

    def strict(name: str) -> None:
        pytest.fail(f"no strict JSON: {name}")

    text = Path("o.geojson").read_text(encoding="utf-8")
    feature = json.loads(text, parse_constant=strict)["features"][0]
    assert feature["properties"]["minutes"] is None


def test_e05_geojson_is_in_degrees_and_names_no_crs(run: Any) -> None:
    metres = gpd.GeoSeries.from_xy(ROWS["lon"], ROWS["lat"], crs=4326).to_crs(5186)
    projected = ROWS.assign(lon=metres.x, lat=metres.y).rename(columns={"lon": "x", "lat": "y"})
    projected.to_csv("m.csv", index=False)
    assert run("places", "m.csv", "--crs", "EPSG:5186", "--out", "o.geojson")[0] == 0
    assert run("isochrones", "--from", "osong", "--minutes", "5", "--out", "a.geojson")[0] == 0
    read = json.loads(Path("o.geojson").read_text(encoding="utf-8"))
    found = [each["geometry"]["coordinates"] for each in read["features"]]
    assert np.allclose(found, ROWS[["lon", "lat"]], atol=1e-7)
    for name in ("o.geojson", "a.geojson"):
        assert "crs" not in json.loads(Path(name).read_text(encoding="utf-8"))


def test_e06_an_older_file_survives_what_is_refused(run: Any) -> None:
    Path("o.csv").write_text("old", encoding="utf-8")
    Path("bad.csv").write_text("place_id,lon,lat\na,nowhere,36\n", encoding="utf-8")
    assert run("places", "bad.csv", "--out", "o.csv")[0] == 3
    assert Path("o.csv").read_text(encoding="utf-8") == "old"
    assert run("places", "p.csv", "--out", "p.csv/o.csv")[0] == 5
    assert sorted(path.name for path in Path().iterdir()) == ["bad.csv", "o.csv", "p.csv"]


@pytest.mark.parametrize("name", ["o.geojson", "o.gpkg"])
def test_e09_places_come_back_as_they_were_written(run: Any, name: str) -> None:
    assert run("places", "p.csv", "--out", name)[0] == 0
    first = Path(name).read_bytes()
    assert run("places", "p.csv", "--out", name)[0] == 0
    assert Path(name).read_bytes() == first
    before, after = load_places(Path("p.csv")), load_places(Path(name))
    text = ["place_id", "name_en", "name_ko", "kind", "evidence", "source"]
    assert after[text].to_dict("list") == before[text].to_dict("list")
    assert after.crs == before.crs
    assert after.geometry.geom_equals_exact(before.geometry, tolerance=1e-7).all()


def test_e10_ids_like_dates_and_decimal_commas_stay_text(run: Any) -> None:
    """Locales that write a comma are tried in test_locales.py."""
    assert run("places", "p.csv", "--out", "o.csv")[0] == 0
    text = Path("o.csv").read_text(encoding="utf-8")
    assert re.search(r"(?m)^007,", text)
    assert re.search(r"(?m)^1-2,", text)
    assert "127.300000" in text
