"""Pages in a browser: hostile names stay text, nothing is cut on paper, no barrier to anyone."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Visit, needs_browser

pytestmark = needs_browser

MAPS = ("places", "isolation", "isochrones", "pilots", "before_after", "missing_links")
A4_WIDTH_PX = 688
"""The printed width of A4 between margins of 14 mm, at 96 dots an inch."""


@pytest.mark.parametrize("name", [*MAPS, "index"])
def test_hostile_names_stay_text_in_every_slot(
    visit: Visit, poisoned_pages: dict[str, Path], name: str
) -> None:
    page = visit.open(poisoned_pages[name])
    heading = page.locator("h1").first.inner_text()
    for piece in ("onerror=", "</script>", "`+(window", "${window", "C:\\path", "{braces}"):
        if name in {"places", "index"}:
            assert piece in heading
    for box in page.locator("form input[type='checkbox']").all():
        box.check()
    marks = page.locator("[tabindex='0'][role='button']")
    if name != "index":
        assert marks.count() > 3
        for mark in marks.all()[:6]:
            mark.focus()
            page.keyboard.press("Enter")
            shown = " ".join(page.locator(".leaflet-popup-content").inner_text().split())
            assert "window.__pwned='img'" in shown
            page.keyboard.press("Escape")
    if page.get_by_role("combobox").count():
        page.get_by_role("combobox").fill("<img")
        assert "</script>" in page.get_by_role("option").first.inner_text()
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert visit.tell() == []


def test_the_policy_stops_a_script_that_slipped_in(
    visit: Visit, map_pages: dict[str, Path], tmp_path: Path
) -> None:
    slipped = b"<img src='data:,' onerror='window.__pwned=1'><script>window.__pwned=1</script>"
    broken = tmp_path / "broken.html"
    broken.write_bytes(map_pages["index"].read_bytes().replace(b"</main>", slipped + b"</main>"))
    page = visit.open(broken)
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert any("Content Security Policy" in each for each in visit.complaints)


@pytest.mark.parametrize("name", MAPS)
def test_on_paper_a_still_picture_stands_for_the_map_and_nothing_is_cut(
    visit: Visit, map_pages: dict[str, Path], name: str
) -> None:
    page = visit.page
    page.set_viewport_size({"width": A4_WIDTH_PX, "height": 1000})
    page.emulate_media(media="print")
    visit.open(map_pages[name])
    still = page.locator("img.still")
    assert still.evaluate("image => image.naturalWidth") > 900
    box = still.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= A4_WIDTH_PX
    assert page.locator(".stage").evaluate("stage => stage.getBoundingClientRect().right") < 0
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_WIDTH_PX
    for part in ("table", ".legend", "footer", "header"):
        for each in page.locator(f"{part}:visible").all():
            edges = each.bounding_box()
            assert edges is not None
            assert edges["x"] + edges["width"] <= A4_WIDTH_PX + 1
    if name == "isolation":
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        assert paper.count(b"/Type /Page\n") == 2
    assert visit.tell() == []
