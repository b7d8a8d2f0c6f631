"""What stands behind car times: where places meet the roads, the engines, the drives they find."""

from __future__ import annotations

__all__: list[str] = []
