"""Fetch roads from a live Overpass server, with an end to every wait.

Servers and headers are those of ``osmnx.settings``. The requests are made here, because osmnx asks
again for ever when a server is busy, takes an answer that broke off for a whole one, and does not
ask for ferries or turn restrictions. The answer is OpenStreetMap XML and goes through
:func:`~clustergeo.networks._osm.read_osm` like any file: the same rules, the same refusals.

Only the server that is asked can answer: by https (or on this machine), and it leads nowhere else.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import osmnx as ox
import requests
from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape

from clustergeo.errors import Fault, RoadError, ServiceError, UsageError
from clustergeo.networks._osm import read_osm
from clustergeo.networks._osm_rules import ROAD_CLASSES
from clustergeo.networks.parts import RoadParts

__all__ = ["Area", "read_overpass"]

Area = str | tuple[float, float, float, float] | Polygon | MultiPolygon
"""Name of a place; west, south, east and north in degrees; or an outline in degrees."""

TRIES: Final = 4
LONGEST_WAIT_S: Final = 60.0
"""Longest pause between two tries, however long the server asks for."""

CONNECT_S: Final = 10.0
LARGEST_BYTES: Final = 2_000_000_000
LONGEST_S: Final = 1_800.0
"""Size and time of an answer beyond which no more of it is read."""

_CHUNK_BYTES: Final = 1_048_576
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_BUSY: Final = frozenset({429, 502, 503, 504})
_FIRST_WAIT_S: Final = 5.0
_OK: Final = 200
_FILE_INSTEAD: Final = "try later, or read a downloaded extract (.osm.pbf)"
_REMARK: Final = re.compile(rb"<remark>\s*(.*?)\s*</remark>", re.DOTALL)
_DATE: Final = re.compile(rb'osm_base="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server said."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


def read_overpass(area: Area, *, service: bool = False) -> RoadParts:
    """Read the roads of an area as the server knows them now.

    Parameters
    ----------
    area
        What to read. Holes of an outline are filled.
    service
        Whether service roads count.

    Returns
    -------
    parts : RoadParts
        As :func:`~clustergeo.networks._osm.read_osm` gives them; ``date`` is that of the data.

    Raises
    ------
    ServiceError
        If the server cannot be reached, stays busy through ``TRIES`` tries, or stops early.
    RoadError
        If a name is not found or is no area, or the area holds no road.
    UsageError
        If the area is no area.

    Examples
    --------
    >>> read_overpass((127.0, 36.0, 127.0, 36.1))
    Traceback (most recent call last):
    clustergeo.errors.UsageError: empty or impossible box ((127.0, 36.0, 127.0, 36.1)) - give west,
    south, east, north in degrees
    """
    name, outlines = _outlines(area)
    url = f"{str(ox.settings.overpass_url).rstrip('/')}/interpreter"
    answer = _ask("POST", url, {"data": _query(outlines, service=service)})
    content = answer.content
    host = urlsplit(url).hostname
    if found := _REMARK.search(content):
        remark = found[1].decode("utf-8", "replace")[:200]
        message = f"{host} stopped early ({remark}) - ask for a smaller area, or later"
        raise ServiceError(message)
    if not content.lstrip().startswith(b"<?xml") or b"<osm" not in content[:2_000]:
        message = f"{host} did not answer with map data ({content[:60]!r}) - {_FILE_INSTEAD}"
        raise ServiceError(message)
    if not content.rstrip().endswith(b"</osm>"):
        message = f"{host} answered in part ({len(content):,} bytes) - {_FILE_INSTEAD}"
        raise ServiceError(message)
    if b"<way" not in content:
        raise RoadError(Fault(name, "holds no roads", "check the area, or enlarge it"))
    date = _DATE.search(content)
    with tempfile.TemporaryDirectory(prefix="clustergeo-") as folder:
        path = Path(folder) / "overpass.osm"
        path.write_bytes(content)
        try:
            parts = read_osm(path, service=service)
        except RoadError as error:
            raise RoadError(*(replace(fault, file=name) for fault in error.faults)) from error
    return replace(parts, source=f"{host}: {name}", date=date[1].decode() if date else "")


def _outlines(area: Area) -> tuple[str, list[Polygon]]:
    """Return what the area is called, and its outlines."""
    if isinstance(area, str):
        return _place(area)
    if isinstance(area, Polygon | MultiPolygon):
        if area.is_empty or not area.is_valid or not _on_earth(area.bounds):
            message = "the outline is empty, crosses itself or is not in degrees - mend it"
            raise UsageError(message)
        return f"outline of {_text(area.bounds)}", _parts_of(area)
    west, south, east, north = area
    if not (_on_earth(area) and west < east and south < north):
        what = f"empty or impossible box ({area})"
        message = f"{what} - give west, south, east, north in degrees"
        raise UsageError(message)
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return f"box {_text(area)}", [Polygon(corners)]


def _place(name: str) -> tuple[str, list[Polygon]]:
    """Return the outlines of a named place, by Nominatim."""
    url = f"{str(ox.settings.nominatim_url).rstrip('/')}/search"
    query = {"q": name, "format": "json", "polygon_geojson": "1", "limit": "1"}
    answer = _ask("GET", url, query)
    host = urlsplit(url).hostname
    try:
        first: dict[str, Any] = next(iter(json.loads(answer.content)), {})
        outline = shape(first["geojson"]) if first else None
    except (ValueError, KeyError, TypeError, AttributeError, ShapelyError) as error:
        message = f"{host} did not answer with places ({answer.content[:60]!r}) - {_FILE_INSTEAD}"
        raise ServiceError(message) from error
    if outline is None:
        raise RoadError(Fault(name, f"no such place (asked {host})", "add the country, or a box"))
    what = f"{first.get('display_name')}, {first.get('osm_type')} {first.get('osm_id')}"
    if not isinstance(outline, Polygon | MultiPolygon):
        box = _text([float(corner) for corner in first.get("boundingbox", [])])
        raise RoadError(
            Fault(name, f"is a {outline.geom_type}, no area ({what}; box {box})", "give a box")
        )
    return f"{name} ({what}; box {_text(outline.bounds)})", _parts_of(outline)


def _parts_of(area: Polygon | MultiPolygon) -> list[Polygon]:
    return list(area.geoms) if isinstance(area, MultiPolygon) else [area]


def _on_earth(box: tuple[float, ...]) -> bool:
    west, south, east, north = box
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004


def _text(box: Any) -> str:  # noqa: ANN401 - any four numbers
    return " ".join(f"{corner:.5g}" for corner in box)


def _query(outlines: list[Polygon], *, service: bool) -> str:
    classes = [name for name in ROAD_CLASSES if name != "ferry" and (service or name != "service")]
    kinds = (f'["highway"~"^({"|".join(classes)})$"]', '["route"="ferry"]')
    ways = []
    for outline in outlines:
        corners = " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat, *_ in outline.exterior.coords)
        ways += [f'way{kind}(poly:"{corners}");' for kind in kinds]
    return (
        f"[out:xml][timeout:{int(ox.settings.requests_timeout)}];({''.join(ways)})->.ways;"
        'relation(bw.ways)["type"="restriction"]->.bans;node(w.ways)->.nodes;'
        "(.nodes;.ways;.bans;);out;"
    )


def _ask(method: str, url: str, query: dict[str, str]) -> _Answer:
    """Return the answer of a server, asking again a few times where it is busy."""
    host = urlsplit(url).hostname
    if urlsplit(url).scheme != "https" and host not in _THIS_MACHINE:
        message = f"not an https address ({url}) - set one in osmnx.settings"
        raise UsageError(message)
    waited = 0.0
    for attempt in range(TRIES):
        answer = _once(method, url, query)
        if answer.status_code not in _BUSY:
            break
        if attempt < TRIES - 1:
            wait = _wait_s(answer, attempt)
            waited += wait
            time.sleep(wait)
    if answer.status_code in _BUSY:
        what = f"{host} is busy ({answer.status_code} after {TRIES} tries and {waited:.0f} s)"
        message = f"{what} - {_FILE_INSTEAD}"
        raise ServiceError(message)
    if answer.status_code != _OK:
        text = answer.headers.get("Location") or answer.content.decode("utf-8", "replace")
        reason = re.sub(r"<[^>]*>|\s+", " ", text)[:200].strip()
        message = f"{host} refused ({answer.status_code}: {reason}) - {_FILE_INSTEAD}"
        raise ServiceError(message)
    return answer


def _once(method: str, url: str, query: dict[str, str]) -> _Answer:
    timeout = (CONNECT_S, float(ox.settings.requests_timeout))
    headers = {"User-Agent": str(ox.settings.http_user_agent)}
    # A redirection could lead to an address that only this machine sees: none is followed.
    options: dict[str, Any] = {
        "timeout": timeout,
        "headers": headers,
        **ox.settings.requests_kwargs,
    }
    options |= {"allow_redirects": False, "stream": True}
    sent: dict[str, Any] = {"params" if method == "GET" else "data": query}
    try:
        with requests.request(method, url, **sent, **options) as answer:  # noqa: S113 - in options
            content = _content(answer)
    except requests.RequestException as error:
        reason = type(error).__name__
        message = f"cannot reach {urlsplit(url).hostname} ({reason}) - {_FILE_INSTEAD}"
        raise ServiceError(message) from error
    return _Answer(answer.status_code, answer.headers, content)


def _content(answer: requests.Response) -> bytes:
    """Return the body of an answer, within limits of size and time."""
    content, started = bytearray(), time.monotonic()
    for chunk in answer.iter_content(_CHUNK_BYTES):
        content += chunk
        size, seconds = len(content), time.monotonic() - started
        if size > LARGEST_BYTES or seconds > LONGEST_S:
            host = urlsplit(answer.url).hostname
            what = f"{host} sends too much ({size:,} bytes in {seconds:,.0f} s)"
            message = f"{what} - ask for a smaller area"
            raise ServiceError(message)
    return bytes(content)


def _wait_s(answer: _Answer, attempt: int) -> float:
    """Return how long to wait: what the server asks for, within limits."""
    asked = answer.headers.get("Retry-After", "")
    try:
        wait = float(asked)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(asked) - datetime.now(tz=UTC)).total_seconds()
        except (ValueError, TypeError):
            wait = _FIRST_WAIT_S * 2**attempt
    return min(max(wait, 1.0), LONGEST_WAIT_S)
