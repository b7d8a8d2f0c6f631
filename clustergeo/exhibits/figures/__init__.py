"""Static figures: finding in the title, sources in the footer."""

from __future__ import annotations

__all__: list[str] = []
