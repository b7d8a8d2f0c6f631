"""No page bars anyone: axe-core finds no serious or critical violation."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import REQUIRED, Visit, needs_browser

if not REQUIRED:
    pytest.importorskip("axe_playwright_python.sync_playwright")

from axe_playwright_python.sync_playwright import Axe

pytestmark = needs_browser


PAGES = ("places", "isolation", "isochrones", "pilots", "before_after", "missing_links", "index")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit: Visit, map_pages: dict[str, Path], name: str) -> None:
    page = visit.open(map_pages[name])
    marks = page.locator(".glyph[tabindex='0']")
    if marks.count():
        marks.last.focus()
        page.keyboard.press("Enter")
    found = Axe().run(page).response["violations"]
    grave = [
        (each["id"], each["impact"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
    assert grave == []
