"""``clustergeo check`` on timetable feeds: what it prints, writes and exits with."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from toy_lint import CLEAN, write_clean

from clustergeo.cli import main
from clustergeo.schemas.lint import FINDINGS
from clustergeo.settings import data_path

TIMES = CLEAN["stop_times.txt"]
UNUSED = {"stops.txt": CLEAN["stops.txt"].replace("s,새들", "u,빈터,36.0,127.07,,\ns,새들")}
UNKNOWN = {"stop_times.txt": TIMES.replace("q,2", "x,2")}


def check(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as stopped:
        main(["check", *map(str, words)])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_a_clean_feed_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    feed = write_clean(tmp_path / "feed")
    code, out, err = check(capsys, feed, "--strict", "--date", "2026-11-24")
    assert (code, err) == (0, "")
    assert out.startswith(f"{feed}: ok, timetable feed, <Timetable ")
    assert out.count("\n") == 1


def test_errors_are_grouped_with_their_remedy_and_exit_with_6(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    feed = write_clean(tmp_path / "feed", UNKNOWN | UNUSED | {"feed_info.txt": ""})
    code, out, err = check(capsys, feed)
    assert (code, err) == (6, "")
    assert out.splitlines() == [
        f"{feed}: refused, timetable feed; 1 error, 2 warnings, 1 info",
        "  error unknown_stop (2): there is no such stop - correct the id or add it to its table",
        "    stop_times.txt:3, stop_id: x (2 rows)",
        "  warning unused_stop (2): no trip calls here - add its calls or remove the stop",
        "    stops.txt:4, stop_id: q 큰샘",
        "    stops.txt:6, stop_id: u 빈터",
        (
            "  info feed_dates_missing (1): the feed does not say from when to when it holds - "
            "add feed_start_date and feed_end_date to feed_info.txt"
        ),
        "    feed_info.txt, feed_start_date, feed_end_date: no feed_info.txt",
    ]


def test_examples_are_few_and_the_rest_is_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    more = "".join(f"u{i},빈터,36.0,127.{100 + i},,\n" for i in range(5))
    feed = write_clean(tmp_path / "feed", {"stops.txt": CLEAN["stops.txt"] + more})
    code, out, _ = check(capsys, feed)
    assert code == 0
    assert out.splitlines()[-1] == "    and 2 more"


def test_warnings_exit_with_6_only_when_strict(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    feed = write_clean(tmp_path / "feed", UNUSED)
    assert check(capsys, feed)[0] == 0
    assert check(capsys, feed, "--strict")[0] == 6


def test_a_feed_that_loads_may_be_faulty(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    feed = write_clean(tmp_path / "feed")
    code, out, _ = check(capsys, feed, "--date", "2027-01-01")
    assert code == 6
    assert out.startswith(f"{feed}: faulty, timetable feed, <Timetable ")
    assert "calendar_ended" in out


def test_what_cannot_be_opened_exits_with_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "feed.zip").write_bytes(b"PK\x03\x04 and no more")
    code, out, err = check(capsys, tmp_path / "feed.zip", tmp_path / "none.zip")
    assert (code, out) == (3, "")
    assert err.count("clustergeo: error: ") == 2
    # Nothing was linted, and what stood there stays.
    table = tmp_path / "lint.csv"
    table.write_text("old", encoding="utf-8")
    assert check(capsys, tmp_path / "feed.zip", "--out", table)[0] == 3
    assert table.read_text(encoding="utf-8") == "old"


def test_findings_of_all_feeds_are_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    east, west = write_clean(tmp_path / "east", UNUSED), write_clean(tmp_path / "west", UNKNOWN)
    out = tmp_path / "lint.csv"
    assert check(capsys, east, west, "--out", out)[0] == 6
    table = pd.read_csv(out)
    assert tuple(table.columns) == FINDINGS.names
    assert table["file"].tolist() == [
        f"{east}/stops.txt", f"{west}/stop_times.txt", f"{west}/stops.txt"
    ]  # fmt: skip
    assert table["row"].tolist() == [6, 3, 4]
    written = out.read_bytes()
    (east / "agency.txt").rename(tmp_path / "agency.txt")
    check(capsys, east, "--out", out)
    assert f"{east}/agency.txt" in pd.read_csv(out)["file"].tolist()
    (tmp_path / "agency.txt").rename(east / "agency.txt")
    again = tmp_path / "again.csv"
    assert check(capsys, east, west, "--out", again)[0] == 6
    assert again.read_bytes() == written
    assert check(capsys, write_clean(tmp_path / "clean"), "--out", out)[0] == 0
    assert pd.read_csv(out).empty


def test_stops_far_from_a_network_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    far = {"stops.txt": CLEAN["stops.txt"].replace("36.000,127.060", "34.100,125.100")}
    far["stop_times.txt"] = TIMES.replace("t3,07:05:00,07:05:00", "t3,19:05:00,19:05:00")
    feed = write_clean(tmp_path / "feed", far)
    table = tmp_path / "lint.csv"
    code, out, err = check(capsys, feed, "--network", data_path("roads"), "--out", table)
    assert (code, err) == (0, "")
    assert "  warning stop_far_from_street (5): no street is near - " in out
    assert "s 새들: " in table.read_text(encoding="utf-8")


def test_several_feeds_below_a_folder_are_recognised(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_clean(tmp_path / "both" / "east")
    write_clean(tmp_path / "both" / "west", UNKNOWN)
    code, out, _ = check(capsys, tmp_path / "both")
    assert code == 6
    assert "west/stop_times.txt:3, stop_id: x (2 rows)" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--date", "soon"], "--date: not a date (soon)"),
        (["--out", "lint.doc"], "--out: unknown format (lint.doc)"),
        (["--out", "FEED"], "--out: "),
    ],
)
def test_options_that_are_off_are_usage_errors(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], message: str
) -> None:
    feed = write_clean(tmp_path / "feed.csv")
    code, _, err = check(capsys, feed, *[str(feed) if w == "FEED" else w for w in words])
    assert code == 2
    assert message in err


def test_a_table_of_findings_needs_a_feed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    places = tmp_path / "places.csv"
    places.write_text("place_id,lon,lat\na,127.3,36.5\n", encoding="utf-8")
    code, _, err = check(capsys, places, "--out", tmp_path / "lint.csv")
    assert code == 2
    assert "no timetable feed was checked" in err
