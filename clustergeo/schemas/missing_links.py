"""Contracts of the missing-link finder: links that are proposed, refused, and chosen together."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE

__all__ = ["LINK_KINDS", "LINK_PORTFOLIO", "MISSING_LINKS", "REFUSED_LINKS", "UNIT_COSTS"]

LINK_KINDS: Final = ("road", "rail", "tram", "bus")
"""What a hypothetical link is: an expressway, or a direct service of vehicles of a kind."""

_MODES: Final = ("car", "transit")
_LINK = (
    Column("link_id", description="id of the scenario that builds it"),
    Column("kind", choices=("road", "service")),
    Column("link", choices=LINK_KINDS),
    Column("mode", choices=_MODES, description="whose minutes it changes"),
    Column("from_id", description="place at one end"),
    Column("to_id", description="place at the other end"),
    Column("via_ids", description="places between, spaces between", blank=True),
    Column("from_stop", description="stop at one end, of a service", blank=True),
    Column("to_stop", description="stop at the other end, of a service", blank=True),
    Column("length_km", "number", "straight kilometres times the circuity", minimum=0),
    Column("speed_kph", "number", "on the way, stops left out", minimum=0),
    Column("headway_min", "number", "of a service", blank=True, minimum=0),
    Column("ride_min", "number", "minutes from end to end", minimum=0),
)
_SCREENED = "as screened, less than 0 is slower"

MISSING_LINKS: Final = Schema(
    "missing links",
    (
        *_LINK,
        Column(
            "rank", "integer", "within the mode, from 1; that of the one it is like", minimum=1
        ),
        Column("saved_min", "number", f"mean over pairs of clusters, {_SCREENED}", blank=True),
        Column("new_pairs", "integer", "ordered pairs of clusters that get a trip at last"),
        Column("saved_reason", description="why saved_min is blank", blank=True),
        Column("saved_capital_min", "number", "mean from clusters to capital points", blank=True),
        Column(
            "saved_person_min",
            "number",
            "persons around each cluster times its mean, one trip each",
            blank=True,
        ),
        Column("saved_worker_min", "number", "the same of people employed", blank=True),
        Column("cost_krw_bn", "number", "length times unit cost", blank=True, minimum=0),
        Column("per_bn", "number", "saved_min per billion won", blank=True),
        Column("person_min_per_bn", "number", "saved_person_min per billion won", blank=True),
        Column("worker_min_per_bn", "number", "saved_worker_min per billion won", blank=True),
        Column("cost_reason", description="why there is no cost", blank=True),
        Column("alike", description="better link with both ends near its own", blank=True),
        Column("planned", description="scenarios that plan such a link", blank=True),
        Column("exists", description="reason to refuse it; blank of all here", blank=True),
        Column("verified", choices=("true", "false"), description="whether run in full"),
        Column("verified_saved_min", "number", "saved_min of the full run", blank=True),
        Column("verified_capital_min", "number", "saved_capital_min of it", blank=True),
        Column("disagreement_min", "number", "screened less verified", blank=True),
        Column("evidence", choices=EVIDENCE),
    ),
    key=("link_id",),
)

REFUSED_LINKS: Final = Schema(
    "refused links",
    (
        *(replace(column, blank=True) for column in _LINK),
        Column("exists", description="the line or road that serves it already", blank=True),
        Column("reason", description="why it is not proposed"),
    ),
    key=("link_id",),
)

LINK_PORTFOLIO: Final = Schema(
    "portfolio",
    (
        Column("mode", choices=_MODES),
        Column("method", choices=("greedy", "exhaustive")),
        Column("step", "integer", "from 1", minimum=1),
        Column("link_id"),
        Column("budget_krw_bn", "number", minimum=0),
        Column("cost_krw_bn", "number", "of the links so far", minimum=0),
        Column("saved_min", "number", "of those, mean over pairs of clusters and departures"),
        Column("bound_min", "number", "no set within the budget saves more", minimum=0),
        Column("share_of_bound", "number", "saved_min of bound_min", blank=True),
        Column("of_links", "integer", "links chosen from", minimum=1),
        Column("verified_saved_min", "number", "mean of medians, all in one full run", blank=True),
        Column("evidence", choices=EVIDENCE),
    ),
    key=("mode", "method", "step"),
)

UNIT_COSTS: Final = Schema(
    "unit costs",
    (
        Column("link", choices=LINK_KINDS),
        Column("krw_bn_per_km", "number", "billion won", blank=True, minimum=0),
        Column("low_krw_bn_per_km", "number", "lowest of the sources", blank=True, minimum=0),
        Column("high_krw_bn_per_km", "number", "highest of the sources", blank=True, minimum=0),
        Column("evidence", choices=EVIDENCE, blank=True),
        Column("source", blank=True),
        Column("note", blank=True),
    ),
    key=("link",),
)
