"""What stands behind transit times: the day of service, the search over it, the trips it finds."""

from __future__ import annotations

__all__: list[str] = []
