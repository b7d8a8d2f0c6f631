"""Texts as codes: one number an edge, each text once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault, RoadError

__all__ = ["coded"]

Code = TypeVar("Code", bound=np.integer)


def coded(
    texts: Sequence[str], kind: type[Code], *, file: str
) -> tuple[NDArray[Code], tuple[str, ...]]:
    """Return codes and the texts they stand for, sorted; small codes for many equal texts.

    Names and numbers (int32) begin with ``""``, whether any is blank or not; classes (uint8)
    begin with the first of them.

    Raises
    ------
    RoadError
        If there are more texts than the codes can tell apart.

    Examples
    --------
    >>> coded(["b", "", "b"], np.int32, file="roads")
    (array([1, 0, 1], dtype=int32), ('', 'b'))
    """
    known = sorted({*texts} | ({""} if kind is np.int32 else set()))
    if len(known) > np.iinfo(kind).max + 1:
        what = f"has {len(known):,} different classes of road"
        raise RoadError(Fault(file, what, "use the classes of OpenStreetMap"))
    at = {text: i for i, text in enumerate(known)}
    return np.array([at[text] for text in texts], kind), tuple(known)
