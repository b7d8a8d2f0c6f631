"""The page of the question on an invented study whose shares can be counted by hand."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustergeo.claims import Claim, Comparison, Side, judge, judge_claims
from clustergeo.exhibits import Exhibit, StudyFacts, StudyTables, question
from clustergeo.schemas.figures import parse_figure
from clustergeo.times import Departures, TravelTimes

DEPARTURES = Departures(dt.date(2024, 8, 6), dt.time(7, 0), dt.time(7, 4))
IDS = ("aa", "bb", "cc", "cap", "cap2")
CHAIN = "1a2b3c4d"
CLAIM = Claim(
    claim_id="s1",
    quotation="The capital is faster",
    translation_ko="수도가 더 빠르다",
    who="somebody",
    when="2024-08",
    source="a paper",
    reading_en="The capital is reached first.",
    reading_ko="수도에 먼저 닿는다.",
    comparison=(
        Comparison(
            origins=("aa", "bb", "cc"),
            left=Side(to=("cap",)),
            operator="<",
            right=Side(from_id="aa", to=("bb",)),
        ),
    ),
)


def times(mode: str, samples: dict[tuple[str, str], list[float]]) -> TravelTimes:
    """Return times of which the pairs that are not given have no trip."""
    count = len(next(iter(samples.values())))
    minutes = np.full((len(IDS), len(IDS), count), np.nan)
    for (a, b), values in samples.items():
        minutes[IDS.index(a), IDS.index(b)] = values
    pairs = [(a, b) for a in IDS for b in IDS]
    table = pd.DataFrame(pairs, columns=["from_id", "to_id"]).assign(
        mode=mode, minutes=np.sort(minutes.reshape(len(pairs), -1))[:, (count - 1) // 2]
    )
    table["evidence"] = np.where(table["minutes"].notna(), "derived", "")
    return TravelTimes(mode, table, minutes, IDS, IDS)


# Two draws of four departures, one draw after the other. From aa the capital (50 or 70) beats bb
# (60) in both draws at 07:00, in one of the two at 07:01, and never after.
TRANSIT = times(
    "transit",
    {
        ("aa", "bb"): [60.0] * 8,
        ("aa", "cap"): [50.0, 50.0, 70.0, 70.0, 50.0, 70.0, 70.0, 70.0],
        ("bb", "cap"): [40.0] * 8,
        ("cc", "cap"): [float("nan")] * 8,
    },
)
CAR = times(
    "car", {("aa", "bb"): [30.0], ("aa", "cap"): [90.0], ("bb", "cap"): [30.0], ("cc", "cap"): [9]}
)


def made(
    tables: StudyTables, facts: StudyFacts, *, lang: str = "en", claim: Claim = CLAIM
) -> Exhibit:
    found = {"transit": TRANSIT, "car": CAR}
    verdicts = judge(
        [claim],
        found,
        tables.places,
        clusters=facts.cluster_ids,
        capital=["cap", "cap2"],
        departures=DEPARTURES,
    )
    return question(
        replace(tables, claims=verdicts),
        found,
        claim=claim,
        verdicts=judge_claims([claim], verdicts, tables.places),
        departures=DEPARTURES,
        facts=facts,
        lang="ko" if lang == "ko" else "en",
        chain=CHAIN,
    )


@pytest.fixture
def page(tables: StudyTables, facts: StudyFacts) -> str:
    return made(tables, facts).content.decode()


def row_of(page: str, origin: str, nth: int = 0) -> str:
    """Return the row of an origin in the nth table."""
    table = page.split("<table")[nth + 1]
    return next(row for row in table.split('<tr class="case')[1:] if f">{origin}</th>" in row)


def test_the_answer_comes_first_then_the_words_then_the_tables(page: str) -> None:
    order = ["<h1>By public transport", "By car", "“The capital is faster”", "<table", "ODbL"]
    places = [page.index(each) for each in order]
    assert places == sorted(places)
    assert "somebody, 2024-08. a paper" in page
    assert "The capital is reached first." in page


def test_a_row_holds_both_sides_margin_share_verdict_and_flip_point(page: str) -> None:
    row = row_of(page, "Alpha")
    # 3 of 8 samples; the medians are 70 and 60.
    for part in ("<b>70</b>", "(50-70)", "<b>60</b>", "10 min slower", "38 %", "mixed", "◐"):
        assert part in row
    # Nine tenths of the departures hold from 10 minutes less on.
    assert "holds at \N{MINUS SIGN}10 min" in row
    assert "20 min faster" in row_of(page, "Beta")
    assert "fails at +20 min" in row_of(page, "Beta")


def test_a_strip_is_as_high_as_the_share_of_draws_at_each_departure(page: str) -> None:
    bars = re.findall(r'width="(\d+)" height="([\d.]+)" fill="(#\w+)"', row_of(page, "Alpha"))
    # The first is the ground; then both draws, one of two, and two departures with none.
    assert bars[1:] == [("4", "28", "#D55E00"), ("4", "14", "#F2A93B"), ("8", "2", "#0072B2")]
    assert 'aria-label="holds for 38 % of departures. nearly always at 07:00"' in page


def test_a_side_without_a_trip_cannot_be_told(page: str) -> None:
    row = row_of(page, "Gamma")
    assert "cannot tell" in row
    assert row.count(">-<") >= 2


def test_by_car_no_departure_differs_and_there_is_no_strip(page: str) -> None:
    row = row_of(page, "Alpha", nth=1)
    assert "the same at any departure" in row
    assert "<svg" not in row
    assert "60 min slower" in row
    assert "equal" in row_of(page, "Beta", nth=1)


def test_the_trip_compared_with_is_named(page: str) -> None:
    assert "to Beta" in row_of(page, "Alpha")
    assert "Alpha → Beta" in row_of(page, "Beta")


def test_every_figure_has_an_id_that_can_be_explained(page: str) -> None:
    ids = re.findall(r"<span>((?:claims|times)/[^<]+)</span>", page)
    assert len(ids) == 2 * 3 * 3  # modes, origins, a verdict and two trips
    figures = [parse_figure(each) for each in ids]
    assert {figure.chain for figure in figures} == {CHAIN}
    assert f"claims/s1/transit/aa@{CHAIN}" in ids
    assert f"times/aa/cap/transit@{CHAIN}" in ids
    assert f"<code>{CHAIN}</code>" in page


def test_the_page_is_real_text_runs_nothing_and_fetches_nothing(page: str) -> None:
    assert "script-src &#39;none&#39;" in page
    assert "<script" not in page
    assert "<img" not in page


def test_it_speaks_both_languages(tables: StudyTables, facts: StudyFacts) -> None:
    korean = made(tables, facts, lang="ko")
    text = korean.content.decode()
    assert '<html lang="ko">' in text
    for part in ("“수도가 더 빠르다”", "엇갈림", "10분 느림", "분이면 성립", "출발 시각과 무관"):
        assert part in text
    assert korean.file_name == "question.html"
    assert korean.caption.startswith("대중교통")


def test_two_builds_are_the_same_bytes(tables: StudyTables, facts: StudyFacts) -> None:
    assert made(tables, facts).content == made(tables, facts).content


def test_without_verdicts_there_are_no_rows(tables: StudyTables, facts: StudyFacts) -> None:
    empty = question(
        replace(tables, claims=None),
        {"car": CAR},
        claim=CLAIM,
        verdicts=pd.DataFrame({"claim_id": [], "mode": []}),
        departures=DEPARTURES,
        facts=facts,
        lang="en",
    )
    text = empty.content.decode()
    assert '<tr class="case' not in text
    assert empty.caption == ""


def test_a_limit_and_a_reversed_claim_have_words_too(
    tables: StudyTables, facts: StudyFacts
) -> None:
    limit = replace(
        CLAIM,
        comparison=(
            Comparison(
                origins=("bb",), left=Side(to=("cap",)), operator=">", right=Side(minutes=10.0)
            ),
            Comparison(
                origins=("aa",), left=Side(to=("bb",)), operator=">=", right=Side(minutes=0.0)
            ),
        ),
    )
    text = made(tables, facts, claim=limit).content.decode()
    assert "left side" in text
    assert "fails at \N{MINUS SIGN}30 min" in row_of(text, "Beta")


def test_hostile_names_stay_text(
    poisoned: tuple[str, StudyTables, StudyFacts],
) -> None:
    bad, tables, facts = poisoned
    claim = replace(CLAIM, quotation=bad, who=bad, source=bad, reading_en=bad)
    text = made(tables, facts, claim=claim).content.decode()
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "' onmouseover='window" not in text.replace("&#39;", "&apos;")


@pytest.mark.browser
@pytest.mark.skipif(
    shutil.which("chromium") is None and os.environ.get("CLUSTERGEO_REQUIRE_BROWSER") != "1",
    reason="no Chromium on this machine",
)
@pytest.mark.parametrize("width", [1280, 390])
def test_no_reader_has_to_scroll_sideways(
    tables: StudyTables, facts: StudyFacts, tmp_path: Path, width: int
) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    file = made(tables, facts).save(tmp_path / "question.html")
    asked: list[str] = []
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: complaints.append(message.text))
        shown.goto(file.as_uri())
        wide = shown.evaluate("document.documentElement.scrollWidth")
        visible = shown.locator("tr.case").first.is_visible()
        browser.close()
    assert wide <= width
    assert visible
    assert asked == [file.as_uri()]
    assert complaints == []
