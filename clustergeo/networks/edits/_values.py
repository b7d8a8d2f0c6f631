"""What edits of a timetable are made of: stops, periods, clock times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from clustergeo.errors import Fault
from clustergeo.networks.edits.edit import STRICT, Edit
from clustergeo.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["NewStop", "Period", "clock_s", "period_s", "seconds"]

_CLOCK: Final = re.compile(r"([0-4]?\d):([0-5]\d)(?::([0-5]\d))?")
_LATEST_S: Final = 48 * SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStop:
    """A stop or station that does not exist yet; it stands for all its platforms.

    Parameters
    ----------
    stop_id
        What later edits call it.
    lon, lat
        Where it lies, degrees.
    name_en, name_ko
        Its names; either stands for the other where that is missing.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    stop_id: str
    lon: float
    lat: float
    name_en: str = ""
    name_ko: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Hours of a day with one headway.

    Parameters
    ----------
    every_min
        Minutes between departures.
    start, end
        First departure, and the hour before which the last one leaves: ``05:30``, or ``25:00`` for
        one in the morning of the next day.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    every_min: float
    start: str
    end: str


def seconds(minutes: float) -> int:
    """Return minutes as whole seconds."""
    return round(minutes * SECONDS_PER_MINUTE)


def clock_s(text: str) -> int | None:
    """Return the seconds of a clock time, which may lie past midnight; None if it is none."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    total = hours * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE + rest
    return total if total <= _LATEST_S else None


Path = tuple[str | int, ...]


def period_s(
    edit: Edit, start: str, end: str, faults: list[Fault], at: Path = ()
) -> tuple[int, int]:
    """Return a period in seconds, and add what is wrong with it to the faults.

    Parameters
    ----------
    edit
        The edit that states it.
    start, end
        As written; blank for the start and the end of time.
    faults
        Grows.
    at
        Where in the edit it stands.
    """
    bounds = [0, _LATEST_S]
    for i, (key, text) in enumerate((("start", start), ("end", end))):
        if not text:
            continue
        found = clock_s(text)
        if found is None:
            faults.append(edit.fault((*at, key), f"no time ({text})", 'write "06:30"'))
        else:
            bounds[i] = found
    if bounds[0] >= bounds[1]:
        what = f"the period does not end after it starts ({start}-{end})"
        faults.append(edit.fault((*at, "end"), what, "past midnight go on counting: 25:00"))
    return bounds[0], bounds[1]
