"""Read a long table of a feed by columns, where there is nothing about it to explain.

Every column is read as codes and the distinct texts they stand for, so that the contract is
checked on some thousand texts instead of millions of cells. Whatever is not plain - a cell that
breaks the contract, a quote or blank in an odd place, a short row - is left to the careful reader,
which gives the same table where it accepts it, and says what is wrong where it does not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from clustergeo._files import csv_header, parse_csv
from clustergeo.errors import InputError
from clustergeo.schemas._check import typed_cells
from clustergeo.schemas._schema import Column, Schema

__all__ = ["plain_table", "read_once"]

_ODD_QUOTE: Final = re.compile(rb'[^,\n]"[^,\r\n]')
_MOST_KEYS: Final = 2**62

_KEPT: ContextVar[dict[Any, pd.DataFrame | None] | None] = ContextVar("kept", default=None)

Codes = tuple[NDArray[np.int32], list[str]]


def plain_table(content: bytes, schema: Schema) -> pd.DataFrame | None:
    r"""Return the checked table of a plain file, or None if it needs a careful reading.

    Parameters
    ----------
    content
        The file.
    schema
        Its contract.

    Returns
    -------
    table : pandas.DataFrame or None
        Just what :func:`clustergeo.schemas.check_table` makes of the parsed text.

    Examples
    --------
    >>> from clustergeo.schemas.gtfs import FREQUENCIES
    >>> header = b"trip_id,start_time,end_time,headway_secs\n"
    >>> plain_table(header + b"t,06:00:00,09:00:00,600\n", FREQUENCIES)["start_time"].tolist()
    [21600]
    >>> plain_table(header + b"t,06:00:00,09:00:00,0\n", FREQUENCIES) is None
    True
    """
    kept = _KEPT.get()
    if kept is None:
        return _checked(content, schema)
    # By digest: the content itself would be held twice.
    known = schema, hashlib.blake2b(content).digest()
    if known not in kept:
        kept[known] = _checked(content, schema)
    table = kept[known]
    return None if table is None else table.copy(deep=False)


@contextmanager
def read_once() -> Iterator[None]:
    """Read a file once while this lasts, however many ask for its table."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def _checked(content: bytes, schema: Schema) -> pd.DataFrame | None:
    columns = _columns(content, schema)
    if columns is None:
        return None
    rows = len(next(iter(columns.values()))[0])
    typed: dict[str, pd.Series[Any]] = {}
    key, keys = np.zeros(rows, np.int64), 1
    for column in schema.columns:
        codes, texts = columns.get(column.name, (np.zeros(rows, np.int32), [column.default]))
        values = _typed(texts, column)
        if values is None:
            return None
        typed[column.name] = pd.Series(values.array.take(codes), dtype=values.dtype)
        if column.name in schema.key:
            number, distinct = pd.factorize(values, use_na_sentinel=False)
            key, keys = key * len(distinct) + number[codes], keys * len(distinct)
    if schema.key and (keys > _MOST_KEYS or _repeats(key)):
        return None
    return pd.DataFrame(typed)


def _typed(texts: list[str], column: Column) -> pd.Series[Any] | None:
    """Return distinct stripped texts as what they stand for; None if the contract forbids one."""
    words = pd.Series(texts, dtype=object)
    if column.kind != "text":
        values, bad = typed_cells(words, column)
        return None if bad else values
    # Most columns of a feed are text, and need no table to be judged.
    blank = not column.blank and "" in texts
    other = bool(column.choices) and not {*texts, ""} <= {*column.choices, ""}
    return None if blank or other else words


def _columns(content: bytes, schema: Schema) -> dict[str, Codes] | None:
    """Return the columns of the contract as codes and stripped texts; None if not plain."""
    end = content.find(b"\n")
    quoted = content.find(b'"', end) >= 0
    odd = quoted and _ODD_QUOTE.search(content)
    if end < 0 or b"\x00" in content or odd or not _utf8(content):
        return None
    try:
        header = content[:end].decode("utf-8-sig")
        # Within quotes, or beyond a lone return, a header may be more than one record.
        simple = '"' not in header and "\r" not in header.removesuffix("\r")
        read = csv_header if simple else parse_csv
        names = list(read(header, file=schema.name))
        if not set(schema.required) <= set(names):
            return None
        wanted = [name for name in schema.names if name in names]
        kind = pa.dictionary(pa.int32(), pa.string())
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=pyarrow.csv.ParseOptions(
                newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, kind),
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )
    except (InputError, pa.ArrowInvalid):
        return None
    if not table.num_rows:
        return None
    found: dict[str, Codes] = {}
    for name in wanted:
        column = table[name].combine_chunks()
        texts = column.dictionary.to_pylist()
        if any(text != text.strip() or '"' in text for text in texts):
            return None
        found[name] = (column.indices.to_numpy(), texts)
    return found


def _utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _repeats(key: NDArray[np.int64]) -> bool:
    """Return whether a key occurs twice."""
    if np.all(key[1:] > key[:-1]):
        return False
    ordered = np.sort(key)
    return bool((ordered[1:] == ordered[:-1]).any())
