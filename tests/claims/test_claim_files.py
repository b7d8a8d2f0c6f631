from __future__ import annotations

import csv
from pathlib import Path

import pytest

from clustergeo.claims import Claim, load_claims
from clustergeo.errors import ClaimError
from clustergeo.settings import data_path

GOOD = """
[[claim]]
claim_id = "c"
quotation = "q"
who = "w"
source = "s"
reading_en = "r"
reading_ko = "r"
[[claim.comparison]]
origins = ["a"]
left = { to = ["b"] }
right = { minutes = 60 }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shipped() -> dict[str, Claim]:
    claims = load_claims(data_path("claims", "chungcheong.toml"))
    return {claim.claim_id: claim for claim in claims}


def test_the_shipped_claims_quote_the_article(shipped: dict[str, Claim]) -> None:
    assert shipped["faster_to_capital"].quotation == (
        "It is actually faster to reach Seoul from each region than to travel between Daejeon "
        "and Osong in the Chungcheong region."
    )
    assert shipped["within_one_hour"].when == "2022-08-05"
    assert all(claim.source and claim.who for claim in shipped.values())
    exact = [claim for claim in shipped.values() if claim.wording == "exact"]
    assert {claim.source for claim in exact} == {"Jeon 2024, Space & Environment, KRIHS"}


def test_every_shipped_claim_can_be_read_in_both_languages(shipped: dict[str, Claim]) -> None:
    for claim in shipped.values():
        assert claim.translation_ko, claim.claim_id
        assert any("가" <= letter <= "힣" for letter in claim.reading_ko), claim.claim_id
        assert not claim.scenario or (claim.scenario_en and claim.scenario_ko), claim.claim_id


def test_what_is_not_tested_is_listed_with_the_reason() -> None:
    with data_path("claims", "not_tested.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(all(row.values()) for row in rows)
    assert len({row["claim"] + row["statement"] for row in rows}) == len(rows)


def test_the_example_of_the_documentation_can_be_loaded(tmp_path: Path) -> None:
    readme = data_path("claims", "README.md").read_text(encoding="utf-8")
    example = readme.split("```toml")[1].split("```")[0]
    uncommented = "\n".join(line.removeprefix("# ") for line in example.splitlines())
    for text in (example, uncommented.replace('"transit"]  ', '"transit"]')):
        (claim,) = load_claims(written(tmp_path, text))
        assert claim.comparison[0].margin_min == 10
    assert claim.wording == "reported"


def test_a_claim_is_read_whole(tmp_path: Path) -> None:
    (claim,) = load_claims(written(tmp_path, GOOD))
    assert claim.comparison[0].operator == "<"
    assert claim.comparison[0].right.minutes == 60
    assert claim.modes == ("car", "transit")


@pytest.mark.parametrize(
    ("written_as", "when"),
    [("2022-08-05", "2022-08-05"), ('"2025-11"', "2025-11"), ("2016", "2016"), ('""', "")],
)
def test_a_date_may_be_a_day_a_month_or_a_year(tmp_path: Path, written_as: str, when: str) -> None:
    text = GOOD.replace('who = "w"', f'who = "w"\nwhen = {written_as}')
    (claim,) = load_claims(written(tmp_path, text))
    assert claim.when == when


def with_sides(left: str, right: str, more: str = "") -> str:
    """Return a claim that compares two sides; the comparison begins in line 9."""
    text = GOOD.replace('{ to = ["b"] }', left).replace("{ minutes = 60 }", right)
    return text + more


INDEX = '{ index = "capital_ratio" }'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[claim", "not TOML"),
        (
            "[[clam]]\nx = 1",
            r":1, clam: unknown key \(clam\) - a claims file holds \[\[claim\]\] tables only$",
        ),
        ("claim = []", r"holds no claim - write at least one \[\[claim\]\]"),
        ("claim = 1", r":1, claim: not a list of tables \(claim\) - write it as \[\[claim\]\]"),
        (GOOD + GOOD, r":15, claim.claim_id: duplicate claim \(c\) - give each its own id"),
        (GOOD.replace('who = "w"', ""), r":2, claim.who: key missing - add it"),
        (GOOD.replace('who = "w"', 'who = " "'), r":5, claim.who: is blank - fill it in"),
        (GOOD.replace("minutes = 60", "minuts = 60"), r":12, .*\(minuts\) - did you mean minutes"),
        (GOOD.replace("minutes = 60", "xyz = 60"), r"\(xyz\) - take it out"),
        (
            GOOD.replace("minutes = 60", 'minutes = "x"'),
            r":12, .*right.minutes: .*number.*\('x'\)",
        ),
        (GOOD + 'operator = "!="', r":13, claim.comparison.operator: .*\('!='\)"),
        (GOOD.replace('who = "w"', 'who = "w"\nwhen = "May"'), r":6, claim.when: not a date.*May"),
        (GOOD.replace('["a"]', "[]"), r":10, claim.comparison.origins: is empty - name a place"),
        (GOOD.replace('["a"]', '["a", "a"]'), r":10, .*origin twice in one claim \(a\)"),
        (GOOD.replace('["a"]', '["@all"]'), r":10, .*unknown group \(@all\) - use @clusters"),
        (GOOD.replace('["b"]', '["@all"]'), r":11, .*unknown group \(@all\) - use @capital or"),
        (GOOD.replace('who = "w"', 'who = "w"\nmodes = []'), r":6, claim.modes: is empty"),
        (
            GOOD.split("[[claim.c", maxsplit=1)[0] + "comparison = []",
            r":9, .*comparison: is empty",
        ),
        (with_sides("{}", "{ minutes = 6 }"), r":11, .*left: not exactly one statistic \(none\)"),
        (
            with_sides('{ to = ["b"], minutes = 5 }', "{ minutes = 6 }"),
            r"\(to, minutes\) - give one of `to`, `minutes`, `index` and `value`",
        ),
        (with_sides('{ to = ["b"] }', '{ to = ["b"] }'), r":9, .*left and right are the same"),
        (with_sides("{ minutes = 5 }", "{ minutes = 6 }"), r":9, .*nothing is measured"),
        (with_sides('{ to = ["b"] }', INDEX), r":9, .*different units \(min against 1\)"),
        (with_sides(INDEX, "{ minutes = 1 }"), r":9, .*different units \(1 against min\)"),
        (with_sides('{ to = ["b"] }', "{ value = 5 }"), r":12, .*a plain value against minutes"),
        (with_sides("{ value = nan }", INDEX), r":11, .*left.value: not a number"),
        (
            with_sides('{ index = "capital_ration" }', "{ value = 1 }"),
            r":11, .*unknown index \(capital_ration\) - did you mean capital_ratio\?",
        ),
        (with_sides('{ index = "zzz" }', "{ value = 1 }"), r"unknown index \(zzz\) - use one of"),
        (with_sides(INDEX, "{ value = 1 }", "margin_min = 2"), r":13, .*minutes on an index in 1"),
        (
            with_sides(INDEX, "{ value = 1 }", 'operator = "="'),
            r":13, .*no tolerance for an index in 1",
        ),
        (GOOD + 'operator = "="', r":13, .*no two times are equal to the second"),
        (GOOD + "margin_min = -1", r":13, claim.comparison.margin_min: not minutes \(-1\)"),
        (with_sides('{ to = ["b"] }', "{ minutes = -1 }"), r":12, .*not minutes \(-1\)"),
        (with_sides('{ to = ["b"], factor = 0 }', "{ minutes = 1 }"), r":11, .*not above 0 \(0\)"),
        (
            with_sides('{ to = ["b"] }', '{ minutes = 1, mode = "car" }'),
            r":12, .*with a trip only",
        ),
        (
            with_sides('{ to = ["b"], weights = "workers" }', "{ minutes = 1 }"),
            r":11, .*used with an index only \(workers\)",
        ),
    ],
)
def test_a_faulty_file_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ClaimError, match=message) as caught:
        load_claims(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_measure_in_minutes_is_compared_with_minutes(tmp_path: Path) -> None:
    text = with_sides('{ index = "to_nearest_cluster" }', '{ index = "to_b" }')
    (claim,) = load_claims(written(tmp_path, text))
    assert claim.comparison[0].right.index == "to_b"


def test_places_without_times_are_refused_with_their_line(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('["b"]', '["osongg", "@capital"], from_id = "x1"'))
    with pytest.raises(ClaimError) as caught:
        load_claims(path, places=("a", "osong", "c"))
    fix = "use the id of a place with times, or add it to places.others of the study"
    assert str(caught.value).splitlines() == [
        f"{path}:11, claim.comparison.left.to: unknown place (osongg) - did you mean osong?",
        f"{path}:11, claim.comparison.left.from_id: unknown place (x1) - {fix}",
    ]


def test_a_misspelt_key_is_told_beside_the_one_it_leaves_out(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("origins", "origin"))
    with pytest.raises(ClaimError) as caught:
        load_claims(path)
    missing, misspelt = str(caught.value).splitlines()
    assert missing.startswith(f"{path}:9, claim.comparison.origins: key missing")
    assert misspelt == (
        f"{path}:10, claim.comparison.origin: unknown key (origin) - did you mean origins?"
    )


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    faulty = GOOD.replace('who = "w"', "") + "x = 1\n" + with_sides(INDEX, "{ minutes = 1 }")
    with pytest.raises(ClaimError) as caught:
        load_claims(written(tmp_path, faulty))
    rows = [fault.row for fault in caught.value.faults]
    assert rows == sorted(rows, key=lambda row: row or 0)
    told = str(caught.value)
    assert all(part in told for part in ("key missing", "unknown key (x)", "different units"))
