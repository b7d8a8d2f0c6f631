"""Every shipped file has its papers, and is what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.errors import InputError
from clustergeo.settings import data_path
from clustergeo.sources import check_sources, credit_lines, load_sources
from clustergeo.study import load_study


def test_every_data_file_is_listed_and_unchanged() -> None:
    check_sources()


def test_every_file_states_its_origin_and_licence() -> None:
    for source in load_sources().values():
        assert source.title, source.path
        assert source.origin, source.path
        assert source.licence, source.path


def test_the_study_prints_the_credits_its_data_owes() -> None:
    study = load_study()
    used = [
        path.relative_to(data_path()).as_posix()
        for path in study.input_files().values()
        if path.is_relative_to(data_path())
    ]
    assert set(credit_lines(used)) <= set(study.outputs.credits)


def test_a_changed_a_missing_and_an_unlisted_file_are_told_together(tmp_path: Path) -> None:
    entry = (
        '[[source]]\npath = "{}"\ntitle = "t"\norigin = "o"\nlicence = "l"\ncredit = ""\n'
        'sha256 = "0"\n'
    )
    (tmp_path / "sources.toml").write_text(entry.format("a.csv") + entry.format("b.csv"))
    (tmp_path / "a.csv").write_text("x\n")
    (tmp_path / "c.csv").write_text("x\n")
    with pytest.raises(InputError) as caught:
        check_sources(tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[0] == "c.csv: is not in sources.toml - list it with its origin and licence"
    assert lines[1].startswith("a.csv: is not the file that was listed (sha256 73cb3858")
    assert lines[2] == "b.csv: is listed but missing - restore it or take it off the list"


def test_a_list_without_a_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\npath = "a"\n')
    with pytest.raises(InputError, match="not a list of sources"):
        load_sources(tmp_path)
