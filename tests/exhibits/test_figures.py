from __future__ import annotations

import datetime as dt
import pickle
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from clustergeo.errors import UsageError
from clustergeo.exhibits import Exhibit, StudyFacts, StudyTables
from clustergeo.exhibits._fonts import find_face
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.figures import sheet as sheets
from clustergeo.exhibits.figures.anatomy import anatomy
from clustergeo.exhibits.figures.departures import departures
from clustergeo.exhibits.figures.desire_lines import desire_lines
from clustergeo.exhibits.figures.dumbbell import dumbbell
from clustergeo.exhibits.figures.isochrone_panels import isochrone_panels
from clustergeo.exhibits.figures.location import crow_fly_km, location
from clustergeo.exhibits.figures.method import method
from clustergeo.exhibits.figures.mode_ratio import mode_ratio
from clustergeo.exhibits.figures.ratio_matrix import ratio_matrix
from clustergeo.exhibits.figures.sheet import Paper, Sheet
from clustergeo.exhibits.figures.time_space import time_space
from clustergeo.times import Departures, TravelTimes

untraced = pytest.mark.no_cover  # tracing would take longer than the tests

Draw = Callable[..., Exhibit]
WINDOW = Departures(dt.date(2024, 8, 6), dt.time(7), dt.time(7, 4))
COLUMNS = ("aa", "bb", "cc", "cap")


def _isochrones() -> gpd.GeoDataFrame:
    """Return squares around the clusters: half a degree wide after two hours."""
    at = {"aa": (127.40, 36.40), "bb": (127.33, 36.62), "cc": (127.45, 36.72)}
    rows: list[tuple[object, ...]] = []
    shapes = []
    for mode, speed in (("transit", 0.001), ("car", 0.004)):
        for place_id, (lon, lat) in at.items():
            for minutes in (15.0, 30.0, 60.0, 90.0, 120.0):
                half = speed * minutes * (1 + 0.1 * len(rows) / 30)
                none = mode == "transit" and place_id == "cc"
                shape = shapely.MultiPolygon() if none else shapely.MultiPolygon(
                    [shapely.box(lon - half, lat - half, lon + half, lat + half)]
                )  # fmt: skip
                area = np.nan if none else 10 * minutes + len(rows)
                told = ("no_service", "") if none else ("ok", "derived")
                rows.append((place_id, mode, minutes, area, *told))
                shapes.append(shape)
    names = ["place_id", "mode", "minutes", "area_km2", "status", "evidence"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry=shapes, crs="EPSG:4326")


def _samples() -> dict[str, TravelTimes]:
    """Return two draws of four departures: a train at 07:02 to cap, nothing to cc at the end."""
    minutes = np.full((4, 4, 8), 30.0)
    saw = [62.0, 61.0, 60.0, 90.0]
    minutes[:, 3] = [*saw, *saw]
    minutes[0, 1] = [40.0, 40.0, 40.0, 40.0, 50.0, 50.0, 50.0, 50.0]
    minutes[1, 2] = [30.0, 30.0, 30.0, np.nan] * 2
    minutes[2, 1] = np.nan
    return {"transit": TravelTimes("transit", pd.DataFrame(), minutes, COLUMNS, COLUMNS)}


def _validation() -> pd.DataFrame:
    rows = [
        ("car", "drive", "no", 7, -6.1, 8.4, 19.0, 0.43),
        ("transit", "door_to_door", "no", 3, -0.04, 4.0, 9.0, 0.5),
        ("transit", "in_vehicle", "no", 1, 0.8, 8.0, 6.0, 1.0),
        ("transit", "in_vehicle", "yes", 9, 0.0, 0.1, 1.0, 1.0),
        ("transit", "independent_search", "no", 50, 0.0, 0.1, 1.0, 1.0),
        ("car", "another", "no", 2, np.nan, np.nan, np.nan, np.nan),
    ]
    names = ["mode", "basis", "used_as_input", "pairs", "bias_min", "mae_min", "mape"]
    return pd.DataFrame(rows, columns=[*names, "within_5_min"])


LAND = gpd.GeoDataFrame(
    {"layer": ["land", "province", "motorway"]},
    geometry=[
        shapely.box(126.0, 35.0, 129.0, 38.0),
        shapely.LineString([(126.5, 35.5), (128.5, 37.5)]),
        shapely.LineString([(127.0, 36.0), (127.4, 36.8), (127.0, 37.6)]),
    ],
    crs="EPSG:4326",
)
GIVEN: dict[Draw, dict[str, object]] = {
    desire_lines: {"basemap": LAND},
    isochrone_panels: {"basemap": LAND, "isochrones": _isochrones()},
    location: {"basemap": LAND},
    mode_ratio: {"basemap": LAND},
    departures: {"samples": _samples(), "departures": WINDOW},
    method: {"validation": _validation()},
}
"""What a figure is drawn from besides tables and facts."""

FIGURES: tuple[Draw, ...] = (
    *(anatomy, departures, desire_lines, dumbbell, isochrone_panels),
    *(location, method, mode_ratio, ratio_matrix, time_space),
)
WORDED = (dumbbell, ratio_matrix)
LANGUAGES: tuple[Language, ...] = ("ko", "en")
PAPERS: tuple[Paper, ...] = ("slide", "a4")
needs_korean = pytest.mark.skipif(find_face() is None, reason="no Korean font on this machine")


def _drawn(draw: Draw, tables: StudyTables, facts: StudyFacts, **options: object) -> Exhibit:
    return draw(tables, facts=facts, **{**GIVEN.get(draw, {}), **options})


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Collect the figures as they are saved, without making pixels of them."""
    figures: list[Figure] = []

    def spy(sheet: Sheet) -> Image.Image:
        figures.append(sheet.figure)
        return Image.new("RGB", (32, 18))

    monkeypatch.setattr(Sheet, "image", spy)
    return figures


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw few pixels: where they stand does not depend on how many there are."""
    monkeypatch.setattr(sheets.Sheet.image, "__kwdefaults__", {"dpi": 30})


def _texts(figure: Figure) -> list[Text]:
    within = [text for axes in figure.axes for text in axes.texts]
    return [text for text in (*figure.texts, *within) if text.get_text().strip()]


def _box(text: Text, figure: Figure) -> Bbox:
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    return text.get_window_extent(renderer)


@untraced
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("draw", FIGURES)
def test_the_same_tables_give_the_same_bytes(
    draw: Draw, tables: StudyTables, facts: StudyFacts
) -> None:
    first, second = _drawn(draw, tables, facts), _drawn(draw, tables, facts)
    assert first.content == second.content
    assert first.content.startswith(b"\x89PNG")
    assert first.preview != first.content


@pytest.mark.usefixtures("drawn")
def test_svg_and_pdf_are_the_same_on_every_run_and_name_no_date(
    tables: StudyTables, facts: StudyFacts, tmp_path: Path
) -> None:
    first, second = (_drawn(mode_ratio, tables, facts) for _ in range(2))
    for suffix in (".svg", ".pdf"):
        ours = first.save(tmp_path / f"first{suffix}").read_bytes()
        assert ours == second.save(tmp_path / f"second{suffix}").read_bytes()
        assert not re.search(rb"CreationDate|<dc:date>|Producer|Matplotlib v", ours)
    assert ours.startswith(b"%PDF")
    assert first.suffixes == (".png", ".svg", ".pdf")
    with pytest.raises(UsageError, match=r"name the file x\.png or x\.svg or x\.pdf"):
        first.save(tmp_path / "x.jpg")


@needs_korean
@pytest.mark.usefixtures("drawn")
def test_korean_can_be_searched_in_the_pdf(
    tables: StudyTables, facts: StudyFacts, tmp_path: Path
) -> None:
    content = dumbbell(tables, facts=facts).save(tmp_path / "x.pdf").read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    maps = b""
    for stream in streams:
        try:
            maps += zlib.decompress(stream)
        except zlib.error:
            continue
    # The table from glyphs to letters, by which a reader searches.
    assert b"beginbf" in maps
    for letter in "\uac00\ub78c":
        assert f"{ord(letter):04x}".encode() in maps.lower()


@pytest.mark.usefixtures("coarse")
def test_a_figure_can_be_sent_to_another_process(
    tables: StudyTables, facts: StudyFacts, tmp_path: Path
) -> None:
    exhibit = dumbbell(tables, facts=facts)
    sent = pickle.loads(pickle.dumps(exhibit))  # noqa: S301 - our own
    assert sent.content == exhibit.content
    for name, each in (("a.svg", exhibit), ("b.svg", sent)):
        each.save(tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_paper_that_is_none_is_refused(tables: StudyTables, facts: StudyFacts) -> None:
    with pytest.raises(UsageError, match=r"paper: no such size \(a3\) - use slide, a4"):
        dumbbell(tables, facts=facts, paper="a3")


@untraced
@needs_korean
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("draw", FIGURES)
def test_no_two_labels_overlap_and_none_leaves_the_sheet(
    draw: Draw,
    lang: Language,
    paper: Paper,
    tables: StudyTables,
    facts: StudyFacts,
    drawn: list[Figure],
) -> None:
    _drawn(draw, tables, facts, lang=lang, paper=paper)
    figure = drawn[0]
    words = [text.get_text() for text in _texts(figure)]
    boxes = np.array([_box(text, figure).extents for text in _texts(figure)])
    sheet = figure.bbox
    inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= (sheet.x1, sheet.y1)).all(axis=1)
    assert inside.all(), np.array(words)[~inside]
    # Boxes hold the space for letters that hang down; a pixel of it may touch.
    low, high = boxes[:, :2] + 1, boxes[:, 2:] - 1
    apart = (low[:, None] >= high) | (low >= high[:, None])
    overlaps = np.argwhere(np.triu(~apart.any(axis=2), 1))
    assert not len(overlaps), [(words[one], words[other]) for one, other in overlaps]


@needs_korean
def test_korean_is_written_in_korean_without_a_box(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    figure = dumbbell(tables, facts=facts)
    words = " ".join(text.get_text() for text in _texts(drawn[0]))
    assert figure.lang == "ko"
    assert "가람" in words
    assert "?" not in words


@pytest.mark.parametrize("draw", WORDED)
def test_the_largest_text_is_the_finding(
    draw: Draw, tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    draw(tables, facts=facts, lang="en")
    largest = max(drawn[0].texts, key=lambda text: float(text.get_fontsize()))
    assert largest.get_text().replace("\n", " ") == (
        "Trips between clusters that take longer than the trip to Capital Station: "
        "Public transport 2 of 5, Car 0 of 6"
    )


def test_the_dumbbell_lays_the_statement_open_by_origin(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    dumbbell(tables, facts=facts, lang="en")
    words = [text.get_text().replace("\n", " ") for text in _texts(drawn[0])]
    assert "Capital Station 40 min longer true in 2 % of cases" in words
    assert "about even (3 min) true in 55 % of cases" in words
    assert "Capital Station 70 min longer" in words
    assert "The quoted statement: “The capital is faster”" in words


def test_the_dumbbell_puts_the_cluster_with_the_nearest_capital_on_top(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    dumbbell(tables, facts=facts, lang="en")
    names = [text.get_text() for text in drawn[0].axes[1].texts]
    order = [name for name in names if name in {"Alpha", "Beta", "Gamma"}]
    # Margins to the nearest cluster: Alpha 100 - 60, Beta 80 - 40, Gamma 120 - 45.
    assert order == ["Alpha", "Beta", "Gamma"]


def test_the_matrix_sets_bold_where_the_capital_is_faster(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    ratio_matrix(tables, facts=facts, lang="en")
    cells = {text.get_text(): text for axes in drawn[0].axes for text in axes.texts}
    bold = cells["1.30"].get_fontproperties().get_file()
    plain = cells["0.60"].get_fontproperties().get_file()
    assert bold != plain
    assert cells["1.04"].get_fontproperties().get_file() == bold
    assert "no timetabled trip" in {text.replace("\n", " ") for text in cells}


NOTHING = {
    anatomy: "No trip by public transport is known",
    departures: "No trip by public transport is known by departure",
    desire_lines: "Public transport 0 of 0",
    dumbbell: "Public transport 0 of 0",
    isochrone_panels: "Nothing is reached within 60 minutes",
    location: "As the crow flies clusters lie 15-36 km apart",
    method: "A route was found for 0 % of 21 trips",
    mode_ratio: "No trip is known both by public transport and by car",
    ratio_matrix: "Public transport 0 of 0",
    time_space: "Too few times to draw a map of time",
}


@pytest.mark.parametrize("draw", FIGURES)
def test_blank_tables_still_give_a_figure(
    draw: Draw, tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    blank = tables.times.assign(minutes=float("nan"), p10_min=float("nan"), p90_min=float("nan"))
    empty: dict[Draw, dict[str, object]] = {
        isochrone_panels: {"isochrones": _isochrones().iloc[:0]},
        departures: {"samples": {}},
        method: {"validation": None},
    }
    times = replace(tables, times=blank)
    exhibit = _drawn(draw, times, facts, lang="en", **empty.get(draw, {}))
    words = " ".join(text.get_text() for text in _texts(drawn[0]))
    assert NOTHING[draw] in words.replace("\n", " ")
    assert NOTHING[draw] in exhibit.caption


@untraced
def test_hostile_names_are_drawn_as_text(
    poisoned: tuple[str, StudyTables, StudyFacts], drawn: list[Figure]
) -> None:
    bad, bad_tables, bad_facts = poisoned
    # All of them get the letters that mean something to matplotlib.
    figures = FIGURES if "$" in bad else WORDED
    for draw in figures:
        _drawn(draw, bad_tables, bad_facts)
    assert len(drawn) == len(figures)


@pytest.mark.parametrize("draw", WORDED)
def test_one_mode_and_no_statement_leave_half_the_sheet_free(
    draw: Draw, tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    car = tables.times.loc[tables.times["mode"] == "car"]
    silent = replace(facts, statement=None)
    draw(replace(tables, times=car), facts=silent, lang="en")
    assert len(drawn[0].axes) == 2


def test_more_than_five_clusters_name_the_nearest_only(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    names = [f"t{number}" for number in range(7)]
    places = pd.concat(
        [tables.places, *(tables.places.iloc[[0]].assign(place_id=name) for name in names)],
        ignore_index=True,
    )
    row = tables.times.iloc[[0]]
    pairs = [(a, b) for a in names for b in [*names, "cap"] if a != b]
    times = pd.concat(
        [
            row.assign(from_id=a, to_id=b, minutes=10.0 + 7 * rank % 50)
            for rank, (a, b) in enumerate(pairs)
        ],
        ignore_index=True,
    )
    labels = {name: (name.upper(), name.upper()) for name in names}
    wide = replace(facts, cluster_ids=tuple(names), labels=labels, statement=None)
    many = replace(tables, places=places, times=times)
    for draw in (dumbbell, *FIGURES):
        _drawn(draw, many, wide, lang="en")
    marks = [text.get_text() for text in drawn[0].axes[1].texts]
    assert sum(mark.startswith("T") and " " in mark for mark in marks) == len(names)


def _finding(draw: Draw, tables: StudyTables, facts: StudyFacts, **options: object) -> str:
    return _drawn(draw, tables, facts, lang="en", **options).caption


@pytest.mark.usefixtures("drawn")
def test_the_findings_are_those_counted_by_hand(tables: StudyTables, facts: StudyFacts) -> None:
    capital = "Capital Station"
    # Ratios: 60/30, 130/50, 83/30, 40/20, 45/20; to the capital 100/100, 80/100, 120/100.
    assert _finding(mode_ratio, tables, facts) == (
        "Public transport takes 2.0-2.8 times as long as a car between clusters, "
        f"0.8-1.2 times to {capital}"
    )
    # Five trips of 358 min in all: 5 + 6 + 0 + 3 outside the vehicle, each.
    assert _finding(anatomy, tables, facts) == (
        "Between clusters 80 % of the time by public transport is spent riding; access takes 7, "
        "waiting 8, changing 0, egress 4 %"
    )
    assert _finding(departures, tables, facts) == (
        f"The trip that departures change most: Alpha to {capital}, 60-90 min"
    )
    # 70 % of the 20 trips known are derived, none is estimated; 4 pairs of the search left out.
    assert _finding(method, tables, facts) == (
        "A route was found for 95 % of 21 trips; 0 % of the values rest on estimates; mean error "
        "against published times: Public transport 5.0 min (n=4), Car 8.4 min (n=7)"
    )
    assert _finding(isochrone_panels, tables, facts) == (
        "Reached within 60 minutes: Public transport 602 km² (Alpha) to 607 km² (Beta), "
        "Car 617 km² (Alpha) to 627 km² (Gamma)"
    )
    assert _finding(desire_lines, tables, facts) == (
        f"Clusters for which {capital} is nearer than the nearest other cluster: "
        "Public transport 0 of 3, Car 0 of 3"
    )
    at = {"aa": (36.40, 127.40), "bb": (36.62, 127.33), "cc": (36.72, 127.45)}
    km = sum(crow_fly_km(at[a], at[b]) for a in at for b in at if a != b)
    assert f"Car {200 * 10 / km:.0f} min between clusters" in _finding(time_space, tables, facts)


def test_isochrones_say_in_which_class_the_capital_lies_and_why_there_is_none(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    near = _isochrones()
    at = near["mode"].eq("car") & near["place_id"].eq("aa") & near["minutes"].ge(90)
    near.loc[at, "geometry"] = shapely.MultiPolygon([shapely.box(126, 36, 128, 38)])
    _drawn(isochrone_panels, tables, facts, lang="en", isochrones=near)
    words = [text.get_text() for text in _texts(drawn[0])]
    assert "617 km² in 60 min · ★ ≤ 90" in words
    assert "622 km² in 60 min · ★ > 120" in words
    assert "no timetabled trip · ★ > 120" in words


def test_a_map_of_time_keeps_to_the_minutes_and_prints_its_worst_error(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    _drawn(time_space, tables, facts, lang="en")
    words = [text.get_text().replace("\n", " ") for text in _texts(drawn[0])]
    told = [word for word in words if word.startswith("Worst error")]
    assert len(told) == 2
    assert all(", to Capital Station " in each and "stress" in each for each in told)


def test_a_pair_served_at_a_part_of_the_departures_is_told(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    pairs = [("bb", "cc"), ("cc", "bb"), ("aa", "no_such")]
    _drawn(departures, tables, facts, lang="en", pairs=pairs)
    words = " ".join(text.get_text() for text in _texts(drawn[0])).replace("\n", " ")
    assert "Beta → Gamma: a trip at 75 % of 07:00-09:00" in words
    assert "Gamma → Beta: a trip at 0 % of 07:00-09:00" in words


def test_departures_of_another_window_are_not_drawn(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    other = Departures(dt.date(2024, 8, 6), dt.time(7), dt.time(7, 5))
    caption = _drawn(departures, tables, facts, lang="en", departures=other).caption
    assert caption.startswith("No trip by public transport")
    assert len(drawn) == 1
