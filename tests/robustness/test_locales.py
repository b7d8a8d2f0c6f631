"""Locale, time zone, hash seed and line ends: the same question has the same bytes."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clustergeo._files import read_csv
from clustergeo.cli import main
from clustergeo.networks import load_timetable
from clustergeo.places import load_places

pytestmark = pytest.mark.no_cover

ROWS = (
    "place_id,name_en,name_ko,lon,lat\n"
    "007,Town X,가람동,127.30,36.50\n"
    "1-2,Town Y,나래동,127.40,36.60\n"
)

SETTINGS = {
    "C": {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "2",
        "TZ": "America/New_York",
    },
    "ko_KR": {"LC_ALL": "ko_KR.eucKR", "PYTHONIOENCODING": "cp949", "TZ": "Asia/Seoul"},
}
"""A locale that is not installed here is taken for C by the system, which is a test as well."""

CALLS = (
    "places 곳.csv --out o.csv",
    "places 곳.csv --out o.geojson",
    "places 곳.csv --out o.gpkg",
    "times --mode car --from 곳.csv --to sejong,osong --out car.csv",
)

PROGRAM = """
import locale, sys
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from clustergeo.cli import main
words = sys.argv[1:]
while words:
    end = words.index("--out") + 2
    try:
        main(words[:end])
    except SystemExit as ended:
        assert not ended.code, words[:end]
    words = words[end:]
"""


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.stem.isascii()
    }


def test_d10_locale_time_zone_and_hash_seed_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("plain", *SETTINGS):
        (tmp_path / name).mkdir()
        (tmp_path / name / "곳.csv").write_text(ROWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "plain")
    for words in CALLS:
        with pytest.raises(SystemExit) as ended:
            main(words.split())
        assert not ended.value.code
    plain = _hashes(tmp_path / "plain")
    assert len(plain) == len(CALLS)
    # The words as they come on a command line, in bytes.
    calls = [[os.fsencode(word) for word in words.split()] for words in CALLS]
    for name, setting in SETTINGS.items():
        ran = subprocess.run(
            [sys.executable, "-X", "utf8=0", "-c", PROGRAM, *itertools.chain(*calls)],
            cwd=tmp_path / name,
            env={**os.environ, **setting},
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode("utf-8", "replace")
        assert _hashes(tmp_path / name) == plain, name
    text = (tmp_path / "C" / "o.csv").read_text(encoding="utf-8")
    assert "007,Town X,가람동" in text
    assert "곳.csv" in text


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain, crlf, old = (tmp_path / f"{name}.csv" for name in ("plain", "crlf", "old"))
    plain.write_bytes(ROWS.encode())
    crlf.write_bytes(b"\xef\xbb\xbf" + ROWS.replace("\n", "\r\n").encode())
    old.write_bytes(ROWS.replace("\n", "\r").encode())
    for other in (crlf, old):
        assert read_csv(other).equals(read_csv(plain))
    places = [load_places(path).drop(columns="source") for path in (plain, crlf)]
    assert places[0].to_json() == places[1].to_json()


def test_feeds_and_settings_with_windows_line_ends_are_the_same(tmp_path: Path) -> None:
    from toy_feed import write_feed  # noqa: PLC0415

    plain, crlf = write_feed(tmp_path / "plain"), write_feed(tmp_path / "crlf")
    for path in crlf.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    one, other = load_timetable(plain), load_timetable(crlf)
    for name in ("stops", "routes", "trips", "stop_times"):
        assert getattr(one, name).equals(getattr(other, name)), name


@pytest.mark.skipif(os.name == "nt", reason="a backslash is a separator there")
def test_a_backslash_in_a_name_is_a_letter_of_it(tmp_path: Path) -> None:
    path = tmp_path / "data\\places.csv"
    path.write_text(ROWS, encoding="utf-8")
    assert len(load_places(path)) == 2
