"""What a study asks to be drawn and written: exhibits, language, words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

__all__ = ["EXHIBITS", "FIGURES", "PAGES", "Outputs", "StatementTested"]

_STRICT: dict[str, Any] = {"extra": "forbid"}

PAGES = ("places", "isolation", "isochrones", "pilots", "question")
"""Interactive maps and pages."""

FIGURES = (
    *("dumbbell", "matrix", "location", "desire_lines", "mode_ratio", "isochrone_panels"),
    *("time_space", "anatomy", "departures", "method"),
)
"""Static figures."""

EXHIBITS = (*PAGES, *FIGURES)

_ON_REQUEST = ("question", "pilots")
"""Exhibits that need what not every study has: a statement, pilot municipalities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTested:
    """The claim that the figures lay open, and the pair of places it speaks of."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    claim_id: str
    from_id: str
    to_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What is written, and how.

    Parameters
    ----------
    lang
        Language of the exhibits.
    exhibits
        Which exhibits are made, of ``PAGES`` and ``FIGURES``; ``question``, the page on the
        statement, needs one, and ``pilots`` needs pilot municipalities.
    credits
        Credit lines of the data, printed on every exhibit.
    labels
        Short names by place id, Korean and English.
    statement
        The claim that the figures lay open.
    note
        What a reader of every number must know, Korean and English.
    brt
        ``route_id`` of bus rapid transit, drawn on the map of places: GTFS has no type for it.
    links
        Scenario files of links to rank, ``--all`` only; the first is drawn before and after.
    tiles
        Whether maps offer the tiles of OpenStreetMap, off until the reader switches them on.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    lang: Literal["ko", "en"] = "ko"
    exhibits: tuple[str, ...] = tuple(name for name in EXHIBITS if name not in _ON_REQUEST)
    credits: tuple[str, ...] = ()
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    statement: StatementTested | None = None
    note: tuple[str, str] = ("", "")
    brt: tuple[str, ...] = ()
    links: tuple[Path, ...] = ()
    tiles: bool = False
