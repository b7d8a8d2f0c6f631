"""Where a number comes from: a world to be computed by hand, and the shipped study."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_feed import write_feed

from clustergeo._files import read_csv
from clustergeo.errors import InputError, StudyError, UsageError
from clustergeo.indices import load_indices
from clustergeo.indices.measure import REASONS
from clustergeo.schemas.figures import FIGURE_TABLES, FigureId, parse_figure
from clustergeo.study import Study, _provenance, explain, load_study, run
from clustergeo.study._explain_measure import MEANT, explain_measure
from clustergeo.study._provenance import Chain, chain_of, differences
from clustergeo.study._state import State
from clustergeo.study.explain import (
    Explanation,
    check_figure,
    explain_claims,
    explain_figure,
    explain_index,
    explain_times,
)

# Two towns and a capital on one line of latitude, 9 km of road at 60 km/h between neighbours. The
# only train leaves west at 07:10 and is in mid at 07:20, in the capital at 07:40.
STUDY = """
[study]
study_id = "toy"
title_en = "Toy"
title_ko = "장난감"
date = 2026-11-18
window = "07:00-07:10"
claims = "claims.toml"
[places]
clusters = "clusters.csv"
sites = "sites.csv"
anchors = "anchors.csv"
capital = ["central_station"]
[networks]
road = "roads"
feed = "gtfs"
[outputs]
lang = "en"
exhibits = ["question"]
statement = { claim_id = "sooner", from_id = "west", to_id = "mid" }
"""
CLUSTERS = (
    "place_id,name_en,name_ko,lon,lat,employees,employees_year,source\n"
    "west,West,서쪽,127.0,36.0,100,2020,a survey\nmid,Mid,가운데,127.1,36.0,300,2020,\n"
)
SITES = "place_id,name_en,cluster_id,lon,lat\nfar_off,Far,mid,127.1,36.5\n"
ANCHORS = "place_id,name_en,category,lon,lat\ncentral_station,Central,capital,127.2,36.0\n"
NODES = "node_id,lon,lat\na,127.0,36.0\nb,127.1,36.0\nc,127.2,36.0\n"
LINKS = (
    "link_id,from_node,to_node,oneway,highway,ref,length_m,maxspeed_kph,source_kind,shape\n"
    "ab,a,b,0,primary,1,9000,60,published,\nbc,b,c,0,primary,2,9000,60,assumed,\n"
)
CLAIMS = """
[[claim]]
claim_id = "sooner"
quotation = "The capital is nearer."
who = "somebody"
source = "a paper"
reading_en = "Central is reached sooner than the other town."
reading_ko = "수도가 더 가깝다."
[[claim.comparison]]
origins = ["west"]
left = { to = ["central_station"] }
operator = "<"
right = { to = ["mid"] }
[[claim]]
claim_id = "measured"
quotation = "West is remote."
who = "somebody"
source = "a paper"
reading_en = "Its ratio is above one."
reading_ko = "비가 1보다 크다."
modes = ["car"]
[[claim.comparison]]
origins = ["west"]
left = { index = "capital_ratio" }
operator = ">"
right = { value = 1 }
"""
SOURCES = (
    "route_id,run_time_source,frequency_source,evidence,source_date\n"
    "one,a timetable,the same,published,2026-01-02\ntwo,,a guess,estimated,\n"
)


def written(folder: Path) -> Path:
    """Write the toy study and return its file."""
    for name, text in {
        "toy.toml": STUDY,
        "clusters.csv": CLUSTERS,
        "sites.csv": SITES,
        "anchors.csv": ANCHORS,
        "claims.toml": CLAIMS,
        "roads/nodes.csv": NODES,
        "roads/links.csv": LINKS,
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_feed(folder / "gtfs", sources_csv=SOURCES)
    return folder / "toy.toml"


@pytest.fixture(scope="module")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the toy study once, its outputs beside its inputs."""
    folder = tmp_path_factory.mktemp("toy")
    run(written(folder), out=folder / "out")
    return folder


@pytest.fixture(scope="module")
def toy(toy_folder: Path) -> Iterator[Study]:
    """Return the toy study; what follows from it is computed once for all questions about it."""
    study = load_study(toy_folder / "toy.toml")
    states: dict[str, State] = {}

    def state(asked: Study, notify: Callable[[str], object], departure: str = "") -> State:
        new = State(asked, notify, departure)
        return states.setdefault(departure, new) if asked is study else new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explain, "State", state)
        yield study


@pytest.fixture(scope="module")
def shipped() -> State:
    """Return the shipped study, its times computed once."""
    return State(load_study(), str)


def told(explained: Explanation, title: str) -> dict[str, object]:
    """Return a section of names and values."""
    found = explained.record()["sections"][title]
    assert isinstance(found, dict)
    return found


def rows(explained: Explanation, title: str) -> list[dict[str, object]]:
    found = explained.record()["sections"][title]
    assert isinstance(found, list)
    return found


# A travel time.


def test_a_drive_is_told_by_its_roads_ends_rules_and_inputs(toy: Study) -> None:
    (drive,) = explain_times("west", "central_station", toy, modes=["car"])
    assert drive.title == "west to central_station by car, door to door: 23.00 min"
    assert told(drive, "number")["minutes"] == 23.0
    assert told(drive, "parts of the median trip") == {
        "access_min": 2.0,
        "wait_min": 0.0,
        "ride_min": 18.0,
        "transfer_min": 0.0,
        "egress_min": 3.0,
    }
    stretches = rows(drive, "roads of the drive")
    assert [(row["km"], row["minutes"], row["any_speed_assumed"]) for row in stretches] == [
        (9.0, 9.0, "no"),
        (9.0, 9.0, "yes"),
    ]
    assert told(drive, "speeds")["assumed_share_of_length"] == 0.5
    ends = rows(drive, "places and where they meet the roads")
    assert [(end["place_id"], end["snap_m"]) for end in ends] == [
        ("west", 0),
        ("central_station", 0),
    ]
    assert ends[0]["name_ko"] == "서쪽"
    assert ends[0]["source"] == "a survey"
    assert told(drive, "settings")["road.park_min"] == 3.0
    inputs = {row["key"]: row for row in rows(drive, "inputs")}
    assert set(inputs) == {"places.clusters", "places.sites", "places.anchors", "networks.road"}
    assert inputs["networks.road"]["file"] == "roads"
    assert len(str(inputs["networks.road"]["sha256"])) == 64


def test_a_ride_is_told_leg_by_leg_with_the_source_of_each_line(toy: Study) -> None:
    (ride,) = explain_times("west", "mid", toy, modes=["transit"])
    # Departures 07:00 to 07:09 take 20 down to 11 minutes: the lower middle is 15.
    number = told(ride, "number")
    assert [number[name] for name in ("minutes", "p10_min", "p90_min")] == [15.0, 11.0, 19.0]
    assert number["share_with_trip"] == 1.0
    legs = rows(ride, "legs of the median trip")
    assert [(leg["kind"], leg["leaves"], leg["minutes"]) for leg in legs] == [
        ("wait", "07:05:00", 5.0),
        ("ride", "07:10:00", 10.0),
    ]
    assert (legs[1]["route"], legs[1]["from_stop"], legs[1]["to_stop"]) == ("1호선", "피", "큐")
    (line,) = rows(ride, "lines ridden and their sources")
    assert line["run_time_source"] == "a timetable"
    assert line["source_date"] == "2026-01-02"
    assert "networks.feed" in {row["key"] for row in rows(ride, "inputs")}


def test_one_departure_is_explained_alone(toy: Study) -> None:
    drive, ride = explain_times("west", "mid", toy, departure="07:08")
    assert told(ride, "number")["minutes"] == 12.0
    assert str(ride.figure).startswith("times/west/mid/transit/07:08@")
    assert told(ride, "settings")["window"] == "07:08 alone"
    assert str(drive.figure).startswith("times/west/mid/car@")
    again = explain_figure(ride.figure, toy)
    assert again == ride
    assert check_figure(ride.figure, again, toy) == ()


def test_the_last_minute_of_the_day_is_refused(toy: Study) -> None:
    with pytest.raises(UsageError, match=r"--depart: too late \(23:59\)"):
        explain_times("west", "mid", toy, modes=["transit"], departure="23:59")


def test_a_time_that_is_blank_says_why_and_has_no_legs(toy: Study) -> None:
    drive, ride = explain_times("west", "far_off", toy)
    assert drive.title.endswith("no value (off_network)")
    assert ride.title.endswith("no value (off_network)")
    assert "roads of the drive" not in drive.record()["sections"]
    assert "legs of the median trip" not in ride.record()["sections"]
    (same,) = explain_times("west", "west", toy, modes=["car"])
    assert same.title.endswith("no value (same_place)")


def test_a_feed_without_sources_is_told_so(tmp_path: Path) -> None:
    file = written(tmp_path)
    (tmp_path / "gtfs" / "sources.csv").unlink()
    (ride,) = explain_times("west", "mid", load_study(file), modes=["transit"])
    (line,) = rows(ride, "lines ridden and their sources")
    assert line["note"] == "its feed has no sources.csv"
    assert line["run_time_source"] == ""


def test_of_several_feeds_each_tells_of_its_own_lines(tmp_path: Path) -> None:
    file = written(tmp_path)
    write_feed(tmp_path / "buses")
    text = file.read_text(encoding="utf-8")
    both = text.replace('feed = "gtfs"', 'feed = ["gtfs", "buses"]\nways_on_roads = true')
    file.write_text(both, encoding="utf-8")
    (ride,) = explain_times("west", "mid", load_study(file), modes=["transit"])
    (line,) = rows(ride, "lines ridden and their sources")
    expected = {"gtfs:one": "a timetable", "buses:one": ""}
    assert line["run_time_source"] == expected[str(line["route_id"])]
    assert "networks.road" in {row["key"] for row in rows(ride, "inputs")}


# A measure.


def test_a_ratio_is_told_by_the_two_minutes_it_is_made_of(toy: Study) -> None:
    (ratio,) = explain_index("capital_ratio", "west", toy, modes=["car"])
    number = told(ratio, "number")
    assert number["value"] == pytest.approx(14 / 23)
    assert number["unit"] == "1"
    what = told(ratio, "what it is")
    assert what["formula"] == load_indices()["capital_ratio"].formula
    assert what["meaning_ko"] == load_indices()["capital_ratio"].meaning_ko
    assert what["citation"] == "a definition of our own"
    assert what["location_neutral"] in {"yes", "no"}
    chain = chain_of(toy).short
    parts = rows(ratio, "measures it is made of")
    assert [(part["figure"], part["value"]) for part in parts] == [
        (f"isolation/west/car/to_nearest_cluster@{chain}", 14.0),
        (f"isolation/west/car/to_capital_fastest@{chain}", 23.0),
    ]
    trips = rows(ratio, "travel times it rests on")
    assert [(trip["figure"], trip["minutes"]) for trip in trips] == [
        (f"times/west/mid/car@{chain}", 14.0),
        (f"times/west/central_station/car@{chain}", 23.0),
    ]
    # The other town is as far from this one, and nearer to the capital: 14 / 14.
    among = rows(ratio, "among the clusters")
    assert [(row["value"], row["rank"]) for row in among] == [(pytest.approx(14 / 23), 2), (1, 1)]
    assert number["rank_among_clusters"] == "2 of 2, 1 is the most isolated"


def test_minutes_to_a_place_rest_on_that_trip_alone(toy: Study) -> None:
    (far,) = explain_index("to_central_station", "mid", toy, modes=["car"])
    assert far.title == "to_central_station of mid, car: 14 min"
    (trip,) = rows(far, "travel times it rests on")
    assert str(trip["figure"]).startswith("times/mid/central_station/car")
    assert "masses" not in " ".join(far.record()["sections"])


def test_a_weighted_measure_lists_its_masses_and_says_which_forms_there_are(toy: Study) -> None:
    (mean,) = explain_index("location_indicator", "west", toy, modes=["car"], weights="workers")
    assert rows(mean, "masses: workers")[0]["mass"] == 300
    assert str(mean.figure).startswith("isolation/west/car/location_indicator/workers@")
    (plain,) = explain_index("location_indicator", "west", toy, modes=["car"])
    assert str(plain.figure).startswith("isolation/west/car/location_indicator@")
    with pytest.raises(UsageError, match="not weighted by population - the study has: plain, w"):
        explain_index("location_indicator", "west", toy, modes=["car"], weights="population")


def test_a_measure_of_all_clusters_rests_on_the_trips_between_them(toy: Study) -> None:
    (whole,) = explain_index("global_efficiency", "region", toy, modes=["car"])
    # Both trips take 14 minutes.
    assert told(whole, "number")["value"] == pytest.approx(1 / 14)
    trips = [str(row["figure"]).split("@")[0] for row in rows(whole, "travel times it rests on")]
    assert trips == ["times/west/mid/car", "times/mid/west/car"]


def test_a_blank_measure_gives_its_reason_in_words(shipped: State) -> None:
    # The tables have no institutions of Sejong, and nothing is put in their stead.
    none = explain_measure(shipped, "osong", "car", "potential", "institutions")
    assert none.title == "potential by institutions of osong, car: no value"
    assert told(none, "number")["reason_means"] == MEANT["not_applicable"]
    masses = {row["place_id"]: row["mass"] for row in rows(none, "masses: institutions")}
    assert masses["sejong"] is None


def test_people_within_reach_rest_on_areas(shipped: State) -> None:
    people = explain_measure(shipped, "osong", "car", "people_within_60_min", None)
    assert str(people.figure).startswith("isolation/osong/car/people_within_60_min/population@")
    (row,) = rows(people, "rests on")
    assert "population grid" in str(row["note"])
    assert "places.population" in {each["key"] for each in rows(people, "inputs")}


def test_every_reason_has_a_meaning() -> None:
    assert set(MEANT) == set(REASONS)


@pytest.mark.parametrize(
    ("index", "place", "message"),
    [
        ("capital_ration", "west", "no such measure .*did you mean capital_ratio"),
        ("capital_ratio", "nowhere", r"no such cluster \(nowhere\)"),
        ("circuity", "region", "the study has none of region by car - it has: nothing"),
    ],
)
def test_an_unknown_measure_or_cluster_is_refused(
    toy: Study, index: str, place: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        explain_index(index, place, toy)


# A claim.


def test_a_verdict_is_told_by_words_sides_rule_and_flip_point(toy: Study) -> None:
    drive, ride = explain_claims("sooner", "west", toy)
    assert drive.title == "sooner from west, car: fails"
    said = told(drive, "what was said")
    assert said["quotation"] == "The capital is nearer."
    assert said["wording"] == "word for word"
    sides = rows(drive, "both sides")
    assert [side["min"] for side in sides] == [23.0, 14.0]
    # The trip to the capital would have to be 9 minutes shorter.
    flip = {row["name"]: row["value"] for row in rows(drive, "flip point")}
    assert flip["flip_min"] == -9.0
    assert "90%" in str(told(drive, "verdict rule")["rule"])
    chain = chain_of(toy).short
    assert [(row["figure"], row["median_min"]) for row in rows(ride, "rests on")] == [
        (f"times/west/central_station/transit@{chain}", 35.0),
        (f"times/west/mid/transit@{chain}", 15.0),
    ]


def test_a_claim_as_a_whole_lists_its_origins(toy: Study) -> None:
    drive, _ = explain_claims("sooner", None, toy)
    assert told(drive, "number")["verdict"] == "fails"
    assert told(drive, "number")["fail"] == 1
    (origin,) = rows(drive, "by origin")
    assert str(origin["figure"]).startswith("claims/sooner/car/west@")


def test_a_claim_on_a_measure_rests_on_it(toy: Study) -> None:
    (verdict,) = explain_claims("measured", "west", toy)
    (row,) = rows(verdict, "rests on")
    assert str(row["figure"]).startswith("isolation/west/car/capital_ratio@")
    assert rows(verdict, "both sides")[0]["value"] == pytest.approx(14 / 23)


@pytest.mark.parametrize(
    ("claim", "origin", "modes", "message"),
    [
        ("sooner_", "west", ["car"], "no such claim .*did you mean sooner"),
        ("sooner", "mid", ["car"], r"no such origin \(mid\) - sooner is tested from west"),
        ("measured", "west", ["transit"], "measured: is not tested by transit - use car"),
        ("measured", None, ["transit"], "measured: is not tested by transit - use car"),
    ],
)
def test_an_unknown_claim_or_origin_is_refused(
    toy: Study, claim: str, origin: str | None, modes: list[str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        explain_claims(claim, origin, toy, modes=modes)


# Ids and the chain.


@given(
    st.lists(st.text(min_size=1), min_size=2, max_size=2),
    st.sampled_from(["", "1a2b3c4d"]),
    st.sampled_from(["", "07:05"]),
)
def test_an_id_is_read_as_it_was_written(ids: list[str], chain: str, departure: str) -> None:
    figure = FigureId("times", (*ids, "transit"), chain, departure)
    assert parse_figure(str(figure)) == figure


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense/a/b", "begin it with one of times"),
        ("times//b/car", "begin it with one of times"),
        ("times/a/b", "not a key of times - write times/from_id/to_id/mode"),
        ("times/a/b/car/c", "not a key of times"),
        ("isolation/a/car", "not a key of isolation"),
        ("times/a/b/car@xyz", r"not a chain hash \(xyz\)"),
        ("times/a/b/car@", "not a chain hash"),
    ],
)
def test_what_is_no_id_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_figure(text)


def test_an_id_of_another_mode_is_refused(toy: Study) -> None:
    with pytest.raises(UsageError, match="no such mode"):
        explain_figure("times/west/mid/boat", toy)


def figures(folder: Path) -> Iterator[FigureId]:
    chain = json.loads((folder / "out" / "study.json").read_text(encoding="utf-8"))["chain"]
    for name, schema in FIGURE_TABLES.items():
        table = read_csv(folder / "out" / "tables" / f"{name}.csv")
        for _, row in table.iterrows():
            yield FigureId(name, tuple(row[list(schema.key)]), chain["sha256"][:8])


def test_every_figure_of_a_study_is_found_again_by_its_id(toy_folder: Path, toy: Study) -> None:
    record = toy_folder / "out" / "study.json"
    every = list(figures(toy_folder))
    # All the tables, and of the measures every thirteenth.
    some = [f for f in every if f.table != "isolation"]
    some += [f for f in every if f.table == "isolation"][::13]
    assert len(some) > 20
    for figure in some:
        found = explain_figure(parse_figure(str(figure)), toy)
        assert str(found.figure) == str(figure)
        assert check_figure(figure, found, toy, record) == (), str(figure)


def test_the_chain_in_the_record_is_of_what_it_lists(toy_folder: Path, toy: Study) -> None:
    chain = json.loads((toy_folder / "out" / "study.json").read_text(encoding="utf-8"))["chain"]
    assert Chain(**chain["of"]).sha256 == chain["sha256"]
    assert chain == chain_of(toy).record()
    assert not {"file", "python", "numpy"} & {*chain["of"]["inputs"], *chain["of"]}
    assert differences(chain["of"], chain_of(toy)) == []


def test_what_changes_no_number_changes_no_chain(toy: Study) -> None:
    other = replace(
        toy,
        title_en="Another",
        basemap=replace(toy.basemap, rail=toy.file),
        outputs=replace(toy.outputs, lang="ko"),
    )
    assert chain_of(other).sha256 == chain_of(toy).sha256


def test_a_changed_setting_input_or_version_is_named(
    toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path)
    text = file.read_text(encoding="utf-8").replace("07:00-07:10", "07:00-07:05")
    file.write_text(text, encoding="utf-8")
    links = tmp_path / "roads" / "links.csv"
    links.write_text(LINKS.replace("9000,60,assumed", "9000,30,assumed"), encoding="utf-8")
    monkeypatch.setattr(_provenance, "version", lambda: "9.9.9")
    study = load_study(file)
    figure = next(f for f in figures(toy_folder) if f.key == ("west", "central_station", "car"))
    now = explain_figure(figure, study)
    assert now.cells["minutes"] == 32.0
    faults = check_figure(figure, now, study, toy_folder / "out" / "study.json")
    assert [fault.field for fault in faults] == [
        "clustergeo",
        "inputs.networks.road",
        "settings.window",
    ]
    assert "(07:00-07:10, now 07:00-07:05)" in str(faults[2])
    assert re.search(r"changed since \([0-9a-f]{8}, now [0-9a-f]{8}\)", str(faults[1]))
    (alone,) = check_figure(figure, now, study)
    assert "pass the study.json written with it" in str(alone)


def test_a_record_of_another_chain_cannot_tell(toy_folder: Path, toy: Study) -> None:
    record = toy_folder / "out" / "study.json"
    old = FigureId("times", ("west", "mid", "car"), "00000000")
    (fault,) = check_figure(old, explain_figure(old, toy), toy, record)
    assert "is the record of another chain" in str(fault)


def test_a_number_that_differs_at_the_same_chain_is_told(
    toy_folder: Path, toy: Study, tmp_path: Path
) -> None:
    record = tmp_path / "study.json"
    record.write_bytes((toy_folder / "out" / "study.json").read_bytes())
    figure = next(f for f in figures(toy_folder) if f.key == ("west", "mid", "car"))
    found = explain_figure(figure, toy)
    # Without tables there is nothing to compare with.
    assert check_figure(figure, found, toy, record) == ()
    table = tmp_path / "tables" / "times.csv"
    table.parent.mkdir()
    text = (toy_folder / "out" / "tables" / "times.csv").read_text(encoding="utf-8")
    table.write_text(text.replace("west,mid,car,14.00", "west,mid,car,99.00"), encoding="utf-8")
    (fault,) = check_figure(figure, found, toy, record)
    assert "minutes: 99.00 there, now 14.00" in str(fault)
    lines = [line for line in text.splitlines() if not line.startswith("west,mid,car")]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (fault,) = check_figure(figure, found, toy, record)
    assert "has no such row" in str(fault)
    table.write_text("place\nx\n", encoding="utf-8")
    (fault,) = check_figure(figure, found, toy, record)
    assert "has no column from_id" in str(fault)


@pytest.mark.parametrize(
    ("text", "message"), [("{", "not JSON"), ("{}", "has no chain"), ('{"chain": 1}', "no chain")]
)
def test_a_broken_record_is_refused(toy: Study, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "study.json"
    path.write_text(text, encoding="utf-8")
    figure = FigureId("times", ("west", "mid", "car"), "00000000")
    with pytest.raises(InputError, match=message):
        check_figure(figure, explain_figure(figure, toy), toy, path)


# The page of the question.


def test_the_page_of_the_question_needs_a_statement(tmp_path: Path) -> None:
    file = written(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.split("statement = ")[0], encoding="utf-8")
    with pytest.raises(StudyError, match=r"outputs\.statement: missing for the page question"):
        load_study(file)
    file.write_text(text.replace('claim_id = "sooner"', 'claim_id = "x"'), encoding="utf-8")
    with pytest.raises(StudyError, match=r"outputs\.statement: no such claim \(x\)"):
        run(file)


def test_the_ids_on_the_page_are_those_of_the_study(toy_folder: Path, toy: Study) -> None:
    page = (toy_folder / "out" / "question.html").read_text(encoding="utf-8")
    ids = re.findall(r"<span>((?:claims|times)/[^<]+)</span>", page)
    assert len(ids) == 6
    for figure in map(parse_figure, ids):
        assert figure.chain == chain_of(toy).short
        assert explain_figure(figure, toy).figure == figure


# The shipped study.


@pytest.mark.parametrize("mode", ["car", "transit"])
@pytest.mark.parametrize("index", ["capital_ratio", "potential", "composite", "peripherality"])
def test_a_measure_rests_on_all_the_trips_that_make_it(
    shipped: State, index: str, mode: str
) -> None:
    found = explain_measure(shipped, "osong", mode, index, None)
    trips = {str(row["figure"]).split("@")[0] for row in rows(found, "travel times it rests on")}
    from_here = {f"times/osong/{other}/{mode}" for other in ("daedeok", "ochang", "sejong")}
    assert from_here <= trips
    capital = {f"times/osong/{point}/{mode}" for point in shipped.study.places.capital}
    assert (capital <= trips) == (index in {"capital_ratio", "composite"})
    assert (f"times/ochang/sejong/{mode}" in trips) == (index in {"composite", "peripherality"})


def test_a_least_detour_by_a_hub_rests_on_the_trips_by_it(shipped: State) -> None:
    found = explain_measure(shipped, "osong", "transit", "least_hub_detour", None)
    trips = {str(row["figure"]).split("@")[0] for row in rows(found, "travel times it rests on")}
    assert "times/osong_station/daedeok/transit" in trips
    assert "times/osong/osong_station/transit" in trips


def test_a_share_of_departures_rests_on_the_samples(shipped: State) -> None:
    found = explain_measure(shipped, "osong", "transit", "share_capital_faster", None)
    trips = {str(row["figure"]).split("@")[0] for row in rows(found, "travel times it rests on")}
    assert {"times/osong/sejong/transit", "times/osong/suseo/transit"} <= trips


def test_a_shipped_trip_names_the_source_of_every_line_it_rides(shipped: State) -> None:
    (ride,) = explain_times("daedeok", "osong", shipped.study, modes=["transit"])
    row = shipped.times.set_index(["from_id", "to_id", "mode"]).loc["daedeok", "osong", "transit"]
    assert ride.cells["minutes"] == row["minutes"]
    assert ride.cells["legs"] == row["legs"]
    lines = rows(ride, "lines ridden and their sources")
    assert len(lines) == sum(
        leg["kind"] == "ride" for leg in rows(ride, "legs of the median trip")
    )
    assert all(line["run_time_source"] and line["source_date"] for line in lines)
    assert all(row["origin"] and row["licence"] for row in rows(ride, "inputs"))
