"""Look up what the exhibits print: names, trips, ratios, and the findings computed from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from clustergeo.errors import UsageError
from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language, StudyFacts, StudyTables
from clustergeo.schemas.results import EVIDENCE

__all__ = ["ABOUT_EVEN", "ANATOMY", "Readings", "Trip", "number", "records", "whole"]

ANATOMY: Final = ("access", "wait", "ride", "transfer", "egress")
ABOUT_EVEN: Final = 1.1
"""Two trips are called about even where neither takes over a tenth longer than the other."""

_MODE_ORDER: Final = ("transit", "car")
_Counter = Callable[[str], tuple[int, int]]


def whole(value: float) -> str:
    """Return minutes as a whole number, halves up, or a dash for no value.

    Examples
    --------
    >>> whole(12.5), whole(float("nan"))
    ('13', '-')
    """
    return f"{math.floor(value + 0.5):,}" if math.isfinite(value) else "-"


@dataclass(frozen=True, slots=True)
class Trip:
    """One row of the times table; numbers that are blank there are NaN here."""

    from_id: str
    to_id: str
    mode: str
    minutes: float
    p10_min: float
    p90_min: float
    anatomy: tuple[float, ...]
    legs: str
    status: str
    evidence: str

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Trip:
        """Return the trip of one row of the times table."""
        return cls(
            from_id=str(row["from_id"]),
            to_id=str(row["to_id"]),
            mode=str(row["mode"]),
            minutes=number(row["minutes"]),
            p10_min=number(row["p10_min"]),
            p90_min=number(row["p90_min"]),
            anatomy=tuple(number(row[f"{part}_min"]) for part in ANATOMY),
            legs=_text(row["legs"]),
            status=_text(row["status"]),
            evidence=_text(row["evidence"]),
        )


def number(cell: object) -> float:
    """Return a cell as a number; NaN where it is blank."""
    return math.nan if _blank(cell) else float(str(cell))


def _text(cell: object) -> str:
    return "" if _blank(cell) else str(cell)


def _blank(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell != cell  # noqa: PLR0124 - only NaN differs


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a table as dictionaries by column name."""
    rows = table.to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


class Readings:
    """The tables of one study, ready to be read out in one language.

    Parameters
    ----------
    tables, facts
        The study.
    lang
        Language of names and phrases.

    Raises
    ------
    UsageError
        If a cluster or the capital point is not in the places table.
    """

    __slots__ = ("_names", "_trips", "capital_id", "clusters", "facts", "lang", "modes", "tables")

    def __init__(self, tables: StudyTables, facts: StudyFacts, lang: Language) -> None:
        self.tables = tables
        self.facts = facts
        self.lang = lang
        self.capital_id = facts.capital_id
        self.clusters = facts.cluster_ids
        columns = zip(
            tables.places["place_id"],
            tables.places["name_ko"],
            tables.places["name_en"],
            strict=True,
        )
        self._names = {str(key): (_text(ko), _text(en)) for key, ko, en in columns}
        for place_id in (*facts.cluster_ids, facts.capital_id):
            if place_id not in self._names:
                message = (
                    f"the places table has no {place_id} - add the place or correct the study file"
                )
                raise UsageError(message)
        trips = [Trip.of(row) for row in records(tables.times)]
        self._trips = {(trip.mode, trip.from_id, trip.to_id): trip for trip in trips}
        present = {trip.mode for trip in trips}
        self.modes = tuple(mode for mode in _MODE_ORDER if mode in present)

    def name(self, place_id: str, *, lang: Language | None = None) -> str:
        """Return the short name of a place, its full name, or its id, in that order."""
        language = lang or self.lang
        pair = self.facts.labels.get(place_id) or self._names.get(place_id, ("", ""))
        chosen = pair[0] if language == "ko" else pair[1]
        # English never falls back on Korean letters: the font may have none.
        other = pair[1] if language == "ko" else ""
        return one_line(chosen or other or place_id).strip() or place_id

    def titles(self, key: str) -> tuple[str, str]:
        """Return the title of an exhibit in Korean and in English."""
        return (
            say("ko", key, capital=self.name(self.capital_id, lang="ko")),
            say("en", key, capital=self.name(self.capital_id, lang="en")),
        )

    @property
    def capital(self) -> str:
        """Short name of the capital point."""
        return self.name(self.capital_id)

    def positions(self) -> dict[str, tuple[float, float]]:
        """Return latitude and longitude of every place."""
        points = self.tables.places.geometry
        columns = zip(self.tables.places["place_id"], points.y, points.x, strict=True)
        return {str(place_id): (float(lat), float(lon)) for place_id, lat, lon in columns}

    def trip(self, mode: str, from_id: str, to_id: str) -> Trip | None:
        """Return the trip of a pair, or None where the table has no such row."""
        return self._trips.get((mode, from_id, to_id))

    def minutes(self, mode: str, from_id: str, to_id: str) -> float:
        """Return the median minutes of a pair; NaN where there is no trip."""
        trip = self.trip(mode, from_id, to_id)
        return math.nan if trip is None else trip.minutes

    def to_capital(self, mode: str, from_id: str) -> float:
        """Return the median minutes to the capital point."""
        return self.minutes(mode, from_id, self.capital_id)

    def ratio(self, mode: str, from_id: str, to_id: str) -> float:
        """Return minutes to a place divided by minutes to the capital point; NaN if unknown."""
        capital = self.to_capital(mode, from_id)
        return self.minutes(mode, from_id, to_id) / capital if capital > 0 else math.nan

    def others(self, cluster_id: str) -> tuple[str, ...]:
        """Return the other clusters in the order of the study."""
        return tuple(each for each in self.clusters if each != cluster_id)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return all ordered pairs of different clusters."""
        return tuple((a, b) for a in self.clusters for b in self.others(a))

    def nearest(self, mode: str, cluster_id: str) -> str | None:
        """Return the other cluster with the fewest minutes; the first of equals; None if none."""
        reached = [
            (self.minutes(mode, cluster_id, other), rank, other)
            for rank, other in enumerate(self.others(cluster_id))
        ]
        known = [each for each in reached if math.isfinite(each[0])]
        return min(known)[2] if known else None

    def fastest_capital(self, mode: str, cluster_id: str) -> tuple[str, float] | None:
        """Return the capital point with the fewest minutes, or None where no trip is known."""
        kinds = self.tables.places
        points = [str(each) for each in kinds.loc[kinds["kind"] == "capital", "place_id"]]
        reached = [(self.minutes(mode, cluster_id, point), point) for point in points]
        known = [each for each in reached if math.isfinite(each[0])]
        return (min(known)[1], min(known)[0]) if known else None

    def pairs_beyond_capital(self, mode: str) -> tuple[int, int]:
        """Return how many trips between clusters take longer than to the capital, of how many.

        Pairs without a trip to compare are left out of both counts.
        """
        ratios = [self.ratio(mode, a, b) for a, b in self.pairs()]
        known = [ratio for ratio in ratios if math.isfinite(ratio)]
        return sum(ratio > 1 for ratio in known), len(known)

    def clusters_nearer_capital(self, mode: str) -> tuple[int, int]:
        """Return how many clusters are nearer to the capital than to any other, of how many."""
        nearest = [(a, self.nearest(mode, a)) for a in self.clusters]
        ratios = [self.ratio(mode, a, b) for a, b in nearest if b is not None]
        known = [ratio for ratio in ratios if math.isfinite(ratio)]
        return sum(ratio > 1 for ratio in known), len(known)

    def finding(self) -> str:
        """Return the headline: trips between clusters that take longer than to the capital."""
        return self._counted("finding", self.pairs_beyond_capital)

    def nearest_finding(self) -> str:
        """Return the second line: clusters with the capital nearer than any other cluster."""
        return self._counted("nearest_finding", self.clusters_nearer_capital)

    def _counted(self, key: str, count: _Counter) -> str:
        counts = []
        for mode in self.modes:
            n, total = count(mode)
            counts.append(say(self.lang, "count", mode=say(self.lang, mode), n=n, total=total))
        return say(self.lang, key, capital=self.capital, counts=", ".join(counts))

    def comparison(self, mode: str, from_id: str, to_id: str) -> str:
        """Return in words how the trip to the capital compares with that to a place."""
        ratio = self.ratio(mode, from_id, to_id)
        if not math.isfinite(ratio):
            return say(self.lang, "no_value")
        margin = self.to_capital(mode, from_id) - self.minutes(mode, from_id, to_id)
        even = 1 / ABOUT_EVEN < ratio < ABOUT_EVEN
        key = "even" if even else "capital_nearer" if margin < 0 else "capital_farther"
        return say(self.lang, key, capital=self.capital, margin=whole(abs(margin)))

    def share_true(self, mode: str, origin_id: str) -> float:
        """Return the share of departures for which the statement is true; NaN if not tested."""
        claims, statement = self.tables.claims, self.facts.statement
        if claims is None or statement is None:
            return math.nan
        key = (statement.claim_id, mode, origin_id)
        tested = zip(claims["claim_id"], claims["mode"], claims["origin_id"], strict=True)
        shares = dict(zip(tested, claims["share_true"], strict=True))
        return number(shares.get(key))

    def share_words(self, mode: str, origin_id: str) -> str:
        """Return for how many departures the statement is true; blank where none differ."""
        share = self.share_true(mode, origin_id)
        if mode == "car" or not math.isfinite(share):
            return ""
        return say(self.lang, "share_true", share=f"{100 * share:.0f}")

    def evidence(self, mode: str | None = None) -> str:
        """Return the share of evidence grades among the trips the exhibits compare."""
        wanted = set(self.pairs()) | {(a, self.capital_id) for a in self.clusters}
        grades = [
            trip.evidence
            for trip in self._trips.values()
            if (trip.from_id, trip.to_id) in wanted
            and mode in {None, trip.mode}
            and math.isfinite(trip.minutes)
        ]
        shares = [
            f"{say(self.lang, grade)} {100 * grades.count(grade) / len(grades):.0f} %"
            for grade in EVIDENCE
            if grade in grades
        ]
        return say(self.lang, "evidence_share", shares=", ".join(shares) or "-")

    def basis(self) -> str:
        """Return the service day and the window of departures."""
        basis = say(self.lang, "basis", date=self.facts.date, window=self.facts.window)
        note = self.facts.note[0 if self.lang == "ko" else 1]
        state = self.facts.road_state
        car = say(self.lang, "basis_car_state" if state else "basis_car", state=state)
        caveats = [car] if "car" in self.modes else []
        return "; ".join([basis, *caveats, *([one_line(note)] if note else [])])
