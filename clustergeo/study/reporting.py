"""The report of a study: its tables and figures told in one form."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from clustergeo.exhibits import StudyTables
from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits.office.story import Story
from clustergeo.study._asked import PAGES
from clustergeo.study._claims import claims_of
from clustergeo.study._facts import facts_of
from clustergeo.study._office import story_of
from clustergeo.study._provenance import chain_of
from clustergeo.study.pipeline import run
from clustergeo.study.plan import Study

__all__ = ["study_story"]

_log = logging.getLogger(__name__)


def study_story(study: Study, *, notify: Callable[[str], object] = _log.info) -> Story:
    """Run a study and return its report, to be written as a page, a Word or a Hangul file.

    Parameters
    ----------
    study
        What is asked; maps are left out, figures drawn in its language.
    notify
        Called with a line of text as each stage begins.

    Raises
    ------
    InputError
        If the study, a table, a network or a claim is refused.
    """
    figures = tuple(name for name in study.outputs.exhibits if name not in PAGES)
    drawn = replace(study, outputs=replace(study.outputs, exhibits=figures))
    results = run(drawn, notify=notify)
    facts = facts_of(results, claims_of(study, results.places), chain_of(study).short)
    tables = StudyTables(
        places=results.places.known,
        times=results.times,
        claims=results.claims,
        pilot_regions=results.pilot_regions,
    )
    return story_of(results, Readings(tables, facts, study.outputs.lang), results.exhibits)
