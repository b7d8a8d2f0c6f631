"""Where the embedded data lives and what the package is called; no mutable state."""

from __future__ import annotations

import importlib.metadata
from functools import cache
from pathlib import Path

__all__ = ["data_path", "version"]


def data_path(*parts: str) -> Path:
    """Return the path of an embedded data file, in a checkout or in an installed wheel.

    Parameters
    ----------
    *parts
        Path below the data folder, such as ``"roads", "links.csv"``.

    Returns
    -------
    path : pathlib.Path
        Absolute path; it need not exist.

    Examples
    --------
    >>> data_path("roads", "links.csv").name
    'links.csv'
    """
    return _data_root().joinpath(*parts)


@cache
def _data_root() -> Path:
    package = Path(__file__).resolve().parent
    # The wheel carries data/ inside the package; a checkout keeps it at the top level.
    packed = package / "_data"
    return packed if packed.is_dir() else package.parent / "data"


def version() -> str:
    """Return the installed version of clustergeo.

    Examples
    --------
    >>> version().count(".")
    2
    """
    return importlib.metadata.version("clustergeo")
