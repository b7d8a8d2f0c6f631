from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from clustergeo.exhibits import _webfont
from clustergeo.exhibits._webfont import font_face


@pytest.fixture(autouse=True)
def _fresh() -> None:
    _webfont._woff.cache_clear()


def letters_of(style: str) -> set[str]:
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", style)
    assert data
    with TTFont(io.BytesIO(base64.b64decode(data.group(1)))) as font:
        return {chr(code) for code in font.getBestCmap()}


def test_only_the_letters_of_the_page_are_embedded() -> None:
    assert letters_of(font_face("대덕 in ASCII")) == {"대", "덕"}


def test_letters_in_the_scripts_of_a_page_count() -> None:
    assert letters_of(font_face(r"var name = '\uc624\uc1a1'")) == {"오", "송"}


def test_the_same_letters_give_the_same_bytes() -> None:
    first = font_face("세종")
    _webfont._woff.cache_clear()
    assert font_face("종세종") == first


def test_a_page_in_ascii_needs_no_font() -> None:
    assert font_face("plain") == ""


def test_without_a_free_font_nothing_is_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> list[Path]:
        return []

    monkeypatch.setattr(_webfont, "package_fonts", none)
    assert font_face("오창") == ""
