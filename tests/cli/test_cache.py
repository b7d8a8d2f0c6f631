"""The commands that look after the cache."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from toy_osm import Town

from clustergeo import _cache
from clustergeo.cli import main
from clustergeo.networks import _compiled, load_road_network


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return int(stopped.value.code or 0)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep one small town and return the folder of the cache."""
    monkeypatch.setenv("CLUSTERGEO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(_compiled, "DEAR_BYTES", 0)
    town = Town({1: (36.0, 127.0), 2: (36.0, 127.1)}, ways={7: ([1, 2], {"highway": "primary"})})
    load_road_network(town.write_xml(tmp_path / "town.osm"))
    (entry,) = (tmp_path / "cache").iterdir()
    os.utime(entry / "entry.json", (86_400, 86_400))
    return tmp_path / "cache"


def test_the_list_names_source_size_and_last_use(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cache", "list") == 0
    line, total = capsys.readouterr().out.splitlines()
    assert line.startswith("1970-01-02 00:00 UTC      0.0 MB  road network  town.osm  ")
    assert total == f"{kept}: 1 entry, 0.0 MB of at most 4,000.0 MB"


def test_clear_removes_all_or_what_is_old(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = kept.parent / "town.osm"
    town.write_text(town.read_text("utf-8") + "\n", "utf-8")
    load_road_network(town)
    assert run("cache", "clear", "--older-than", 1) == 0
    assert capsys.readouterr().out == f"{kept}: removed 1 entry, 0.0 MB\n"
    assert run("cache", "clear") == 0
    assert run("cache", "list") == 0
    out = capsys.readouterr().out
    assert "removed 1 entry" in out
    assert "0 entries" in out
    assert list(kept.iterdir()) == []
    assert run("cache", "clear", "--older-than", -1) == 2


def test_verify_finds_what_has_changed_and_puts_it_away(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cache", "verify") == 0
    assert capsys.readouterr().out == f"{kept}: 1 entry, 0.0 MB, all as they were written\n"
    (file,) = kept.glob("*/content/*/lon.npy")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert run("cache", "verify") == 3
    assert "is damaged (has changed since it was written)" in capsys.readouterr().err
    assert run("cache", "verify") == 0
    assert run("cache", "list") == 0
    assert "damaged  town.osm" in capsys.readouterr().out


def test_off_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CLUSTERGEO_CACHE", "off")
    for command in ("list", "clear", "verify"):
        assert run("cache", command) == 0
    assert capsys.readouterr().out.count("the cache is off (CLUSTERGEO_CACHE): ") == 3


def test_a_network_that_is_saved_is_not_kept_as_well(kept: Path) -> None:
    assert run("cache", "clear") == 0
    out = kept.parent / "saved"
    assert run("network", "build", kept.parent / "town.osm", "--out", out) == 0
    assert not list(kept.iterdir())
    assert run("network", "info", kept.parent / "town.osm") == 0
    assert len(list(kept.iterdir())) == 1


def test_a_cache_that_cannot_be_used_is_one_line_and_no_error(
    kept: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _cache._warn_once.cache_clear()
    monkeypatch.setenv("CLUSTERGEO_CACHE", str(kept.parent / "town.osm"))
    assert run("network", "info", kept.parent / "town.osm") == 0
    assert len([r for r in caplog.records if r.levelname == "WARNING"]) == 1
