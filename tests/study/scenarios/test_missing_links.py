"""The missing-link finder: what it screens by hand, what exists, and the full run beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import shipped_once

from clustergeo._files import read_csv
from clustergeo.errors import SchemaError, UsageError
from clustergeo.networks.edits import Base, load_scenario, resolve_all
from clustergeo.schemas import check_table
from clustergeo.schemas.missing_links import LINK_PORTFOLIO, MISSING_LINKS, REFUSED_LINKS
from clustergeo.study import load_study, study_base
from clustergeo.study.scenarios._link_candidates import NearestStops, all_pairs, made
from clustergeo.study.scenarios._link_files import link_scenario
from clustergeo.study.scenarios._link_kernel import ride_by
from clustergeo.study.scenarios._link_kinds import LINKS, Link, unit_costs
from clustergeo.study.scenarios._link_refusals import DirectRides
from clustergeo.study.scenarios._link_savings import Savings
from clustergeo.study.scenarios._link_table import best, fold
from clustergeo.study.scenarios.missing_links import (
    Corridor,
    LinkRules,
    MissingLinks,
    find_missing_links,
    load_corridors,
)
from clustergeo.times.transit.raptor import NEVER

RING = Corridor(
    places=("sejong", "osong", "ochang"), link="bus", headway_min=12.0, section_min=(30.0, 25.0)
)
SERVED = Corridor(places=("sejong", "osong_station"), link="bus")


@pytest.fixture(autouse=True, scope="module")
def _shipped_once() -> Iterator[None]:
    with shipped_once():
        yield


@pytest.fixture(scope="module")
def base() -> Base:
    return study_base()


@pytest.fixture(scope="module")
def found(base: Base) -> MissingLinks:
    """Return a few links of every kind, run in full."""
    corridors = [
        RING,
        Corridor(places=("osong", "ochang"), link="rail"),
        Corridor(places=("daedeok", "osong"), link="road"),
        Corridor(places=("daedeok", "sejong", "osong"), link="road"),
        Corridor(places=("daedeok", "ochang"), link="road"),
        Corridor(places=("osong", "nami_jc"), link="bus"),
        Corridor(places=("osong", "osong_station"), link="tram"),
        Corridor(places=("osong_station", "brt_osong"), link="bus"),
        Corridor(places=("ochang", "osong"), link="rail"),
        SERVED,
    ]
    return find_missing_links(None, LinkRules(verify=2), corridors, base=base)


def row(table: pd.DataFrame, link_id: str) -> dict[str, Any]:
    (only,) = table[table["link_id"] == link_id].to_dict("records")
    return {str(key): value for key, value in only.items()}


def test_tables_keep_their_contracts_and_are_written_as_they_are(
    found: MissingLinks, tmp_path: Path
) -> None:
    found.write(tmp_path)
    for name, schema in (
        ("missing_links", MISSING_LINKS),
        ("refused", REFUSED_LINKS),
        ("portfolio", LINK_PORTFOLIO),
    ):
        read = check_table(read_csv(tmp_path / f"{name}.csv"), schema, file=name)
        assert read.columns.tolist() == list(schema.names)
        assert len(read) > 0
    first = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")}
    found.write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")} == first


def test_screened_and_full_runs_agree(found: MissingLinks) -> None:
    run = found.table[found.table["verified"] == "true"]
    assert set(run["mode"]) == {"car", "transit"}
    roads = run[run["mode"] == "car"]
    # Both figures are of minutes rounded to a hundredth.
    assert roads["disagreement_min"].abs().max() < 0.02
    rides = run[run["mode"] == "transit"]
    assert rides["disagreement_min"].abs().max() < 0.5
    assert (rides["saved_min"] > 1).all()
    worst = run["disagreement_min"].abs().max()
    assert f"differ by at most {worst:.2f} min" in " ".join(found.notes)
    assert "no benefit-cost ratio is claimed" in found.notes[0]


def test_each_file_states_the_very_scenario_that_was_run(
    found: MissingLinks, base: Base, tmp_path: Path
) -> None:
    found.write(tmp_path)
    places = base.places.set_index("place_id").loc[list(RING.places)]
    names = {place: (en, ko) for place, en, ko in places[["name_en", "name_ko"]].itertuples()}
    stops = NearestStops(base.timetable, load_study().departures.date, places.reset_index())
    link = made(RING, LINKS["bus"], stops, LinkRules())
    assert isinstance(link, Link)
    path = tmp_path / "scenarios" / "bus-sejong-osong-ochang.toml"
    asked = link_scenario(link, names, 1.3, np.nan)
    assert load_scenario(path).content_id == asked.content_id
    assert resolve_all(asked, base) == []
    for other in (tmp_path / "scenarios").glob("*.toml"):
        cost = load_scenario(other).cost_krw_bn
        told = row(found.table, other.stem)["cost_krw_bn"]
        assert (cost is None and np.isnan(told)) or cost == pytest.approx(told)


def test_costs_are_lengths_times_sourced_unit_costs(found: MissingLinks) -> None:
    prices = unit_costs()
    assert (prices["source"] != "").sum() == prices["krw_bn_per_km"].notna().sum() == 3
    road = row(found.table, "road-daedeok-osong")
    assert road["cost_krw_bn"] == round(road["length_km"] * prices["krw_bn_per_km"]["road"], 1)
    assert road["per_bn"] == pytest.approx(road["saved_min"] / road["cost_krw_bn"])
    bus = row(found.table, "bus-sejong-osong-ochang")
    assert np.isnan(bus["cost_krw_bn"])
    assert bus["cost_reason"].startswith("no unit cost in sources")


def test_unit_costs_are_published_costs_by_published_lengths() -> None:
    file = Path(__file__).parents[4] / "shared" / "reference" / "planned_links.csv"
    if not file.exists():
        pytest.skip("no reference at hand")
    links = read_csv(file).set_index("link_id")
    figures = links[["cost_krw_bn", "length_km"]].map(lambda text: text.split(" ")[0])
    by_hand = {
        "road": 801.3 * (1 / 19.2 + 1 / 20) / 2,
        "rail": float(figures["cost_krw_bn"]["ctx_daejeon_sejong"]) / 64.4,
        "tram": float(figures["cost_krw_bn"]["daejeon_tram_2"]) / 38.8,
    }
    assert figures["cost_krw_bn"]["sejong_cheongju_exp"] == "801.3"
    assert figures["length_km"]["ctx_daejeon_sejong"] == "64.4"
    assert figures["length_km"]["daejeon_tram_2"] == "38.8"
    prices = unit_costs()["krw_bn_per_km"].dropna().to_dict()
    assert prices == {name: round(figure, 1) for name, figure in by_hand.items()}


def test_what_can_not_or_need_not_be_is_refused_with_its_reason(found: MissingLinks) -> None:
    reasons = found.refused.set_index("link_id")["reason"]
    assert reasons["bus-osong-nami_jc"].startswith("no stop near nami_jc: the nearest lies ")
    assert reasons["tram-osong-osong_station"] == "too short (2.6 km)"
    assert reasons["rail-ochang-osong"] == "joins the same stops as rail-osong-ochang"
    road = row(found.refused, "road-daedeok-ochang")
    assert road["reason"] == "the roads there are take as long, within the tolerance"
    assert "경부고속도로" in road["exists"]
    assert road["exists"].endswith(" min on the road")


def test_planned_links_name_their_scenarios(found: MissingLinks) -> None:
    planned = row(found.table, "rail-osong-ochang")["planned"]
    assert planned == "brt_osong_ochang_airport"
    assert not row(found.table, "road-daedeok-osong")["planned"]


def test_a_line_that_is_taken_away_is_missing_and_one_put_back_is_not(
    found: MissingLinks, base: Base
) -> None:
    served = row(found.refused, "bus-sejong-osong_station")
    assert served["reason"] == "a direct service as fast and as often calls near both ends"
    assert served["exists"] == "B2, B1, B3: 19 min, every 3 min together"
    timetable = base.timetable
    route = timetable.routes["route_id"][timetable.trips["route"]]
    gone = route.isin(["B1", "B2", "B3", "B4"]).to_numpy()
    trips = timetable.trips.assign(service_id=timetable.trips["service_id"].mask(gone, "NEVER"))
    without = replace(base, timetable=replace(timetable, trips=trips))
    rules = LinkRules(verify=0)
    again = find_missing_links(None, rules, [SERVED], base=without)
    assert again.table["link_id"].tolist() == ["bus-sejong-osong_station"]
    assert again.refused.empty
    assert row(again.table, "bus-sejong-osong_station")["saved_min"] > 1
    back = find_missing_links(None, rules, [SERVED], base=base)
    assert back.table.empty
    assert back.portfolio.empty
    assert back.files == {}


def test_a_rarer_or_slower_line_does_not_serve(base: Base) -> None:
    places = base.places[base.places["place_id"].isin(SERVED.places)]
    departures = load_study().departures
    stops = NearestStops(base.timetable, departures.date, places)
    link = made(SERVED, LINKS["bus"], stops, LinkRules())
    assert isinstance(link, Link)
    rides = DirectRides.of(base.timetable, link.stops, departures, 900.0)
    assert rides.serving(link, 0.1)
    assert not rides.serving(replace(link, headway_min=2.0), 0.1)
    assert not rides.serving(replace(link, speed_kph=90.0), 0.1)


def test_the_portfolio_is_within_its_budget_and_its_bound(found: MissingLinks) -> None:
    for _, part in found.portfolio.groupby(["mode", "method"]):
        last = part.iloc[-1]
        assert last["cost_krw_bn"] <= last["budget_krw_bn"]
        assert last["saved_min"] <= last["bound_min"] + 1e-9
        assert part["saved_min"].is_monotonic_increasing
        assert last["verified_saved_min"] > 0
    assert set(found.portfolio["method"]) == {"greedy", "exhaustive"}
    for _, part in found.portfolio.groupby("mode"):
        saved = part.groupby("method")["saved_min"].max()
        assert saved["exhaustive"] >= saved["greedy"] - 1e-9


def test_links_can_be_ranked_by_people_and_by_jobs(base: Base) -> None:
    pairs = [Corridor(places=("daedeok", "sejong")), Corridor(places=("osong", "ochang"))]
    rules = LinkRules(links=("road",), by="saved_worker_min", verify=0)
    table = find_missing_links(None, rules, pairs, base=base).table
    assert table["saved_worker_min"].is_monotonic_decreasing
    assert table["rank"].tolist() == [1, 2]
    assert set(table["alike"]) == {""}


def test_all_pairs_are_of_clusters_and_anchors_and_of_sites_on_request(base: Base) -> None:
    few = len(list(all_pairs(base.places, LinkRules())))
    kinds = base.places["kind"].value_counts()
    count = int(kinds["cluster"] + kinds["anchor"])
    assert few == count * (count - 1) // 2
    more = {
        place for pair in all_pairs(base.places, LinkRules(sites=True)) for place in pair.places
    }
    assert len(more) == count + int(kinds["site"])


def test_pairs_of_places_and_those_without_a_stop(base: Base) -> None:
    few = base.places["place_id"].isin(["osong_station", "nami_jc"])
    few |= base.places["kind"].isin(["cluster", "capital"])
    small = replace(base, places=base.places[few].reset_index(drop=True))
    found = find_missing_links(None, LinkRules(links=("road", "bus"), verify=0), base=small)
    tried = pd.concat([found.table, found.refused])
    assert (tried["link"] == "road").sum() == 15
    assert (tried["link"] == "bus").sum() == 10  # those of nami_jc are told in a note
    assert "no service is tried from or to nami_jc: no stop within 2,000 m" in found.notes
    assert (found.refused["reason"] == "no road near one of its places").sum() == 5
    again = find_missing_links(None, LinkRules(links=("road",), verify=0), base=small)
    roads = found.table[found.table["link"] == "road"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.table, roads)


def test_a_link_that_cannot_be_built_is_told_not_dropped(base: Base) -> None:
    flying = Corridor(places=("osong", "ochang"), link="tram", speed_kph=600.0)
    found = find_missing_links(None, LinkRules(verify=1), [flying], base=base)
    assert found.table["verified"].tolist() == ["false"]
    assert "tram-osong-ochang was not run in full: section 1 (" in found.notes[1]
    assert sum("portfolio by transit was not run in full" in note for note in found.notes) == 2
    squeezed = Corridor(places=("osong", "ochang"), link="bus", section_min=(0.001,))
    (why,) = find_missing_links(None, LinkRules(), [squeezed], base=base).refused["reason"]
    assert why == "takes no time between two of its places"


def test_wrong_questions_are_refused(base: Base, tmp_path: Path) -> None:
    for told, what in (
        ({"links": ("plane",)}, r"links: no such kind \(plane\)"),
        ({"by": "speed"}, r"by: no such measure \(speed\)"),
        ({"speed_kph": -3.0}, r"speed_kph: not above 0 \(-3\)"),
        ({"circuity": 0.5}, r"circuity: not a number of 1 or more \(0\.5\)"),
        ({"start": "23:30", "end": "05:30"}, "no operating hours"),
    ):
        with pytest.raises(UsageError, match=what):
            LinkRules(**told)
    with pytest.raises(UsageError, match=r"no such place \(osung\) - did you mean osong"):
        find_missing_links(None, None, [Corridor(places=("osung", "ochang"))], base=base)
    with pytest.raises(UsageError, match=r"leads nowhere \(osong, osong\)"):
        find_missing_links(None, None, [Corridor(places=("osong", "osong"))], base=base)
    path = tmp_path / "corridors.csv"
    path.write_text("corridor_id,place_id\na,osong\na,ochamg\n")
    with pytest.raises(SchemaError, match=r"corridors\.csv: no such place \(ochamg\)"):
        find_missing_links(None, None, load_corridors(path), base=base)


def test_corridors_are_read_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "corridors.csv"
    head = "corridor_id,place_id,link,speed_kph,headway_min,section_min\n"
    path.write_text(
        f"{head}r,sejong,bus,,12,\nr,osong,,,,30\nr,ochang,,,,25\nx,osong,,,,\nx,ochang,,,,\n"
    )
    ring, plain = load_corridors(path)
    assert replace(ring, file="") == RING
    assert replace(plain, file="") == Corridor(places=("osong", "ochang"))
    path.write_text(f"{head}r,sejong,bus,,12,\nr,osong,,,,30\nr,ochang,,,,\n")
    with pytest.raises(SchemaError, match=r"minutes of some sections only \(r\)"):
        load_corridors(path)


def test_savings_by_hand() -> None:
    savings = Savings(
        ("a", "b"), ("a", "b", "s"), np.array([100.0, 10.0]), np.array([5.0, np.nan])
    )
    before = np.array([[0.0, 30, 90], [40, 0, np.inf]])
    after = np.array([[0.0, 20, 80], [40, 0, 70]])
    told = savings.told(before, after)
    assert told["saved_min"] == 5.0
    assert told["saved_capital_min"] == 10.0  # the pair that had no trip counts in no mean
    assert told["saved_person_min"] == 1000.0
    assert np.isnan(told["saved_worker_min"])
    assert (told["new_pairs"], told["saved_reason"]) == (0, "")
    before[:2, :2] = np.inf
    told = savings.told(before, after)
    assert told["new_pairs"] == 2
    assert told["saved_reason"] == "no pair of clusters has a time before and after"
    assert np.isnan(told["saved_min"])


def test_links_like_a_better_one_share_its_rank() -> None:
    places = gpd.GeoDataFrame(
        {"place_id": ["a", "a2", "b", "b2", "c"]},
        geometry=gpd.points_from_xy([127.0, 127.01, 127.5, 127.51, 127.9], [36.0] * 5),
        crs="EPSG:4326",
    )
    pairs = [("a", "b"), ("b2", "a2"), ("a", "c")]
    links = {
        link.link_id: link
        for link in (
            Link(kind=LINKS["road"], places=pair, section_km=(1.0,), speed_kph=60, headway_min=1)
            for pair in pairs
        )
    }
    table = pd.DataFrame(
        {"link_id": list(links), "mode": "car", "saved_min": [3.0, 2.0, 1.0], "new_pairs": 0}
    )
    folded = fold(table, links, places, LinkRules(alike_km=3.0))
    assert folded["alike"].tolist() == ["", "road-a-b", ""]
    assert folded["rank"].tolist() == [1, 1, 2]
    assert best(folded, "saved_min", 5) == ["road-a-b", "road-a-c"]


def test_minutes_of_a_link_follow_from_speed_or_sections() -> None:
    link = Link(
        kind=LINKS["bus"],
        places=("a", "b", "c"),
        section_km=(10.0, 20.0),
        speed_kph=60.0,
        headway_min=10.0,
        dwell_min=0.5,
    )
    assert link.run_s().tolist() == [600, 1200]
    assert link.ride_min == 30.5
    assert link.length_km == 30.0
    assert replace(link, section_min=(7.0, 8.0)).run_s().tolist() == [420, 480]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_rides_by_a_service_as_a_plain_loop_finds_them(seed: int, fixed: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(seed)
    leave = np.arange(3, dtype=np.int64) * 60 + 1000
    later = np.arange(20, dtype=np.int64) * 60 + 1000
    to_s = rng.integers(0, 900, (2, 2, 3))
    alone_s = rng.integers(0, 2000, 2)
    from_s = rng.integers(0, 900, (3, 2, 20))
    egress_s = rng.integers(0, 3000, 3)
    first = rng.integers(900, 1500, 2)
    headway, last, ride, limit = 300, 2200, int(rng.integers(60, 900)), 2400
    wait = 150 if fixed else -1
    best_s = np.full((2, 3, 2, 3), NEVER, np.int64)
    ride_by(
        best_s, leave, (to_s, alone_s), (from_s, later, egress_s), first,
        (headway, last, ride, wait), limit,
    )  # fmt: skip
    for i, j, k, m in np.ndindex(best_s.shape):
        at = leave[m] + min(to_s[i, k, m], alone_s[i])
        if fixed:
            board = max(int(at) + wait, int(first[k]))
        else:
            board = int(first[k])
            while board < at:
                board += headway
        off = board + ride
        ways = [int(off + egress_s[j])]
        onward = [int(t + from_s[j, k, n]) for n, t in enumerate(later.tolist()) if t >= off]
        ways += onward[:1]
        took = min(ways) - leave[m]
        can = at - leave[m] <= limit and board <= last and took <= limit
        assert best_s[i, j, k, m] == (took if can else NEVER)
