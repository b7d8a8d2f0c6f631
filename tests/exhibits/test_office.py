"""Workbook, report and layers: what is in them, and that names stay text."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from clustergeo.errors import MissingExtraError, OutputError
from clustergeo.exhibits import Exhibit, StudyFacts, StudyTables
from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits.office import layers as layers_module
from clustergeo.exhibits.office import workbook as workbook_module
from clustergeo.exhibits.office.document import document
from clustergeo.exhibits.office.extras import extra
from clustergeo.exhibits.office.gis import gis_layers
from clustergeo.exhibits.office.hangul import hangul
from clustergeo.exhibits.office.layers import geopackage, geoparquet
from clustergeo.exhibits.office.story import Story, tell
from clustergeo.exhibits.office.workbook import workbook
from clustergeo.exhibits.pages.report import report_page
from clustergeo.schemas.outputs import OUTPUTS
from clustergeo.times import desire_lines

HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1",
    "@sum",
    "-2+3",
    "<script>alert(1)</script>",
    "https://a.b",
)
# The smallest PNG: one white dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@pytest.fixture
def readings(tables: StudyTables, facts: StudyFacts) -> Readings:
    return Readings(tables, facts, "ko")


@pytest.fixture
def figure() -> Exhibit:
    words = {"title_ko": "아령", "title_en": "Dumbbell", "caption": "무엇이 보이나"}
    return Exhibit(exhibit_id="dumbbell", media_type="image/png", content=PNG, **words)


@pytest.fixture
def story(readings: Readings, figure: Exhibit) -> Story:
    links = pd.DataFrame(
        {
            "title_ko": ["새 선로"],
            "title_en": ["A new line"],
            "mode": ["transit"],
            "region_mean_before_min": [66.4],
            "region_mean_after_min": [58.1],
            "saved_min": [8.3],
            "cost_krw_bn": [float("nan")],
            "opening_year": [2034],
        }
    )
    verdicts = pd.DataFrame(
        {
            "claim_id": ["s4"],
            "mode": ["car"],
            "verdict": ["holds_except"],
            "sentence_ko": ["승용차로 보면 …"],
            "sentence_en": ["By car …"],
        }
    )
    figures = {"dumbbell": figure, "matrix": figure}
    return tell(readings, figures, verdicts=verdicts, links=links, notes=("a note",))


def _cells(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(
            book.read(name).decode() for name in book.namelist() if name.endswith(".xml")
        )


def test_a_workbook_holds_every_table_its_columns_and_the_minutes(readings: Readings) -> None:
    made = workbook(
        {"times": readings.tables.times}, OUTPUTS, readings, notes=("mind this",), decimals={}
    )
    text = _cells(made.content)
    for part in ("times", "열 설명", "시간행렬", "mind this", "door-to-door minutes; the median"):
        assert part in text
    assert "<autoFilter" in text
    assert 'state="frozen"' in text
    assert made.file_name == "study.xlsx"


def test_names_never_become_formulas_or_links(readings: Readings) -> None:
    table = pd.DataFrame({"name": HOSTILE, "value": [1.5, None, 3, 4, 5, 6]})
    content = workbook({"hostile": table}, {}, readings, decimals={"value": 1}).content
    text = _cells(content)
    assert "<f>" not in text
    assert "<hyperlink " not in text
    assert "&lt;script&gt;" in text


def test_a_workbook_is_the_same_every_time(readings: Readings) -> None:
    tables = {"times": readings.tables.times}
    assert workbook(tables, OUTPUTS, readings) == workbook(tables, OUTPUTS, readings)


def test_what_no_sheet_can_hold_is_refused(
    readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = pd.DataFrame({"text": ["x" * 40_000]})
    with pytest.raises(OutputError, match=r"sheet t, column text: a text too long .* - use the"):
        workbook({"t": long}, {}, readings)
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 2)
    with pytest.raises(OutputError, match=r"sheet t: too many rows \(2\) - use the CSV"):
        workbook({"t": pd.DataFrame({"a": [1, 2]})}, {}, readings)


def test_a_missing_package_is_named_with_its_extra() -> None:
    with pytest.raises(MissingExtraError, match=r'pip install "clustergeo\[office\]"'):
        extra("no_such_package.part", name="office", what="a workbook")


def test_the_report_tells_answer_first_and_counts_its_figures(story: Story) -> None:
    headings = [block.heading for block in story.blocks if block.heading]
    assert headings[:2] == ["무엇을 물었나", "무엇을 찾았나"]
    captions = [block.caption for block in story.blocks if block.figure]
    assert [caption[:4] for caption in captions] == ["그림 1", "그림 2"]
    grids = [block.grid for block in story.blocks if block.grid]
    assert [grid.caption[:3] for grid in grids[:3]] == ["표 1", "표 2", "표 3"]
    links = next(grid for grid in grids if "고립" in grid.caption)
    assert links.rows == (("새 선로", "대중교통", "66.4", "58.1", "8.3", "-", "2034"),)


def test_minutes_beyond_the_capital_are_bold(readings: Readings) -> None:
    grid = next(block.grid for block in tell(readings, {}).blocks if block.grid)
    bold = {(grid.rows[row][0], grid.head[column]) for row, column in grid.strong}
    # By public transport aa-cc and bb-aa take longer than to the capital.
    names = readings.name
    assert bold == {(names("aa"), names("cc")), (names("bb"), names("aa"))}


def test_three_forms_of_one_report(story: Story) -> None:
    page, word, hwpx = report_page(story), document(story), hangul(story)
    assert [each.file_name for each in (page, word, hwpx)] == [
        "report.html",
        "report.docx",
        "report.hwpx",
    ]
    html = page.content.decode()
    assert '<html lang="ko">' in html
    assert html.count("<caption>") == sum(block.grid is not None for block in story.blocks)
    assert "alt=" in html
    with zipfile.ZipFile(io.BytesIO(word.content)) as archive:
        text = archive.read("word/document.xml").decode()
        kinds = {member.date_time for member in archive.infolist()}
    assert kinds == {(1980, 1, 1, 0, 0, 0)}
    assert "w:tblHeader" in text
    assert 'descr="아령. 무엇이 보이나"' in text
    for row in ("새 선로", "a note", "승용차로 보면"):
        assert row in text
        assert row in html
    with zipfile.ZipFile(io.BytesIO(hwpx.content)) as archive:
        told = archive.read("Contents/section0.xml").decode()
    assert "새 선로" in told
    again = report_page(story), document(story), hangul(story)
    assert again == (page, word, hwpx)


def test_names_in_a_report_are_text(readings: Readings, figure: Exhibit) -> None:
    places = readings.tables.places.copy()
    places["name_ko"] = [HOSTILE[4]] * len(places)
    changed = StudyTables(places=places, times=readings.tables.times)
    facts = StudyFacts(
        title_ko=HOSTILE[4],
        title_en="",
        date="2026-11-18",
        window="07:00-09:00",
        capital_id=readings.capital_id,
        cluster_ids=readings.clusters,
        credits=(HOSTILE[4],),
    )
    html = report_page(tell(Readings(changed, facts, "ko"), {"dumbbell": figure})).content.decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_layers_open_coloured_and_keep_their_bytes(readings: Readings, tmp_path: Path) -> None:
    lines = desire_lines(readings.tables.times, readings.tables.places)
    areas = gpd.GeoDataFrame(
        {"place_id": ["aa"], "mode": ["car"], "minutes": [30.0]},
        geometry=[shapely.box(127, 36, 127.1, 36.1)],
        crs="EPSG:4326",
    )
    base = gpd.GeoDataFrame(
        {"layer": ["motorway", "trunk"]},
        geometry=[shapely.LineString([(127, 36), (128, 37)])] * 2,
        crs="EPSG:4326",
    )
    layers = gis_layers(readings, lines, basemap=base, isochrones=areas)
    made = geopackage(layers, date="2026-11-18")
    assert made == geopackage(layers, date="2026-11-18")
    path = tmp_path / made.file_name
    made.save(path)
    for name, layer in layers.items():
        read = gpd.read_file(path, layer=name)
        assert len(read) == len(layer)
        assert read.crs == layer.crs
    with sqlite3.connect(path) as database:
        styles = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        stamps = {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")}
    database.close()
    assert {"places", "desire_lines_transit", "isochrones", "basemap"} <= set(styles)
    assert all(
        re.search("<renderer-v2 type='categorizedSymbol'", style) for style in styles.values()
    )
    assert stamps == {"2026-11-18T00:00:00.000Z"}


def test_a_geopackage_without_its_index_is_refused() -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name)")
        database.execute("INSERT INTO gpkg_geometry_columns VALUES ('places', 'geom')")
        with pytest.raises(OutputError, match=r"study.gpkg: its spatial index could not be"):
            layers_module._refuse_unindexed(database)
    database.close()


def test_geoparquet_is_read_back(readings: Readings) -> None:
    made = geoparquet("places", readings.tables.places)
    read = gpd.read_parquet(io.BytesIO(made.content))
    assert read["place_id"].tolist() == readings.tables.places["place_id"].tolist()
    assert made.file_name == "places.parquet"
