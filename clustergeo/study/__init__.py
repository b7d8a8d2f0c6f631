"""The pipeline: one study file in, tables, maps, figures and a page that answers out."""

from __future__ import annotations

from clustergeo.study.pipeline import run
from clustergeo.study.plan import Study, load_study
from clustergeo.study.results import DECIMALS, Results

__all__ = ["DECIMALS", "Results", "Study", "load_study", "run"]
