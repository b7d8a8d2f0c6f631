"""What a run of scenarios comes to: times before and after, and what to know of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from clustergeo._files import csv_bytes, sha256, write_bytes
from clustergeo.networks.edits import Base, Scenario
from clustergeo.settings import version
from clustergeo.study.plan import Study
from clustergeo.times import TravelTimes

__all__ = ["ScenarioRun"]

_DECIMALS: Final = {"minutes": 2, "distance_m": 0, "better_share": 4, "worse_share": 4}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioRun:
    """Times with and without a scenario.

    Parameters
    ----------
    study, scenarios
        What was asked.
    base, changed
        Places, roads and timetable before and after.
    before, after
        Times by mode, with every departure.
    table
        Every pair before and after, contract ``schemas.scenarios.BEFORE_AFTER``.
    """

    study: Study
    scenarios: tuple[Scenario, ...]
    base: Base
    changed: Base
    before: dict[str, TravelTimes]
    after: dict[str, TravelTimes]
    table: pd.DataFrame = field(repr=False)

    @property
    def clusters(self) -> tuple[str, ...]:
        """Ids of the clusters, those of the scenario among them."""
        places = self.changed.places
        return tuple(places.loc[places["kind"] == "cluster", "place_id"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the table must know, one sentence each."""
        notes = []
        for old, new in (
            (self.base.road.notes, self.changed.road.notes),
            (self.base.timetable.notes, self.changed.timetable.notes),
        ):
            notes += [note for note in new if note not in old]
        for scenario in self.scenarios:
            for number, edit in enumerate(scenario.edits, start=1):
                if edit.assumption:
                    why = edit.note or "no reason given"
                    notes.append(f"{scenario.scenario_id}, edit {number} is assumed: {why}")
        notes += _other_roads(self.before["car"].snaps, self.after["car"].snaps)
        old_warnings = {text for times in self.before.values() for text in times.warnings}
        warnings = dict.fromkeys(text for times in self.after.values() for text in times.warnings)
        return (*notes, *(text for text in warnings if text not in old_warnings))

    def write(self, out: Path | str) -> None:
        """Write ``tables/before_after.csv``, the times behind it and ``scenario.json``.

        Raises
        ------
        OutputError
            If a file cannot be written; those written before it are whole.
        """
        folder = Path(out)
        tables = {"before_after": self.table}
        for name, found in (("before", self.before), ("after", self.after)):
            both = [times.table for times in found.values()]
            tables[f"times_{name}"] = pd.concat(both, ignore_index=True)
        for name, table in tables.items():
            decimals = {str(column): 2 for column in table if str(column).endswith("_min")}
            decimals |= _DECIMALS
            write_bytes(folder / "tables" / f"{name}.csv", csv_bytes(table, decimals=decimals))
        record = json.dumps(self._record(), ensure_ascii=False, indent=1, sort_keys=True)
        write_bytes(folder / "scenario.json", f"{record}\n".encode())

    def _record(self) -> dict[str, Any]:
        return {
            "study": self.study.study_id,
            "date": self.study.date.isoformat(),
            "window": self.study.window,
            "scenarios": [
                {
                    "scenario_id": scenario.scenario_id,
                    "content_id": scenario.content_id,
                    "title": {"en": scenario.title_en, "ko": scenario.title_ko},
                    "file": Path(scenario.file).name,
                    "cost_krw_bn": scenario.cost_krw_bn,
                    "opening_year": scenario.opening_year,
                    "sources": list(scenario.sources),
                    "edits": [edit.meaning for edit in scenario.edits],
                }
                for scenario in self.scenarios
            ],
            "inputs": {key: sha256(path) for key, path in self.study.input_files().items()},
            "versions": {"clustergeo": version()},
            "changes": {
                str(change): int(count)
                for change, count in (self.table["mode"] + " " + self.table["change"])
                .value_counts()
                .items()
            },
            "notes": list(self.notes),
        }


def _other_roads(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Return the places that now set off from another road than before."""
    both = before.merge(after, on="place_id", suffixes=("", "_after"))
    columns = ["place_id", "snap_m", "snap_m_after"]
    moved = (both["snap_m"] - both["snap_m_after"]).abs() > 1.0
    why = "where that is a nearer one, drives by the old road count as well"
    return [
        f"{place_id} meets another road than before, {new:,.0f} m away for {old:,.0f}; {why}"
        for place_id, old, new in both.loc[moved, columns].to_numpy().tolist()
    ]
