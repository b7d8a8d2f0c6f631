from __future__ import annotations

import math

import pytest

from clustergeo.exhibits.style import (
    NO_DATA,
    RATIO_CLASSES,
    class_spans,
    ratio_class,
    sector_styles,
)


@pytest.mark.parametrize(
    ("ratio", "key"),
    [
        (0.0, "near"),
        (0.6, "near"),
        (0.604, "near"),
        (0.606, "nearer"),
        (0.999, "even"),
        (0.95, "even"),
        (1.0, "even"),
        (1.0001, "par"),
        (1.3, "far"),
        (9.0, "farther"),
        (math.inf, "farther"),
        (math.nan, "none"),
    ],
)
def test_classes_break_where_they_say(ratio: float, key: str) -> None:
    assert ratio_class(ratio).key == key


def test_the_capital_is_nearer_only_above_one() -> None:
    assert [each.capital_nearer for each in RATIO_CLASSES] == [False] * 3 + [True] * 3
    assert not NO_DATA.capital_nearer


def test_every_class_where_the_capital_is_nearer_has_a_dash_of_its_own() -> None:
    dashes = [each.dash for each in RATIO_CLASSES if each.capital_nearer]
    assert all(dashes)
    assert len(set(dashes)) == len(dashes)


def test_a_word_names_the_capital_in_both_languages() -> None:
    assert ratio_class(1.2).word("ko", "서울역") == "서울역 쪽이 빠름"
    assert ratio_class(1.2).word("en", "Seoul {x}") == "Seoul {x} faster"


def test_spans_print_the_bounds_of_all_classes() -> None:
    assert class_spans() == (
        "≤ 0.60", "0.60-0.90", "0.90-1.00", "1.00-1.10", "1.10-1.50", "> 1.50", "",
    )  # fmt: skip


def test_sectors_get_a_colour_and_a_shape_that_do_not_depend_on_order() -> None:
    names = ["d", "a", "c", "b", "e"]
    styles = sector_styles(names)
    assert styles == sector_styles(sorted(names))
    assert len({styles[name] for name in "abcd"}) == 4
    assert styles["e"] == styles["a"]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_on_every_class_has_a_contrast_of_at_least_4_5() -> None:
    for each in (*RATIO_CLASSES, NO_DATA):
        dark, light = sorted((_luminance(each.fill), _luminance(each.ink)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, each.key
