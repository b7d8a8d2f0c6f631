from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from matplotlib import font_manager

from clustergeo.errors import UsageError
from clustergeo.exhibits import (
    StudyFacts,
    StudyTables,
    _fonts,
    dumbbell,
    isolation_map,
    places_map,
)
from clustergeo.exhibits._fonts import find_face, latin_face

KOREAN = find_face()
needs_korean = pytest.mark.skipif(KOREAN is None, reason="no Korean font on this machine")


@pytest.fixture
def no_korean_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_fonts, "package_fonts", list)
    monkeypatch.setattr(_fonts, "_system_fonts", list)
    _fonts._installed_face.cache_clear()
    yield
    _fonts._installed_face.cache_clear()


@needs_korean
def test_the_face_found_writes_korean_and_shows_other_letters_as_question_marks() -> None:
    assert KOREAN is not None
    assert KOREAN.printable("오송 KTX\n\U0001f600") == "오송 KTX\n?"


@needs_korean
def test_a_font_named_is_used() -> None:
    assert KOREAN is not None
    face = find_face(KOREAN.regular)
    assert face is not None
    assert face.regular == KOREAN.regular


def test_a_font_without_korean_is_refused_with_the_remedy() -> None:
    with pytest.raises(
        UsageError, match=r'cannot write Korean .* pip install "clustergeo\[fonts\]"'
    ):
        find_face(latin_face().regular)


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(b"not a font")
    with pytest.raises(UsageError, match="is not a readable font"):
        find_face(path)
    with pytest.raises(UsageError, match="is not a readable font"):
        find_face(tmp_path / "missing.ttf")


@pytest.mark.usefixtures("no_korean_font")
def test_without_a_korean_font_the_figure_is_english_and_one_warning_names_the_remedy(
    caplog: pytest.LogCaptureFixture,
    tables: StudyTables,
    facts: StudyFacts,
) -> None:
    with caplog.at_level(logging.WARNING):
        first = dumbbell(tables, facts=facts)
        second = dumbbell(tables, facts=facts)
    assert (first.lang, first.content) == ("en", second.content)
    assert "Capital Station" in first.caption
    warnings = [record.getMessage() for record in caplog.records]
    assert len(warnings) == 1
    assert 'pip install "clustergeo[fonts]"' in warnings[0]


@pytest.mark.usefixtures("no_korean_font")
def test_without_a_korean_font_still_pictures_are_english_and_pages_korean(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    for draw in (isolation_map, places_map):
        korean = draw(tables, facts=facts, basemap=basemap, lang="ko")
        english = draw(tables, facts=facts, basemap=basemap, lang="en")
        assert korean.lang == "ko"
        assert korean.preview == english.preview


@needs_korean
def test_a_letter_that_cannot_be_written_is_told_once_with_the_remedy(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert KOREAN is not None
    _fonts._tell_lacking.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert KOREAN.printable("\U0001f600\u2028") == "??"
        KOREAN.printable("again \U0001f600")
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "(U+2028)" in told[0]
    assert "(\U0001f600 U+1F600), a ? is drawn - change the name" in told[1]


def test_a_missing_extra_package_leaves_the_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_fonts, "_PACKAGE", "no_such_package")
    assert _fonts.package_fonts() == []


def test_system_fonts_are_ranked_by_family_then_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        "/f/NotoSansCJK-Bold.ttc",
        "/f/malgunbd.ttf",
        "/f/Arial.ttf",
        "/f/NanumGothic-Bold.ttf",
        "/f/malgunsl.ttf",
        "/f/malgun.ttf",
        "/f/NotoSansCJK-Regular.ttc",
    ]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: files)
    assert [path.name for path in _fonts._system_fonts()] == [
        "malgun.ttf",
        "malgunbd.ttf",
        "malgunsl.ttf",
        "NanumGothic-Bold.ttf",
        "NotoSansCJK-Regular.ttc",
        "NotoSansCJK-Bold.ttc",
    ]


def test_a_font_without_a_bold_cut_stands_in_for_it(tmp_path: Path) -> None:
    lone = tmp_path / "lone.ttf"
    lone.write_bytes(latin_face().regular.read_bytes())
    face = _fonts._face(lone)
    assert face.bold == face.regular == lone
