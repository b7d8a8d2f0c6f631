"""Where a measure of isolation comes from: formula, citation, the figures it rests on, rank."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.errors import UsageError
from clustergeo.indices import load_indices, ranks
from clustergeo.indices.composite import components
from clustergeo.indices.isolation import REGION
from clustergeo.schemas.figures import FigureId
from clustergeo.schemas.results import WEIGHTS
from clustergeo.study._explained import Explanation, Row, Section, section
from clustergeo.study._rests_on import PEOPLE, AskedMeasure, trips_behind
from clustergeo.study._state import State, known_or_refuse

__all__ = ["MEANT", "explain_measure"]

_TO: Final = "to_"
_OF_RATIO: Final = ("to_nearest_cluster", "to_capital_fastest")
_MADE_OF: Final = {
    "capital_ratio": _OF_RATIO,
    "capital_margin": _OF_RATIO,
    "rank_gap_to_potential": ("route_efficiency", "potential"),
}
MEANT: Final = {
    "no_trip": "a time it needs is missing",
    "single_place": "there is no other place to compare with",
    "zero_mass": "the masses it divides by sum to nothing",
    "no_distance": "it divides by a distance of zero",
    "out_of_reach": "what it asks for lies beyond every place there is, or beyond its decay",
    "not_applicable": "it has no meaning for this place or mode, or a table lacks a figure",
}
"""What the reason codes mean; all of ``indices.REASONS``."""


def explain_measure(
    state: State, place_id: str, mode: str, index: str, weights: str | None = ""
) -> Explanation:
    """Return where the value of one measure comes from.

    Parameters
    ----------
    state
        The study.
    place_id
        A cluster, or ``region`` for measures of all of them together.
    mode
        ``car`` or ``transit``.
    index
        Id of the measure in the catalogue, or ``to_<place_id>``.
    weights
        Masses it is weighted by; blank for the plain form, None for the plain form or else the
        first of the study's weights.

    Raises
    ------
    UsageError
        If cluster or measure are unknown, or the study has no such form of it.
    """
    clusters = state.places.cluster_ids
    targets = [*clusters, *state.study.places.capital]
    known = [*load_indices(), *(f"{_TO}{target}" for target in targets)]
    known_or_refuse(index, known, "measure", "the files under data/indices list them")
    fix = "name a cluster of the study, or region"
    known_or_refuse(place_id, [*clusters, REGION], "cluster", fix)
    if index.startswith(PEOPLE):
        table = state.measured_with_people([index])
    else:
        table = state.measured([index] if index in load_indices() else None)
    asked = AskedMeasure(
        place=place_id,
        mode=mode,
        index=index,
        weights=_weights(table, place_id, mode, index, weights),
    )
    row = asked.row_of(table)
    assert row is not None  # noqa: S101 - _weights found it
    figure = FigureId("isolation", (place_id, mode, index, asked.weights), state.chain.short)
    sections = [
        _value(row, table, asked),
        section("what it is", _cited(index)),
        *_made_of(state, asked),
        *trips_behind(state, asked, row),
        *_masses(state, asked),
        *_distances(state, asked),
        _among(state, table, asked),
        _settings(state),
        section("inputs", state.inputs("places.", "networks.")),
    ]
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    shown = "no value" if pd.isna(row["value"]) else f"{row['value']:.6g}{unit}"
    weighed = f" by {asked.weights}" if asked.weights else ""
    return Explanation(
        figure=figure,
        title=f"{index}{weighed} of {place_id}, {mode}: {shown}",
        sections=tuple(sections),
        cells={str(name): value for name, value in row.items()},
    )


def _weights(
    table: pd.DataFrame, place_id: str, mode: str, index: str, weights: str | None
) -> str:
    """Return which form of a measure is meant, or say which there are."""
    own = (table["cluster_id"] == place_id) & (table["index"] == index)
    forms = list(table.loc[own & (table["mode"] == mode), "weights"])
    if not forms:
        modes = ", ".join(dict.fromkeys(table.loc[own, "mode"])) or "nothing"
        message = f"{index}: the study has none of {place_id} by {mode} - it has: {modes}"
        raise UsageError(message)
    if weights is None:
        return "" if "" in forms else str(forms[0])
    if weights not in forms:
        told = ", ".join(form or "plain" for form in forms)
        message = f"{index}: not weighted by {weights or 'nothing'} - the study has: {told}"
        raise UsageError(message)
    return weights


def _value(row: pd.Series[Any], table: pd.DataFrame, asked: AskedMeasure) -> Section:
    """Return the value, or why there is none, and its rank."""
    cells: Row = {"value": row["value"], "unit": row["unit"], "evidence": row["evidence"]}
    if pd.isna(row["value"]):
        reason = str(row["reason"])
        cells |= {"reason": reason, "reason_means": MEANT[reason]}
        return section("number", cells)
    ranked = _ranks(table, asked)
    if asked.place in ranked.index:
        place = f"{ranked[asked.place]:.0f} of {ranked.notna().sum()}"
        cells["rank_among_clusters"] = f"{place}, 1 is the most isolated"
    return section("number", cells)


def _like(table: pd.DataFrame, asked: AskedMeasure) -> pd.Series[float]:
    """Return the values of all clusters by one measure."""
    alike = table.loc[
        (table["mode"] == asked.mode)
        & (table["index"] == asked.index)
        & (table["weights"] == asked.weights)
        & (table["cluster_id"] != REGION)
    ]
    return alike.set_index("cluster_id")["value"]


def _ranks(table: pd.DataFrame, asked: AskedMeasure) -> pd.Series[float]:
    """Return the rank of every cluster; none where neither end means isolated."""
    entry = load_indices().get(asked.index)
    end = "high" if entry is None else entry.isolated
    values = _like(table, asked)
    return values.iloc[:0] if end == "neither" else ranks(values, end)


def _among(state: State, table: pd.DataFrame, asked: AskedMeasure) -> Section:
    values, ranked = _like(table, asked), _ranks(table, asked)
    rows = [
        {
            "figure": _id(state, str(cluster), asked),
            "value": value,
            "rank": ranked.get(cluster, np.nan),
        }
        for cluster, value in values.items()
    ]
    return section("among the clusters", rows)


def _id(
    state: State, place: str, asked: AskedMeasure, *, index: str = "", weights: str = ""
) -> str:
    key = (place, asked.mode, index or asked.index, weights if index else asked.weights)
    return str(FigureId("isolation", key, state.chain.short))


def _cited(index: str) -> Row:
    """Return formula, meaning and citation as the catalogue states them."""
    entry = load_indices().get(index)
    if entry is None:
        return _minutes_to(index.removeprefix(_TO))
    citation = entry.source if entry.source != "project" else "a definition of our own"
    return {
        "label_en": entry.label_en,
        "label_ko": entry.label_ko,
        "formula": entry.formula,
        "meaning_en": entry.meaning_en,
        "meaning_ko": entry.meaning_ko,
        "citation": citation,
        "citation_checked": "yes" if entry.checked else "no",
        "location_neutral": "yes" if entry.location_neutral else "no",
        "isolated_means": entry.isolated,
    }


def _minutes_to(target: str) -> Row:
    return {
        "meaning_en": f"Minutes to {target}.",
        "meaning_ko": f"{target}까지 걸리는 시간이다.",
        "formula": "t_ij",
        "citation": "none needed",
        "location_neutral": "no",
    }


def _made_of(state: State, asked: AskedMeasure) -> list[Section]:
    """Return the other measures that a measure is made of, with their ids."""
    parts: list[tuple[str, str, float]] = [
        (name, "", 1.0) for name in _MADE_OF.get(asked.index, ())
    ]
    if asked.index.startswith("composite"):
        weights = state.around.weights
        parts = [
            (part.index_id, part.weights if part.weights in weights else "", part.weight)
            for part in components()
        ]
    if not parts:
        return []
    table = state.measured(list(dict.fromkeys(name for name, _, _ in parts)))
    weighed = asked.index.startswith("composite")
    # A composite is standardised over all clusters, ranks are among them.
    together = weighed or asked.index == "rank_gap_to_potential"
    rows = []
    for place in state.places.cluster_ids if together else (asked.place,):
        for name, form, weight in parts:
            part = _part(table, place, asked.mode, name, form)
            rows.append(
                {
                    "figure": _id(state, place, asked, index=name, weights=part["weights"]),
                    "value": part["value"],
                    "unit": part["unit"],
                    **({"weight": weight} if weighed else {}),
                }
            )
    return [section("measures it is made of", rows)]


def _part(table: pd.DataFrame, place: str, mode: str, index: str, weights: str) -> pd.Series[Any]:
    """Return a component; without the form asked for, the first there is."""
    own = table.loc[
        (table["cluster_id"] == place) & (table["mode"] == mode) & (table["index"] == index)
    ]
    exact = own.loc[own["weights"] == weights]
    return (own if exact.empty else exact).iloc[0]


def _masses(state: State, asked: AskedMeasure) -> list[Section]:
    if asked.weights not in WEIGHTS:
        return []
    kind = state.around.masses[asked.weights]
    rows = [
        {
            "place_id": place,
            "mass": value,
            "counted": kind.unit,
            "evidence": kind.evidence.get(place, ""),
        }
        for place, value in kind.figures.items()
        if place != asked.place
    ]
    return [section(f"masses: {asked.weights}", rows)]


def _distances(state: State, asked: AskedMeasure) -> list[Section]:
    entry = load_indices().get(asked.index)
    km = state.around.distances_km
    if entry is None or "distances" not in entry.needs or km is None or asked.place == REGION:
        return []
    ends = [*state.places.cluster_ids, *state.study.places.capital]
    away = km.loc[asked.place].to_dict()
    rows = [
        {"to_id": end, "great_circle_km": round(away[end], 3)}
        for end in ends
        if end != asked.place
    ]
    return [section("distances", rows)]


def _settings(state: State) -> Section:
    study = state.study
    rules = {f"isolation.{name}": value for name, value in asdict(study.isolation).items()}
    return section(
        "settings",
        {
            "date": study.date.isoformat(),
            "window": study.window,
            "capital": study.places.capital,
            "others": study.places.others,
            **rules,
        },
    )
