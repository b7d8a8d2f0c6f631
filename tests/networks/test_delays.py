"""Delays at junctions: worlds that can be counted by hand, and the data they were derived from."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections import defaultdict
from dataclasses import fields
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from roads import parts_of

from clustergeo.errors import RoadError, UsageError
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.networks.delays import delayed_network, load_delays
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.settings import data_path
from clustergeo.times import RoadRules

DAEJEON = Path(__file__).parents[3] / "shared/data/daejeon_sim/doan_2022"
HEADER = "event,highway,crossed,area,seconds,signals_per_km,source,evidence\n"

# A cross: 1 in the middle, 2 north, 3 east, 4 south, 5 west; a bend goes on from the east.
PLACES = {
    1: (127.0, 36.0),
    2: (127.0, 36.01),
    3: (127.01, 36.0),
    4: (127.0, 35.99),
    5: (126.99, 36.0),
    6: (127.01, 36.01),
}
MAIN, MINOR = {"highway": "primary"}, {"highway": "tertiary"}
ROADS: list[Any] = [
    *((1, node, {"seconds": 60.0, **kind}) for node, kind in ((3, MAIN), (5, MAIN))),
    *((1, node, {"seconds": 60.0, **kind}) for node, kind in ((2, MINOR), (4, MINOR))),
    (3, 6, {"seconds": 60.0, **MINOR}),
]
RULES = (
    "signal,any,any,any,30,,x,estimated\n"
    "junction,any,any,any,4,,x,estimated\n"
    "junction,primary,any,any,0,,x,estimated\n"
    "junction,tertiary,primary,any,9,,x,estimated\n"
    "left_turn,any,any,any,20,,x,estimated\n"
    "left_turn,primary,tertiary,urban,25,,x,estimated\n"
    "right_turn,any,any,any,5,,x,estimated\n"
    "u_turn,any,any,any,40,,x,estimated\n"
)


def cross(**more: Any) -> RoadNetwork:
    return RoadNetwork.from_parts(parts_of(PLACES, ROADS, **more))


def table(folder: Path, rows: str = RULES) -> pd.DataFrame:
    (folder / "delays.csv").write_text(HEADER + rows)
    return load_delays(folder / "delays.csv")


def by_ends(network: RoadNetwork) -> dict[tuple[int, int], int]:
    return {pair[:2]: row for row, pair in enumerate(network.edges)}  # type: ignore[misc]


def seconds(network: RoadNetwork) -> dict[tuple[int, int], float]:
    return {pair: float(network.time_ms[row]) / 1000 for pair, row in by_ends(network).items()}


def turn_seconds(network: RoadNetwork) -> dict[tuple[int, int, int], float]:
    """Return the seconds of each turn by the three nodes it passes."""
    turns = zip(network.turn_from, network.turn_to, network.turn_ms, strict=True)
    return {
        (
            int(network.node_id[network.tail[e]]),
            int(network.node_id[network.head[e]]),
            int(network.node_id[network.head[f]]),
        ): float(ms) / 1000
        for e, f, ms in turns
    }


def test_an_edge_pays_at_its_head_for_a_signal_or_a_junction(tmp_path: Path) -> None:
    none, middle = np.zeros(6, bool), np.array([True, *[False] * 5])
    plain = seconds(delayed_network(cross(signal=none), table(tmp_path)))
    # Who drives on the main road does not wait, who comes from the side does; elsewhere no
    # three roads meet.
    assert plain[5, 1] == plain[3, 1] == 60
    assert plain[2, 1] == plain[4, 1] == 69
    assert all(plain[1, node] == 60 for node in (2, 3, 4, 5))
    assert plain[3, 6] == plain[6, 3] == 60
    lit = delayed_network(cross(signal=middle), table(tmp_path))
    assert {pair: s for pair, s in seconds(lit).items() if pair[1] == 1} == {
        (node, 1): 90 for node in (2, 3, 4, 5)
    }
    assert seconds(lit)[1, 3] == 60
    given = delayed_network(cross(signal=none), table(tmp_path), signals=middle)
    assert given.time_ms.tolist() == lit.time_ms.tolist()
    assert lit.notes[-1] == "delays added: 1 nodes with signals; grades of the table: estimated"
    assert lit.assumed.all()


def test_where_signals_are_unknown_their_density_stands_for_them(tmp_path: Path) -> None:
    density = (
        "signal_density,primary,any,urban,,2,x,estimated\n"
        "signal_density,primary,any,rural,,0.5,x,estimated\n"
    )
    network = cross()
    town = np.array([pair[1] == 3 for pair in network.edges])
    found = seconds(delayed_network(network, table(tmp_path, RULES + density), urban=town))
    assert found[1, 3] == 60 + 2 * 30  # a kilometre each
    assert found[3, 1] == 60 + 0.5 * 30
    # The side road has no density, so that it pays at the junction.
    assert found[2, 1] == 69
    known = delayed_network(
        cross(signal=np.zeros(6, bool)), table(tmp_path, RULES + density), urban=town
    )
    assert seconds(known)[3, 1] == 60


def test_time_that_contains_the_waiting_pays_for_turns_alone(tmp_path: Path) -> None:
    network = cross()
    everything = np.ones(network.head.size, bool)
    paid = delayed_network(network, table(tmp_path), paid=everything)
    assert paid.time_ms.tolist() == network.time_ms.tolist()
    assert turn_seconds(paid) == turn_seconds(delayed_network(network, table(tmp_path)))


def test_turns_pay_by_their_angle_and_bends_do_not(tmp_path: Path) -> None:
    network = cross()
    found = turn_seconds(delayed_network(network, table(tmp_path)))
    lefts = {(5, 1, 2), (2, 1, 3), (3, 1, 4), (4, 1, 5)}
    rights = {(5, 1, 4), (4, 1, 3), (3, 1, 2), (2, 1, 5)}
    backs = {(int(u), int(v), int(u)) for u, v in by_ends(network)}
    assert found == dict.fromkeys(lefts, 20) | dict.fromkeys(rights, 5) | dict.fromkeys(backs, 40)
    in_town = delayed_network(network, table(tmp_path), urban=np.ones(network.head.size, bool))
    assert turn_seconds(in_town)[5, 1, 2] == 25
    assert turn_seconds(in_town)[2, 1, 3] == 20


def test_banned_turns_stay_banned_and_are_the_only_bans(tmp_path: Path) -> None:
    bans: dict[str, Any] = {
        "ban_from": np.array([1, 0], np.int32),
        "ban_to": np.array([2, 1], np.int32),
        "ban_from_forward": np.array([False, False]),
        "ban_to_forward": np.array([True, True]),
    }
    network = cross(**bans)
    delayed = delayed_network(network, table(tmp_path))
    assert int(delayed.banned.sum()) == network.turn_from.size == 2
    found = turn_seconds(delayed)
    assert found[5, 1, 2] == found[3, 1, 5] == BANNED_MS / 1000
    assert found[2, 1, 3] == 20
    pairs = list(zip(delayed.turn_from.tolist(), delayed.turn_to.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    none = delayed_network(network, table(tmp_path, "signal,any,any,any,30,,x,estimated\n"))
    assert none.banned.all()
    assert none.turn_from.tolist() == network.turn_from.tolist()


def test_the_nearest_row_counts(tmp_path: Path) -> None:
    rows = (
        "left_turn,any,any,any,1,,x,estimated\nleft_turn,any,any,urban,2,,x,estimated\n"
        "left_turn,any,tertiary,any,3,,x,estimated\nleft_turn,primary,any,any,4,,x,estimated\n"
        "left_turn,primary,tertiary,any,5,,x,estimated\n"
    )
    network, kinds = cross(), table(tmp_path, rows)
    rural = turn_seconds(delayed_network(network, kinds))
    town = turn_seconds(delayed_network(network, kinds, urban=np.ones(network.head.size, bool)))
    assert (rural[5, 1, 2], rural[2, 1, 3]) == (5, 1)
    assert (town[5, 1, 2], town[2, 1, 3]) == (5, 2)
    few = turn_seconds(delayed_network(network, kinds.iloc[:4]))
    assert (few[5, 1, 2], few[2, 1, 3]) == (4, 1)


def test_what_is_crossed_is_neither_the_road_itself_nor_its_continuation(tmp_path: Path) -> None:
    pieces: list[Any] = [
        (1, 3, {"highway": "secondary"}),
        (1, 5, {"highway": "secondary"}),
        (1, 2, {"highway": "odd"}),
    ]
    network = RoadNetwork.from_parts(
        parts_of(PLACES, pieces, forward_kph=np.full(3, 60.0), backward_kph=np.full(3, 60.0))
    )
    rows = (
        "junction,any,odd,any,1,,x,estimated\njunction,any,secondary,any,2,,x,estimated\n"
        "junction,secondary,secondary,any,4,,x,estimated\n"
    )
    found = seconds(delayed_network(network, table(tmp_path, rows)))
    assert (found[3, 1], found[5, 1], found[2, 1]) == (61, 61, 62)


def test_lines_without_length_make_no_turn(tmp_path: Path) -> None:
    pieces: list[Any] = [
        (1, 3, {"via": [PLACES[1]]}),
        (1, 5, {}),
        (1, 2, {}),
    ]
    network = RoadNetwork.from_parts(parts_of(PLACES, pieces))
    found = turn_seconds(delayed_network(network, table(tmp_path)))
    assert (2, 1, 3) not in found
    assert found[5, 1, 2] == 20


def test_arrays_of_the_wrong_size_and_networks_with_delays_are_refused(tmp_path: Path) -> None:
    rules, network = table(tmp_path), cross()
    with pytest.raises(UsageError, match=r"urban: has \(2,\) entries - give one of 10"):
        delayed_network(network, rules, urban=np.ones(2, bool))
    with pytest.raises(UsageError, match="signals: has"):
        delayed_network(network, rules, signals=np.ones(2, bool))
    with pytest.raises(UsageError, match="paid: has"):
        delayed_network(network, rules, paid=np.ones(2, bool))
    with pytest.raises(UsageError, match="turns of the network take time already"):
        delayed_network(delayed_network(network, rules), rules)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "has no rows"),
        ("signal,any,any,any,,2,x,estimated\n", r":2, seconds: signal needs seconds alone"),
        ("signal,any,any,any,9,2,x,estimated\n", "signal needs seconds alone"),
        ("signal_density,any,any,any,9,,x,estimated\n", "signals_per_km: signal_density needs"),
        ("roundabout,any,any,any,9,,x,estimated\n", "event: not allowed"),
        ("signal,any,any,any,-1,,x,estimated\n", "seconds: below 0"),
        ("signal,any,any,any,9,,x,known\n", "evidence: not allowed"),
    ],
)
def test_broken_tables_are_refused(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(RoadError, match=message):
        table(tmp_path, rows)


def test_a_table_may_leave_out_what_it_does_not_need(tmp_path: Path) -> None:
    file = tmp_path / "delays.csv"
    file.write_text("event,highway,area,seconds,source,evidence\nu_turn,any,any,7,x,estimated\n")
    found = turn_seconds(delayed_network(cross(), load_delays(file)))
    assert set(found.values()) == {7}


def test_the_network_that_is_asked_stays_as_it_is(tmp_path: Path) -> None:
    network = cross()
    before = {f.name: getattr(network, f.name) for f in fields(network)}
    kept = {name: a.tobytes() for name, a in before.items() if isinstance(a, np.ndarray)}
    one, two = (delayed_network(network, table(tmp_path)) for _ in range(2))
    assert {name: getattr(network, name).tobytes() for name in kept} == kept
    for name in kept:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
        assert not getattr(one, name).flags.writeable


def test_delays_are_kept_in_the_graph_and_on_disk(tmp_path: Path) -> None:
    network = cross(signal=np.array([True, *[False] * 5]))
    delayed = delayed_network(network, table(tmp_path))
    loaded = load_road_network(delayed.save(tmp_path / "net"))
    for name in ("turn_from", "turn_to", "turn_ms", "signal", "time_ms"):
        assert getattr(loaded, name).tolist() == getattr(delayed, name).tolist()
    graph = delayed.to_osmnx()
    assert graph.nodes[1]["highway"] == "traffic_signals"
    again = RoadNetwork.from_osmnx(graph)
    assert again.signal.tolist() == network.signal.tolist()
    plain: nx.MultiDiGraph[Any] = cross().to_osmnx()
    assert RoadNetwork.from_osmnx(plain).signal.size == 0


def test_signals_need_one_entry_a_node() -> None:
    with pytest.raises(RoadError, match=r"signal: has 2 entries instead of 6"):
        cross(signal=np.zeros(2, bool))


def test_shipped_delays_lengthen_every_trip_and_none_by_more_than_they_say() -> None:
    network = load_road_network()
    delayed = delayed_network(network)
    assert (delayed.time_ms >= network.time_ms).all()
    shipped = load_delays()
    turning = shipped["event"].isin(["left_turn", "right_turn", "u_turn"])
    assert delayed.turn_ms.max() == 1000 * shipped.loc[turning, "seconds"].max()


def test_shipped_access_values_are_the_defaults() -> None:
    access = pd.read_csv(data_path("roads", "access.csv"), index_col="setting")
    rules = RoadRules()
    assert {name: getattr(rules, name) for name in access.index} == access["value"].to_dict()
    assert set(access["evidence"]) == {"estimated"}
    assert (access["source"] != "").all()


# How the shipped seconds of signals and their density were derived.


def elements(file: str, name: str) -> list[ET.Element]:
    return list(ET.parse(DAEJEON / file).iter(name))  # noqa: S314 - a file of our own choice


def edges_of_daejeon() -> dict[str, dict[str, str]]:
    return {e.get("id", ""): dict(e.attrib) for e in elements("edge.xml", "edge")}


def bearing(edge: dict[str, str], *, last: bool) -> float:
    points = [tuple(map(float, word.split(","))) for word in edge["shape"].split()]
    (x, y), (to_x, to_y) = points[-2:] if last else points[:2]
    return math.degrees(math.atan2((to_x - x) * math.cos(math.radians(y)), to_y - y))


def mean_wait_s(phases: list[tuple[bool, float]]) -> float | None:
    """Return the mean wait of cars that arrive evenly; None where it is never green."""
    green = [g for g, _ in phases]
    if not any(green):
        return None
    turn = green.index(True)
    reds, red = [], 0.0
    for is_green, lasts in [*phases[turn:], *phases[:turn]]:
        if is_green:
            reds.append(red)
        red = 0.0 if is_green else red + lasts
    return sum(r * r for r in [*reds, red]) / 2 / sum(lasts for _, lasts in phases)


def test_the_wait_of_a_red_phase_is_half_of_it_by_its_share() -> None:
    assert mean_wait_s([(True, 30), (False, 30)]) == 7.5
    assert mean_wait_s([(False, 10), (True, 20), (False, 20), (True, 10)]) == 500 / 120
    assert mean_wait_s([(True, 10)]) == 0
    assert mean_wait_s([(False, 10)]) is None


@pytest.mark.skipif(not DAEJEON.is_dir(), reason="the street network of Daejeon is not here")
def test_seconds_of_signals_follow_from_the_programmes_of_daejeon() -> None:
    edges = edges_of_daejeon()
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for link in elements("connection.xml", "connection"):
        if link.get("from") in edges:
            pair = link.get("from", ""), link.get("to", "")
            links[edges[pair[0]]["to"]].append(pair)
    waits: dict[str, list[float]] = defaultdict(list)
    for signal in elements("tss.xml", "trafficSignal"):
        here = links[signal.get("nodeID", "")]
        for programme in signal.iter("schedule"):
            phases = [
                (p.get("state", ""), float(p.get("duration", 0))) for p in programme.iter("phase")
            ]
            if len(phases[0][0]) != len(here):
                continue  # a programme of another layout
            for row, (start, end) in enumerate(here):
                wait = mean_wait_s([(state[row] in "Gg", lasts) for state, lasts in phases])
                bend = bearing(edges[end], last=False) - bearing(edges[start], last=True)
                bend = (bend + 180) % 360 - 180
                back = abs(bend) > 150
                kind = "left" if bend < -45 else "right" if bend > 45 else "straight"
                if wait is not None and not back:
                    waits[kind].append(wait)
    mean = {kind: sum(found) / len(found) for kind, found in waits.items()}
    shipped = load_delays().set_index(["event", "highway", "crossed"])["seconds"]
    assert shipped["signal", "any", "any"] == pytest.approx(mean["straight"], abs=0.05)
    extra = mean["left"] - mean["straight"]
    assert shipped["left_turn", "any", "any"] == pytest.approx(extra, abs=0.05)
    assert mean["right"] < mean["straight"]


@pytest.mark.skipif(not DAEJEON.is_dir(), reason="the street network of Daejeon is not here")
def test_signals_per_km_follow_from_the_streets_of_daejeon() -> None:
    signals = {s.get("nodeID") for s in elements("tss.xml", "trafficSignal")}
    km: dict[float, float] = defaultdict(float)
    count: dict[float, int] = defaultdict(int)
    for edge in edges_of_daejeon().values():
        km[float(edge["speed"])] += float(edge["edge_len"]) / 1000
        count[float(edge["speed"])] += edge["to"] in signals
    shipped = load_delays().set_index(["event", "highway", "area"])["signals_per_km"]
    of = {"primary": (60.0,), "secondary": (50.0,), "tertiary": (30.0, 40.0)}
    for highway, limits in of.items():
        density = sum(count[kph] for kph in limits) / sum(km[kph] for kph in limits)
        assert shipped["signal_density", highway, "urban"] == pytest.approx(density, abs=0.05)
    assert count[100.0] == 0
