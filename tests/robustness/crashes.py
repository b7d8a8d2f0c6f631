"""Kill writers in the middle, fill their disk, and look at what is left.

A writer is one line in :data:`WRITERS`: it writes the first or the second version of a thing into
a folder. Whatever happens to the second one, the folder then holds one version whole, and after
the next run nothing but the second. Each attempt is a process of its own.

``python crashes.py --kills 200`` prints what survived.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from robustness.writers import SECOND, WRITERS, Writer, kept

from clustergeo.errors import ClustergeoError, InputError, OutputError

__all__ = [
    "Left", "Versions", "at_write", "attempt", "content", "fresh", "full_disk", "harms_of",
    "killed", "sizes_of", "versions_of",
]  # fmt: skip

WRITES: Final = {
    "os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.utime", "shutil.rmtree",
}  # fmt: skip
"""What Python tells before it does it; a kill falls between two of these."""
SECONDS: Final = 60

Content = dict[str, str]


@dataclass(frozen=True, slots=True)
class Left:
    """What a process left: its exit code, and what its folder holds."""

    code: int
    content: Content
    scraps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """A folder that holds the first version, both by checksum, and what the second one takes."""

    folder: Path
    first: Content
    second: Content
    largest: int
    writes: int


def content(folder: Path) -> Content:
    """Return the files of a folder by name and checksum, without what is being written."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _aside(path, folder)
    }


def scraps(folder: Path) -> tuple[str, ...]:
    """Return what is being written, or was left so."""
    found = (p for p in sorted(folder.rglob("*")) if _aside(p, folder))
    return tuple(str(path.relative_to(folder)) for path in found)


def _aside(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return path.suffix == ".lock" or any(part.startswith(".") for part in parts)


def attempt(
    writer: Writer,
    folder: Path,
    version: int,
    harm: Callable[[], None] | None = None,
    kill_after_s: float | None = None,
) -> Left:
    """Write a version in a process that is harmed first, or killed; return what it left.

    The exit code is 0, that of an error of ours, 143 if SIGTERM ended it, minus the signal that
    killed it, or 1.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
        child = os.fork()
    if not child:
        _child(writer, folder, version, harm)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)  # it may be over; it is not waited for yet
    status = os.waitpid(child, 0)[1]
    return Left(os.waitstatus_to_exitcode(status), content(folder), scraps(folder))


def _child(writer: Writer, folder: Path, version: int, harm: Callable[[], None] | None) -> None:
    """Write, and never return."""
    code = 1
    try:
        signal.alarm(SECONDS)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        if harm:
            harm()
        writer.write(folder, version)
        code = 0
    except ClustergeoError as error:
        code = error.exit_code
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        os._exit(code)


def at_write(number: int, number_of_signal: int = signal.SIGKILL) -> Callable[[], None]:
    """Return a harm: the process sends itself a signal before one of its writes."""

    def harm() -> None:
        if number_of_signal == signal.SIGTERM:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        seen = iter(range(10**6))

        def before(event: str, args: tuple[object, ...]) -> None:
            if _writes(event, args) and next(seen) == number:
                os.kill(os.getpid(), number_of_signal)

        sys.addaudithook(before)

    return harm


def counted(file: Path) -> Callable[[], None]:
    """Return a harm that is none: a byte goes into a file for each write."""

    def harm() -> None:
        told = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        sys.addaudithook(lambda *event: os.write(told, b".") if _writes(*event) else None)

    return harm


def _writes(event: str, args: tuple[object, ...]) -> bool:
    """Return whether something is about to change on the disk."""
    if event == "open":
        return isinstance(args[2], int) and bool(args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in WRITES


def no_file_beyond(size: int) -> Callable[[], None]:
    """Return a harm: no file can grow beyond a size, as on a full disk."""

    def harm() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return harm


def killed(
    writer: Writer, versions: Versions, folder: Path, how: Callable[[], None] | float
) -> int:
    """Kill the writer of a second version; return 0 if it was too late, and judge what is left.

    Raises
    ------
    AssertionError
        If neither version is left whole, or something is left over after the next run.
    """
    fresh(writer, versions, folder)
    if callable(how):
        left = attempt(writer, folder, SECOND, how)
    else:
        left = attempt(writer, folder, SECOND, kill_after_s=how)
    died = left.code == -signal.SIGKILL
    expect(writer, left, killed=died or left.code == 0, whole=whole(writer, left, versions))
    writer.check(folder)
    again = attempt(writer, folder, SECOND)
    same = again.content == versions.second
    expect(writer, again, again=again.code == 0 and same, swept=not again.scraps)
    return int(died)


def full_disk(writer: Writer, versions: Versions, folder: Path, size: int) -> int:
    """Let no file grow beyond a size; return 1 if that was too little, and judge what is left."""
    fresh(writer, versions, folder)
    return judged(writer, versions, folder, attempt(writer, folder, SECOND, no_file_beyond(size)))


def judged(writer: Writer, versions: Versions, folder: Path, left: Left) -> int:
    """Return whether the disk was full; the old must be left, or the new be whole."""
    done = left.content == versions.second
    # A matrix whose estimate finds no room is refused before anything is computed.
    refused = left.code in {OutputError.exit_code, InputError.exit_code}
    right = left.code == 0 if done or writer.goes_on else refused
    expect(writer, left, code=right, whole=whole(writer, left, versions), swept=not left.scraps)
    writer.check(folder)
    return int(not done)


def whole(writer: Writer, found: Left, versions: Versions) -> bool:
    """Return whether what is left is the first version or the second, after the writer's grain."""
    left, first, second = found.content, versions.first, versions.second
    if writer.grain == "folder":
        return left in (first, second)
    if writer.grain == "manifest":
        # What the manifest does not name counts for nothing, and without it nothing does.
        if writer.manifest not in left:
            return writer.may_lack
        wanted = [v for v in (first, second) if left[writer.manifest] == v[writer.manifest]]
        return any(v.items() <= left.items() for v in wanted)
    known = all(left[name] in {first.get(name), second.get(name)} for name in left)
    return known and set(first) <= set(left)


def fresh(writer: Writer, versions: Versions, folder: Path) -> None:
    """Make the folder hold the first version and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    if writer.starts_empty:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(versions.folder, folder)


def versions_of(writer: Writer, top: Path) -> Versions:
    """Write the first version, and the second in place of a copy of it."""
    folder, second = top / f"{writer.name} 1", top / f"{writer.name} 2"
    folder.mkdir()
    left = [attempt(writer, folder, 1)]
    versions = Versions(folder, left[0].content, {}, 0, 0)
    fresh(writer, versions, second)
    told = top / "writes"
    left.append(attempt(writer, second, SECOND, counted(told)))
    for each in left:
        expect(writer, each, code=each.code == 0, scraps=not each.scraps)
    largest = max(p.stat().st_size for p in second.rglob("*") if p.is_file())
    return Versions(folder, left[0].content, left[1].content, largest, told.stat().st_size)


def expect(writer: Writer, left: Left, **held: bool) -> None:
    """Raise AssertionError with what does not hold."""
    if wrong := [name for name, true in held.items() if not true]:
        told = f"exit {left.code}, {len(left.content)} files, aside {left.scraps[:3]}"
        message = f"{writer.name}: {', '.join(wrong)} ({told})"
        raise AssertionError(message)


@contextmanager
def tmpfs(folder: Path, kilobytes: int) -> Iterator[bool]:
    """Mount a small disk, where that is allowed; yield whether it was."""
    folder.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    mounted = subprocess.run(words, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def harms_of(
    writer: Writer, versions: Versions, folder: Path, count: int
) -> Iterator[Callable[[], None] | float]:
    """Yield so many writes to be killed before, and so many moments to be killed at."""
    draw = random.Random(writer.name)  # noqa: S311 - no secret
    yield from map(
        at_write, sorted(draw.sample(range(versions.writes), min(count, versions.writes)))
    )
    fresh(writer, versions, folder)
    started = time.monotonic()
    attempt(writer, folder, SECOND)
    lasts = time.monotonic() - started
    yield from (draw.uniform(0, lasts) for _ in range(count))


def sizes_of(writer: Writer, versions: Versions, count: int) -> list[int]:
    """Return sizes at which a disk may be full."""
    draw = random.Random(writer.name)  # noqa: S311
    return [0, versions.largest - 1, *(draw.randrange(versions.largest) for _ in range(count - 2))]


def on_a_small_disk(writer: Writer, versions: Versions, folder: Path) -> int | None:
    """Write where no room is left, on a disk of our own; return None if there can be none."""
    pages = sum(1 + p.stat().st_size // 4096 for p in versions.folder.rglob("*"))
    with tmpfs(folder, 4 * pages + 256) as mounted:
        if not mounted:
            return None
        fresh(writer, versions, folder / "out")
        with suppress(OSError), (folder / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        return judged(writer, versions, folder / "out", attempt(writer, folder / "out", SECOND))


def main() -> int:
    """Kill and fill every writer, and print what survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=int(os.environ.get("CLUSTERGEO_KILLS", "20")))
    parser.add_argument("--only", default="", help="writers whose name holds this text")
    asked = parser.parse_args()
    kept()
    wrong, kills, full, small = 0, Tally(), Tally(), Tally()
    with tempfile.TemporaryDirectory(prefix="clustergeo-crashes-") as name:
        for writer in (w for w in WRITERS if asked.only in w.name):
            versions = versions_of(writer, Path(name))
            folder = Path(name, "tried")
            for harm in harms_of(writer, versions, folder, asked.kills):
                kills.count(killed, writer, versions, folder, harm)
            for size in sizes_of(writer, versions, max(2, asked.kills)):
                full.count(full_disk, writer, versions, folder, size)
            small.count(on_a_small_disk, writer, versions, Path(name, "disk"))
            print(f"{writer.name}: kills {kills}, full {full}, small {small}", flush=True)  # noqa: T201
    wrong = sum(tally.wrong for tally in (kills, full, small))
    told = f"kills survived {kills}; full disk {full}; small disk {small}; wrong {wrong}"
    print(f"writers {len(WRITERS)}; {told}")  # noqa: T201
    return int(wrong > 0)


@dataclass(slots=True)
class Tally:
    """How many harms struck, and how many of them were not survived."""

    struck: int = 0
    wrong: int = 0

    def count(self, harm: Callable[..., int | None], *args: object) -> None:
        """Do a harm."""
        try:
            self.struck += harm(*args) or 0
        except AssertionError as error:
            self.struck += 1
            self.wrong += 1
            print(f"wrong: {error}", flush=True)  # noqa: T201

    def __str__(self) -> str:
        """Return survived/struck."""
        return f"{self.struck - self.wrong}/{self.struck}"


if __name__ == "__main__":
    sys.exit(main())
