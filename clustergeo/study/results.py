"""What a study comes to: every table and every exhibit, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from clustergeo.study._places import StudyPlaces
from clustergeo.study.plan import Study
from clustergeo.times import TravelTimes, compare_modes, desire_lines

if TYPE_CHECKING:  # what draws is slow to import
    from clustergeo.exhibits import Exhibit

__all__ = ["DECIMALS", "Results", "six_digits"]

_MINUTES = (
    *("minutes", "p10_min", "p90_min", "best_min", "worst_min", "access_min", "wait_min"),
    *("ride_min", "transfer_min", "egress_min", "left_min", "right_min", "published_min"),
    *(
        "model_min",
        "error_min",
        "car_min",
        "transit_min",
        "margin_min",
        "bias_min",
        "mae_min",
        "mape",
        "within_5_min",
    ),
)

_CLAIM_MINUTES = (
    *("left_p10_min", "left_p90_min", "right_p10_min", "right_p90_min"),
    *("flip_min", "turn_min", "headway_min", "flip_headway_min"),
)

DECIMALS = dict.fromkeys(_MINUTES, 2) | {
    "distance_m": 0,
    "ratio": 3,
    "transit_wins_share": 3,
    "snap_m": 0,
    "fraction": 4,
    **dict.fromkeys(("rank", "best_rank", "worst_rank"), 0),
    **dict.fromkeys(("first_share", "changed_share"), 3),
    "percentile": 1,
    "share_true": 4,
    **dict.fromkeys(_CLAIM_MINUTES, 2),
    "flip_kph": 1,
    "left_value": 4,
    "right_value": 4,
}
"""Decimals of every number in the tables, by column."""

_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """Every table and exhibit of one study.

    Parameters
    ----------
    study, places
        What was asked, and of which places.
    travel_times
        Travel times by mode, with every sample.
    times, isolation, stability, stability_summary, peers
        Tables after their contracts in ``schemas.results``.
    claims, claim_verdicts, pilot_regions, validation
        Tables after their contracts in ``schemas.results`` and ``schemas.validation``.
    validation_pairs
        The pairs behind the validation.
    notes
        Warnings about the isolation.
    isochrones
        What is reached from each cluster, contract ``schemas.reach.ISOCHRONES``; not written as
        a table.
    exhibits
        Maps, figures and the page that shows them, by file name.
    warnings
        What a reader of the numbers must know.
    """

    study: Study
    places: StudyPlaces
    travel_times: dict[str, TravelTimes]
    times: pd.DataFrame
    isolation: pd.DataFrame
    stability: pd.DataFrame
    stability_summary: pd.DataFrame
    peers: pd.DataFrame
    claims: pd.DataFrame
    claim_verdicts: pd.DataFrame
    pilot_regions: pd.DataFrame
    validation: pd.DataFrame
    validation_pairs: pd.DataFrame
    isochrones: gpd.GeoDataFrame | None = None
    exhibits: dict[str, Exhibit] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that are written, by name."""
        return {
            "times": self.times,
            "modes": compare_modes(self.travel_times["car"], self.travel_times["transit"]),
            "snaps": self.travel_times["car"].snaps,
            "isolation": six_digits(self.isolation),
            "stability": six_digits(self.stability),
            "stability_summary": self.stability_summary,
            "peers": six_digits(self.peers),
            "claims": self.claims,
            "claim_verdicts": self.claim_verdicts,
            "pilot_regions": self.pilot_regions,
            "validation": self.validation,
            "validation_pairs": self.validation_pairs,
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the numbers must know, in plain sentences."""
        notes = []
        missing = self.times.loc[~self.times["status"].isin(["ok", "same_place"])]
        if not missing.empty:
            counts = (missing["mode"] + " " + missing["status"]).value_counts().sort_index()
            reasons = ", ".join(f"{n:,} {reason}" for reason, n in counts.items())
            notes.append(f"{len(missing):,} of {len(self.times):,} times have no value: {reasons}")
        ok = self.times.loc[self.times["status"] == "ok"]
        for mode, group in ok.groupby("mode"):
            share = (group["evidence"] == "estimated").mean()
            notes.append(f"{share:.0%} of the times by {mode} rest on an estimated element")
        state = self.study.networks.road_state
        notes.append(
            f"car times are of the road state {state}, by factors and seconds of its tables"
            if state
            else "car times are free-flow: legal limits, no congestion, no signals"
        )
        for found in self.travel_times.values():
            notes += found.warnings
        notes += self.notes
        return tuple(notes)

    def lines(self) -> gpd.GeoDataFrame:
        """Return the times as desire lines between their places."""
        return desire_lines(self.times, self.places.known)


def six_digits(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose ``value`` holds six significant digits: units differ by row.

    Parameters
    ----------
    table
        A table with a column ``value``.

    Examples
    --------
    >>> six_digits(pd.DataFrame({"value": [0.0298345678, 3_756_913.4]}))["value"].tolist()
    [0.0298346, 3756910.0]
    """
    shown = [float(f"{value:.{_DIGITS}g}") for value in table["value"]]
    return table.assign(value=pd.Series(shown, index=table.index, dtype=float))
