"""Stated congestion: factors on free-flow times by class of road and area, from a table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import read_csv
from clustergeo.errors import Fault, RoadError, UsageError
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks._retimed import retimed
from clustergeo.schemas import check_table
from clustergeo.schemas.roads import CONGESTION
from clustergeo.settings import data_path

__all__ = [
    "FREE_FLOW",
    "congested",
    "congested_network",
    "contains_signals",
    "load_congestion",
]

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
    ['free_flow', 'holiday', 'weekday_am', 'weekday_pm', 'weekend']
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
    rows = _rows(table, state)
    if rows.empty:
        return network.time_ms
    ms = np.rint(network.time_ms * _by_edge(network, rows, "factor", 1.0, urban))
    return np.minimum(ms, np.iinfo(np.int32).max).astype(np.int32)


def contains_signals(
    network: RoadNetwork,
    state: str,
    table: pd.DataFrame | None = None,
    *,
    urban: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return the edges whose factor contains the waiting at signals and junctions already.

    Parameters
    ----------
    network, state, table, urban
        As for :func:`congested`.

    Raises
    ------
    UsageError
        If the table does not have the state.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> bool(contains_signals(load_road_network(), "free_flow").any())
    False
    """
    rows = _rows(load_congestion() if table is None else table, state)
    return np.asarray(_by_edge(network, rows, "with_signals", 0.0, urban) > 0)


def congested_network(
    network: RoadNetwork,
    state: str,
    table: pd.DataFrame | None = None,
    *,
    urban: NDArray[np.bool_] | None = None,
) -> RoadNetwork:
    """Return the network in a state: other times, all of them assumed, and a note that says so.

    Parameters
    ----------
    network, state, table, urban
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
    table = load_congestion() if table is None else table
    ms = congested(network, state, table, urban=urban).astype(np.float64)
    grades = " and ".join(sorted(set(_rows(table, state)["evidence"])))
    note = f"times are of the congestion state {state}, whose factors are {grades}"
    return retimed(network, ms, note)


def _rows(table: pd.DataFrame, state: str) -> pd.DataFrame:
    """Return the rows of a state; none for an empty road that the table does not list."""
    rows = table[table["state"] == state]
    if rows.empty and state != FREE_FLOW:
        known = ", ".join(sorted({FREE_FLOW, *table["state"]}))
        message = f"no such congestion state ({state}) - use one of {known}"
        raise UsageError(message)
    return rows


def _by_edge(
    network: RoadNetwork,
    rows: pd.DataFrame,
    column: str,
    default: float,
    urban: NDArray[np.bool_] | None,
) -> NDArray[np.float64]:
    """Return the cell of a column for each edge."""
    rural_cells, urban_cells = (
        _by_class(network.classes, rows, column, area, default) for area in ("rural", "urban")
    )
    cells = rural_cells[network.highway]
    return cells if urban is None else np.where(urban, urban_cells[network.highway], cells)


def _by_class(
    classes: tuple[str, ...], rows: pd.DataFrame, column: str, area: str, default: float
) -> NDArray[np.float64]:
    """Return the cell of each class in an area, the default where no row fits."""
    keys = zip(rows["highway"], rows["area"], strict=True)
    known = dict(zip(keys, rows[column], strict=True))
    return np.array(
        [
            next(
                (
                    float(known[key])
                    for key in ((name, area), (name, _ANY), (_ANY, area), (_ANY, _ANY))
                    if key in known
                ),
                default,
            )
            for name in classes
        ]
    )
