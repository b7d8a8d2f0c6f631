"""Stated congestion: factors on free-flow times by class of road and area, from a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import read_csv
from clustergeo.errors import Fault, RoadError, UsageError
from clustergeo.networks._arrays import fixed
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.parts import ASSUMED
from clustergeo.schemas import check_table
from clustergeo.schemas.roads import CONGESTION
from clustergeo.settings import data_path

__all__ = ["FREE_FLOW", "congested", "congested_network", "load_congestion"]

FREE_FLOW: Final = "free_flow"
"""State in which every road is empty; every table has it, whether it lists it or not."""

_ANY: Final = "any"


def load_congestion(path: Path | None = None) -> pd.DataFrame:
    """Load a table of congestion states.

    Parameters
    ----------
    path
        CSV file after the contract ``CONGESTION``; the one that comes with the package if None.

    Raises
    ------
    MissingFileError
        If there is no such file.
    RoadError
        If it breaks its contract, with every fault.

    Examples
    --------
    >>> sorted(set(load_congestion()["state"]))
    ['free_flow', 'holiday', 'weekday_am', 'weekday_pm']
    """
    file = data_path("roads", "congestion.csv") if path is None else path
    table = check_table(read_csv(file), CONGESTION, file=str(file), error=RoadError)
    if table.empty:
        raise RoadError(Fault(str(file), "has no rows", "add at least one row"))
    return table


def congested(
    network: RoadNetwork,
    state: str,
    table: pd.DataFrame | None = None,
    *,
    urban: NDArray[np.bool_] | None = None,
) -> NDArray[np.int32]:
    """Return the times of all edges in a state: free-flow time x factor, whole milliseconds.

    The row nearest to an edge counts: its class before ``any``, then its area before ``any``. An
    edge without a row keeps its free-flow time.

    Parameters
    ----------
    network
        A network with free-flow times.
    state
        A state of the table, or ``FREE_FLOW``.
    table
        As :func:`load_congestion` returns it; the one that comes with the package if None.
    urban
        Whether each edge lies in a town, shape (edges,); none does if None.

    Raises
    ------
    UsageError
        If the table does not have the state, or a time grows beyond what an edge may take.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> bool((congested(roads, "weekday_am") > roads.time_ms).all())
    True
    """
    table = load_congestion() if table is None else table
    rows = table[table["state"] == state]
    if rows.empty:
        if state == FREE_FLOW:
            return network.time_ms
        known = ", ".join(sorted({FREE_FLOW, *table["state"]}))
        message = f"no such congestion state ({state}) - use one of {known}"
        raise UsageError(message)
    rural_factors, urban_factors = (_factors(network.classes, rows, a) for a in ("rural", "urban"))
    factor = rural_factors[network.highway]
    if urban is not None:
        factor = np.where(urban, urban_factors[network.highway], factor)
    ms = np.rint(network.time_ms * factor)
    return np.minimum(ms, np.iinfo(np.int32).max).astype(np.int32)


def congested_network(
    network: RoadNetwork, state: str, table: pd.DataFrame | None = None
) -> RoadNetwork:
    """Return the network in a state: other times, all of them assumed, and a note that says so.

    Parameters
    ----------
    network, state, table
        As for :func:`congested`.

    Raises
    ------
    UsageError
        If the table does not have the state.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> congested_network(load_road_network(), "holiday").notes
    ('times are of the congestion state holiday, whose factors are estimated',)
    """
    if state == FREE_FLOW:
        return network
    time_ms = fixed(congested(network, state, table))
    # A published limit times an estimated factor is no published time.
    assumed = fixed(np.full(time_ms.size, ASSUMED, np.uint8))
    note = f"times are of the congestion state {state}, whose factors are estimated"
    made: dict[str, Any] = {
        key: network._made[key]  # noqa: SLF001
        for key in ("nodes", "keys")
        if key in network._made  # noqa: SLF001
    }
    return replace(
        network,
        time_ms=time_ms,
        speed_evidence=assumed,
        notes=(*network.notes, note),
        _made=made,
    )


def _factors(classes: tuple[str, ...], rows: pd.DataFrame, area: str) -> NDArray[np.float64]:
    """Return the factor of each class in an area, 1 where no row fits."""
    keys = zip(rows["highway"], rows["area"], strict=True)
    known = dict(zip(keys, rows["factor"], strict=True))
    return np.array(
        [
            next(
                (
                    float(known[key])
                    for key in ((name, area), (name, _ANY), (_ANY, area), (_ANY, _ANY))
                    if key in known
                ),
                1.0,
            )
            for name in classes
        ]
    )
