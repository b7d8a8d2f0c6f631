"""In which municipality, under which government and in which province each populated cell lies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from clustergeo._files import decode, read_bytes
from clustergeo.errors import Fault, SchemaError, UsageError
from clustergeo.places import load_population_grid
from clustergeo.schemas.gains import LEVELS
from clustergeo.settings import data_path
from clustergeo.study.plan import Study
from clustergeo.units import METRIC_CRS, WGS84

__all__ = ["Areas", "load_areas"]

_COLUMNS: Final = ("code", "name_ko", "name_en", "sido_code", "sido_ko", "sido_en")
# Seoul and the six metropolitan cities, Sejong, Jeju: one government each. Districts of the
# metropolitan cities have councils, but an agreement on a line through a city is the city's.
_ONE_GOVERNMENT: Final = frozenset({"11", "21", "22", "23", "24", "25", "26", "29", "39"})
_CITY: Final = 4  # digits that the districts of one city share
_UNIT: Final = re.compile(r"(?<=[a-z])(?<!-)(si|gun|gu)$")


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """The populated cells of a region.

    Parameters
    ----------
    cells
        ``place_id``, ``x``, ``y``, ``population``, a column for each level above the cell with
        the id of the area, and the centre as a point.
    names
        English and Korean names, by level and id.
    sido
        Codes of the provinces that make the region.
    """

    cells: gpd.GeoDataFrame
    names: Mapping[str, Mapping[str, tuple[str, str]]]
    sido: tuple[str, ...]


def load_areas(
    study: Study, clusters: gpd.GeoDataFrame, sido: Sequence[str] | None = None
) -> Areas:
    """Return the populated cells of the provinces of the clusters, or of those named.

    Parameters
    ----------
    study
        Whose population grid and municipal borders are read; the embedded ones where it has none.
    clusters
        Points whose provinces make the region.
    sido
        Codes or names of the provinces instead.

    Raises
    ------
    UsageError
        If a province is unknown, no cluster lies in any, or nobody lives there.
    SchemaError
        If the borders lack a column.
    """
    units = _units(study)
    grid = load_population_grid(study.places.population)
    grid = grid.set_geometry(gpd.points_from_xy(grid["x"], grid["y"], crs=METRIC_CRS))
    if sido:
        codes = _codes(units, sido)
    else:
        inside = clusters[["place_id", "geometry"]].to_crs(METRIC_CRS).sjoin(units)
        codes = tuple(sorted(inside["sido_code"].unique()))
    cells = _in_units(grid, units, codes)
    if cells.empty:
        message = "region: nobody lives in it - name provinces with --sido, such as 33 or Chungbuk"
        raise UsageError(message)
    ids = cells["x"].astype(int).astype(str) + "_" + cells["y"].astype(int).astype(str)
    of = units.iloc[cells.pop("unit")]
    for level, column in zip(LEVELS[1:], ("code", "government", "sido_code"), strict=True):
        cells[level] = of[column].to_numpy(object)
    cells.insert(0, "place_id", ids.astype(object))
    return Areas(cells, _names(units[units["sido_code"].isin(codes)]), codes)


def _units(study: Study) -> gpd.GeoDataFrame:
    """Return the municipalities with the government of each, EPSG:5179."""
    file = study.basemap.borders or data_path("basemap", "sigungu.geojson")
    units = _read(Path(file))
    city = units["code"].str[:_CITY] + "0"
    # Districts (gu) of a si in a province carry the digits of the si and a last one of their own.
    district = units["name_ko"].str.contains("시.+구$", regex=True)
    own = units["code"].where(~district, city)
    units["government"] = own.where(~units["sido_code"].isin(_ONE_GOVERNMENT), units["sido_code"])
    return units


def _read(file: Path) -> gpd.GeoDataFrame:
    text = decode(read_bytes(file), file=str(file))
    try:
        units = gpd.GeoDataFrame.from_features(json.loads(text)["features"], crs=WGS84)
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(Fault(str(file), "no GeoJSON features", "export it again")) from error
    if lacking := [name for name in _COLUMNS if name not in units]:
        what = f"no column {', '.join(lacking)}"
        raise SchemaError(Fault(str(file), what, f"give municipalities {', '.join(_COLUMNS)}"))
    units = units[[*_COLUMNS, "geometry"]].to_crs(METRIC_CRS)
    return units.astype(dict.fromkeys(_COLUMNS, str))


def _codes(units: gpd.GeoDataFrame, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of provinces given by code or name."""
    known = units.drop_duplicates("sido_code").set_index("sido_code")
    found = set()
    for text in asked:
        near = text.strip().casefold()
        match = [
            code
            for code, row in known.iterrows()
            if near in {str(code), *(str(row[name]).casefold() for name in ("sido_ko", "sido_en"))}
        ]
        if not match:
            told = ", ".join(f"{code} {row['sido_en']}" for code, row in known.iterrows())
            message = f"--sido: no such province ({text}) - choose of {told}"
            raise UsageError(message)
        found.add(str(match[0]))
    return tuple(sorted(found))


def _in_units(
    grid: gpd.GeoDataFrame, units: gpd.GeoDataFrame, codes: Sequence[str]
) -> gpd.GeoDataFrame:
    """Return the cells of provinces, each with the row of the unit its centre lies in.

    Borders are generalised: a centre in no unit belongs to the nearest one.
    """
    shapes = units[["geometry"]].reset_index(drop=True)
    inside = gpd.sjoin(grid, shapes)
    beside = gpd.sjoin_nearest(grid[~grid.index.isin(inside.index)], shapes)
    found = pd.concat([inside, beside]).rename(columns={"index_right": "unit"})
    found = found.sort_values("unit", kind="stable").sort_index(kind="stable")
    found = found[~found.index.duplicated()]
    wanted = units["sido_code"].isin(codes).to_numpy()[found["unit"]]
    return found[wanted].reset_index(drop=True)


def _names(units: gpd.GeoDataFrame) -> dict[str, dict[str, tuple[str, str]]]:
    """Return English and Korean names by level and id."""
    names: dict[str, dict[str, tuple[str, str]]] = {level: {} for level in LEVELS[1:]}
    for government, rows in units.groupby("government"):
        whole = rows.iloc[0]
        one = str(government) == whole["sido_code"]
        city = _city_en(rows["name_en"].tolist()) if len(rows) > 1 and not one else ""
        for row in rows.itertuples():
            english = str(row.name_en)
            if city:
                english = f"{_dashed(city)} {_dashed(english[len(city) :].capitalize())}"
            names["sigungu"][str(row.code)] = (_dashed(english), str(row.name_ko))
        names["sido"][whole["sido_code"]] = (_dashed(whole["sido_en"]), whole["sido_ko"])
        if one:
            told = (_dashed(whole["sido_en"]), whole["sido_ko"])
        elif city:
            told = (_dashed(city), f"{whole['name_ko'].split('시')[0]}시")
        else:
            told = (_dashed(whole["name_en"]), whole["name_ko"])
        names["government"][str(government)] = told
    return names


def _city_en(districts: list[str]) -> str:
    """Return the name of the city that the names of its districts begin with, or blank."""
    first, last = min(districts), max(districts)
    common = first[
        : next(
            (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
        )
    ]
    return common[: common.rfind("si") + 2] if "si" in common else ""


def _dashed(name: str) -> str:
    return _UNIT.sub(r"-\1", name)
