"""Read the lines that trips follow on the map."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clustergeo.networks._feed_tables import no_shapes

__all__ = ["trip_lines"]


def trip_lines(tables: dict[str, pd.DataFrame], notes: list[str]) -> pd.DataFrame:
    """Return the line of each trip that has one; trips of one shape share one array.

    Parameters
    ----------
    tables
        Checked tables by file; without shapes.txt there are no lines.
    notes
        Gets the count of the trips whose shape is missing or has a single point.
    """
    if "shapes.txt" not in tables:
        return no_shapes()
    shapes = tables["shapes.txt"].sort_values(["shape_id", "shape_pt_sequence"], kind="stable")
    ids = shapes["shape_id"].to_numpy()
    points = shapes[["shape_pt_lon", "shape_pt_lat"]].to_numpy(dtype=np.float64)
    starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]][: len(ids)])
    lines = {
        str(ids[start]): part
        for start, part in zip(starts, np.split(points, starts)[1:], strict=True)
        if len(part) > 1
    }
    stated = tables["trips.txt"]["shape_id"]
    rows = [(row, lines[shape]) for row, shape in enumerate(stated) if shape in lines]
    if lost := int((stated != "").sum()) - len(rows):
        notes.append(f"{lost:,} trips have a shape without a line and are drawn straight")
    if not rows:
        return no_shapes()
    return pd.DataFrame({"trip": [row for row, _ in rows], "line": [line for _, line in rows]})
