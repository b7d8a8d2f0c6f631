"""The numbers of one pair over a window: percentiles, mean anatomy, options, connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.schemas.profiles import RIDE_MODES, percentile_names
from clustergeo.times.anatomy import Journey, journey_evidence
from clustergeo.times.transit.connections import missed_delays
from clustergeo.times.transit.journey_parts import (
    FINE_PARTS,
    fine_minutes,
    fine_seconds,
    transfers,
)
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.run import Pair, Run, ranked_value
from clustergeo.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["Cells", "departure_cells", "mean_cells", "median_cells", "spread_cells"]

Cells = dict[str, float | str]

_SUMS: Final = {
    "ride_min": tuple(f"ride_{mode}_min" for mode in RIDE_MODES),
    "transfer_min": ("transfer_walk_min", "transfer_wait_min"),
}


def spread_cells(run: Run, pair: Pair, shares: Sequence[float], hours: float) -> Cells:
    """Return usable share, percentiles, mean and good options of a pair."""
    took = run.took_s(pair)
    usable = took < NEVER
    cells: Cells = {"usable_share": round(float(usable.mean()), 4)}
    for name, share in zip(percentile_names(shares), shares, strict=True):
        value = ranked_value(took, share)
        cells[name] = _minutes(value) if value < NEVER else np.nan
    cells["mean_min"] = _minutes(float(took[usable].mean())) if usable.any() else np.nan
    cells["good_options_per_h"] = round(_options(run, pair, usable, hours), 2)
    return cells


def median_cells(run: Run, pair: Pair) -> Cells:
    """Return anatomy, transfers, connections and evidence of the median trip of a pair."""
    sample = run.median_sample(pair)
    journey = run.journey(pair, sample)
    cells: Cells = {**fine_minutes(journey, run.timetable), "transfers": transfers(journey)}
    weak = run.search.weak[pair]
    cells["evidence"] = "estimated" if weak else journey_evidence(journey, run.timetable)
    delays = missed_delays(run, pair, sample, journey)
    known = [delay for delay in delays if delay is not None]
    if not delays:
        cells["missed_note"] = "no_transfer"
    elif len(known) < len(delays):
        cells["missed_note"] = "stranded"
    else:
        cells["missed_connection_worst_min"] = _minutes(max(known))
        cells["missed_connection_mean_min"] = _minutes(float(np.mean(known)))
    return cells


def mean_cells(run: Run, pair: Pair) -> Cells:
    """Return anatomy and transfers over all departures of a pair that have a trip."""
    sums = dict.fromkeys(FINE_PARTS, 0)
    changes: list[int] = []
    for journey, waits in _journeys(run, pair):
        parts = fine_seconds(journey, run.timetable)
        for part, seconds in parts.items():
            sums[part] += seconds * len(waits)
        # Who leaves later waits less for the same vehicles.
        sums["wait_min"] -= sum(waits)
        changes += [transfers(journey)] * len(waits)
    if not changes:
        return {}
    means = {part: total / len(changes) for part, total in sums.items()}
    means |= {whole: sum(means[part] for part in parts) for whole, parts in _SUMS.items()}
    cells: Cells = {f"mean_{part}": _minutes(seconds) for part, seconds in means.items()}
    return cells | {
        "transfers_least": min(changes),
        "transfers_mean": round(float(np.mean(changes)), 2),
    }


def departure_cells(run: Run, pair: Pair) -> dict[str, NDArray[np.float64]]:
    """Return minutes, their spread over the draws, last leave and usable share by departure."""
    took = run.took_s(pair).reshape(-1, len(run.choices.asked_s))
    order = np.sort(took, axis=0)
    middle = order[(len(order) - 1) // 2]
    leave = run.choices.leave_s[pair].reshape(took.shape)
    last = np.sort(np.where(took < NEVER, leave, NEVER), axis=0)[(len(order) - 1) // 2]
    return {
        "departure_min": run.choices.asked_s / SECONDS_PER_MINUTE,
        "minutes": _known(middle),
        "least_min": _known(order[0]),
        "most_min": _known(order[-1]),
        "leave_min": _known(last),
        "usable_share": (took < NEVER).mean(axis=0).round(4),
    }


def _known(seconds: NDArray[np.int32]) -> NDArray[np.float64]:
    known: NDArray[np.float64] = np.where(seconds < NEVER, seconds / SECONDS_PER_MINUTE, np.nan)
    return known.round(2)


def _minutes(seconds: float) -> float:
    return round(seconds / SECONDS_PER_MINUTE, 2)


def _options(run: Run, pair: Pair, usable: NDArray[np.bool_], hours: float) -> float:
    """Return the trips an hour that leave within the window and that no later one beats.

    A departure that finds a trip only after the window has ended is no option of the window.
    """
    choices = run.choices
    window_end = choices.asked_s[0] + hours * SECONDS_PER_HOUR
    inside = usable & (choices.leave_s[pair] < window_end)
    draw = np.arange(len(usable)) // len(choices.asked_s)
    options = {*zip(draw[inside].tolist(), choices.leave_s[pair][inside].tolist(), strict=True)}
    return len(options) / (len(usable) // len(choices.asked_s)) / hours


def _journeys(run: Run, pair: Pair) -> list[tuple[Journey, list[int]]]:
    """Return the journeys of a pair, each with how much later every one of its users leaves.

    All departures with one arrival share the journey of the first, up to when that one leaves
    home at the latest. Where headway services can be boarded at any moment each has its own.
    """
    starts, ends = run.choices.start_s(pair), run.choices.end_s(pair)
    usable = run.took_s(pair) < NEVER
    moments = len(run.choices.asked_s)
    found: list[tuple[Journey, list[int]]] = []
    begin, last, current = 0, -1, (-1, -1)
    for sample in np.flatnonzero(usable).tolist():
        start = int(starts[sample])
        same = (sample // moments, int(ends[sample]))
        if same != current or start > last:
            journey = run.journey(pair, sample)
            found.append((journey, []))
            begin, current = start, same
            last = start if run.rules.headway_rule else start + _first_wait(journey)
        found[-1][1].append(start - begin)
    return found


def _first_wait(journey: Journey) -> int:
    """Return how much later one could have left for the same vehicles, seconds."""
    wait = next((leg for leg in journey.legs if leg.kind == "wait"), None)
    return 0 if wait is None else wait.seconds
