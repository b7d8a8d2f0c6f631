"""Observed speeds of links, joined by LINK_ID; what does not match is counted on both sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustergeo._files import read_csv
from clustergeo.errors import Fault, RoadError
from clustergeo.networks._nodelink_keys import rows_of
from clustergeo.schemas import check_table
from clustergeo.schemas.nodelink import LINK_SPEED_NAMES, LINK_SPEEDS

__all__ = ["observed_speeds"]

_SHOWN = 3


def observed_speeds(
    path: Path, link_id: NDArray[np.int64]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the observed speed of each link, NaN where there is none, and notes.

    Parameters
    ----------
    path
        CSV with LINK_ID and speed_kph (kilometres per hour), or names of LINK_SPEED_NAMES.
    link_id
        Ids of the links, shape (links,).

    Raises
    ------
    MissingFileError
        If there is no such file.
    RoadError
        If the table breaks its contract, or none of its ids is that of a link.
    """
    table = read_csv(path).rename(columns=lambda name: LINK_SPEED_NAMES.get(name.upper(), name))
    checked = check_table(table, LINK_SPEEDS, file=str(path), error=RoadError)
    # An id that is no number cannot match, so it counts as unmatched like any other.
    keys = [int(key) if key.isascii() and key.isdecimal() else -1 for key in checked["LINK_ID"]]
    rows = rows_of(np.array(keys, dtype=np.int64), link_id)
    matched = rows >= 0
    if not matched.any():
        theirs, ours = list(checked["LINK_ID"][:_SHOWN]), [str(i) for i in link_id[:_SHOWN]]
        what = (
            f"0 of {len(keys):,} LINK_IDs are in the node-link set "
            f"(here {', '.join(theirs) or 'none'}; there {', '.join(ours)})"
        )
        raise RoadError(Fault(str(path), what, "use speeds of the same edition", field="LINK_ID"))
    kph = np.full(link_id.size, np.nan)
    speeds = checked["speed_kph"].to_numpy(dtype=np.float64)
    kph[rows[matched]] = np.where(speeds[matched] > 0, speeds[matched], np.nan)
    observed = np.count_nonzero(np.isfinite(kph))
    notes = [
        f"{observed:,} of {link_id.size:,} links have an observed speed; others keep their limit.",
        f"{np.count_nonzero(~matched):,} of {len(keys):,} observed speeds belong to no link.",
    ]
    if blank := np.count_nonzero(~(speeds > 0)):
        notes.append(f"{blank:,} rows of observed speeds are blank or 0: nothing was observed.")
    return kph, tuple(notes)
