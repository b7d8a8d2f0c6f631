"""Edits of public transport that contradict an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clustergeo.errors import Fault
from clustergeo.networks.edits._changes import Transfer
from clustergeo.networks.edits._faster import FasterSection
from clustergeo.networks.edits._fewer_calls import RemoveStop
from clustergeo.networks.edits._headways import Headway
from clustergeo.networks.edits._more_calls import AddStop, NewStation
from clustergeo.networks.edits._timetable_edit import TimetableEdit
from clustergeo.networks.edits._values import period_s
from clustergeo.networks.timetable import Timetable

__all__ = ["quarrel"]

_OnRoutes = FasterSection | AddStop | NewStation | RemoveStop

_CLASHES: Final = {
    ("faster_section", "faster_section"): ("from_stop", "it made the same section faster"),
    ("remove_stop", "add_stop"): ("stop", "it lets trips of the line call there"),
    ("remove_stop", "new_station"): ("stop", "it lets trips of the line call there"),
    ("add_stop", "remove_stop"): ("stop", "it took the stop from trips of the line"),
}
"""Two kinds of edits that disagree about the same stops of a line, the later first: key, why."""


def quarrel(
    edit: TimetableEdit, earlier: Iterable[TimetableEdit], timetable: Timetable
) -> Fault | None:
    """Return why an edit contradicts an earlier one, if it does.

    Parameters
    ----------
    edit
        An edit that could be made by itself.
    earlier
        Those made before it.
    timetable
        What runs before it.
    """
    for other in earlier:
        if said := _said(edit, other, timetable):
            key, what = said
            return edit.fault(key, f"contradicts {other.spot} ({what})", "take one of the two out")
    return None


def _said(
    edit: TimetableEdit, other: TimetableEdit, timetable: Timetable
) -> tuple[str, str] | None:
    """Return the key and the two statements that disagree."""
    if isinstance(edit, Headway) and isinstance(other, Headway):
        said = "every_min", f"every {edit.every_min:g} min here, {other.every_min:g} there"
        return said if _headways_clash(edit, other, timetable) else None
    if isinstance(edit, Transfer) and isinstance(other, Transfer):
        alike = (edit.min_change_min, edit.guaranteed) == (other.min_change_min, other.guaranteed)
        shared = set(edit.pairs(timetable)) & set(other.pairs(timetable))
        return ("from_stop", "another change time") if shared and not alike else None
    if not (isinstance(edit, _OnRoutes) and isinstance(other, _OnRoutes)):
        return None
    said = _CLASHES.get((edit.kind, other.kind), ("", ""))
    same = _spots(edit) == _spots(other) and _one_route(edit, other, timetable)
    return said if said[0] and same else None


def _headways_clash(edit: Headway, other: Headway, timetable: Timetable) -> bool:
    start, end = period_s(edit, edit.start, edit.end, [])
    begin, stop = period_s(other, other.start, other.end, [])
    overlap = start < stop and begin < end
    return edit.every_min != other.every_min and overlap and _one_route(edit, other, timetable)


def _spots(edit: _OnRoutes) -> set[str]:
    """Return the stops that an edit is about."""
    if isinstance(edit, FasterSection):
        return {edit.from_stop, edit.to_stop}
    return {edit.stop_id if isinstance(edit, NewStation) else edit.stop}


def _one_route(
    edit: Headway | _OnRoutes, other: Headway | _OnRoutes, timetable: Timetable
) -> bool:
    """Return whether two edits change one route."""
    ways = [set(e.route_rows(timetable, e.route, [], "route")) for e in (edit, other)]
    return bool(ways[0] & ways[1])
