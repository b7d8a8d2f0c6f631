"""A region of the user's own, from `clustergeo new` to the finished page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from toy_osm import Town
from toy_region import content, edited

from clustergeo.errors import InputError, SchemaError, StudyError
from clustergeo.networks import _compiled, load_road_network, load_timetable
from clustergeo.study import load_study, run
from clustergeo.study._places import load_study_places
from clustergeo.study._validation import validation_pairs
from clustergeo.study.model import Model

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests


def test_the_template_runs_on_the_user_s_own_files(region: Path) -> None:
    results = run(region, out=region.parent / "out")
    times = results.times.set_index(["mode", "from_id", "to_id"])
    # 9 km at 60 km/h, 2 min to the car and 3 min to park.
    assert times.loc[("car", "west", "mid"), "minutes"] == pytest.approx(9 + 5)
    assert times.loc[("car", "west", "central_station"), "minutes"] == pytest.approx(18 + 5)
    # The 07:10 train takes 10 min; departures from 07:11 on have none.
    assert times.loc[("transit", "west", "mid"), "status"] == "no_service"
    assert times.loc[("transit", "west", "mid"), "legs"] == ""
    ratio = results.isolation.set_index(["mode", "cluster_id", "index"])["value"]
    assert ratio["car", "west", "capital_ratio"] == pytest.approx(14 / 23, abs=1e-3)
    assert (region.parent / "out" / "index.html").is_file()
    assert results.claims.empty
    assert results.pilot_regions.empty
    assert results.lines().geometry.geom_type.eq("LineString").all()
    assert any("no_service" in warning for warning in results.warnings)


def test_two_runs_give_the_same_bytes(region: Path) -> None:
    for name in ("one", "two"):
        run(region, out=region.parent / name)
    first, second = (content(region.parent / name) for name in ("one", "two"))
    assert first == second
    assert len(first) > 8


def test_a_cold_and_a_warm_cache_and_none_give_the_same_bytes(
    region: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_compiled, "DEAR_BYTES", 0)
    monkeypatch.setenv("CLUSTERGEO_CACHE", str(region.parent / "cache"))
    nodes = {1: (36.0, 127.0), 2: (36.0, 127.1), 3: (36.0, 127.2)}
    town = Town(nodes, ways={7: ([1, 2, 3], {"highway": "primary", "name": "큰길"})})
    town.write_xml(region.parent / "roads.osm")
    edited(region, 'road = "roads"', 'road = "roads.osm"')
    edited(region, '"places", "isolation", "isochrones", # interactive maps', '"isolation",')
    edited(region, '"dumbbell", "matrix", # figures', "")
    for name in ("cold", "warm"):
        run(region, out=region.parent / name)
    assert caplog.text.count("taken from the cache") == 1
    monkeypatch.setenv("CLUSTERGEO_CACHE", "off")
    run(region, out=region.parent / "none")
    assert content(region.parent / "none") == content(region.parent / "cold")
    assert content(region.parent / "none") == content(region.parent / "warm")


def test_only_the_exhibits_asked_for_are_made(region: Path) -> None:
    edited(region, '"places", "isolation", "isochrones", # interactive maps', "")
    edited(region, '"dumbbell", "matrix", # figures', '"matrix",')
    results = run(load_study(region))
    assert list(results.exhibits) == ["figures/matrix.png", "index.html"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["central_station"]', '["nowhere"]', r"places.capital: unknown place \(nowhere\)"),
        ("others = []", 'others = ["x"]', r"places.others: unknown place \(x\)"),
    ],
)
def test_a_place_the_tables_lack_is_refused(
    region: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        run(edited(region, old, new))


def test_faults_between_tables_are_refused_together(region: Path) -> None:
    edited(region, '# sites = "sites.csv" ', 'sites = "sites.csv" ')
    (region.parent / "sites.csv").write_text(
        "place_id,cluster_id,lon,lat\nwest,west,127.0,36.0\nlost,nowhere,127.0,36.0\n",
        encoding="utf-8",
    )
    with pytest.raises(StudyError) as caught:
        run(region)
    assert [fault.what for fault in caught.value.faults] == [
        "id in two of its place tables (west)",
        "site of an unknown cluster (lost: nowhere)",
    ]


def test_one_cluster_is_not_enough(region: Path) -> None:
    (region.parent / "clusters.csv").write_text("place_id,lon,lat\nwest,127.0,36.0\n")
    with pytest.raises(StudyError, match=r"too few clusters \(1\) - name two"):
        run(region)


def test_a_day_without_service_names_the_valid_range(region: Path) -> None:
    with pytest.raises(InputError, match=r"2026-11-02\.\.2026-11-30"):
        run(edited(region, "date = 2026-11-18", "date = 2027-01-04"))


def pairs(region: Path, published: str) -> pd.DataFrame:
    """Compare the toy model with published times given as cells after the mode."""
    header = (
        "pair,mode,minutes_low,minutes_high,conditions,type,source,confidence,model_mode,basis,"
        "from_id,to_id,routes,used_as_input,not_compared\n"
    )
    (region.parent / "published.csv").write_text(header + published, encoding="utf-8")
    study = load_study(
        edited(region, '# published = "published.csv" ', 'published = "published.csv" ')
    )
    model = Model(
        road=load_road_network(study.networks.road),
        timetable=load_timetable(study.networks.feed),
        road_rules=study.road,
        transit_rules=study.transit,
        departures=study.departures,
    )
    known = load_study_places(study).known
    return validation_pairs(model, known, published=study.published, independent=None)


def test_published_times_are_compared_by_what_they_cover(region: Path) -> None:
    table = pairs(
        region,
        "west - mid,car,8,12,,T,paper,H,car,drive,west,mid,,no,\n"
        "p - q,train,12,12,,T,paper,H,transit,in_vehicle,피,큐,1호선,yes,\n"
        "q - p,train,12,12,,T,paper,H,transit,in_vehicle,큐,피,1호선,no,\n"
        "old,car,1,1,,T,paper,H,,,,,,,the road is gone\n",
    )
    assert table["model_min"].tolist()[:2] == [9.0, 10.0]
    assert table["error_min"].tolist()[:2] == [-1.0, -2.0]
    assert pd.isna(table.loc[2, "model_min"])
    assert table.loc[2, "note"] == "no direct ride in the feed"
    assert len(table) == 3


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,car,1,1,,T,paper,H,car,drive,west,zzz,,no,\n", r"unknown place \(zzz\)"),
        ("x,bus,1,1,,T,paper,H,transit,in_vehicle,피,없음,2,no,\n", r"no such stop .*\(없음\)"),
    ],
)
def test_a_published_time_between_unknown_ends_is_refused(
    region: Path, row: str, message: str
) -> None:
    with pytest.raises(SchemaError, match=message):
        pairs(region, row)
