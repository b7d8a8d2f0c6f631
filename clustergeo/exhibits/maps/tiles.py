"""Map tiles from the net: an optional layer, off until the reader switches it on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from clustergeo.errors import UsageError

__all__ = ["OSM_TILES", "Tiles"]

_ADDRESS: Final = re.compile(r"(https?://[a-z0-9.-]+(?::\d+)?)/[\w./@?=&{}~-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tiles:
    """A server of map tiles.

    A page with tiles may ask this one server, and does so only while the reader has the layer
    switched on. The server of OpenStreetMap answers pages that were opened from a web address; it
    refuses those opened from a folder, because they do not say who asks.

    Parameters
    ----------
    url
        Address with ``{z}``, ``{x}`` and ``{y}`` for zoom, column and row.
    credit
        Credit line of the tiles, added to those of the page.

    Raises
    ------
    UsageError
        If it is not such an address on one host.

    Examples
    --------
    >>> OSM_TILES.origin
    'https://tile.openstreetmap.org'
    """

    url: str
    credit: str

    def __post_init__(self) -> None:
        fields = all(field in self.url for field in ("{z}", "{x}", "{y}"))
        if not fields or not _ADDRESS.fullmatch(self.url):
            fix = "use one host and {z}, {x}, {y}, as in https://tile.openstreetmap.org/{z}/{x}/{y}.png"
            message = f"not an address of map tiles ({self.url}) - {fix}"
            raise UsageError(message)

    @property
    def origin(self) -> str:
        """Scheme and host, as the policy of a page names them."""
        match = _ADDRESS.fullmatch(self.url)
        return match.group(1) if match else ""


OSM_TILES: Final = Tiles(
    "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors"
)
