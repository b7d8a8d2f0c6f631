"""Pages of HTML: what maps, the gallery and the question page are written on."""

from __future__ import annotations

__all__: list[str] = []
