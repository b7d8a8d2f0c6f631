from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.claims import load_claims
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


def test_the_shipped_claims_quote_the_article() -> None:
    claims = {
        claim.claim_id: claim for claim in load_claims(data_path("claims", "chungcheong.toml"))
    }
    assert claims["faster_to_capital"].quotation == (
        "It is actually faster to reach Seoul from each region than to travel between Daejeon "
        "and Osong in the Chungcheong region."
    )
    assert all(claim.source and claim.who and claim.when for claim in claims.values())


def test_a_claim_is_read_whole(tmp_path: Path) -> None:
    (claim,) = load_claims(written(tmp_path, GOOD))
    assert claim.comparison[0].operator == "<"
    assert claim.comparison[0].right.minutes == 60


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[claim", "not TOML"),
        (
            "[[clam]]\nx = 1",
            r"unknown key \(clam\) - a claims file holds \[\[claim\]\] tables only",
        ),
        ("claim = []", r"holds no claim - write at least one \[\[claim\]\]"),
        (GOOD + GOOD, r"claim_id: duplicate claim \(c\) - give each its own id"),
        (
            GOOD.replace("minutes = 60", ""),
            r"claim.comparison.right: needs either places or minutes",
        ),
        (GOOD.replace('who = "w"', ""), r"claim.0.who: .*required"),
        (GOOD.replace("minutes = 60", 'minutes = "x"'), r"right.minutes: .*number.*\('x'\)"),
    ],
)
def test_a_faulty_file_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ClaimError, match=message) as caught:
        load_claims(written(tmp_path, text))
    assert "\n" not in str(caught.value)
