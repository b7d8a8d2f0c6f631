"""What people do for each moment of a window: when they leave and how long it takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.search import Progress, sampled, sampled_backward, sampled_seconds
from clustergeo.times.transit.setup import Search
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["Choices", "choices_by_deadline", "choices_by_departure", "last_ways"]


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """One choice for each sample, shape (origins, destinations, samples); by draw, then moment.

    Parameters
    ----------
    asked_s
        Moments asked for, seconds past midnight, ascending, shape (moments,).
    found_s
        Seconds between leaving and arriving, the wait for or until the moment asked for included;
        NEVER where there is no trip. The limit holds for these.
    took_s
        Seconds that count under the wait model.
    leave_s
        Last full minute (by deadline: second) at which one can leave and make the arrival; where
        nobody wanted to know, the moment asked for.
    arrive_s
        First full minute at which one is there, by deadline; None by departure.
    plan
        Whether people leave as late as they can.
    """

    asked_s: NDArray[np.int32]
    found_s: NDArray[np.int32]
    took_s: NDArray[np.int32]
    leave_s: NDArray[np.int32]
    arrive_s: NDArray[np.int32] | None = None
    plan: bool = False

    def moments(self) -> NDArray[np.int32]:
        """Return the moment asked for of every sample."""
        return np.resize(self.asked_s, self.found_s.shape[-1])

    def start_s(self, pair: tuple[int, ...]) -> NDArray[np.int32]:
        """Return the moments from which the time of one pair counts."""
        late = self.plan or self.arrive_s is not None
        start: NDArray[np.int32] = self.leave_s[pair] if late else self.moments()
        return start

    def end_s(self, pair: tuple[int, ...]) -> NDArray[np.int32]:
        """Return the arrivals of one pair; NEVER or later where there is no trip."""
        end: NDArray[np.int32] = self.moments() + self.found_s[pair]
        if self.arrive_s is not None:
            end = self.arrive_s[pair]
        return end


def choices_by_departure(
    search: Search,
    departures: Departures,
    rules: TransitRules,
    progress: Progress | None,
    *,
    last_leaves: bool = False,
) -> Choices:
    """Return what people do who leave at each moment of a window, or plan to leave from then on.

    The trip is that of the earliest arrival. Whoever plans leaves as late as that allows.

    Parameters
    ----------
    search, departures, rules, progress
        The run.
    last_leaves
        Whether the last moments to leave are asked for where nobody plans, too.
    """
    plan = rules.wait == "plan"
    asked = departures.seconds
    if not (plan or last_leaves):
        if rules.most_rides is None:
            seconds = sampled_seconds(search, asked, progress)
        else:
            seconds = sampled(search, asked, progress, most_rides=rules.most_rides).seconds
        moments = np.resize(asked, seconds.shape[-1])
        return Choices(asked, seconds, seconds, np.broadcast_to(moments, seconds.shape))
    # Minutes between the departures asked for are scanned, too, to know the last one to leave.
    found, leave = (
        _each(part, departures, len(departures.minute_seconds))
        for part in sampled(
            search,
            departures.minute_seconds,
            progress,
            most_rides=rules.most_rides,
            look_ahead_s=rules.limit_s,
        )
    )
    took = found
    if plan:
        arrive = np.resize(asked, found.shape[-1]) + found.astype(np.int64)
        took = np.where(found < NEVER, arrive - leave, NEVER).astype(np.int32)
    return Choices(asked, found, took, leave, plan=plan)


def choices_by_deadline(
    search: Search, departures: Departures, rules: TransitRules, progress: Progress | None
) -> Choices:
    """Return what people do who must be there by each moment of a window.

    They leave as late as they can. Under ``turn_up`` what they are early counts, under ``plan`` it
    does not.

    Parameters
    ----------
    search, departures, rules, progress
        The run; its day goes back as long as a trip may take.
    """
    asked = departures.seconds
    window = departures.minute_seconds
    # A trip is there at the first deadline that it makes; that may lie before the window.
    before = np.arange(
        window[0] - SECONDS_PER_MINUTE,
        window[0] - rules.limit_s - 2 * SECONDS_PER_MINUTE,
        -SECONDS_PER_MINUTE,
        dtype=np.int32,
    )[::-1]
    deadlines = np.concatenate([before, window])
    found, leave, arrive = (
        _each(part, departures, len(deadlines), skip=len(before))
        for part in last_ways(search, deadlines, rules, progress)
    )
    plan = rules.wait == "plan"
    took = np.where(found < NEVER, arrive - leave, NEVER).astype(np.int32) if plan else found
    return Choices(asked, found, took, leave, arrive, plan)


def last_ways(
    search: Search,
    deadlines: NDArray[np.int32],
    rules: TransitRules,
    progress: Progress | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return for each deadline seconds before it, last departure, and first deadline it makes."""
    seconds, leaves = sampled_backward(search, deadlines, progress, most_rides=rules.most_rides)
    by_draw = leaves.reshape(*leaves.shape[:2], len(search.day.draws), len(deadlines))
    run = np.zeros(by_draw.shape, dtype=np.int32)
    run[..., 1:] = np.where(
        by_draw[..., 1:] != by_draw[..., :-1], np.arange(1, len(deadlines), dtype=np.int32), 0
    )
    first = deadlines[np.maximum.accumulate(run, axis=-1)].reshape(leaves.shape)
    return seconds, leaves, first


def _each(
    samples: NDArray[np.int32], departures: Departures, scanned: int, *, skip: int = 0
) -> NDArray[np.int32]:
    """Return those of the samples of every minute that were asked for."""
    ends, draws = samples.shape[:2], samples.shape[2] // scanned
    by_draw = samples.reshape(*ends, draws, scanned)[..., skip :: departures.step_min]
    return np.ascontiguousarray(by_draw.reshape(*ends, draws * by_draw.shape[-1]))
