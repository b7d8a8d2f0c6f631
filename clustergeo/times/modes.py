"""One mode against the other: ratio, margin, and which is faster door to door."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.schemas.profiles import COMPARED
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times.travel_times import TravelTimes

__all__ = ["compare_modes"]

_DECIMALS = 4


def compare_modes(car: TravelTimes, transit: TravelTimes) -> pd.DataFrame:
    """Return public transport against the car for every pair.

    Parameters
    ----------
    car, transit
        Times of the two modes between the same places. Samples are compared one by one; a mode
        with a single sample has it at every moment.

    Returns
    -------
    compared : pandas.DataFrame
        One row a pair after the contract ``schemas.profiles.COMPARED``. ``fastest`` is the mode
        with the lesser median, or the only one with a time; the statuses say why a time is blank.

    Raises
    ------
    UsageError
        If the places differ, or the samples of the two cannot be told apart.

    Examples
    --------
    >>> def toy(mode, minutes):
    ...     table = pd.DataFrame({"minutes": [minutes], "status": "ok", "evidence": "derived"})
    ...     return TravelTimes(mode, table, np.array([[[minutes]]]), ("a",), ("b",))
    >>> compare_modes(toy("car", 30.0), toy("transit", 45.0))[["ratio", "fastest"]].values.tolist()
    [[1.5, 'car']]
    """
    if (car.from_ids, car.to_ids) != (transit.from_ids, transit.to_ids):
        message = "car and transit: between different places - compute both for the same tables"
        raise UsageError(message)
    counts = car.minutes.shape[2], transit.minutes.shape[2]
    if counts[0] != counts[1] and 1 not in counts:
        message = (
            f"car and transit: {counts[0]} and {counts[1]} samples - give both the same departures"
        )
        raise UsageError(message)
    drive, ride = (times.table["minutes"].to_numpy(dtype=np.float64) for times in (car, transit))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(drive > 0, ride / drive, np.nan)
    columns: dict[str, Any] = {
        "from_id": np.repeat(np.array(car.from_ids, object), len(car.to_ids)),
        "to_id": np.tile(np.array(car.to_ids, object), len(car.from_ids)),
        "car_min": drive,
        "transit_min": ride,
        "ratio": ratio.round(_DECIMALS),
        "transit_wins_share": _wins(car.minutes, transit.minutes).round(_DECIMALS),
        "fastest": _fastest(drive, ride),
        "margin_min": (ride - drive).round(2),
        "car_status": car.table["status"].to_numpy(object),
        "transit_status": transit.table["status"].to_numpy(object),
        "evidence": _weaker(car.table["evidence"], transit.table["evidence"]),
    }
    return pd.DataFrame({name: columns[name] for name in COMPARED.names})


def _wins(drive: NDArray[np.float64], ride: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of samples in which transit is faster, NaN where neither arrives."""
    drive, ride = (np.where(np.isnan(minutes), np.inf, minutes) for minutes in (drive, ride))
    wins = (ride < drive).mean(axis=2)
    none = np.isinf(np.minimum(drive, ride)).all(axis=2)
    share: NDArray[np.float64] = np.where(none, np.nan, wins).ravel()
    return share


def _fastest(drive: NDArray[np.float64], ride: NDArray[np.float64]) -> NDArray[np.object_]:
    drives, rides = ~np.isnan(drive), ~np.isnan(ride)
    faster: NDArray[np.object_] = np.select(
        [drives & rides & (drive == ride), rides & ~(drive < ride), drives],
        ["tie", "transit", "car"],
        "",
    ).astype(object)
    return faster


def _weaker(car: pd.Series[Any], transit: pd.Series[Any]) -> NDArray[np.object_]:
    """Return the weaker evidence of each pair, "" where no mode has any."""
    grades = ("", *EVIDENCE)
    rank = np.maximum(*(side.map(grades.index).to_numpy() for side in (car, transit)))
    weaker: NDArray[np.object_] = np.array(grades, object)[rank]
    return weaker
