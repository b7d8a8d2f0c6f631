"""The pages as a reader meets them: opened from a folder, in a browser without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import pytest

from clustergeo.exhibits import (
    Exhibit,
    StudyFacts,
    StudyTables,
    gallery,
    isolation_map,
    places_map,
)

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
REQUIRED = os.environ.get("CLUSTERGEO_REQUIRE_BROWSER") == "1"

pytestmark = [
    pytest.mark.no_cover,  # tracing would take longer than the tests
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "CLUSTERGEO_REQUIRE_BROWSER is set but there is no Chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Visit:
    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    made = Visit(context.new_page())
    made.page.on("console", lambda message: made.complaints.append(message.text))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("request", lambda request: made.requests.append(request.url))
    yield made
    context.close()


def _open(visit: Visit, exhibit: Exhibit, folder: Path) -> Page:
    path = exhibit.save(folder / exhibit.file_name)
    visit.page.goto(path.as_uri())
    visit.page.wait_for_load_state("load")
    return visit.page


def _foreign(visit: Visit) -> list[str]:
    return [url for url in visit.requests if not url.startswith(("file:", "data:"))]


def test_the_isolation_map_draws_switches_and_explains_without_a_network(
    visit: Visit,
    tables: StudyTables,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    tmp_path: Path,
) -> None:
    page = _open(visit, isolation_map(tables, facts=facts, basemap=basemap, lang="en"), tmp_path)
    assert page.locator("path.leaflet-interactive").count() == 9
    transit = page.locator(".pill").all_inner_texts()
    assert "130" in transit
    page.get_by_label("Car", exact=True).check()
    car = page.locator(".pill").all_inner_texts()
    assert "130" not in car
    assert len(car) == len(transit) == 6
    line = page.locator("path.leaflet-interactive").last
    line.focus()
    told = page.locator(".leaflet-tooltip").last.inner_text()
    assert "min" in told
    assert " ".join(told.split()) == line.get_attribute("aria-label")
    assert visit.complaints == []
    assert _foreign(visit) == []


def test_the_location_map_shows_and_hides_its_layers(
    visit: Visit,
    tables: StudyTables,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    tmp_path: Path,
) -> None:
    page = _open(visit, places_map(tables, facts=facts, basemap=basemap, lang="en"), tmp_path)
    before = page.locator(".glyph").count()
    page.get_by_label("Stations, terminals, interchanges").check()
    assert page.locator(".glyph").count() == before + 1
    page.get_by_label("Clusters", exact=True).uncheck()
    assert page.locator(".glyph").count() == before - 2
    page.locator(".glyph").first.focus()
    assert page.locator(".leaflet-tooltip").is_visible()
    assert "Somebody" in page.locator(".leaflet-control-attribution").inner_text()
    assert visit.complaints == []
    assert _foreign(visit) == []


def test_hostile_names_stay_text_in_every_slot(
    visit: Visit,
    poisoned: tuple[str, StudyTables, StudyFacts],
    basemap: gpd.GeoDataFrame,
    tmp_path: Path,
) -> None:
    payload, bad_tables, bad_facts = poisoned
    for draw in (isolation_map, places_map):
        page = _open(visit, draw(bad_tables, facts=bad_facts, basemap=basemap), tmp_path)
        assert page.locator("path.leaflet-interactive, .glyph").count() > 5
        for mark in page.locator("[tabindex='0'].leaflet-interactive").all()[:12]:
            mark.focus()
        shown = page.locator(".leaflet-tooltip").last.inner_text()
        seen = " ".join(payload.replace("\u2028", " ").replace("\u2029", " ").split())
        assert seen in " ".join(shown.split())
        assert page.evaluate("typeof window.__pwned") == "undefined"
    index = gallery({}, bad_tables, facts=bad_facts, files={"a.csv": (payload, payload)})
    page = _open(visit, index, tmp_path)
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert page.locator("table").count() >= 4
    assert visit.complaints == []
    assert _foreign(visit) == []


def test_the_policy_stops_a_script_that_slipped_in(
    visit: Visit,
    tables: StudyTables,
    facts: StudyFacts,
    tmp_path: Path,
) -> None:
    made = gallery({}, tables, facts=facts)
    slipped = b"<img src='data:,' onerror='window.__pwned=1'><script>window.__pwned=1</script>"
    broken = made.content.replace(b"</main>", slipped + b"</main>")
    page = _open(visit, replace(made, content=broken), tmp_path)
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert any("Content Security Policy" in each for each in visit.complaints)


def test_on_paper_a_still_picture_stands_for_the_map(
    visit: Visit,
    tables: StudyTables,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    tmp_path: Path,
) -> None:
    visit.page.emulate_media(media="print")
    for draw in (isolation_map, places_map):
        page = _open(visit, draw(tables, facts=facts, basemap=basemap), tmp_path)
        assert page.locator("img.still").is_visible()
        assert page.locator("img.still").evaluate("image => image.naturalWidth") > 500
        assert page.locator(".stage").evaluate("stage => stage.getBoundingClientRect().right") < 0
    assert visit.complaints == []
