"""On which roads, in which state: what the commands by car share, and how they write shapes."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio

from clustergeo._files import write_bytes, writing
from clustergeo.cli._console import notes
from clustergeo.cli._ends import places_of
from clustergeo.cli._targets import check_target
from clustergeo.errors import UsageError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.congestion import FREE_FLOW
from clustergeo.networks.states import road_state
from clustergeo.study import Study

__all__ = ["AREAS", "Roads", "check_out", "noting", "write_shapes"]

AREAS = (".geojson", ".gpkg", ".parquet")
"""Formats in which shapes are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """On which roads, in which state, and how the files of places are to be read."""

    network: Path | None = None
    state: str | None = None
    congestion: Path | None = None
    delays: Path | bool = False
    crs: str | None = None
    encoding: str | None = None

    @property
    def files(self) -> tuple[Path | None, ...]:
        """What is read beside the places."""
        delays = self.delays if isinstance(self.delays, Path) else None
        return self.network, self.congestion, delays

    def places(self, words: Sequence[str]) -> gpd.GeoDataFrame:
        """Return the places that words stand for."""
        return places_of(words, crs=self.crs, encoding=self.encoding)

    def check(self) -> None:
        """Raise UsageError if a table of states is given but none of them named."""
        if self.congestion and not self.state:
            message = "--congestion: needs a state - name one of its states with --state"
            raise UsageError(message)

    def loaded(self, shipped: Study) -> RoadNetwork:
        """Return the network in its state."""
        return road_state(
            load_road_network(self.network or shipped.networks.road),
            self.state or FREE_FLOW,
            congestion=self.congestion,
            delays=self.delays,
        )


class _Notes(logging.Handler):
    """Prints what is doubtful as notes."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        notes.print(f"note: {record.getMessage()}", highlight=False, markup=False)


@contextmanager
def noting() -> Iterator[None]:
    """Print as notes what the package warns of meanwhile, such as places near the edge."""
    log, handler = logging.getLogger("clustergeo"), _Notes(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def check_out(out: Path, formats: Sequence[str], words: Iterable[str | Path | None]) -> None:
    """Raise if a file is of another format, is read as well or cannot be written."""
    if out.suffix.lower() not in formats:
        message = f"--out: unknown format ({out.name}) - end it in {', '.join(formats)}"
        raise UsageError(message)
    check_target(out, [word for word in words if word])


def write_shapes(table: gpd.GeoDataFrame, out: Path, *, layer: str) -> None:
    """Write shapes to one file, after its suffix."""
    match out.suffix.lower():
        case ".geojson":
            write_bytes(out, table.to_json(drop_id=True, ensure_ascii=False).encode())
        case ".gpkg":
            # GDAL would write the time of day into the file.
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})
            # In memory: on a full disk GDAL would leave the spatial index out, and say nothing.
            made = io.BytesIO()
            table.to_file(made, driver="GPKG", layer=layer)
            write_bytes(out, made.getvalue())
        case _:
            with writing(out) as aside:
                table.to_parquet(aside, index=False)
