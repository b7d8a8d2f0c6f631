"""The catalogue: what each measure means, how it is computed and who defined it, as data."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from clustergeo._toml import read_toml
from clustergeo.errors import MeasureError
from clustergeo.settings import data_path

__all__ = ["Index", "load_indices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One measure of isolation, as the catalogue states it.

    Parameters
    ----------
    index_id
        Name of the measure in every table.
    label_en, label_ko
        What a reader calls it.
    unit
        ``min``, ``1``, ``km/h``, ``1/min``, ``mass``, ``%``.
    isolated
        Which end of the scale means isolated: ``high``, ``low``, or ``neither``.
    formula
        How it is computed, in the signs of the documentation.
    source
        Citation, or ``project`` for a definition of our own.
    meaning_en, meaning_ko
        What a value says, in one sentence.
    checked
        Whether the formula was checked against the cited work.
    location_neutral
        Whether a central place has no advantage by its location alone.
    needs
        What it needs besides minutes: ``masses``, ``distances``, ``lengths``, ``anatomy``.

    Examples
    --------
    >>> load_indices()["capital_ratio"].isolated
    'high'
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    index_id: str
    label_en: str
    label_ko: str
    unit: str
    isolated: Literal["high", "low", "neither"]
    formula: str
    source: str
    meaning_en: str
    meaning_ko: str
    checked: bool = False
    location_neutral: bool = False
    needs: tuple[str, ...] = ()


@functools.cache
def load_indices() -> dict[str, Index]:
    """Return every measure of the catalogue by its id, in the order of its files.

    Returns
    -------
    indices : dict of str to Index

    Raises
    ------
    MeasureError
        With every fault of the catalogue.

    Examples
    --------
    >>> load_indices()["capital_margin"].unit
    'min'
    """
    found: dict[str, Index] = {}
    for path in sorted(data_path("indices").glob("*.toml")):
        found |= {index.index_id: index for index in _read(path)}
    return found


def _read(path: Path) -> tuple[Index, ...]:
    file = read_toml(path, error=MeasureError, name=path.name)
    try:
        return TypeAdapter(tuple[Index, ...]).validate_python(file.content.get("index", ()))
    except ValidationError as error:
        raise MeasureError(
            *(
                file.fault(("index", *fault["loc"]), fault["msg"], "see the other entries")
                for fault in error.errors(include_url=False)
            )
        ) from error
