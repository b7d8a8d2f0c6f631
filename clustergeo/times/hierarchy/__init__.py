"""A customizable contraction hierarchy: exact times at national size, for any travel times."""

from __future__ import annotations

from clustergeo.times.hierarchy._customise import NEVER
from clustergeo.times.hierarchy._metric import Metric, customise
from clustergeo.times.hierarchy._routes import Path, nearest, path
from clustergeo.times.hierarchy._search import Ends, matrix, one_to_all
from clustergeo.times.hierarchy._store import load, save
from clustergeo.times.hierarchy._topology import Topology, build

__all__ = [
    "NEVER",
    "Ends",
    "Metric",
    "Path",
    "Topology",
    "build",
    "customise",
    "load",
    "matrix",
    "nearest",
    "one_to_all",
    "path",
    "save",
]
