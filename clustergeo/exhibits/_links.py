"""Look up what the exhibits of ranked links print: planned links and those that were found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd

from clustergeo.exhibits._readings import Readings, number, records
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language, StudyFacts, StudyTables
from clustergeo.schemas.results import EVIDENCE

__all__ = [
    "LEAST_SAVED_MIN",
    "Link",
    "basis",
    "evidence_of",
    "found_links",
    "is_verified",
    "link_name",
    "planned_links",
    "proposed",
    "rank_of",
    "reader_of",
    "said",
    "saved_of",
]

LEAST_SAVED_MIN: Final = 0.05
"""What saves less prints as 0.0: it is no link to propose."""

_MODE_ORDER: Final = ("transit", "car")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link by one mode; blanks of the tables are NaN here."""

    name: str
    mode: str
    planned: bool
    saved_min: float
    cost_krw_bn: float
    krw_bn_per_min: float
    rank: float
    rank_min: float
    rank_max: float
    verified: bool
    evidence: str


def planned_links(ranking: pd.DataFrame | None, lang: Language) -> list[Link]:
    """Return the links of ``LINK_RANKING``, most minutes saved first."""
    if ranking is None:
        return []
    found = [
        Link(
            name=_title(row, lang),
            mode=str(row["mode"]),
            planned=True,
            saved_min=number(row["saved_min"]),
            cost_krw_bn=number(row["cost_krw_bn"]),
            krw_bn_per_min=number(row["krw_bn_per_min"]),
            rank=number(row["rank"]),
            rank_min=number(row["rank_min"]),
            rank_max=number(row["rank_max"]),
            verified=True,
            evidence=str(row["evidence"] or ""),
        )
        for row in records(ranking)
    ]
    return _sorted(found)


def _title(row: Mapping[str, object], lang: Language) -> str:
    title = str(row["title_ko"] or "") if lang == "ko" else ""
    return title or str(row["title_en"] or "") or str(row["scenario_id"])


def found_links(missing: pd.DataFrame | None, readings: Readings) -> list[Link]:
    """Return the links of ``MISSING_LINKS`` that save time and have no better one beside them."""
    if missing is None:
        return []
    found = []
    for row in proposed(missing):
        saved = saved_of(row)
        cost = number(row["cost_krw_bn"])
        found.append(
            Link(
                name=link_name(row, readings),
                mode=str(row["mode"]),
                planned=False,
                saved_min=saved,
                cost_krw_bn=cost,
                krw_bn_per_min=cost / saved if saved > 0 else math.nan,
                rank=number(row["rank"]),
                rank_min=math.nan,
                rank_max=math.nan,
                verified=is_verified(row),
                evidence=str(row["evidence"] or ""),
            )
        )
    return _sorted(found)


def proposed(missing: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of links that save time and have no better one beside them, by rank."""
    rows = [
        row
        for row in records(missing)
        if saved_of(row) >= LEAST_SAVED_MIN and not (said(row, "alike") or said(row, "exists"))
    ]
    return sorted(rows, key=lambda row: (_MODE_ORDER.index(str(row["mode"])), rank_of(row)))


def link_name(row: Mapping[str, object], readings: Readings, *, kind: bool = True) -> str:
    """Return the places a link of ``MISSING_LINKS`` joins and, unless told not to, its kind."""
    via = said(row, "via_ids").split()
    ends = [str(row["from_id"]), *via, str(row["to_id"])]
    names = " - ".join(readings.name(each) for each in ends)
    what = said(row, "link") or str(row["kind"])
    return names if not kind else f"{names} ({tell(readings.lang, what)})"


def said(row: Mapping[str, object], name: str) -> str:
    """Return a cell as text, blank where it has nothing."""
    cell = row.get(name, "")
    return "" if cell is None or cell != cell else str(cell)  # noqa: PLR0124 - only NaN differs


def rank_of(row: Mapping[str, object]) -> float:
    """Return the rank of a link, the last of all where it has none."""
    rank = number(row["rank"])
    return rank if math.isfinite(rank) else math.inf


def is_verified(row: Mapping[str, object]) -> bool:
    """Return whether a link was run in full."""
    return said(row, "verified").lower() == "true"


def saved_of(row: Mapping[str, object]) -> float:
    """Return the minutes saved: those of the full run where there was one."""
    full = number(row.get("verified_saved_min"))
    return full if is_verified(row) and math.isfinite(full) else number(row["saved_min"])


def _sorted(links: Sequence[Link]) -> list[Link]:
    return sorted(
        links,
        key=lambda link: (
            _MODE_ORDER.index(link.mode),
            -link.saved_min if math.isfinite(link.saved_min) else math.inf,
            link.name,
        ),
    )


def reader_of(places: gpd.GeoDataFrame, facts: StudyFacts, lang: Language) -> Readings:
    """Return the names of places in one language; there are no times to read."""
    return Readings(StudyTables(places=places, times=pd.DataFrame()), facts, lang)


def basis(facts: StudyFacts, lang: Language) -> str:
    """Return what the minutes are and the day and window they are of."""
    day = say(lang, "basis", date=facts.date, window=facts.window)
    return f"{say(lang, 'door_to_door')}. {day}"


def evidence_of(grades: Sequence[str], lang: Language) -> str:
    """Return the share of evidence grades among what an exhibit shows."""
    known = [each for each in grades if each]
    shares = [
        f"{say(lang, grade)} {100 * known.count(grade) / len(known):.0f} %"
        for grade in EVIDENCE
        if grade in known
    ]
    return say(lang, "evidence_share", shares=", ".join(shares) or "-")
