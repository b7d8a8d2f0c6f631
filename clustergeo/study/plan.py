"""The study file: places, networks, day, window, rules and outputs of one study, checked whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from pydantic import TypeAdapter, ValidationError

from clustergeo._toml import read_toml
from clustergeo.errors import Fault, StudyError
from clustergeo.indices import IsolationRules
from clustergeo.settings import data_path
from clustergeo.study._asked import EXHIBITS, Outputs, StatementTested
from clustergeo.study._networks import Networks, state_faults
from clustergeo.times.by_road import RoadRules
from clustergeo.times.by_transit import Departures, TransitRules

__all__ = [
    "BasemapFiles",
    "Networks",
    "Outputs",
    "PlaceTables",
    "StatementTested",
    "Study",
    "load_study",
]

_STRICT: dict[str, Any] = {"extra": "forbid"}

DEFAULT_STUDY = ("studies", "chungcheong.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTables:
    """Which places are compared.

    Parameters
    ----------
    clusters, sites, anchors
        Files of places; sites name the cluster they belong to as ``cluster_id``.
    capital
        Ids of the reference points of the capital; the first is the one named in titles.
    others
        Ids of further anchors that get times of their own.
    regions, projects
        Files of the pilot municipalities and of their projects.
    population
        File of a population grid, for the people around the clusters and within their reach.
    crs, encoding
        Coordinate system and encoding of the files, where they do not say it themselves.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    clusters: Path
    capital: tuple[str, ...]
    sites: Path | None = None
    anchors: Path | None = None
    others: tuple[str, ...] = ()
    regions: Path | None = None
    projects: Path | None = None
    population: Path | None = None
    crs: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasemapFiles:
    """Light tables drawn under every map: outlines, borders and railways."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    outlines: Path | None = None
    borders: Path | None = None
    rail: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study, as its file states it; every path is absolute.

    Parameters
    ----------
    study_id, title_en, title_ko
        What the study is called.
    date, window
        Day of travel and departures, ``"HH:MM-HH:MM"`` (the end is not included).
    places, networks, basemap, outputs
        What is compared, by what, drawn on what, written how.
    road, transit
        Rules of access, snapping, waiting and walking for the two modes.
    isolation
        Masses, decay, limits and speeds of the measures of isolation.
    claims, published, independent_search
        Files of claims to test, of published times and of an independent search to compare with.
    file
        The study file itself.

    Examples
    --------
    >>> study = load_study()
    >>> study.study_id, study.window
    ('chungcheong', '07:00-09:00')
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    study_id: str
    title_en: str
    title_ko: str
    date: dt.date
    window: str
    places: PlaceTables
    networks: Networks
    road: RoadRules = field(default_factory=RoadRules)
    transit: TransitRules = field(default_factory=TransitRules)
    isolation: IsolationRules = field(default_factory=IsolationRules)
    basemap: BasemapFiles = field(default_factory=BasemapFiles)
    outputs: Outputs = field(default_factory=Outputs)
    claims: Path | None = None
    published: Path | None = None
    independent_search: Path | None = None
    file: Path = Path()

    @property
    def departures(self) -> Departures:
        """Every departure minute of the window on the day of the study."""
        start, end = (dt.time.fromisoformat(part) for part in self.window.split("-"))
        return Departures(date=self.date, start=start, end=end)

    def input_files(self) -> dict[str, Path]:
        """Return every file and folder the study reads, by the key that names it."""
        return dict(_paths(self, ""))


def load_study(path: Path | None = None) -> Study:
    """Return a study from its TOML file; paths in it are relative to the file.

    Parameters
    ----------
    path
        The study file; the embedded study by default.

    Returns
    -------
    study : Study

    Raises
    ------
    StudyError
        With every fault of the file at once, each naming its key.

    Examples
    --------
    >>> load_study().places.capital[0]
    'seoul_station'
    """
    file = (path or data_path(*DEFAULT_STUDY)).resolve()
    shown = str(path) if path else file.name
    content = read_toml(path or file, error=StudyError, name=shown).content
    try:
        study: Study = TypeAdapter(Study).validate_python(_flat(content) | {"file": file})
    except ValidationError as error:
        raise StudyError(*(_fault(entry, shown) for entry in error.errors())) from error
    study = _absolute(study, file.parent)
    if faults := list(_faults(study, shown)):
        raise StudyError(*faults)
    return study


def _flat(content: dict[str, Any]) -> dict[str, Any]:
    """Lift the keys of the [study] table to the top, where the value object has them."""
    rest = {key: value for key, value in content.items() if key != "study"}
    head = content.get("study", {})
    return {**rest, **head} if isinstance(head, dict) else content


def _fault(entry: Any, file: str) -> Fault:  # noqa: ANN401 - pydantic's own error record
    field_name = ".".join(map(str, entry["loc"])) or None
    if entry["type"] == "missing":
        return Fault(
            file, "key missing", "add it; `clustergeo new` shows every key", field=field_name
        )
    if entry["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return Fault(
            file, f"unknown key ({entry['input']!r:.60})", "take it out", field=field_name
        )
    what = f"{entry['msg'][0].lower()}{entry['msg'][1:]} ({entry['input']!r:.60})"
    return Fault(file, what, "correct the value", field=field_name)


def _absolute(thing: Any, folder: Path) -> Any:  # noqa: ANN401 - walks any value object
    """Return a copy with every path made absolute."""
    changes: dict[str, Any] = {}
    for item in fields(thing):
        value = getattr(thing, item.name)
        if isinstance(value, Path):
            changes[item.name] = (folder / value).resolve()
        elif isinstance(value, tuple) and any(isinstance(part, Path) for part in value):
            changes[item.name] = tuple((folder / part).resolve() for part in value)
        elif is_dataclass(value):
            changes[item.name] = _absolute(value, folder)
    return replace(thing, **changes)


def _paths(thing: Any, prefix: str) -> list[tuple[str, Path]]:  # noqa: ANN401
    found: list[tuple[str, Path]] = []
    for item in fields(thing):
        value = getattr(thing, item.name)
        if isinstance(value, Path):
            found.append((f"{prefix}{item.name}", value))
        elif isinstance(value, tuple):
            parts = [(f"{prefix}{item.name}.{i}", part) for i, part in enumerate(value)]
            found += [(key, part) for key, part in parts if isinstance(part, Path)]
        elif is_dataclass(value):
            found += _paths(value, f"{prefix}{item.name}.")
    return found


def _faults(study: Study, file: str) -> list[Fault]:
    faults = [
        Fault(file, f"no such file or folder ({path})", "correct the path", field=key)
        for key, path in study.input_files().items()
        if not path.exists()
    ]
    faults += [
        Fault(
            file,
            f"unknown exhibit ({name})",
            f"use {', '.join(EXHIBITS)}",
            field="outputs.exhibits",
        )
        for name in study.outputs.exhibits
        if name not in EXHIBITS
    ]
    if "question" in study.outputs.exhibits and study.outputs.statement is None:
        fix = "add it, or take question out of outputs.exhibits"
        faults.append(Fault(file, "missing for the page question", fix, field="outputs.statement"))
    faults += state_faults(study.networks, file)
    if not study.places.capital:
        fix = "name at least one reference point"
        faults.append(Fault(file, "is empty", fix, field="places.capital"))
    try:
        _ = study.departures
    except ValueError:
        what = f"not a window of time ({study.window})"
        fix = "write it as HH:MM-HH:MM, the earlier time first"
        faults.append(Fault(file, what, fix, field="window"))
    return faults
