"""Where data lives, embedded and kept, and what the package is called; no mutable state."""

from __future__ import annotations

import importlib.metadata
import math
import os
from functools import cache
from pathlib import Path
from typing import Final

from clustergeo.errors import UsageError

__all__ = ["cache_folder", "cache_limit_bytes", "data_path", "version"]

_CACHE: Final = "CLUSTERGEO_CACHE"
_CACHE_GB: Final = "CLUSTERGEO_CACHE_GB"
_DEFAULT_GB: Final = "4"
_BYTES_PER_GB: Final = 1_000_000_000


def cache_folder() -> Path | None:
    """Return the folder of compiled inputs, or None if the user wants none.

    It is the user's cache folder by the custom of the system. The environment variable
    ``CLUSTERGEO_CACHE`` names another, or is ``off``.

    Raises
    ------
    RuntimeError
        If the user has no home.

    Examples
    --------
    >>> str(cache_folder())
    '...'
    """
    wanted = os.environ.get(_CACHE, "")
    if wanted.lower() == "off":
        return None
    if wanted:
        return Path(wanted).absolute()
    import platformdirs  # noqa: PLC0415 - keeps `import clustergeo` light

    folder = platformdirs.user_cache_path("clustergeo", appauthor=False)
    if not folder.is_absolute():  # how some versions say that there is none
        message = "there is no home folder"
        raise RuntimeError(message)
    return folder


def cache_limit_bytes() -> int:
    """Return the room that compiled inputs may take: ``CLUSTERGEO_CACHE_GB`` gigabytes, or 4.

    Raises
    ------
    UsageError
        If the variable is no number above 0.

    Examples
    --------
    >>> cache_limit_bytes()
    4000000000
    """
    text = os.environ.get(_CACHE_GB) or _DEFAULT_GB
    try:
        gigabytes = float(text)
    except ValueError:
        gigabytes = math.nan
    if not 0 < gigabytes < math.inf:
        message = f"{_CACHE_GB}: not a number of gigabytes ({text}) - set it to one such as 4"
        raise UsageError(message)
    return int(gigabytes * _BYTES_PER_GB)


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
