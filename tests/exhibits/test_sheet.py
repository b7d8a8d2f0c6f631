from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.exhibits._fonts import latin_face
from clustergeo.exhibits.figures.labels import spread
from clustergeo.exhibits.figures.sheet import new_sheet

LABELS = st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 8)), min_size=1, max_size=8)


@settings(derandomize=True, deadline=None)
@given(LABELS)
def test_spread_labels_never_overlap_and_keep_their_order(
    labels: list[tuple[float, float]],
) -> None:
    wanted, widths = [each[0] for each in labels], [each[1] for each in labels]
    centres = spread(wanted, widths, gap=1, low=0, high=100)
    order = sorted(range(len(wanted)), key=lambda each: (wanted[each], each))
    for left, right in pairwise(order):
        assert centres[right] - centres[left] >= (widths[left] + widths[right]) / 2 + 1 - 1e-9
    for centre, width in zip(centres, widths, strict=True):
        assert centre - width / 2 >= -1e-9
        assert centre + width / 2 <= 100 + 1e-9


def test_labels_that_have_room_stay_where_they_want_to_be() -> None:
    assert spread([80, 10, 40], [5, 5, 5], gap=1, low=0, high=100) == [80, 10, 40]


def test_no_labels_need_no_room() -> None:
    assert spread([], [], gap=1, low=0, high=1) == []


def test_text_wraps_between_words_and_long_words_between_letters() -> None:
    with new_sheet(latin_face()) as sheet:
        whole = sheet.width("alpha beta", size_pt=12)
        assert sheet.wrap("alpha beta gamma", whole * 1.05, size_pt=12) == "alpha beta\ngamma"
        assert sheet.wrap("one\ntwo", 1, size_pt=12) == "one\ntwo"
        broken = sheet.wrap("m" * 40, whole, size_pt=12)
        assert broken.count("\n") >= 2
        assert broken.replace("\n", "") == "m" * 40
        for line in broken.split("\n"):
            assert sheet.width(line, size_pt=12) <= whole


def test_dollars_are_money_and_not_mathematics() -> None:
    with new_sheet(latin_face()) as sheet:
        text = sheet.write(sheet.figure, (0.5, 0.5), "$\\frac{1$ ${x}$")
        assert text.get_text() == "$\\frac{1$ ${x}$"
        assert sheet.png(dpi=20).startswith(b"\x89PNG")


def test_the_settings_of_the_user_neither_matter_nor_change() -> None:
    with mpl.rc_context({"font.size": 40.0, "axes.facecolor": "black"}):
        with new_sheet(latin_face()) as sheet:
            sheet.axes(0, 0, 1, 1)
            strange = sheet.png(dpi=20)
        assert mpl.rcParams["font.size"] == 40.0
    with new_sheet(latin_face()) as sheet:
        sheet.axes(0, 0, 1, 1)
        assert sheet.png(dpi=20) == strange


def test_a_picture_does_not_name_the_program_that_made_it() -> None:
    with new_sheet(latin_face()) as sheet:
        assert b"Software" not in sheet.png(dpi=20)


@pytest.mark.parametrize("finding", ["short", "word " * 60])
def test_a_finding_of_any_length_stays_on_the_sheet(finding: str) -> None:
    with new_sheet(latin_face()) as sheet:
        sheet.head("title", finding)
        sheet.foot(("note " * 100,))
        renderer = sheet.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        for text in sheet.figure.texts:
            assert text.get_window_extent(renderer).x1 <= renderer.width
