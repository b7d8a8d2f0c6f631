"""One contract per table, written once as data, checked at the door.

``Column`` and ``Schema`` say what a table holds; :func:`check_table` turns a table of text (as
read from a file) or of values (as computed) into a typed copy, or refuses it with every fault at
once. The contracts lie in the chapters' modules: ``places``, ``roads``, ``gtfs``, ``results``.
"""

from __future__ import annotations

from clustergeo.schemas._check import check_table
from clustergeo.schemas._schema import Column, Schema

__all__ = ["Column", "Schema", "check_table"]
