"""The trips whose mean a link is judged by: times of one mode, and the pairs that count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.edits import Base, Edit, Scenario
from clustergeo.schemas.results import EVIDENCE, MODES
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._kept_roads import car_times_keeping
from clustergeo.study.scenarios._kept_taxis import kept_taxis, transit_times_keeping
from clustergeo.study.scenarios.run import _model, _points
from clustergeo.times import TravelTimes

__all__ = ["Pairs", "minutes_of", "modes_of", "only", "pairs_of", "times_by", "touches", "weakest"]

_ROOMS: Final = {"car": ("places", "road"), "transit": ("places", "timetable")}

Pairs = tuple[tuple[str, str], ...]
"""Ids of origin and destination."""


def touches(edit: Edit, mode: str, study: Study) -> bool:
    """Return whether times of a mode can depend on an edit."""
    if edit.kind == "weight":
        return False
    rooms: tuple[str, ...] = _ROOMS[mode]
    if mode == "transit" and study.networks.ways_on_roads:
        rooms = (*rooms, "road")
    return edit.room in rooms


def modes_of(edits: Iterable[Edit], study: Study) -> tuple[str, ...]:
    """Return the modes whose times can depend on edits."""
    listed = list(edits)
    return tuple(mode for mode in MODES if any(touches(edit, mode, study) for edit in listed))


def times_by(mode: str, study: Study, base: Base, changed: Base | None = None) -> TravelTimes:
    """Return the times of one mode from the clusters to them and to the capital points.

    Parameters
    ----------
    mode, study
        By what, and under which rules.
    base
        The study as it is.
    changed
        That with a scenario; what the base has is kept as in
        :func:`clustergeo.study.scenarios.run_scenarios`. None for the base itself.
    """
    model, ends = _model(study, base), _points(study, base.places, None)
    starts = ends["kind"] == "cluster"
    if changed is None:
        found: TravelTimes = getattr(model, mode)(ends[starts].reset_index(drop=True), ends)
        return found
    other, ends = _model(study, changed), _points(study, changed.places, None)
    if mode == "car":
        return car_times_keeping(model, other, ends)
    kept = kept_taxis(model, other, _points(study, base.places, None))
    return transit_times_keeping(other, ends[starts].reset_index(drop=True), kept, ends)


def only(mode: str, study: Study, changed: Base, base: Base) -> Base:
    """Return what the times of a mode depend on of a changed base, and else the base."""
    if mode == "car":
        return replace(changed, timetable=base.timetable)
    return changed if study.networks.ways_on_roads else replace(changed, road=base.road)


def pairs_of(study: Study, base: Base) -> dict[str, Pairs]:
    """Return the ordered pairs of clusters, and those from a cluster to a capital point."""
    kinds = base.places.set_index("place_id")["kind"]
    clusters = [str(place) for place in kinds.index[kinds == "cluster"]]
    return {
        "clusters": tuple((a, b) for a in clusters for b in clusters if a != b),
        "capital": tuple((a, point) for a in clusters for point in study.places.capital),
    }


def minutes_of(table: pd.DataFrame, pairs: Pairs) -> NDArray[np.float64]:
    """Return the minutes of pairs in a table of times; NaN where there is no trip."""
    known = table.set_index(["from_id", "to_id"])["minutes"]
    if not pairs:
        return np.zeros(0)
    found: NDArray[np.float64] = known.reindex(pd.MultiIndex.from_tuples(pairs)).to_numpy(float)
    return found


def weakest(tables: Iterable[pd.DataFrame], pairs: Pairs, scenarios: Sequence[Scenario]) -> str:
    """Return the weakest grade of the times of pairs and of what scenarios state."""
    wanted = pd.MultiIndex.from_tuples(pairs, names=["from_id", "to_id"])
    found: set[Any] = {scenario.evidence for scenario in scenarios}
    found |= {EVIDENCE[-1] for scenario in scenarios for edit in scenario.edits if edit.assumption}
    for table in tables:
        found |= set(table.set_index(["from_id", "to_id"])["evidence"].reindex(wanted).dropna())
    graded = [grade for grade in EVIDENCE if grade in found]
    return graded[-1] if graded else ""
