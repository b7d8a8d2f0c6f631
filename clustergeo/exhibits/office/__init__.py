"""Files for the office and for GIS: a report, a workbook, layers; one content, several forms."""

from __future__ import annotations

__all__: list[str] = []
