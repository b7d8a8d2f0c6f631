"""HOW WELL: measures of isolation, all of one shape: times in, a named Series with a unit out."""

from __future__ import annotations

from clustergeo.indices.capital import capital_margin, capital_ratio, fastest, minutes_to
from clustergeo.indices.isolation import isolation_table

__all__ = ["capital_margin", "capital_ratio", "fastest", "isolation_table", "minutes_to"]
