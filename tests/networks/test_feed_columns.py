"""The quick reader of long tables: the same table as the careful one, or none at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo._files import decode, parse_csv
from clustergeo.errors import InputError
from clustergeo.networks._feed_columns import plain_table
from clustergeo.schemas import check_table
from clustergeo.schemas.gtfs import FEED, STOP_TIMES

SHARED = Path(__file__).parents[3] / "shared/data"
HEADER = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
PLAIN = HEADER + "t,07:00:00,7:01:00,p,1,\nt,25:10:00,25:10:00,q,2,1\n"


def careful(text: str) -> pd.DataFrame:
    return check_table(parse_csv(text, file="f"), STOP_TIMES, file="f")


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.rstrip("\n"),
        "\ufeff" + PLAIN,
        PLAIN.replace("t,07", '"t",07'),
        PLAIN.replace("trip_id,", " trip_id ,"),
        PLAIN.replace("p,1", '"p, 피",1'),
        PLAIN.replace("p,1", '"two\nlines",1'),
        HEADER + "b,08:00:00,08:00:00,p,2,\na,07:00:00,07:00:00,p,1,\nb,,,q,1,\n",
    ],
)
def test_a_plain_file_gives_the_table_of_the_careful_reader(text: str) -> None:
    found = plain_table(text.encode(), STOP_TIMES)
    assert found is not None
    pd.testing.assert_frame_equal(found, careful(text.removeprefix("\ufeff")))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEADER.encode(),
        HEADER.rstrip("\n").encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace("p,1", "피,1").encode("cp949"),
        PLAIN.replace("p,1", "p\0,1").encode(),
        PLAIN.replace("p,1", "p ,1").encode(),
        PLAIN.replace("p,1", ' "p",1').encode(),
        PLAIN.replace("p,1", '"p"x,1').encode(),
        PLAIN.replace("p,1", 'p"x,1').encode(),
        PLAIN.replace("p,1", ",1").encode(),
        PLAIN.replace("p,1", "p,one").encode(),
        PLAIN.replace("p,1", "p").encode(),
        PLAIN.replace("07:00:00", "07:60:00").encode(),
        PLAIN.replace("q,2", "q,1").encode(),
        PLAIN.replace("q,2,1", "q,2,7").encode(),
        PLAIN.replace("stop_id", "stop").encode(),
        PLAIN.replace("\nt,25", "\n\nt,25").encode(),
        (PLAIN + "\n").encode(),
        PLAIN.replace("stop_id", "trip_id").encode(),
    ],
)
def test_whatever_is_not_plain_is_left_to_the_careful_reader(content: bytes) -> None:
    assert plain_table(content, STOP_TIMES) is None


CELLS = st.sampled_from(["t", "7", "07:00:00", "", " ", '"', '"x"', "피", "1", "-1", "a,b", "\n"])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=3))
def test_it_never_accepts_what_the_careful_reader_refuses(rows: list[list[str]]) -> None:
    text = PLAIN + "".join(",".join(row) + "\n" for row in rows)
    found = plain_table(text.encode(), STOP_TIMES)
    if found is None:
        return
    try:
        expected = careful(text)
    except InputError as error:
        pytest.fail(f"accepted, though {error}")
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    "feed", ["caltrain-2017-07-24", "seattle-area-2017-11-16", "trimet-vermont-2018-02-06"]
)
def test_real_files_give_the_same_tables(feed: str) -> None:
    folder = SHARED / "good_feeds" / feed
    if not folder.exists():
        pytest.skip("no shared data")
    for name, schema in FEED.items():
        if not (folder / name).exists():
            continue
        content = (folder / name).read_bytes()
        if (found := plain_table(content, schema)) is not None:
            text = parse_csv(decode(content, file=name), file=name)
            pd.testing.assert_frame_equal(found, check_table(text, schema, file=name))
