from __future__ import annotations

import base64
import hashlib
import re

import folium
import pytest
from markupsafe import Markup

from clustergeo.errors import ClustergeoError
from clustergeo.exhibits.maps.places_map import page_words
from clustergeo.exhibits.pages.page import Page, _requests, render_map_page

PAGE = Page(
    lang="en",
    title="Title",
    finding="Finding",
    note="Note",
    credits=("Credit",),
    aside=Markup("<p>aside</p>"),
    words=page_words("en"),
)


def _map() -> folium.Map:
    drawn = folium.Map(tiles=None)
    folium.Marker((36, 127), icon=folium.DivIcon(html="x"), tooltip="safe").add_to(drawn)
    return drawn


def test_a_page_carries_language_charset_title_policy_and_credit() -> None:
    text = render_map_page(_map(), PAGE).decode()
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert '<meta charset="utf-8">' in text
    assert "<title>Title</title>" in text
    assert "default-src &#39;none&#39;" in text
    assert "Credit" in text
    assert text.index("Content-Security-Policy") < text.index("<script>")


def test_the_policy_allows_the_scripts_of_the_page_and_no_other() -> None:
    text = render_map_page(_map(), PAGE).decode()
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    hashes = set(re.findall(r"sha256-([\w+/=]+)", text))
    expected = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts
    }
    assert len(scripts) == 3
    assert hashes == expected
    assert "unsafe-eval" not in text
    assert "script-src &#39;unsafe-inline" not in text


def test_nothing_of_folium_but_the_map_is_kept() -> None:
    text = render_map_page(_map(), PAGE).decode()
    for foreign in ("jquery", "bootstrap", "cdn.", "awesome", "sourceMappingURL", "<link"):
        assert foreign not in text.lower()


def test_two_builds_are_the_same_bytes() -> None:
    assert render_map_page(_map(), PAGE) == render_map_page(_map(), PAGE)


@pytest.mark.parametrize("kind", ["tiles", "image"])
def test_a_map_that_would_fetch_is_refused(kind: str) -> None:
    drawn = _map()
    if kind == "tiles":
        folium.TileLayer("https://tiles.invalid/{z}/{x}/{y}", attr="x").add_to(drawn)
    else:
        folium.raster_layers.ImageOverlay("https://x.invalid/a.png", [[0, 0], [1, 1]]).add_to(
            drawn
        )
    with pytest.raises(ClustergeoError, match="would ask for a foreign file"):
        render_map_page(drawn, PAGE)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://x.invalid/a.png">',
        '<link rel="stylesheet" href="a.css">',
        "<style>@import 'a.css';</style>",
        "<style>p { background: url(a.png) }</style>",
        '<p style="background: url(//x.invalid/a)">x</p>',
        '<img srcset="a.png 2x">',
        '<form action="https://x.invalid"></form>',
        '<use href="a.svg"></use>',
        '<iframe src="a.html"></iframe>',
    ],
)
def test_a_page_that_would_fetch_is_refused(markup: str) -> None:
    page = Page(
        **{name: getattr(PAGE, name) for name in Page.__slots__ if name != "aside"},
        aside=Markup(markup),  # noqa: S704 - the markup under test
    )
    with pytest.raises(ClustergeoError, match="would ask for a foreign file"):
        render_map_page(_map(), page)


def test_links_to_click_and_data_addresses_are_no_requests() -> None:
    text = '<a href="https://x.invalid">x</a><img src="data:image/png;base64,AA"><use href="#a">'
    assert _requests(text) == []
