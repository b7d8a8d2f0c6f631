"""The error tree and the exact text of its messages."""

from __future__ import annotations

import pickle

import pytest

from clustergeo import errors
from clustergeo.errors import (
    ClustergeoError,
    Fault,
    InputError,
    MissingFileError,
    OutputError,
    SchemaError,
    UsageError,
)

EXIT_CODES = {
    "ClustergeoError": 1,
    "UsageError": 2,
    "MissingExtraError": 2,
    "InputError": 3,
    "MeasureError": 3,
    "MissingFileError": 3,
    "SchemaError": 3,
    "RoadError": 3,
    "FeedError": 3,
    "StudyError": 3,
    "ClaimError": 3,
    "ScenarioError": 3,
    "ServiceError": 4,
    "OutputError": 5,
    "GateError": 6,
}
BUILTINS = {
    "UsageError": ValueError,
    "MissingExtraError": ImportError,
    "InputError": ValueError,
    "MeasureError": ValueError,
    "MissingFileError": FileNotFoundError,
    "ServiceError": ConnectionError,
    "OutputError": OSError,
    "GateError": AssertionError,
}


def test_every_error_is_exported_and_has_its_exit_code() -> None:
    classes = {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, ClustergeoError)
    }
    assert {name: kind.exit_code for name, kind in classes.items()} == EXIT_CODES
    assert set(classes) | {"Fault"} == set(errors.__all__)


@pytest.mark.parametrize(("name", "builtin"), BUILTINS.items())
def test_an_error_can_be_caught_as_the_builtin_it_is(name: str, builtin: type) -> None:
    assert issubclass(getattr(errors, name), builtin)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("a.csv", "is empty (0 bytes)", "export it again"), "a.csv: is empty (0 bytes) - "),
        (Fault("a.csv", "blank row", "remove it", row=4), "a.csv:4: blank row - remove it"),
        (Fault("a.csv", "is blank", "fill it", field="lat"), "a.csv, lat: is blank - fill it"),
        (
            Fault("a.csv", "is blank", "fill it", row=2, field="lat"),
            "a.csv:2, lat: is blank - fill it",
        ),
    ],
)
def test_a_fault_reads_as_file_row_field_what_and_fix(fault: Fault, text: str) -> None:
    assert str(fault).startswith(text)


def test_a_fault_is_one_line_even_when_the_value_holds_a_line_break() -> None:
    assert str(Fault("a.csv", "not allowed (x\ny)", "remove it")) == (
        "a.csv: not allowed (x y) - remove it"
    )


def test_an_input_error_lists_twenty_faults_and_counts_the_rest() -> None:
    faults = [Fault("a.csv", "is blank", "fill it", row=row) for row in range(2, 1_525)]
    lines = str(InputError(*faults)).splitlines()
    assert len(lines) == 21
    assert lines[0] == "a.csv:2: is blank - fill it"
    assert lines[-1] == "a.csv: 1,503 more faults of this file not shown"


def test_exactly_twenty_faults_are_listed_without_a_count() -> None:
    faults = [Fault("a.csv", "is blank", "fill it", row=row) for row in range(20)]
    assert len(str(SchemaError(*faults)).splitlines()) == 20


def test_faults_stay_available_one_by_one() -> None:
    fault = Fault("a.csv", "is blank", "fill it")
    error = MissingFileError(fault)
    assert error.faults == (fault,)
    assert str(error) == str(fault)


def test_an_input_error_survives_a_process_boundary() -> None:
    error = SchemaError(Fault("a.csv", "is blank", "fill it", row=3))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is SchemaError
    assert again.faults == error.faults


def test_other_errors_carry_their_message() -> None:
    assert str(UsageError("unknown mode (boat)")) == "unknown mode (boat)"
    assert str(OutputError("x.csv: cannot be written")) == "x.csv: cannot be written"
