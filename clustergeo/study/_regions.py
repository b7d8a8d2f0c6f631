"""The pilot regions: from each municipality to the nearest capital point and nearest cluster."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from clustergeo.schemas import check_table
from clustergeo.schemas.results import PILOT_REGIONS

__all__ = ["pilot_regions"]

# When no destination of a kind can be reached, the reason that came nearest to a trip is given.
_REASONS = ("beyond_limit", "no_service", "no_path", "off_network", "same_place")


def pilot_regions(
    times: pd.DataFrame,
    regions: gpd.GeoDataFrame,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
) -> pd.DataFrame:
    """Return the trip to the nearest capital point and to the nearest cluster, for each region.

    Parameters
    ----------
    times
        Times from the regions, contract ``schemas.results.TIMES``, of one or more modes.
    regions
        The municipalities, with ``place_id``, names and ``project_id``.
    clusters, capital
        Ids of the two kinds of destination.

    Returns
    -------
    pilot : pandas.DataFrame
        Contract ``schemas.results.PILOT_REGIONS``: one row for each region, mode and kind of
        target; where no target can be reached the minutes are blank and ``status`` says why.
    """
    rows = []
    kinds = {"capital": tuple(capital), "cluster": tuple(clusters)}
    modes = tuple(dict.fromkeys(times["mode"]))
    for region in regions.itertuples():
        own = times["from_id"] == region.place_id
        for mode in modes:
            for target, ids in kinds.items():
                trips = times.loc[own & (times["mode"] == mode) & times["to_id"].isin(ids)]
                head = {
                    "municipality_id": getattr(region, "municipality_id", region.place_id),
                    "project_id": str(region.project_id),
                    "name_en": region.name_en,
                    "name_ko": region.name_ko,
                    "mode": mode,
                    "target": target,
                }
                rows.append(head | _nearest(trips))
    table = pd.DataFrame(rows, columns=list(PILOT_REGIONS.names))
    return check_table(table, PILOT_REGIONS, file="pilot_regions", first_row=1)


def _nearest(trips: pd.DataFrame) -> dict[str, object]:
    reached = trips.loc[trips["status"] == "ok"]
    if not reached.empty:
        best = reached.sort_values("minutes", kind="stable").iloc[0]
        return {name: best[name] for name in PILOT_REGIONS.names if name in best.index}
    reasons = set(trips["status"])
    return {"status": next(reason for reason in _REASONS if reason in reasons)}
