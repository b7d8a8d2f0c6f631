"""Every shipped file has its papers, and is what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clustergeo._files import read_csv
from clustergeo.errors import InputError
from clustergeo.settings import data_path
from clustergeo.sources import check_sources, credit_lines, load_sources
from clustergeo.study import load_study

GRADES = ("published", "interpolated", "estimated")


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


def test_the_feed_s_papers_name_every_route_with_the_grade_it_carries() -> None:
    routes = read_csv(data_path("gtfs", "routes.txt")).set_index("route_id")
    papers = read_csv(data_path("gtfs", "sources.csv")).set_index("route_id")
    assert papers.index.is_unique
    assert set(papers.index) == set(routes.index)
    for route_id, paper in papers.iterrows():
        grades = [paper["run_time_evidence"], paper["frequency_evidence"]]
        assert paper["evidence"] == max(grades, key=GRADES.index), route_id
        told = "evidence={} (run time {}; frequency {})".format(paper["evidence"], *grades)
        assert routes.at[route_id, "route_desc"] == told, route_id


def test_the_feed_s_readme_counts_what_is_there() -> None:
    readme = data_path("gtfs", "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ((?:\w+\.(?:txt|csv)(?: / )?)+) \| ([\d,/ ]+) \|", readme, re.MULTILINE
    )
    assert len(rows) > 8
    for names, counts in rows:
        for name, count in zip(names.split(" / "), counts.split(" / "), strict=True):
            found = len(read_csv(data_path("gtfs", name)))
            assert found == int(count.replace(",", "")), name


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
