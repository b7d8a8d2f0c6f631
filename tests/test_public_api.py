"""The public names: what is promised is there, and nothing heavy loads before it is used."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import clustergeo

HEAVY = {"folium", "geopandas", "matplotlib", "networkx", "numba", "osmnx", "pandas", "pydantic"}


def test_every_public_name_can_be_reached() -> None:
    for name in clustergeo.__all__:
        assert getattr(clustergeo, name) is not None
    assert set(clustergeo.__all__) <= set(dir(clustergeo))
    assert clustergeo.__version__.count(".") == 2


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = clustergeo.nonsense


@pytest.mark.parametrize("module", ["clustergeo", "clustergeo.cli._app"])
def test_nothing_heavy_is_imported_before_it_is_used(module: str) -> None:
    script = f"import sys, {module}; print(*{{m.split('.')[0] for m in sys.modules}})"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert not HEAVY & set(out.stdout.split())


def test_every_module_lists_its_public_names_in_order() -> None:
    for info in pkgutil.walk_packages(clustergeo.__path__, "clustergeo."):
        if info.name.endswith("__main__"):
            continue
        names = importlib.import_module(info.name).__all__
        assert list(names) == sorted(
            names, key=lambda n: (not n.isupper(), not n[0].isupper(), n)
        ), info.name
