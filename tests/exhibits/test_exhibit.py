from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.errors import UsageError
from clustergeo.exhibits import Exhibit, StudyFacts


def _page(**changes: object) -> Exhibit:
    values: dict[str, object] = {
        "exhibit_id": "e",
        "title_ko": "제목",
        "title_en": "Title",
        "caption": "finding",
        "media_type": "text/html",
        "content": b"<!doctype html>",
    }
    return Exhibit(**(values | changes))


def test_saving_writes_the_content_and_makes_the_folder(tmp_path: Path) -> None:
    path = _page().save(tmp_path / "new" / "e.html")
    assert path.read_bytes() == b"<!doctype html>"


def test_a_wrong_suffix_is_refused_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"e is text/html, not a \.png file .* name the file x\.html"
    ):
        _page().save(tmp_path / "x.png")
    with pytest.raises(UsageError, match="not a bare file"):
        _page().save(tmp_path / "x")


def test_a_notebook_shows_a_page_in_a_frame_and_a_picture_as_it_is() -> None:
    page, picture = _page(), _page(media_type="image/png", content=b"png")
    assert (page._repr_html_() or "").startswith('<iframe src="data:text/html')
    assert page._repr_png_() is None
    assert picture._repr_html_() is None
    assert picture._repr_png_() == b"png"


def test_the_title_is_in_the_language_of_the_exhibit(facts: StudyFacts) -> None:
    assert (_page().title, _page(lang="en").title) == ("제목", "Title")
    assert (facts.title("ko"), facts.title("en")) == ("세 마을 연구", "A study of three towns")


def test_the_content_stays_out_of_the_repr() -> None:
    assert "doctype" not in repr(_page())


def test_a_picture_is_saved_in_the_form_of_its_suffix(tmp_path: Path) -> None:
    picture = _page(media_type="image/png", content=b"png", render=lambda suffix: suffix.encode())
    assert picture.suffixes == (".png", ".svg", ".pdf")
    for name, content in (("x.png", b"png"), ("x.SVG", b".svg"), ("x.pdf", b".pdf")):
        assert picture.save(tmp_path / name).read_bytes() == content
    assert _page().suffixes == (".html",)
