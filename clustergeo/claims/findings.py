"""What a sentence about a claim is made of, whatever its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from clustergeo.claims.claim import Claim, Side

__all__ = ["Change", "Findings", "closest_of"]

Lang = Literal["ko", "en"]

_NAMES_SHOWN: Final = 4

_GROUPS: Final = {
    ("@other_clusters", "min"): ("가장 가까운 다른 클러스터", "the nearest other cluster"),
    ("@other_clusters", "max"): ("가장 먼 다른 클러스터", "the farthest other cluster"),
    ("@capital", "min"): ("수도권의 가장 가까운 지점", "the nearest point of the capital area"),
    ("@capital", "max"): ("수도권의 가장 먼 지점", "the farthest point of the capital area"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would turn a verdict first.

    Parameters
    ----------
    origin_id
        The origin nearest to turning.
    minutes
        By how much its trip would have to change.
    side
        Which trip.
    """

    origin_id: str
    minutes: float
    side: Side

    @property
    def shown(self) -> str:
        """Whole minutes without their sign; blank where there is less than one."""
        whole = f"{abs(self.minutes):.0f}"
        return "" if whole == "0" else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a sentence is made of.

    Parameters
    ----------
    claim, mode, verdict, reason
        What was tested, how, and what came out.
    origins
        Ids of the origins by their verdict: ``holds``, ``mixed``, ``fails``, ``cannot_tell``.
    left, right
        Least and greatest median of each side.
    measured
        Whether the sides are a measure, not minutes.
    best
        The mixed origin from which most departures hold: id, share, departures.
    change
        What would turn the verdict first; None where that is not one thing.
    name
        Gives the name of a place in a language.
    """

    claim: Claim
    mode: str
    verdict: str
    reason: str
    origins: Mapping[str, tuple[str, ...]]
    left: tuple[float, float]
    right: tuple[float, float]
    measured: bool
    best: tuple[str, float, str] | None
    change: Change | None
    name: Callable[[str, Lang], str]

    @property
    def total(self) -> int:
        """Number of origins."""
        return sum(map(len, self.origins.values()))

    @property
    def only(self) -> str:
        """The origin, where there is one alone; else blank."""
        all_ids = [origin for ids in self.origins.values() for origin in ids]
        return all_ids[0] if len(all_ids) == 1 else ""

    def names(self, verdict: str, lang: Lang) -> str:
        """Return the origins with a verdict by name; blank where they are too many to name."""
        ids = self.origins[verdict]
        if len(ids) > max(_NAMES_SHOWN, self.total // 4):
            return ""
        return ", ".join(self.name(origin, lang) for origin in ids)

    def trip(self, side: Side, lang: Lang) -> tuple[str, str]:
        """Return start (blank for the origin) and end of a trip in words."""
        start = "" if side.from_id.startswith("@") else self.name(side.from_id, lang)
        groups = [_GROUPS.get((token, side.take)) for token in side.to]
        words = [
            group[0 if lang == "ko" else 1] if group else self.name(token, lang)
            for token, group in zip(side.to, groups, strict=True)
        ]
        return start, ", ".join(words)


def closest_of(claim: Claim, verdict: str, rows: pd.DataFrame) -> Change | None:
    """Return what would turn a verdict first, where the claim has one trip that may change.

    Parameters
    ----------
    claim
        What was said.
    verdict
        The verdict over all origins.
    rows
        The verdicts by origin, contract ``schemas.results.CLAIMS``.
    """
    lefts = {comparison.left for comparison in claim.comparison}
    rights = {comparison.right for comparison in claim.comparison}
    trips = [(sides, sign) for sides, sign in ((lefts, 1), (rights, -1)) if len(sides) == 1]
    trips = [(sides, sign) for sides, sign in trips if all(side.to for side in sides)]
    like = "holds" if verdict == "holds_except" else verdict
    flips = rows.loc[rows["verdict"] == like].dropna(subset="flip_min")
    if trips:  # no trip takes less than no time
        _, sign = trips[0]
        side_min = flips["left_min" if sign > 0 else "right_min"]
        flips = flips.loc[side_min + sign * flips["flip_min"] > 0]
    if not trips or flips.empty or verdict not in {"holds", "holds_except", "fails"}:
        return None
    ((side,), sign) = trips[0]
    row = flips.iloc[int(flips["flip_min"].abs().argmin())]
    return Change(
        origin_id=str(row["origin_id"]), minutes=sign * float(row["flip_min"]), side=side
    )
