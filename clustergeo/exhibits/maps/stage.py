"""The stage of the maps of scenarios: basemap, layers that are chosen by group, and the page.

Choices are plain radio buttons in a Leaflet control, so that mouse, Tab and arrow keys work as on
any form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import folium
import geopandas as gpd
from branca.element import MacroElement
from folium.template import Template
from markupsafe import Markup

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits.basemap import clip_basemap
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.maps.curves import Point, bounds_of
from clustergeo.exhibits.maps.leaflet import add_basemap, empty_map
from clustergeo.exhibits.maps.places_map import page_words
from clustergeo.exhibits.pages.page import Page, render_map_page

__all__ = ["Choice", "Stage", "polyline"]

_ROOM: Final = 0.06
_MARGIN_DEG: Final = 0.5

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

    __slots__ = ("_drawn", "_shelves", "facts", "lang")

    def __init__(
        self,
        view: tuple[Point, Point],
        facts: StudyFacts,
        basemap: gpd.GeoDataFrame,
        lang: Language,
    ) -> None:
        self.facts, self.lang = facts, lang
        self._shelves: dict[tuple[str, ...], folium.FeatureGroup] = {}
        (south, west), (north, east) = view
        room = _ROOM * (north - south)  # for the names above and below the outermost places
        self._drawn = empty_map(((south - room, west), (north + room, east)), facts.credits[:1])
        around = clip_basemap(basemap, bounds_of(view, margin_deg=_MARGIN_DEG))
        add_basemap(self._drawn, around, lang=lang)

    def overlay(self, word: str, *, show: bool = True) -> folium.FeatureGroup:
        """Return a layer that the reader switches on and off by itself."""
        group = folium.FeatureGroup(name=escape(word), show=show)
        group.add_to(self._drawn)
        return group

    def shelf(self, *keys: str) -> folium.FeatureGroup:
        """Return the layer that is shown while these keys are chosen; no keys: always."""
        shown = not keys or not any(self._shelves)
        group = folium.FeatureGroup(name=" ".join(keys), control=False, show=shown)
        group.add_to(self._drawn)
        if keys:
            self._shelves[keys] = group
        return group

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
        folium.LayerControl(position="bottomright", collapsed=True).add_to(self._drawn)
        if self._shelves:
            _Switch(choices, self._shelves).add_to(self._drawn)
        _North(tell(self.lang, "north")).add_to(self._drawn)
        page = Page(
            lang=self.lang,
            title=titles[0 if self.lang == "ko" else 1],
            finding=finding,
            note=note,
            credits=self.facts.credits,
            aside=aside,
            words=page_words(self.lang),
            picture=figure.content,
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


_GAP: Final = "|"
"""Between the choices that name a layer; no key has it."""


class _Switch(MacroElement):
    """Radio buttons by group; the layer of the chosen combination is shown, the others are not."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map) {
            var layers = {
                {%- for key, layer in this.layers.items() %}
                {{ key|tojson }}: {{ layer.get_name() }},
                {%- endfor %}
            };
            var control = L.control({position: "topright"});
            control.onAdd = function () {
                var box = L.DomUtil.create(
                    "form", "leaflet-control-layers leaflet-control-layers-expanded switch");
                box.innerHTML = {{ this.markup|tojson }};
                L.DomEvent.disableClickPropagation(box);
                box.addEventListener("change", function () {
                    var chosen = [].map.call(
                        box.querySelectorAll("input:checked"),
                        function (input) { return input.value; }).join("|");
                    Object.keys(layers).forEach(function (key) {
                        if (key === chosen) { map.addLayer(layers[key]); }
                        else { map.removeLayer(layers[key]); }
                    });
                });
                return box;
            };
            control.addTo(map);
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        groups: Sequence[Choice],
        layers: Mapping[tuple[str, ...], folium.FeatureGroup],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Switch"
        self.layers = {_GAP.join(key): layer for key, layer in layers.items()}
        self.markup = "".join(
            _fieldset(number, heading, choices) for number, (heading, choices) in enumerate(groups)
        )


def _fieldset(number: int, heading: str, choices: Sequence[tuple[str, str]]) -> str:
    buttons = "".join(
        f'<label><input type="radio" name="switch{number}" value="{escape(key)}"'
        f"{' checked' if rank == 0 else ''}> {escape(word)}</label>"
        for rank, (key, word) in enumerate(choices)
    )
    return f"<fieldset><legend>{escape(heading)}</legend>{buttons}</fieldset>"


class _North(MacroElement):
    """An arrow that points up; Leaflet's maps have north there."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map) {
            var control = L.control({position: "bottomleft"});
            control.onAdd = function () {
                var box = L.DomUtil.create("div", "north");
                box.innerHTML = {{ this.markup|tojson }};
                return box;
            };
            control.addTo(map);
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, word: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "North"
        self.markup = (
            '<svg width="22" height="40" viewBox="0 0 22 40" role="img" '
            f'aria-label="{escape(word)}"><path d="M11 2 L19 22 L11 17 L3 22 Z" fill="#1b1b1b"/>'
            f'<text x="11" y="37" text-anchor="middle" font-size="13" font-weight="700">'
            f"{escape(word)}</text></svg>"
        )


def polyline(points: object, *, interactive: bool = True, **options: object) -> folium.PolyLine:
    """Return a line or lines of (lat, lon); the mouse passes through one not interactive."""
    made: folium.PolyLine = folium.PolyLine(points, **options)  # type: ignore[no-untyped-call]
    if not interactive:  # folium has no argument for it
        made.options["interactive"] = False
    return made
