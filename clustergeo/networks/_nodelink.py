"""The standard node-link set, read into the arrays that every network is built from."""

from __future__ import annotations

import logging
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustergeo._crs import asked_crs
from clustergeo.networks._nodelink_files import opened_tables, stated_date
from clustergeo.networks._nodelink_keys import rows_of
from clustergeo.networks._nodelink_links import Links, Nodes, links_of, nodes_of
from clustergeo.networks._nodelink_pairs import opposite_links
from clustergeo.networks._nodelink_speeds import observed_speeds
from clustergeo.networks._nodelink_tables import Table, read_table
from clustergeo.networks._nodelink_turns import Bans, bans_of
from clustergeo.networks.parts import ASSUMED, MEASURED, PUBLISHED, RoadParts
from clustergeo.schemas.nodelink import RANK_CLASSES
from clustergeo.schemas.roads import FASTEST_KPH

__all__ = ["read_nodelink"]

_log = logging.getLogger(__name__)

_SHAPES = {"MOCT_NODE": "Point", "MOCT_LINK": "LineString"}
_OTHER_RANK = max(RANK_CLASSES)
_UNNAMED_RAMP = 1
_MOST_LANES = 255
_LINKED_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
_CLASSES = (
    *dict.fromkeys(RANK_CLASSES.values()),
    *(f"{highway}_link" for highway in _LINKED_CLASSES),
)

Rows = NDArray[np.int64]


def read_nodelink(
    path: Path | str, *, speeds: Path | str | None = None, crs: str | int | None = None
) -> RoadParts:
    """Read a standard node-link set: MOCT_NODE, MOCT_LINK and, if there, TURNINFO and MULTILINK.

    Every link is one piece, driven from F_NODE to T_NODE only; the opposite direction of a road is
    a link of its own, with its own id, length and limit, and stays one. Two links that lead back
    and forth over the same road are told as a pair, so that a place on either may set off both
    ways (:mod:`clustergeo.networks._nodelink_pairs`). Links that are not in use
    or closed to cars are left out. Bans of TURNINFO become turn bans (turns for buses only, too);
    U-turns, which the set lists where they are permitted, are banned near banned turns. Whatever
    is dropped, mended or not modelled is counted in the notes.

    Parameters
    ----------
    path
        A folder or a zip archive.
    speeds
        CSV of observed speeds with LINK_ID and speed_kph (kilometres per hour); where a link has
        one, it goes before its limit and counts as measured.
    crs
        Coordinate system of the shapefiles; goes before what their ``.prj`` states.

    Returns
    -------
    parts : RoadParts

    Raises
    ------
    MissingFileError
        If ``path`` or ``speeds`` is not there.
    UsageError
        If there is no such coordinate system.
    InputError
        If the set is incomplete, damaged, of two editions, or in an unknown coordinate system.

    Notes
    -----
    Tables and codes follow the guideline for the Korean ITS standard node-link set; see
    :mod:`clustergeo.schemas.nodelink`.

    Examples
    --------
    >>> read_nodelink("nowhere")
    Traceback (most recent call last):
    clustergeo.errors.MissingFileError: nowhere: no such file (...) - check the path
    """
    path, asked = Path(path), asked_crs(crs)
    with opened_tables(path) as files:
        tables = {
            name: read_table(file, name, shape=_SHAPES.get(name, ""))
            for name, file in files.items()
        }
        date = stated_date([path.name, *(Path(file.name).name for file in files.values())])
    nodes = nodes_of(tables["MOCT_NODE"], asked)
    links = links_of(tables["MOCT_LINK"], nodes, asked)
    parts = _parts(tables, nodes, links, Path(speeds) if speeds is not None else None, path, date)
    _log.info("read %r", parts)
    return parts


def _parts(
    tables: dict[str, Table],
    nodes: Nodes,
    links: Links,
    speeds: Path | None,
    path: Path,
    date: str,
) -> RoadParts:
    table = tables["MOCT_LINK"]
    size = links.row.size
    used = np.unique(np.concatenate([links.start, links.end]))
    kph, evidence, speed_notes = _speeds(table, links, speeds)
    highway, class_notes = _classes(table, links.row)
    name, names = table.texts("ROAD_NAME")
    ref, refs, ref_notes = _refs(table, links, tables.get("MULTILINK"))
    bans = _bans(tables.get("TURNINFO"), links)
    named = (name[links.row], table.texts("ROAD_NO")[0][links.row])
    opposite = opposite_links(links.start, links.end, named, links.length_m)
    lanes = np.nan_to_num(table.numbers("LANES")[links.row])
    return RoadParts(
        node_id=nodes.node_id[used],
        lon=nodes.lon[used],
        lat=nodes.lat[used],
        start=np.searchsorted(used, links.start).astype(np.int32),
        end=np.searchsorted(used, links.end).astype(np.int32),
        forward=np.ones(size, dtype=bool),
        backward=np.zeros(size, dtype=bool),
        length_m=links.length_m,
        forward_kph=kph,
        backward_kph=np.full(size, np.nan),
        speed_evidence=evidence,
        seconds=np.full(size, np.nan),
        highway=highway,
        classes=_CLASSES,
        name=name[links.row].astype(np.int32),
        names=names,
        ref=ref,
        refs=refs,
        osmid=links.link_id,
        lanes=np.clip(lanes, 0, _MOST_LANES).astype(np.uint8),
        toll=np.zeros(size, dtype=bool),
        line_first=links.lines.first,
        line_lon=links.lines.lon,
        line_lat=links.lines.lat,
        ban_from=bans.arriving.astype(np.int32),
        ban_to=bans.leaving.astype(np.int32),
        ban_from_forward=np.ones(bans.arriving.size, dtype=bool),
        ban_to_forward=np.ones(bans.arriving.size, dtype=bool),
        source=f"standard node-link set ({path.name})",
        date=date,
        opposite=opposite,
        notes=(
            *links.notes,
            *_unused(nodes, used.size),
            *class_notes,
            *speed_notes,
            *ref_notes,
            *bans.notes,
            *_pairs(opposite),
            "Tolls are not in the node-link set.",
        ),
    )


def _pairs(opposite: NDArray[np.int32]) -> list[str]:
    pairs = np.count_nonzero(opposite >= 0) // 2
    what = "pairs of links are the two directions of one road; a place may set off both ways."
    return [f"{pairs:,} {what}"] if pairs else []


def _unused(nodes: Nodes, used: int) -> list[str]:
    left = nodes.node_id.size - used
    return [f"{left:,} nodes are left out: no link meets them."] if left else []


def _classes(table: Table, row: Rows) -> tuple[NDArray[np.uint8], list[str]]:
    """Return the class of each link as a code into _CLASSES.

    CONNECT states that a link is a ramp: 1 in present editions; in earlier ones the rank of the
    road that it leads to (101 to 108), which then goes before the rank of the link itself.
    """
    rank, connect = table.codes("ROAD_RANK")[row], table.codes("CONNECT")[row]
    ramp = (connect == _UNNAMED_RAMP) | np.isin(connect, list(RANK_CLASSES))
    rank = np.where(np.isin(connect, list(RANK_CLASSES)), connect, rank)
    unknown = ~np.isin(rank, list(RANK_CLASSES))
    highway = np.zeros(row.size, dtype=np.uint8)
    for code, name in RANK_CLASSES.items():
        of_rank = (rank == code) | (unknown & (code == _OTHER_RANK))
        highway[of_rank] = _CLASSES.index(name)
        if f"{name}_link" in _CLASSES:
            highway[of_rank & ramp] = _CLASSES.index(f"{name}_link")
    if not unknown.any():
        return highway, []
    what = f"links have an unknown ROAD_RANK; they are {RANK_CLASSES[_OTHER_RANK]} roads."
    return highway, [f"{np.count_nonzero(unknown):,} {what}"]


def _speeds(
    table: Table, links: Links, observed: Path | None
) -> tuple[NDArray[np.float64], NDArray[np.uint8], list[str]]:
    limit = table.numbers("MAX_SPD")[links.row]
    usable = (limit > 0) & (limit <= FASTEST_KPH)
    kph = np.where(usable, limit, np.nan)
    evidence = np.where(usable, PUBLISHED, ASSUMED).astype(np.uint8)
    notes = []
    if not usable.all():
        what = f"links have no limit, one of 0 or one above {FASTEST_KPH:.0f} km/h (MAX_SPD)."
        notes.append(f"{np.count_nonzero(~usable):,} {what}")
    if observed is not None:
        measured, more = observed_speeds(observed, links.link_id)
        given = np.isfinite(measured)
        kph = np.where(given, measured, kph)
        evidence[given] = MEASURED
        notes += more
    return kph, evidence, notes


def _refs(
    table: Table, links: Links, multilink: Table | None
) -> tuple[NDArray[np.int32], tuple[str, ...], list[str]]:
    """Return the road numbers; several on one link are joined with ";" as OpenStreetMap does."""
    codes, values = table.texts("ROAD_NO")
    ref = codes[links.row]
    if multilink is None:
        return ref.astype(np.int32), values, []
    row = rows_of(multilink.ids("LINK_ID"), links.link_id)
    more, numbers = multilink.texts("ROAD_NO")
    shared: dict[int, list[str]] = defaultdict(list)
    for link, code in zip(row[row >= 0].tolist(), more[row >= 0].tolist(), strict=True):
        shared[link].append(numbers[code])
    joined = {
        link: ";".join(dict.fromkeys(n for n in (values[ref[link]], *sorted(others)) if n))
        for link, others in shared.items()
    }
    refs = ("", *sorted({*values, *joined.values()} - {""}))
    code = {text: i for i, text in enumerate(refs)}
    renumbered = np.array([code[text] for text in values], dtype=np.int32)[ref]
    if joined:
        renumbered[list(joined)] = [code[text] for text in joined.values()]
    left = np.count_nonzero(row < 0)
    what = "road numbers of MULTILINK belong to no link of this network."
    return renumbered, refs, [f"{left:,} {what}"] if left else []


def _bans(table: Table | None, links: Links) -> Bans:
    if table is not None:
        return bans_of(table, links.link_id, links.start, links.end)
    none = np.empty(0, dtype=np.int64)
    return Bans(none, none, ("There is no TURNINFO: every turn is permitted.",))
