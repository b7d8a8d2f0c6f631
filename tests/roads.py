"""Roads written by hand for tests: pieces from a few words each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from clustergeo.networks.parts import RoadParts

__all__ = ["parts_of"]

Piece = tuple[int, int, dict[str, Any]]


def parts_of(
    places: dict[int, tuple[float, float]], pieces: list[Piece], **more: Any
) -> RoadParts:
    """Return parts from places by id and pieces (start, end, what differs from a plain road)."""
    ids = list(places)
    plain: dict[str, Any] = {
        "forward": True,
        "backward": True,
        "length_m": 1000.0,
        "forward_kph": np.nan,
        "backward_kph": np.nan,
        "speed_evidence": 0,
        "seconds": np.nan,
        "highway": "primary",
        "name": "",
        "ref": "",
        "lanes": 0,
        "toll": False,
    }
    rows: list[dict[str, Any]] = [
        plain | {"osmid": 100 + i} | tags for i, (_, _, tags) in enumerate(pieces)
    ]
    classes = tuple(sorted({row["highway"] for row in rows}))
    names = ("", *sorted({row["name"] for row in rows} - {""}))
    refs = ("", *sorted({row["ref"] for row in rows} - {""}))
    lines = [[places[u], *tags.get("via", []), places[v]] for u, v, tags in pieces]
    vertices = np.array([vertex for line in lines for vertex in line]).reshape(-1, 2)

    def column(name: str, kind: Any) -> Any:
        return np.array([row[name] for row in rows], kind)

    def codes(name: str, texts: tuple[str, ...], kind: Any) -> Any:
        return np.array([texts.index(row[name]) for row in rows], kind)

    parts = RoadParts(
        node_id=np.array(ids, np.int64),
        lon=np.array([lon for lon, _ in places.values()]),
        lat=np.array([lat for _, lat in places.values()]),
        start=np.array([ids.index(u) for u, *_ in pieces], np.int32),
        end=np.array([ids.index(v) for _, v, _ in pieces], np.int32),
        forward=column("forward", bool),
        backward=column("backward", bool),
        length_m=column("length_m", np.float64),
        forward_kph=column("forward_kph", np.float64),
        backward_kph=column("backward_kph", np.float64),
        speed_evidence=column("speed_evidence", np.uint8),
        seconds=column("seconds", np.float64),
        highway=codes("highway", classes, np.uint8),
        classes=classes,
        name=codes("name", names, np.int32),
        names=names,
        ref=codes("ref", refs, np.int32),
        refs=refs,
        osmid=column("osmid", np.int64),
        lanes=column("lanes", np.uint8),
        toll=column("toll", bool),
        line_first=np.cumsum([0, *map(len, lines)]).astype(np.int64),
        line_lon=vertices[:, 0].copy(),
        line_lat=vertices[:, 1].copy(),
        ban_from=np.empty(0, np.int32),
        ban_to=np.empty(0, np.int32),
        ban_from_forward=np.empty(0, bool),
        ban_to_forward=np.empty(0, bool),
        source="by hand",
        date="2026-11-01",
        notes=(),
    )
    return replace(parts, **more)
