from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clustergeo.errors import MissingFileError, StudyError
from clustergeo.settings import data_path
from clustergeo.study import load_study

SHIPPED = data_path("studies", "chungcheong.toml")


def rewritten(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the shipped study with some text replaced, its paths made absolute."""
    text = SHIPPED.read_text(encoding="utf-8").replace('"../', f'"{data_path().as_posix()}/')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_study_states_day_window_and_rules() -> None:
    study = load_study()
    assert study.departures.date == dt.date(2026, 11, 18)
    assert study.departures.date.weekday() < 5
    assert (study.departures.start, study.departures.end) == (dt.time(7), dt.time(9))
    assert study.road.snap_cap_m == 2000
    assert study.transit.access == "walk_else_taxi"


def test_every_path_is_made_absolute(tmp_path: Path) -> None:
    study = load_study(rewritten(tmp_path))
    assert all(path.is_absolute() and path.exists() for path in study.input_files().values())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("date = 2026-11-18", 'date = "soon"', r"mine.toml, date: .*date.*\('soon'\)"),
        ('window = "07:00-09:00"', 'window = "7-9"', r"window: not a window of time \(7-9\)"),
        (
            'window = "07:00-09:00"',
            'window = "09:00-07:00"',
            r"window: not a window of time \(09:00-07:00\) - write it as HH:MM-HH:MM, the earlier",
        ),
        ('lang = "ko"', 'lang = "fr"', r"outputs.lang: .*'ko' or 'en'.*\('fr'\)"),
        ("snap_cap_m", "snap_cap", r"road.snap_cap: unknown key"),
        ('"dumbbell"', '"donut"', r"outputs.exhibits: unknown exhibit \(donut\)"),
        ("/roads", "/rods", r"networks.road: no such file or folder .*rods\) - correct the path"),
        ('study_id = "chungcheong"', "", r"study_id: key missing - add it"),
        ("access_kph = 30", "access_kph = 0", r"access_kph"),
        ("[study]", "[study", r"not TOML"),
    ],
)
def test_a_faulty_study_is_refused_naming_the_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        load_study(rewritten(tmp_path, (old, new)))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = rewritten(tmp_path, ('/roads"', '/rods"'), ('/gtfs"', '/gtsf"'))
    with pytest.raises(StudyError) as caught:
        load_study(path)
    assert len(caught.value.faults) == 2


def test_a_missing_file_names_its_nearest_neighbour(tmp_path: Path) -> None:
    rewritten(tmp_path)
    with pytest.raises(MissingFileError, match=r"did you mean mine.toml\?"):
        load_study(tmp_path / "mime.toml")


def test_several_feeds_may_be_named(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    feed = f'feed = "{data_path().as_posix()}/gtfs"'
    study = load_study(
        rewritten(tmp_path, (feed, 'feed = ["one", "two"]\nfeed_encoding = "latin-1"'))
    )
    assert study.networks.feed == (one, two)
    assert study.networks.feed_encoding == "latin-1"
    assert study.input_files()["networks.feed.1"] == two
    two.rmdir()
    with pytest.raises(StudyError, match=r"networks\.feed\.1: no such file or folder .*two"):
        load_study(tmp_path / "mine.toml")
