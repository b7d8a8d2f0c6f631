"""Every link under every setting: the minutes that each saves, and what heads the ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.errors import ScenarioError
from clustergeo.indices import BASE, each_point
from clustergeo.networks.edits import Base, Scenario, apply
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._trips import (
    Pairs,
    minutes_of,
    modes_of,
    only,
    pairs_of,
    times_by,
    weakest,
)
from clustergeo.study.scenarios.sensitivity import (
    LinkSetting,
    Settings,
    free_tables,
    link_settings,
    with_link_speed,
)
from clustergeo.times import TravelTimes

__all__ = ["LinkRuns", "head_of", "means_of"]

_AS_SLOW: Final = (
    "in a congestion state a new road is as slow as the other roads of its class; what it takes "
    "off them is not modelled"
)
_CENTS: Final = 2
_LEAST_MIN: Final = 0.05  # what rounds to a tenth


class LinkRuns:
    """Every link under every setting: rows of minutes saved, and what heads the ranking."""

    def __init__(
        self, study: Study, base: Base, scenarios: Sequence[Scenario], which: Settings
    ) -> None:
        self.study, self.base, self.which = study, base, which
        modes = {each.scenario_id: modes_of(each.edits, study) for each in scenarios}
        self.notes = [f"{name}: no time depends on it" for name, own in modes.items() if not own]
        by_mode = {
            mode: [each for each in scenarios if mode in modes[each.scenario_id]]
            for mode in ("car", "transit")
        }
        self.todo = [
            (setting, links)
            for mode, links in by_mode.items()
            if links
            for setting in link_settings(study, mode, which)
        ]
        if any(setting.dimension == "road_state" for setting, _ in self.todo):
            self.notes.append(_AS_SLOW)
        self.total = sum(len(links) + 1 for _, links in self.todo)
        self.pairs = pairs_of(study, base)
        self.rows: list[dict[str, Any]] = []
        self.heads: list[dict[str, Any]] = []
        self._changed: dict[str, Base] = {}
        self._usual: dict[tuple[str, str], TravelTimes] = {}

    def run(self) -> Iterator[int]:
        """Compute everything; yield how many runs are done."""
        done = 0
        for setting, links in self.todo:
            base = setting.base(self.base)
            before = times_by(setting.mode, setting.study, base)
            yield (done := done + 1)
            for link in links:
                after = self._after(setting, base, link)
                self._note(setting, link, before, after)
                yield (done := done + 1)

    def _after(self, setting: LinkSetting, base: Base, link: Scenario) -> TravelTimes | None:
        """Return the times with a link under a setting; none where it cannot be made."""
        if setting.same_link(link) and setting.study is self.study and base is self.base:
            key = setting.mode, link.scenario_id
            if key not in self._usual:
                self._usual[key] = self._times(setting, base, self._on_base(link))
            return self._usual[key]
        what = f"{setting.mode} {setting.dimension} {setting.name}"
        if setting.refuses(link):
            self.notes.append(f"{what} is not ranked: {link.scenario_id} has a state of its own")
            return None
        if base is self.base and setting.same_link(link):
            return self._times(setting, base, self._on_base(link))
        try:
            changed = apply(with_link_speed(link, setting.link_speed), base)
        except ScenarioError as error:
            self.notes.append(f"{what} is not ranked: {link.scenario_id} so is refused ({error})")
            return None
        return self._times(setting, base, changed)

    def _on_base(self, link: Scenario) -> Base:
        if link.scenario_id not in self._changed:
            self._changed[link.scenario_id] = apply(link, self.base)
        return self._changed[link.scenario_id]

    def _times(self, setting: LinkSetting, base: Base, changed: Base) -> TravelTimes:
        part = only(setting.mode, setting.study, changed, base)
        return times_by(setting.mode, setting.study, base, part)

    def _note(
        self, setting: LinkSetting, link: Scenario, before: TravelTimes, after: TravelTimes | None
    ) -> None:
        """Add the rows of a link under a setting, and under those that come free with it."""
        key = {"mode": setting.mode, "scenario_id": link.scenario_id}
        head = {"dimension": setting.dimension, "setting": setting.name, **key}
        if after is None:
            lost = {"pairs": 0, "saved_min": np.nan}
            self.rows += [head | {"target": target} | lost for target in self.pairs]
            return
        tables = before.table, after.table
        told = {target: means_of(tables, pairs) for target, pairs in self.pairs.items()}
        self.rows += [head | {"target": target} | _told(own) for target, own in told.items()]
        if setting.dimension != BASE:
            return
        evidence = weakest(tables, self.pairs["clusters"], [link])
        self.heads.append(head_of(link, setting.mode, told) | {"evidence": evidence})
        self._lost_pairs(link, setting.mode, told)
        if self.which == "study":
            return
        for point, (place,) in each_point(self.study.places.capital):
            pairs = tuple(pair for pair in self.pairs["capital"] if pair[1] == place)
            own = {"dimension": "capital_point", "setting": point, "target": "capital"}
            self.rows.append(key | own | _told(means_of(tables, pairs)))
        both = [
            {(dimension, name): table for dimension, name, table in free_tables(self.study, times)}
            for times in (before, after)
        ]
        for dimension, name in both[0].keys() & both[1].keys():
            some = both[0][dimension, name], both[1][dimension, name]
            own = {"dimension": dimension, "setting": name}
            self.rows += [
                key | own | {"target": target} | _told(means_of(some, pairs))
                for target, pairs in self.pairs.items()
            ]

    def _lost_pairs(
        self, link: Scenario, mode: str, told: Mapping[str, Mapping[str, Any]]
    ) -> None:
        for target, own in told.items():
            if lost := len(self.pairs[target]) - own["pairs"]:
                self.notes.append(
                    f"{link.scenario_id}, {mode}, {target}: {lost} of {len(self.pairs[target])} "
                    "pairs have no trip without or with it and are left out of the mean"
                )


def means_of(tables: tuple[pd.DataFrame, pd.DataFrame], pairs: Pairs) -> dict[str, Any]:
    """Return the means over the pairs that have a trip both times, and their number."""
    before, after = (minutes_of(table, pairs) for table in tables)
    found = ~np.isnan(before) & ~np.isnan(after)
    if not found.any():
        return {"pairs": 0, "before": np.nan, "after": np.nan, "saved_min": np.nan}
    saved = (before - after)[found].mean()
    return {
        "pairs": int(found.sum()),
        "before": before[found].mean(),
        "after": after[found].mean(),
        "saved_min": round(float(saved), _CENTS) + 0.0,
    }


def _told(means: Mapping[str, Any]) -> dict[str, Any]:
    return {name: means[name] for name in ("pairs", "saved_min")}


def head_of(link: Scenario, mode: str, told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    own, saved = told["clusters"], told["clusters"]["saved_min"]
    cost = link.cost_krw_bn
    reason = "no_pairs" if not own["pairs"] else "no_cost" if cost is None else ""
    if not reason and saved < _LEAST_MIN:
        reason = "saves_nothing"
    return {
        "scenario_id": link.scenario_id,
        "title_en": link.title_en,
        "title_ko": link.title_ko,
        "mode": mode,
        "pairs": own["pairs"],
        "region_mean_before_min": round(own["before"], _CENTS),
        "region_mean_after_min": round(own["after"], _CENTS),
        "saved_min": saved,
        "saved_capital_min": told["capital"]["saved_min"],
        "cost_krw_bn": np.nan if cost is None else cost,
        "opening_year": link.opening_year,
        "krw_bn_per_min": np.nan if reason or cost is None else round(cost / saved, 1),
        "reason": reason,
    }
