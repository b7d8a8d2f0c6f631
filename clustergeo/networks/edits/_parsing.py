"""How a table of a TOML file becomes an edit, or the faults that refuse it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks.edits.edit import KINDS, Edit, Where, nearest

__all__ = ["edit_from", "faults_of"]

_LISTS = {"tuple_type", "list_type"}


def edit_from(values: Mapping[str, Any], where: Where | None = None) -> Edit:
    """Return the edit that a table of a scenario states.

    Parameters
    ----------
    values
        The table: ``kind`` and the keys of that kind.
    where
        Where it is written, for faults.

    Returns
    -------
    edit : Edit
        Of the class that the kind names.

    Raises
    ------
    ScenarioError
        With every fault of the table.

    Examples
    --------
    >>> from clustergeo.networks.edits import edit_from
    >>> grown = {"kind": "weight", "place_id": "osong", "column": "employees", "factor": 2.0}
    >>> edit_from(grown)
    Weight(source='', assumption=False, cost_krw_bn=None, note='', place_id='osong',
           column='employees', factor=2.0, value=None)
    """
    where = where or Where()
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        missing = kind is None
        what = "key missing" if missing else f"no such kind of edit ({kind!r:.60})"
        near = "" if missing else nearest(str(kind), KINDS)
        raise ScenarioError(_fault(where, ("kind",), what, near or f"use {_listed(KINDS)}"))
    cls = KINDS[kind]
    told = {key: value for key, value in values.items() if key != "kind"}
    if "where" in told:
        raise ScenarioError(_fault(where, ("where",), "unknown key (where)", "take it out"))
    try:
        # As JSON: strict, but lists may stand for tuples and tables for value objects.
        text = json.dumps(told, default=str, ensure_ascii=False)
        edit: Edit = _adapter(kind).validate_json(text)
    except ValidationError as error:
        faults = faults_of(error, cls)
        raise ScenarioError(*(_fault(where, *fault) for fault in faults)) from error
    return replace(edit, where=where)


def faults_of(
    error: ValidationError, cls: type[Any]
) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Return the key, the fault and the way out of each thing that pydantic refuses."""
    found: dict[tuple[tuple[str | int, ...], str, str], None] = {}
    for entry in error.errors(include_url=False, include_context=False):
        path = tuple(part for part in entry["loc"] if isinstance(part, int) or _is_key(part))
        if entry["type"] == "missing" and isinstance(path[-1], int):
            path, what, fix = path[:-1], "too few values", "give all of them"
        elif entry["type"] == "missing":
            what, fix = "key missing", "add it; `clustergeo scenario new` shows every key"
        elif entry["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
            known = [name for name in cls.__dataclass_fields__ if name != "where"]
            what = f"unknown key ({path[-1]})"
            fix = nearest(str(path[-1]), known) or f"use {_listed(known)}"
            fix = fix if len(path) == 1 else "take it out"
        elif entry["type"] in _LISTS and isinstance(entry["input"], str):
            what = f"must be a list ({entry['input']!r:.60})"
            fix = f"write [{json.dumps(entry['input'], ensure_ascii=False)}]"
        else:
            message = entry["msg"].removeprefix("Value error, ")
            what = f"{message[:1].lower()}{message[1:]} ({entry['input']!r:.60})"
            fix = "correct the value"
        found[path, what, fix] = None
    return list(found)


def _is_key(part: str) -> bool:
    """Return whether a part of a path is a key, not the name of a type that was tried."""
    return part.isidentifier() and part.islower() and part not in {"str", "int", "float", "bool"}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _fault(where: Where, path: tuple[str | int, ...], what: str, fix: str) -> Fault:
    return Edit(where=where).fault(path, what, fix)


@functools.cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])
