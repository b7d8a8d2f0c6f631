"""Figures for documents: fewer dots and colours than for print, a tenth of the bytes."""

from __future__ import annotations

import io
from functools import cache
from typing import Final

from PIL import Image

__all__ = ["PAGE_PX", "lighter"]

PAGE_PX: Final = 2000
"""Dots across a page of A4, some 280 an inch."""

_COLOURS: Final = 128


@cache  # the page and the Word file hold the same pictures
def lighter(png: bytes, *, width_px: int) -> bytes:
    """Return a PNG no wider than asked and with a palette; the same bytes for the same picture.

    Parameters
    ----------
    png
        The picture.
    width_px
        Dots across at most.

    Examples
    --------
    >>> written = io.BytesIO()
    >>> Image.new("RGB", (40, 20), "white").save(written, "png")
    >>> Image.open(io.BytesIO(lighter(written.getvalue(), width_px=20))).size
    (20, 10)
    """
    with Image.open(io.BytesIO(png)) as full:
        picture = full.convert("RGB")
    if picture.width > width_px:
        height = round(picture.height * width_px / picture.width)
        picture = picture.resize((width_px, height), Image.Resampling.LANCZOS)
    flat = picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = io.BytesIO()
    flat.save(written, "png", optimize=True)
    return written.getvalue()
