"""The settings under which links are ranked again: hours, waits, roads, speeds, points, spread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import pandas as pd

from clustergeo.indices import BASE, at_share, with_samples
from clustergeo.networks.congestion import FREE_FLOW, load_congestion
from clustergeo.networks.edits import Base, Edit, Scenario, apply, edit_from
from clustergeo.schemas.roads import FASTEST_KPH
from clustergeo.study._settings import ACCESS, WAITS, WINDOWS, half_hours
from clustergeo.study.plan import Study
from clustergeo.times import TravelTimes

__all__ = ["LinkSetting", "Settings", "free_tables", "link_settings", "with_link_speed"]

Settings = Literal["study", "usual", "all"]

_USUAL_WINDOWS: Final = ("12:00-14:00", "17:00-19:00")
_USUAL_WAITS: Final = ("plan", "half")
_MARGINS_MIN: Final = (3.0, 6.0)
_DRAWS: Final = (10, 40)
_FACTORS: Final = (0.8, 1.2)
_LISTED_MINUTES: Final = ("section_min", "section_back_min")
_KPH: Final = ("vehicle_kph", "speed_kph")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkSetting:
    """One way to look at the same links that needs the routers again.

    Parameters
    ----------
    dimension, name
        What is varied, and how.
    mode
        Whose times it changes.
    study
        The study under it.
    link_speed
        Factor on the speed of what a scenario adds.
    road_speed
        Factor on the speed of all roads that there are.
    """

    dimension: str
    name: str
    mode: str
    study: Study
    link_speed: float = 1.0
    road_speed: float = 1.0

    def base(self, base: Base) -> Base:
        """Return the study as it is under the setting."""
        if self.road_speed == 1.0:
            return base
        edit = edit_from({"kind": "road_speed", "ref": "*", "factor": self.road_speed})
        told = Scenario(scenario_id="all_roads", title_en="", title_ko="", edits=(edit,))
        return replace(base, road=apply(told, base).road)

    def same_link(self, scenario: Scenario) -> bool:
        """Return whether a scenario is the same under the setting."""
        return self.link_speed == 1.0 or with_link_speed(scenario, self.link_speed) == scenario

    def refuses(self, scenario: Scenario) -> bool:
        """Return whether a scenario puts its own congestion state on roads that have one."""
        if self.mode != "car" or self.study.networks.state == FREE_FLOW:
            return False
        return any(e.kind == "congestion" and e.meaning["state"] for e in scenario.edits)


def link_settings(study: Study, mode: str, which: Settings) -> Iterator[LinkSetting]:
    """Yield the study, and the settings that need its routers again.

    Parameters
    ----------
    study
        The study as it is.
    mode
        Whose times are varied.
    which
        ``study``: it alone. ``usual``: midday and evening, people who know the timetable, half
        headways, a margin at changes; congestion states; speeds of the link, and of all roads,
        a fifth lower and higher. ``all``: more hours, waits and margins, ways to the stops, and
        fewer and more draws of headway services.

    Examples
    --------
    >>> from clustergeo.study import load_study
    >>> [setting.name for setting in link_settings(load_study(), "car", "study")]
    ['study']
    """
    yield LinkSetting(dimension=BASE, name=BASE, mode=mode, study=study)
    if which == "study":
        return
    if mode == "transit":
        yield from _transit(study, every=which == "all")
    else:
        yield from _car(study)
    for factor in _FACTORS:
        yield LinkSetting(
            dimension="link_speed", name=f"x {factor:g}", mode=mode, study=study, link_speed=factor
        )


def _transit(study: Study, *, every: bool) -> Iterator[LinkSetting]:
    for window in WINDOWS if every else _USUAL_WINDOWS:
        if window != study.window:
            yield LinkSetting(
                dimension="window",
                name=window,
                mode="transit",
                study=replace(study, window=window),
            )
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("wait", name, changes) for name, changes in WAITS.items() if every or name in _USUAL_WAITS
    ]
    margins = _MARGINS_MIN if every else _MARGINS_MIN[:1]
    ways += [("change_margin", f"{m:g} min", {"min_change_min": m}) for m in margins]
    if every:
        ways += [("access", name, changes) for name, changes in ACCESS.items()]
        ways += [("headway_draws", f"{draws}", {"headway_draws": draws}) for draws in _DRAWS]
    for dimension, name, changes in ways:
        rules = replace(study.transit, **changes)
        if rules != study.transit:
            yield LinkSetting(
                dimension=dimension,
                name=name,
                mode="transit",
                study=replace(study, transit=rules),
            )


def _car(study: Study) -> Iterator[LinkSetting]:
    own = study.networks.state
    for state in sorted(set(load_congestion(study.networks.congestion)["state"]) - {own}):
        networks = replace(study.networks, state=state, delays=state != FREE_FLOW)
        yield LinkSetting(
            dimension="road_state",
            name=networks.road_state or FREE_FLOW,
            mode="car",
            study=replace(study, networks=networks),
        )
    for factor in _FACTORS:
        yield LinkSetting(
            dimension="road_speed",
            name=f"x {factor:g}",
            mode="car",
            study=study,
            road_speed=factor,
        )


def free_tables(study: Study, times: TravelTimes) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield dimension, name and table of what times tell without another search.

    Half hours of the window, and in place of the median the fast and the slow tenth.

    Parameters
    ----------
    study
        Whose departures they are.
    times
        Of one mode.
    """
    if times.mode != "transit":
        return
    for name, chosen in half_hours(times, study.departures):
        yield "departure", name, with_samples(times, chosen)
    for column in ("p10_min", "p90_min"):
        yield "spread", column, at_share(times.table, column)


def with_link_speed(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario whose new roads and lines are faster or slower.

    Speeds are multiplied and minutes divided; standing at stops, headways and what takes a stop
    or a change its minutes stay. A road is no faster than any road may be.

    Parameters
    ----------
    scenario
        A scenario.
    factor
        Above 1 is faster.

    Examples
    --------
    >>> road = edit_from({"kind": "new_road", "highway": "trunk", "speed_kph": 80,
    ...                   "line": [[127.1, 36.5], [127.2, 36.5]]})
    >>> slow = with_link_speed(Scenario(scenario_id="r", title_en="", title_ko="", edits=(road,)),
    ...                        0.5)
    >>> slow.edits[0].meaning["speed_kph"]
    40.0
    """
    return replace(scenario, edits=tuple(_scaled(edit, factor) for edit in scenario.edits))


def _scaled(edit: Edit, factor: float) -> Edit:
    """Return an edit with other speeds; itself where it states none."""
    told = edit.meaning
    changes: dict[str, Any] = {
        key: told[key] * factor for key in _KPH if told.get(key) is not None
    }
    if "speed_kph" in changes:
        changes["speed_kph"] = min(changes["speed_kph"], FASTEST_KPH)
    if edit.kind == "road_speed" and told["factor"] is not None:
        changes["factor"] = told["factor"] * factor
    if told.get("end_to_end_min") is not None:
        # Of an extension the first stop is that where the line ends so far.
        between = len(told["stops"]) - (1 if edit.kind == "extend_line" else 2)
        stand = told["dwell_min"] * max(between, 0)
        changes["end_to_end_min"] = stand + (told["end_to_end_min"] - stand) / factor
    for key in _LISTED_MINUTES:
        if told.get(key):
            changes[key] = tuple(minutes / factor for minutes in told[key])
    return replace(edit, **changes) if changes else edit
