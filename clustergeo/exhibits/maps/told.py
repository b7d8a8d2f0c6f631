"""What a tooltip says of a trip."""

from __future__ import annotations

import math

from clustergeo.exhibits._readings import ANATOMY, Readings, Trip, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.style import ratio_class

__all__ = ["about_trip", "pair_of"]


def pair_of(from_id: str, to_id: str, readings: Readings, *, other: bool = False) -> str:
    """Return the names of a pair in the language of the page, or in the other one."""
    lang = readings.lang
    if other:
        lang = "en" if lang == "ko" else "ko"
    return f"{readings.name(from_id, lang=lang)} → {readings.name(to_id, lang=lang)}"


def about_trip(trip: Trip | None, ratio: float, readings: Readings) -> list[str]:
    """Return what a tooltip says of a trip."""
    lang = readings.lang
    if trip is None or not math.isfinite(trip.minutes):
        return [say(lang, trip.status if trip and trip.status else "no_value")]
    lines = [say(lang, "minutes", value=whole(trip.minutes))]
    if math.isfinite(trip.p10_min) and trip.p90_min > trip.p10_min:
        lines.append(say(lang, "spread", p10=whole(trip.p10_min), p90=whole(trip.p90_min)))
    if math.isfinite(ratio):
        lines.append(say(lang, "ratio", capital=readings.capital, ratio=f"{ratio:.2f}"))
        lines.append(ratio_class(ratio).word(lang, readings.capital))
    if any(part > 0 for part in trip.anatomy):
        parts = dict(zip(ANATOMY, map(whole, trip.anatomy), strict=True))
        lines.append(say(lang, "anatomy", **parts))
    if trip.legs:
        lines.append(say(lang, "legs", legs=trip.legs))
    if trip.evidence:
        lines.append(f"{say(lang, 'evidence')}: {say(lang, trip.evidence)}")
    return lines
