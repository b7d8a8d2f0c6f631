"""Verdicts without and with a scenario, the published figures beside ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from clustergeo.claims import Claim, judge
from clustergeo.schemas import check_table
from clustergeo.schemas.appraisal import CLAIM_CHANGES
from clustergeo.schemas.results import EVIDENCE
from clustergeo.study._claims import claim_measures
from clustergeo.study._places import StudyPlaces
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._claim_ends import built
from clustergeo.times import TravelTimes

__all__ = ["Held", "claim_changes", "hold"]

_BY: Final = {"car": ("by car", "승용차"), "transit": ("by public transport", "대중교통")}
_VERDICTS_KO: Final = {
    "holds": "맞음",
    "mixed": "엇갈림",
    "fails": "틀림",
    "cannot_tell": "판정 불가",
}
_ENDS: Final = {
    "car": ("to the road, from it and parking", "도로까지 오가기와 주차"),
    "transit": ("to and from stops, waiting and changing", "정류장 오가기·대기·환승"),
}

_KEY: Final = ["claim_id", "mode", "origin_id"]

Row = dict[Any, Any]
_Names = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """Claims held against the times of one side.

    Parameters
    ----------
    times, places
        What they are held against.
    measures
        The measures they compare, and those of the appraisal; contract ``ISOLATION``.
    table
        Contract ``schemas.results.CLAIMS``.
    """

    times: Mapping[str, TravelTimes]
    places: StudyPlaces
    measures: pd.DataFrame
    table: pd.DataFrame


def hold(  # noqa: PLR0913, PLR0917 - what claims are held against
    claims: Sequence[Claim],
    study: Study,
    places: StudyPlaces,
    times: Mapping[str, TravelTimes],
    more: Sequence[str],
    known: Held | None = None,
    names: Sequence[str] = (),
) -> Held:
    """Return claims held against times; modes that nothing touched are taken from what is known.

    Parameters
    ----------
    claims, study, places, times
        What is held against what.
    more
        Ids of measures wanted besides.
    known
        The claims without the scenario.
    names
        What is built in these times.
    """
    # More is never empty, so that there are measures.
    measures = cast("pd.DataFrame", claim_measures(claims, study, places, times, more))
    again = built(claims, names)
    kept = None
    if known is not None and places is known.places:
        moved = {mode for mode in times if times[mode] is not known.times[mode]}
        pairs = zip(claims, again, strict=True)
        again = tuple(now if now is not was else _touched(now, moved) for was, now in pairs)
        kept = known.table
    judged = judge(
        [claim for claim in again if claim.modes],
        times,
        places.known,
        clusters=places.cluster_ids,
        capital=study.places.capital,
        isolation=measures,
        departures=study.departures,
        labels=study.outputs.labels,
    )
    if kept is not None:
        again_at = pd.MultiIndex.from_frame(judged[_KEY])
        rest = kept[~pd.MultiIndex.from_frame(kept[_KEY]).isin(again_at)]
        parts = [part for part in (rest, judged) if len(part)]
        judged = pd.concat(parts, ignore_index=True) if parts else judged
    return Held(times=times, places=places, measures=measures, table=judged)


def _touched(claim: Claim, moved: Collection[str]) -> Claim:
    """Return a claim in the modes whose verdicts may differ."""
    sides = [side for each in claim.comparison for side in (each.left, each.right)]
    both = any(side.mode in moved for side in sides)
    return replace(claim, modes=tuple(mode for mode in claim.modes if both or mode in moved))


def claim_changes(
    claims: Sequence[Claim], before: Held, after: Held, labels: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """Return verdicts and figures before and after, contract ``CLAIM_CHANGES``.

    Parameters
    ----------
    claims
        What was said.
    before, after
        As of :func:`hold`.
    labels
        Short names of places, Korean and English.
    """
    old, new = (
        {tuple(row[name] for name in _KEY): row for row in held.table.to_dict("records")}
        for held in (before, after)
    )
    names = _names(after.places, labels)
    rows = [
        _row(claim, old[key], now, after, names)
        for claim in claims
        for key, now in new.items()
        if key[0] == claim.claim_id and key in old
    ]
    table = pd.DataFrame(rows, columns=list(CLAIM_CHANGES.names))
    return check_table(table, CLAIM_CHANGES, file="claim changes", first_row=1)


def _row(claim: Claim, was: Row, now: Row, after: Held, names: _Names) -> Row:
    side, said, trip = _figure(claim, now)
    mode, from_id = now["mode"], now["origin_id"]
    ours = [row[f"{side}_min"] for row in (was, now)]
    ride = _ride(after.times[mode], from_id, trip) if trip else np.nan
    told = {
        "claim_id": claim.claim_id,
        "mode": mode,
        "from_id": from_id,
        "scenario": claim.scenario,
        "said": said,
        "said_reason": "" if np.isfinite(said) else "no_minutes",
        "before_verdict": was["verdict"],
        "after_verdict": now["verdict"],
        "before_min": ours[0],
        "after_min": ours[1],
        "ride_min": ride,
        "before_share": was["share_true"],
        "after_share": now["share_true"],
        "flip_min": now["flip_min"],
        "reason_before": was["reason"],
        "reason_after": now["reason"],
        "evidence": max((was["evidence"], now["evidence"]), key=_grade),
    }
    name = names.get(from_id, (from_id, from_id))
    english, korean = (
        (_said_en(claim, told), _said_ko(told))
        if np.isfinite(said)
        else (_verdict_en(told, name[1]), _verdict_ko(told, name[0]))
    )
    return told | {"text_en": english, "text_ko": korean}


def _figure(claim: Claim, row: Row) -> tuple[str, float, str]:
    """Return the side that is a trip, the plain minutes said, and where the trip leads."""
    for each in claim.comparison:
        sides = {"left": each.left, "right": each.right}
        for side, other in (("left", "right"), ("right", "left")):
            minutes, trip = sides[other].minutes, sides[side]
            if minutes is None or not trip.to:
                continue
            alone = len(trip.to) == 1 and not trip.to[0].startswith("@") and trip.at == "each"
            starts = trip.from_id in {"@origin", row["origin_id"]}
            return side, minutes, trip.to[0] if alone and starts and not trip.mode else ""
    return "left", np.nan, ""


def _ride(times: TravelTimes, from_id: str, to_id: str) -> float:
    at = times.from_ids.index(from_id) * len(times.to_ids) + times.to_ids.index(to_id)
    return float(times.table["ride_min"].iloc[at])


def _said_en(claim: Claim, told: Row) -> str:
    when = f", {claim.when}" if claim.when else ""
    ours = f"{_min(told['before_min'], 'no trip')} without, {_min(told['after_min'], 'no trip')}"
    parts = ""
    if np.isfinite(told["ride_min"]):
        rest = told["after_min"] - told["ride_min"]
        parts = f": {told['ride_min']:.0f} in vehicles, {rest:.0f} {_ENDS[told['mode']][0]}"
    return (
        f"Said: {told['said']:.0f} min ({claim.who}{when}; what it contains is not stated). Ours, "
        f"door to door {_BY[told['mode']][0]}: {ours} with the scenario{parts}."
    )


def _said_ko(told: Row) -> str:
    parts = ""
    if np.isfinite(told["ride_min"]):
        rest = told["after_min"] - told["ride_min"]
        parts = f"(차 안 {told['ride_min']:.0f}분, {_ENDS[told['mode']][1]} {rest:.0f}분)"
    before, after = (_min(told[f"{side}_min"], "통행 없음", "분") for side in ("before", "after"))
    return (
        f"발표 {told['said']:.0f}분(무엇이 포함된 시간인지 밝혀져 있지 않음). 우리 값은 "
        f"{_BY[told['mode']][1]}으로 문앞에서 문앞까지 시나리오 전 {before}, 후 {after}{parts}."
    ).replace("승용차으로", "승용차로")


def _min(value: float, none: str, unit: str = "") -> str:
    return f"{value:.0f}{unit}" if np.isfinite(value) else none


def _verdict_en(told: Row, name: str) -> str:
    sides = [
        f"{told[f'{side}_verdict'].replace('_', ' ')} {word}{_share(told[f'{side}_share'])}"
        for side, word in (("before", "without the scenario"), ("after", "with it"))
    ]
    by = _BY[told["mode"]][0]
    return f"{by[0].upper()}{by[1:]} from {name}: {', '.join(sides)}."


def _verdict_ko(told: Row, name: str) -> str:
    sides = [
        f"{word} {_VERDICTS_KO[told[f'{side}_verdict']]}{_share(told[f'{side}_share'])}"
        for side, word in (("before", "시나리오 전"), ("after", "후"))
    ]
    return f"{name} 출발, {_BY[told['mode']][1]}: {', '.join(sides)}."


def _share(share: float) -> str:
    return f" ({share:.0%})" if np.isfinite(share) else ""


def _names(places: StudyPlaces, labels: Mapping[str, tuple[str, str]]) -> _Names:
    known = places.known
    told = zip(known["place_id"], known["name_ko"], known["name_en"], strict=True)
    return {place_id: (ko or place_id, en or place_id) for place_id, ko, en in told} | dict(labels)


def _grade(grade: str) -> int:
    return EVIDENCE.index(grade) if grade else -1
