"""A hypothetical link as a scenario, and as the file that states it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from clustergeo.networks.edits import Scenario, edit_from
from clustergeo.study.scenarios._link_kinds import Link

__all__ = ["link_scenario", "scenario_text"]

Names = Mapping[str, tuple[str, str]]
"""English and Korean name of each place."""

_HEAD = "# As `clustergeo scenario missing` proposes it: hypothetical, every number is assumed.\n"
_NOTE = (
    "hypothetical: course, speed, headway and length (straight line times the circuity) are "
    "assumed; nobody has planned or approved it"
)
_KOREAN = {"road": "고속도로", "rail": "철도", "tram": "트램", "bus": "전용차로 버스"}
_ENGLISH = {
    "road": "expressway",
    "rail": "railway",
    "tram": "tram",
    "bus": "bus on lanes of its own",
}


def link_scenario(link: Link, names: Names, circuity: float, cost_krw_bn: float) -> Scenario:
    """Return the scenario that builds a link; a cost of NaN is none."""
    head, edit = _tables(link, names, circuity, cost_krw_bn)
    return Scenario(**head | {"sources": tuple(head["sources"])}, edits=(edit_from(edit),))


def scenario_text(link: Link, names: Names, circuity: float, cost_krw_bn: float) -> str:
    """Return the file that states it, for ``scenario run``."""
    head, edit = _tables(link, names, circuity, cost_krw_bn)
    lines = [_HEAD, "[scenario]"]
    lines += [f"{key} = {_value(value)}" for key, value in head.items()]
    lines += ["", "[[edit]]", *(f"{key} = {_value(value)}" for key, value in edit.items())]
    return "\n".join(lines) + "\n"


def _tables(
    link: Link, names: Names, circuity: float, cost_krw_bn: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    ends = [" - ".join(names[place][i] for place in link.places) for i in (0, 1)]
    head: dict[str, Any] = {
        "scenario_id": link.link_id,
        "title_en": f"Hypothetical {_ENGLISH[link.kind.name]} {ends[0]}",
        "title_ko": f"가상 {_KOREAN[link.kind.name]} {ends[1]}",
        "note_en": "Proposed by the missing-link finder; nobody has planned or approved it.",
        "note_ko": "누락 연결 탐색이 제안한 가정이며 계획되거나 승인된 사업이 아니다.",
        "sources": ["own assumption"],
    }
    edit = _road(link, names) if link.is_road else _line(link, ends, circuity)
    edit |= {"assumption": True, "note": _NOTE}
    if np.isfinite(cost_krw_bn):
        head["cost_krw_bn"] = edit["cost_krw_bn"] = round(float(cost_krw_bn), 1)
    return head, edit


def _road(link: Link, names: Names) -> dict[str, Any]:
    return {
        "kind": "new_road",
        "name": link.link_id,
        "highway": link.kind.highway,
        "speed_kph": float(link.speed_kph),
        "length_km": link.length_km,
        "line": list(link.places),
        "joins": [
            {"at": place, "name": names[place][0], "cap_m": 2000.0} for place in link.places
        ],
    }


def _line(link: Link, ends: list[str], circuity: float) -> dict[str, Any]:
    timed: dict[str, Any] = {"vehicle_kph": float(link.speed_kph), "detour": float(circuity)}
    if link.section_min:
        timed = {"section_min": list(link.section_min)}
    return {
        "kind": "new_line",
        "route_id": link.link_id,
        "name_en": ends[0],
        "name_ko": ends[1],
        "route_type": link.kind.route_type,
        "stops": list(link.stops),
        **timed,
        "dwell_min": float(link.dwell_min),
        "every_min": float(link.headway_min),
        "start": link.start,
        "end": link.end,
    }


def _value(value: object) -> str:
    """Return a value as TOML writes it; text as JSON does, which TOML reads alike."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
