"""``clustergeo network``: build a road network once, look at it, merge several."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clustergeo.cli._console import console, notes, working
from clustergeo.cli._targets import check_target
from clustergeo.errors import MissingExtraError, UsageError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.shaping import largest_component, merge_networks
from clustergeo.networks.summary import NetworkSummary, summarise_network
from clustergeo.places.areas import load_areas

__all__ = ["Download", "NodeLink", "build_network", "show_network"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """Areas to be read from OpenStreetMap as it is now; needs the internet."""

    place: str | None = None
    bbox: str | None = None
    within: Path | None = None

    def areas(self, crs: str | None = None) -> list[tuple[str, Any]]:
        """Return a name and what ``read_overpass`` takes, for each area asked for."""
        areas: list[tuple[str, Any]] = [(self.place, self.place)] if self.place else []
        if self.bbox:
            areas.append((self.bbox, _box(self.bbox)))
        if self.within:
            areas.append((str(self.within), load_areas(self.within, crs=crs).union_all()))
        return areas


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLink:
    """What a standard node-link set does not say itself."""

    speeds: Path | None = None
    crs: str | None = None


def _box(text: str) -> tuple[float, ...]:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        message = f"--bbox: not four numbers ({text}) - write it as west,south,east,north"
        raise UsageError(message) from error
    return west, south, east, north


def build_network(
    sources: list[Path],
    *,
    out: Path,
    download: Download | None = None,
    nodelink: NodeLink | None = None,
    largest: bool = False,
    hierarchy: bool | None = None,
) -> None:
    """Read road networks of any kind, make one of them and save it."""
    nodelink = nodelink or NodeLink()
    areas = (download or Download()).areas(nodelink.crs)
    if not sources and not areas:
        message = "no source - name a file or folder, or --place, --bbox or --within"
        raise UsageError(message)
    check_target(out, sources, folder=True)
    networks = []
    for source in sources:
        with working(f"reading {source}"):
            # What is saved need not be kept a second time.
            networks.append(load_road_network(source, **asdict(nodelink), cache=False))
    for name, area in areas:
        from clustergeo.networks._overpass import read_overpass  # noqa: PLC0415

        with working(f"downloading {name}"):
            networks.append(RoadNetwork.from_parts(read_overpass(area)))
    network = merge_networks(networks)
    if largest:
        network = largest_component(network)
    network.save(out)
    for note in network.notes:
        notes.print(f"note: {note}", highlight=False, markup=False)
    console.print(f"{out}: {network!r}", highlight=False, markup=False)
    _contract(out, wanted=hierarchy)


def _contract(out: Path, *, wanted: bool | None) -> None:
    """Save the hierarchy of a network beside it: if wanted, or if the network is large."""
    from clustergeo.times.hierarchy import build  # noqa: PLC0415
    from clustergeo.times.roads.contracted import turns_of  # noqa: PLC0415 - brings numba
    from clustergeo.times.roads.saved import LARGE, remove_hierarchy, save_hierarchy  # noqa: PLC0415

    network = load_road_network(out)
    if wanted is False:
        remove_hierarchy(network)
    graph = turns_of(network)
    states = graph.first.size - 1
    if not (states >= LARGE if wanted is None else wanted):
        return
    try:
        with working(f"contracting {states:,} nodes"):
            save_hierarchy(network, build(graph.first, graph.head))
    except MissingExtraError as error:
        if wanted:
            raise
        notes.print(f"note: {error}", highlight=False, markup=False)
    else:
        console.print(f"{out}: with a hierarchy for many places", highlight=False, markup=False)


def show_network(source: Path | None, *, verify: bool) -> None:
    """Print what a network holds; with ``verify`` after reading every byte of it."""
    if verify:
        from clustergeo.networks._store import verify_network  # noqa: PLC0415

        if source is None:
            message = "--verify: the shipped network has no checksums - name a saved network"
            raise UsageError(message)
        verify_network(source)
    network = load_road_network(source)
    for line in _lines(summarise_network(network)):
        console.print(line, highlight=False, markup=False)
    _show_hierarchy(network, verify=verify)
    if verify:
        console.print("checksums: all arrays are as they were written", highlight=False)


def _show_hierarchy(network: RoadNetwork, *, verify: bool) -> None:
    from clustergeo.times.roads.contracted import turns_of  # noqa: PLC0415 - brings numba
    from clustergeo.times.roads.saved import load_hierarchy, saved_hierarchy  # noqa: PLC0415

    if folder := saved_hierarchy(network):
        topology = load_hierarchy(folder, turns_of(network), verify=verify)
        console.print(f"hierarchy: {topology.up_head.size:,} arcs", highlight=False)


def _lines(summary: NetworkSummary) -> list[str]:
    west, south, east, north = summary.bbox
    lines = [
        f"source: {summary.source}",
        f"date: {summary.date or 'not stated'}",
        f"nodes: {summary.nodes:,}",
        f"edges: {summary.edges:,} (one direction each)",
        f"length: {summary.length_km:,.1f} km (two-way roads once)",
        f"turn bans: {summary.turn_bans:,}",
        _components("strongly", summary.strong_components, summary.largest_strong),
        _components("weakly", summary.weak_components, summary.largest_weak),
        f"speeds assumed: {_share(summary.assumed_share)} of the length",
        f"bbox: {west:.5f} {south:.5f} {east:.5f} {north:.5f}",
    ]
    for row in summary.classes.to_dict("records"):
        assumed = f"speeds assumed on {_share(row['assumed_share'])}"
        lines.append(
            f"{row['highway']}: {row['km']:,.1f} km, {row['mean_kph']:.0f} km/h, {assumed}"
        )
    return [*lines, *(f"note: {note}" for note in summary.notes)]


def _components(how: str, count: int, largest: float) -> str:
    return f"{how} connected components: {count:,}, the largest holds {_share(largest)} of nodes"


def _share(share: float) -> str:
    return f"{share * 100:.1f} %"
