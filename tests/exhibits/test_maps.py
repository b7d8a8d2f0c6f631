from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import pytest

from clustergeo.exhibits import StudyFacts, StudyTables, isolation_map, places_map
from clustergeo.exhibits.exhibit import Language


def test_the_same_tables_give_the_same_bytes(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    for draw in (places_map, isolation_map):
        first = draw(tables, facts=facts, basemap=basemap)
        second = draw(tables, facts=facts, basemap=basemap)
        assert first.content == second.content
        assert first.preview == second.preview


def test_drawing_leaves_the_tables_as_they_were(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    places, times, ground = tables.places.copy(), tables.times.copy(), basemap.copy()
    places_map(tables, facts=facts, basemap=basemap)
    isolation_map(tables, facts=facts, basemap=basemap)
    assert places.equals(tables.places)
    assert times.equals(tables.times)
    assert ground.equals(basemap)


@pytest.mark.parametrize(("lang", "word"), [("ko", "대중교통 5개 중 2개"), ("en", "2 of 5")])
def test_the_isolation_map_states_the_finding_it_computes(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame, lang: Language, word: str
) -> None:
    page = isolation_map(tables, facts=facts, basemap=basemap, lang=lang)
    text = page.content.decode()
    assert word in page.caption
    assert f'<p class="finding">{page.caption}</p>' in text
    assert f'<html lang="{lang}">' in text


def test_a_tooltip_tells_minutes_range_anatomy_legs_and_evidence(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    text = isolation_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    tooltip = re.search(r"<b>Alpha → Gamma<\\/b>(.*?)`", text, flags=re.DOTALL)
    assert tooltip is not None
    for part in (
        "130 min",
        "p10-p90 117-156 min",
        "1.30 times the trip to Capital Station",
        "Capital Station faster",
        "min: access 5 · wait 6 · ride 116 · transfer 0 · egress 3",
        "walk &#62; bus 1 &#62; walk",
        "evidence: published",
    ):
        assert part in tooltip.group(1)


def test_a_pair_without_a_trip_says_why(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    text = isolation_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "<b>Gamma → Alpha<\\/b><br>다온 → 가람<br>no timetabled trip" in text
    without = tables.times.loc[
        ~((tables.times["from_id"] == "cc") & (tables.times["to_id"] == "aa"))
    ]
    bare = replace(tables, times=without)
    text = isolation_map(bare, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "<b>Gamma → Alpha<\\/b><br>다온 → 가람<br>no value" in text


def test_the_fastest_capital_point_stands_at_each_cluster(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    text = isolation_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "fastest capital point: Capital South 90 min" in text
    blank = replace(tables, times=tables.times.assign(minutes=float("nan")))
    text = isolation_map(blank, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "fastest capital point" not in text


def test_without_a_statement_there_is_no_quotation(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    silent = replace(facts, statement=None)
    assert "“" not in isolation_map(tables, facts=silent, basemap=basemap).content.decode()


def test_the_location_map_counts_what_it_holds(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    page = places_map(tables, facts=facts, basemap=basemap, lang="en")
    assert page.caption == (
        "Clusters 3 · Capital points 2 · Sites of the clusters 1 · Other places 1 · "
        "Stations, terminals, interchanges 1 · Municipalities with pilot projects 2"
    )


def test_pilot_municipalities_carry_project_sector_and_budget(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    text = places_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "Harbour · 182 hundred million won" in text
    assert "Garden · - hundred million won" in text
    assert "<b>M two<\\/b>" in text
    korean = places_map(tables, facts=facts, basemap=basemap).content.decode()
    assert "<b>M two<\\/b>" in korean  # it has no Korean name
    # A municipality whose project is not in the table is not a pilot municipality.
    assert "셋시" not in text


def test_without_projects_the_map_shows_places_alone(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    bare = replace(tables, projects=None, municipalities=None)
    page = places_map(bare, facts=facts, basemap=basemap, lang="en")
    assert "pilot" not in page.caption


def test_unknown_accuracy_and_missing_names_are_said(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    text = places_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "accuracy unknown" in text
    assert "<b>Own place<\\/b><br>own" in text


def test_a_basemap_of_nothing_still_gives_a_map(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    page = places_map(tables, facts=facts, basemap=basemap.iloc[:0])
    assert page.content.startswith(b"<!doctype html>")
