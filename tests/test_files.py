"""Reading refuses what is not data; writing is whole or not at all."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo._files import (
    csv_bytes,
    decode,
    parse_csv,
    read_bytes,
    read_csv,
    sha256,
    write_bytes,
    writing,
)
from clustergeo.errors import Fault, InputError, MissingFileError, OutputError, SchemaError


def message_of(file: Path, content: bytes) -> str:
    """Return the refusal of a file with this content, its folder taken off."""
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_csv(file)
    return str(caught.value).replace(str(file), file.name)


def test_a_missing_file_is_named_in_full_with_the_nearest_similar_one(tmp_path: Path) -> None:
    (tmp_path / "clusters.csv").write_text("id\na\n")
    asked = tmp_path / "cluster.csv"
    with pytest.raises(MissingFileError) as caught:
        read_bytes(asked)
    assert str(caught.value) == f"{asked}: no such file ({asked}) - did you mean clusters.csv?"


def test_a_missing_file_without_a_similar_one_says_check_the_path(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="check the path"):
        read_bytes(tmp_path / "nowhere" / "a.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="is a folder, not a file - name a file in it"):
        read_bytes(tmp_path)


def test_a_name_the_system_cannot_take_is_refused_as_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read .* check its name and permissions"):
        read_bytes(tmp_path / ("a" * 400 + ".csv"))


def test_an_unreadable_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id\na\n")

    def denied(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)"):
        read_bytes(file)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "a.csv: is empty (0 bytes) - export or download it again"),
        (b" \n\n", "a.csv: is empty (3 bytes) - export or download it again"),
        (
            b"\xef\xbb\xbf\n<!DOCTYPE html><html>",
            "a.csv: is an HTML page, not data - download it again",
        ),
        (b"<HTML>sign in</HTML>", "a.csv: is an HTML page, not data - download it again"),
        (b"id\x00,n\n1,2\n", "a.csv:1: holds NUL characters - export it again as UTF-8 text"),
        (
            b"id,n\n\xff\xff,2\n",
            "a.csv: not utf-8-sig or cp949 text (byte 5) - save it as UTF-8 or pass its encoding",
        ),
        (b"\nid,n\n", "a.csv: has no header - name the columns in the first line"),
        (b"id,id\n1,2\n", "a.csv:1: duplicate column (id) - keep one of them"),
        (b"id,,\n1,2,3\n", "a.csv:1: duplicate column (blank name) - keep one of them"),
        (
            b"id;n\n1;2\n",
            "a.csv:1: columns are not separated by commas (id;n) - save it as comma-separated CSV",
        ),
        (
            b"a\tn\n1\t2\n",
            "a.csv:1: columns are not separated by commas (a\tn) - save it as comma-separated CSV",
        ),
        (
            b"id,n\n1,2\n3,4,5\n",
            "a.csv:3: 3 cells where the header has 2 - quote cells that hold commas",
        ),
        (
            b"id,n\n1\n",
            "a.csv:2: 1 cells where the header has 2 - write every cell, blank ones too",
        ),
        (
            b'id,n\n1,2\n"3,4\n5,6\n',
            "a.csv:3: broken row (unexpected end of data) - close every quote",
        ),
        (
            b'"id,n\n1,2\n',
            "a.csv:1: broken header (unexpected end of data) - close every quote",
        ),
        (b"id,n\n1,2\n\n3,4\n", "a.csv:3: blank row - remove it"),
        (b"id,n\n1,2\n  \n\n3,4\n", "a.csv:3: blank row - remove it"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(
    tmp_path: Path, content: bytes, text: str
) -> None:
    assert message_of(tmp_path / "a.csv", content) == text


def test_a_row_that_spans_lines_counts_once(tmp_path: Path) -> None:
    content = b'id,n\n"a\nb",2\n3,4,5\n'
    assert message_of(tmp_path / "a.csv", content).startswith("a.csv:3: 3 cells")


def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,n\r\n1,2\r\n\r\n\r\n")
    assert read_csv(tmp_path / "a.csv").to_dict("list") == {"id": ["1"], "n": ["2"]}


def test_a_blank_cell_of_a_single_column_is_a_row() -> None:
    assert parse_csv('id\na\n""\nb\n', file="a.csv")["id"].tolist() == ["a", "", "b"]


def test_a_header_alone_is_a_table_without_rows() -> None:
    table = parse_csv("id,n\n", file="a.csv")
    assert (list(table.columns), len(table)) == (["id", "n"], 0)


def test_cells_stay_the_text_they_are() -> None:
    table = parse_csv("id\n007\n1e3\nNA\nnull\n12345678901234567890\n-0\n", file="a.csv")
    assert table["id"].tolist() == ["007", "1e3", "NA", "null", "12345678901234567890", "-0"]


def test_quotes_after_a_comma_and_a_space_are_quotes() -> None:
    assert parse_csv('id, name\n1, "a, b"\n', file="a.csv").iloc[0].tolist() == ["1", "a, b"]


def test_what_the_two_parsers_disagree_on_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def confused(*_args: object, **_options: object) -> None:
        message = "buffer overflow"
        raise pd.errors.ParserError(message)

    monkeypatch.setattr(pd, "read_csv", confused)
    with pytest.raises(SchemaError, match=r"t\.csv: cannot be parsed \(buffer overflow\) - save"):
        parse_csv("id\n1\n", file="t.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_korean_text_is_read_in_the_usual_encodings(encoding: str) -> None:
    assert decode("이름\n대전역\n".encode(encoding), file="a.csv") == "이름\n대전역\n"


def test_a_guess_of_cp949_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="clustergeo"):
        decode("대전".encode("cp949"), file="a.csv")
    assert caplog.messages == ["a.csv: not UTF-8, read as CP949; else pass its encoding"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_byte_order_mark_never_sticks_to_the_first_column(encoding: str) -> None:
    assert decode("\ufeffid".encode(encoding), file="a.csv", encoding=encoding) == "id"


def test_a_given_encoding_is_the_only_one_tried() -> None:
    assert decode("č".encode("cp1250"), file="a.csv", encoding="cp1250") == "č"
    with pytest.raises(InputError, match=r"a\.csv: not utf-8 text \(byte 0\)"):
        decode("대전".encode("cp949"), file="a.csv", encoding="utf-8")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(InputError, match=r"a\.csv: unknown encoding \(latin-99\) - use utf-8"):
        decode(b"id", file="a.csv", encoding="latin-99")


def test_csv_bytes_are_utf8_lf_with_fixed_decimals_and_blanks() -> None:
    table = pd.DataFrame({"name": ["역", None], "minutes": [1.005, float("nan")], "n": [1, 2]})
    assert csv_bytes(table, decimals={"minutes": 2}) == (
        "name,minutes,n\n역,1.00,1\n,,2\n".encode()
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    written = csv_bytes(pd.DataFrame({"name": [f"{start}1+1"]})).decode()
    assert list(csv.reader(io.StringIO(written)))[1] == [f"'{start}1+1"]


def test_writing_bytes_of_a_table_leaves_it_alone() -> None:
    table = pd.DataFrame({"name": ["=1"], "minutes": [1.5]})
    before = table.copy(deep=True)
    csv_bytes(table, decimals={"minutes": 0})
    pd.testing.assert_frame_equal(table, before)


CELL = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=8
)


@given(st.lists(st.tuples(CELL, CELL), max_size=6))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_what_is_written_as_csv_is_read_back(rows: list[tuple[str, str]]) -> None:
    plain = [(f"a{one}", f"b{two}") for one, two in rows]
    table = pd.DataFrame(plain, columns=["one", "two"], dtype=str)
    again = parse_csv(csv_bytes(table).decode(), file="a.csv")
    assert again.to_numpy().tolist() == [list(row) for row in plain]


@given(st.text(alphabet='ab1,"\n\r; \t', max_size=30))
@settings(derandomize=True, deadline=None, max_examples=120)
def test_any_text_is_read_as_the_csv_module_reads_it_or_refused(text: str) -> None:
    try:
        table = parse_csv(text, file="a.csv")
    except InputError:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    records = [row for row in list(reader)[1:] if row not in ([], [""])]
    assert [row for row in table.to_numpy().tolist() if row != [""]] == records


def test_writing_puts_the_whole_file_in_place_and_makes_its_folder(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.csv"
    write_bytes(target, b"id\n")
    assert target.read_bytes() == b"id\n"
    assert [path.name for path in target.parent.iterdir()] == ["a.csv"]


def test_a_failed_write_leaves_the_old_file_and_no_scraps(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")

    def half() -> None:
        with writing(target) as aside:
            aside.write_bytes(b"ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"

    def full() -> None:
        with writing(target):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError) as caught:
        full()
    assert str(caught.value) == (
        f"{target}: cannot be written (No space left on device) - choose a writable folder"
    )


def test_a_folder_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written"):
        write_bytes(tmp_path / "a" / "b.csv", b"id\n")


def test_a_refused_input_inside_a_write_keeps_its_meaning(tmp_path: Path) -> None:
    refusal = MissingFileError(Fault("roads.csv", "no such file", "check the path"))

    def refused() -> None:
        with writing(tmp_path / "a.csv"):
            raise refusal

    with pytest.raises(MissingFileError):
        refused()


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a").startswith("ba7816bf8f01cfea")


def test_the_hash_of_a_folder_depends_on_names_and_content(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"1")
    first = sha256(tmp_path)
    assert first == sha256(tmp_path)
    (tmp_path / "sub" / "a").rename(tmp_path / "sub" / "b")
    renamed = sha256(tmp_path)
    (tmp_path / "sub" / "b").write_bytes(b"2")
    assert len({first, renamed, sha256(tmp_path)}) == 3
