"""The exhibits of scenarios, on a study of three towns whose findings can be counted by hand."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from exhibits.conftest import HOSTILE, places_table
from toy_scenarios import LINK, missing_table, toy_scenario

from clustergeo.exhibits import StudyFacts
from clustergeo.exhibits._changes import Changes, signed
from clustergeo.exhibits.exhibit import Exhibit, Language
from clustergeo.exhibits.figures.before_after import before_after
from clustergeo.exhibits.figures.benefit_split import benefit_split
from clustergeo.exhibits.figures.ranked_links import ranked_links
from clustergeo.exhibits.figures.sheet import Sheet
from clustergeo.exhibits.maps.before_after_map import before_after_map
from clustergeo.exhibits.maps.missing_links_map import missing_links_map
from clustergeo.exhibits.minute_classes import (
    CHANGE_CLASSES,
    MINUTE_CLASSES,
    change_class,
    minute_class,
)
from clustergeo.exhibits.scenario_facts import ScenarioFacts, ScenarioTables


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw at few dots an inch: what the tests look at does not depend on it."""
    image = Sheet.image
    monkeypatch.setattr(Sheet, "image", lambda sheet, *, dpi=300: image(sheet, dpi=min(dpi, 25)))


@pytest.fixture
def scenario_tables() -> ScenarioTables:
    return toy_scenario(places_table())


def ranking_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario_id": ["one", "two", "none"],
            "title_en": ["One", "Two", "Nothing"],
            "title_ko": ["하나", "둘", "없음"],
            "mode": ["transit", "car", "transit"],
            "saved_min": [3.0, -1.0, 0.0],
            "cost_krw_bn": [60.0, np.nan, 10.0],
            "krw_bn_per_min": [20.0, np.nan, np.nan],
            "rank": [1.0, 1.0, 2.0],
            "rank_min": [1.0, 1.0, 1.0],
            "rank_max": [2.0, 1.0, 2.0],
            "evidence": "estimated",
        }
    )


def gains_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    saved = [20.0, 0.2, -3.0, np.nan]
    cells = pd.DataFrame(
        {
            "level": "cell",
            "x": [997000.0, 999000.0, 1001000.0, 1003000.0],
            "y": 1850000.0,
            "population": [10, 20, 30, 40],
            "mode": "transit",
            "saved_min": saved,
            "saved_person_min": [200.0, 4.0, -90.0, np.nan],
            "reason": ["", "", "", "no_time_before"],
            "cost_reason": "not_the_basis",
            "evidence": "estimated",
        }
    )
    both = pd.concat([cells.assign(target=each) for each in ("clusters", "capital")])
    party = both.iloc[:1].assign(level="government", cost_reason="")
    split = pd.DataFrame(
        {
            "party": ["national", "government", "government"],
            "area_id": ["", "1", "2"],
            "name_en": ["State", "Alpha", "Beta"],
            "name_ko": ["국가", "가람시", "나래군"],
            "benefit_share": [np.nan, 1.1, -0.1],
            "local_share": [np.nan, 1.0, np.nan],
            "cost_share": [0.7, 0.3, np.nan],
            "cost_krw_bn": [84.0, 36.0, np.nan],
        }
    )
    return pd.concat([both, party], ignore_index=True), split


def test_the_finding_counts_trips_and_takes_the_mean_of_the_table(
    scenario_tables: ScenarioTables, facts: StudyFacts
) -> None:
    changes = Changes(scenario_tables, facts, LINK, "en")
    # (-20 - 4 + 7) / 6 = -2.8; two of six get a minute or more faster.
    assert changes.finding() == (
        "The link: Public transport between clusters 2.8 min shorter on average "
        "(2 of 6 by 1 or more)"
    )
    order = [(row.from_id, row.to_id) for row in changes.shown("transit")]
    assert order[:2] == [("aa", "bb"), ("bb", "cc")]
    assert order[-1] == ("cc", "bb")
    assert changes.changed_modes() == ("transit",)


def test_a_change_says_its_spread_and_its_share_of_departures(
    scenario_tables: ScenarioTables, facts: StudyFacts
) -> None:
    changes = Changes(scenario_tables, facts, LINK, "en")
    told = " ".join(changes.about(changes.shown("transit")[0]))
    assert "before 60 → after 40 (-20.0)" in told
    assert "by departure -30.0 to 0 min" in told
    assert "90 % of departures faster" in told
    assert "evidence: derived" in told


@pytest.mark.parametrize(
    ("minutes", "key"), [(-15, "faster3"), (-14.9, "faster2"), (0, "even"), (5, "slower2")]
)
def test_classes_of_change_break_where_they_say(minutes: float, key: str) -> None:
    assert change_class(minutes).key == key


def test_classes_have_a_second_cue_and_readable_ink() -> None:
    assert minute_class(float("inf")).key == "over"
    longer = [each for each in CHANGE_CLASSES if each.key.startswith("slower")]
    assert all(each.dash for each in longer)
    looks = [(each.dash, each.width_px) for each in CHANGE_CLASSES]
    assert len(set(looks)) == len(looks)
    for each in (*CHANGE_CLASSES, *MINUTE_CLASSES):
        dark, light = sorted((_luminance(each.fill), _luminance(each.ink)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, each.key


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _draw_all(
    tables: ScenarioTables, facts: StudyFacts, ground: gpd.GeoDataFrame, lang: Language
) -> list[Exhibit]:
    gains, split = gains_tables()
    study = {"places": tables.places, "facts": facts, "lang": lang}
    figure = before_after(tables, facts=facts, scenario=LINK, lang=lang)
    return [
        figure,
        before_after_map(
            tables, facts=facts, scenario=LINK, basemap=ground, lang=lang, figure=figure
        ),
        ranked_links(ranking_table(), missing_table(), **study),
        missing_links_map(
            missing_table(), missing_table()[:1].assign(reason="x"), basemap=ground, **study
        ),
        benefit_split(gains, split, scenario=LINK, basemap=ground, **study),
    ]


@pytest.mark.no_cover
def test_the_same_tables_give_the_same_bytes_in_both_languages(
    scenario_tables: ScenarioTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    first = _draw_all(scenario_tables, facts, basemap, "en")
    second = _draw_all(scenario_tables, facts, basemap, "en")
    assert [each.content for each in first] == [each.content for each in second]
    korean = _draw_all(scenario_tables, facts, basemap, "ko")
    assert all(each.caption for each in (*first, *korean))
    assert max(len(each.content) for each in korean) <= 1_500_000


def test_the_map_switches_views_and_modes_and_names_what_is_built(
    scenario_tables: ScenarioTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    page = before_after_map(
        scenario_tables, facts=facts, scenario=LINK, basemap=basemap, lang="en"
    )
    text = page.content.decode()
    for keys in (["difference", "transit"], ["before", "car"], ["after", "transit"], ["link"]):
        assert json.dumps(keys, separators=(",", ":")) in text
    assert text.index('data-key="difference" checked') < text.index('data-key="transit" checked')
    assert "New line" in text
    assert "새 선" in text
    assert "all 4 pairs" not in text
    assert "Unchanged at every departure: all 9 pairs" in text
    assert re.search(r"<b>Alpha → Beta<", text)


def test_links_found_are_told_from_planned_ones(facts: StudyFacts) -> None:
    places = places_table()
    figure = ranked_links(ranking_table(), missing_table(), places=places, facts=facts, lang="en")
    assert figure.caption.startswith("Public transport: Alpha - Beta (railway), found first")
    assert "5.0 min" in figure.caption  # the full run, not what was screened
    nothing = ranked_links(None, None, places=places, facts=facts, lang="en")
    assert nothing.caption == "no link saves time on average"


def test_the_split_names_who_gains_most_and_what_it_would_pay(
    scenario_tables: ScenarioTables, facts: StudyFacts
) -> None:
    gains, split = gains_tables()
    figure = benefit_split(
        gains, split, places=scenario_tables.places, facts=facts, scenario=LINK, lang="en"
    )
    assert "110 % of the time saved to the clusters goes to Alpha" in figure.caption
    assert figure.caption.endswith("100 %")
    blank = split.assign(benefit_share=np.nan)
    none = benefit_split(
        gains, blank, places=scenario_tables.places, facts=facts, scenario=LINK, lang="en"
    )
    assert none.caption == "The link: no government gains time"


@pytest.mark.no_cover
@pytest.mark.parametrize("bad", HOSTILE[:4])
def test_hostile_names_stay_text(
    bad: str, scenario_tables: ScenarioTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    assert scenario_tables.links is not None
    tables = ScenarioTables(
        before_after=scenario_tables.before_after,
        places=scenario_tables.places.assign(name_en=bad, name_ko=bad),
        links=scenario_tables.links.assign(name_en=bad, name_ko=bad),
    )
    named = ScenarioFacts(title_ko=bad, title_en=bad)
    figure = Exhibit(
        exhibit_id="f", title_ko="", title_en="", caption="", media_type="image/png", content=b""
    )
    page = before_after_map(tables, facts=facts, scenario=named, basemap=basemap, figure=figure)
    text = page.content.decode()
    assert "<img src=x" not in text
    scripts = "".join(text.split("<script>")[1:])
    assert "${window" not in scripts
    assert "<script>window" not in text


def test_signs_have_no_minus_that_a_font_may_lack() -> None:
    assert signed(-3.2, 1) == "-3.2"
    assert signed(-0.01, 1) == "0"
