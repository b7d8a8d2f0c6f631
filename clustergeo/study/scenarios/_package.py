"""A package of scenarios taken apart into units, each of which can be made without the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clustergeo.errors import ScenarioError, UsageError
from clustergeo.indices import MOST_UNITS, subsets
from clustergeo.networks.edits import Base, Edit, Scenario, resolve_all
from clustergeo.networks.edits.edit import Where
from clustergeo.schemas.attribution import WHOLE
from clustergeo.study.plan import Study
from clustergeo.study.scenarios.run import check_scenarios

__all__ = ["Package", "Unit", "checked"]

_NAMES: Final = (
    *("route_id", "route", "routes", "place_id", "stop_id", "stop", "from_stop"),
    *("name", "ref", "highway"),
)

Rows = frozenset[int]


@dataclass(frozen=True, slots=True)
class Unit:
    """Edits that are made together: its name, their rows in the package, what they are."""

    unit_id: str
    rows: tuple[int, ...]
    text: str


class Package:
    """The edits of scenarios, one after the other.

    Parameters
    ----------
    scenarios
        In their order.
    base
        What they change.
    """

    def __init__(self, scenarios: Sequence[Scenario], base: Base) -> None:
        self.scenarios = tuple(scenarios)
        numbered = [(scenario, edit) for scenario in scenarios for edit in scenario.edits]
        # Numbered through, so that a fault tells which edit it is of.
        self.edits: tuple[Edit, ...] = tuple(
            replace(edit, where=Where(number=row)) for row, (_, edit) in enumerate(numbered)
        )
        self._base = base
        self._faults: dict[Rows, Rows] = {}
        self._names = [
            (scenario.scenario_id, number)
            for scenario in scenarios
            for number in range(1, len(scenario.edits) + 1)
        ]

    def of(self, unit: Unit) -> list[Edit]:
        """Return the edits of a unit."""
        return [self.edits[row] for row in unit.rows]

    def some(self, rows: Sequence[int]) -> Scenario:
        """Return a scenario of some edits, in the order of the package."""
        edits = tuple(self.edits[row] for row in sorted(rows))
        return Scenario(scenario_id="part", title_en="", title_ko="", edits=edits)

    def name_of(self, row: int) -> str:
        """Return ``scenario_id.number`` of an edit; the first of a file is 1."""
        scenario_id, number = self._names[row]
        return f"{scenario_id}.{number}"

    def units(self, by: str) -> list[Unit]:
        """Return units by ``edit`` or ``file``; those that need each other are one."""
        groups: list[list[int]] = [[row] for row in range(len(self.edits))]
        if by == "file":
            files = dict.fromkeys(scenario_id for scenario_id, _ in self._names)
            groups = [
                [row for row, (own, _) in enumerate(self._names) if own == file] for file in files
            ]
        while merged := self._merged(groups):
            groups = merged
        return [Unit(self._named(rows, by), tuple(rows), self._told(rows)) for rows in groups]

    def notes(self, units: Sequence[Unit]) -> list[str]:
        """Return which units had to be joined."""
        why = "one of them names what another brings, or cannot be made without it"
        return [f"{unit.unit_id} is one unit: {why}" for unit in units if "+" in unit.unit_id]

    def _merged(self, groups: list[list[int]]) -> list[list[int]]:
        """Return groups of which two or more were joined; none if each stands for itself."""
        for chosen in _asked(len(groups)):
            rows = frozenset(row for i in chosen for row in groups[i])
            at_fault = self._at_fault(rows)
            if not at_fault:
                continue
            first = next(i for i in sorted(chosen) if at_fault & set(groups[i]))
            needed = [i for i in range(len(groups)) if i not in chosen]
            for i in list(needed):
                fewer = [other for other in needed if other != i]
                with_them = rows | {row for j in fewer for row in groups[j]}
                if not self._at_fault(with_them) & set(groups[first]):
                    needed = fewer
            joined = {first, *needed}
            whole = sorted(row for i in joined for row in groups[i])
            others = [group for i, group in enumerate(groups) if i not in joined]
            return sorted([*others, whole])
        return []

    def _at_fault(self, rows: Rows) -> Rows:
        """Return which of some edits cannot be made without the rest."""
        if rows not in self._faults:
            faults = resolve_all(self.some(sorted(rows)), self._base) if rows else []
            numbers = [int(fault.file.split()[1]) - 1 for fault in faults]
            self._faults[rows] = frozenset(numbers)
        return self._faults[rows]

    def _named(self, rows: Sequence[int], by: str) -> str:
        parts: dict[str, list[int]] = {}
        for row in rows:
            scenario_id, number = self._names[row]
            parts.setdefault(scenario_id, []).append(number)
        if by == "file":
            return "+".join(parts)
        return "+".join(f"{name}.{'+'.join(map(str, numbers))}" for name, numbers in parts.items())

    def _told(self, rows: Sequence[int]) -> str:
        return "; ".join(_text(self.edits[row]) for row in rows)


def checked(
    scenarios: Sequence[Scenario | Path | str], study: Study, base: Base, *, together: bool
) -> tuple[Scenario, ...]:
    """Return scenarios, read where they are files, each with an id of its own.

    Raises
    ------
    ScenarioError
        With every fault of every one.
    UsageError
        If a file is given twice, or two have one id.
    """
    files = [one for one in scenarios if not isinstance(one, Scenario)]
    _refuse_twice([str(Path(file).resolve()) for file in files], "given twice", "name each once")
    found = iter(check_scenarios(files, study, base=base, together=together) if files else ())
    asked = tuple(one if isinstance(one, Scenario) else next(found) for one in scenarios)
    _refuse_twice(
        [WHOLE, *(scenario.scenario_id for scenario in asked)],
        "an id of two scenarios, or taken",
        "change the scenario_id of one",
    )
    for group in [asked] if together else [(one,) for one in asked]:
        if faults := resolve_all(group, base):
            raise ScenarioError(*faults)
    return asked


def _refuse_twice(names: Sequence[str], what: str, fix: str) -> None:
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        message = f"FILE: {what} ({', '.join(twice)}) - {fix}"
        raise UsageError(message)


def _asked(count: int) -> Iterator[frozenset[int]]:
    """Yield the groups that are made without the others: alone and left out, then the rest."""
    names = [str(i) for i in range(count)]
    whole = frozenset(range(count))
    yield from (frozenset({i}) for i in range(count))
    yield from (whole - {i} for i in range(count))
    if count <= MOST_UNITS:
        yield from (frozenset(map(int, subset)) for subset in subsets(names))


def _text(edit: Edit) -> str:
    """Return the kind of an edit and the first of its names."""
    named = [getattr(edit, key) for key in _NAMES if getattr(edit, key, None)]
    what = named[0] if named else ""
    return f"{edit.kind} {what if isinstance(what, str) else ', '.join(what)}".strip()
