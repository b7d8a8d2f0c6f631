"""Packages that only some installs bring."""

from __future__ import annotations

import importlib
from types import ModuleType

from clustergeo.errors import MissingExtraError

__all__ = ["extra"]


def extra(module: str, *, name: str, what: str) -> ModuleType:
    """Return a module of an optional package.

    Parameters
    ----------
    module
        The module, such as ``xlsxwriter``.
    name
        The extra that brings it.
    what
        What it is needed for.

    Raises
    ------
    MissingExtraError
        If it is not installed.

    Examples
    --------
    >>> extra("no_such_module", name="office", what="a workbook")
    Traceback (most recent call last):
    ...
    clustergeo.errors.MissingExtraError: a workbook needs the package no_such_module - \
pip install "clustergeo[office]"
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        message = f'{what} needs the package {package} - pip install "clustergeo[{name}]"'
        raise MissingExtraError(message) from error
