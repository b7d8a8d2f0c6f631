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
