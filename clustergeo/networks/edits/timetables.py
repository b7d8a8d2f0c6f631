"""Edits of public transport: lines, headways, sections, stops, through services and transfers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks.edits._changes import ThroughService, Transfer
from clustergeo.networks.edits._faster import FasterSection
from clustergeo.networks.edits._fewer_calls import RemoveStop
from clustergeo.networks.edits._headways import Headway
from clustergeo.networks.edits._lines import NewLine
from clustergeo.networks.edits._longer import ExtendLine
from clustergeo.networks.edits._more_calls import AddStop, NewStation
from clustergeo.networks.edits._seated import Seats, joined, parted
from clustergeo.networks.edits._timetable_edit import TimetableEdit
from clustergeo.networks.edits._timetable_quarrels import quarrel
from clustergeo.networks.edits._values import NewStop, Period
from clustergeo.networks.edits.edit import Edit
from clustergeo.networks.timetable import Timetable

__all__ = [
    "AddStop",
    "ExtendLine",
    "FasterSection",
    "Headway",
    "NewLine",
    "NewStation",
    "NewStop",
    "Period",
    "RemoveStop",
    "ThroughService",
    "Transfer",
    "apply",
    "resolve",
]


def resolve(edits: Iterable[Edit], timetable: Timetable) -> list[Fault]:
    """Return every fault of edits of public transport, each against what the ones before it leave.

    Parameters
    ----------
    edits
        Edits of the room ``timetable``, in their order.
    timetable
        What runs before the first of them.

    Returns
    -------
    faults : list of Fault
        Unknown stops and routes with the nearest names, lines that join nothing, headways of
        nothing, times that run backwards, edits that contradict an earlier one.

    Examples
    --------
    >>> from clustergeo.networks import load_timetable
    >>> fault, = resolve([Headway(route="B1", every_min=0.0)], load_timetable())
    >>> print(fault)
    edit 1 (headway), edit.every_min: no headway (0 min) - give minutes above 0
    """
    return _run(edits, timetable)[2]


def apply(edits: Sequence[Edit], timetable: Timetable) -> Timetable:
    """Return a timetable with edits made; the same object if they change nothing.

    Routes that run otherwise, and new ones, are graded ``estimated``; the notes say what was
    changed. Riders who stay seated from trip to trip still do, where the trips still meet.

    Parameters
    ----------
    edits
        Edits of the room ``timetable``, in their order.
    timetable
        What runs before; it is left as it is.

    Raises
    ------
    ScenarioError
        With every fault of :func:`resolve`.

    Examples
    --------
    >>> from clustergeo.networks import load_timetable
    >>> timetable = load_timetable()
    >>> apply([], timetable) is timetable
    True
    >>> denser = apply([Headway(route="B3", every_min=10.0)], timetable)
    >>> denser.notes
    ('B3 every 10 min',)
    """
    made, seats, faults = _run(edits, timetable)
    if faults:
        raise ScenarioError(*faults)
    return timetable if made is None else joined(made, seats)


def _run(
    edits: Iterable[Edit], timetable: Timetable
) -> tuple[Timetable | None, Seats, list[Fault]]:
    """Return the timetable without through-runs (None if nothing changed), and all faults."""
    plain, seats = parted(timetable)
    made, faults = plain, list[Fault]()
    done: list[TimetableEdit] = []
    missing: set[str] = set()
    for edit in edits:
        one = _kind(edit)
        try:
            after = one.changed(made)
            if isinstance(one, ThroughService):
                seats = {**seats, **one.seats(made)}
        except ScenarioError as error:
            # What an edit at fault would have brought is not missed a second time.
            echoes = {f"no such {noun} ({name})" for noun in ("route", "stop") for name in missing}
            faults += [fault for fault in error.faults if fault.what not in echoes]
            missing |= one.brings()
            continue
        if fault := quarrel(one, done, made):
            faults.append(fault)
            continue
        made = after
        done.append(one)
    return (None if made is plain else made), seats, faults


def _kind(edit: Edit) -> TimetableEdit:
    if isinstance(edit, TimetableEdit):
        return edit
    message = f"not an edit of public transport ({edit.kind})"
    raise TypeError(message)
