from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from clustergeo.cli import _claims, main
from clustergeo.study import ClaimsHeld, judge_study, load_study

OWN = """
[[claim]]
claim_id = "own"
quotation = "Osong is an hour from Seoul."
who = "somebody"
source = "somewhere"
reading_en = "r"
reading_ko = "r"
[[claim.comparison]]
origins = ["osong"]
left = { to = ["seoul_station"] }
operator = "<="
right = { minutes = 60 }
sites = false
"""
TRIP = 'to = ["seoul_station"]'


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in argv])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


@pytest.fixture(scope="module")
def held() -> ClaimsHeld:
    return judge_study(load_study(), notify=lambda _: None)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch, held: ClaimsHeld) -> None:
    """Judge the shipped claims once for all tests of how they are shown."""
    monkeypatch.setattr(
        _claims, "judge_study", lambda _, notify, **_more: (notify("times"), held)[1]
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_claims_of_ones_own_are_judged(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, own: Path
) -> None:
    measured = OWN.replace('"own"', '"measured"').replace(TRIP, 'index = "to_seoul_station"')
    own.write_text(OWN + measured, encoding="utf-8")
    out = tmp_path / "own.json"
    code, told, _ = run(capsys, "claims", own, "--out", out)
    assert code == 0
    assert "own" in told
    claim, measured = json.loads(out.read_text(encoding="utf-8"))["claims"]
    assert claim["quotation"] == "Osong is an hour from Seoul."
    car, transit = claim["verdicts"]
    assert (car["mode"], transit["mode"]) == ("car", "transit")
    assert car["verdict"] == car["by_origin"][0]["verdict"] == "fails"
    assert car["by_origin"][0]["headway_min"] is None
    assert car["by_origin"][0]["flip_min"] < 0
    # A measure of the isolation table, which has the medians, says the same of them.
    for verdict, by_measure in zip(claim["verdicts"], measured["verdicts"], strict=True):
        assert by_measure["by_origin"][0]["left_min"] == verdict["by_origin"][0]["left_min"]


@pytest.mark.usefixtures("once")
def test_every_claim_and_mode_has_a_line_and_the_rule_stands_below(
    capsys: pytest.CaptureFixture[str], held: ClaimsHeld
) -> None:
    code, out, _ = run(capsys, "claims", "--mode", "transit")
    assert code == 0
    words = out.split()
    for row in held.overall.to_dict("records"):
        shown = row["mode"] == "transit"
        assert (row["claim_id"] in words) >= shown
    assert "expressway_seoul_sejong_now" not in words  # said of cars alone
    assert "holds where at least 90% of the departures bear it out" in " ".join(words)


@pytest.mark.usefixtures("once")
def test_sentences_are_told_in_korean(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, held: ClaimsHeld
) -> None:
    out = tmp_path / "report.txt"
    assert run(capsys, "claims", "--lang", "ko", "--out", out)[0] == 0
    report = out.read_text(encoding="utf-8")
    assert all(sentence in report for sentence in held.overall["sentence_ko"])
    assert "“결국 클러스터들은 홀로 선 섬처럼 고립되어 있다.”" in report
    assert "“CTX" not in report  # reported, not quoted
    assert run(capsys, "claims", "--out", out)[0] == 0
    report = out.read_text(encoding="utf-8")
    assert all(sentence in report for sentence in held.overall["sentence_en"])
    assert all(claim.quotation in report for claim in held.claims)


@pytest.mark.usefixtures("once")
def test_verdicts_by_place_are_written_as_a_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, held: ClaimsHeld
) -> None:
    out = tmp_path / "claims.csv"
    code, told, _ = run(capsys, "claims", "--mode", "car", "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert code == 0
    assert f"{out}: {len(rows)} verdicts by place" in told.replace("\n", "")
    assert len(rows) == (held.by_origin["mode"] == "car").sum()
    assert all(len(row["flip_min"].rpartition(".")[2]) == 2 for row in rows if row["flip_min"])


@pytest.mark.usefixtures("once")
def test_json_holds_each_verdict_once_and_nulls_for_blanks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, held: ClaimsHeld
) -> None:
    out = tmp_path / "claims.json"
    assert run(capsys, "claims", "--out", out)[0] == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    verdicts = [row for claim in content["claims"] for row in claim["verdicts"]]
    assert len(verdicts) == len(held.overall)
    assert sum(len(row["by_origin"]) for row in verdicts) == len(held.by_origin)
    assert "NaN" not in out.read_text(encoding="utf-8")
    first = out.read_bytes()
    assert run(capsys, "claims", "--out", out)[0] == 0
    assert out.read_bytes() == first


def test_a_faulty_file_is_refused_with_its_lines(
    capsys: pytest.CaptureFixture[str], own: Path
) -> None:
    own.write_text(OWN.replace("osong", "osnog").replace("minutes", "minuets"), encoding="utf-8")
    code, _, err = run(capsys, "claims", own)
    assert code == 3
    assert f"{own}:13, claim.comparison.right.minuets: unknown key (minuets) - did you mean" in err
    own.write_text(OWN.replace("osong", "osnog"), encoding="utf-8")
    code, _, err = run(capsys, "claims", own)
    assert code == 3
    assert (
        f"{own}:10, claim.comparison.origins: unknown place (osnog) - did you mean osong?" in err
    )


def test_a_study_without_claims_needs_a_file(
    capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path
) -> None:
    shipped = (root / "data/studies/chungcheong.toml").read_text(encoding="utf-8")
    lines = [line for line in shipped.splitlines() if not line.startswith("claims =")]
    path = tmp_path / "study.toml"
    path.write_text("\n".join(lines).replace('"../', f'"{root}/data/'), encoding="utf-8")
    code, _, err = run(capsys, "claims", "--study", path)
    assert (code, "study.toml, claims: has no claims - name a file of claims" in err) == (3, True)


def test_bad_calls_are_usage_errors(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    for words, message in (
        ((own, "--out", own.with_suffix(".doc")), "unknown format (own.doc)"),
        (
            (own, "--out", own.with_name("own.txt"), "--mode", "boat"),
            "--mode: 'boat' is not one of",
        ),
    ):
        code, _, err = run(capsys, "claims", *words)
        assert (code, message in err) == (2, True)


def test_no_input_is_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text(OWN, encoding="utf-8")
    code, _, err = run(capsys, "claims", own, "--out", own)
    assert (code, "is also an input" in err) == (2, True)
    assert own.read_text(encoding="utf-8") == OWN
