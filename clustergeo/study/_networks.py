"""By what a study travels, and in which state its roads are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from clustergeo.errors import Fault
from clustergeo.networks.congestion import FREE_FLOW, load_congestion

__all__ = ["Networks", "state_faults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """By what one travels, and in which state the roads are.

    Parameters
    ----------
    road, feed
        One or several road networks, and one or several timetable feeds (folder or zip).
    feed_encoding
        Encoding of feeds that are neither UTF-8 nor Korean.
    state
        Congestion state; on ``free_flow`` roads are empty.
    congestion
        Table of congestion states; the one that comes with the package if None.
    delays
        Whether signals, junctions and turns take time, or the table of their delays.
    ways_on_roads
        Whether taxis, cars and bicycles drive to the stops along the road network; else their
        ways are crow-fly times the detour factors of ``[transit]``.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    road: Path | tuple[Path, ...]
    feed: Path | tuple[Path, ...]
    feed_encoding: str | None = None
    state: str = FREE_FLOW
    congestion: Path | None = None
    delays: bool | Path = False
    ways_on_roads: bool = False

    @property
    def state_keys(self) -> dict[str, str | bool]:
        """The state of the roads in the words of the study file, tables by their names."""
        table = self.congestion
        return {
            "state": self.state,
            **({} if table is None else {"congestion": table.name}),
            "delays": self.delays.name if isinstance(self.delays, Path) else self.delays,
        }

    @property
    def road_state(self) -> str:
        """The state of the roads for readers, blank where they are empty and never make wait."""
        if self.state == FREE_FLOW and not self.delays:
            return ""
        return f"{self.state} + delays" if self.delays else self.state


def state_faults(networks: Networks, file: str) -> list[Fault]:
    """Return why the roads cannot be in the state; a table that is missing is told elsewhere."""
    if networks.congestion and not networks.congestion.exists():
        return []
    known = sorted({FREE_FLOW, *load_congestion(networks.congestion)["state"]})
    if networks.state in known:
        return []
    what = f"no such congestion state ({networks.state})"
    return [Fault(file, what, f"use one of {', '.join(known)}", field="networks.state")]
