"""What ``clustergeo isolation`` prints and writes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
from rich.table import Table
from rich.text import Text

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._targets import check_target
from clustergeo.errors import UsageError
from clustergeo.indices import load_indices
from clustergeo.study import DECIMALS, Study
from clustergeo.study.results import six_digits

__all__ = ["Answer", "Asked", "hidden_measures", "shown_tables", "write_answer", "written_tables"]

FORMATS: Final = (".csv", ".json", ".parquet", ".txt")
_NUMBERS: Final = {"min": ".1f", "1": ".3f", "km/h": ".1f", "1/min": ".4f", "%": ".1f"}
_SHOWN: Final = ("capital_ratio", "location_indicator", "route_efficiency", "potential")
"""Measures of peers that the terminal shows unless others are asked for."""
_HEADLINE: Final = (
    *("to_nearest_cluster", "to_capital_fastest", "capital_ratio", "capital_margin"),
    *("share_capital_faster", "location_indicator", "route_efficiency", "crow_fly_speed"),
    *("potential", "people_within_60_min", "inside_to_capital_speed"),
    *("composite", "composite_rank"),
)
"""Measures of clusters that the terminal shows unless others are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for on the command line."""

    study_file: Path | None = None
    times: Path | None = None
    mode: Literal["car", "transit"] | None = None
    weights: str | None = None
    by: Literal["index", "cluster"] = "index"
    indices: tuple[str, ...] = ()
    every: bool = False
    stability: bool = False
    compare: tuple[str, ...] = ()
    out: Path | None = None

    def check(self) -> None:
        """Raise UsageError for options that contradict each other or name what is not there."""
        if self.out and self.out.suffix.lower() not in FORMATS:
            message = f"--out: unknown format ({self.out.name}) - end it in {', '.join(FORMATS)}"
            raise UsageError(message)
        read = [self.study_file, self.times, *(Path(word) for word in self.compare)]
        check_target(self.out, [path for path in read if path])
        for option in ("stability", "compare"):
            if self.times and getattr(self, option):
                message = f"--{option}: needs further times than --times holds - drop one of them"
                raise UsageError(message)
        if self.stability and self.compare and self.one_table:
            message = f"--out: holds one table ({self.out}) - end it in .json or .txt"
            raise UsageError(message)
        if "sigungu" in self.compare and self.mode == "transit":
            message = "--compare: the shipped sigungu are compared by car - use --mode car"
            raise UsageError(message)
        known = load_indices()
        for name in self.indices:
            if name not in known and not name.startswith("to_"):
                message = f"--index: no such measure ({name}) - use one of {', '.join(known)}"
                raise UsageError(message)

    @property
    def one_table(self) -> bool:
        """Whether the output holds a single table."""
        return self.out is not None and self.out.suffix.lower() in {".csv", ".parquet"}

    @property
    def modes(self) -> tuple[Literal["car", "transit"], ...]:
        """By what."""
        return (self.mode,) if self.mode else ("car", "transit")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Every table of an answer, by name; the first is the isolation itself."""

    study: Study
    tables: dict[str, pd.DataFrame]
    warnings: tuple[str, ...] = ()


def written_tables(answer: Answer, asked: Asked) -> dict[str, pd.DataFrame]:
    """Return the tables that the output holds."""
    if not asked.one_table:
        return answer.tables
    name = "peers" if asked.compare else "stability" if asked.stability else "isolation"
    return {name: answer.tables[name]}


def write_answer(answer: Answer, asked: Asked, out: Path) -> None:
    """Write the tables asked for to one file, whole or not at all."""
    tables = {
        name: six_digits(table) if "value" in table.columns else table
        for name, table in written_tables(answer, asked).items()
    }
    match out.suffix.lower():
        case ".csv":
            [table] = tables.values()
            write_bytes(out, csv_bytes(table, decimals=DECIMALS))
        case ".parquet":
            [table] = tables.values()
            with writing(out) as aside:
                table.to_parquet(aside, index=False)
        case ".json":
            record = {
                "study": answer.study.study_id,
                "rules": asdict(answer.study.isolation),
                **{name: _records(table) for name, table in tables.items()},
                "warnings": list(answer.warnings),
            }
            text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
            write_bytes(out, f"{text}\n".encode())
        case _:
            lines = "\n".join(_text(replace(answer, tables=tables)))
            write_bytes(out, f"{lines}\n".encode())


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows for JSON: null where blank."""
    return [
        {
            str(key): None if isinstance(value, float) and math.isnan(value) else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]


def shown_tables(answer: Answer, asked: Asked) -> Iterator[tuple[str, Table]]:
    """Yield what the terminal shows."""
    table = _headline(answer, asked)
    yield from _by_cluster(table) if asked.by == "cluster" else _by_index(table)
    if "stability_summary" in answer.tables:
        yield (
            "stability",
            _plain_table("Ranks, 1 the most isolated", answer.tables["stability_summary"]),
        )
        yield (
            "intervals",
            _plain_table("Ranks when half hours are drawn again", answer.tables["rank_intervals"]),
        )
    if "peers" in answer.tables:
        yield "peers", _peers_shown(answer, asked)


def hidden_measures(answer: Answer, asked: Asked) -> int:
    """Return how many measures the terminal does not show."""
    rows = answer.tables["isolation"]
    return len(set(rows["index"])) - len(set(_headline(answer, asked)["index"]))


def _headline(answer: Answer, asked: Asked) -> pd.DataFrame:
    """Return the rows that the terminal shows: all that were asked for, else the few that tell."""
    table = answer.tables["isolation"]
    if asked.every or asked.indices or asked.weights:
        return table
    first = ("", *answer.study.isolation.weights[:1], "population")
    few = table.loc[table["index"].isin(_HEADLINE)]
    weighted = few.groupby("index")["weights"].transform(lambda own: (own == first[1]).any())
    return few.loc[few["weights"].isin(first[:2]) | (~weighted & few["weights"].isin(first))]


def _by_index(table: pd.DataFrame) -> Iterator[tuple[str, Table]]:
    """Yield one table a mode: a line a measure, a column a cluster."""
    measures = load_indices()
    for mode in dict.fromkeys(table["mode"]):
        rows = table.loc[table["mode"] == mode]
        clusters = list(dict.fromkeys(rows["cluster_id"]))
        shown = _empty(f"Isolation by {mode}", ("measure", "weights", "unit"), clusters)
        groups = list(rows.groupby(["index", "weights"], sort=False))
        # Minutes to single places first, also that to the first cluster.
        for (index, weights), own in sorted(groups, key=lambda group: group[0][0] in measures):
            cells = own.set_index("cluster_id")
            known = [_cell(cells.loc[name]) if name in cells.index else "" for name in clusters]
            shown.add_row(*map(Text, (index, weights, cells["unit"].iloc[0], *known)))
        yield "isolation", shown


def _by_cluster(table: pd.DataFrame) -> Iterator[tuple[str, Table]]:
    """Yield one table a cluster: a line a measure, a column a mode."""
    for cluster in dict.fromkeys(table["cluster_id"]):
        rows = table.loc[table["cluster_id"] == cluster]
        modes = list(dict.fromkeys(rows["mode"]))
        shown = _empty(str(cluster), ("measure", "weights", "unit"), [*modes, "evidence"])
        for (index, weights), own in rows.groupby(["index", "weights"], sort=False):
            cells = own.set_index("mode")
            known = [_cell(cells.loc[mode]) if mode in cells.index else "" for mode in modes]
            grades = " / ".join(dict.fromkeys(grade for grade in own["evidence"] if grade))
            shown.add_row(*map(Text, (index, weights, cells["unit"].iloc[0], *known, grades)))
        yield "isolation", shown


def _peers_shown(answer: Answer, asked: Asked) -> Table:
    """Return where the clusters stand among the places they are compared with."""
    table = answer.tables["peers"]
    wanted = asked.indices or _SHOWN
    rows = table.loc[(table["kind"] == "cluster") & table["index"].isin(wanted)]
    shown = _empty(
        f"Clusters among {table['place_id'].nunique():,} places, 1 the most isolated",
        ("mode", "measure", "weights", "cluster"),
        ("value", "rank", "of", "percentile"),
    )
    order = ["mode", "index", "weights"]
    for _, own in rows.groupby(order, sort=False):
        for row in own.to_dict("records"):
            standing = [
                "" if pd.isna(row[name]) else f"{row[name]:.0f}"
                for name in ("rank", "of", "percentile")
            ]
            head = (row["mode"], row["index"], row["weights"], row["place_id"])
            shown.add_row(*map(Text, (*head, _cell(row), *standing)))
    return shown


def _plain_table(title: str, table: pd.DataFrame) -> Table:
    left = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    shown = Table(title=title, box=None, header_style="bold")
    for name in table.columns:
        shown.add_column(name, justify="left" if name in left else "right")
    for row in table.to_dict("records"):
        cells = [
            f"{value:.{DECIMALS.get(str(name), 0)}f}" if isinstance(value, float) else str(value)
            for name, value in row.items()
        ]
        shown.add_row(*map(Text, cells))
    return shown


def _empty(title: str, left: Sequence[str], right: Sequence[str]) -> Table:
    shown = Table(title=title, title_justify="left", box=None, header_style="bold")
    for name in left:
        shown.add_column(name, no_wrap=True)
    for name in right:
        shown.add_column(name, justify="right", no_wrap=True)
    return shown


def _cell(row: Any) -> str:  # noqa: ANN401 - a row of a table
    """Return a value in digits that suit its unit, or the reason why there is none."""
    if pd.isna(row["value"]):
        return f"({row['reason']})"
    return f"{row['value']:{_NUMBERS.get(row['unit'], ',.0f')}}"


def _text(answer: Answer) -> Iterator[str]:
    """Yield a report: each measure, what it says, and its values."""
    known = load_indices()
    table = answer.tables["isolation"]
    for key, rows in table.groupby(["mode", "index", "weights"], sort=False):
        mode, index, weights = map(str, key)
        by = f", weighted by {weights}" if weights else ""
        entry = known.get(index)
        yield f"{entry.label_en if entry else index}{by}, by {mode} ({rows['unit'].iloc[0]})"
        if entry:
            yield f"  {entry.meaning_en} {entry.formula} [{entry.source}]"
        for row in rows.to_dict("records"):
            grade = f" ({row['evidence']})" if row["evidence"] else ""
            yield f"  {row['cluster_id']}: {_cell(row)}{grade}"
    for name, other in answer.tables.items():
        if name != "isolation":
            yield ""
            yield name
            yield csv_bytes(other, decimals=DECIMALS).decode().rstrip()
    for warning in answer.warnings:
        yield f"note: {warning}"
