"""The outputs under maps/ are what the study gives today: tables and pages byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from clustergeo._files import read_csv
from clustergeo.schemas import Schema, check_table
from clustergeo.schemas.results import (
    CLAIM_VERDICTS,
    CLAIMS,
    ISOLATION,
    PEERS,
    PILOT_REGIONS,
    STABILITY,
    STABILITY_SUMMARY,
    TIMES,
)
from clustergeo.schemas.validation import VALIDATION, VALIDATION_PAIRS

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

CONTRACTS = {
    "times": TIMES,
    "isolation": ISOLATION,
    "stability": STABILITY,
    "stability_summary": STABILITY_SUMMARY,
    "peers": PEERS,
    "claims": CLAIMS,
    "claim_verdicts": CLAIM_VERDICTS,
    "pilot_regions": PILOT_REGIONS,
    "validation": VALIDATION,
    "validation_pairs": VALIDATION_PAIRS,
}
EXPLAINED_OVER_MIN = 15
PIXELS_APART = 0.02  # mean difference of two pictures, 0 black to 1 white


def members(folder: Path, suffixes: tuple[str, ...]) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in suffixes
    )


def test_tables_and_pages_are_the_committed_bytes(root: Path, study_folder: Path) -> None:
    suffixes = (".csv", ".html")
    assert members(study_folder, suffixes) == members(root / "maps", suffixes)
    for name in members(study_folder, suffixes):
        assert (study_folder / name).read_bytes() == (root / "maps" / name).read_bytes(), (
            f"maps/{name} is not what the study gives: run `make study` and look at it"
        )


def test_pictures_look_like_the_committed_ones(root: Path, study_folder: Path) -> None:
    assert members(study_folder, (".png",)) == members(root / "maps", (".png",))
    for name in members(study_folder, (".png",)):
        new = matplotlib.image.imread(study_folder / name)
        old = matplotlib.image.imread(root / "maps" / name)
        assert new.shape == old.shape, name
        assert float(np.abs(new - old).mean()) < PIXELS_APART, name


def test_the_record_names_the_same_inputs_and_settings(root: Path, study_folder: Path) -> None:
    new, old = (
        json.loads((folder / "study.json").read_text(encoding="utf-8"))
        for folder in (study_folder, root / "maps")
    )
    # Versions differ from machine to machine; everything else must not.
    assert new.pop("versions").keys() == old.pop("versions").keys()
    assert new == old


@pytest.mark.parametrize(("name", "schema"), CONTRACTS.items())
def test_every_table_keeps_its_contract(root: Path, name: str, schema: Schema) -> None:
    path = root / "maps" / "tables" / f"{name}.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert tuple(header.split(",")) == schema.names
    check_table(read_csv(path), schema, file=path.name)


def test_no_miss_over_a_quarter_of_an_hour_is_left_unexplained(root: Path) -> None:
    pairs = check_table(
        read_csv(root / "maps" / "tables" / "validation_pairs.csv"),
        VALIDATION_PAIRS,
        file="validation_pairs.csv",
    )
    missed = pairs.loc[pairs["error_min"].abs() > EXPLAINED_OVER_MIN]
    assert len(missed) > 0
    assert missed.loc[missed["explanation"] == "", "pair"].tolist() == []
