"""Where a number comes from: any figure of a study recomputed, taken apart and checked.

A figure is named by its table and key, or by its id, as pages and tables of a study carry it. An
id ends with the beginning of the hash of the chain: what the numbers of the study follow from. If
that differs from today's, :func:`check_figure` says which input, setting or version did it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from clustergeo.errors import UsageError
from clustergeo.schemas.figures import FigureId, parse_figure
from clustergeo.schemas.results import MODES
from clustergeo.study._explain_claim import explain_claim, explain_verdict, held_claim
from clustergeo.study._explain_measure import explain_measure
from clustergeo.study._explain_trip import explain_trip
from clustergeo.study._explained import Explanation, Section
from clustergeo.study._figure_check import check_figure
from clustergeo.study._state import State
from clustergeo.study.plan import Study, load_study

__all__ = [
    "Explanation",
    "Section",
    "check_figure",
    "explain_claims",
    "explain_figure",
    "explain_index",
    "explain_times",
]

_log = logging.getLogger(__name__)

Notify = Callable[[str], object]


def explain_times(
    from_id: str,
    to_id: str,
    study: Study | None = None,
    *,
    modes: Sequence[str] = MODES,
    departure: str = "",
    notify: Notify = _log.info,
) -> tuple[Explanation, ...]:
    """Return where the minutes from one place to another come from, for each mode.

    Parameters
    ----------
    from_id, to_id
        Ids of places of the study.
    study
        The study; the embedded one by default.
    modes
        ``car``, ``transit`` or both.
    departure
        ``HH:MM`` for the trip at one departure; blank for the median over the window. No time by
        car depends on it.
    notify
        Called with a line of text as longer work begins.

    Returns
    -------
    explanations : tuple of Explanation
        The number, its parts, legs and lines or roads, the places, settings and inputs.

    Raises
    ------
    UsageError
        If a place is unknown.
    InputError
        If the study, a table or a network is refused.

    Examples
    --------
    >>> (drive,) = explain_times("osong", "sejong", modes=["car"])
    >>> drive.title
    'osong to sejong by car, door to door: 24.04 min'
    """
    state = State(study or load_study(), notify, departure)
    return tuple(explain_trip(state, from_id, to_id, mode) for mode in modes)


def explain_index(
    index: str,
    place_id: str,
    study: Study | None = None,
    *,
    modes: Sequence[str] = MODES,
    weights: str | None = None,
    notify: Notify = _log.info,
) -> tuple[Explanation, ...]:
    """Return where a measure of isolation comes from, for each mode that has it.

    Parameters
    ----------
    index
        Id of the measure in the catalogue, or ``to_<place_id>``.
    place_id
        A cluster of the study, or ``region`` for measures of all of them together.
    study, notify
        As for :func:`explain_times`.
    modes
        ``car``, ``transit`` or both; with both, a mode without the measure is left out.
    weights
        ``workers``, ``population``, ``institutions``, or blank for the plain form; if None the
        plain form, or the first weights where there is none.

    Returns
    -------
    explanations : tuple of Explanation
        Value, rank, formula, meaning and citation, the measures, times, masses and distances it
        rests on, settings and inputs.

    Raises
    ------
    UsageError
        If cluster or measure are unknown, or no mode has it.

    Examples
    --------
    >>> (ratio,) = explain_index("capital_ratio", "osong", modes=["car"])
    >>> ratio.title[:31]
    'capital_ratio of osong, car: 0.'
    """
    state = State(study or load_study(), notify)
    found, missing = [], []
    for mode in modes:
        try:
            found.append(explain_measure(state, place_id, mode, index, weights))
        except UsageError as error:
            missing.append(error)
    if not found:
        raise missing[0]
    return tuple(found)


def explain_claims(
    claim_id: str,
    origin_id: str | None = None,
    study: Study | None = None,
    *,
    modes: Sequence[str] = MODES,
    notify: Notify = _log.info,
) -> tuple[Explanation, ...]:
    """Return where the verdict on a claim comes from, for each mode it is tested in.

    Parameters
    ----------
    claim_id
        A claim of the study.
    origin_id
        From where; over all origins if None.
    study, notify
        As for :func:`explain_times`.
    modes
        ``car``, ``transit`` or both; with both, a mode it is not tested in is left out.

    Returns
    -------
    explanations : tuple of Explanation
        Verdict, words and reading, both sides, the rule, the flip point and what it rests on.

    Raises
    ------
    UsageError
        If claim or origin are unknown, or it is tested in no such mode.

    Examples
    --------
    >>> (verdict,) = explain_claims("faster_to_capital", "osong", modes=["car"])
    >>> verdict.title
    'faster_to_capital from osong, car: fails'
    """
    state = State(study or load_study(), notify)
    claim, held = held_claim(state, claim_id)
    wanted = [mode for mode in modes if mode in claim.modes] or modes[:1]
    if origin_id is None:
        return tuple(explain_verdict(state, claim, held, mode) for mode in wanted)
    return tuple(explain_claim(state, claim, held, mode, origin_id) for mode in wanted)


def explain_figure(
    figure: FigureId | str, study: Study | None = None, *, notify: Notify = _log.info
) -> Explanation:
    """Return where the figure with an id comes from, as computed now.

    Parameters
    ----------
    figure
        The id, with or without chain: ``times/daedeok/osong/transit@1a2b3c4d``.
    study, notify
        As for :func:`explain_times`.

    Raises
    ------
    UsageError
        If it is no id, or the study has no such figure.

    Examples
    --------
    >>> explain_figure("times/osong/sejong/car").title
    'osong to sejong by car, door to door: 24.04 min'
    """
    if isinstance(figure, str):
        figure = parse_figure(figure)
    study = study or load_study()
    cells = figure.cells
    if (mode := cells["mode"]) not in MODES:
        message = f"{figure}: no such mode ({mode}) - use {' or '.join(MODES)}"
        raise UsageError(message)
    how: dict[str, Any] = {"modes": (mode,), "notify": notify}
    if figure.table == "times":
        ends = cells["from_id"], cells["to_id"]
        (explained,) = explain_times(*ends, study, departure=figure.departure, **how)
    elif figure.table == "isolation":
        name = cells["index"], cells["cluster_id"]
        (explained,) = explain_index(*name, study, weights=cells["weights"], **how)
    else:
        (explained,) = explain_claims(cells["claim_id"], cells.get("origin_id"), study, **how)
    return explained
