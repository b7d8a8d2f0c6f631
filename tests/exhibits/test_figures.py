from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from clustergeo.exhibits import Exhibit, StudyFacts, StudyTables, dumbbell, ratio_matrix
from clustergeo.exhibits._fonts import find_face
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.figures.sheet import Sheet

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

FIGURES = (dumbbell, ratio_matrix)
LANGUAGES: tuple[Language, ...] = ("ko", "en")
needs_korean = pytest.mark.skipif(find_face() is None, reason="no Korean font on this machine")
Draw = Callable[..., Exhibit]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Collect the figures as they are saved."""
    figures: list[Figure] = []
    png = Sheet.png

    def spy(sheet: Sheet, *, dpi: int = 200) -> bytes:
        figures.append(sheet.figure)
        return png(sheet, dpi=min(dpi, 30))  # sizes of text do not depend on it

    monkeypatch.setattr(Sheet, "png", spy)
    return figures


def _texts(figure: Figure) -> list[Text]:
    within = [text for axes in figure.axes for text in axes.texts]
    return [text for text in (*figure.texts, *within) if text.get_text().strip()]


def _box(text: Text, figure: Figure) -> Bbox:
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    return text.get_window_extent(renderer)


@pytest.mark.parametrize("draw", FIGURES)
def test_the_same_tables_give_the_same_bytes(
    draw: Draw, tables: StudyTables, facts: StudyFacts
) -> None:
    first, second = draw(tables, facts=facts), draw(tables, facts=facts)
    assert first.content == second.content
    assert first.content.startswith(b"\x89PNG")
    assert first.preview != first.content


@needs_korean
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("draw", FIGURES)
def test_no_two_labels_overlap_and_none_leaves_the_sheet(
    draw: Draw, lang: Language, tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    draw(tables, facts=facts, lang=lang)
    figure = drawn[0]
    texts = _texts(figure)
    boxes = {id(text): _box(text, figure) for text in texts}
    sheet = figure.bbox
    for text in texts:
        box = boxes[id(text)]
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= sheet.x1 and box.y1 <= sheet.y1
        assert inside, text.get_text()
    for one, other in combinations(texts, 2):
        # Boxes hold the space for letters that hang down; a pixel of it may touch.
        first, second = boxes[id(one)].padded(-1), boxes[id(other)].padded(-1)
        assert not first.overlaps(second), (one.get_text(), other.get_text())


@needs_korean
def test_korean_is_written_in_korean_without_a_box(
    tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    figure = dumbbell(tables, facts=facts)
    words = " ".join(text.get_text() for text in _texts(drawn[0]))
    assert figure.lang == "ko"
    assert "가람" in words
    assert "?" not in words


@pytest.mark.parametrize("draw", FIGURES)
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


@pytest.mark.parametrize("draw", FIGURES)
def test_blank_tables_still_give_a_figure(
    draw: Draw, tables: StudyTables, facts: StudyFacts, drawn: list[Figure]
) -> None:
    blank = tables.times.assign(minutes=float("nan"), p10_min=float("nan"), p90_min=float("nan"))
    draw(replace(tables, times=blank), facts=facts, lang="en")
    words = " ".join(text.get_text() for text in _texts(drawn[0]))
    assert "0 of 0" in words.replace("\n", " ")


@pytest.mark.parametrize("draw", FIGURES)
def test_hostile_names_are_drawn_as_text(
    draw: Draw, poisoned: tuple[str, StudyTables, StudyFacts], drawn: list[Figure]
) -> None:
    _, bad_tables, bad_facts = poisoned
    draw(bad_tables, facts=bad_facts)
    assert len(drawn) == 2


@pytest.mark.parametrize("draw", FIGURES)
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
    for draw in FIGURES:
        draw(many, facts=wide, lang="en")
    marks = [text.get_text() for text in drawn[0].axes[1].texts]
    assert sum(mark.startswith("T") and " " in mark for mark in marks) == len(names)
