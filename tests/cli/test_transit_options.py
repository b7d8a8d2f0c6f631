"""``clustergeo times --mode transit``: waiting, access, deadlines, profile and legs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from toy_feed import write_feed

from clustergeo.cli import main
from clustergeo.schemas import check_table
from clustergeo.schemas.profiles import profile_schema

# In the toy feed a metro leaves home at 7:10 and is at work at 7:40.
PLACES = "place_id,lon,lat\nhome,127.0,36.0\nwork,127.2,36.0\n"
ROADS = Path(__file__).parents[2] / "data" / "roads"


def run(
    capsys: pytest.CaptureFixture[str], folder: Path, *options: str | Path
) -> tuple[int, str, str]:
    """Return exit code and both streams of the times between home and work."""
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    ends = ["--from", folder / "places.csv", "--to", folder / "places.csv"]
    words = ["times", "--mode", "transit", *ends, "--out", folder / "times.csv"]
    feed = ["--feed", write_feed(folder / "feed"), "--date", "2026-11-24"]
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in [*words, *feed, *options]])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def to_work(folder: Path) -> float:
    table = pd.read_csv(folder / "times.csv").set_index(["from_id", "to_id"])
    return float(table.loc[("home", "work"), "minutes"])


@pytest.mark.parametrize(
    ("options", "minutes"),
    [
        ("--window 07:05-07:06", 35),
        ("--window 07:05-07:06 --wait plan", 30),
        ("--window 07:45-07:46 --arrive-by", 35),
        ("--window 07:45-07:46 --arrive-by --wait plan", 30),
        ("--window 07:05-07:06 --most-rides 1 --access walk --headway-wait half", 35),
        ("--window 07:05-07:06 --access bicycle --egress walk", 35),
    ],
)
def test_minutes_by_wait_model_and_deadline(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: str, minutes: float
) -> None:
    code, _, err = run(capsys, tmp_path, *options.split())
    assert (code, "error" in err) == (0, False)
    assert to_work(tmp_path) == minutes


def test_profile_and_legs_are_written_beside(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    profile, legs = tmp_path / "profile.csv", tmp_path / "legs.csv"
    words = ["--window", "07:00-07:10", "--percentiles", "10,50"]
    code, out, err = run(capsys, tmp_path, *words, "--profile", profile, "--legs", legs)
    assert code == 0
    assert f"{profile}: 4 pairs" in out
    assert "note: access by taxi is timed on straight lines x 1.3 at 30 km/h" in err
    table = pd.read_csv(profile, dtype=str, keep_default_na=False)
    checked = check_table(table, profile_schema((0.1, 0.5)), file="profile")
    found = checked.set_index(["from_id", "to_id"]).loc[("home", "work")]
    assert found[["p10_min", "p50_min", "ride_metro_min"]].tolist() == [31, 35, 30]
    assert found["first_arrival_min"] == 460
    ridden = pd.read_csv(legs).query("kind == 'ride' and from_id == 'home'").iloc[0]
    assert ridden[["route", "route_name", "mode"]].tolist() == ["1호선", "첫째", "metro"]
    assert ridden["from_stop"] == "피"


def test_rides_to_stops_are_timed_on_a_network(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["--window", "07:05-07:06", "--access", "car", "--network", ROADS]
    code, _, err = run(capsys, tmp_path, *words, "--state", "weekday_am")
    assert code == 0
    assert "note: access by car is timed on the roads of" in err
    assert to_work(tmp_path) == 35


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--percentiles 5,50", "--percentiles: are columns of the profile"),
        ("--percentiles a --profile p.csv", "--percentiles: not numbers (a)"),
        ("--percentiles 0,50 --profile p.csv", "--percentiles: not different, above 0"),
        ("--profile p.txt", "--profile: is a table (p.txt) - end it in .csv"),
        ("--legs l.parquet", "--legs: is a table (l.parquet)"),
        ("--profile p.csv --arrive-by", "--profile: is of departures"),
        ("--profile p.csv --legs p.csv", "--legs: is another file of the call (p.csv)"),
        ("--most-rides 0", "--most-rides: below 1 (0)"),
        ("--access car --egress car", "cannot both be car"),
    ],
)
def test_options_that_contradict_are_usage_errors(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: str, message: str
) -> None:
    code, _, err = run(capsys, tmp_path, "--window", "07:05-07:06", *options.split())
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    "option", ["--wait plan", "--arrive-by", "--legs l.csv", "--most-rides 1"]
)
def test_options_of_transit_are_not_for_cars(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str
) -> None:
    words = ["times", "--mode", "car", "--from", "osong", "--to", "sejong", "--out"]
    with pytest.raises(SystemExit) as stopped:
        main([*words, str(tmp_path / "t.csv"), *option.split()])
    assert stopped.value.code == 2
    assert f"{option.split(maxsplit=1)[0]}: not used by --mode car" in capsys.readouterr().err
