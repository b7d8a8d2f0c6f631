"""Turn the bytes of a feed's file into text, and say so where the encoding had to be found out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from typing import Final

from clustergeo._files import decode
from clustergeo.errors import Fault, FeedError, InputError

__all__ = ["cut_notes", "encoding_notes", "feed_text", "keeps_korean_time", "spaced_ids"]

_BOM: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE_ENDS: Final = (b"\n", b"\r", b"\n\x00")
_NAME_IT: Final = 'save it as UTF-8, or name its encoding (--feed-encoding latin-1 or "latin-1")'
_TRAILING: Final = re.compile(rb"[ \t](?:,|\r|\n|$)")


def feed_text(content: bytes, *, file: str, encoding: str | None, korean: bool) -> tuple[str, str]:
    """Return the text of a file and its encoding, blank where it is UTF-8 as GTFS asks for.

    UTF-8 and UTF-16 with a byte-order mark show themselves. CP949 is tried only for feeds that
    keep Korean time: elsewhere text in Latin letters may pass as CP949 and come out as Hangul.

    Raises
    ------
    FeedError
        With the byte and the row that cannot be read.
    """
    if content.startswith(_UTF_16) or (encoding and not content.startswith(_BOM)):
        try:
            return decode(content, file=file, encoding=encoding), encoding or "utf-16"
        except InputError as error:
            raise FeedError(*error.faults) from error
    try:
        text, found = content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        try:
            if not korean:
                raise
            text, found = content.decode("cp949"), "cp949"
        except UnicodeDecodeError:
            row = content.count(b"\n", 0, error.start) + 1
            what = f"not UTF-8{' or CP949' if korean else ''} text (byte {error.start:,})"
            raise FeedError(Fault(file, what, _NAME_IT, row=row)) from error
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        what = f"holds NUL characters (byte {text.index(chr(0)):,})"
        raise FeedError(Fault(file, what, "export it again as UTF-8 text", row=row))
    return text, found


def cut_notes(files: dict[str, bytes]) -> list[str]:
    """Return a note of the files whose last line does not end, as one that is cut off does not."""
    cut = [name for name, content in files.items() if not content.endswith(_LINE_ENDS)]
    return [f"{', '.join(cut)}: no line break at the end, may be cut off"] if cut else []


def encoding_notes(found: dict[str, str], encoding: str | None) -> list[str]:
    """Return a note for each encoding other than UTF-8, and why it was taken.

    Parameters
    ----------
    found
        Encoding by file, blank for UTF-8.
    encoding
        Encoding that was asked for.
    """
    if encoding:
        return [f"the files were read as {encoding}, as asked"]
    return [
        f"{', '.join(name for name in found if found[name] == other)} read as {other.upper()}: "
        + ("not UTF-8, and the feed keeps Korean time" if other == "cp949" else "by its mark")
        for other in sorted({other for other in found.values() if other})
    ]


def keeps_korean_time(agency: bytes) -> bool:
    """Return whether the agencies of a feed name a Korean time zone; it is ASCII everywhere."""
    return b"Asia/Seoul" in agency or b"Asia/Pyongyang" in agency


def spaced_ids(content: bytes, text: str, columns: Collection[str]) -> int:
    """Return how many cells of some columns end with a space, which readers strip."""
    if not _TRAILING.search(content):
        return 0
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    header = [name.strip() for name in next(reader, [])]
    at = [i for i, name in enumerate(header) if name in columns]
    return sum(row[i] != row[i].rstrip() for row in reader for i in at if i < len(row))
