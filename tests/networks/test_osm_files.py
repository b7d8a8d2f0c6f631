"""Bytes that are nearly a PBF: where the row of blocks breaks."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from toy_osm import Town, grid, road

from clustergeo.errors import RoadError
from clustergeo.networks import _osm_scan
from clustergeo.networks._osm import read_osm
from clustergeo.networks._osm_files import damaged_block, format_of


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3]) + varint(value)
    return bytes([number << 3 | 2]) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def block(kind: bytes, blob: bytes) -> bytes:
    header = field(1, kind) + field(3, len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def packed(content: bytes, size: int | None = None) -> bytes:
    return field(2, len(content) if size is None else size) + field(3, zlib.compress(content))


HEADER = block(b"OSMHeader", packed(b"header"))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "made.osm.pbf"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (b"\x00\x00", "breaks off at byte {at}, in the length of a block"),
        (b"\xff\xff\xff\xff", "breaks off at byte {at}, in the length of a block"),
        (b"\x00\x00\x00\x0a\x0a\x03OSM", "is broken at byte {at}, in the header of a block"),
        (b"\x00\x00\x00\x02\x0a\x7f", "is broken at byte {at}, in the header of a block"),
        (b"\x00\x00\x00\x02\x0d\x01", "is broken at byte {at}, in the header of a block"),
        (b"\x00\x00\x00\x01\xff", "is broken at byte {at}, in the header of a block"),
        (
            (8).to_bytes(4, "big") + field(1, b"") + field(3, 2**33),
            "is broken at byte {at}, in the header of a block",
        ),
        (block(b"OSMData", b"x" * 50)[:-20], r"breaks off in the block at byte {at} .20 bytes"),
    ],
)
def test_a_row_of_blocks_that_breaks_is_refused_with_the_byte(
    tmp_path: Path, after: bytes, why: str
) -> None:
    path = written(tmp_path, HEADER + after)
    with pytest.raises(RoadError, match=why.format(at=len(HEADER))):
        format_of(path)


@pytest.mark.parametrize(
    ("blob", "sound"),
    [
        (packed(b"data"), True),
        (field(1, b"not packed"), True),
        (packed(b"data", size=99), False),
        (field(2, 4) + field(3, b"no zlib"), False),
        (b"\x1a\x7f", False),
    ],
)
def test_the_first_block_that_cannot_be_unpacked_is_named(
    tmp_path: Path, blob: bytes, *, sound: bool
) -> None:
    path = written(tmp_path, HEADER + block(b"OSMData", blob))
    assert format_of(path) == "pbf"
    assert damaged_block(path) == ("" if sound else f"block at byte {len(HEADER):,}")


def test_a_file_that_may_not_be_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, HEADER)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RoadError, match=r"cannot be read .Permission denied"):
        format_of(path)


def test_ways_are_read_in_batches_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(grid(), ways={1: road(1, 2, 3), 2: road(3, 6, 5), 3: road(2, 5, 8)})
    path = town.write(tmp_path / "town.osm.pbf")
    whole = read_osm(path)
    monkeypatch.setattr(_osm_scan, "_BATCH", 40)
    monkeypatch.setattr(_osm_scan, "_SETS_KEPT", 0)
    parts = read_osm(path)
    assert parts.line_lon.tolist() == whole.line_lon.tolist()
    assert parts.osmid.tolist() == whole.osmid.tolist()
