"""Every measure of the isolation table, stated once: what it takes and when it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from clustergeo.indices._view import Ends, View
from clustergeo.indices.capital import (
    capital_margin,
    capital_ratio,
    minutes_to,
    share_capital_faster,
)
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.detours import circuity, relative_detour, straightness
from clustergeo.indices.efficiency import crow_fly_speed, route_efficiency
from clustergeo.indices.hubs import best_hub
from clustergeo.indices.location import closeness, harmonic_closeness, location_indicator
from clustergeo.indices.measure import masses_of, measure
from clustergeo.indices.opportunities import cumulative, daily_accessibility, dual_access
from clustergeo.indices.potential import peripherality, potential
from clustergeo.indices.remoteness import (
    inside_to_capital_impedance,
    inside_to_capital_mass,
    inside_to_capital_speed,
    place_interconnectivity,
    remoteness,
)

__all__ = ["Found", "panel"]

Masses = pd.Series | None
Compute = Callable[[View, Masses], "pd.Series[float]"]
Weighing = Literal["never", "either", "always"]

_HALF: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """One measure of every origin, with the masses it is weighted by and its evidence."""

    measure: pd.Series[float]
    weights: str
    evidence: pd.Series[str]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a measure of the table is computed.

    Weighing says whether it is computed without masses, with them, or both; ends, which trips it
    rests on, and weighed, whose masses; modes, for which it has a meaning; relative, whether a
    figure that one place lacks spoils all, since they are scaled together.
    """

    index: str
    compute: Compute
    weighing: Weighing = "never"
    ends: Ends = "clusters"
    weighed: Ends = "clusters"
    modes: tuple[str, ...] = ("car", "transit")
    needs_km: bool = False
    relative: bool = False


def _share_faster(view: View, _: Masses) -> pd.Series[float]:
    if view.samples is None:
        return view.blank("share_capital_faster", "1")
    return share_capital_faster(view.samples, view.origins, view.clusters, view.capital)


def _relative_detour(view: View, masses: Masses) -> pd.Series[float]:
    return relative_detour(
        view.lengths_km, masses, distances_km=view.km, capital=list(view.capital)
    )


def _least_hub_detour(view: View, _: Masses) -> pd.Series[float]:
    """Return the least detour of each origin's trips to the other clusters by any hub."""
    if not view.hubs:
        return view.blank("least_hub_detour", "1")
    others = list(dict.fromkeys([*view.origins, *view.clusters, *view.hubs]))
    detours = best_hub(view.minutes.loc[others, others], list(view.hubs))["detour"]
    pairs = detours.index
    wanted = pairs.get_level_values(1).isin(view.clusters)
    least = detours[wanted].groupby(level=0).min().reindex(list(view.origins))
    return measure(least, "least_hub_detour", "1")


def _interconnectivity(view: View, masses: Masses) -> pd.Series[float]:
    return place_interconnectivity(view.times, masses, from_ids=view.origins, to_ids=view.clusters)


def _remoteness(view: View, _: Masses) -> pd.Series[float]:
    """Return the score by two classes of centres: the capital and the hubs."""
    classes = {"capital": view.capital} | ({"hubs": view.hubs} if view.hubs else {})
    centres = [place for ids in classes.values() for place in ids]
    minutes = view.minutes.loc[list(view.origins), list(dict.fromkeys(centres))]
    return remoteness(minutes, classes=classes)


def _dual_access(view: View, masses: Masses) -> pd.Series[float]:
    """Return the minutes within which half of the mass of the other clusters is reached."""
    minutes = view.to_clusters
    others = minutes.index.to_numpy()[:, None] != minutes.columns.to_numpy()[None, :]
    wanted = _HALF * (others * masses_of(masses, minutes.columns)).sum(axis=1)
    values = pd.Series(np.nan, index=minutes.index)
    reasons = dict.fromkeys(minutes.index[others.any(axis=1)], "zero_mass")
    reasons |= dict.fromkeys(minutes.index[~others.any(axis=1)], "single_place")
    for mass in dict.fromkeys(wanted[wanted > 0]):
        part = dual_access(minutes[wanted == mass], masses, wanted=mass)
        values[part.index] = part
        reasons |= part.attrs["reasons"]
    return measure(values, "dual_access", "min", reasons=reasons)


_RECIPES: Final = (
    _Recipe("to_nearest_cluster", lambda v, _: v.nearest),
    _Recipe("to_capital_fastest", lambda v, _: v.seat, ends="capital"),
    _Recipe("capital_ratio", lambda v, _: capital_ratio(v.nearest, v.seat), ends="both"),
    _Recipe("capital_margin", lambda v, _: capital_margin(v.nearest, v.seat), ends="both"),
    _Recipe("share_capital_faster", _share_faster, ends="both"),
    _Recipe("location_indicator", lambda v, m: location_indicator(v.to_clusters, m), "either"),
    _Recipe("closeness", lambda v, m: closeness(v.to_clusters, m), "either"),
    _Recipe("harmonic_closeness", lambda v, m: harmonic_closeness(v.to_clusters, m), "either"),
    _Recipe(
        "route_efficiency",
        lambda v, m: route_efficiency(
            v.to_clusters, m, distances_km=v.km, ideal_kph=v.rules.ideal_kph
        ),
        "either",
        needs_km=True,
    ),
    _Recipe(
        "crow_fly_speed",
        lambda v, m: crow_fly_speed(v.to_clusters, m, distances_km=v.km),
        "either",
        needs_km=True,
    ),
    _Recipe(
        "circuity",
        lambda v, m: circuity(v.lengths_to_clusters, m, distances_km=v.km),
        "either",
        modes=("car",),
        needs_km=True,
    ),
    _Recipe(
        "straightness",
        lambda v, m: straightness(v.lengths_to_clusters, m, distances_km=v.km),
        "either",
        modes=("car",),
        needs_km=True,
    ),
    _Recipe("relative_detour", _relative_detour, ends="both", modes=("car",), needs_km=True),
    _Recipe("interconnectivity", _interconnectivity, "either", modes=("transit",)),
    _Recipe("least_hub_detour", _least_hub_detour),
    _Recipe("potential", lambda v, m: potential(v.to_clusters, m, decay=v.decay), "always"),
    _Recipe(
        "peripherality",
        lambda v, m: peripherality(v.to_clusters, m, decay=v.decay),
        "always",
        relative=True,
    ),
    _Recipe(
        "cumulative",
        lambda v, m: cumulative(v.to_clusters, m, limit_min=v.rules.limit_min),
        "always",
    ),
    _Recipe(
        "daily_accessibility",
        lambda v, m: daily_accessibility(v.to_clusters, m, limit_min=v.rules.day_limit_min),
        "always",
    ),
    _Recipe("dual_access", _dual_access, "always"),
    _Recipe("remoteness", _remoteness, ends="capital"),
    _Recipe(
        "inside_to_capital_impedance",
        lambda v, m: inside_to_capital_impedance(
            v.to_both, m, clusters=v.clusters, capital=v.capital, decay=v.decay
        ),
        "always",
        ends="both",
    ),
    _Recipe(
        "inside_to_capital_mass",
        lambda v, m: inside_to_capital_mass(
            v.to_both, m, clusters=v.clusters, capital=v.capital, decay=v.decay
        ),
        "always",
        ends="both",
        weighed="both",
    ),
    _Recipe(
        "inside_to_capital_speed",
        lambda v, m: inside_to_capital_speed(
            v.to_both, m, clusters=v.clusters, capital=v.capital, distances_km=v.km
        ),
        "always",
        ends="both",
        needs_km=True,
    ),
)


def panel(view: View, mode: str, *, only: Collection[str] | None = None) -> Iterator[Found]:
    """Yield every measure of the origins of a view that its mode and its masses allow.

    With ``only``, those of some ids; minutes to single places are then left out.
    """
    if only is None:
        for destination in view.ends("both"):
            minutes = view.minutes.loc[list(view.origins), [destination]]
            yield _found(minutes_to(minutes, destination), view.evidence("", [destination]))
    for recipe in _RECIPES:
        if mode in recipe.modes and (only is None or recipe.index in only):
            yield from _weighed(view, recipe)


def _weighed(view: View, recipe: _Recipe) -> Iterator[Found]:
    """Yield a measure without masses, with each kind of masses, or both."""
    kinds = () if recipe.weighing == "never" else view.around.weights
    # Without any masses places are counted, so that the measure is not lost.
    plain = () if recipe.weighing == "always" and kinds else ("",)
    for weights in (*plain, *kinds):
        if recipe.needs_km and view.around.distances_km is None:
            values = view.blank(recipe.index, load_indices()[recipe.index].unit)
        else:
            masses, spoilt = view.masses(weights, recipe.weighed)
            spoilt = view.origins if recipe.relative and spoilt else spoilt
            values = _spoilt(recipe.compute(view, masses), spoilt)
        yield _found(values, view.evidence(weights, recipe.ends), weights)


def _spoilt(values: pd.Series[float], places: Collection[str]) -> pd.Series[float]:
    """Blank the values of places that lack a figure."""
    if not places:
        return values
    reasons = values.attrs["reasons"] | dict.fromkeys(places, "not_applicable")
    blanked = values.mask(values.index.isin(list(places)))
    return measure(blanked, str(values.name), values.attrs["unit"], reasons=reasons)


def _found(values: pd.Series[float], evidence: pd.Series[str], weights: str = "") -> Found:
    return Found(measure=values, weights=weights, evidence=evidence.mask(values.isna(), ""))
