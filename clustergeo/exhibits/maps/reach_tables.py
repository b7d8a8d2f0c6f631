"""What the map of reach says in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.maps.reach import Reach

__all__ = ["Reaches", "areas_table", "reach_finding"]

Reaches = Mapping[tuple[str, str], Sequence[Reach]]
"""Areas by place and mode, the longest time first."""

_HEADLINE_MIN: Final = 60.0


def reach_finding(
    reaches: Reaches, modes: Sequence[str], times: Sequence[float], readings: Readings
) -> str:
    """Return the areas of an hour, by public transport as shares of those by car."""
    lang = readings.lang
    if not times:
        return say(lang, "no_value")
    limit = _HEADLINE_MIN if _HEADLINE_MIN in times else times[0]
    km2 = {
        (reach.place_id, reach.mode): reach.area_km2
        for each in reaches.values()
        for reach in each
        if reach.minutes == limit and reach.area_km2 > 0
    }
    if len(modes) == 1:
        cells = [
            f"{readings.name(each)} {say(lang, 'area', value=whole(km2[each, modes[0]]))}"
            for each in readings.clusters
            if (each, modes[0]) in km2
        ]
        return say(
            lang,
            "isochrones_one_mode",
            mode=say(lang, modes[0]),
            limit=whole(limit),
            each=" · ".join(cells) or "-",
        )
    shares = {
        each: 100 * km2[each, "transit"] / km2[each, "car"]
        for each in readings.clusters
        if (each, "transit") in km2 and (each, "car") in km2
    }
    if not shares:
        return say(lang, "no_value")
    ends = dict.fromkeys(map(_percent, (min(shares.values()), max(shares.values()))))
    cells = [f"{readings.name(each)} {_percent(share)} %" for each, share in shares.items()]
    return say(
        lang,
        "isochrones_finding",
        limit=whole(limit),
        shares=f"{'-'.join(ends)} %",
        each=" · ".join(cells),
    )


def _percent(share: float) -> str:
    return f"{share:.1f}" if share < 10 else f"{share:.0f}"  # noqa: PLR2004 - two digits will do


def areas_table(mode: str, reaches: Reaches, times: Sequence[float], readings: Readings) -> Markup:
    """Return the areas of each cluster, in words where there is none."""
    lang = readings.lang
    heads = "".join(
        f'<th scope="col">{escape(say(lang, "minutes", value=whole(each)))}</th>' for each in times
    )
    rows = []
    for place_id in readings.clusters:
        own = {reach.minutes: reach for reach in reaches.get((place_id, mode), ())}
        cells = "".join(f"<td>{escape(_area_cell(own.get(each), lang))}</td>" for each in times)
        rows.append(f'<tr><th scope="row">{escape(readings.name(place_id))}</th>{cells}</tr>')
    caption = escape(f"{say(lang, mode)}: {say(lang, 'areas')}")
    first = f'<th class="text" scope="col">{escape(say(lang, "origin"))}</th>'
    return Markup(  # noqa: S704 - every piece is escaped above
        f"<table><caption>{caption}</caption><thead><tr>{first}{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _area_cell(reach: Reach | None, lang: Language) -> str:
    if reach is None:
        return "-"
    return whole(reach.area_km2) if reach.status == "ok" else say(lang, reach.status)
