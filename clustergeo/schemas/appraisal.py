"""Contracts of an appraisal: measures and claims before and after, costs, and the null run."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import CLAIM_REASONS, EVIDENCE, MODES, VERDICTS, WEIGHTS

__all__ = [
    "CLAIM_CHANGES",
    "COSTS",
    "COST_REASONS",
    "COST_SCOPES",
    "DEMAND",
    "MEASURE_CHANGES",
    "NULL_RUN",
    "PURPOSES",
    "VALUE_OF_TIME",
]

TURNS: Final = ("better", "worse", "unchanged", "new", "lost", "no_value")
"""What became of a measure: less or more isolated, as it was, or without a value on one side."""

COST_SCOPES: Final = ("clusters", "capital", "pair")
"""Over what minutes are averaged: ordered pairs of clusters, the ways from the clusters to every
capital point, or one pair in one direction."""

COST_REASONS: Final = ("no_cost", "saves_nothing", "no_trip")
"""Why there is no cost per minute: no cost is published, no minute is saved, or no trip is there
both before and after."""

PURPOSES: Final = ("business", "other")
"""What one travels for: in working time, or else (the way to work included)."""

_EVIDENCE: Final = Column("evidence", description="weakest input", choices=EVIDENCE, blank=True)

MEASURE_CHANGES: Final = Schema(
    "measure changes",
    (
        Column("measure", description="id in the catalogue; mean_to_clusters, mean_to_capital"),
        Column("weights", description="masses it is weighted by", choices=WEIGHTS, blank=True),
        Column("mode", choices=MODES),
        Column("place_id", description="a cluster, or region for all of them together"),
        Column("before", "number", "without the scenario", blank=True),
        Column("after", "number", "with it", blank=True),
        Column("difference", "number", "after less before; exactly 0 if unchanged", blank=True),
        Column("unit"),
        Column("better", description="which way is less isolated", choices=("lower", "higher")),
        Column("change", choices=TURNS),
        Column("rank_before", "number", "1 is the most isolated", blank=True, minimum=1),
        Column("rank_after", "number", "1 is the most isolated", blank=True, minimum=1),
        Column("reason", description="why blank, code of indices.REASONS", blank=True),
        _EVIDENCE,
    ),
    key=("measure", "weights", "mode", "place_id"),
)

CLAIM_CHANGES: Final = Schema(
    "claim changes",
    (
        Column("claim_id"),
        Column("mode", choices=MODES),
        Column("from_id", description="where the trip of the claim starts"),
        Column("scenario", description="what the claim says must be built first", blank=True),
        Column("said", "number", "the figure published, minutes", blank=True, minimum=0),
        Column("said_reason", description="why blank", choices=("no_minutes",), blank=True),
        Column("before_verdict", choices=VERDICTS),
        Column("after_verdict", choices=VERDICTS),
        Column("before_min", "number", "ours, door to door, median", blank=True, minimum=0),
        Column("after_min", "number", "ours with the scenario", blank=True, minimum=0),
        Column("ride_min", "number", "of that in vehicles, after", blank=True, minimum=0),
        Column("before_share", "number", "departures for which it holds", blank=True, minimum=0),
        Column("after_share", "number", "the same with the scenario", blank=True, minimum=0),
        Column("flip_min", "number", "change of the after times that turns it", blank=True),
        Column("reason_before", choices=CLAIM_REASONS, blank=True),
        Column("reason_after", choices=CLAIM_REASONS, blank=True),
        Column("text_en", description="both figures and what each contains"),
        Column("text_ko", description="the same in Korean"),
        _EVIDENCE,
    ),
    key=("claim_id", "mode", "from_id"),
)

COSTS: Final = Schema(
    "costs",
    (
        Column("scope", choices=COST_SCOPES),
        Column("mode", choices=MODES),
        Column("from_id", description="blank for a mean", blank=True),
        Column("to_id", description="blank for a mean", blank=True),
        Column("pairs", "integer", "ordered pairs behind it", minimum=0),
        Column("saved_min", "number", "median minutes saved; below 0 is slower", blank=True),
        Column("cost_krw_bn", "number", "billion won, as published", blank=True, minimum=0),
        Column("krw_bn_per_min", "number", "for each minute saved", blank=True, minimum=0),
        Column("other_won_per_trip", "number", "a trip's minutes saved in won", blank=True),
        Column("business_won_per_trip", "number", "the same in working time", blank=True),
        Column("person_min_a_day", "number", "saved, by the demand given", blank=True),
        Column("krw_bn_per_1000_person_min", "number", "saved a day", blank=True, minimum=0),
        Column("reason", description="why no cost per minute", choices=COST_REASONS, blank=True),
        Column("demand_reason", description="why none", choices=("no_demand",), blank=True),
        _EVIDENCE,
    ),
    key=("scope", "mode", "from_id", "to_id"),
)

VALUE_OF_TIME: Final = Schema(
    "value of time",
    (
        Column("mode", choices=MODES),
        Column("purpose", choices=PURPOSES),
        Column("won_per_hour", "number", "of one traveller", minimum=0),
        Column("price_year", "integer", "prices of which year", minimum=1900, maximum=2200),
        Column("evidence", choices=EVIDENCE),
        Column("source"),
        Column("note", optional=True, blank=True),
    ),
    key=("mode", "purpose"),
)

DEMAND: Final = Schema(
    "demand",
    (
        Column("from_id"),
        Column("to_id"),
        Column("mode", choices=MODES),
        Column("trips_a_day", "number", "people that travel, one way", minimum=0),
        Column("source", description="who counted or forecast them"),
    ),
    key=("from_id", "to_id", "mode"),
)

NULL_RUN: Final = Schema(
    "null run",
    (
        Column("what", choices=("times", "measures", "claims")),
        Column("mode", choices=MODES),
        Column("compared", "integer", "numbers held against each other", minimum=0),
        Column("differing", "integer", "of them not equal to the bit", minimum=0),
        Column(
            "largest_difference", "number", "in min or the measure's unit", blank=True, minimum=0
        ),
        Column("reason", description="why blank", choices=("one_side_only",), blank=True),
    ),
    key=("what", "mode"),
)
