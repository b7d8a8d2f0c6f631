"""The corpora: files made here in every run; those of others where they are and are asked for."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
import warnings
from pathlib import Path

import geopandas as gpd
import pytest
from robustness import corpus
from robustness.own_corpus import own_corpus
from robustness.trials import Limits, Outcome, Trial, run_trials, well_formed

from clustergeo.cli import main
from clustergeo.places.areas import load_areas

pytestmark = [
    pytest.mark.no_cover,  # tracing would take longer than the tests
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


def run_here(trial: Trial, out: Path) -> Outcome:
    """Return the outcome of a trial in this process."""
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        try:
            main(trial.argv(out))
        except SystemExit as stopped:
            code = int(stopped.code or 0)
    left = out.exists()
    return Outcome(trial, code, out=printed.getvalue(), err=said.getvalue(), left=left)


def test_every_bad_file_of_our_own_is_refused_for_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", offline)
    slips = []
    whole = own_corpus(tmp_path / "corpus")
    assert sum(bool(bad.words) for bad in whole) > 150
    # An eighth of them by default, to save time; CLUSTERGEO_CORPUS=all takes every one.
    step = 1 if os.environ.get("CLUSTERGEO_CORPUS") == "all" else 8
    bads = [bad for n, bad in enumerate(whole) if n % step == 0 or not bad.words]
    for number, bad in enumerate(bads):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = run_here(bad.trial, tmp_path / f"out{number}")
        accepted = {} if bad.words else {(bad.trial.command, bad.trial.name): ""}
        verdict = outcome.verdict(accepted)
        right = ("refused",) if bad.words else ("right", "warned")
        if verdict not in right or bad.words not in outcome.err:
            slips.append(
                (bad.trial.command, bad.trial.name, bad.words, verdict, outcome.err[-300:])
            )
    assert not slips, "\n".join(map(str, slips))
    refused = sum(bool(bad.words) for bad in bads)
    print(f"own files tried {len(bads)}, refused rightly {refused}, wrong 0")  # noqa: T201


def test_equal_seeds_make_equal_files(tmp_path: Path) -> None:
    one, two = (
        {b.trial.name: b.trial.path.read_bytes() for b in own_corpus(tmp_path / name)
         if b.trial.path.suffix in {".csv", ".geojson", ".zip", ".osm", ".toml"}}
        for name in ("one", "two")
    )  # fmt: skip
    assert one == two


def _played(argv: list[str]) -> None:
    """Behave as the name of the file says."""
    match Path(argv[-3] if "--out" in argv else argv[-1]).name:
        case "hang":
            time.sleep(60)
        case "crash":
            os.abort()
        case "bug":
            raise RuntimeError
        case "greedy":
            bytearray(2**40)
        case "silent":
            return
        case "vague":
            print("clustergeo: error: no", file=sys.stderr)  # noqa: T201
            sys.exit(3)
        case "half":
            Path(argv[-1]).write_text("half", encoding="utf-8")
            print("clustergeo: error: half: bad - mend it", file=sys.stderr)  # noqa: T201
            sys.exit(3)
        case _:
            print("clustergeo: error: f.csv:2, lon: bad (x) - mend it", file=sys.stderr)  # noqa: T201
            sys.exit(3)


def test_what_a_process_did_is_told_apart() -> None:
    expected = {
        "hang": "hang", "crash": "crash", "bug": "crash", "greedy": "crash", "silent": "wrong",
        "vague": "wrong", "half": "wrong", "fine": "refused", "control": "refused in error",
    }  # fmt: skip
    trials = [Trial("network build" if n == "half" else "check", Path(n), n) for n in expected]
    known = {("check", "control"): ""}
    limits = Limits(seconds=1.0)
    found = {o.trial.name: o.verdict(known) for o in run_trials(trials, limits, _played)}
    assert found == expected
    ok = Outcome(trials[4], 0, out="ok, 3 points", err="", left=False)
    assert ok.verdict({("check", "silent"): "ok & 3 points"}) == "right"
    assert ok.verdict({("check", "silent"): "4 points"}) == "wrong"
    assert not well_formed([])


@pytest.mark.skipif(not corpus.SHARED.is_dir(), reason="the shared corpus is not here")
def test_areas_of_the_corpus_are_those_that_geopandas_reads() -> None:
    names = [name for command, name in corpus.accepted() if command == "within"]
    assert len(names) > 20
    for name in names:
        path = corpus.SHARED / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = gpd.read_file(path).to_crs("EPSG:4326").union_all()
        found = load_areas(path).union_all()
        assert found.symmetric_difference(expected).area <= 1e-9 * expected.area, name


@pytest.mark.skipif(
    os.environ.get("CLUSTERGEO_CORPUS") != "all" or not corpus.SHARED.is_dir(),
    reason="CLUSTERGEO_CORPUS=all hands every file of the shared corpus to its command",
)
def test_no_file_of_the_shared_corpus_is_read_wrongly(tmp_path: Path) -> None:
    outcomes = list(run_trials(corpus.corpus()))
    corpus.write_table(outcomes, tmp_path / "corpus.csv")
    known = corpus.accepted()
    slips = [
        (o.trial.name, v, o.err[:300])
        for o in outcomes
        if (v := o.verdict(known)) not in corpus.GOOD
    ]
    assert not slips
    read = {(o.trial.command, o.trial.name) for o in outcomes if o.code in {0, 4}}
    assert read == set(known)
    print(corpus.summary(outcomes))  # noqa: T201
