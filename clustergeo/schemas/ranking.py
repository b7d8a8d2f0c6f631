"""Contracts of the ranking of links, and of how firm it is."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.attribution import TARGETS
from clustergeo.schemas.results import EVIDENCE, MODES

__all__ = ["LINK_RANKING", "LINK_RANKS", "LINK_REASONS", "LINK_STABILITY"]

LINK_REASONS: Final = ("no_cost", "saves_nothing", "no_pairs")
"""Why there is no cost per minute: no cost is known, less than a tenth of a minute is saved, or
no pair of clusters has a trip without and with the link."""

_TO_CAPITAL = "from the clusters to every capital point"


def _rank(name: str, what: str) -> Column:
    return Column(
        name, "number", f"{what}; 1 saves most, by mode, to a tenth", blank=True, minimum=1
    )


def _minutes(name: str, what: str, minimum: float | None = None) -> Column:
    return Column(name, "number", what, blank=True, minimum=minimum)


LINK_RANKING: Final = Schema(
    "ranking of links",
    (
        Column("scenario_id"),
        Column("title_en"),
        Column("title_ko"),
        Column("mode", choices=MODES, description="by what its travellers go"),
        Column("pairs", "integer", "ordered pairs of clusters with a trip both times", minimum=0),
        _minutes("region_mean_before_min", "mean over those pairs of the median minutes", 0),
        _minutes("region_mean_after_min", "the same with the link", 0),
        _minutes("saved_min", "before less after; below 0 is slower"),
        _minutes("saved_capital_min", f"the same {_TO_CAPITAL}"),
        Column("cost_krw_bn", "number", "billion won", blank=True, minimum=0),
        Column("opening_year", "integer", blank=True),
        _minutes("krw_bn_per_min", "cost by saved_min; no benefit-cost ratio", 0),
        _rank("rank", "by saved_min under the study"),
        _rank("rank_min", "best over all settings"),
        _rank("rank_max", "worst over all settings"),
        Column("first_share", "number", "settings in which it is first", minimum=0, maximum=1),
        Column("settings", "integer", "settings in which links can be ranked", minimum=0),
        _rank("rank_capital", "by saved_capital_min under the study"),
        _rank("rank_capital_min", "best over all settings"),
        _rank("rank_capital_max", "worst over all settings"),
        Column("moved_by", description="settings that change its rank, most first", blank=True),
        Column("reason", choices=LINK_REASONS, blank=True),
        Column("evidence", "text", "weakest of its inputs", choices=EVIDENCE, blank=True),
    ),
    key=("scenario_id", "mode"),
)

LINK_RANKS: Final = Schema(
    "ranks of links",
    (
        Column("dimension", description="what is varied: study, window, wait, link_speed"),
        Column("setting", description="how it is set; study is the study as it is"),
        Column("mode", choices=MODES),
        Column("target", choices=TARGETS),
        Column("scenario_id"),
        Column("pairs", "integer", "pairs with a trip both times", minimum=0),
        _minutes("saved_min", "mean minutes saved; below 0 is slower"),
        _rank("rank", "blank where a link has no minutes or none saves a tenth"),
    ),
    key=("dimension", "setting", "mode", "target", "scenario_id"),
)

LINK_STABILITY: Final = Schema(
    "stability of the ranking of links",
    (
        Column("mode", choices=MODES),
        Column("target", choices=TARGETS),
        Column("dimension", description="what is varied; all for every dimension"),
        Column("scenario_id"),
        Column("rankings", "integer", "settings", minimum=1),
        Column("best_rank", "number", minimum=1),
        Column("worst_rank", "number", minimum=1),
        Column("first_share", "number", "settings in which it is first", minimum=0, maximum=1),
        Column("changed_share", "number", "unlike the study's", blank=True, minimum=0, maximum=1),
        Column("changed_by", description="settings that move it", blank=True),
    ),
    key=("mode", "target", "dimension", "scenario_id"),
)
