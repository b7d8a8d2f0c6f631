"""One headless Chromium for all tests of pages, and what a reader would complain about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
REQUIRED = os.environ.get("CLUSTERGEO_REQUIRE_BROWSER") == "1"

if not REQUIRED:
    pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - skips before

needs_browser = [
    pytest.mark.no_cover,  # tracing would take longer than the tests
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium on this machine"),
]


@dataclass
class Visit:
    """A page, what its console said and what it asked the network for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: Path) -> Page:
        self.page.goto(path.as_uri())
        return self.page

    def tell(self) -> list[str]:
        """Return every complaint, and every request for anything but the file."""
        foreign = [url for url in self.requests if not url.startswith(("file:", "data:"))]
        return [*self.complaints, *foreign]


@contextmanager
def a_browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "CLUSTERGEO_REQUIRE_BROWSER is set but there is no Chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def a_visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    context.set_default_timeout(5000)
    made = Visit(context.new_page())
    made.page.on("console", lambda message: made.complaints.append(message.text))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("request", lambda request: made.requests.append(request.url))
    yield made
    context.close()
