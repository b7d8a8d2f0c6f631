"""``clustergeo times`` over feeds of one's own: several, in other encodings, with faults."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from toy_feed import FILES, write_feed

from clustergeo.cli import main

PLACES = "place_id,lon,lat\nhome,127.0,36.0\nwork,127.2,36.0\n"
TIMES = FILES["stop_times.txt"]


def run(
    capsys: pytest.CaptureFixture[str], folder: Path, *options: str | Path
) -> tuple[int, pd.DataFrame | None, str]:
    """Return exit code, table and standard error of the times from home to work."""
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    out = folder / "times.csv"
    ends = ["--from", folder / "places.csv", "--to", folder / "places.csv", "--out", out]
    words = ["times", "--mode", "transit", *ends, "--date", "2026-11-24"]
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in [*words, "--window", "07:10-07:11", *options]])
    code = int(stopped.value.code or 0)
    return code, pd.read_csv(out) if out.is_file() else None, capsys.readouterr().err


def to_work(table: pd.DataFrame | None) -> float:
    assert table is not None
    rows = table[(table["from_id"] == "home") & (table["to_id"] == "work")]
    return float(rows["minutes"].iloc[0])


def test_several_feeds_are_one_network_and_their_notes_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    slow = write_feed(tmp_path / "slow", stop_times_txt=TIMES.replace("07:40", "07:55"))
    fast = write_feed(tmp_path / "fast")
    code, table, err = run(capsys, tmp_path, "--feed", slow)
    assert (code, to_work(table)) == (0, 45)
    code, table, err = run(capsys, tmp_path, "--feed", slow, "--feed", fast)
    assert (code, to_work(table)) == (0, 30)
    assert "note: fast: 2 routes state no evidence" in err


def test_a_feed_without_service_that_day_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    late = FILES["calendar.txt"].replace("20261101,20261130", "20270101,20270131")
    old = write_feed(tmp_path / "old", calendar_txt=late)
    words = ("--feed", write_feed(tmp_path / "now"), "--feed", old)
    code, _, err = run(capsys, tmp_path, *words)
    assert code == 0
    assert "note: feed old has no service on 2026-11-24 and adds nothing" in err


def test_an_encoding_is_asked_for_and_taken(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = write_feed(tmp_path / "f", agency_txt=FILES["agency.txt"].replace("Seoul", "Tokyo"))
    stops = FILES["stops.txt"].replace("피", "Øst").replace("큐", "Q").replace("알", "R")
    (folder / "stops.txt").write_bytes(stops.encode("latin-1"))
    code, _, err = run(capsys, tmp_path, "--feed", folder)
    assert code == 3
    assert "--feed-encoding latin-1" in err
    code, table, _ = run(capsys, tmp_path, "--feed", folder, "--feed-encoding", "latin-1")
    assert (code, to_work(table)) == (0, 30)
    assert table is not None
    assert table["legs"].str.contains("Øst").any()


def test_trips_at_fault_are_listed_in_the_file_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    times = TIMES + "t3,09:00:00,09:00:00,p,1\nt3,08:00:00,08:00:00,q,2\n"
    trips = FILES["trips.txt"] + "one,WD,t3\n"
    folder = write_feed(tmp_path / "f", stop_times_txt=times, trips_txt=trips)
    code, _, err = run(capsys, tmp_path, "--feed", folder)
    assert code == 3
    assert "1 trips of 3 would be lost" in err
    listed = tmp_path / "rejected.csv"
    code, table, err = run(capsys, tmp_path, "--feed", folder, "--lenient", listed)
    assert (code, to_work(table)) == (0, 30)
    assert "note: 1 rows at fault and 1 trips set aside" in err
    assert listed.read_text(encoding="utf-8").splitlines() == [
        "file,row,field,trip_id,what",
        'stop_times.txt,8,arrival_time,t3,"arrives before it left the previous stop, trip (t3)"',
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--lenient", "faults.csv"], "--lenient: used with --feed only"),
        (["--feed", "f", "--lenient", "faults.doc"], "--lenient: lists faults as CSV"),
    ],
)
def test_a_list_of_faults_needs_a_feed_and_a_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], words: str
) -> None:
    code, _, err = run(capsys, tmp_path, *options)
    assert code == 2
    assert words in err


def test_a_list_of_faults_is_no_input_and_no_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run(capsys, tmp_path, "--feed", "f", "--lenient", tmp_path / "times.csv")
    assert code == 2
    assert "--lenient: is another file" in err


def test_the_limit_of_an_archive_can_be_raised(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**FILES, "shapes.txt": "0" * 30_000_000}.items():
            archive.writestr(name, text)
    assert run(capsys, tmp_path, "--feed", path)[0] == 3
    assert run(capsys, tmp_path, "--feed", path, "--inflate-limit-mb", "50")[0] == 0
