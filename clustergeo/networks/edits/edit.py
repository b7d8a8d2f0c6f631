"""An edit: one change of a scenario.

A kind of edits is a frozen dataclass that derives from :class:`Edit`::

    @registered
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Headway(Edit):
        kind: ClassVar[str] = "headway"
        room: ClassVar[Room] = "timetable"

        route: str
        every_min: Annotated[float, Field(gt=0)]

Its module offers ``resolve(edits, thing)``, all faults of edits in their order against the thing
as it is when each one's turn comes, and ``apply(edits, thing)``, the thing changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

from pydantic import Field

from clustergeo._toml import TomlFile
from clustergeo.errors import Fault

__all__ = ["KINDS", "STRICT", "Edit", "Room", "Where", "nearest", "registered"]

STRICT: Final[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
"""How pydantic reads an edit and the value objects in it: no other keys, no kind guesses."""

Room = Literal["places", "road", "timetable"]
"""What an edit changes."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where an edit is written, so that a fault can name its file and line.

    Parameters
    ----------
    toml
        The file; None for an edit made in Python.
    number
        Which ``[[edit]]`` of the file it is; the first is 0.
    """

    toml: TomlFile | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change. Kinds of edits derive from it, state ``kind`` and ``room`` and add their keys.

    Parameters
    ----------
    source
        Where it is from.
    assumption
        Whether a number of it is assumed, not published; ``note`` says why.
    cost_krw_bn
        What it costs, billion won.
    note
        What to know about it; the reason where something is assumed.
    where
        Where it is written; no part of its meaning.

    Examples
    --------
    >>> from clustergeo.networks.edits import edit_from
    >>> grown = {"kind": "weight", "place_id": "osong", "column": "employees", "factor": 2.0}
    >>> edit_from(grown).room
    'places'
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: ClassVar[str] = "edit"
    room: ClassVar[Room] = "road"

    source: str = ""
    assumption: bool = False
    cost_krw_bn: Annotated[float, Field(ge=0)] | None = None
    note: str = ""
    where: Where = field(default_factory=Where, compare=False, repr=False)

    @property
    def meaning(self) -> dict[str, Any]:
        """What it says, every default filled in; where it is written is no part of it."""
        told = asdict(replace(self, where=Where()))
        del told["where"]
        return {"kind": self.kind, **told}

    @property
    def spot(self) -> str:
        """Which edit of which file it is, for messages about another one."""
        file = f" of {self.where.toml.name}" if self.where.toml else ""
        return f"edit {self.where.number + 1}{file}"

    def fault(self, key: str | tuple[str | int, ...], what: str, fix: str) -> Fault:
        """Return a fault of the edit at the line of one of its keys (``""``: of the whole)."""
        path = (key,) if isinstance(key, str) else key
        at = ("edit", self.where.number, *(part for part in path if part != ""))
        if self.where.toml:
            return self.where.toml.fault(at, what, fix)
        shown = ".".join(str(part) for part in at if isinstance(part, str))
        return Fault(f"edit {self.where.number + 1} ({self.kind})", what, fix, field=shown)


KINDS: Final[dict[str, type[Edit]]] = {}
"""Kinds of edits by name, as the modules of the kinds register them."""

AnyEdit = TypeVar("AnyEdit", bound=Edit)


def registered(cls: type[AnyEdit]) -> type[AnyEdit]:
    """Make a class of edits known by its ``kind``; a decorator, above ``@dataclass``."""
    KINDS[cls.kind] = cls
    return cls


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> str:
    """Return ``did you mean a, b?`` with the known names most like one; ``""`` if none is like it.

    Examples
    --------
    >>> nearest("haedway", ["headway", "new_line"])
    'did you mean headway?'
    """
    folded = {text.casefold(): text for text in known if text}
    near = [folded[text] for text in get_close_matches(name.casefold(), folded, most, 0.5)]
    parts = [text for key, text in folded.items() if name.casefold() in key] if name else []
    found = list(dict.fromkeys([*near, *parts]))[:most]
    return f"did you mean {', '.join(found)}?" if found else ""
