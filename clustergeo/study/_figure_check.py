"""Whether a figure is still the one that was printed under its id, and what changed if not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from clustergeo._files import csv_bytes, decode, parse_csv, read_bytes, read_csv
from clustergeo.errors import Fault, InputError
from clustergeo.schemas.figures import CHAIN_DIGITS, FIGURE_TABLES, FigureId
from clustergeo.study._explained import Explanation
from clustergeo.study._provenance import chain_of, differences
from clustergeo.study.plan import Study
from clustergeo.study.results import DECIMALS, six_digits

__all__ = ["check_figure"]

_TABLES: Final = "tables"
_HASH: Final = re.compile("[0-9a-f]{64}")


def check_figure(
    figure: FigureId, explained: Explanation, study: Study, record: Path | None = None
) -> tuple[Fault, ...]:
    """Return what speaks against a figure being the one that was printed under its id.

    Parameters
    ----------
    figure
        The id as printed.
    explained
        The same figure as computed now.
    study
        The study it was computed in.
    record
        The ``study.json`` written with the printed figure; None if it is not at hand. Where the
        record is of the same chain, the figure must also equal the one in the tables beside it.

    Returns
    -------
    faults : tuple of Fault
        None if it is the same; otherwise one for each input, setting or version that changed.

    Raises
    ------
    InputError
        If the record cannot be read, or is of a version that wrote no chain.

    Examples
    --------
    >>> from clustergeo.study import load_study
    >>> from clustergeo.study.explain import explain_figure
    >>> study, old = load_study(), FigureId("times", ("osong", "sejong", "car"), "00000000")
    >>> print(*check_figure(old, explain_figure(old), study))  # doctest: +ELLIPSIS
    times/osong/sejong/car@00000000: the chain is another now (...) - pass the study.json ...
    """
    now = chain_of(study)
    told = _recorded(record) if record else None
    then_short = str(told["sha256"])[:CHAIN_DIGITS] if told else ""
    if not figure.chain or figure.chain == now.short:
        if record and then_short == now.short:
            return tuple(_unlike(figure, explained, record))
        return ()
    if told is None or record is None:
        fix = "pass the study.json written with it to learn what changed (--record)"
        return (Fault(str(figure), f"the chain is another now ({now.short})", fix),)
    if then_short != figure.chain:
        what = f"is the record of another chain ({then_short}; now {now.short})"
        return (Fault(str(record), what, f"pass the one of {figure.chain}"),)
    fix = "the figure above is today's; go back to that state for the printed one"
    return tuple(
        Fault(str(figure), f"changed since ({_short(then)}, now {_short(today)})", fix, field=name)
        for name, then, today in differences(told["of"], now)
    )


def _short(text: str) -> str:
    """Return a checksum by its first digits, anything else as it is."""
    return text[:CHAIN_DIGITS] if _HASH.fullmatch(text) else text


def _recorded(path: Path) -> dict[str, Any]:
    """Return the chain of a study.json."""
    text = decode(read_bytes(path), file=str(path))
    try:
        record = json.loads(text)
        chain: dict[str, Any] = record["chain"]
        _ = str(chain["sha256"]), dict(chain["of"])
    except json.JSONDecodeError as error:
        what = f"not JSON ({error})"
        raise InputError(Fault(str(path), what, "pass a study.json")) from error
    except (KeyError, TypeError, ValueError) as error:
        fix = "pass a study.json that `clustergeo study` of this version wrote"
        raise InputError(Fault(str(path), "has no chain", fix)) from error
    return chain


def _unlike(figure: FigureId, explained: Explanation, record: Path) -> Iterator[Fault]:
    """Yield the cells in which the table beside a record differs from the figure as of now."""
    path = record.parent / _TABLES / f"{figure.table}.csv"
    if figure.departure or not path.is_file():
        return
    table, key = read_csv(path), figure.cells
    if missing := [name for name in key if name not in table.columns]:
        what = f"has no column {missing[0]}"
        yield Fault(str(path), what, "write it again with `clustergeo study`")
        return
    rows = table.loc[(table[list(key)] == pd.Series(key)).all(axis=1)]
    if rows.empty:
        yield Fault(str(path), f"has no such row ({figure})", "write it again")
        return
    row = pd.DataFrame([dict(explained.cells)])[list(FIGURE_TABLES[figure.table].names)]
    if figure.table == "isolation":
        row = six_digits(row)
    text = csv_bytes(row, decimals=DECIMALS).decode()
    now = parse_csv(text, file=str(figure)).iloc[0]
    for name in now.index:
        if name in rows.columns and rows.iloc[0][name] != now[name]:
            what = f"{rows.iloc[0][name] or 'blank'} there, now {now[name] or 'blank'}"
            fix = "the code differs though its version does not, or the table was edited"
            yield Fault(str(path), what, fix, field=str(name))
