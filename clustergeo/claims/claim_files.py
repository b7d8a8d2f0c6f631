"""Files of claims: read, and refused with every fault at once, each with its line."""

from __future__ import annotations

import difflib
import functools
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from clustergeo._toml import TomlFile, read_toml
from clustergeo.claims.claim import Claim, Comparison, Side
from clustergeo.errors import ClaimError, Fault
from clustergeo.indices.catalogue import load_indices

__all__ = ["load_claims"]

_Key = tuple[str | int, ...]

GROUPS = ("@capital", "@other_clusters", "@origin")
CLUSTERS = "@clusters"

_ONE_KIND = "give one of `to`, `minutes`, `index` and `value`"
_TABLES: Mapping[str | int, type[Claim | Comparison | Side]] = {
    "claim": Claim,
    "comparison": Comparison,
    "left": Side,
    "right": Side,
}
_OF_A_TRIP = {"from_id": "@origin", "take": "min", "at": "each", "mode": "", "factor": 1.0}


def load_claims(path: Path, *, places: Collection[str] | None = None) -> tuple[Claim, ...]:
    """Return the claims of a TOML file, in its order.

    Parameters
    ----------
    path
        A file of ``[[claim]]`` tables.
    places
        Ids of the places that have times; other ids are refused. Unchecked if None.

    Returns
    -------
    claims : tuple of Claim

    Raises
    ------
    ClaimError
        With every fault of the file at once, each with its line.

    Examples
    --------
    >>> from clustergeo.settings import data_path
    >>> claims = load_claims(data_path("claims", "chungcheong.toml"))
    >>> "faster_to_capital" in [claim.claim_id for claim in claims]
    True
    """
    file = read_toml(path, error=ClaimError)
    fix = "a claims file holds [[claim]] tables only"
    faults = [
        file.fault((key, 0), f"unknown key ({key})", fix) for key in file.content if key != "claim"
    ]
    tables = file.content.get("claim", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        what = "not a list of tables (claim)"
        raise ClaimError(*faults, file.fault(("claim",), what, "write it as [[claim]]"))
    if not tables and not faults:
        faults.append(Fault(file.name, "holds no claim", "write at least one [[claim]]"))
    claims: dict[int, Claim] = {}
    for i, table in enumerate(tables):
        try:
            claims[i] = _checker().validate_python(table)
        except ValidationError as error:
            faults += [_fault(file, ("claim", i), entry) for entry in error.errors()]
    for i, claim in claims.items():
        faults += _claim_faults(file, ("claim", i), claim, places)
    faults += _duplicates(file, claims)
    if faults:
        raise ClaimError(*sorted(faults, key=lambda fault: fault.row or 0))
    return tuple(claims.values())


@functools.cache
def _checker() -> TypeAdapter[Claim]:
    return TypeAdapter(Claim)


def _fault(file: TomlFile, at: _Key, entry: Any) -> Fault:  # noqa: ANN401 - pydantic's own record
    """Return what pydantic found in the words of the house."""
    key = (*at, *entry["loc"])
    if entry["type"] in {"missing", "missing_argument"}:
        return file.fault(key, "key missing", "add it; see the claims file that is shipped")
    if entry["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        name = str(key[-1])
        around = next(_TABLES[part] for part in reversed(key[:-1]) if part in _TABLES)
        known = [item.name for item in fields(around)]
        return file.fault(key, f"unknown key ({name})", _meant(name, known) or "take it out")
    message = entry["msg"].removeprefix("Value error, ")
    what = f"{message[0].lower()}{message[1:]} ({entry['input']!r:.60})"
    return file.fault(key, what, "correct the value")


def _meant(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _duplicates(file: TomlFile, claims: dict[int, Claim]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for i, claim in claims.items():
        key = ("claim", i, "claim_id")
        if claim.claim_id in first:
            what = f"duplicate claim ({claim.claim_id})"
            yield file.fault(key, what, "give each its own id")
        first.setdefault(claim.claim_id, i)


def _claim_faults(
    file: TomlFile, at: _Key, claim: Claim, places: Collection[str] | None
) -> Iterator[Fault]:
    for name in ("claim_id", "quotation", "who", "source", "reading_en", "reading_ko"):
        if not getattr(claim, name).strip():
            yield file.fault((*at, name), "is blank", "fill it in")
    if not claim.modes:
        yield file.fault((*at, "modes"), "is empty", "name car, transit or both")
    if not claim.comparison:
        yield file.fault((*at, "comparison"), "is empty", "write a [[claim.comparison]]")
    seen: set[str] = set()
    for j, comparison in enumerate(claim.comparison):
        here: _Key = (*at, "comparison", j)
        if not comparison.origins:
            yield file.fault((*here, "origins"), "is empty", "name a place, or @clusters")
        for k, origin in enumerate(comparison.origins):
            if origin in seen:
                what = f"origin twice in one claim ({origin})"
                fix = "name it once, or make two claims of it"
                yield file.fault((*here, "origins", k), what, fix)
            seen.add(origin)
            yield from _place_faults(file, (*here, "origins", k), origin, places, (CLUSTERS,))
        for name, side in (("left", comparison.left), ("right", comparison.right)):
            yield from _side_faults(file, (*here, name), side, places)
        yield from _comparison_faults(file, here, comparison)


def _place_faults(
    file: TomlFile,
    key: _Key,
    place_id: str,
    places: Collection[str] | None,
    groups: tuple[str, ...],
) -> Iterator[Fault]:
    if place_id in groups:
        return
    if place_id.startswith("@"):
        fix = f"use {' or '.join(groups)}, or the id of a place"
        yield file.fault(key, f"unknown group ({place_id})", fix)
    elif places is not None and place_id not in places:
        fix = "use the id of a place with times, or add it to places.others of the study"
        fix = _meant(place_id, places) or fix
        yield file.fault(key, f"unknown place ({place_id})", fix)


def _side_faults(
    file: TomlFile, key: _Key, side: Side, places: Collection[str] | None
) -> Iterator[Fault]:
    if len(side.kinds) != 1:
        told = ", ".join(side.kinds) or "none"
        yield file.fault(key, f"not exactly one statistic ({told})", _ONE_KIND)
    for k, place_id in enumerate(side.to):
        yield from _place_faults(file, (*key, "to", k), place_id, places, GROUPS)
    if side.to:
        yield from _place_faults(file, (*key, "from_id"), side.from_id, places, ("@origin",))
    for name, default in _OF_A_TRIP.items():
        if not side.to and side.kinds and getattr(side, name) != default:
            what = f"used with a trip only ({getattr(side, name)})"
            yield file.fault((*key, name), what, "take it out, or give `to`")
    yield from _number_faults(file, key, side)
    if side.weights and not side.index:
        yield file.fault((*key, "weights"), f"used with an index only ({side.weights})", "drop it")
    if side.index and index_unit(side.index) is None:
        fix = _meant(side.index, load_indices()) or f"use one of {', '.join(load_indices())}"
        yield file.fault((*key, "index"), f"unknown index ({side.index})", fix)


def _number_faults(file: TomlFile, key: _Key, side: Side) -> Iterator[Fault]:
    if side.to and not (math.isfinite(side.factor) and side.factor > 0):
        what = f"not above 0 ({side.factor:g})"
        yield file.fault((*key, "factor"), what, "give how many times as long")
    if side.minutes is not None and not (math.isfinite(side.minutes) and side.minutes >= 0):
        what = f"not minutes ({side.minutes:g})"
        yield file.fault((*key, "minutes"), what, "give a number from 0 up")
    if side.value is not None and not math.isfinite(side.value):
        yield file.fault((*key, "value"), f"not a number ({side.value:g})", "give a number")


def index_unit(index: str) -> str | None:
    """Return the unit of a measure of the isolation table; None if there is no such measure."""
    known = load_indices()
    if index in known:
        return known[index].unit
    return "min" if index.startswith("to_") else None


def comparison_unit(comparison: Comparison) -> str:
    """Return the unit in which two sides are compared: ``min`` or that of an index."""
    return _unit(comparison.left) or _unit(comparison.right) or "min"


def _unit(side: Side) -> str:
    """Return the unit of a side; blank for a plain value, which takes that of the other side."""
    return side.unit or (index_unit(side.index) or "" if side.index else "")


def _comparison_faults(file: TomlFile, key: _Key, comparison: Comparison) -> Iterator[Fault]:
    """Find comparisons that no times could decide."""
    sides = {"left": comparison.left, "right": comparison.right}
    if any(len(side.kinds) != 1 for side in sides.values()):
        return
    units = [_unit(side) for side in sides.values()]
    if comparison.left == comparison.right:
        yield file.fault(key, "left and right are the same", "compare two things")
    elif not any(side.to or side.index for side in sides.values()):
        what = "nothing is measured (both sides are plain numbers)"
        yield file.fault(key, what, "give a trip (`to`) or an `index` on one side")
    elif all(units) and units[0] != units[1]:
        what = f"different units ({units[0]} against {units[1]})"
        fix = "compare minutes with minutes, and an index with a `value` in its unit"
        yield file.fault(key, what, fix)
    elif "min" in units:
        for name, side in sides.items():
            if side.value is not None:
                what = f"a plain value against minutes ({side.value:g})"
                yield file.fault((*key, name), what, "write `minutes` for a number of minutes")
    yield from _margin_faults(file, key, comparison)


def _margin_faults(file: TomlFile, key: _Key, comparison: Comparison) -> Iterator[Fault]:
    margin, unit = comparison.margin_min, comparison_unit(comparison)
    if not (math.isfinite(margin) and margin >= 0):
        yield file.fault((*key, "margin_min"), f"not minutes ({margin:g})", "give 0 or more")
    elif unit != "min" and margin:
        what = f"minutes on an index in {unit} ({margin:g})"
        yield file.fault((*key, "margin_min"), what, "take it out, or change the value")
    if comparison.operator == "=" and unit != "min":
        what = f"no tolerance for an index in {unit} (=)"
        yield file.fault((*key, "operator"), what, "use <, <=, > or >=")
    elif comparison.operator == "=" and margin == 0:
        fix = "give the tolerance as margin_min, above 0"
        yield file.fault((*key, "operator"), "no two times are equal to the second (=)", fix)
