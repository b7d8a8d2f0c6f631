"""Places that stand on the command line: ids of shipped ones, and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo.errors import UsageError
from clustergeo.places import load_all_places, load_places

__all__ = ["places_of"]


def places_of(
    words: Sequence[str], *, crs: str | None = None, encoding: str | None = None
) -> gpd.GeoDataFrame:
    """Return the places that file names and ids stand for, each once.

    Raises
    ------
    UsageError
        If a word is neither the id of a shipped place nor the name of a file.
    InputError
        If a file is refused.
    """
    tables = []
    known = load_all_places()
    for word in [part for listed in words for part in _split(listed)]:
        shipped = known.loc[known["place_id"] == word]
        if not shipped.empty:
            tables.append(shipped)
        elif Path(word).suffix:
            tables.append(load_places(Path(word), crs=crs, encoding=encoding))
        else:
            message = f"{word}: neither a shipped place nor a file - `clustergeo places` lists ids"
            raise UsageError(message)
    together = pd.concat(tables, ignore_index=True)
    return gpd.GeoDataFrame(together.drop_duplicates("place_id", ignore_index=True), crs=known.crs)


def _split(word: str) -> list[str]:
    """Split a comma-separated list of ids; a file name may hold commas and stays whole."""
    return [word] if Path(word).suffix else [part.strip() for part in word.split(",") if part]
