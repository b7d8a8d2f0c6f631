"""What of an appraisal is worth a line on a page or a screen; the tables hold the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

__all__ = ["NO_RATIO_EN", "NO_RATIO_KO", "shown_measures", "turned_claims"]

NO_RATIO_EN: Final = (
    "No benefit-cost ratio is claimed: demand, capacity, induced traffic and the risks of "
    "building are not modelled."
)
NO_RATIO_KO: Final = (
    "비용편익비는 제시하지 않는다. 수요, 용량, 유발 통행, 공사 위험을 다루지 않기 때문이다."
)

_SHOWN: Final = (
    *("mean_to_clusters", "mean_to_capital", "to_nearest_cluster", "to_capital_fastest"),
    *("capital_ratio", "share_capital_faster"),
)


def shown_measures(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the few rows worth a line: those that changed, of the measures read first."""
    rows = measures[measures["measure"].isin(_SHOWN) & (measures["weights"] == "")]
    return rows[~rows["change"].isin(["unchanged", "no_value"])]


def turned_claims(claims: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each claim of today whose verdict turns somewhere: from where, and how."""
    today = claims[claims["scenario"] == ""]
    for (claim_id, mode), own in today.groupby(["claim_id", "mode"], sort=False):
        turned = own[own["before_verdict"] != own["after_verdict"]]
        if turned.empty:
            continue
        ways = (turned["before_verdict"] + " → " + turned["after_verdict"]).value_counts(
            sort=False
        )
        told = ", ".join(f"{count} {way}" for way, count in ways.items()).replace("_", " ")
        yield f"{claim_id}, {mode}: {told} (of {len(own)} places)"
