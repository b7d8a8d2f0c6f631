"""Attribution of a package: what each of its edits, or of its files, brings to the region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.indices import MOST_UNITS, subsets
from clustergeo.networks.edits import Base, Scenario, apply
from clustergeo.schemas import check_table
from clustergeo.schemas.attribution import ATTRIBUTION, INTERACTIONS
from clustergeo.study.plan import Study, load_study
from clustergeo.study.scenarios._attribution_rows import pair_rows, unit_rows
from clustergeo.study.scenarios._package import Package, Unit, checked
from clustergeo.study.scenarios._trips import (
    minutes_of,
    modes_of,
    only,
    pairs_of,
    times_by,
    touches,
    weakest,
)
from clustergeo.study.scenarios.run import study_base

__all__ = ["Attribution", "attribute", "runs_needed"]

_DECIMALS: Final = 4  # so that parts add up to the whole to a hundredth

Subset = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """What the parts of a package bring.

    Parameters
    ----------
    study, scenarios
        What was asked.
    table
        Contract ``schemas.attribution.ATTRIBUTION``: by unit, mode and target.
    interactions
        Contract ``schemas.attribution.INTERACTIONS``: by two units, mode and target.
    runs
        How often each mode was computed, the base aside.
    notes
        What the reader of the tables must know, one sentence each.
    """

    study: Study
    scenarios: tuple[Scenario, ...]
    table: pd.DataFrame = field(repr=False)
    interactions: pd.DataFrame = field(repr=False)
    runs: dict[str, int]
    notes: tuple[str, ...] = ()

    def write(self, out: Path | str) -> None:
        """Write ``tables/attribution.csv`` and ``tables/interactions.csv`` into a folder.

        Raises
        ------
        OutputError
            If a file cannot be written; those written before it are whole.
        """
        for name, table in (("attribution", self.table), ("interactions", self.interactions)):
            decimals = {str(column): _DECIMALS for column in table if str(column).endswith("_min")}
            content = csv_bytes(table, decimals=decimals | {"shapley_share": _DECIMALS})
            write_bytes(Path(out) / "tables" / f"{name}.csv", content)


def attribute(
    scenarios: Sequence[Scenario | Path | str],
    study: Study | Path | str | None = None,
    *,
    by: Literal["edit", "file"] = "edit",
    base: Base | None = None,
    notify: Callable[[int, int], object] | None = None,
    begin: Callable[[dict[str, int]], object] | None = None,
) -> Attribution:
    """Return what each edit, or each file, of a package adds to the mean trip of the region.

    The worth of a subset is the mean of the minutes that it saves between the ordered pairs of
    clusters, and from the clusters to the capital points. Each mode is computed for the subsets of
    those edits that it can depend on, once. Edits that cannot be made without another one, such as
    a change at a stop of a new line, are one unit with it. Up to eight units a mode every subset
    is computed; of more, each alone and each left out.

    Parameters
    ----------
    scenarios
        Scenarios or paths of their files: one package, each on top of the ones before.
    study
        A study or the path of its file; the embedded study by default.
    by
        What the units are.
    base
        That of the study, if it is at hand.
    notify
        Called with the runs done and their number.
    begin
        Called before the first run with how many runs each mode needs.

    Raises
    ------
    ScenarioError
        With every fault of the scenarios.
    UsageError
        If two scenarios have one id.

    Examples
    --------
    >>> nothing = Scenario(scenario_id="nothing", title_en="Nothing", title_ko="없음")
    >>> attribute([nothing]).runs
    {}
    """
    if not isinstance(study, Study):
        study = load_study(Path(study) if study is not None else None)
    base = base or study_base(study)
    asked = checked(scenarios, study, base, together=True)
    package = Package(asked, base)
    units = package.units(by)
    players = {
        mode: [unit for unit in units if any(touches(e, mode, study) for e in package.of(unit))]
        for mode in modes_of(package.edits, study)
    }
    runs = {mode: runs_needed(len(those)) for mode, those in players.items()}
    if begin:
        begin(runs)
    count = _Counter(sum(runs.values()), notify)
    parts = [_of_mode(mode, study, base, package, those, count) for mode, those in players.items()]
    return Attribution(
        study=study,
        scenarios=asked,
        table=_checked([row for rows, _, _ in parts for row in rows], ATTRIBUTION),
        interactions=_checked([row for _, rows, _ in parts for row in rows], INTERACTIONS),
        runs=runs,
        notes=(
            *package.notes(units),
            *_idle(package, study),
            *(n for *_, ns in parts for n in ns),
        ),
    )


def runs_needed(units: int) -> int:
    """Return how many subsets of units are computed, the empty one aside.

    Examples
    --------
    >>> [runs_needed(units) for units in (1, 2, 4, 8, 9)]
    [1, 3, 15, 255, 19]
    """
    return (1 << units) - 1 if units <= MOST_UNITS else 2 * units + 1


class _Counter:
    """Counts runs aloud."""

    def __init__(self, total: int, notify: Callable[[int, int], object] | None) -> None:
        self.done, self.total, self.notify = 0, total, notify

    def tick(self) -> None:
        self.done += 1
        if self.notify:
            self.notify(self.done, self.total)


def _of_mode(
    mode: str, study: Study, base: Base, package: Package, units: list[Unit], count: _Counter
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """Return the rows of units and of pairs of units by one mode, and what to know of them."""
    names = [unit.unit_id for unit in units]
    by_name = dict(zip(names, units, strict=True))
    tables = {frozenset[str](): times_by(mode, study, base).table}
    for subset in _computed(names):
        if not subset:
            continue
        edits = [
            edit
            for name in names
            if name in subset
            for edit in by_name[name].rows
            if touches(package.edits[edit], mode, study)
        ]
        changed = apply(package.some(edits), base)
        tables[subset] = times_by(mode, study, base, only(mode, study, changed, base)).table
        count.tick()
    rows: list[dict[str, Any]] = []
    between: list[dict[str, Any]] = []
    notes: list[str] = []
    for target, pairs in pairs_of(study, base).items():
        minutes = {subset: minutes_of(table, pairs) for subset, table in tables.items()}
        found = ~np.isnan(np.stack(list(minutes.values()))).any(axis=0)
        lost = len(pairs) - int(found.sum())
        if lost:
            notes.append(
                f"{mode}, {target}: {lost} of {len(pairs)} pairs have no trip in some subset and "
                "are left out of the means"
            )
        head = {
            "mode": mode,
            "target": target,
            "pairs": int(found.sum()),
            "evidence": weakest(
                (tables[frozenset()], tables[frozenset(names)]), pairs, package.scenarios
            ),
        }
        if not found.any():
            worth = dict.fromkeys(minutes, np.nan)
        else:
            before = minutes[frozenset()][found].mean()
            worth = {subset: before - own[found].mean() for subset, own in minutes.items()}
        rows += unit_rows(worth, units, head)
        between += pair_rows(worth, names, head)
    if len(units) > MOST_UNITS:
        notes.append(
            f"{mode}: {len(units)} units are more than {MOST_UNITS}: each alone and each left out "
            "only, no Shapley values"
        )
    return rows, between, notes


def _computed(names: Sequence[str]) -> Iterator[Subset]:
    if len(names) <= MOST_UNITS:
        yield from subsets(names)
        return
    whole = frozenset(names)
    yield from (frozenset({name}) for name in names)
    yield from (whole - {name} for name in names)
    yield whole


def _idle(package: Package, study: Study) -> list[str]:
    """Return which edits change no time."""
    idle = [
        package.name_of(row)
        for row, edit in enumerate(package.edits)
        if not modes_of([edit], study)
    ]
    return [f"{', '.join(idle)}: no time depends on it"] if idle else []


def _checked(rows: list[dict[str, Any]], schema: Any) -> pd.DataFrame:  # noqa: ANN401
    table = pd.DataFrame(rows, columns=list(schema.names))
    return check_table(table, schema, file=schema.name, first_row=1)
