from __future__ import annotations

import pytest

from clustergeo.claims.korean import with_particle

# Each word with the particles 은/는, 이/가, 을/를, 과/와 and 으로/로 that follow its last sound.
AFTER_CONSONANT = ("은", "이", "을", "과", "으로")
AFTER_RIEUL = ("은", "이", "을", "과", "로")
AFTER_VOWEL = ("는", "가", "를", "와", "로")


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("오송", AFTER_CONSONANT),
        ("판교", AFTER_VOWEL),
        ("서울", AFTER_RIEUL),
        ("대덕 KAIST", AFTER_VOWEL),
        ("KDI", AFTER_VOWEL),
        ("URL", AFTER_RIEUL),  # 엘
        ("KTX-N", AFTER_CONSONANT),  # 엔
        ("BRT 1", AFTER_RIEUL),  # 일
        ("3", AFTER_CONSONANT),  # 삼
        ("연구단지로 35", AFTER_VOWEL),  # 오
        ("37", AFTER_RIEUL),  # 칠
        ("100", AFTER_CONSONANT),  # 백
        ("50%", AFTER_VOWEL),  # 퍼센트
        ("오송역(BRT)", AFTER_CONSONANT),
        ("“판교”", AFTER_VOWEL),
        ("(BRT)", AFTER_VOWEL),
        ("!", AFTER_VOWEL),
    ],
)
def test_a_particle_follows_the_last_sound(word: str, forms: tuple[str, ...]) -> None:
    found = [with_particle(word, particle) for particle in AFTER_CONSONANT]
    assert found == [f"{word}{form}" for form in forms]


def test_an_unknown_particle_is_refused() -> None:
    with pytest.raises(KeyError):
        with_particle("오송", "도")
