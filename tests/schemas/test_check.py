"""A table keeps its contract or is refused with every fault at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import FeedError, SchemaError
from clustergeo.schemas import Column, Schema, check_table

TOWNS = Schema(
    "towns",
    (
        Column("town_id"),
        Column("kind", choices=("city", "county"), optional=True, default="city"),
        Column("people", "integer", minimum=0, blank=True),
        Column("share", "number", minimum=0, maximum=1, blank=True, optional=True),
        Column("since", "date", blank=True, optional=True),
        Column("opens", "time", blank=True, optional=True),
    ),
    key=("town_id",),
)


def faults_of(cells: dict[str, list[object]], schema: Schema = TOWNS) -> list[str]:
    """Return the lines of the refusal of a table."""
    with pytest.raises(SchemaError) as caught:
        check_table(pd.DataFrame(cells), schema, file="t.csv")
    return [str(fault) for fault in caught.value.faults]


def test_cells_become_typed_columns_in_the_order_of_the_contract() -> None:
    table = pd.DataFrame(
        {
            "opens": ["25:10:05", ""],
            "people": ["12", ""],
            "town_id": [" 007 ", "1e3"],
            "share": ["0.5", ""],
            "since": ["20240229", ""],
        }
    )
    towns = check_table(table, TOWNS, file="t.csv")
    assert list(towns.columns) == list(TOWNS.names)
    assert towns["town_id"].tolist() == ["007", "1e3"]
    assert towns["kind"].tolist() == ["city", "city"]
    assert towns["people"].tolist() == [12, pd.NA]
    assert towns["people"].dtype == "Int64"
    assert towns["share"].dtype == "float64"
    assert np.isnan(towns["share"][1])
    assert towns["since"].tolist() == ["20240229", ""]
    assert towns["opens"].tolist() == [25 * 3600 + 10 * 60 + 5, pd.NA]


def test_the_input_is_left_alone_and_its_index_is_dropped() -> None:
    table = pd.DataFrame({"town_id": ["a", "b"], "people": ["1", "2"]}, index=[7, 3])
    before = table.copy(deep=True)
    towns = check_table(table, TOWNS, file="t.csv")
    pd.testing.assert_frame_equal(table, before)
    assert towns.index.tolist() == [0, 1]
    assert towns["people"].tolist() == [1, 2]


def test_missing_columns_are_listed_with_what_was_found_and_wanted() -> None:
    rest = "column missing (found: name) - add the column; a towns table needs town_id, people"
    assert faults_of({"name": ["a"]}) == [f"t.csv, town_id: {rest}", f"t.csv, people: {rest}"]


def test_a_table_without_columns_says_none_found() -> None:
    assert "found: none" in faults_of({})[0]


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("town_id", "", "is blank - fill in the value"),
        ("kind", "village", "not allowed (village) - use one of city, county"),
        ("kind", "", "is blank - fill in the value"),
        ("people", "many", "not a number (many) - write a plain number such as 12.5"),
        ("people", "1,000", "not a number (1,000) - write a plain number such as 12.5"),
        ("people", "nan", "not a number (nan) - write a plain number such as 12.5"),
        ("people", "inf", "not a number (inf) - write a plain number such as 12.5"),
        ("people", "1.5", "not a whole number (1.5) - round it"),
        ("people", "-3", "below 0 (-3) - correct the value"),
        ("people", "9007199254740993", "too large to be exact (9007199254740993) - correct the"),
        ("share", "1.01", "above 1 (1.01) - correct the value"),
        ("share", "-inf", "not a number (-inf) - write a plain number such as 12.5"),
        ("since", "2024.01.01", "not a date (2024.01.01) - write it as YYYYMMDD"),
        ("since", "20230230", "not a date (20230230) - write it as YYYYMMDD"),
        ("since", "202401", "not a date (202401) - write it as YYYYMMDD"),
        ("opens", "6:61:00", "not a time (6:61:00) - write it as HH:MM:SS"),
        ("opens", "6 AM", "not a time (6 AM) - write it as HH:MM:SS"),
        ("opens", "-1:00:00", "not a time (-1:00:00) - write it as HH:MM:SS"),
    ],
)
def test_a_bad_cell_is_refused_with_row_field_value_and_remedy(
    column: str, value: str, text: str
) -> None:
    cells: dict[str, list[object]] = {"town_id": ["a", "b"], "people": ["1", "2"]}
    default: list[object] = ["city", "city"] if column == "kind" else ["", ""]
    cells[column] = [cells.get(column, default)[0], value]
    (fault,) = faults_of(cells)
    assert fault.startswith(f"t.csv:3, {column}: {text}")


def test_all_faults_come_at_once_in_the_order_of_the_rows() -> None:
    lines = faults_of({"town_id": ["a", "", "a"], "people": ["-1", "x", "1"]})
    assert [line.split(":")[1].split(",")[0] for line in lines] == ["2", "3", "3", "4"]


def test_a_duplicate_key_names_both_rows() -> None:
    assert faults_of({"town_id": ["a", "b", "a", "a"], "people": ["1"] * 4}) == [
        "t.csv:4, town_id: duplicate of row 2 (a) - give each row its own",
        "t.csv:5, town_id: duplicate of row 2 (a) - give each row its own",
    ]


def test_a_key_of_numbers_finds_duplicates_and_passes_over_blanks() -> None:
    grid = Schema("grid", (Column("x", "number"), Column("y", "number")), key=("x", "y"))
    lines = faults_of({"x": ["1", "1.0", "", ""], "y": ["2", "2", "", ""]}, grid)
    assert lines[0] == "t.csv:3, x, y: duplicate of row 2 (1, 2) - give each row its own"
    assert [line.split(" - ")[0] for line in lines[1:]] == [
        "t.csv:4, x: is blank",
        "t.csv:4, y: is blank",
        "t.csv:5, x: is blank",
        "t.csv:5, y: is blank",
    ]


def test_a_table_may_have_no_key_and_then_repeats_freely() -> None:
    free = Schema("free", (Column("a"),))
    assert len(check_table(pd.DataFrame({"a": ["x", "x"]}), free, file="t.csv")) == 2


@pytest.mark.parametrize("blank", [None, pd.NA, pd.NaT, float("nan"), np.float32("nan"), "", "  "])
def test_every_kind_of_nothing_is_a_blank(blank: object) -> None:
    table = pd.DataFrame({"town_id": ["a"], "people": pd.Series([blank], dtype=object)})
    assert check_table(table, TOWNS, file="t.csv")["people"].isna().all()


def test_whole_floats_make_ids_without_a_decimal_point() -> None:
    table = pd.DataFrame({"town_id": [7.0, 8.5], "people": [1, 2]})
    assert check_table(table, TOWNS, file="t.csv")["town_id"].tolist() == ["7", "8.5"]


def test_extra_columns_are_dropped_unless_the_contract_keeps_them() -> None:
    table = pd.DataFrame({"a": ["1"], "b": ["2"]})
    dropped = check_table(table, Schema("t", (Column("a"),)), file="t.csv")
    kept = check_table(table, Schema("t", (Column("a"),), extra="keep"), file="t.csv")
    assert (list(dropped.columns), list(kept.columns)) == (["a"], ["a", "b"])


def test_rows_of_features_count_from_one_and_the_error_class_is_the_callers() -> None:
    table = pd.DataFrame({"town_id": ["a"], "people": ["x"]})
    with pytest.raises(FeedError, match=r"^f\.geojson:1, people: not a number"):
        check_table(table, TOWNS, file="f.geojson", first_row=1, error=FeedError)


def test_an_empty_table_passes_with_its_types() -> None:
    towns = check_table(pd.DataFrame({"town_id": [], "people": []}), TOWNS, file="t.csv")
    assert len(towns) == 0
    assert towns["people"].dtype == "Int64"


def test_a_schema_lists_its_columns_and_those_a_file_must_have() -> None:
    assert TOWNS.names == ("town_id", "kind", "people", "share", "since", "opens")
    assert TOWNS.required == ("town_id", "people")


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="ab01", min_size=1, max_size=4),
            st.one_of(st.none(), st.integers(0, 2**52)),
            st.sampled_from(["", "6:30:00", "25:10:05"]),
        ),
        max_size=8,
        unique_by=lambda row: row[0],
    )
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_checking_a_checked_table_changes_nothing(
    rows: list[tuple[str, int | None, str]],
) -> None:
    table = pd.DataFrame(
        [(town, "" if people is None else str(people), opens) for town, people, opens in rows],
        columns=["town_id", "people", "opens"],
        dtype=object,
    )
    once = check_table(table, TOWNS, file="t.csv")
    pd.testing.assert_frame_equal(once, check_table(once, TOWNS, file="t.csv"))
    assert [None if n is pd.NA else int(n) for n in once["people"]] == [n for _, n, _ in rows]
