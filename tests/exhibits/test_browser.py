"""The maps as a reader meets them: opened from a folder, in a browser without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Visit, needs_browser
from playwright.sync_api import Page

pytestmark = needs_browser

MAPS = ("places", "isolation", "isochrones", "pilots", "before_after", "missing_links")


def _popup(page: Page) -> str:
    return " ".join(page.locator(".leaflet-popup-content").last.inner_text().split())


@pytest.mark.parametrize("name", MAPS)
def test_a_map_draws_without_a_request_and_its_details_open_by_mouse_and_keyboard(
    visit: Visit, map_pages: dict[str, Path], name: str
) -> None:
    page = visit.open(map_pages[name])
    assert page.locator("path").count() > 3
    mark = page.locator(".glyph[tabindex='0'][aria-label*='Alpha']").last
    mark.focus()
    assert page.locator(".leaflet-tooltip").last.is_visible()
    page.keyboard.press("Enter")
    told = _popup(page)
    assert told
    assert page.evaluate("document.activeElement.className").startswith("leaflet-popup-content")
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-popup").count() == 0
    assert mark.evaluate("mark => mark === document.activeElement")
    mark.click(force=True)
    assert _popup(page) == told
    page.locator(".leaflet-popup-close-button").click()
    assert page.locator(".leaflet-popup").count() == 0
    assert visit.tell() == []


def test_credits_of_any_length_leave_the_map_free(
    visit: Visit, map_pages: dict[str, Path]
) -> None:
    page = visit.open(map_pages["isolation"])
    page.locator("footer p").last.evaluate("line => { line.textContent = 'credit '.repeat(500); }")
    foot, stage = (page.locator(each).bounding_box() for each in ("footer", ".stage"))
    assert foot is not None
    assert stage is not None
    assert stage["y"] + stage["height"] <= foot["y"] + 1
    assert foot["height"] < 100
    names = page.locator(".label span").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().toJSON())"
    )
    clusters = [each for each in names if each["top"] > stage["y"]]
    assert len(clusters) >= 3
    assert all(each["bottom"] <= foot["y"] for each in clusters)


def test_a_switch_shows_one_mode_at_a_time(visit: Visit, map_pages: dict[str, Path]) -> None:
    page = visit.open(map_pages["isolation"])
    transit = page.locator(".pill").all_inner_texts()
    assert "130" in transit
    page.get_by_role("radio", name="Car").check()
    car = page.locator(".pill").all_inner_texts()
    assert "130" not in car
    assert len(car) == len(transit) == 6
    line = page.locator("path.leaflet-interactive").last
    line.focus()
    told = page.locator(".leaflet-tooltip").last.inner_text()
    assert " ".join(told.split()) == line.get_attribute("aria-label")
    page.keyboard.press("Enter")
    assert _popup(page) == " ".join(told.split())


def test_layers_are_switched_by_keyboard(visit: Visit, map_pages: dict[str, Path]) -> None:
    page = visit.open(map_pages["places"])
    before = page.locator(".glyph").count()
    page.get_by_role("checkbox", name="Stations, terminals, interchanges").focus()
    page.keyboard.press("Space")
    assert page.locator(".glyph").count() == before + 1
    page.get_by_role("checkbox", name="Clusters", exact=True).focus()
    page.keyboard.press("Space")
    assert page.locator(".glyph").count() == before - 2
    paths = page.locator("path").count()
    page.get_by_role("checkbox", name="BRT stops").check()
    assert page.locator("path").count() == paths + 1
    assert [each.inner_text() for each in page.locator("form legend").all()] == [
        "Places",
        "Public transport",
        "Ground",
    ]


def test_the_areas_are_those_of_one_cluster_and_mode(
    visit: Visit, map_pages: dict[str, Path]
) -> None:
    page = visit.open(map_pages["isochrones"])
    bands = page.locator(".leaflet-bands-pane path")
    assert bands.count() == 2
    assert (bands.first.get_attribute("aria-label") or "").startswith("Alpha, Car, within 60 min")
    page.get_by_role("radio", name="Gamma").check()
    assert (bands.last.get_attribute("aria-label") or "").startswith("Gamma, Car, within 30 min")
    page.get_by_role("radio", name="Public transport").check()
    assert bands.count() == 0
    page.get_by_role("radio", name="Beta").check()
    assert bands.count() == 2


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("너른", "Wide stop"), ("WIDE", "Lines: B1"), ("great", "Great station"), ("가람", "Alpha")],
)
def test_the_search_finds_by_both_names_and_switches_on_what_it_needs(
    visit: Visit, map_pages: dict[str, Path], typed: str, wanted: str
) -> None:
    page = visit.open(map_pages["places"])
    field = page.get_by_role("combobox")
    field.fill(typed)
    assert page.get_by_role("option").count() == 1
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "hit0"
    page.keyboard.press("Enter")
    assert wanted in _popup(page)
    assert page.get_by_role("option").count() == 0
    assert visit.tell() == []


def test_the_search_takes_a_click_says_when_nothing_is_found_and_closes_by_escape(
    visit: Visit, map_pages: dict[str, Path]
) -> None:
    page = visit.open(map_pages["pilots"])
    field = page.get_by_role("combobox")
    field.fill("nowhere")
    assert page.locator("output").inner_text() == "0"
    field.fill("m")
    assert page.get_by_role("option").all_inner_texts() == [
        "Gamma · 다온",
        "M one · 하나시",
        "M two",
    ]
    page.keyboard.press("Escape")
    assert page.get_by_role("option").count() == 0
    field.fill("m one")
    page.get_by_role("option").click()
    assert "Harbour · 182 hundred million won" in _popup(page)
    told = page.get_by_role("button", name="M one 하나시 Space").get_attribute("aria-label")
    assert "bus 7" in _popup(page)
    assert "bus 7" not in (told or "")
