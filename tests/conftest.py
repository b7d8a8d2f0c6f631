"""A toy world whose answers can be worked out by hand, shared by the tests of every stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

# The same examples in every run, however slow the machine.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the checkout."""
    return ROOT


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep compiled inputs out of the user's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTERGEO_CACHE", str(tmp_path_factory.mktemp("cached") / "clustergeo"))
        patch.delenv("CLUSTERGEO_CACHE_GB", raising=False)
        yield


@pytest.fixture
def toy_places() -> gpd.GeoDataFrame:
    """Two clusters on one line, a site in the first, and a capital with two points."""
    rows = [
        ("a", "cluster", "a", 127.0),
        ("a_lab", "site", "a", 127.01),
        ("b", "cluster", "b", 127.5),
        ("s", "capital", "", 128.0),
        ("t", "capital", "", 128.1),
    ]
    table = pd.DataFrame(rows, columns=["place_id", "kind", "cluster_id", "lon"])
    table["name_en"] = table["place_id"].str.upper()
    table["name_ko"] = "가" + table["place_id"]
    table["accuracy_m"] = 50.0
    table["evidence"] = "published"
    table["source"] = "invented"
    points = gpd.points_from_xy(table.pop("lon"), np.full(len(table), 36.0))
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")
