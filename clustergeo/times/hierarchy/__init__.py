"""A customizable contraction hierarchy: exact times at national size, for any travel times.

What one does with it stands here. What that gives stands in its rooms: ``topology``, ``metric``,
``search`` and ``routes``; ``store`` keeps a topology on disk.
"""

from __future__ import annotations

from clustergeo.times.hierarchy._customise import NEVER
from clustergeo.times.hierarchy.metric import customise
from clustergeo.times.hierarchy.routes import nearest, path
from clustergeo.times.hierarchy.search import Ends, matrix, one_to_all
from clustergeo.times.hierarchy.topology import build

__all__ = ["NEVER", "Ends", "build", "customise", "matrix", "nearest", "one_to_all", "path"]
