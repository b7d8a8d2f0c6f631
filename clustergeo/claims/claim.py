"""A claim is data: the exact quotation, who said it, and the comparison that would test it."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from clustergeo._files import decode, read_bytes
from clustergeo.errors import ClaimError, Fault

__all__ = ["Claim", "Comparison", "Side", "load_claims"]

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: a trip from the origin (or a named place), or plain minutes.

    Parameters
    ----------
    to
        Place ids, or the groups ``@capital``, ``@other_clusters`` and ``@origin``.
    from_id
        Where the trip starts; ``@origin`` for each origin in turn.
    take
        Which of several destinations counts: the nearest (``min``) or the farthest (``max``).
    minutes
        A fixed number of minutes instead of a trip.

    Examples
    --------
    >>> Side(to=("seoul_station",)).take
    'min'
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    to: tuple[str, ...] = ()
    from_id: str = "@origin"
    take: Literal["min", "max"] = "min"
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sides, compared for each place of some clusters.

    Parameters
    ----------
    origins
        Cluster ids; the cluster's own point and each of its sites are origins.
    left, right
        The two sides.
    operator
        ``<``, ``<=``, ``>`` or ``>=``: the claim says ``left operator right``.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    origins: tuple[str, ...]
    left: Side
    right: Side
    operator: Literal["<", "<=", ">", ">="] = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement and the comparisons that test it.

    Parameters
    ----------
    claim_id
        Short id, unique in its file.
    quotation
        The statement, word for word.
    translation_ko
        A Korean translation of ours, for the exhibits.
    who, when, source
        Who said it, on which day (if known), and where it is printed.
    reading_en, reading_ko
        In which reading it is tested: what the statement leaves open and how that was filled.
    comparison
        What is compared, for which origins.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    claim_id: str
    quotation: str
    who: str
    source: str
    reading_en: str
    reading_ko: str
    comparison: tuple[Comparison, ...]
    translation_ko: str = ""
    when: dt.date | None = None


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Return the claims of a TOML file, in its order.

    Parameters
    ----------
    path
        A file of ``[[claim]]`` tables.

    Returns
    -------
    claims : tuple of Claim

    Raises
    ------
    ClaimError
        With every fault of the file at once.

    Examples
    --------
    >>> from clustergeo.settings import data_path
    >>> claims = load_claims(data_path("claims", "chungcheong.toml"))
    >>> "faster_to_capital" in [claim.claim_id for claim in claims]
    True
    """
    try:
        content = tomllib.loads(decode(read_bytes(path), file=str(path)))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(str(path), f"not TOML ({error})", "correct the syntax there")
        raise ClaimError(fault) from error
    if unknown := sorted(content.keys() - {"claim"}):
        fix = "a claims file holds [[claim]] tables only"
        raise ClaimError(*(Fault(str(path), f"unknown key ({key})", fix) for key in unknown))
    try:
        claims = TypeAdapter(tuple[Claim, ...]).validate_python(content.get("claim", ()))
    except ValidationError as error:
        raise ClaimError(
            *(
                Fault(
                    str(path),
                    f"{fault['msg']} ({fault['input']!r:.60})",
                    "see the claims file that is shipped",
                    field=".".join(map(str, ("claim", *fault["loc"]))),
                )
                for fault in error.errors(include_url=False)
            )
        ) from error
    if faults := list(_faults(claims, str(path))):
        raise ClaimError(*faults)
    return claims


def _faults(claims: tuple[Claim, ...], file: str) -> list[Fault]:
    faults = []
    if not claims:
        faults.append(Fault(file, "holds no claim", "write at least one [[claim]]"))
    ids = [claim.claim_id for claim in claims]
    faults += [
        Fault(file, f"duplicate claim ({claim_id})", "give each its own id", field="claim_id")
        for claim_id in dict.fromkeys(i for i in ids if ids.count(i) > 1)
    ]
    for claim in claims:
        for comparison in claim.comparison:
            for name, side in (("left", comparison.left), ("right", comparison.right)):
                if (side.minutes is None) == (not side.to):
                    what = f"needs either places or minutes ({claim.claim_id})"
                    fix = "give `to` or `minutes`, not both"
                    faults.append(Fault(file, what, fix, field=f"claim.comparison.{name}"))
    return faults
