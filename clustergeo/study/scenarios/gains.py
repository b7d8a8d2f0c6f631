"""Who gains by scenarios: from every populated cell to the clusters and to the capital."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from clustergeo.errors import UsageError
from clustergeo.indices.gains import area_gains, cell_gains, to_all, to_first
from clustergeo.networks.edits import Base, Scenario, apply
from clustergeo.schemas import check_table
from clustergeo.schemas.gains import GAINS, LEVELS, TARGETS
from clustergeo.schemas.results import MODES
from clustergeo.study.model import model_of
from clustergeo.study.plan import Study, load_study
from clustergeo.study.scenarios._areas import Areas, load_areas
from clustergeo.study.scenarios._cell_times import cell_minutes
from clustergeo.study.scenarios._costs import national_share_of, table_with_costs, total_cost
from clustergeo.study.scenarios.gain_rules import GainRules, ScenarioGains
from clustergeo.study.scenarios.run import check_scenarios, study_base

__all__ = ["scenario_gains"]

_WEIGHT: Final = "employees"


def scenario_gains(
    scenarios: Scenario | Path | str | Sequence[Scenario | Path | str],
    study: Study | Path | str | None = None,
    rules: GainRules | None = None,
    *,
    base: Base | None = None,
    progress: Callable[[float], None] | None = None,
) -> ScenarioGains:
    """Return the minutes that scenarios save the people of a region, and a split of the cost.

    From the centre of each cell of the population grid to the clusters of the study (the mean
    over all of them, weighted by their employees where every one has some) and to the capital
    (the nearest of its points at the time), median minutes over the departures of the study
    before and after. Person-minutes are people x minutes saved by one trip each: a weight, no
    forecast of demand. Modes whose network a scenario leaves alone are not computed.

    Parameters
    ----------
    scenarios
        One scenario or the path of its file, or several that are applied one after the other.
    study
        A study or the path of its file; the embedded study by default.
    rules
        Region, target, and how the cost is split; the defaults if None.
    base
        That of the study, if it is at hand.
    progress
        Called with the share of the work that is done, 0 to 1.

    Returns
    -------
    gains : ScenarioGains

    Raises
    ------
    ScenarioError
        With every fault of the scenarios, their files and lines.
    UsageError
        If the scenarios change no time, the region holds nobody, or a setting is out of range.

    Examples
    --------
    >>> from clustergeo.networks.edits import Scenario
    >>> scenario_gains(Scenario(scenario_id="nothing", title_en="Nothing", title_ko="없음"))
    Traceback (most recent call last):
    clustergeo.errors.UsageError: nothing: changes no road, ride or target - nobody can gain
    """
    rules = rules or GainRules()
    if not isinstance(study, Study):
        study = load_study(Path(study) if study is not None else None)
    base = base or study_base(study)
    asked = _asked(scenarios, study, base)
    changed = apply(asked, base)
    targets = _targets(study, base)
    ids = [*targets["clusters"], *targets["capital"]]
    ends = _points(base.places, ids), _points(changed.places, ids)
    modes = _changed(study, base, changed, ends)
    if not modes:
        told = ", ".join(scenario.scenario_id for scenario in asked)
        message = f"{told}: changes no road, ride or target - nobody can gain"
        raise UsageError(message)
    national = national_share_of(study, rules)
    clusters = base.places[base.places["place_id"].isin(targets["clusters"])]
    areas = load_areas(study, clusters, rules.sido)
    models = (
        model_of(study, base.road, base.timetable),
        model_of(study, changed.road, changed.timetable),
    )
    rows = []
    for number, mode in enumerate(modes):
        times = cell_minutes(models, areas.cells, ends, mode, _part(progress, number, len(modes)))
        for target in TARGETS:
            before, after = (table[targets[target]] for table in times)
            if target == TARGETS[0]:
                minutes = to_all(before, after, _masses(clusters))
            else:
                minutes = to_first(before, after)
            rows += _levels(cell_gains(areas.cells, minutes, target=target, mode=mode), areas)
    table = pd.concat(rows, ignore_index=True)
    cost = total_cost(asked)
    table, split = table_with_costs(table, rules, cost=cost, national_share=national)
    return ScenarioGains(
        study=study,
        scenarios=asked,
        rules=rules,
        region=tuple(areas.names["sido"][code] for code in areas.sido),
        table=check_table(table, GAINS, file="gains", first_row=1),
        cost_split=split,
        cost_krw_bn=cost,
        national_share=national,
        weighted=_masses(clusters) is not None,
    )


def _asked(
    scenarios: Scenario | Path | str | Sequence[Scenario | Path | str], study: Study, base: Base
) -> tuple[Scenario, ...]:
    """Return the scenarios, those of files checked together."""
    listed = [scenarios] if isinstance(scenarios, Scenario | Path | str) else list(scenarios)
    files = [one for one in listed if not isinstance(one, Scenario)]
    loaded = iter(check_scenarios(files, study, base=base, together=True) if files else ())
    return tuple(one if isinstance(one, Scenario) else next(loaded) for one in listed)


def _targets(study: Study, base: Base) -> dict[str, list[str]]:
    """Return the places of each target; what a scenario adds is none."""
    clusters = base.places.loc[base.places["kind"] == "cluster", "place_id"]
    return dict(zip(TARGETS, (list(clusters), list(study.places.capital)), strict=True))


def _points(places: gpd.GeoDataFrame, ids: Sequence[str]) -> gpd.GeoDataFrame:
    return places.set_index("place_id").loc[list(ids), ["geometry"]].reset_index()


def _changed(
    study: Study, base: Base, changed: Base, ends: Sequence[gpd.GeoDataFrame]
) -> tuple[str, ...]:
    """Return the modes whose times a scenario can change."""
    moved = not shapely.equals(*(table.geometry.to_numpy() for table in ends)).all()
    differs = {
        "car": changed.road is not base.road,
        "transit": changed.timetable is not base.timetable
        or (study.networks.ways_on_roads and changed.road is not base.road),
    }
    return tuple(mode for mode in MODES if moved or differs.get(mode, False))


def _masses(clusters: gpd.GeoDataFrame) -> pd.Series[float] | None:
    """Return the employees by cluster; None if one has no number of them."""
    if _WEIGHT not in clusters or clusters[_WEIGHT].isna().any():
        return None
    return clusters.set_index("place_id")[_WEIGHT].astype("float64")


def _levels(cells: pd.DataFrame, areas: Areas) -> list[pd.DataFrame]:
    by_id = areas.cells.set_index("place_id")
    above = [area_gains(cells, by_id, level, areas.names[level]) for level in LEVELS[1:]]
    return [cells, *above]


def _part(
    progress: Callable[[float], None] | None, number: int, count: int
) -> Callable[[float], None] | None:
    """Return who is told of one part of the work, for who is told of the whole."""
    return progress and (lambda share: progress((number + share) / count))
