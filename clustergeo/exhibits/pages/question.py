"""The question on one page: from where, by what and leaving when a statement holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from clustergeo.claims import Claim
from clustergeo.claims.flips import truth
from clustergeo.claims.sides import Known, Statistic, known_of, statistic
from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits._readings import Readings, number, records, whole
from clustergeo.exhibits._words import both, say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.strips import STRIPS, axis, strip
from clustergeo.exhibits.pages.page import render_page
from clustergeo.schemas.figures import FigureId
from clustergeo.times.by_transit import Departures
from clustergeo.times.travel_times import TravelTimes

__all__ = ["question"]

_MARKS: Final = {"holds": "●", "mixed": "◐", "fails": "○", "cannot_tell": "?"}
_HEADINGS: Final = (
    *("question_title", "margin", "share_holds", "verdict", "flip", "of_draws", "origin"),
    *("reading", "how_to_read", "read_minutes", "read_ids", "credits", "chain", "evidence"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    """One origin by one mode: its row of the claims, both sides, truth by departure."""

    row: Mapping[str, object]
    left: Statistic
    right: Statistic
    shares: NDArray[np.float64]

    @property
    def origin(self) -> str:
        """Where it starts."""
        return str(self.row["origin_id"])


def question(  # noqa: PLR0913 - what the page is made of, one keyword each
    tables: StudyTables,
    samples: Mapping[str, TravelTimes],
    *,
    claim: Claim,
    verdicts: pd.DataFrame,
    departures: Departures,
    facts: StudyFacts,
    lang: Language = "ko",
    chain: str = "",
) -> Exhibit:
    """Build the page that answers for which origins, modes and departures a claim holds.

    Parameters
    ----------
    tables
        Places, times and the verdicts on the claim by origin.
    samples
        Travel times by mode with every sample, as the claims were judged on them.
    claim
        The claim; one that compares minutes.
    verdicts
        The verdicts over all origins, contract ``schemas.results.CLAIM_VERDICTS``.
    departures
        The moments behind the samples.
    facts
        Title, capital, clusters, dates and credits.
    lang
        Language of the page.
    chain
        First digits of the hash that ids of figures end with; blank for none.

    Returns
    -------
    exhibit : Exhibit
        One HTML file that opens without a network and runs no script.

    Raises
    ------
    UsageError
        If a cluster or the capital point is not in the places table.
    """
    readings = Readings(tables, facts, lang)
    known = known_of(
        samples,
        tables.places,
        groups=(facts.cluster_ids, _capital(tables, facts)),
        isolation=None,
        departures=departures,
        labels=facts.labels,
    )
    page = _Page(readings=readings, claim=claim, departures=departures, chain=chain)
    rows = {} if tables.claims is None else _by_key(tables.claims, claim)
    modes = [mode for mode in readings.modes if mode in claim.modes and mode in samples]
    answers = _answers(verdicts, claim, lang)
    content = render_page(
        "question.html.jinja",
        lang=lang,
        title=facts.title(lang),
        answers=[answers[mode] for mode in modes if mode in answers],
        quote=one_line(claim.translation_ko or claim.quotation)
        if lang == "ko"
        else one_line(claim.quotation),
        said_by=one_line(page.say("said_by", who=claim.who, when=claim.when, source=claim.source)),
        reading=one_line(claim.reading_ko if lang == "ko" else claim.reading_en),
        blocks=[
            page.block(mode, list(_cases(mode, known, claim, departures, rows))) for mode in modes
        ],
        strips=[(page.say(key), colour, f"{100 * upper:.0f}") for key, upper, colour in STRIPS],
        basis=readings.basis(),
        evidence=readings.evidence(),
        credits=facts.credits,
        chain=chain,
        words={key: page.say(key) for key in _HEADINGS},
    )
    title_ko, title_en = both("question_title")
    return Exhibit(
        exhibit_id="question",
        title_ko=title_ko,
        title_en=title_en,
        caption=next((answers[mode] for mode in modes if mode in answers), ""),
        media_type="text/html",
        content=content,
        lang=lang,
    )


def _capital(tables: StudyTables, facts: StudyFacts) -> tuple[str, ...]:
    """Return the reference points of the capital, the one of titles first."""
    kinds = tables.places
    points = [str(each) for each in kinds.loc[kinds["kind"] == "capital", "place_id"]]
    return tuple(dict.fromkeys([facts.capital_id, *points]))


def _by_key(claims: pd.DataFrame, claim: Claim) -> dict[tuple[str, str], Mapping[str, object]]:
    own = claims.loc[claims["claim_id"] == claim.claim_id]
    return {(str(row["mode"]), str(row["origin_id"])): row for row in records(own)}


def _answers(verdicts: pd.DataFrame, claim: Claim, lang: Language) -> dict[str, str]:
    """Return the sentence on each mode."""
    own = verdicts.loc[verdicts["claim_id"] == claim.claim_id]
    return {str(row["mode"]): one_line(row[f"sentence_{lang}"]) for row in records(own)}


def _cases(
    mode: str,
    known: Known,
    claim: Claim,
    departures: Departures,
    rows: Mapping[tuple[str, str], Mapping[str, object]],
) -> Iterator[_Case]:
    """Yield every origin of a claim by one mode, as the claims were judged."""
    for comparison in claim.comparison:
        for origin in known.origins(comparison):
            row = rows.get((mode, origin))
            if row is None:
                continue
            left, right = (
                statistic(side, origin, mode, known, claim.claim_id)
                for side in (comparison.left, comparison.right)
            )
            how = comparison.operator, comparison.margin_min
            true = truth(left.samples, right.samples, *how).astype(float)
            count = len(departures.seconds)
            # Samples stand by draw, then departure; a single one is of every departure.
            shares = true.reshape(-1, count).mean(axis=0) if len(true) % count == 0 else true
            yield _Case(row=row, left=left, right=right, shares=shares)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Page:
    """What every row of the page is written with."""

    readings: Readings
    claim: Claim
    departures: Departures
    chain: str

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the language of the page."""
        return say(self.readings.lang, key, **values)

    def block(self, mode: str, cases: Sequence[_Case]) -> dict[str, Any]:
        """Return one mode: headings and rows, by cluster."""
        ends = {case.left.trip[2] for case in cases if case.left.trip}
        left = self._to(next(iter(ends))) if len(ends) == 1 else self.say("side_left")
        varies = any(len(case.shares) > 1 for case in cases)
        groups = groupby(cases, key=lambda case: self._cluster(case.origin))
        return {
            "mode": self.say(mode),
            "left": left,
            "right": self.say("side_right"),
            "flip_note": self.say("flip_note", name=left),
            "departures": self.say("by_departure", window=self.readings.facts.window),
            "axis": axis(self.departures) if varies else [],
            "varies": varies,
            "groups": [[self._row(mode, case) for case in own] for _, own in groups],
        }

    def _row(self, mode: str, case: _Case) -> dict[str, Any]:
        row = case.row
        verdict, share = str(row["verdict"]), number(row["share_true"])
        return {
            "origin": self.readings.name(case.origin),
            "own": case.origin in self.readings.clusters,
            "left": self._minutes(row, "left"),
            "right": self._minutes(row, "right"),
            "right_trip": self._trip(case),
            "margin": self._margin(number(row["left_min"]) - number(row["right_min"])),
            "share": f"{100 * share:.0f} %" if math.isfinite(share) else "-",
            "verdict": self.say(verdict),
            "key": verdict,
            "mark": _MARKS[verdict],
            "flip": self._flip(verdict, number(row["flip_min"])),
            "strip": self._strip(case) if len(case.shares) > 1 else "",
            "same": self.say("any_departure") if len(case.shares) == 1 else "",
            "ids": self._ids(mode, case),
        }

    def _cluster(self, place_id: str) -> str:
        places = self.readings.tables.places
        own = places.loc[places["place_id"] == place_id, "cluster_id"]
        return place_id if own.empty or not own.iloc[0] else str(own.iloc[0])

    def _to(self, place_id: str) -> str:
        return self.say("to_place", name=self.readings.name(place_id))

    def _minutes(self, row: Mapping[str, object], side: str) -> tuple[str, str]:
        """Return the median, and the percentiles where they differ from it."""
        middle, low, high = (number(row[f"{side}_{part}min"]) for part in ("", "p10_", "p90_"))
        if not math.isfinite(middle) or low == high == middle:
            return whole(middle), ""
        return whole(middle), f"{whole(low)}-{whole(high)}"

    def _trip(self, case: _Case) -> str:
        """Return the trip on the right side in words."""
        if case.right.trip is None:
            return ""
        _, start, end = case.right.trip
        if start == case.origin:
            return self._to(end)
        name = self.readings.name
        return self.say("between", origin=name(start), destination=name(end))

    def _margin(self, margin: float) -> str:
        if not math.isfinite(margin):
            return "-"
        if whole(abs(margin)) == "0":
            return self.say("as_fast")
        key = "left_faster" if margin < 0 else "left_slower"
        return self.say(key, value=whole(abs(margin)))

    def _flip(self, verdict: str, flip: float) -> str:
        if verdict == "cannot_tell":
            return "-"
        if not math.isfinite(flip):
            return self.say("flip_never")
        key = "flip_fails" if verdict == "holds" else "flip_holds"
        sign = "+" if flip > 0 else "\N{MINUS SIGN}"
        return self.say(key, value=f"{sign}{math.ceil(abs(flip) - 1e-9)}")

    def _ids(self, mode: str, case: _Case) -> list[str]:
        """Return the ids of the verdict and of both trips."""
        figures = [FigureId("claims", (self.claim.claim_id, mode, case.origin), self.chain)]
        for side in (case.left, case.right):
            if side.trip:
                by, start, end = side.trip
                figures.append(FigureId("times", (start, end, by), self.chain))
        return [one_line(figure) for figure in figures]

    def _strip(self, case: _Case) -> Markup:
        """Return the departures as bars, with what they show in words."""
        when = one_line(case.row["holds_at"])
        told = self.say("strip_when", when=when) if when else ""
        share = f"{100 * number(case.row['share_true']):.0f}"
        return strip(case.shares, self.departures, self.say("strip_label", share=share, when=told))
