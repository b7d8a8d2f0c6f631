"""A region of real feeds and street extracts, Boeblingen and its villages, from a study file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from clustergeo.networks import load_road_network
from clustergeo.study import Results, run

FEEDS = Path(__file__).parents[3] / "shared/data/good_feeds"
STREETS = ("boeblingen-minimal.osm.pbf", "deufringen-minimal.osm.pbf")
BUSES = ("vvs-bus-751-only.gtfs.zip", "vvs-bus-764-only.gtfs.zip")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FEEDS.is_dir(), reason="needs ../shared/data/good_feeds"),
]

STUDY = """
[study]
study_id = "boeblingen"
title_en = "Boeblingen and its villages"
title_ko = "뵈블링겐"
date = 2020-03-04
window = "07:00-09:00"

[places]
clusters = "clusters.csv"
anchors = "anchors.csv"
capital = ["holzgerlingen"]

[networks]
road = {road}
feed = {feed}

[road]
snap_cap_m = 1500

[outputs]
lang = "en"
credits = ["© OpenStreetMap contributors, ODbL 1.0"]
"""

CLUSTERS = """place_id,name_en,name_ko,lon,lat
boeblingen,Boeblingen,뵈블링겐,9.0082,48.6838
landhaus,Boeblingen south,뵈블링겐 남,9.0114,48.6790
deufringen,Deufringen,도이프링겐,8.8720,48.6790
ehningen,Ehningen,에닝겐,8.9432,48.6618
"""
ANCHORS = "place_id,name_en,category,lon,lat\nholzgerlingen,Holzgerlingen,capital,9.008,48.6372\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("boeblingen")
    names = {
        key: "[" + ", ".join(f'"{(FEEDS / name).as_posix()}"' for name in files) + "]"
        for key, files in (("road", STREETS), ("feed", BUSES))
    }
    (folder / "clusters.csv").write_text(CLUSTERS, encoding="utf-8")
    (folder / "anchors.csv").write_text(ANCHORS, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.format(**names), encoding="utf-8")
    found = run(folder / "study.toml", out=folder / "out")
    assert (folder / "out" / "index.html").is_file()
    return found


@pytest.fixture(scope="module")
def times(results: Results) -> pd.DataFrame:
    return results.times.set_index(["mode", "from_id", "to_id"])


def test_the_bus_of_the_second_feed_is_ridden(times: pd.DataFrame) -> None:
    trip = times.loc[("transit", "deufringen", "ehningen")]
    assert trip["status"] == "ok"
    # 764 takes 13 minutes; the stop is 2 minutes from the door and the station 1 from the other.
    assert trip["legs"] == "walk 2 min > 764 Aidlinger Straße→Bahnhof 13 min > walk 1 min"
    assert trip["ride_min"] == 13
    assert trip["minutes"] == pytest.approx(
        trip[["access_min", "wait_min", "ride_min", "transfer_min", "egress_min"]].sum()
    )


def test_one_changes_between_the_feeds(times: pd.DataFrame) -> None:
    trip = times.loc[("transit", "deufringen", "holzgerlingen")]
    assert trip["status"] == "ok"
    assert [part.split()[0] for part in trip["legs"].split(" > ")] == [
        "walk",
        "764",
        "752",
        "walk",
    ]
    assert trip["transfer_min"] > 0


def test_cars_stay_on_the_extract_they_start_on(results: Results, times: pd.DataFrame) -> None:
    car = times.loc["car"]["status"]
    assert car["boeblingen", "landhaus"] == "ok"
    assert car["boeblingen", "deufringen"] == "no_path"
    assert car["boeblingen", "ehningen"] == "off_network"
    # Half a kilometre through the town: minutes at the wheel, five around it.
    assert 5.5 < times.loc[("car", "boeblingen", "landhaus"), "minutes"] < 10
    assert any("outside the area of the road network" in text for text in results.warnings)


def test_metres_are_metres_far_from_korea(results: Results) -> None:
    snaps = results.tables["snaps"].set_index("place_id")["snap_m"]
    extracts = [load_road_network(FEEDS / name) for name in STREETS]
    globe = Geod(ellps="WGS84")
    for place, lon, lat in (("ehningen", 8.9432, 48.6618), ("holzgerlingen", 9.008, 48.6372)):
        vertices = [(n.line_lon, n.line_lat) for n in extracts]
        metres = [
            globe.inv(np.full(x.size, lon), np.full(x.size, lat), x, y)[2] for x, y in vertices
        ]
        nearest = min(float(part.min()) for part in metres)
        # The nearest point of a street lies between its vertices, a little nearer.
        assert snaps[place] == pytest.approx(nearest, rel=0.01)
