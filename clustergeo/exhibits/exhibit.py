"""What an exhibit is made of and what it is: tables and facts in, bytes out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import geopandas as gpd
import pandas as pd

from clustergeo._files import write_bytes
from clustergeo.errors import UsageError

__all__ = ["SUFFIXES", "Exhibit", "Language", "Statement", "StudyFacts", "StudyTables"]

Language = Literal["ko", "en"]

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
SUFFIXES: Final = {
    "text/html": ".html",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "application/pdf": ".pdf",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    "application/hwp+zip": ".hwpx",
    "application/geopackage+sqlite3": ".gpkg",
    "application/vnd.apache.parquet": ".parquet",
}
"""Suffix of a file by its media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One finished picture or page.

    Parameters
    ----------
    exhibit_id
        Short name, such as ``dumbbell``.
    title_ko, title_en
        What it shows.
    caption
        What it finds, in its own language; also its alternative text.
    media_type
        What kind of file it is, one of ``SUFFIXES``.
    content
        The file itself.
    lang
        Language it is written in; ``en`` where a Korean font was asked for and not found.
    preview
        A small PNG for the gallery; empty for none.

    Examples
    --------
    >>> page = Exhibit(exhibit_id="empty", title_ko="빈 쪽", title_en="Empty page", caption="",
    ...                media_type="text/html", content=b"<!doctype html>")
    >>> page.file_name
    'empty.html'
    """

    exhibit_id: str
    title_ko: str
    title_en: str
    caption: str
    media_type: str
    content: bytes = field(repr=False)
    lang: Language = "ko"
    preview: bytes = field(default=b"", repr=False)

    @property
    def file_name(self) -> str:
        """Name of its file: the id and the suffix of its media type."""
        return self.exhibit_id + SUFFIXES[self.media_type]

    @property
    def title(self) -> str:
        """Title in its own language."""
        return self.title_ko if self.lang == "ko" else self.title_en

    def save(self, path: str | Path) -> Path:
        """Write the exhibit whole or not at all.

        Parameters
        ----------
        path
            File to write; its folder is made where it is missing.

        Returns
        -------
        path : pathlib.Path
            The file written.

        Raises
        ------
        UsageError
            If the suffix is not that of the media type.
        OutputError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> page = Exhibit(exhibit_id="e", title_ko="", title_en="", caption="",
        ...                media_type="text/html", content=b"<!doctype html>")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page.save(Path(folder, "e.html")).name
        'e.html'
        """
        target = Path(path)
        suffix = Path(self.file_name).suffix
        if target.suffix.lower() != suffix:
            what = f"{self.exhibit_id} is {self.media_type}, not a {target.suffix or 'bare'} file"
            message = f"{what} ({target.name}) - name the file {target.stem}{suffix}"
            raise UsageError(message)
        write_bytes(target, self.content)
        return target

    def _repr_html_(self) -> str | None:
        """Show a page in a notebook, in a frame of its own."""
        if self.media_type != "text/html":
            return None
        page = base64.b64encode(self.content).decode()
        source = f"data:text/html;charset=utf-8;base64,{page}"
        return f'<iframe src="{source}" style="width:100%;height:640px;border:0"></iframe>'

    def _repr_png_(self) -> bytes | None:
        """Show a picture in a notebook."""
        return self.content if self.media_type == "image/png" else None


@dataclass(frozen=True, slots=True)
class Statement:
    """A quoted statement on one pair of places, which the exhibits lay open.

    It says that the capital is nearer to either place than the other one is.

    Parameters
    ----------
    claim_id
        Its id in the claims table.
    from_id, to_id
        The pair; both directions are shown.
    text_ko, text_en
        The words, without quotation marks.

    Examples
    --------
    >>> Statement("s4", "a", "b", "서울이 더 빠르다", "Seoul is faster").claim_id
    's4'
    """

    claim_id: str
    from_id: str
    to_id: str
    text_ko: str
    text_en: str

    @property
    def directions(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The pair there and back."""
        return (self.from_id, self.to_id), (self.to_id, self.from_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """What the exhibits say about the study besides its tables.

    Parameters
    ----------
    title_ko, title_en
        Title of the study.
    date
        Service day, such as ``2024-08-06``.
    window
        Departures considered, such as ``07:00-09:00``.
    capital_id
        The place that stands for the capital in every comparison.
    cluster_ids
        The clusters, in the order of tables and pictures.
    credits
        Credit lines of the sources, printed on every exhibit.
    labels
        Short names by place id as (Korean, English); the names of the table stand in elsewhere.
    statement
        The quoted statement, where the study tests one.
    claims
        Texts of the claims by id as (Korean, English), for the table of verdicts.
    settings
        Further settings by name, listed in the gallery under the method.
    note
        What a reader of every number must know, in Korean and English; printed with the date.
    road_state
        State of the roads, blank where they are empty; printed with the date.

    Examples
    --------
    >>> facts = StudyFacts(title_ko="두 마을", title_en="Two towns", date="2024-08-06",
    ...                    window="07:00-09:00", capital_id="c", cluster_ids=("a", "b"),
    ...                    credits=("invented",))
    >>> facts.labels
    {}
    """

    title_ko: str
    title_en: str
    date: str
    window: str
    capital_id: str
    cluster_ids: tuple[str, ...]
    credits: tuple[str, ...]
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    statement: Statement | None = None
    claims: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    note: tuple[str, str] = ("", "")
    road_state: str = ""

    def title(self, lang: Language) -> str:
        """Return the title of the study in one language.

        Parameters
        ----------
        lang
            ``ko`` or ``en``.
        """
        return self.title_ko if lang == "ko" else self.title_en


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyTables:
    """The tables exhibits are drawn from; none is changed.

    Parameters
    ----------
    places
        Contract ``schemas.places.PLACES``; longitude and latitude.
    times
        Contract ``schemas.results.TIMES``, all modes in one table.
    isolation
        Contract ``schemas.results.ISOLATION``.
    claims
        Contract ``schemas.results.CLAIMS``.
    pilot_regions
        Contract ``schemas.results.PILOT_REGIONS``.
    projects, municipalities
        The pilot projects and the municipalities they belong to, joined by ``project_id``.

    Examples
    --------
    >>> tables = StudyTables(places=gpd.GeoDataFrame(), times=pd.DataFrame())
    >>> tables.claims is None
    True
    """

    places: gpd.GeoDataFrame
    times: pd.DataFrame
    isolation: pd.DataFrame | None = None
    claims: pd.DataFrame | None = None
    pilot_regions: pd.DataFrame | None = None
    projects: pd.DataFrame | None = None
    municipalities: gpd.GeoDataFrame | None = None
