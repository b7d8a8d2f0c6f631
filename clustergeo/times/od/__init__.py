"""The matrix of car minutes at any size: streamed, or written in parts by one machine or many."""

from __future__ import annotations

from clustergeo.times.od.matrix import (
    OdSummary,
    load_od_matrix,
    od_matrix,
    od_parts,
    write_od_matrix,
)

__all__ = ["OdSummary", "load_od_matrix", "od_matrix", "od_parts", "write_od_matrix"]
