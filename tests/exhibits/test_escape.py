from __future__ import annotations

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.exhibits._escape import escape, one_line


def test_the_ten_characters_become_entities() -> None:
    assert escape("&<>\"'`$\\{}") == ("&#38;&#60;&#62;&#34;&#39;&#96;&#36;&#92;&#123;&#125;")


def test_korean_and_dashes_stay_as_they_are() -> None:
    assert escape("오송역 – KTX") == "오송역 – KTX"


def test_anything_but_text_is_turned_into_text() -> None:
    assert escape(12.5) == "12.5"


def test_line_separators_and_controls_become_spaces() -> None:
    assert one_line("a\u2028b\u2029c\r\nd\x00e") == "a b c  d e"


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_a_browser_shows_what_was_escaped(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped.replace("&#", "")) & set("<>\"'`$\\{}&")
    assert html.unescape(escaped) == one_line(text)
