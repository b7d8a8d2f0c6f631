"""The pipeline: one study file in, tables, maps, figures and a page that answers out."""

from __future__ import annotations

from clustergeo.study._claims import ClaimsHeld, judge_study
from clustergeo.study.pipeline import run
from clustergeo.study.plan import Study, load_study
from clustergeo.study.results import DECIMALS, Results

__all__ = ["DECIMALS", "ClaimsHeld", "Results", "Study", "judge_study", "load_study", "run"]
