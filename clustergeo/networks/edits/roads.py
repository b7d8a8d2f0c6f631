"""Edits of roads: new ones, other speeds, lanes and tolls, closures, upgrades and congestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.edits._meeting import Join
from clustergeo.networks.edits._named_roads import Located
from clustergeo.networks.edits._new_road import NewRoad
from clustergeo.networks.edits._road_kinds import (
    Change,
    CloseRoad,
    Congestion,
    RoadLanes,
    RoadSpeed,
    Toll,
    UpgradeRoad,
)
from clustergeo.networks.edits.edit import Edit

__all__ = [
    "CloseRoad",
    "Congestion",
    "Join",
    "NewRoad",
    "RoadLanes",
    "RoadSpeed",
    "Toll",
    "UpgradeRoad",
    "apply",
    "resolve",
]


def resolve(
    edits: Iterable[Edit], network: RoadNetwork, places: Located | None = None
) -> list[Fault]:
    """Return every fault of road edits, each against the roads as the ones before it leave them.

    Parameters
    ----------
    edits
        Edits of the room ``road``, in their order.
    network
        The roads before the first of them.
    places
        Longitude and latitude by place_id, for points that name a place.

    Returns
    -------
    faults : list of Fault
        Unknown roads with the nearest names, roads that join nothing, edits that disagree, edits
        of what an earlier one closed.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> fault, = resolve([RoadSpeed(name="경부고속도", speed_kph=120.0)], load_road_network())
    >>> print(fault.fix)
    did you mean 경부고속도로, 중부고속도로, 경인고속도로?
    """
    return _run(edits, network, places or {})[1]


def apply(
    edits: Sequence[Edit], network: RoadNetwork, places: Located | None = None
) -> RoadNetwork:
    """Return the roads with edits made; the same object if they change nothing.

    Raises
    ------
    ScenarioError
        With every fault of :func:`resolve`.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> apply([], roads) is roads
    True
    """
    changed, faults = _run(edits, network, places or {})
    if faults:
        raise ScenarioError(*faults)
    return changed


Edges = NDArray[np.int64]


@dataclass(slots=True)
class _Seen:
    """What earlier edits set and closed, and on which roads."""

    set_by: list[tuple[str, Any, str, RoadNetwork, Edges]] = field(default_factory=list)
    closed: list[tuple[RoadNetwork, str]] = field(default_factory=list)


def _run(
    edits: Iterable[Edit], network: RoadNetwork, places: Located
) -> tuple[RoadNetwork, list[Fault]]:
    """Return the roads with all edits that can be made, and why others cannot."""
    found: list[Fault] = []
    seen = _Seen()
    for edit in edits:
        one = _kind(edit)
        made = one.built(network, places) if isinstance(one, NewRoad) else None
        if isinstance(one, Change):
            made = _made(one, network, places, seen)
        if isinstance(made, list):
            found += made
        elif made is not None:
            network = made
    return network, found


def _made(
    edit: Change, network: RoadNetwork, places: Located, seen: _Seen
) -> RoadNetwork | list[Fault]:
    """Return the roads with a change of what is there, or why it cannot be made."""
    if faults := edit.faults(network, places):
        return _closed(edit, seen, places) or faults
    edges = edit.edges(network, places)
    assert isinstance(edges, np.ndarray)  # noqa: S101 - asked before
    if faults := _disagreement(edit, network, edges, seen):
        return faults
    if isinstance(edit, CloseRoad):
        seen.closed.append((network, edit.spot))
    return edit.changed(network, edges)


def _closed(edit: Change, seen: _Seen, places: Located) -> list[Fault]:
    """Return that a road was closed before, if that is why it is not found."""
    for before, spot in seen.closed:
        if not edit.faults(before, places):
            what = f"the road was closed by {spot} already"
            return [edit.fault("kind", what, "take one of the two out")]
    return []


def _disagreement(edit: Change, network: RoadNetwork, edges: Edges, seen: _Seen) -> list[Fault]:
    """Return that an earlier edit set another value on a road of this one; remember its own."""
    sets = edit.sets()
    for what, said, spot, before, others in seen.set_by:
        if sets.get(what, said) != said and _shared(network, edges, before, others):
            told = f"{what} {sets[what]} here, {said} by {spot}, on one road"
            return [edit.fault("kind", f"contradicts ({told})", "take one of the two out")]
    seen.set_by += [(what, value, edit.spot, network, edges) for what, value in sets.items()]
    return []


def _shared(network: RoadNetwork, edges: Edges, before: RoadNetwork, others: Edges) -> bool:
    """Return whether edges of two stages of a network have one in common, by their ids."""
    ids = [
        pd.MultiIndex.from_arrays(
            [stage.node_id[stage.tail[of]], stage.node_id[stage.head[of]], stage.osmid[of]]
        )
        for stage, of in ((network, edges), (before, others))
    ]
    return bool(ids[0].isin(ids[1]).any())


def _kind(edit: Edit) -> NewRoad | Change:
    if isinstance(edit, NewRoad | Change):
        return edit
    message = f"not an edit of roads ({edit.kind})"
    raise TypeError(message)
