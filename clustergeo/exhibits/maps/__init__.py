"""Interactive maps: one self-contained page each."""

from __future__ import annotations

__all__: list[str] = []
