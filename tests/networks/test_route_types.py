from __future__ import annotations

import pytest

from clustergeo.networks.route_types import MODES, mode_of


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (0, "tram"),
        (1, "metro"),
        (2, "rail"),
        (3, "bus"),
        (4, "ferry"),
        (5, "cable_tram"),
        (6, "aerial_lift"),
        (7, "funicular"),
        (8, "other"),
        (11, "trolleybus"),
        (12, "monorail"),
        (100, "rail"),
        (101, "high_speed_rail"),
        (109, "rail"),
        (200, "coach"),
        (208, "coach"),
        (300, "rail"),
        (401, "metro"),
        (405, "monorail"),
        (500, "metro"),
        (700, "bus"),
        (717, "bus"),
        (800, "trolleybus"),
        (906, "tram"),
        (1000, "ferry"),
        (1100, "air"),
        (1200, "ferry"),
        (1300, "aerial_lift"),
        (1400, "funicular"),
        (1501, "taxi"),
        (1700, "other"),
        (99_999, "other"),
    ],
)
def test_a_code_stands_for_a_mode(code: int, key: str) -> None:
    assert mode_of(code) is MODES[key]


def test_every_mode_has_two_names_and_a_speed() -> None:
    for key, mode in MODES.items():
        assert mode.key == key
        assert mode.en
        assert mode.ko
        assert mode.fastest_kph > 0
