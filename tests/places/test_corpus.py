"""Every bad place file of the shared corpus: refused in our words, or rightly read."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.errors import InputError
from clustergeo.places import load_places

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "bad_inputs"
FOLDERS = (
    "generated/csv",
    "generated/vector",
    "geojson_geojsonhint/test/data/bad",
    "vector_pyogrio",
    "vector_r5",
)
FORMATS = {".csv", ".geojson", ".gpkg", ".shp"}

# The only files that may be read: controls, and coordinates swapped within the legal range.
READ = {
    "generated/csv/bom.csv": ["A"],
    "generated/csv/formula.csv": ["A", "B"],
    "generated/csv/leading_zero_ids.csv": ["007", "010", "1e3", "NA"],
    "generated/csv/swapped.csv": ["A", "B"],
    "generated/csv/utf16.csv": ["A"],
    "vector_r5/cities.csv": ["1", "2", "3", "4"],
}


def corpus() -> list[str]:
    """Return the place files of the corpus, relative to it; none where it is absent."""
    return [
        file.relative_to(CORPUS).as_posix()
        for folder in FOLDERS
        for file in sorted((CORPUS / folder).glob("*"))
        if file.suffix in FORMATS
    ]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not here")
def test_the_corpus_is_whole() -> None:
    assert len(corpus()) == 111
    assert set(READ) <= set(corpus())


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not here")
@pytest.mark.parametrize("name", corpus())
def test_a_file_of_the_corpus_is_refused_or_rightly_read(name: str) -> None:
    file = CORPUS / name
    if name in READ:
        assert load_places(file)["place_id"].tolist() == READ[name]
        return
    with pytest.raises(InputError) as caught:
        load_places(file)
    for fault in caught.value.faults:
        assert fault.file == str(file)
        assert fault.what
        assert fault.fix
