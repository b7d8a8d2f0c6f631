"""Look up what the exhibits of one scenario print: pairs before and after, and the finding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.exhibits._readings import ANATOMY, Readings, number, records, whole
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language, StudyFacts, StudyTables
from clustergeo.exhibits.minute_classes import LEAST_SAID_MIN
from clustergeo.exhibits.scenario_facts import ScenarioFacts, ScenarioTables

__all__ = ["Change", "Changes", "signed"]

_MODE_ORDER: Final = ("transit", "car")
_SAME: Final = frozenset({"unchanged", "no_trip"})
_MINUS: Final = "-"


def signed(value: float, digits: int = 0) -> str:
    """Return minutes with their sign, a plain minus that every font has; a dash for no value.

    Examples
    --------
    >>> signed(-12.34, 1), signed(3), signed(-0.02, 1), signed(float("nan"))
    ('-12.3', '+3', '0', '-')
    """
    if not math.isfinite(value):
        return "-"
    text = f"{abs(value):,.{digits}f}"
    if not text.strip("0.,"):
        return "0"
    return f"{_MINUS if value < 0 else '+'}{text}"


@dataclass(frozen=True, slots=True)
class Change:
    """One pair before and after; blanks of the table are NaN here."""

    from_id: str
    to_id: str
    mode: str
    before_min: float
    after_min: float
    difference_min: float
    p10_min: float
    p90_min: float
    better_share: float
    worse_share: float
    change: str
    status_before: str
    status_after: str
    evidence: str

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Change:
        """Return the change of one row of ``BEFORE_AFTER``."""
        return cls(
            from_id=str(row["from_id"]),
            to_id=str(row["to_id"]),
            mode=str(row["mode"]),
            before_min=number(row["before_min"]),
            after_min=number(row["after_min"]),
            difference_min=number(row["difference_min"]),
            p10_min=number(row["p10_difference_min"]),
            p90_min=number(row["p90_difference_min"]),
            better_share=number(row["better_share"]),
            worse_share=number(row["worse_share"]),
            change=str(row["change"]),
            status_before=str(row["status_before"] or ""),
            status_after=str(row["status_after"] or ""),
            evidence=str(row["evidence"] or ""),
        )

    @property
    def same(self) -> bool:
        """Whether nothing changes at any departure."""
        return self.change in _SAME

    @property
    def hardly(self) -> bool:
        """Whether something changes, but the median by less than is said."""
        return not self.same and abs(self.difference_min) < LEAST_SAID_MIN


class Changes:
    """The pairs of one scenario that its exhibits show, ready to be read out in one language.

    Shown are the trips between clusters and those to the capital point of the study.

    Parameters
    ----------
    tables
        The pairs before and after, and the places.
    facts, scenario
        The study and the scenario.
    lang
        Language of names and phrases.
    """

    __slots__ = ("_rows", "lang", "modes", "readings", "scenario")

    def __init__(
        self,
        tables: ScenarioTables,
        facts: StudyFacts,
        scenario: ScenarioFacts,
        lang: Language,
    ) -> None:
        self.lang = lang
        self.scenario = scenario
        table = tables.before_after
        after = StudyTables(places=tables.places, times=_after(table))
        self.readings = Readings(after, facts, lang)
        rows = [Change.of(row) for row in records(table)]
        self._rows = {(row.mode, row.from_id, row.to_id): row for row in rows}
        self.modes = tuple(mode for mode in _MODE_ORDER if any(r.mode == mode for r in rows))

    def between(self, mode: str) -> list[Change]:
        """Return the trips between clusters."""
        found = [self._rows.get((mode, *pair)) for pair in self.readings.pairs()]
        return [row for row in found if row]

    def to_capital(self, mode: str) -> list[Change]:
        """Return the trips from the clusters to the capital point."""
        capital = self.readings.capital_id
        found = [self._rows.get((mode, each, capital)) for each in self.readings.clusters]
        return [row for row in found if row]

    def shown(self, mode: str) -> list[Change]:
        """Return the trips between clusters and to the capital, most minutes saved first."""
        rows = [*self.between(mode), *self.to_capital(mode)]
        order = {id(row): rank for rank, row in enumerate(rows)}
        return sorted(rows, key=lambda row: (_saving(row), order[id(row)]))

    def changed_modes(self) -> tuple[str, ...]:
        """Return the modes by which any pair shown changes."""
        return tuple(mode for mode in self.modes if any(not row.same for row in self.shown(mode)))

    @property
    def counted_apart(self) -> int:
        """How many rows of the table are shown nowhere: those of other places."""
        return len(self._rows) - sum(len(self.shown(mode)) for mode in self.modes)

    def pair(self, row: Change) -> str:
        """Return the names of a pair."""
        return f"{self.readings.name(row.from_id)} → {self.readings.name(row.to_id)}"

    def about(self, row: Change) -> list[str]:
        """Return the lines of a tooltip: minutes, spread, share of departures, evidence."""
        lang = self.lang
        minutes = [
            whole(value) if math.isfinite(value) else say(lang, status or "no_value")
            for value, status in (
                (row.before_min, row.status_before),
                (row.after_min, row.status_after),
            )
        ]
        named = f"{tell(lang, 'before')} {minutes[0]} → {tell(lang, 'after')} {minutes[1]}"
        lines = [f"{named} ({signed(row.difference_min, 1)})"]
        if row.change == "unchanged":
            lines.append(tell(lang, "unchanged"))
        elif not row.same:
            spread = {"p10": signed(row.p10_min, 1), "p90": signed(row.p90_min, 1)}
            lines.append(tell(lang, "spread", **spread))
            lines.append(tell(lang, "departures_faster", share=f"{100 * row.better_share:.0f}"))
            if row.worse_share > 0:
                worse = f"{100 * row.worse_share:.0f}"
                lines.append(tell(lang, "departures_slower", share=worse))
        if row.evidence:
            lines.append(f"{tell(lang, 'evidence')}: {say(lang, row.evidence)}")
        other: Language = "en" if lang == "ko" else "ko"
        names = [self.readings.name(each, lang=other) for each in (row.from_id, row.to_id)]
        return [" → ".join(names), *lines]

    def finding(self) -> str:
        """Return the headline: minutes saved between the clusters, and to the capital."""
        parts = [self._mode_finding(mode) for mode in self.changed_modes()]
        told = "; ".join(part for part in parts if part) or tell(self.lang, "nothing")
        return tell(self.lang, "finding", title=self.scenario.title(self.lang), parts=told)

    def _mode_finding(self, mode: str) -> str:
        lang, between = self.lang, self.between(mode)
        known = [row.difference_min for row in between if math.isfinite(row.difference_min)]
        mean = float(np.mean(known)) if known else 0.0
        mode_word = say(lang, mode)
        if not all(row.same for row in between):
            return tell(
                lang,
                "shorter" if mean <= 0 else "longer",
                mode=mode_word,
                mean=f"{abs(mean):.1f}",
                n=_counted(between),
                total=len(between),
            )
        capital = self.to_capital(mode)
        part = tell(
            lang,
            "capital_shorter",
            capital=self.readings.capital,
            n=_counted(capital),
            total=len(capital),
        )
        return tell(lang, "only_capital", mode=mode_word, part=part)


def _counted(rows: list[Change]) -> int:
    return sum(row.change == "new" or row.difference_min <= -LEAST_SAID_MIN for row in rows)


def _saving(row: Change) -> float:
    if row.change == "new":
        return -math.inf
    return row.difference_min if math.isfinite(row.difference_min) else math.inf


def _after(table: pd.DataFrame) -> pd.DataFrame:
    """Return the times after, in the columns of the times table."""
    blank = dict.fromkeys([f"{part}_min" for part in ("p10", "p90", *ANATOMY)], np.nan)
    named = table[["from_id", "to_id", "mode", "evidence"]]
    return named.assign(minutes=table["after_min"], status=table["status_after"], legs="", **blank)
