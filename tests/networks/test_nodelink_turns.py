"""Turn bans of the standard node-link set against their rules written out by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.networks._nodelink_tables import Table
from clustergeo.networks._nodelink_turns import U_TURN_REACH, bans_of

LAW = settings(derandomize=True, deadline=None, max_examples=60)
KINDS = ("001", "002", "003", "011", "012", "101", "102", "103", "")

Way = tuple[int, int]
Row = tuple[int, int, str]


def table(rows: list[Row]) -> Table:
    columns = {
        "ST_LINK": pa.array([str(100 + arriving) for arriving, _, _ in rows], pa.string()),
        "ED_LINK": pa.array([str(100 + leaving) for _, leaving, _ in rows], pa.string()),
        "TURN_TYPE": pa.array([kind for *_, kind in rows], pa.string()),
    }
    none = np.empty((0, 2)), np.empty(0, dtype=np.int64)
    return Table("TURNINFO.dbf", len(rows), columns, "utf-8", *none, None)


def near_nodes(ways: list[Way], listed: set[Way]) -> set[int]:
    near = {ways[arriving][1] for arriving, _ in listed}
    for _ in range(U_TURN_REACH):
        near |= {b for a, b in ways if a in near} | {a for a, b in ways if b in near}
    return near


def by_hand(ways: list[Way], rows: list[Row]) -> set[Way]:
    meeting = [
        (arriving, leaving, kind)
        for arriving, leaving, kind in rows
        if max(arriving, leaving) < len(ways) and ways[arriving][1] == ways[leaving][0]
    ]
    listed = {(i, j) for i, j, kind in meeting if kind in ("002", "003", "101", "102", "103")}
    permitted = {(i, j) for i, j, kind in meeting if kind == "011"}
    near = near_nodes(ways, listed)
    back = {
        (i, j)
        for i, (a, b) in enumerate(ways)
        for j, way in enumerate(ways)
        if way == (b, a) and a != b and b in near and sum(start == b for start, _ in ways) > 1
    }
    return listed | (back - permitted)


@LAW
@given(st.data())
def test_bans_are_those_of_the_rules(data: st.DataObject) -> None:
    node = st.integers(0, 6)
    ways = data.draw(st.lists(st.tuples(node, node), min_size=1, max_size=14))
    link = st.integers(0, len(ways))  # the last one is no link of the network
    rows = data.draw(st.lists(st.tuples(link, link, st.sampled_from(KINDS)), max_size=8))
    ids = 100 + np.arange(len(ways))
    start, end = (np.array([way[side] for way in ways]) for side in (0, 1))
    bans = bans_of(table(rows), ids, start, end)
    found = list(zip(bans.arriving.tolist(), bans.leaving.tolist(), strict=True))
    assert found == sorted(by_hand(ways, rows))


@LAW
@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    ways = [(0, 1), (1, 0), (1, 2), (2, 1), (1, 3), (3, 1)]
    rows = [(0, 2, "101"), (5, 1, "003"), (3, 4, "001"), (0, 1, "011"), (3, 2, "011"), (0, 4, "2")]
    start, end = (np.array([way[side] for way in ways]) for side in (0, 1))
    one = bans_of(table(rows), 100 + np.arange(6), start, end)
    other = bans_of(table([rows[i] for i in order]), 100 + np.arange(6), start, end)
    assert one.arriving.tobytes() == other.arriving.tobytes()
    assert one.leaving.tobytes() == other.leaving.tobytes()
    assert one.notes == other.notes
