"""Tables of shapefiles that have lost or gained bytes are refused, wherever that was."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_nodelink import cross, saved

from clustergeo._shapefiles import Part, check_dbase_table
from clustergeo.errors import InputError

SHARED = Path(__file__).parents[2] / "shared/data"


@pytest.fixture(scope="module")
def dbf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = saved(tmp_path_factory.mktemp("nodelink") / "a", *cross())
    return (folder / "MOCT_LINK.dbf").read_bytes()


def first_row(dbf: bytes) -> int:
    return int.from_bytes(dbf[8:10], "little")


def test_a_whole_table_is_taken(dbf: bytes) -> None:
    assert check_dbase_table(Part.of_bytes(dbf), file="a.dbf") == 8
    assert check_dbase_table(Part.of_bytes(dbf + b"\x00" * 100), file="a.dbf") == 8
    assert check_dbase_table(Part.of_bytes(dbf.removesuffix(b"\x1a")), file="a.dbf") == 8


def test_a_deleted_row_is_a_row(dbf: bytes) -> None:
    start = first_row(dbf)
    deleted = dbf[:start] + b"*" + dbf[start + 1 :]
    assert check_dbase_table(Part.of_bytes(deleted), file="a.dbf") == 8


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.8])
@pytest.mark.parametrize("change", [-1, 1, 3])
def test_a_byte_lost_or_gained_is_refused(dbf: bytes, share: float, change: int) -> None:
    at = int(first_row(dbf) + share * (len(dbf) - first_row(dbf))) + 2
    shifted = dbf[:at] + (dbf[at + 1 :] if change < 0 else b"0" * change + dbf[at:])
    with pytest.raises(InputError, match=r"a\.dbf: rows of its \.dbf begin in the wrong place"):
        check_dbase_table(Part.of_bytes(shifted), file="a.dbf")


def test_only_the_ends_of_a_large_table_are_read(dbf: bytes, tmp_path: Path) -> None:
    start, width = first_row(dbf), int.from_bytes(dbf[10:12], "little")
    rows = 8 * 200
    large = dbf[:4] + rows.to_bytes(4, "little") + dbf[8:start]
    large += dbf[start : start + 8 * width] * 200
    (tmp_path / "a.dbf").write_bytes(large)
    part = Part.of_path(tmp_path / "a.dbf")
    assert part.size > len(part.head) + len(part.tail)
    assert check_dbase_table(part, file="a.dbf") == rows
    middle = len(large) // 2
    (tmp_path / "a.dbf").write_bytes(large[:middle] + b"0" + large[middle:])
    with pytest.raises(InputError, match="wrong place"):
        check_dbase_table(Part.of_path(tmp_path / "a.dbf"), file="a.dbf")


def test_real_tables_are_taken() -> None:
    found = sorted(SHARED.rglob("*.dbf"))[:40]
    if not found:
        pytest.skip("no shared data")
    for file in found:
        if "bad_inputs" not in file.parts:
            check_dbase_table(Part.of_path(file), file=file.name)
