"""A claim is data: what was said, who said it, and the comparison that would test it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

__all__ = ["AT", "Claim", "Comparison", "Side"]

_STRICT: dict[str, Any] = {"extra": "forbid"}

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

AT = {"best": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "worst": 1.0}
"""Shares of the departures, by the words for them."""


def _when(value: object) -> object:
    """Return a date of TOML, a month or a year as text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    value = str(value) if isinstance(value, int) else value
    if isinstance(value, str) and value and not _DATE.fullmatch(value):
        message = "not a date, a month (2025-11) or a year (2016)"
        raise ValueError(message)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: a trip, plain minutes, an index, or a plain value of an index.

    Exactly one of ``to``, ``minutes``, ``index`` and ``value`` is given.

    Parameters
    ----------
    to
        A trip: place ids, or the groups ``@capital``, ``@other_clusters`` and ``@origin``.
    from_id
        Where the trip starts; ``@origin`` for each origin in turn.
    take
        Which of several destinations counts at each departure: the nearest (``min``) or the
        farthest (``max``).
    at
        ``each``: departure by departure. Otherwise one number for all: ``best``, ``p10``,
        ``median``, ``p90`` or ``worst`` of the departures, by nearest rank.
    mode
        By what, where the claim names it; blank for the mode the claim is tested in.
    factor
        What the minutes are multiplied by: 2 for "twice as long".
    minutes
        A fixed number of minutes.
    index
        A measure of the isolation table, of the cluster that is the origin.
    weights
        What the measure is weighted by; blank where it is not.
    value
        A fixed number, in the unit of the index on the other side.

    Examples
    --------
    >>> Side(to=("seoul_station",)).unit
    'min'
    >>> Side(value=1.0).unit
    ''
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    to: tuple[str, ...] = ()
    from_id: str = "@origin"
    take: Literal["min", "max"] = "min"
    at: Literal["each", "best", "p10", "median", "p90", "worst"] = "each"
    mode: Literal["", "car", "transit"] = ""
    factor: float = 1.0
    minutes: float | None = None
    index: str = ""
    weights: Literal["", "workers", "population", "institutions"] = ""
    value: float | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which of the four kinds the side is; one, if it is right."""
        given = {
            "to": bool(self.to),
            "minutes": self.minutes is not None,
            "index": bool(self.index),
            "value": self.value is not None,
        }
        return tuple(kind for kind, there in given.items() if there)

    @property
    def unit(self) -> str:
        """``min`` for trips and minutes; blank for an index or a value, which depends."""
        return "min" if self.kinds in {("to",), ("minutes",)} else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sides, compared for each origin.

    Parameters
    ----------
    origins
        Place ids, or ``@clusters`` for every cluster.
    left, right
        The two sides.
    operator
        ``<``, ``<=``, ``>`` or ``>=``: the claim says ``left operator right``. ``=`` says that
        they are equal, give or take the margin.
    margin_min
        Minutes by which the left side must be less or more than the right; of ``=`` the
        tolerance, which must be above 0.
    sites
        Whether the sites of a cluster are origins beside its own point.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    origins: tuple[str, ...]
    left: Side
    right: Side
    operator: Literal["<", "<=", ">", ">=", "="] = "<"
    margin_min: float = 0.0
    sites: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement and the comparisons that test it.

    Parameters
    ----------
    claim_id
        Short id, unique in its file.
    quotation
        The statement: word for word, or as it is reported (``wording``).
    wording
        ``exact`` where the quotation is word for word, ``reported`` where only what was said is
        known.
    translation_ko
        A Korean translation of ours, for the exhibits.
    who, when, source
        Who said it, on which day, in which month or year (if known), and where it is printed.
    reading_en, reading_ko
        In which reading it is tested: what the statement leaves open and how that was filled.
    reading_evidence
        Grade of the reading: ``published`` where the statement itself gives figure and ends,
        ``derived`` where ends or hours were filled in, ``estimated`` where a threshold is ours.
    modes
        Modes it is tested in.
    scenario
        Id of what must be built first; blank for what is said of today. Without that scenario
        nothing can be told, and today's figure stands beside theirs.
    scenario_en, scenario_ko
        What it is called in a sentence, such as ``the Cheonan line``.
    comparison
        What is compared, for which origins.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    claim_id: str
    quotation: str
    who: str
    source: str
    reading_en: str
    reading_ko: str
    comparison: tuple[Comparison, ...]
    wording: Literal["exact", "reported"] = "exact"
    translation_ko: str = ""
    when: Annotated[str, BeforeValidator(_when)] = ""
    reading_evidence: Literal["published", "derived", "estimated"] = "derived"
    modes: tuple[Literal["car", "transit"], ...] = ("car", "transit")
    scenario: str = ""
    scenario_en: str = ""
    scenario_ko: str = ""
