from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from clustergeo.errors import UsageError
from clustergeo.exhibits import Exhibit, StudyFacts, StudyTables, dumbbell, gallery


@pytest.fixture
def page(tables: StudyTables, facts: StudyFacts) -> str:
    exhibits = {
        "figures/dumbbell.png": dumbbell(tables, facts=facts, lang="en"),
        "blank map.html": Exhibit(
            exhibit_id="blank",
            title_ko="빈 지도",
            title_en="Blank map",
            caption="nothing",
            media_type="text/html",
            content=b"",
        ),
    }
    files = {"tables/times.csv": ("걸리는 시간", "Travel times")}
    made = gallery(exhibits, tables, facts=facts, files=files, lang="en")
    assert made.file_name == "index.html"
    return made.content.decode()


def test_the_answer_comes_first(page: str) -> None:
    order = ["A study of three towns", "2 of 5", "<caption>Public transport", "Maps and figures"]
    places = [page.index(each) for each in order]
    assert places == sorted(places)


def test_cells_where_the_capital_is_faster_are_marked(page: str) -> None:
    assert '<td class="ratio-far">130</td>' in page
    assert '<td class="ratio-par">83</td>' in page
    assert '<td class="ratio-none">-</td>' in page


def test_every_verdict_is_listed_with_the_text_of_its_claim(page: str) -> None:
    assert "s1: The capital is faster" in page
    for word in ("fails", "mixed", "cannot tell", "55 %"):
        assert word in page
    assert 'colspan="6">s2</th>' in page


def test_origins_that_are_no_clusters_are_counted_and_not_listed(
    tables: StudyTables, facts: StudyFacts
) -> None:
    assert tables.claims is not None
    more = tables.claims.iloc[[1]]
    sites = [more.assign(origin_id=f"site{number}", verdict="holds") for number in range(3)]
    many = pd.concat([tables.claims, *sites], ignore_index=True)
    made = gallery({}, replace(tables, claims=many), facts=facts, lang="en")
    text = made.content.decode()
    assert "site1" not in text
    assert "all 5 origins" in text
    assert "holds 3 · mixed 1 · fails 1" in text


def test_exhibits_are_linked_and_pictures_have_alternative_text(page: str) -> None:
    assert '<a href="figures/dumbbell.png">' in page
    assert '<a href="blank%20map.html">' in page
    assert page.count("<img ") == 1
    assert 'alt="Trips between clusters' in page


def test_tables_settings_and_credits_are_listed(page: str) -> None:
    for part in ("tables/times.csv", "Travel times", "walking speed", "4.5 km/h", "ODbL"):
        assert part in page


def test_headings_stand_in_both_languages(page: str) -> None:
    assert "The answer" in page
    assert '<span class="other" lang="ko">결과</span>' in page


def test_a_page_without_scripts_allows_none(page: str) -> None:
    assert "script-src &#39;none&#39;" in page
    assert "<script" not in page


def test_a_bare_gallery_still_answers(tables: StudyTables, facts: StudyFacts) -> None:
    bare = replace(facts, statement=None, settings={})
    made = gallery({}, replace(tables, claims=None), facts=bare, lead="Our own words")
    text = made.content.decode()
    assert "<h1>Our own words</h1>" in text
    assert "<img" not in text


@pytest.mark.parametrize(
    "href", ["https://x.invalid/a", "javascript:alert(1)", "//x.invalid", "/etc/x", "", "a\\b"]
)
def test_an_address_that_leads_elsewhere_is_refused(
    href: str, tables: StudyTables, facts: StudyFacts
) -> None:
    with pytest.raises(UsageError, match="not a relative address"):
        gallery({}, tables, facts=facts, files={href: ("", "")})


def test_two_builds_are_the_same_bytes(tables: StudyTables, facts: StudyFacts) -> None:
    assert gallery({}, tables, facts=facts).content == gallery({}, tables, facts=facts).content
