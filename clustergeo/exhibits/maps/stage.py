"""The stage of the maps of scenarios: basemap, layers that are chosen by group, and the page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
from markupsafe import Markup
from PIL import Image

from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits._words import say
from clustergeo.exhibits.basemap import clip_basemap
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.maps.curves import bounds_of
from clustergeo.exhibits.maps.leaflet import add_basemap, empty_map, finish, shelf
from clustergeo.exhibits.maps.marks import Point
from clustergeo.exhibits.maps.places_map import page_words
from clustergeo.exhibits.maps.switches import Switch, SwitchSet, switches
from clustergeo.exhibits.pages.page import Page, render_map_page

__all__ = ["Choice", "Stage", "polyline"]

_MARGIN_DEG: Final = 0.5
_ROOM_PX: Final = (64, 150, 64, 64)
"""Room for the names above and below the clusters, and for the switches at the right."""

_STILL_PX: Final = 2000
"""Width of the printed figure at least: about 280 pixels to the inch between the margins of A4."""

Choice = tuple[str, Sequence[tuple[str, str]]]
"""The heading of a group and its choices as (key, word); the first is chosen at the start."""


class Stage:
    """A map of a scenario while it is drawn.

    Parameters
    ----------
    view
        South-west and north-east corners that are shown first, as (lat, lon).
    facts
        Credits of the study.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`; cut to the surroundings of the view.
    lang
        Language of the page.
    """

    __slots__ = ("_drawn", "_ground", "_overlays", "facts", "lang")

    def __init__(
        self,
        view: tuple[Point, Point],
        facts: StudyFacts,
        basemap: gpd.GeoDataFrame,
        lang: Language,
    ) -> None:
        self.facts, self.lang = facts, lang
        self._overlays: list[Switch] = []
        self._drawn = empty_map(view, room_px=_ROOM_PX)
        around = clip_basemap(basemap, bounds_of(view, margin_deg=_MARGIN_DEG))
        self._ground = add_basemap(self._drawn, around, lang=lang)

    def overlay(self, key: str, word: str, *, on: bool = True, note: str = "") -> None:
        """Let the reader switch the shelves of a key on and off, with a line under the switch."""
        self._overlays.append(Switch(key, word, on=on, note=note))

    def shelf(self, *keys: str) -> folium.FeatureGroup:
        """Return a layer that is shown while all these keys are switched on; no keys: always."""
        return shelf(self._drawn, *keys)

    def page(  # noqa: PLR0913 - one keyword a part of the page
        self,
        *,
        titles: tuple[str, str],
        finding: str,
        note: str,
        aside: Markup,
        choices: Sequence[Choice],
        figure: Exhibit,
        exhibit_id: str,
    ) -> Exhibit:
        """Return the map with its switches as one page, and a figure that is printed for it."""
        finish(self._drawn, self.lang)
        chosen = [
            SwitchSet(
                heading,
                [Switch(key, word, on=rank == 0) for rank, (key, word) in enumerate(words)],
                choice=True,
            )
            for heading, words in choices
        ]
        links = SwitchSet(tell(self.lang, "layers"), self._overlays)
        ground = SwitchSet(say(self.lang, "ground_set"), self._ground)
        page = Page(
            lang=self.lang,
            title=titles[0 if self.lang == "ko" else 1],
            finding=finding,
            note=note,
            credits=self.facts.credits,
            aside=aside,
            words=page_words(self.lang),
            picture=_lighter(figure.content),
            switches=switches([*chosen, links, ground]),
        )
        return Exhibit(
            exhibit_id=exhibit_id,
            title_ko=titles[0],
            title_en=titles[1],
            caption=finding,
            media_type="text/html",
            content=render_map_page(self._drawn, page),
            lang=self.lang,
            preview=figure.preview,
        )


def _lighter(picture: bytes) -> bytes:
    """Return a PNG small enough to print from a page, in few colours; blank for none."""
    if not picture:
        return b""
    with Image.open(io.BytesIO(picture)) as full:
        whole_times = max(1, full.width // _STILL_PX)
        light = full.convert("RGB").reduce(whole_times).quantize(64)
    buffer = io.BytesIO()
    light.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def polyline(points: object, *, interactive: bool = True, **options: object) -> folium.PolyLine:
    """Return a line or lines of (lat, lon); the mouse passes through one not interactive."""
    made: folium.PolyLine = folium.PolyLine(points, **options)  # type: ignore[no-untyped-call]
    if not interactive:  # folium has no argument for it
        made.options["interactive"] = False
    return made
