"""Damage inputs at random, read them, and judge: nothing else may be read in silence.

``python fuzz.py --cases 2000`` prints what came of it.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from robustness.subjects import SUBJECTS, Subject

from clustergeo.errors import ClustergeoError

__all__ = ["CLASSES", "Whole", "judged", "whole_of"]

CLASSES: Final = ("refused", "same", "warned", "another text", "lines lost", "wrong")
DAMAGES: Final = ("cut", "flip", "swap", "drop", "repeat", "insert", "zero")
_NOISE: Final = (
    b"\x00", b"\xff\xfe", b'"', b",", b"\n", b"\r", b"\n\n", b"-", b"e9", b"NaN", b"1e999",
    "０".encode(), b"'", b"]", b"{", b"=", b"<", b"&#0;", b"\xed\xa0\x80", b" ", b";", b"\t",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """A subject as it is: where it lies, what to read of it, and what that comes to."""

    subject: Subject
    folder: Path
    read: Path
    told: str


def whole_of(subject: Subject, folder: Path) -> Whole:
    """Write a subject and read it."""
    folder.mkdir()
    read = subject.make(folder)
    return Whole(subject, folder, read.relative_to(folder), subject.load(read))


def damaged(content: bytes, how: str, draw: random.Random) -> bytes:
    """Return content that is damaged somewhere."""
    at = draw.randrange(len(content))
    match how:
        case "cut":
            return content[:at]
        case "flip":
            return content[:at] + bytes([content[at] ^ 1 << draw.randrange(8)]) + content[at + 1 :]
        case "zero":
            until = min(len(content), at + draw.randrange(1, 512))
            return content[:at] + bytes(until - at) + content[until:]
        case "insert":
            return content[:at] + draw.choice(_NOISE) + content[at:]
    lines = content.splitlines(keepends=True)
    row = draw.randrange(len(lines))
    match how:
        case "drop":
            del lines[row]
        case "repeat":
            lines.insert(row, lines[row])
        case _:
            other = draw.randrange(len(lines))
            lines[row], lines[other] = lines[other], lines[row]
    return b"".join(lines)


def judged(whole: Whole, draw: random.Random) -> tuple[str, str]:
    """Damage a copy of a subject, read it, and return the class of what came of it, and how.

    What carries checksums may be refused or come out the same, and what has an end may not be
    cut. A text without either can become another text, as by the hand of its author; a cut in the
    middle of a line is warned of, and one between two lines leaves the lines before it. No text
    holds NUL bytes.
    """
    subject, how = whole.subject, draw.choice(DAMAGES)
    with tempfile.TemporaryDirectory(prefix="clustergeo-fuzz-") as name:
        copy = Path(shutil.copytree(whole.folder, Path(name, "copy")))
        path = copy / whole.read
        if subject.file == "*":
            path = draw.choice(sorted(p for p in path.rglob("*") if p.is_file()))
        elif subject.file:
            path = copy / subject.file
        before = path.read_bytes()
        after = damaged(before, how, draw)
        path.write_bytes(after)
        where = f"{how} of {path.name} at {_first(before, after):,} of {len(before):,} bytes"
        with _heard() as said:
            try:
                told = subject.load(copy / whole.read)
            except ClustergeoError as error:
                return ("refused" if str(error) else "wrong"), where
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
                return "wrong", f"{where}: {error!r:.200}"
    same = told.replace(str(copy), str(whole.folder)) == whole.told
    silent = "" if same or said else how
    return _class(subject, after, silent) if silent else ("same" if same else "warned"), where


def _class(subject: Subject, after: bytes, how: str) -> str:
    """Return the class of what was read as something else, and in silence."""
    if (
        subject.sealed
        or (subject.closed and how == "cut")
        or (how == "zero" and not subject.binary)
    ):
        return "wrong"
    if how == "cut":
        return "lines lost" if after.endswith((b"\n", b"\r")) else "wrong"
    return "another text"


def _first(before: bytes, after: bytes) -> int:
    pairs = zip(before, after, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect the warnings of the package."""
    said: list[str] = []

    class Hearing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    log, hearing = logging.getLogger("clustergeo"), Hearing(logging.WARNING)
    log.addHandler(hearing)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield said
        said += [str(warning.message) for warning in warned]
    finally:
        log.removeHandler(hearing)


def main() -> int:
    """Damage every subject, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=int(os.environ.get("CLUSTERGEO_FUZZ", "200")))
    parser.add_argument("--only", default="", help="subjects whose name holds this text")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="clustergeo-whole-") as top:
        for number, subject in enumerate(SUBJECTS):
            if asked.only not in subject.name:
                continue
            whole, counts = whole_of(subject, Path(top, str(number))), Counter[str]()
            for case in range(asked.cases):
                seed = f"{asked.seed} {subject.name} {case}"
                found, where = judged(whole, random.Random(seed))  # noqa: S311 - no secret
                counts[found] += 1
                if found == "wrong":
                    print(f"wrong: {subject.name}: {where} (case {case})", flush=True)  # noqa: T201
            print(f"{subject.name}: {_line(counts)}", flush=True)  # noqa: T201
            total += counts
    print(f"inputs damaged {total.total():,}, {_line(total)}")  # noqa: T201
    return int(total["wrong"] > 0)


def _line(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {counts[name]:,}" for name in CLASSES)


if __name__ == "__main__":
    sys.exit(main())
