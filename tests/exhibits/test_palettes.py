"""How far apart the colours of each palette are, for people of normal and of other vision.

Distances are those of CAM02-UCS (Luo, Cui and Li 2006) under the usual viewing conditions of sRGB;
other vision is simulated after Machado, Oliveira and Fernandes (2009), full severity, on linear
light.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from numpy.typing import NDArray

from clustergeo.exhibits.minute_classes import MINUTE_CLASSES
from clustergeo.exhibits.style import (
    BLUE,
    CAPITAL_COLOUR,
    MODE_CLASSES,
    NO_DATA,
    PART_STYLES,
    RATIO_CLASSES,
    TIME_CLASSES,
    sector_styles,
)

Floats = NDArray[np.float64]

VISION = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
CONES = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
ADAPTING = 64 / np.pi / 5  # cd/m2: a grey surround in an office of 64 lx
BACKGROUND = 20 / 100


def _responses(xyz: Floats) -> Floats:
    """Return the adapted responses of the cones, white being the white of the screen."""
    white = CAT02 @ (TO_XYZ @ np.ones(3) * 100)
    degree = 1 - np.exp((-ADAPTING - 42) / 92) / 3.6
    adapted = (degree * 100 / white + 1 - degree) * (xyz @ CAT02.T)
    cones = adapted @ np.linalg.inv(CAT02).T @ CONES.T
    k = 1 / (5 * ADAPTING + 1)
    level = k**4 * ADAPTING + 0.1 * (1 - k**4) ** 2 * (5 * ADAPTING) ** (1 / 3)
    power = (level * np.abs(cones) / 100) ** 0.42
    return np.asarray(np.sign(cones) * 400 * power / (power + 27.13) + 0.1)


def _ucs(linear: Floats) -> Floats:
    """Return CAM02-UCS coordinates of linear sRGB."""
    k = 1 / (5 * ADAPTING + 1)
    level = k**4 * ADAPTING + 0.1 * (1 - k**4) ** 2 * (5 * ADAPTING) ** (1 / 3)
    induction = 0.725 * (1 / BACKGROUND) ** 0.2

    def achromatic(cones: Floats) -> Floats:
        return np.asarray((cones @ (2, 1, 1 / 20) - 0.305) * induction)

    cones = _responses(linear @ TO_XYZ.T * 100)
    white = _responses(TO_XYZ @ np.ones(3) * 100)
    red_green = cones @ (1, -12 / 11, 1 / 11)
    yellow_blue = cones @ (1, 1, -2) / 9
    hue = np.arctan2(yellow_blue, red_green)
    lightness = 100 * (achromatic(cones) / achromatic(white)) ** (
        0.69 * (1.48 + np.sqrt(BACKGROUND))
    )
    eccentricity = (np.cos(hue + 2) + 3.8) / 4
    strength = 50_000 / 13 * induction * eccentricity * np.hypot(red_green, yellow_blue)
    strength = strength / (cones @ (1, 1, 21 / 20))
    chroma = strength**0.9 * np.sqrt(lightness / 100) * (1.64 - 0.29**BACKGROUND) ** 0.73
    colourful = np.log1p(0.0228 * chroma * level**0.25) / 0.0228
    return np.stack(
        [
            1.7 * lightness / (1 + 0.007 * lightness),
            colourful * np.cos(hue),
            colourful * np.sin(hue),
        ],
        axis=-1,
    )


def smallest(colours: Sequence[str], vision: str) -> float:
    """Return the smallest distance between two colours."""
    shown = np.array([to_rgb(each) for each in colours])
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    seen = _ucs(np.clip(linear @ VISION[vision].T, 0, 1))
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))


@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [("tab10", 10, (20, 4, 1.6)), ("viridis", 5, (29, 18, 17)), ("RdYlGn", 6, (11, 0.5, 2.8))],
)
def test_the_ruler_gives_the_known_distances(
    name: str, count: int, expected: tuple[float, ...]
) -> None:
    if name == "tab10":
        colours = [to_hex(mpl.colormaps[name](each)) for each in range(count)]
    else:
        colours = [to_hex(mpl.colormaps[name](each)) for each in np.linspace(0, 1, count)]
    found = [smallest(colours, vision) for vision in VISION]
    assert found == pytest.approx(expected, abs=0.6)


PALETTES = {
    "ratio of trips": ([each.fill for each in (*RATIO_CLASSES, NO_DATA)], 12),
    "ratio of trips, lines": ([each.line for each in RATIO_CLASSES], 12),
    "ratio of modes": ([each.fill for each in MODE_CLASSES], 18),
    "minutes": (list(TIME_CLASSES.values()), 20),
    "minutes of trips": ([each.fill for each in MINUTE_CLASSES], 12),
    "minutes of trips, lines": ([each.line for each in MINUTE_CLASSES], 12),
    "parts of a trip": ([colour for colour, _ in PART_STYLES.values()], 12),
    "cluster and capital": ([BLUE, CAPITAL_COLOUR, "#FFFFFF"], 30),
    "cluster, other, capital": ([BLUE, "#007A59", CAPITAL_COLOUR], 15),
    "sectors": ([colour for colour, _ in sector_styles("abcd").values()], 12),
}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", PALETTES)
def test_colours_can_be_told_apart(name: str, vision: str) -> None:
    colours, least = PALETTES[name]
    assert smallest(colours, vision) >= least


def test_minutes_darken_the_sooner_so_that_grey_print_keeps_their_order() -> None:
    grey = [np.dot(to_rgb(each), (0.2126, 0.7152, 0.0722)) for each in TIME_CLASSES.values()]
    assert (np.diff(grey) > 0.1).all()


def test_parts_that_lie_side_by_side_differ_in_hatch_as_well() -> None:
    hatches = [hatch for _, hatch in PART_STYLES.values()]
    assert all(one != other for one, other in pairwise(hatches))
    assert len(set(hatches)) == len(hatches) - 1
