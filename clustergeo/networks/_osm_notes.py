"""Say in one sentence each what of an OpenStreetMap file was left out or read differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from clustergeo.networks._osm_cut import Pieces, Traces
from clustergeo.networks._osm_rules import Drive
from clustergeo.networks._osm_scan import Scan
from clustergeo.networks._osm_signals import SIGNAL_REACH_M
from clustergeo.networks._osm_turns import Bans

__all__ = ["notes_of", "reasons_of"]

_ODD: Final = {
    "absurd": "a speed limit of zero or less, removed",
    "capped": "a speed limit above 200 km/h, cut to 200",
    "unreadable": "a speed limit that cannot be read, removed",
    "alternating": "traffic that takes turns (oneway=alternating), open both ways",
    "destination": "access for residents and visitors only, open, through traffic not barred",
    "ferry speed": "a ferry without duration or limit, assumed to sail at 20 km/h",
}
_LEFT_OUT: Final = {
    "area": "are areas",
    "impassable": "are impassable",
    "service road": "are service roads",
    "reversible": "change direction by the hour (oneway=reversible)",
    "closed to cars": "are private or closed to cars",
}


def reasons_of(found: Scan, traces: Traces) -> tuple[str, ...]:
    """Return why a file gives no roads, as far as ways that look like roads tell."""
    return tuple(_left_out(found)) + tuple(_gaps(traces))


def notes_of(found: Scan, traces: Traces, pieces: Pieces, bans: Bans) -> Iterator[str]:
    """Yield the notes of parts, in a fixed order."""
    yield from _left_out(found)
    kinds = np.bincount(np.asarray(found.kind, np.int64)[traces.way], minlength=len(found.drives))
    odd: Counter[str] = Counter()
    for drive, count in zip(found.drives, kinds.tolist(), strict=True):
        odd.update(dict.fromkeys(drive.odd, count) if isinstance(drive, Drive) else {})
    for what, text in _ODD.items():
        if odd[what]:
            yield f"ways with {text}: {odd[what]:,}"
    yield from _gaps(traces)
    if pieces.barriers:
        yield f"nodes with a barrier that cars do not pass: {pieces.barriers:,}"
    if pieces.signals_apart:
        yield (
            f"traffic signals more than {SIGNAL_REACH_M:.0f} m from a junction of these roads, "
            f"not counted: {pieces.signals_apart:,}"
        )
    skipped = found.restrictions.skipped + bans.not_applied
    for why in sorted(skipped):
        yield f"turn restrictions not modelled because they {why}: {skipped[why]:,}"


def _left_out(found: Scan) -> Iterator[str]:
    kinds = np.bincount(np.asarray(found.kind, np.int64), minlength=len(found.drives))
    left = found.left_out.copy()
    for drive, count in zip(found.drives, kinds.tolist(), strict=True):
        if isinstance(drive, str):
            left[drive] += count
    for why, text in _LEFT_OUT.items():
        if left[why]:
            yield f"ways left out because they {text}: {left[why]:,}"


def _gaps(traces: Traces) -> Iterator[str]:
    if traces.copies:
        yield f"ways that the file holds again, read once: {traces.copies:,}"
    if traces.stubs:
        yield f"ways without two neighbouring nodes, left out: {traces.stubs:,}"
    if traces.missing:
        yield (
            f"way nodes missing in the file, their segments dropped: {traces.missing:,} "
            f"of {traces.steps:,}"
        )
