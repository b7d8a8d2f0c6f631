"""How gains are counted and a cost is split, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.errors import UsageError
from clustergeo.networks.edits import Scenario
from clustergeo.schemas.gains import LEVELS, TARGETS
from clustergeo.study.plan import Study

__all__ = ["GainRules", "ScenarioGains"]

_DECIMALS: Final = {"person_min": 1, "share": 6, "min": 2, "bn": 3, "x": 0, "y": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRules:
    """How gains are counted and a cost is split: estimated, but for the share of the state.

    Parameters
    ----------
    target
        By whose gains a cost is split: of trips to the ``clusters`` or to the ``capital``.
    sido
        Codes or names of the provinces that make the region; those of the clusters if empty.
    national_share
        Share of the state in the cost; that of all pilot projects together if None.
    floor
        Least share of each government that signs in the local cost.
    least_min
        Minutes that a government's people must save in the mean for it to sign: over all of them,
        who has no trip saves nothing.

    Examples
    --------
    >>> GainRules(target="nowhere")
    Traceback (most recent call last):
    clustergeo.errors.UsageError: --target: not clusters or capital (nowhere) - choose one
    """

    target: str = "clusters"
    sido: tuple[str, ...] = ()
    national_share: float | None = None
    floor: float = 0.01
    least_min: float = 1.0

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            message = f"--target: not {' or '.join(TARGETS)} ({self.target}) - choose one"
            raise UsageError(message)
        shares = {"--floor": self.floor, "--national-share": self.national_share}
        for name, share in shares.items():
            if share is not None and not 0 <= share <= 1:
                message = f"{name}: not from 0 to 1 ({share:g}) - give a share, such as 0.05"
                raise UsageError(message)
        if not 0 <= self.least_min < np.inf:
            message = f"--least-min: not at least 0 ({self.least_min:g}) - give minutes"
            raise UsageError(message)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioGains:
    """Who gains by scenarios, and a split of their cost.

    Parameters
    ----------
    study, scenarios, rules
        What was asked.
    region
        English and Korean names of the provinces whose people count.
    table
        Every area, target and mode, contract ``schemas.gains.GAINS``.
    cost_split
        Who pays, contract ``schemas.gains.COST_SPLIT``: the state first, then governments by
        what they gain.
    cost_krw_bn
        What all scenarios cost, billion won; None where one does not say.
    national_share
        Share of the state in it.
    weighted
        Whether clusters weigh by their employees; else all alike.
    """

    study: Study
    scenarios: tuple[Scenario, ...]
    rules: GainRules
    region: tuple[tuple[str, str], ...]
    table: pd.DataFrame = field(repr=False)
    cost_split: pd.DataFrame = field(repr=False)
    cost_krw_bn: float | None
    national_share: float
    weighted: bool = True

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes whose times the scenarios change."""
        return tuple(dict.fromkeys(self.table["mode"]))

    def governments(self, target: str, mode: str) -> pd.DataFrame:
        """Return the governments of the table for a target and a mode, who gains most first."""
        rows = self.table[
            (self.table["level"] == LEVELS[2])
            & (self.table["target"] == target)
            & (self.table["mode"] == mode)
        ]
        return rows.sort_values("saved_person_min", ascending=False, kind="stable")

    def write(self, out: Path | str) -> None:
        """Write ``gains.csv`` and ``cost_split.csv``.

        Raises
        ------
        OutputError
            If a file cannot be written; those written before it are whole.
        """
        for name, table in (("gains", self.table), ("cost_split", self.cost_split)):
            decimals = {
                str(column): places
                for column in table
                for end, places in _DECIMALS.items()
                if str(column) == end or str(column).endswith(f"_{end}")
            }
            decimals |= {str(c): 1 for c in table if str(c).endswith("person_min")}
            write_bytes(Path(out) / f"{name}.csv", csv_bytes(table, decimals=decimals))
