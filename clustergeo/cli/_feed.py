"""``clustergeo feed``: build a timetable once from feeds, look at it."""

from __future__ import annotations

from pathlib import Path

from clustergeo.cli._console import console, notes, working
from clustergeo.cli._targets import check_target
from clustergeo.errors import UsageError
from clustergeo.networks import Timetable, load_timetable

__all__ = ["build_feed", "show_feed"]


def build_feed(
    sources: list[Path], *, out: Path, encoding: str | None = None, shapes: bool = False
) -> None:
    """Read feeds, make one timetable of them and save it."""
    check_target(out, sources, folder=True)
    with working(f"reading {', '.join(map(str, sources))}"):
        timetable = load_timetable(sources, encoding=encoding, shapes=shapes)
    timetable.save(out)
    for note in timetable.notes:
        notes.print(f"note: {note}", highlight=False, markup=False)
    console.print(f"{out}: {timetable!r}", highlight=False, markup=False)


def show_feed(source: Path | None, *, verify: bool) -> None:
    """Print what a timetable holds; with ``verify`` after reading every byte of it."""
    if verify:
        from clustergeo.networks._feed_store import verify_timetable  # noqa: PLC0415

        if source is None:
            message = "--verify: the shipped feed has no checksums - name a saved timetable"
            raise UsageError(message)
        verify_timetable(source)
    for line in _lines(load_timetable(source)):
        console.print(line, highlight=False, markup=False)
    if verify:
        console.print("checksums: all arrays are as they were written", highlight=False)


def _lines(timetable: Timetable) -> list[str]:
    days = timetable.services["date"]
    runs = timetable.through["trip"].nunique()
    counts = {
        "stops": len(timetable.stops),
        "routes": len(timetable.routes),
        "trips": len(timetable.trips) - runs,
        "through-runs": runs,
        "calls": len(timetable.stop_times),
        "headway rows": len(timetable.frequencies),
        "transfer rules": len(timetable.transfers),
    }
    span = f"{days.min():%Y-%m-%d}..{days.max():%Y-%m-%d}" if len(days) else "none"
    return [
        f"source: {timetable.source}",
        f"language: {timetable.language or 'not stated'}",
        f"service: {span} ({days.nunique():,} days)",
        *(f"{name}: {count:,}" for name, count in counts.items()),
        *(f"note: {note}" for note in timetable.notes),
    ]
