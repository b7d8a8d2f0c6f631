"""The cache: a hit equals a miss, and whatever happens to it, a run goes on.

The tests are named after the ids of the faults they provoke, F1 to F8.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from clustergeo import _cache
from clustergeo._cache import Cache, code_of, locked, user_cache
from clustergeo._entries import name_of
from clustergeo.errors import OutputError, UsageError

KEY = {"what": "a list", "name": "primes", "source": "1"}
ROOM = 10_000_000


def save(numbers: list[int], folder: Path) -> None:
    folder.mkdir()
    np.save(folder / "numbers.npy", np.array(numbers), allow_pickle=False)
    (folder / "more.json").write_text(json.dumps(numbers))


def load(folder: Path) -> list[int]:
    numbers: list[int] = np.load(folder / "numbers.npy", allow_pickle=False).tolist()
    return numbers


class Maker:
    """Makes [2, 3, 5] and counts how often."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> list[int]:
        self.made += 1
        return [2, 3, 5]


def fetched(cache: Cache, make: Callable[[], list[int]], **key: str) -> list[int]:
    return cache.fetch(KEY | key, make=make, save=save, load=load)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", ROOM)


@pytest.fixture
def filled(cache: Cache) -> Cache:
    fetched(cache, Maker())
    return cache


@pytest.fixture(autouse=True)
def _fresh_warnings() -> None:
    _cache._warn_once.cache_clear()


def folder_of(cache: Cache) -> Path:
    assert cache.folder is not None
    return cache.folder


def place_of(cache: Cache, **key: str) -> Path:
    return folder_of(cache) / name_of(KEY | key)


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_thing_is_made_once(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    make = Maker()
    assert fetched(cache, make) == fetched(cache, make) == [2, 3, 5]
    assert make.made == 1
    assert names(folder_of(cache)) == [place_of(cache).name]
    assert not warnings_in(caplog)


def test_another_key_is_another_thing(cache: Cache) -> None:
    make = Maker()
    for source in ("1", "2", "1", "2"):
        fetched(cache, make, source=source)
    assert make.made == 2
    assert [dict(e.key)["source"] for e in cache.entries()] == ["1", "2"]


def test_what_cannot_be_made_is_not_kept_and_leaves_no_rest(cache: Cache) -> None:
    def fail() -> list[int]:
        message = "no roads"
        raise OutputError(message)  # an OSError that is not the cache's

    with pytest.raises(OutputError, match="no roads"):
        fetched(cache, fail)
    assert names(folder_of(cache)) == []


def test_who_saves_nothing_keeps_nothing(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    make = Maker()
    for _ in range(2):
        assert cache.fetch(KEY, make=make, save=lambda _n, _f: None, load=load) == [2, 3, 5]
    assert make.made == 2
    assert names(folder_of(cache)) == []
    assert not warnings_in(caplog)


def test_no_folder_keeps_nothing() -> None:
    cache, make = Cache(None, ROOM), Maker()
    assert fetched(cache, make) == fetched(cache, make)
    assert make.made == 2
    assert not any([cache.entries(), cache.verify(), cache.clear()])


# F1: damage is a miss


def truncate(place: Path) -> None:
    os.truncate(place / "content" / "numbers.npy", 100)


def empty(place: Path) -> None:
    (place / "content" / "numbers.npy").write_bytes(b"")


def flip(place: Path) -> None:
    file = place / "content" / "numbers.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def html(place: Path) -> None:
    (place / "content" / "numbers.npy").write_text("<html>403</html>")


def lost(place: Path) -> None:
    (place / "content" / "more.json").unlink()


def added(place: Path) -> None:
    (place / "content" / "notes.txt").write_text("")


def no_content(place: Path) -> None:
    shutil.rmtree(place / "content")


def no_manifest(place: Path) -> None:
    (place / "entry.json").unlink()


def manifest(**members: object) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        file = place / "entry.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | members))

    return change


def manifest_text(text: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        (place / "entry.json").write_text(text)

    return change


def a_file(place: Path) -> None:
    shutil.rmtree(place)
    place.write_text("")


def manifest_folder(place: Path) -> None:
    (place / "entry.json").unlink()
    (place / "entry.json").mkdir()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "truncated": truncate,
    "0-byte": empty,
    "bit flipped": flip,
    "HTML": html,
    "file lost": lost,
    "file added": added,
    "content lost": no_content,
    "manifest lost": no_manifest,
    "manifest of a future version": manifest(version=2),
    "manifest of something else": manifest(format=1),
    "manifest of another key": manifest(key={"what": "another"}),
    "manifest is HTML": manifest_text("<html>403</html>"),
    "manifest is a list": manifest_text("[]"),
    "manifest is empty": manifest_text(""),
    "manifest cut": manifest_text('{"format": '),
    "entry is a file": a_file,
    "manifest is a folder": manifest_folder,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_f1_damage_is_put_away_with_one_warning_and_made_again(
    filled: Cache, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    place = place_of(filled)
    damage(place)
    make = Maker()
    assert fetched(filled, make) == fetched(filled, make) == [2, 3, 5]
    assert make.made == 1
    (warning,) = warnings_in(caplog)
    assert re.fullmatch(rf"{place}: is damaged \(.+\) - nothing to mend: .+", warning)
    assert names(folder_of(filled)) == [place.name, f"{place.name}.bad"]


def test_f1_damage_that_only_the_reader_sees(
    filled: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_folder: Path) -> list[int]:
        message = "is of version 9"
        raise ValueError(message)

    make = Maker()
    for _ in range(2):
        assert filled.fetch(KEY, make=make, save=save, load=refuse) == [2, 3, 5]
    assert make.made == 2
    assert len(warnings_in(caplog)) == 2
    assert names(folder_of(filled)) == [place_of(filled).name, f"{place_of(filled).name}.bad"]


# F2: a writer that dies at any write leaves the old or the new, never half

WRITES = {
    "fcntl.flock",
    "open",
    "os.chmod",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.utime",
    "shutil.rmtree",
}


def killed_at(write: int, cache: Cache) -> bool:
    """Fetch in a process that kills itself before a write; return whether it came that far."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
        child = os.fork()
    if not child:
        seen = iter(range(1, 1_000))
        sys.addaudithook(
            lambda event, _: (
                os.kill(os.getpid(), signal.SIGKILL)
                if event in WRITES and next(seen) == write
                else None
            )
        )
        try:
            fetched(cache, Maker())
        except BaseException:  # noqa: BLE001 - the child must not go on as a second pytest
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in {0, signal.SIGKILL}
    return status != 0


@pytest.mark.parametrize("before", ["nothing", "damage"])
def test_f2_a_writer_killed_at_any_write_leaves_no_half_entry(
    cache: Cache, before: str, caplog: pytest.LogCaptureFixture
) -> None:
    writes = 0
    fetched(cache, Maker())  # the child shall not die of an import
    for write in range(1, 1_000):
        if before == "nothing":
            shutil.rmtree(folder_of(cache))
        else:
            truncate(place_of(cache))
        if not killed_at(write, cache):
            break
        writes += 1
        assert before == "damage" or cache.verify() == []
        make = Maker()
        assert fetched(cache, make) == fetched(cache, make) == [2, 3, 5]
        assert make.made <= 1
        assert cache.verify() == []
        fetched(cache, Maker(), source="2")  # any writer sweeps up
        shutil.rmtree(place_of(cache, source="2"))
        assert not [name for name in names(folder_of(cache)) if name.startswith(".")]
    assert writes > 20
    assert before == "damage" or not warnings_in(caplog)


def test_f2_what_killed_writers_left_is_swept_up_but_nothing_of_the_living(
    filled: Cache,
) -> None:
    folder, other, living = folder_of(filled), "a" * 64, "b" * 64
    for name in (f".{other}.x1", f".{living}.x2", f".{other}.bad.77"):
        (folder / name / "content").mkdir(parents=True)
    (folder / f"{other}.lock").touch()
    (folder / "thesis.doc").write_text("years of work")
    with locked(folder / f"{living}.lock"):
        fetched(filled, Maker(), source="2")
        assert f".{living}.x2" in names(folder)
    entries = {place_of(filled).name, place_of(filled, source="2").name}
    assert set(names(folder)) == {*entries, f".{living}.x2", "thesis.doc"}


# F3: several at once


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


WAITING = """
import sys, pathlib, time
sys.path.insert(0, {tests!r})
from test_cache import Cache, KEY, ROOM, load, save
folder = pathlib.Path({folder!r})
def make():
    with (folder / "made.txt").open("a") as file:
        file.write("x")
    time.sleep(0.5)
    return [2, 3, 5]
(folder / {name!r}).touch()
while not (folder / "go").exists():
    time.sleep(0.01)
cache = Cache(folder / "cache", ROOM)
print(cache.fetch(KEY | {{"source": {source!r}}}, make=make, save=save, load=load))
"""


@pytest.mark.parametrize(("sources", "made"), [("11", "x"), ("12", "xx")])
def test_f3_two_processes_make_a_thing_once_and_different_things_at_once(
    tmp_path: Path, sources: str, made: str
) -> None:
    tests = str(Path(__file__).parent)
    scripts = [
        WAITING.format(tests=tests, folder=str(tmp_path), name=f"ready{i}", source=source)
        for i, source in enumerate(sources)
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        for script in scripts
    ]
    deadline = time.monotonic() + 60
    while not all((tmp_path / f"ready{i}").exists() for i in range(2)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (tmp_path / "go").touch()
    for process in running:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "[2, 3, 5]\n", "")
    assert (tmp_path / "made.txt").read_text() == made
    assert len(Cache(tmp_path / "cache", ROOM).entries()) == len(made)


def test_f3_threads_wait_for_each_other_too(cache: Cache) -> None:
    make, found = Maker(), []

    def slow() -> list[int]:
        time.sleep(0.2)
        return make()

    threads = [
        threading.Thread(target=lambda: found.append(fetched(cache, slow))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[2, 3, 5]] * 4
    assert make.made == 1


def test_f3_whoever_waits_too_long_goes_on_alone(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_cache, "_LONGEST_WAIT_S", 0.05)
    folder_of(cache).mkdir(mode=0o700)
    with locked(folder_of(cache) / f"{place_of(cache).name}.lock"):
        assert fetched(cache, Maker()) == [2, 3, 5]
    assert len(warnings_in(caplog)) == 1
    assert cache.entries() == []


def test_f3_where_locks_do_not_work_the_first_one_stays(
    cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    def overtaken() -> list[int]:
        other = Cache(folder_of(cache).parent / "other", ROOM)
        fetched(other, Maker())
        place_of(other).rename(place_of(cache))
        return [2, 3, 5]

    assert fetched(cache, overtaken) == [2, 3, 5]
    assert cache.verify() == []
    assert names(folder_of(cache)) == [place_of(cache).name]
    assert not warnings_in(caplog)


# F4: a lock whose process died


def test_f4_the_lock_of_a_dead_process_is_taken_over(cache: Cache) -> None:
    lock = place_of(cache).with_name(f"{place_of(cache).name}.lock")
    script = (
        "import os, pathlib\nfrom clustergeo._cache import locked\n"
        f"with locked(pathlib.Path({str(lock)!r})):\n    os.kill(os.getpid(), 9)"
    )
    folder_of(cache).mkdir(mode=0o700)
    died = subprocess.run([sys.executable, "-c", script], check=False, env=environment())
    assert died.returncode == -signal.SIGKILL
    assert lock.exists()
    started = time.monotonic()
    assert fetched(cache, Maker()) == [2, 3, 5]
    assert time.monotonic() - started < 5
    assert names(folder_of(cache)) == [place_of(cache).name]


# F5: no room, no right, no home


def test_f5_a_full_disk_is_one_warning(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    make = Maker()
    fetched(Cache(folder_of(cache).parent / "warm", ROOM), make)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        found = [fetched(cache, make) for _ in range(2)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert found == [[2, 3, 5]] * 2
    assert make.made == 3
    (warning,) = warnings_in(caplog)
    assert "no use as a cache (File too large) - " in warning
    assert names(folder_of(cache)) == []


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """Become a user without rights, and return a folder of theirs."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, 65534, 65534)
    os.seteuid(65534)
    try:
        yield folder
    finally:
        os.seteuid(0)
        shutil.rmtree(folder)


def test_f5_a_read_only_folder_still_gives_and_takes_with_one_warning(
    as_nobody: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache, make = Cache(as_nobody / "cache", ROOM), Maker()
    fetched(cache, make)
    folder_of(cache).chmod(0o500)
    assert fetched(cache, make) == [2, 3, 5]
    assert make.made == 1
    assert not warnings_in(caplog)
    for source in ("2", "3"):
        assert fetched(cache, make, source=source) == [2, 3, 5]
    assert make.made == 3
    (warning,) = warnings_in(caplog)
    assert "no use as a cache (Permission denied)" in warning
    folder_of(cache).chmod(0o700)
    truncate(place_of(cache))
    folder_of(cache).chmod(0o500)
    assert fetched(cache, make) == [2, 3, 5]
    assert len(cache.verify()) == 1
    folder_of(cache).chmod(0o700)


def test_f5_a_folder_that_cannot_be_listed_stops_no_run(
    as_nobody: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache, make = Cache(as_nobody / "cache", ROOM), Maker()
    fetched(cache, make)
    folder_of(cache).chmod(0o300)
    assert fetched(cache, make, source="2") == fetched(cache, make, source="2") == [2, 3, 5]
    assert make.made == 2
    assert len(warnings_in(caplog)) == 1
    with pytest.raises(OutputError, match=r"cannot be read \(Permission denied\) - chmod 700"):
        cache.entries()
    folder_of(cache).chmod(0o700)


def test_f5_a_folder_that_cannot_be_made_is_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "cache"):
        make = Maker()
        assert fetched(Cache(folder, ROOM), make) == fetched(Cache(folder, ROOM), make)
        assert make.made == 2
        assert Cache(folder, ROOM).entries() == []
    assert len(warnings_in(caplog)) == 2


@pytest.mark.parametrize("told", ["~/.cache", RuntimeError("there is no home folder")])
def test_f5_no_home_is_one_warning(
    tmp_path: Path,
    told: str | Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def nowhere(*_: object, **__: object) -> Path:
        if isinstance(told, Exception):
            raise told
        return Path(told)

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLUSTERGEO_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_path", nowhere)
    for _ in range(2):
        assert fetched(user_cache(), Maker()) == [2, 3, 5]
    (warning,) = warnings_in(caplog)
    assert "no use as a cache (there is no home folder) - " in warning
    assert names(tmp_path) == []


def test_the_folder_and_the_limit_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTERGEO_CACHE", "here")
    monkeypatch.setenv("CLUSTERGEO_CACHE_GB", "0.5")
    assert user_cache() == Cache(tmp_path / "here", 500_000_000)
    monkeypatch.setenv("CLUSTERGEO_CACHE", "OFF")
    monkeypatch.setenv("CLUSTERGEO_CACHE_GB", "")
    assert user_cache() == Cache(None, 4_000_000_000)
    monkeypatch.delenv("CLUSTERGEO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert user_cache().folder == tmp_path / "xdg" / "clustergeo"
    for text in ("much", "0", "-1", "nan", "inf"):
        monkeypatch.setenv("CLUSTERGEO_CACHE_GB", text)
        with pytest.raises(UsageError, match=rf"not a number of gigabytes \({text}\)"):
            user_cache()


# F7: what others put there


def test_f7_the_folder_is_its_owner_s_alone_and_names_are_hashes(filled: Cache) -> None:
    assert folder_of(filled).stat().st_mode & 0o777 == 0o700
    hostile = {"name": "../../etc/passwd", "what": "\x00\n" * 300}
    fetched(filled, Maker(), **hostile)
    assert all(re.fullmatch(r"[0-9a-f]{64}", name) for name in names(folder_of(filled)))


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_f7_a_folder_that_others_may_write_to_is_not_used(
    filled: Cache, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    folder_of(filled).chmod(mode)
    make = Maker()
    assert [fetched(filled, make), fetched(filled, make)] == [[2, 3, 5]] * 2
    assert make.made == 2
    (warning,) = warnings_in(caplog)
    assert "others may write to it) - chmod 700" in warning


def test_f7_a_folder_of_another_user_is_not_used(
    as_nobody: Path, caplog: pytest.LogCaptureFixture
) -> None:
    os.seteuid(0)
    make = Maker()
    assert fetched(Cache(as_nobody, ROOM), make) == [2, 3, 5]
    assert "belongs to another user" in warnings_in(caplog)[0]


def signed(place: Path) -> None:
    """Make the manifest fit what lies there, as an attacker would."""
    from clustergeo._entries import _files  # noqa: PLC0415

    manifest(files=_files(place / "content"))(place)


class Bomb:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, ("exploded",)


def test_f7_a_pickle_is_never_opened(
    filled: Cache,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    bomb = np.array([Bomb()], dtype=object)
    np.save(place_of(filled) / "content" / "numbers.npy", bomb, allow_pickle=True)
    signed(place_of(filled))
    make = Maker()
    assert fetched(filled, make) == [2, 3, 5]
    assert make.made == 1
    assert not (tmp_path / "exploded").exists()
    assert len(warnings_in(caplog)) == 1


def test_f7_links_lead_nowhere(
    filled: Cache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, outside = place_of(filled), tmp_path / "outside"
    shutil.copytree(place, outside / place.name)
    before = [(p, p.stat().st_mtime_ns) for p in sorted(outside.rglob("*"))]

    def link_file(name: str) -> None:
        (place / name).unlink()
        (place / name).symlink_to(outside / place.name / name)

    def link_folder(path: Path) -> None:
        shutil.rmtree(path)
        path.symlink_to(outside / path.relative_to(folder_of(filled)))

    damages: list[Callable[[], None]] = [
        lambda: link_file("content/numbers.npy"),
        lambda: link_file("entry.json"),
        lambda: link_folder(place / "content"),
        lambda: link_folder(place),
        lambda: os.mkfifo(place / "content" / "pipe"),
    ]
    for damage in damages:
        damage()
        make = Maker()
        assert fetched(filled, make) == [2, 3, 5]
        assert make.made == 1
    assert len(warnings_in(caplog)) == 5
    filled.clear()
    assert [(p, p.stat().st_mtime_ns) for p in sorted(outside.rglob("*"))] == before
    assert names(folder_of(filled)) == []


# F8: it grows, and it is looked after


def used_at(cache: Cache, second: int, **key: str) -> None:
    os.utime(place_of(cache, **key) / "entry.json", (second, second))


def test_f8_what_was_not_used_for_longest_goes_first(cache: Cache) -> None:
    fetched(cache, Maker())
    size = cache.entries()[0].size_bytes
    cache = Cache(cache.folder, int(3.5 * size))
    for second, source in enumerate("123", start=1):
        fetched(cache, Maker(), source=source)
        used_at(cache, second, source=source)
    fetched(cache, Maker(), source="1")  # a use counts
    fetched(cache, Maker(), source="4")
    assert {e.key["source"] for e in cache.entries()} == {"1", "3", "4"}
    assert sum(e.size_bytes for e in cache.entries()) <= cache.limit_bytes


def test_f8_damaged_things_count_and_go(filled: Cache) -> None:
    empty(place_of(filled))
    fetched(filled, Maker())
    assert [e.bad for e in filled.entries()].count(True) == 1
    small = Cache(filled.folder, filled.entries()[-1].size_bytes + 10)
    fetched(small, Maker(), source="2")
    assert [e.key["source"] for e in small.entries()] == ["2"]


def test_f8_what_is_larger_than_the_limit_is_not_kept(
    filled: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    small = Cache(filled.folder, 50)
    assert fetched(small, Maker(), source="2") == [2, 3, 5]
    assert "more than the 50 it may take" in warnings_in(caplog)[0]


def test_f8_clear_and_verify(filled: Cache, caplog: pytest.LogCaptureFixture) -> None:
    fetched(filled, Maker(), source="2")
    used_at(filled, 1_000, source="2")
    assert filled.verify() == []
    flip(place_of(filled))
    (fault,) = filled.verify()
    assert fault.what == "is damaged (has changed since it was written)"
    assert not warnings_in(caplog)
    assert filled.verify() == []
    assert [e.key["source"] for e in filled.clear(unused_since_s=2_000)] == ["2"]
    assert [e.bad for e in filled.clear()] == [True]
    assert names(folder_of(filled)) == []


def test_code_that_changes_is_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.py").write_text("LIMIT = 50")
    monkeypatch.setattr(_cache, "__file__", str(tmp_path / "_cache.py"))
    seen = set()
    for name, text in {"a.py": "LIMIT = 50", "a.py ": "", "b.py": "", "notes.txt": ""}.items():
        (tmp_path / "rules" / name.strip()).write_text(text)
        code_of.cache_clear()
        seen.add(code_of("rules"))
    code_of.cache_clear()
    assert len(seen) == 3  # of notes nobody makes a rule
