"""The numbers in the README are the numbers in the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

CLUSTERS = {"Daedeok": "daedeok", "Osong": "osong", "Ochang": "ochang", "Sejong": "sejong"}


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def rows_after(text: str, marker: str) -> list[list[str]]:
    """Return the body cells of the Markdown table that follows a marker."""
    block = text.split(f"<!-- {marker}", 1)[1].split("-->", 1)[1].split("<!-- end", 1)[0]
    lines = [line for line in block.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def minutes(times: pd.DataFrame, start: str, end: str, mode: str) -> str:
    pair = (times["from_id"] == start) & (times["to_id"] == end) & (times["mode"] == mode)
    return f"{times.loc[pair, 'minutes'].iloc[0]:.0f}"


def test_the_two_commands_are_shown(readme: str) -> None:
    assert re.search(r"^make study ", readme, re.MULTILINE)
    assert re.search(r"^make test ", readme, re.MULTILINE)


def test_the_first_table_is_that_of_the_times(readme: str, root: Path) -> None:
    times = pd.read_csv(root / "maps" / "tables" / "times.csv")
    ends = [*CLUSTERS.values(), "seoul_station"]
    expected = []
    for name, start in CLUSTERS.items():
        cells = [
            "-"
            if end == start
            else " / ".join(minutes(times, start, end, mode) for mode in ("transit", "car"))
            for end in ends
        ]
        expected.append([f"**{name}**", *cells])
    assert rows_after(readme, "first table") == expected


def test_the_statement_table_is_that_of_the_claims(readme: str, root: Path) -> None:
    claims = pd.read_csv(root / "maps" / "tables" / "claims.csv")
    said = claims.loc[claims["claim_id"] == "faster_to_capital"].set_index(["origin_id", "mode"])
    expected = []
    for name, origin in {"Daedeok (KAIST)": "daedeok_kaist", "Osong": "osong"}.items():
        for shown, mode in {"public transport": "transit", "car": "car"}.items():
            row = said.loc[(origin, mode)]
            sides = [f"{row[side]:.0f}" for side in ("left_min", "right_min")]
            cells = [*sides, f"{row['share_true']:.0%} of departures", row["verdict"]]
            expected.append([f"{name}, {shown}", *cells])
    assert rows_after(readme, "statement table") == expected


def test_the_verdict_table_is_that_of_the_claims(readme: str, root: Path) -> None:
    table = pd.read_csv(root / "maps" / "tables" / "claim_verdicts.csv")
    verdicts = table.set_index(["claim_id", "mode"])["verdict"].str.replace("_", " ")
    for said, *shown in rows_after(readme, "verdict table"):
        claim_id = said.split("`")[1]
        expected = [verdicts.get((claim_id, mode), "-") for mode in ("car", "transit")]
        assert shown == expected, claim_id


def test_the_validation_table_is_the_one_written(readme: str, root: Path) -> None:
    table = pd.read_csv(root / "maps" / "tables" / "validation.csv")
    expected = [
        [
            row["mode"],
            row["basis"].replace("_", " "),
            row["used_as_input"],
            f"{row['pairs']}",
            *(f"{row[name]:.1f}" for name in ("bias_min", "mae_min", "mape")),
        ]
        for _, row in table.iterrows()
    ]
    assert rows_after(readme, "validation table") == expected


def test_the_isolation_table_is_that_of_the_measures(readme: str, root: Path) -> None:
    table = pd.read_csv(root / "maps" / "tables" / "isolation.csv").fillna({"weights": ""})
    known = table.set_index(["cluster_id", "mode", "index", "weights"])["value"].to_dict()
    shown = {  # what it is counted in, and its decimals
        ("capital_ratio", ""): (1, 2),
        ("location_indicator", "workers"): (1, 0),
        ("route_efficiency", "workers"): (1, 1),
        ("potential", "workers"): (1e3, 0),
        ("people_within_90_min", "population"): (1e6, 1),
    }
    expected = [
        [
            " / ".join(
                f"{known[place, mode, *key] / unit:.{digits}f}" for mode in ("transit", "car")
            )
            for place in CLUSTERS.values()
        ]
        for key, (unit, digits) in shown.items()
    ]
    ends = ("composite_rank", "composite_rank_low", "composite_rank_high")
    ranked = [
        " / ".join(
            "{:.0f} ({:.0f}-{:.0f})".format(*(known[place, mode, end, ""] for end in ends))
            for mode in ("transit", "car")
        )
        for place in CLUSTERS.values()
    ]
    assert [row[1:] for row in rows_after(readme, "isolation table")] == [*expected, ranked]
